/**
 * What was said, for reading alone, also while a server has the database open. Each read is a short one:
 * what is long is read in parts, so that the server can write its log back in between.
 */
import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import type { Deed, Said } from "../chat/event.ts";
import { deedIn, type DeedRow } from "./deeds.ts";
import { Pages } from "./pages.ts";
import { PassingIndex } from "./passing_index.ts";
import { wordQuery } from "./query.ts";
import { openToRead, readingError } from "./read_only.ts";

/** So many numbers of messages are read at once; fewer messages, where some have been deleted. */
const WINDOW = 1000;
const MESSAGES = "SELECT room.name AS room, seq, at, nick, message.text, emote, id " +
  "FROM message JOIN room ON room.number = message.room WHERE ";

export interface RoomSummary {
  room: string;
  messages: number;
  /** When the newest message was said; 0 if all have been deleted. */
  last: number;
}

/** A part of all messages, and how far reading has come with it, from 0 to 1. */
export interface Part {
  messages: Said[];
  done: number;
}

/** From a time on, and up to before another one, in milliseconds since 1970. */
export interface Span {
  since?: number | undefined;
  until?: number | undefined;
}

export class Archive implements Disposable {
  #database: DatabaseSync;
  #pages: Pages;
  #ofRoom: StatementSync;
  #ofAll: StatementSync;

