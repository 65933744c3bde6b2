/** Reads parts of what was said: the newest, before, after or around a message or a time. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Direct, Said } from "../chat/event.ts";
import type { Found, Page } from "./history.ts";

type Row = Record<string, unknown>;

/** Rows read at once: few, so that long texts do not fill the memory. */
const CHUNK = 32;

export class Pages {
  #room: StatementSync;
  #at: StatementSync;
  #before: StatementSync;
  #from: StatementSync;
  #directsBefore: StatementSync;
  #directsFrom: StatementSync;
  #directsAt: StatementSync;
  #directsLast: StatementSync;

  constructor(database: DatabaseSync) {
    this.#room = database.prepare(
      "SELECT number, max(deleted, coalesce((SELECT max(seq) FROM message WHERE room = room.number), 0)) " +
        "AS last, deleted FROM room WHERE name = ?",
    );
    this.#at = database.prepare("SELECT at FROM message WHERE room = ? AND seq = ?");
    const messages = "SELECT seq, at, nick, text, emote, id FROM message WHERE room = ? AND ";
    this.#before = database.prepare(`${messages} seq < ? ORDER BY seq DESC LIMIT ?`);
    this.#from = database.prepare(`${messages} seq >= ? ORDER BY seq LIMIT ?`);
    // Each half is short, so that neither needs more of its index than what is shown.
    const either = (select: string, rest = "") =>
      ["sender", "receiver"].map((side) =>
        `SELECT * FROM (SELECT ${select} FROM told WHERE ${side} = :owner AND ${side} <> '' ${rest})`
      ).join(" UNION ");
    const directs = (which: string, order: string) =>
      either(
        "number AS seq, at, nick, recipient, text, id",
        `AND ${which} ORDER BY number ${order} LIMIT :limit`,
      ) + ` ORDER BY seq ${order} LIMIT :limit`;
    this.#directsBefore = database.prepare(directs("number < :seq", "DESC"));
    this.#directsFrom = database.prepare(directs("number >= :seq", "ASC"));
    this.#directsAt = database.prepare(
      `SELECT min(seq) AS seq FROM (${either("min(number) AS seq", "AND at >= :time")})`,
    );
    this.#directsLast = database.prepare(
      `SELECT coalesce(max(seq), 0) AS seq FROM (${either("max(number) AS seq")})`,
    );
  }

  /** The room's number, and that of its newest message; undefined if nothing was ever said in it. */
  room(name: string): { number: number; last: number; deleted: number } | undefined {
    return this.#room.get(name) as { number: number; last: number; deleted: number } | undefined;
  }

  page(name: string, page: Page): Found<Said> {
    const room = this.room(name);
    if (!room) return { messages: [], more: false, last: 0 };
    const { last } = room;
    const read = (which: "before" | "from", seq: number, limit: number) =>
      (which === "before" ? this.#before : this.#from).all(room.number, seq, limit);
    const found = select(page, {
      read,
      seqAt: (time) => this.seqAt(room, time),
      toMessage: (row) => ({ room: name, ...row, emote: row.emote === 1 }) as Said,
    });
    return { ...found, last };
  }

  directs(owner: string, page: Page): Found<Direct> {
    const read = (which: "before" | "from", seq: number, limit: number) =>
      (which === "before" ? this.#directsBefore : this.#directsFrom).all({ owner, seq, limit });
    const last = Number(this.#directsLast.get({ owner })?.seq);
    const found = select(page, {
      read,
      seqAt: (time) => Number(this.#directsAt.get({ owner, time })?.seq ?? last + 1),
      toMessage: ({ recipient: to, ...row }) => ({ ...row, to }) as Direct,
    });
    return { ...found, last };
  }

  /**
   * The first message of a room that was said at this time or later, as its number; one after the newest if
   * there is none. Numbers and times rise together, but for clocks that were set back: there it is near.
   */
  seqAt(room: { number: number; last: number; deleted: number }, time: number): number {
    let low = room.deleted + 1;
    let high = room.last + 1;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      if (Number(this.#at.get(room.number, middle)?.at) >= time) high = middle;
      else low = middle + 1;
    }
    return low;
  }
}

interface Source<T> {
  read(which: "before" | "from", seq: number, limit: number): Row[];
  seqAt(time: number): number;
  toMessage(row: Row): T;
}

function select<T extends { text: string; seq: number }>(
  page: Page,
  source: Source<T>,
): { messages: T[]; more: boolean } {
  const { limit, before = 0, from = 0, around = 0, byTime = false, maxBytes } = page;
  if (around > 0) {
    const middle = byTime ? source.seqAt(around) : around;
    const half = Math.floor(limit / 2);
    const earlier = take(source, "before", middle, { limit: half, maxBytes: maxBytes / 2 });
    const later = take(source, "from", middle, { limit: limit - half, maxBytes: maxBytes / 2 });
    return { messages: [...earlier.messages.reverse(), ...later.messages], more: later.more };
  }
  if (from > 0) {
    const first = byTime ? source.seqAt(from) : from;
    const { messages, more } = take(source, "from", first, { limit, maxBytes });
    if (before === 0 || byTime) return { messages, more };
    const earlier = messages.filter(({ seq }) => seq < before);
    return { messages: earlier, more: more && earlier.length === messages.length };
  }
  const end = before === 0 ? Number.MAX_SAFE_INTEGER : byTime ? source.seqAt(before) : before;
  const { messages, more } = take(source, "before", end, { limit, maxBytes });
  return { messages: messages.reverse(), more };
}

function take<T extends { text: string }>(
  { read, toMessage }: Source<T>,
  which: "before" | "from",
  seq: number,
  { limit, maxBytes }: { limit: number; maxBytes: number },
): { messages: T[]; more: boolean } {
  const messages: T[] = [];
  let bytes = 0;
  // One more than was asked for tells whether there is more.
  for (const row of rows(read, which, { seq, limit: limit + 1 })) {
    const message = toMessage(row);
    bytes += mostBytes(message.text);
    const isFull = messages.length === limit || bytes > maxBytes && messages.length > 0;
    if (isFull) return { messages, more: true };
    messages.push(message);
  }
  return { messages, more: false };
}

/** Not with iterate(), which takes an error for the end. */
function* rows(
  read: Source<unknown>["read"],
  which: "before" | "from",
  { seq, limit }: { seq: number; limit: number },
): Iterable<Row> {
  for (let left = limit; left > 0; left -= CHUNK) {
    const chunk = read(which, seq, Math.min(left, CHUNK));
    yield* chunk;
    if (chunk.length < CHUNK) return;
    const last = Number(chunk.at(-1)?.seq);
    seq = which === "before" ? last : last + 1;
  }
}

/** What a message takes on any wire at the most: some write a unit that is not plain ASCII as "\\u017e". */
export function mostBytes(text: string): number {
  let bytes = 300 + text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) bytes += 5;
  }
  return bytes;
}
