/** Finds rows that only moved up or down, as messages do: a terminal can move them itself. It only looks; it never paints. */
import type { Picture } from "./cells.ts";

/** The rows from `top` to before `bottom` move: upwards by so many rows, or downwards if `by` is below 0. */
export interface Shift {
  readonly top: number;
  readonly bottom: number;
  readonly by: number;
}

/** The one move that spares the most rows from being written, if that is more than one. Both have equally many rows. */
export function findShift(
  before: readonly Picture[],
  after: readonly Picture[],
): Shift | undefined {
  const by = likeliestDistance(before, after);
  if (by === undefined) return undefined;
  const { start, end } = longestRun(after, (row) => after[row]!.key === before[row + by]?.key);
  const shift = { top: Math.min(start, start + by), bottom: Math.max(end, end + by), by };
  let spared = 0;
  for (let row = shift.top; row < shift.bottom; row++) {
    const isInPlace = after[row]!.key === before[row]!.key;
    const isMoved = start <= row && row < end;
    // A row that was right and is moved away has to be written again.
    if (isMoved !== isInPlace && after[row]!.key !== "") spared += isMoved ? 1 : -1;
  }
  return spared > 1 ? shift : undefined;
}

/** What is on the screen when the terminal has moved those rows. */
export function shifted(
  rows: readonly Picture[],
  { top, bottom, by }: Shift,
  blank: Picture,
): Picture[] {
  return rows.map((picture, row) => {
    if (row < top || row >= bottom) return picture;
    const from = row + by;
    return from >= top && from < bottom ? rows[from]! : blank;
  });
}

/** Rows that occur only once say how far they moved, and most of them decide. */
function likeliestDistance(
  before: readonly Picture[],
  after: readonly Picture[],
): number | undefined {
  const places = new Map<string, number | undefined>();
  before.forEach(({ key }, row) => places.set(key, places.has(key) ? undefined : row));
  const votes = new Map<number, number>();
  after.forEach(({ key }, row) => {
    const place = places.get(key);
    if (key === "" || place === undefined || key === before[row]!.key) return;
    votes.set(place - row, (votes.get(place - row) ?? 0) + 1);
  });
  return [...votes].sort(([, one], [, other]) => other - one)[0]?.[0];
}

function longestRun(rows: readonly Picture[], isIn: (row: number) => boolean) {
  let longest = { start: 0, end: 0 };
  for (let start = 0; start < rows.length; start++) {
    let end = start;
    while (end < rows.length && isIn(end)) end++;
    if (end - start > longest.end - longest.start) longest = { start, end };
    start = end;
  }
  return longest;
}
