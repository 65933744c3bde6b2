/** Deletes what is older, or more, than is to be kept: a little at a time, the oldest first. */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { type Transaction, transactionsOf } from "./transaction.ts";
import type { WordIndex } from "./word_index.ts";

/** What is kept; 0 sets no limit. */
export interface Keep {
  days: number;
  /** In each room. */
  messages: number;
  /** In the whole file. */
  megabytes: number;
  /** What is kept of single rooms, by name, in place of `days` and `messages`. */
  rooms: ReadonlyMap<string, { days: number; messages: number }>;
}

export const KEEP_ALL: Keep = { days: 0, messages: 0, megabytes: 0, rooms: new Map() };

/** Few enough to take a few milliseconds. */
const BATCH = 200;
const BATCH_LENGTH = 128 * 1024;
const BATCH_ROOMS = 200;
const BATCH_PAGES = 100;
const DAY = 24 * 60 * 60 * 1000;

interface Room {
  number: number;
  name: string;
  deleted: number;
  last: number | null;
  /** When its oldest message was said, and when of those heard in it the first was last heard. */
  at: number | null;
  heard: number | null;
}

export class Retention {
  #database: DatabaseSync;
  #transaction: Transaction;
  #words: WordIndex;
  #keep: Keep;
  #rooms: StatementSync;
  /** The room that was looked at last. */
  #room = 0;
  /** Whether there was more to be deleted than was. */
  #isCut = false;

  constructor(
    { database, words, keep }: { database: DatabaseSync; words: WordIndex; keep: Keep },
  ) {
    this.#database = database;
    this.#transaction = transactionsOf(database);
    this.#words = words;
    this.#keep = keep;
    this.#rooms = database.prepare(
      "SELECT number, name, deleted, (SELECT max(seq) FROM message WHERE room = room.number) AS last, " +
        "(SELECT at FROM message WHERE room = room.number ORDER BY seq LIMIT 1) AS at, " +
        "(SELECT min(at) FROM heard WHERE room = room.number) AS heard " +
        "FROM room WHERE number > ? ORDER BY number LIMIT ?",
    );
  }

  /** Looks for something to delete, and deletes some of it. Returns whether there may be more. */
  tend(now: number): boolean {
    const { days, messages, megabytes, rooms } = this.#keep;
    if (days === 0 && messages === 0 && megabytes === 0 && rooms.size === 0) return false;
    return this.#ofRooms(now) || this.#ofDirects(now) || this.#ofSize() || this.#vacuum();
  }

  #ofRooms(now: number): boolean {
    const rooms = this.#rooms.all(this.#room, BATCH_ROOMS) as unknown as Room[];
    for (const room of rooms) {
      this.#isCut = false;
      const deleted = this.#ofRoom(room, now);
      // A room of which there is much must not keep the others waiting for ever.
      if (deleted < BATCH && !this.#isCut) this.#room = room.number;
      if (deleted > 0) return true;
    }
    if (rooms.length === BATCH_ROOMS) return true;
    this.#room = 0;
    return false;
  }

  /** The oldest of a room, up to the first one that is to stay. Returns how many. */
  #ofRoom({ number, name, deleted, last, at, heard }: Room, now: number): number {
    const { days, messages } = this.#keep.rooms.get(name) ?? this.#keep;
    const time = days > 0 ? now - days * DAY : -Infinity;
    const seq = messages > 0 ? (last ?? 0) - messages : 0;
    if (heard !== null && heard < time) {
      this.#database.prepare("DELETE FROM heard WHERE room = ? AND at < ?").run(number, time);
    }
    if (at === null || at >= time && seq <= deleted) return 0;
    const oldest = this.#database.prepare(
      "SELECT number, seq, at FROM message WHERE room = ? ORDER BY seq LIMIT ?",
    ).all(number, BATCH);
    const first = oldest.findIndex((it) => Number(it.at) >= time && Number(it.seq) > seq);
    return this.#delete(first < 0 ? oldest : oldest.slice(0, first));
  }

  /** As many of these messages as are deleted at once: long ones take their time. */
  #upToLength(numbers: number[]): number[] {
    const lengths = this.#database.prepare(
      "SELECT number, length(text) AS length FROM message " +
        "WHERE number IN (SELECT value FROM json_each(?))",
    ).all(JSON.stringify(numbers));
    const known = new Map(lengths.map(({ number, length }) => [Number(number), Number(length)]));
    let length = 0;
    const end = numbers.findIndex((number) => (length += known.get(number) ?? 0) > BATCH_LENGTH);
    this.#isCut = end >= 0;
    return end < 0 ? numbers : numbers.slice(0, Math.max(1, end));
  }

  /** Direct messages are in no room, so only their age counts. */
  #ofDirects(now: number): boolean {
    const { days } = this.#keep;
    return days > 0 && this.#deleteDirects(now - days * DAY) > 0;
  }

  #ofSize(): boolean {
    const { megabytes } = this.#keep;
    if (megabytes === 0) return false;
    const { bytes } = this.#database.prepare(
      "SELECT (page_count - freelist_count) * page_size AS bytes " +
        "FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    ).get()!;
    const most = megabytes * 1024 * 1024;
    if (Number(bytes) <= most) return false;
    // What cannot be deleted must not have all that can be deleted in its stead.
    const { kept } = this.#database.prepare(
      "SELECT coalesce(sum(length(CAST(fact AS BLOB))), 0) AS kept FROM deed",
    ).get()!;
    if (Number(bytes) - Number(kept) <= most) return false;
    const oldest = this.#database.prepare("SELECT number, at FROM message ORDER BY number LIMIT ?")
      .all(BATCH);
    const count = this.#delete(oldest);
    const time = Number(oldest[count - 1]?.at ?? Infinity) + 1;
    return this.#deleteDirects(time, count || BATCH) + count > 0;
  }

  /** Gives the pages of what was deleted back to the system, a few at a time: nobody waits for it. */
  #vacuum(): boolean {
    const { free, mode } = this.#database.prepare(
      "SELECT freelist_count AS free, auto_vacuum AS mode FROM pragma_freelist_count, pragma_auto_vacuum",
    ).get()!;
    if (Number(free) === 0 || Number(mode) !== INCREMENTAL) return false;
    // One page for each row of the result, so that it is to be read to its end.
    this.#database.prepare(`PRAGMA incremental_vacuum(${BATCH_PAGES})`).all();
    return true;
  }

  /** The oldest direct messages, if they are older than this. Returns how many. */
  #deleteDirects(time: number, most = BATCH): number {
    const { changes } = this.#database.prepare(
      "DELETE FROM told WHERE number IN (SELECT number FROM told ORDER BY number LIMIT ?) AND at < ?",
    ).run(most, time);
    return Number(changes);
  }

  #delete(rows: readonly Record<string, unknown>[]): number {
    if (rows.length === 0) return 0;
    const numbers = this.#upToLength(rows.map(({ number }) => Number(number)));
    const list = JSON.stringify(numbers);
    this.#transaction(() => {
      this.#database.prepare(
        "UPDATE room SET deleted = gone.seq FROM (SELECT room, max(seq) AS seq FROM message " +
          "WHERE number IN (SELECT value FROM json_each(?)) GROUP BY room) AS gone " +
          "WHERE room.number = gone.room",
      ).run(list);
      this.#database.prepare(
        "DELETE FROM message WHERE number IN (SELECT value FROM json_each(?))",
      ).run(list);
      this.#words.forget(numbers);
    });
    return numbers.length;
  }
}

const INCREMENTAL = 2;
