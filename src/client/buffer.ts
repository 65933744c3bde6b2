/** What was said in one place, a room or with one person, as it is shown on a screen: entries, oldest first. */

export interface Entry {
  kind: "message" | "emote" | "direct" | "notice" | "trace";
  /** Milliseconds since 1970. */
  at: number;
  /** "" for notices. */
  nick: string;
  /** Of a direct message: to whom. */
  to: string;
  text: string;
  /** Its number in its room; 0 for what has none. */
  seq: number;
  /** One's own, not yet confirmed by the server. */
  id: string;
  isPending: boolean;
  isOwn: boolean;
  isMention: boolean;
}

export interface Buffer {
  /** "#lobby", "@pat" or "trace". */
  name: string;
  entries: readonly Entry[];
  /** Arrived while nobody was looking. */
  unread: number;
  mentions: number;
  /** The last entry that was seen before one looked away; the line of what is new comes after it. */
  seen: Entry | undefined;
  /** The entry at the bottom of the screen, and how many of its rows lie below; undefined: the newest. */
  anchor: Anchor | undefined;
  /** Older messages have been asked for; whether there are none. */
  isLoading: boolean;
  isWhole: boolean;
}

export interface Anchor {
  entry: Entry;
  hidden: number;
}

/** As much as anybody scrolls back through before it is read from the server again. */
const MAX_ENTRIES = 10_000;

export function emptyBuffer(name: string): Buffer {
  return {
    name,
    entries: [],
    unread: 0,
    mentions: 0,
    seen: undefined,
    anchor: undefined,
    isLoading: false,
    isWhole: false,
  };
}

/** A new entry comes in, before what is pending: that is not said yet. `isSeen` if somebody looks. */
export function append(buffer: Buffer, entry: Entry, isSeen: boolean): Buffer {
  const end = entry.isPending ? buffer.entries.length : firstPending(buffer.entries);
  const all = [...buffer.entries.slice(0, end), entry, ...buffer.entries.slice(end)];
  const entries = all.length > MAX_ENTRIES ? all.slice(all.length - MAX_ENTRIES) : all;
  const isNews = !isSeen && !entry.isOwn && entry.kind !== "notice" && entry.kind !== "trace";
  return {
    ...buffer,
    entries,
    isWhole: buffer.isWhole && entries.length === all.length,
    unread: buffer.unread + (isNews ? 1 : 0),
    mentions: buffer.mentions + (isNews && entry.isMention ? 1 : 0),
  };
}

/** Older messages come in above those that there are. */
export function prepend(buffer: Buffer, older: readonly Entry[]): Buffer {
  const room = MAX_ENTRIES - buffer.entries.length;
  const first = buffer.entries.find((entry) => entry.seq > 0)?.seq ?? Infinity;
  const fresh = older.filter((entry) => entry.seq === 0 || entry.seq < first);
  const entries = [...fresh.slice(Math.max(0, fresh.length - room)), ...buffer.entries];
  return { ...buffer, entries, isLoading: false };
}

/** What was pending has come back, or never will. */
export function withoutPending(buffer: Buffer, id: string): Buffer {
  const index = buffer.entries.findLastIndex((entry) => entry.isPending && entry.id === id);
  if (index < 0) return buffer;
  return { ...buffer, entries: buffer.entries.toSpliced(index, 1) };
}

/** Somebody looks at it now. */
export function look(buffer: Buffer): Buffer {
  return { ...buffer, unread: 0, mentions: 0 };
}

/** Nobody looks any more: what comes from now on is new. */
export function lookAway(buffer: Buffer): Buffer {
  return { ...buffer, seen: buffer.entries.at(-1) };
}

/** The number of the oldest message that it has; 0 if it has none. */
export function oldest(buffer: Buffer): number {
  return buffer.entries.find((entry) => entry.seq > 0)?.seq ?? 0;
}

/** The index of the first of the pending entries, which are always the last; the end if there are none. */
function firstPending(entries: readonly Entry[]): number {
  let index = entries.length;
  while (index > 0 && entries[index - 1]!.isPending) index--;
  return index;
}
