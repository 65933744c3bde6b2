/**
 * A row as the cells of a terminal: what stands in each column, and in which style. A row becomes exactly as many
 * cells as the terminal has columns, whatever is in it.
 */
import type { Row } from "./screen.ts";
import { type ColourDepth, PLAIN_CODE, styleCode } from "./style.ts";
import { type Grapheme, graphemesOf, type WidthOptions } from "./width.ts";

export interface Format extends WidthOptions {
  readonly columns: number;
  readonly depth: ColourDepth;
}

/** Undefined is a column that the character to the left of it covers. */
export type Cell = { readonly grapheme: Grapheme; readonly code: string } | undefined;

/** A row, ready to be compared and written. */
export interface Picture {
  readonly cells: readonly Cell[];
  /** How many columns there are until only plain blanks follow. */
  readonly filled: number;
  /** Equal for two rows that look alike, and for no others. */
  readonly key: string;
}

/** The same row in the same format is the same object, for as long as the row is kept. */
export function pictureOf(row: Row, format: Format): Picture {
  const { columns, depth, ambiguousIsWide = false } = format;
  const name = `${columns} ${depth} ${ambiguousIsWide}`;
  const known = KNOWN.get(row);
  if (known?.format === name) return known.picture;
  const picture = draw(row, format);
  KNOWN.set(row, { format: name, picture });
  return picture;
}

export function isSameCell(one: Cell, other: Cell): boolean {
  return one?.grapheme.shown === other?.grapheme.shown && one?.code === other?.code;
}

const KNOWN = new WeakMap<Row, { format: string; picture: Picture }>();
const BLANK: Cell = { grapheme: graphemesOf(" ")[0]!, code: PLAIN_CODE };

function draw(row: Row, format: Format): Picture {
  const cells = cellsOf(row, format);
  const filled = cells.findLastIndex((it) => !isSameCell(it, BLANK)) + 1;
  while (cells.length < format.columns) cells.push(BLANK);
  return { cells, filled, key: keyOf(cells.slice(0, filled)) };
}

function cellsOf(row: Row, format: Format): Cell[] {
  const cells: Cell[] = [];
  for (const { text, style } of row) {
    const code = styleCode(style, format.depth);
    for (const grapheme of graphemesOf(text, format)) {
      const end = cells.length + grapheme.columns;
      // Half a wide character cannot be shown: the edge stays blank.
      if (end > format.columns) return cells;
      cells.push({ grapheme, code });
      while (cells.length < end) cells.push(undefined);
    }
  }
  return cells;
}

/** No character is shown as one that begins with ESC, as each code does: so the key has one meaning. */
function keyOf(cells: readonly Cell[]): string {
  let key = "";
  let last = "";
  for (const cell of cells) {
    if (!cell) continue;
    if (cell.code !== last) key += cell.code;
    last = cell.code;
    key += cell.grapheme.shown;
  }
  return key;
}
