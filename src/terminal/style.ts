/** How text looks, and the escape codes for it. A colour that the terminal lacks becomes the nearest that it has. */

/** A number below 16 is a colour that the person chose for the terminal; up to 255, one of the fixed palette. */
export type Colour = number | Rgb;

/** Each from 0 to 255. */
export interface Rgb {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export interface Style {
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly italic?: boolean;
  readonly underline?: boolean;
  readonly inverse?: boolean;
  /** Left out: the terminal's own. */
  readonly foreground?: Colour;
  readonly background?: Colour;
}

export const PLAIN: Style = {};

export type ColourDepth = "none" | "16" | "256" | "24-bit";

/** The escape code that turns any style into this one. */
export function styleCode(style: Style, depth: ColourDepth): string {
  const codes = [
    style.bold && "1",
    style.dim && "2",
    style.italic && "3",
    style.underline && "4",
    style.inverse && "7",
    colourCode(style.foreground, depth, 30),
    colourCode(style.background, depth, 40),
  ].filter(Boolean);
  return codes.length === 0 ? PLAIN_CODE : `\x1b[0;${codes.join(";")}m`;
}

export const PLAIN_CODE = "\x1b[m";

/** What the environment says about the terminal. */
export interface TerminalHints {
  readonly NO_COLOR?: string | undefined;
  readonly FORCE_COLOR?: string | undefined;
  readonly COLORTERM?: string | undefined;
  readonly TERM?: string | undefined;
  /** Windows sets no TERM, and its console knows every colour. */
  readonly isWindows?: boolean;
}

/** FORCE_COLOR (0 to 3) goes before NO_COLOR, as in Node.js; both go before what the terminal seems to be. */
export function colourDepth(hints: TerminalHints): ColourDepth {
  const { NO_COLOR = "", FORCE_COLOR, COLORTERM = "", TERM = "" } = hints;
  const guess = guessDepth(COLORTERM, TERM, hints.isWindows ?? false);
  if (FORCE_COLOR !== undefined) {
    return FORCED[FORCE_COLOR] ?? (guess === "none" ? "16" : guess);
  }
  return NO_COLOR === "" ? guess : "none";
}

/** The nearest that a terminal of this depth has; nothing where it has no colours. */
export function reduceColour(colour: Colour, depth: ColourDepth): Colour | undefined {
  if (depth === "none") return undefined;
  if (depth === "24-bit") return colour;
  if (depth === "256") return typeof colour === "number" ? colour : nearestOf256(colour);
  if (typeof colour === "number") return colour < 16 ? colour : nearestOf16(paletteRgb(colour));
  return nearestOf16(colour);
}

const FORCED: Record<string, ColourDepth> = {
  "0": "none",
  "false": "none",
  "1": "16",
  "2": "256",
  "3": "24-bit",
};

/** Terminals that show every colour, by their TERM: COLORTERM does not come through ssh. */
const FULL_COLOUR_TERMS = /-direct|-truecolor|^(xterm-)?(kitty|ghostty)|^alacritty|^foot|^wezterm/;

function guessDepth(colorTerm: string, term: string, isWindows: boolean): ColourDepth {
  if (term === "dumb") return "none";
  if (/^(truecolor|24bit)$/i.test(colorTerm) || FULL_COLOUR_TERMS.test(term)) return "24-bit";
  if (term.includes("256")) return "256";
  if (isWindows) return "24-bit";
  return term === "" || /^vt\d/.test(term) ? "none" : "16";
}

function colourCode(colour: Colour | undefined, depth: ColourDepth, base: 30 | 40): string {
  const shown = colour === undefined ? undefined : reduceColour(colour, depth);
  if (shown === undefined) return "";
  if (typeof shown !== "number") {
    return `${base + 8};2;${shown.red};${shown.green};${shown.blue}`;
  }
  if (shown < 8) return `${base + shown}`;
  return shown < 16 ? `${base + 60 + shown - 8}` : `${base + 8};5;${shown}`;
}

/** The usual values of the first sixteen; people change them, so that nearness to them is a guess. */
const FIRST_16 = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
].map(([red, green, blue]) => ({ red: red!, green: green!, blue: blue! }));

/** The steps of each primary in the cube that is 16 to 231 of the palette. */
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];

const PALETTE = Array.from({ length: 256 }, (_, index) => paletteRgb(index));

function paletteRgb(index: number): Rgb {
  if (index < 16) return FIRST_16[index]!;
  if (index >= 232) return grey(8 + (index - 232) * 10);
  const step = (weight: number) => CUBE_STEPS[Math.floor((index - 16) / weight) % 6]!;
  return { red: step(36), green: step(6), blue: step(1) };
}

function grey(level: number): Rgb {
  return { red: level, green: level, blue: level };
}

function nearestOf16(wanted: Rgb): number {
  return nearest(wanted, 0, 16);
}

/** Never one of the first sixteen, which are the person's own. */
function nearestOf256(wanted: Rgb): number {
  return nearest(wanted, 16, 256);
}

function nearest(wanted: Rgb, from: number, to: number): number {
  let best = from;
  for (let index = from + 1; index < to; index++) {
    if (distance(wanted, PALETTE[index]!) < distance(wanted, PALETTE[best]!)) best = index;
  }
  return best;
}

function distance(one: Rgb, other: Rgb): number {
  return (one.red - other.red) ** 2 + (one.green - other.green) ** 2 +
    (one.blue - other.blue) ** 2;
}
