/** How messages that stand one below the other belong together: by whom, on which day, and what lies between. */
import type { Buffer, Entry } from "./buffer.ts";

/** What stands above an entry, and whether it goes on with what the one before began. */
export interface Joint {
  isNewDay: boolean;
  /** The number of the message below a gap that can be asked for; 0 for no gap. */
  gapBefore: number;
  /** The line of what is new stands above it. */
  isNews: boolean;
  follows: boolean;
}

/** Said so soon after the last that it needs no name above it. */
const SOON_MILLISECONDS = 5 * 60_000;

export function jointOf({ name, entries, seen }: Buffer, index: number): Joint {
  const entry = entries[index]!;
  const before = entries[index - 1];
  const isNewDay = before === undefined || !isSameDay(before.at, entry.at);
  const gapBefore = name.startsWith("#") ? gapAbove(entries, index) : 0;
  const isNews = before !== undefined && before === seen && !entry.isOwn;
  const follows = !isNewDay && gapBefore === 0 && !isNews && goesOn(before, entry);
  return { isNewDay, gapBefore, isNews, follows };
}

/** Whether `entry` follows `before` by the same person, soon. */
export function goesOn(before: Entry, entry: Entry): boolean {
  return isSpoken(before) && isSpoken(entry) && before.nick === entry.nick &&
    Math.abs(entry.at - before.at) < SOON_MILLISECONDS;
}

function isSpoken({ kind }: Entry): boolean {
  return kind === "message" || kind === "direct";
}

function gapAbove(entries: readonly Entry[], index: number): number {
  const { seq } = entries[index]!;
  if (seq === 0) return 0;
  for (let above = index - 1; above >= 0; above--) {
    const before = entries[above]!.seq;
    if (before > 0) return seq > before + 1 ? seq : 0;
  }
  return 0;
}

function isSameDay(one: number, other: number): boolean {
  return new Date(one).toDateString() === new Date(other).toDateString();
}
