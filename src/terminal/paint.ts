/**
 * From one screen to the next, as the fewest escape codes that do it. Nothing that is in a text may ever be obeyed
 * by the terminal, and nothing may scroll, but rows that are moved on purpose.
 */
import { type Format, isSameCell, type Picture, pictureOf } from "./cells.ts";
import type { Position, Row, Screen } from "./screen.ts";
import { findShift, type Shift, shifted } from "./shift.ts";
import { PLAIN_CODE } from "./style.ts";

export interface PaintOptions extends Format {
  readonly rows: number;
}

/**
 * What to write to a terminal that shows `before`, so that it shows `after`: "" if that is the same. Without
 * `before` everything is painted, as it must be after a change of size. What is outside is cut off.
 */
export function paint(before: Screen | undefined, after: Screen, options: PaintOptions): string {
  const cursor = within(after.cursor, options);
  const rows = paintRows(before, after, options);
  if (before && rows === "") return moveCursor(within(before.cursor, options), cursor);
  return BEGIN + (before ? "" : RESET) + rows + END + (cursor ? showCursor(cursor) : "") + COMMIT;
}

/** Everything until COMMIT is shown at once; the cursor is hidden, and a full row does not flow into the next. */
const BEGIN = "\x1b[?2026h\x1b[?25l\x1b[?7l";
const END = "\x1b[?7h";
const COMMIT = "\x1b[?2026l";

/** No style and no scroll region that was there before us. */
const RESET = `${PLAIN_CODE}\x1b[r`;
const ERASE_TO_END = "\x1b[K";
const NO_ROW: Row = [];

function paintRows(before: Screen | undefined, after: Screen, options: PaintOptions): string {
  const now = picturesOf(after, options);
  if (!before) return now.map((picture, row) => paintRow(undefined, picture, row)).join("");
  const old = picturesOf(before, options);
  const shift = findShift(old, now);
  const moved = shift ? shifted(old, shift, pictureOf(NO_ROW, options)) : old;
  return (shift ? paintShift(shift) : "") +
    now.map((picture, row) => paintRow(moved[row], picture, row)).join("");
}

function picturesOf(screen: Screen, options: PaintOptions): Picture[] {
  return Array.from(
    { length: options.rows },
    (_, row) => pictureOf(screen.rows[row] ?? NO_ROW, options),
  );
}

/** Lines are deleted and inserted rather than scrolled, which every terminal can, and none remembers. */
function paintShift({ top, bottom, by }: Shift): string {
  const region = `\x1b[${top + 1};${bottom}r${goTo({ row: top, column: 0 })}`;
  return `${region}\x1b[${Math.abs(by)}${by > 0 ? "M" : "L"}\x1b[r`;
}

/** Writes the columns that changed, from the first to the last. */
function paintRow(old: Picture | undefined, now: Picture, row: number): string {
  if (old?.key === now.key) return "";
  const { cells, filled } = now;
  const start = old ? cells.findIndex((it, column) => !isSameCell(it, old.cells[column])) : 0;
  const last = old
    ? cells.findLastIndex((it, column) => !isSameCell(it, old.cells[column])) + 1
    : cells.length;
  // A terminal that makes it wider than we do has drawn over all that follows it.
  const isUnsettled = cells.slice(start, last).some((it) => it && !it.grapheme.isSettled);
  const end = isUnsettled ? cells.length : last;
  return goTo({ row, column: start }) +
    writeCells(now, { start, end: Math.min(end, filled), row }) +
    (end > filled ? ERASE_TO_END : "");
}

/** Begins and ends without a style. */
function writeCells(
  { cells }: Picture,
  { start, end, row }: { start: number; end: number; row: number },
): string {
  let text = "";
  let pen = PLAIN_CODE;
  for (let column = start; column < end; column++) {
    const cell = cells[column];
    if (!cell) continue;
    if (cell.code !== pen) text += cell.code;
    pen = cell.code;
    const { shown, columns, isSettled } = cell.grapheme;
    text += isSettled ? shown : " ".repeat(columns) + goTo({ row, column }) + shown +
      goTo({ row, column: column + columns });
  }
  return pen === PLAIN_CODE ? text : text + PLAIN_CODE;
}

function moveCursor(from: Position | undefined, to: Position | undefined): string {
  if (!to) return from ? "\x1b[?25l" : "";
  if (!from) return showCursor(to);
  return from.row === to.row && from.column === to.column ? "" : goTo(to);
}

function showCursor(at: Position): string {
  return `${goTo(at)}\x1b[?25h`;
}

function goTo({ row, column }: Position): string {
  return column === 0 ? `\x1b[${row + 1}H` : `\x1b[${row + 1};${column + 1}H`;
}

function within(cursor: Position | undefined, { rows, columns }: PaintOptions) {
  if (!cursor) return undefined;
  const clamp = (value: number, end: number) => Math.max(0, Math.min(value, end - 1));
  return { row: clamp(cursor.row, rows), column: clamp(cursor.column, columns) };
}
