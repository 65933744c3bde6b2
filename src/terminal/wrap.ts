/**
 * A text cut into rows, at blanks where it can be. Nothing of it may be lost but the blanks that it was cut at,
 * and no row may be wider than asked.
 */
import type { Row, Span } from "./screen.ts";
import { PLAIN, type Style } from "./style.ts";
import { type Grapheme, graphemesOf, STAND_IN, type WidthOptions } from "./width.ts";

export interface WrapOptions extends WidthOptions {
  /** At least 1. What takes more than a whole row becomes a sign that stands for it. */
  readonly columns: number;
  /** Blanks before each row but the first; at most half of the columns are given to them. */
  readonly indent?: number;
}

/** At least one row, as even an empty text has. */
export function wrapSpans(spans: readonly Span[], options: WrapOptions): Row[] {
  const pieces = spans.flatMap((span) =>
    graphemesOf(span.text, options).map((grapheme) => ({ ...grapheme, span }))
  );
  const indent = indentOf(options);
  const blank = { text: " ".repeat(indent), style: PLAIN };
  return rangesOf(pieces, { ...options, indent }).map(({ start, end }, index) => {
    const room = options.columns - (index === 0 ? 0 : indent);
    const row = joinPieces(pieces.slice(start, end), room);
    return index === 0 || indent === 0 || row.length === 0 ? row : [blank, ...row];
  });
}

export function wrapText(text: string, options: WrapOptions): string[] {
  return wrapSpans([{ text, style: PLAIN }], options)
    .map((row) => row.map((span) => span.text).join(""));
}

type Piece = Grapheme & { readonly span: Span };

/** Which pieces make one row: from `start` to before `end`. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** Those at which a line may break: without the ones that are made not to. */
const BLANK = /^[ \u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]$/;
const LINE_END = /^\r?\n$/;
const CLOSING = /^\p{P}/u;

/** Two columns must remain for text, for the sake of wide characters, where there are two. */
function indentOf({ columns, indent = 0 }: WrapOptions): number {
  return Math.max(0, Math.min(indent, Math.floor(columns / 2), columns - 2));
}

function rangesOf(
  pieces: readonly Grapheme[],
  { columns, indent }: { columns: number; indent: number },
): Range[] {
  const ranges: Range[] = [];
  for (let start = 0;;) {
    const room = columns - (ranges.length === 0 ? 0 : indent);
    const { range, next } = cutRow(pieces, { start, room });
    ranges.push(range);
    if (next === undefined) return ranges;
    start = next;
  }
}

/** The row that begins at `start`, and where the next one does, if there is one. */
function cutRow(
  pieces: readonly Grapheme[],
  { start, room }: { start: number; room: number },
): { range: Range; next: number | undefined } {
  const full = fullFrom(pieces, { start, room });
  if (full === pieces.length) return { range: { start, end: full }, next: undefined };
  if (isLineEnd(pieces[full])) return { range: { start, end: full }, next: full + 1 };
  const cut = cutBefore(pieces, { start, full });
  const range = { start, end: withoutBlanks(pieces, { start, end: cut }) };
  const next = afterBlanks(pieces, cut);
  // Blanks that hang over the edge make no row of their own.
  if (next === pieces.length) return { range, next: undefined };
  return { range, next: isLineEnd(pieces[next]) ? next + 1 : next };
}

/** The first piece from `start` on that is not in the row any more; at least one is, unless the line ends. */
function fullFrom(pieces: readonly Grapheme[], { start, room }: { start: number; room: number }) {
  let at = start;
  for (let used = 0; at < pieces.length; at++) {
    if (isLineEnd(pieces[at])) break;
    used += pieces[at]!.columns;
    if (used > room && at > start) break;
  }
  return at;
}

/** Where to cut a row that could go on to `full`: the last place that words allow, or there. */
function cutBefore(pieces: readonly Grapheme[], { start, full }: { start: number; full: number }) {
  // Blanks at the beginning of a row are somebody's indentation: to cut there would leave the row empty.
  const first = afterBlanks(pieces, start) + 1;
  for (let at = full; at >= first; at--) {
    if (mayCut(pieces[at - 1]!, pieces[at]!)) return at;
  }
  return full;
}

/** Words end at blanks; scripts whose characters are wide have none, and are cut between any two. */
function mayCut(before: Grapheme, after: Grapheme): boolean {
  if (BLANK.test(before.text) || BLANK.test(after.text)) return true;
  return (before.columns > 1 || after.columns > 1) && !CLOSING.test(after.text);
}

function withoutBlanks(pieces: readonly Grapheme[], { start, end }: Range): number {
  let at = end;
  while (at > start && BLANK.test(pieces[at - 1]!.text)) at--;
  return at === start ? end : at;
}

function afterBlanks(pieces: readonly Grapheme[], start: number): number {
  let at = start;
  while (at < pieces.length && BLANK.test(pieces[at]!.text)) at++;
  return at;
}

function isLineEnd(piece: Grapheme | undefined): boolean {
  return piece !== undefined && LINE_END.test(piece.text);
}

/** What was one span becomes one again; what was two never grows together. */
function joinPieces(pieces: readonly Piece[], room: number): Row {
  const row: { text: string; style: Style }[] = [];
  let last: Span | undefined;
  for (const { text, columns, span } of pieces) {
    const shown = columns > room ? STAND_IN : text;
    if (span === last) row.at(-1)!.text += shown;
    else row.push({ text: shown, style: span.style });
    last = span;
  }
  return row;
}
