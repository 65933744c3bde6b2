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

/** What is older is read from the server again by those who scroll back to it. */
const MAX_ENTRIES = 10_000;
/** Nothing is taken away from those who are scrolling, up to here. */
const MAX_SCROLLED_ENTRIES = 100_000;

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
  const { isWhole, unread, mentions } = buffer;
  const entries = newest(buffer, [...buffer.entries, entry]);
  const isNews = !isSeen && !entry.isOwn && entry.kind !== "notice" && entry.kind !== "trace";
  return {
    ...buffer,
    entries,
    isWhole: isWhole && entries.length > buffer.entries.length,
    unread: unread + (isNews ? 1 : 0),
    mentions: mentions + (isNews && entry.isMention ? 1 : 0),
  };
}

/** Older messages come in where they belong, in however many parts, and those that are there already do not. */
export function prepend(buffer: Buffer, older: readonly Entry[]): Buffer {
  return { ...buffer, entries: newest(buffer, merged(buffer.entries, older)), isLoading: false };
}

function merged(entries: readonly Entry[], older: readonly Entry[]): Entry[] {
  const known = new Set(entries.map(({ seq }) => seq));
  const fresh = older.filter(({ seq }) => seq === 0 || !known.has(seq));
  const all: Entry[] = [];
  let taken = 0;
  // What has no number stays with the message that follows it.
  let notices: Entry[] = [];
  for (const entry of entries) {
    if (entry.seq === 0) {
      notices.push(entry);
      continue;
    }
    while (taken < fresh.length && fresh[taken]!.seq < entry.seq) all.push(fresh[taken++]!);
    all.push(...notices, entry);
    notices = [];
  }
  return [...all, ...fresh.slice(taken), ...notices];
}

function newest({ anchor }: Buffer, entries: Entry[]): Entry[] {
  const most = anchor ? MAX_SCROLLED_ENTRIES : MAX_ENTRIES;
  return entries.length > most ? entries.slice(entries.length - most) : entries;
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
