/** What is to be seen: rows of styled text and a cursor. Only data; nothing here knows an escape code. */
import type { Style } from "./style.ts";
import { columnsOf, graphemesOf, type WidthOptions } from "./width.ts";

/** Text of strangers must have been made `visible` before it comes here. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** Never changed once made: `paint` takes the same row for the same picture. */
export type Row = readonly Span[];

export interface Position {
  /** Both from 0. */
  readonly row: number;
  readonly column: number;
}

export interface Screen {
  /** Rows that are missing are blank. */
  readonly rows: readonly Row[];
  /** Undefined: hidden. */
  readonly cursor: Position | undefined;
}

export function rowColumns(row: Row, options: WidthOptions = {}): number {
  return row.reduce((sum, { text }) => sum + columnsOf(text, options), 0);
}

/** The beginning of a row that fits. A character that would straddle the edge is left out. */
export function clipRow(row: Row, columns: number, options: WidthOptions = {}): Row {
  if (rowColumns(row, options) <= columns) return row;
  const clipped: Span[] = [];
  let room = columns;
  for (const span of row) {
    const text = clipText(span.text, room, options);
    if (text !== "") clipped.push({ text, style: span.style });
    if (text !== span.text) break;
    room -= columnsOf(text, options);
  }
  return clipped;
}

/** The beginning of a text that fits. */
export function clipText(text: string, columns: number, options: WidthOptions = {}): string {
  if (columnsOf(text, options) <= columns) return text;
  let end = 0;
  let room = columns;
  for (const grapheme of graphemesOf(text, options)) {
    room -= grapheme.columns;
    if (room < 0) break;
    end += grapheme.text.length;
  }
  return text.slice(0, end);
}

/** The row with blanks of a style up to a width: for a bar across the screen. A row that is longer is clipped. */
export function padRow(
  row: Row,
  { columns, style, ...options }: WidthOptions & { columns: number; style: Style },
): Row {
  const clipped = clipRow(row, columns, options);
  const missing = columns - rowColumns(clipped, options);
  return missing === 0 ? clipped : [...clipped, { text: " ".repeat(missing), style }];
}
