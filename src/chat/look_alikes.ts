/**
 * Letters of other scripts that are drawn like Latin ones. Not Unicode's whole table of confusables:
 * the letters that most fonts draw alike, of the scripts that people have on their keyboards.
 */
const DRAWN_LIKE: Record<string, string> = {
  A: "ΑАᎪ",
  B: "ΒВᏴ",
  C: "ϹСᏟ",
  D: "Ꭰ",
  E: "ΕЕᎬ",
  F: "Ϝ",
  G: "ԌᏀ",
  H: "ΗНᎻ",
  I: "ΙІӀ",
  J: "ЈᎫ",
  K: "ΚКᏦ",
  L: "Ꮮ",
  M: "ΜМϺᎷ",
  N: "Ν",
  O: "ΟОՕ",
  P: "ΡРᏢ",
  Q: "Ԛ",
  S: "ЅՏᏚ",
  T: "ΤТᎢ",
  U: "Ս",
  V: "ѴᏙ",
  W: "ԜᎳ",
  X: "ΧХ",
  Y: "ΥҮ",
  Z: "ΖᏃ",
  a: "αаɑ",
  b: "Ьь",
  c: "сϲ",
  d: "ԁ",
  e: "еҽ",
  g: "ɡց",
  h: "һհ",
  i: "іιı",
  j: "јϳ",
  k: "κкĸ",
  l: "ӏ",
  m: "м",
  n: "ո",
  o: "оοօ",
  p: "рρ",
  q: "ԛզ",
  r: "г",
  s: "ѕ",
  t: "τт",
  u: "υս",
  v: "νѵ",
  w: "ԝѡ",
  x: "хχ",
  y: "уγүყ",
};

/** From a letter to the Latin one that it is drawn like. */
export const LOOK_ALIKES: ReadonlyMap<string, string> = new Map(
  Object.entries(DRAWN_LIKE).flatMap(([latin, others]) =>
    [...others].map((other): [string, string] => [other, latin])
  ),
);
