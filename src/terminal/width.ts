/**
 * How many columns a text takes, counted by what people see as one character. It must never say of any
 * character that it takes none, and never hand on a sign that a terminal would obey.
 *
 * Terminals disagree about many characters: emoji, joined letters, whatever is newer than they are. Those are
 * marked as not settled. `paint` clears their columns first and says after them where it goes on, and `wrap`
 * counts what is told here, so that a terminal of another opinion shows a gap or half a picture within that
 * row, and nothing else moves.
 */
import stringWidth from "string-width";

export interface WidthOptions {
  /** Whether characters such as "…" and "я" take two columns, as East Asian terminals may be told. */
  readonly ambiguousIsWide?: boolean;
}

/** What people see as one character. */
export interface Grapheme {
  /** The piece of the text. */
  readonly text: string;
  /** What stands for it on a terminal: the same, unless that would do harm. */
  readonly shown: string;
  /** At least one. */
  readonly columns: number;
  /** Whether all terminals agree on `columns`. */
  readonly isSettled: boolean;
}

/** What stands for a character that cannot be shown, or has no room. */
export const STAND_IN = "?";

export function columnsOf(text: string, options: WidthOptions = {}): number {
  if (IS_ASCII.test(text)) return text.length;
  return graphemesOf(text, options).reduce((sum, { columns }) => sum + columns, 0);
}

/** The texts of the graphemes, joined, are the text. */
export function graphemesOf(text: string, options: WidthOptions = {}): Grapheme[] {
  if (IS_ASCII.test(text)) return Array.from(text, (it) => ASCII[it.charCodeAt(0)]!);
  const known = options.ambiguousIsWide ? KNOWN_WIDE : KNOWN;
  return Array.from(SEGMENTER.segment(text), ({ segment }) => {
    const found = known.get(segment);
    if (found) return found;
    if (known.size >= MAX_KNOWN) known.clear();
    const measured = measure(segment, options);
    known.set(segment, measured);
    return measured;
  });
}

const SEGMENTER = new Intl.Segmenter();
const IS_ASCII = /^[ -~]*$/;
const ASCII = Array.from({ length: 0x7f }, (_, code) => settled(String.fromCharCode(code)));

/** So many kinds of characters are remembered, of which no conversation has that many. */
const MAX_KNOWN = 10_000;
const KNOWN = new Map<string, Grapheme>();
const KNOWN_WIDE = new Map<string, Grapheme>();

/** The longest picture that is drawn as one has 19 code units; a chain of joiners can be as long as a message. */
const MAX_GRAPHEME_LENGTH = 32;

/** What must not reach a terminal: controls, what reorders text, separators of lines, halves of characters. */
const HARMFUL = /[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}\p{Cs}]/u;

/** What some terminals put into the cell to the left of it, which may be somebody else's. */
const CLINGS = /^[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff\ud7b0-\ud7ff]/u;

/** One code point on whose columns every terminal agrees, or is told with `ambiguousIsWide`. */
const SETTLED =
  /^(?![\p{Emoji}\u1100-\u11ff\ua960-\ua97f])(?:[\p{L}\p{Nd}\p{Nl}\p{P}\p{Sm}\p{Sc}\p{Zs}\u2400-\u259f](?<=[\0-\uffff])|[\u{20000}-\u{3fffd}])$/u;

function measure(text: string, { ambiguousIsWide = false }: WidthOptions): Grapheme {
  const shown = harmless(text);
  if (shown.length === 1 && shown < "\x7f") return { ...settled(shown), text };
  const columns = stringWidth(shown, {
    ambiguousIsNarrow: !ambiguousIsWide,
    countAnsiEscapeCodes: true,
  });
  return { text, shown, columns: Math.max(1, columns), isSettled: SETTLED.test(shown) };
}

function harmless(text: string): string {
  if (HARMFUL.test(text)) return STAND_IN;
  const short = text.length > MAX_GRAPHEME_LENGTH
    ? String.fromCodePoint(text.codePointAt(0)!)
    : text;
  if (!CLINGS.test(short)) return short;
  // The dotted circle is what books put under a mark that has no letter. Not everything joins it.
  const circled = `◌${short}`;
  return [...SEGMENTER.segment(circled)].length === 1 ? circled : STAND_IN;
}

function settled(text: string): Grapheme {
  return { text, shown: text, columns: 1, isSettled: true };
}