  /** Throws a StoreError that says why it cannot be read. */
  constructor(path: string) {
    this.#database = openToRead(path);
    try {
      this.#pages = new Pages(this.#database);
      const inSpan = "at >= ? AND at < ?";
      this.#ofRoom = this.#database.prepare(
        `${MESSAGES} message.room = ? AND seq >= ? AND seq < ? AND ${inSpan} ORDER BY seq`,
      );
      this.#ofAll = this.#database.prepare(
        `${MESSAGES} message.number >= ? AND message.number < ? AND ${inSpan} ORDER BY message.number`,
      );
    } catch (error) {
      this.#database.close();
      throw readingError(error, path);
    }
  }

  /** Every room in which something was ever said, by name. */
  rooms(): RoomSummary[] {
    return this.#database.prepare("SELECT name FROM room ORDER BY name").all()
      .map(({ name }) => this.#summary(String(name)));
  }

  /** The newest messages of a room, oldest first. */
  *newest(name: string, { limit, since, until }: Span & { limit: number }): Generator<Said> {
    const room = this.#pages.room(name);
    if (!room) return;
    const end = until === undefined ? room.last + 1 : this.#pages.seqAt(room, until);
    const first = since === undefined ? 0 : this.#pages.seqAt(room, since);
    const from = Math.max(room.deleted + 1, first, end - limit);
    for (const part of this.#inWindows(this.#ofRoom, [room.number], { from, end })) {
      yield* part.messages;
    }
  }

  /**
   * All that was said before this call, in one room or in all of them, in the order in which it was stored.
   * Direct messages are nobody's but those two's who wrote them.
   */
  *all({ room: name, since, until }: Span & { room?: string | undefined }): Generator<Part> {
    const span = { since, until };
    if (name === undefined) {
      const { first, last } = this.#one(
        "SELECT coalesce(min(number), 0) AS first, coalesce(max(number), -1) AS last FROM message",
      );
      yield* this.#inWindows(this.#ofAll, [], { from: Number(first), end: Number(last) + 1, span });
      return;
    }
    const room = this.#pages.room(name);
    if (!room) return;
    const { number, deleted, last } = room;
    yield* this.#inWindows(this.#ofRoom, [number], { from: deleted + 1, end: last + 1, span });
  }

  /**
   * The newest messages with all of these words, or words that begin so, oldest first. Undefined if there is
   * no word to look for, or too many.
   */
  search(
    { words, room, limit }: { words: string; room?: string | undefined; limit: number },
  ): Said[] | undefined {
    const known = room === undefined ? undefined : this.#pages.room(room);
    const query = wordQuery(words, known && [known.number]);
    if (query === undefined) return undefined;
    if (room !== undefined && !known) return [];
    const indexed = Number(this.#one("SELECT value FROM state WHERE name = 'indexed'").value);
    const found = this.#searchPast(indexed, query, limit);
    if (found.length < limit) {
      const statement = this.#database.prepare(
        "SELECT rowid AS number FROM word WHERE word MATCH ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?",
      );
      found.push(...numbersOf(statement.all(query, indexed, limit - found.length)));
    }
    const message = this.#database.prepare(`${MESSAGES} message.number = ?`);
    return found.reverse().flatMap((number) => message.all(number)).map(toSaid);
  }

  /** The newest of what was done about a room, or about anything, and goes on holding; the oldest first. */
  deeds(
    { room, limit, since = Number.MIN_SAFE_INTEGER }: {
      room?: string | undefined;
      limit: number;
      since?: number | undefined;
    },
  ): Deed[] {
    const part = this.#database.prepare(
      "SELECT number, at, fact FROM deed WHERE number < ? ORDER BY number DESC LIMIT ?",
    );
    const found: Deed[] = [];
    for (let before = Number.MAX_SAFE_INTEGER; found.length < limit;) {
      const rows = part.all(before, WINDOW) as unknown as DeedRow[];
      for (const { fact } of rows) {
        const deed = deedIn(fact);
        if (!deed || deed.at < since) continue;
        if (room === undefined || "room" in deed && deed.room === room) found.push(deed);
      }
      if (rows.length < WINDOW) break;
      before = rows.at(-1)!.number;
    }
    return found.slice(0, limit).reverse();
  }

  [Symbol.dispose]() {
    this.#database.close();
  }

  /** The numbers of messages that fit and that the index does not have yet, the newest first. */
  #searchPast(indexed: number, query: string, limit: number): number[] {
    const newest = Number(this.#one("SELECT max(number) AS value FROM message").value);
    const found: number[] = [];
    if (newest <= indexed) return found;
    const definition = this.#one("SELECT sql FROM sqlite_schema WHERE name = 'word'").sql;
    using index = new PassingIndex(String(definition));
    const read = this.#database.prepare(
      "SELECT number, room, text FROM message WHERE number > ? AND number <= ?",
    );
    for (let upTo = newest; upTo > indexed && found.length < limit; upTo -= WINDOW) {
      const rows = read.all(Math.max(indexed, upTo - WINDOW), upTo);
      found.push(...index.matches(rows as never, query));
    }
    return found.slice(0, limit);
  }

  *#inWindows(
    statement: StatementSync,
    fixed: SQLInputValue[],
    { from, end, span = {} }: { from: number; end: number; span?: Span },
  ): Generator<Part> {
    const { since = Number.MIN_SAFE_INTEGER, until = Number.MAX_SAFE_INTEGER } = span;
    for (let low = from; low < end; low += WINDOW) {
      const high = Math.min(low + WINDOW, end);
      const messages = statement.all(...fixed, low, high, since, until).map(toSaid);
      yield { messages, done: (high - from) / (end - from) };
    }
  }

  #summary(name: string): RoomSummary {
    const { number, last, deleted } = this.#pages.room(name)!;
    // A room's messages are numbered without gaps.
    const [newest] = this.#ofRoom.all(number, last, last + 1, 0, Number.MAX_SAFE_INTEGER);
    return { room: name, messages: last - deleted, last: Number(newest?.at ?? 0) };
  }

  #one(query: string): Record<string, unknown> {
    return this.#database.prepare(query).get() ?? {};
  }
}

function toSaid(row: Record<string, unknown>): Said {
  return { ...row, emote: row.emote === 1 } as unknown as Said;
}

function numbersOf(rows: Record<string, unknown>[]): number[] {
  return rows.map(({ number }) => Number(number));
}
