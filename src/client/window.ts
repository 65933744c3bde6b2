/** The part of a buffer that is on the screen, and how it moves. Reads no more of the buffer than it shows. */
import { columnsOf } from "../terminal/width.ts";
import type { Row } from "../terminal/screen.ts";
import type { Anchor, Buffer } from "./buffer.ts";
import { dayOf, DIM, entryRows, type Look } from "./entry_rows.ts";

const NEWS = { foreground: 1 } as const;

/** The rows that are seen in a window of this height, the newest at its bottom unless one has scrolled. */
export function windowRows(
  buffer: Buffer,
  { height, below = [], look }: { height: number; below?: readonly Row[]; look: Look },
): Row[] {
  const bottom = bottomOf(buffer);
  // Blocks of rows from the bottom up, each in its own order.
  const blocks: (readonly Row[])[] = buffer.anchor ? [] : [below];
  let count = buffer.anchor ? 0 : below.length;
  let hidden = bottom.hidden;
  for (let index = bottom.index; index >= 0 && count < height; index--) {
    const rows = blockRows(buffer, index, look);
    const shown = hidden > 0 ? rows.slice(0, rows.length - hidden) : rows;
    hidden = 0;
    blocks.push(shown);
    count += shown.length;
  }
  const all = blocks.reverse().flat();
  return all.slice(Math.max(0, all.length - height));
}

/** Where one is after scrolling: up if `lines` is negative. Undefined is the bottom. */
export function moved(
  buffer: Buffer,
  lines: number,
  { height, look }: { height: number; look: Look },
): { anchor: Anchor | undefined; isAtTop: boolean } {
  let { index, hidden } = bottomOf(buffer);
  hidden -= lines;
  while (index > 0 && hidden >= blockRows(buffer, index, look).length) {
    hidden -= blockRows(buffer, index, look).length;
    index--;
  }
  while (hidden < 0) {
    index++;
    if (index >= buffer.entries.length) return { anchor: undefined, isAtTop: false };
    hidden += blockRows(buffer, index, look).length;
  }
  const top = lowestFullWindow(buffer, { height, look });
  const isAtTop = index < top.index || index === top.index && hidden >= top.hidden;
  const place = isAtTop ? top : { index, hidden };
  const entry = buffer.entries[place.index];
  const isAtBottom = place.index >= buffer.entries.length - 1 && place.hidden <= 0;
  if (isAtBottom || !entry) return { anchor: undefined, isAtTop };
  const newest = buffer.anchor?.newest ?? buffer.entries.at(-1)!;
  return { anchor: { entry, hidden: place.hidden, newest }, isAtTop };
}

interface Place {
  index: number;
  /** How many rows of that entry lie below the window. */
  hidden: number;
}

function bottomOf({ entries, anchor }: Buffer): Place {
  const index = anchor ? entries.lastIndexOf(anchor.entry) : -1;
  return index < 0 ? { index: entries.length - 1, hidden: 0 } : { index, hidden: anchor!.hidden };
}

/** The bottom of a window that shows the very first row at its top. */
function lowestFullWindow(
  buffer: Buffer,
  { height, look }: { height: number; look: Look },
): Place {
  let count = 0;
  for (let index = 0; index < buffer.entries.length; index++) {
    count += blockRows(buffer, index, look).length;
    if (count >= height) return { index, hidden: count - height };
  }
  return { index: buffer.entries.length - 1, hidden: 0 };
}

/** An entry's rows, with the day above it if it is the first of one, and the line of what is new below. */
function blockRows({ entries, seen }: Buffer, index: number, look: Look): readonly Row[] {
  const entry = entries[index]!;
  const before = entries[index - 1];
  const rows = entryRows(entry, look);
  const isNewDay = look.time !== "off" && (!before || dayOf(before.at) !== dayOf(entry.at));
  const isLastSeen = entry === seen && index < entries.length - 1;
  if (!isNewDay && !isLastSeen) return rows;
  return [
    ...isNewDay ? [[{ text: ruler(dayOf(entry.at), look.columns), style: DIM }]] : [],
    ...rows,
    ...isLastSeen ? [[{ text: ruler("new", look.columns), style: NEWS }]] : [],
  ];
}

/** "──── new ────", as wide as the screen. */
function ruler(text: string, columns: number): string {
  const title = ` ${text} `;
  const side = Math.max(0, Math.floor((columns - columnsOf(title)) / 2));
  return `${"─".repeat(side)}${title}${"─".repeat(side)}`.slice(0, columns);
}
