/** Screens by chance: of every kind of text, and changing as screens change. */
import fc from "fast-check";
import type { Row, Screen, Span } from "../../src/terminal/screen.ts";
import type { Colour, Style } from "../../src/terminal/style.ts";

export interface Size {
  columns: number;
  rows: number;
}

export const PIECES = [
  ..."abc xyz 012.,-",
  "word ",
  "žluť",
  "…",
  "я",
  "李",
  "小龍",
  "한",
  "é",
  "e\u0301",
  "\u0301",
  "🎉",
  "❤️",
  "☺",
  "👨‍👩‍👧",
  "🇨🇿",
  "🇨",
  "1️⃣",
  "👍🏽",
  "🏽",
  "क्ष",
  "กำ",
  "ｶﾞ",
  "\u1161",
  "\u200d",
  "\ue0b0",
  "→",
  "☃",
  "𠀀",
];

export const HOSTILE = [
  "\x1b[2J",
  "\x1b[5;5H",
  "\x1b]0;title\x07",
  "\x1b]8;;http://evil\x1b\\",
  "\x1b]52;c;Zm9v\x07",
  "\x9b2J",
  "\x9d0;title\x9c",
  "\r",
  "\n",
  "\r\n",
  "\b",
  "\t",
  "\x07",
  "\0",
  "\x7f",
  "\x0e",
  "\x1bc",
  "\x1b",
  "\u202e",
  "\u2066",
  "\u200e",
  "\u2028",
  "\ufeff",
  "\u200b",
  "\xad",
  "\ud83d",
  "\udc00",
  "\u{e0041}",
  "e" + "\u0301".repeat(1000),
  "👩\u200d".repeat(100),
];

export function texts(maxLength = 12): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 8, arbitrary: fc.constantFrom(...PIECES) }, {
    weight: 1,
    arbitrary: fc.constantFrom(...HOSTILE),
  }, { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 3 }) });
  return fc.array(piece, { maxLength }).map((pieces) => pieces.join(""));
}

const colours: fc.Arbitrary<Colour> = fc.oneof(
  fc.nat(15),
  fc.nat(255),
  fc.record({ red: fc.nat(255), green: fc.nat(255), blue: fc.nat(255) }),
);

export const styles: fc.Arbitrary<Style> = fc.oneof(
  fc.constant({}),
  fc.record({
    bold: fc.boolean(),
    dim: fc.boolean(),
    italic: fc.boolean(),
    underline: fc.boolean(),
    inverse: fc.boolean(),
    foreground: colours,
    background: colours,
  }, { requiredKeys: [] }),
);

export const rows: fc.Arbitrary<Row> = fc.array(
  fc.record<Span>({ text: texts(), style: styles }),
  { maxLength: 4 },
);

/** The emulator has no terminal of one column. */
export const sizes: fc.Arbitrary<Size> = fc.oneof(
  { weight: 19, arbitrary: upTo({ columns: 12, rows: 8 }) },
  { weight: 1, arbitrary: upTo({ columns: 300, rows: 100 }) },
);

function upTo({ columns, rows }: Size): fc.Arbitrary<Size> {
  return fc.record({
    columns: fc.integer({ min: 2, max: columns }),
    rows: fc.integer({ min: 1, max: rows }),
  });
}

type Change =
  | { type: "edit"; at: number; row: Row }
  | { type: "move"; top: number; height: number; by: number; fresh: Row[] }
  | { type: "cursor"; cursor: Screen["cursor"] }
  | { type: "copy" }
  | { type: "resize"; size: Size };

const cursors = fc.option(
  fc.record({ row: fc.integer({ min: -1, max: 110 }), column: fc.integer({ min: -1, max: 310 }) }),
  { nil: undefined },
);

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.record({ type: fc.constant("edit" as const), at: fc.nat(9), row: rows }),
  fc.record({
    type: fc.constant("move" as const),
    top: fc.nat(4),
    height: fc.nat(12),
    by: fc.integer({ min: -4, max: 4 }),
    fresh: fc.array(rows, { maxLength: 4 }),
  }),
  fc.record({ type: fc.constant("cursor" as const), cursor: cursors }),
  fc.record({ type: fc.constant("copy" as const) }),
  fc.record({ type: fc.constant("resize" as const), size: sizes }),
);

export interface Frame {
  screen: Screen;
  size: Size;
}

/** One screen after the other, each made from the last by a change or two. */
export const films: fc.Arbitrary<Frame[]> = fc.record({
  size: sizes,
  screen: fc.record({ rows: fc.array(rows, { maxLength: 12 }), cursor: cursors }),
  changes: fc.array(fc.array(changes, { minLength: 1, maxLength: 2 }), { maxLength: 8 }),
}).map(({ size, screen, changes }) => {
  const frames: Frame[] = [{ size, screen }];
  for (const some of changes) frames.push(some.reduce(changed, frames.at(-1)!));
  return frames;
});

function changed({ screen, size }: Frame, change: Change): Frame {
  switch (change.type) {
    case "edit":
      return { size, screen: { ...screen, rows: edited(screen.rows, change) } };
    case "move":
      return { size, screen: { ...screen, rows: moved(screen.rows, change) } };
    case "cursor":
      return { size, screen: { ...screen, cursor: change.cursor } };
    case "copy":
      return { size, screen: structuredClone(screen) };
    case "resize":
      return { size: change.size, screen };
  }
}

function edited(rows: readonly Row[], { at, row }: { at: number; row: Row }): Row[] {
  return rows.map((it, index) => (index === at ? row : it)).concat(at >= rows.length ? [row] : []);
}

/** The rows of a part move up, or down, and others take the places that become free. */
function moved(
  rows: readonly Row[],
  { top, height, by, fresh }: { top: number; height: number; by: number; fresh: Row[] },
): Row[] {
  const part = rows.slice(top, top + height);
  const kept = by > 0 ? part.slice(by) : part.slice(0, part.length + by);
  const added = Array.from({ length: part.length - kept.length }, (_, at) => fresh[at] ?? []);
  return [
    ...rows.slice(0, top),
    ...(by > 0 ? [...kept, ...added] : [...added, ...kept]),
    ...rows.slice(top + height),
  ];
}
