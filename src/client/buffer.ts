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
  /** Where one has scrolled to; undefined: the newest. */
  anchor: Anchor | undefined;
  /** Older messages have been asked for; there are none. */
  isLoading: boolean;
  isWhole: boolean;
}

/** The entry at the bottom of the screen, and how many of its rows lie below. */
export interface Anchor {
  entry: Entry;
  hidden: number;
  /** The newest entry there was when one began to scroll: what comes after it is new. */
  newest: Entry;
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

/** A new entry comes in. `isSeen` is whether somebody looks. */
export function append(buffer: Buffer, entry: Entry, isSeen: boolean): Buffer {
  const { entries, isWhole, unread, mentions } = buffer;
  const isFull = entries.length >= MAX_ENTRIES;
  const isNews = !isSeen && !entry.isOwn && entry.kind !== "notice" && entry.kind !== "trace";
  return {
    ...buffer,
    entries: [...isFull ? entries.slice(1) : entries, entry],
    isWhole: isWhole && !isFull,
    unread: unread + (isNews ? 1 : 0),
    mentions: mentions + (isNews && entry.isMention ? 1 : 0),
  };
}

/** Older messages come in above those that there are. */
export function prepend(buffer: Buffer, older: readonly Entry[]): Buffer {
  const first = oldest(buffer) || Infinity;
  const fresh = older.filter(({ seq }) => seq === 0 || seq < first);
  const room = MAX_ENTRIES - buffer.entries.length;
  const entries = [...fresh.slice(Math.max(0, fresh.length - room)), ...buffer.entries];
  return { ...buffer, entries, isLoading: false };
}

/** Somebody looks at it now. */
export function look(buffer: Buffer): Buffer {
  return { ...buffer, unread: 0, mentions: 0 };
}

/** Nobody looks any more: what comes from now on is new. */
export function lookAway(buffer: Buffer): Buffer {
  return { ...buffer, seen: buffer.entries.at(-1), anchor: undefined };
}

/** The number of the oldest message that it has; 0 if it has none. */
export function oldest(buffer: Buffer): number {
  return buffer.entries.find(({ seq }) => seq > 0)?.seq ?? 0;
}
