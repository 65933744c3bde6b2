/** Deletes what is older, or more, than is to be kept: a little at a time, the oldest first. */
import type { DatabaseSync } from "node:sqlite";
import type { Pages } from "./pages.ts";
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
const BATCH_PAGES = 100;
const DAY = 24 * 60 * 60 * 1000;

interface Room {
  number: number;
  name: string;
  last: number;
  deleted: number;
}

export class Retention {
  #database: DatabaseSync;
  #pages: Pages;
  #words: WordIndex;
  #keep: Keep;

  constructor(
    { database, pages, words, keep }: {
      database: DatabaseSync;
      pages: Pages;
      words: WordIndex;
      keep: Keep;
    },
  ) {
    this.#database = database;
    this.#pages = pages;
    this.#words = words;
    this.#keep = keep;
  }

  /** Deletes some of what is to be deleted. Returns whether there is more. */
  tend(now: number): boolean {
    const { days, messages, megabytes, rooms } = this.#keep;
    if (days === 0 && messages === 0 && megabytes === 0 && rooms.size === 0) return false;
    return this.#ofRooms(now) || this.#ofDirects(now) || this.#ofSize() || this.#vacuum();
  }

  #ofRooms(now: number): boolean {
    for (const room of this.#rooms()) {
      const { days, messages } = this.#keep.rooms.get(room.name) ?? this.#keep;
      const tooOld = days > 0 ? this.#pages.seqAt(room, now - days * DAY) - 1 : 0;
      const tooMany = messages > 0 ? room.last - messages : 0;
      const upTo = Math.max(tooOld, tooMany);
      if (upTo <= room.deleted) continue;
      const numbers = this.#database.prepare(
        "SELECT number FROM message WHERE room = ? AND seq <= ? ORDER BY seq LIMIT ?",
      ).all(room.number, upTo, BATCH);
      if (numbers.length > 0) this.#delete(numbers.map(({ number }) => Number(number)));
      return true;
    }
    return false;
  }

  /** Direct messages are in no room, so only their age counts. */
  #ofDirects(now: number): boolean {
    const { days } = this.#keep;
    if (days === 0) return false;
    const { changes } = this.#database.prepare(
      "DELETE FROM told WHERE number IN (SELECT number FROM told ORDER BY number LIMIT ?) AND at < ?",
    ).run(BATCH, now - days * DAY);
    return changes === BATCH;
  }

  #ofSize(): boolean {
    const { megabytes } = this.#keep;
    if (megabytes === 0) return false;
    const { bytes } = this.#database.prepare(
      "SELECT (page_count - freelist_count) * page_size AS bytes " +
        "FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    ).get()!;
    if (Number(bytes) <= megabytes * 1024 * 1024) return false;
    const oldest = this.#database.prepare("SELECT number FROM message ORDER BY number LIMIT ?")
      .all(BATCH).map(({ number }) => Number(number));
    if (oldest.length === 0) return false;
    this.#delete(oldest);
    return true;
  }

  /** Gives the pages of what was deleted back to the system, a few at a time: nobody waits for it. */
  #vacuum(): boolean {
    const { free } = this.#database.prepare(
      "SELECT freelist_count AS free FROM pragma_freelist_count",
    ).get()!;
    const { mode } = this.#database.prepare("SELECT auto_vacuum AS mode FROM pragma_auto_vacuum")
      .get()!;
    if (Number(free) === 0 || Number(mode) !== INCREMENTAL) return false;
    this.#database.exec(`PRAGMA incremental_vacuum(${BATCH_PAGES})`);
    return Number(free) > BATCH_PAGES;
  }

  #rooms(): Room[] {
    return this.#database.prepare("SELECT name FROM room").all()
      .map(({ name }) => ({ name: String(name), ...this.#pages.room(String(name))! }));
  }

  #delete(numbers: number[]) {
    const list = JSON.stringify(numbers);
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      this.#words.forget(numbers);
      this.#database.prepare(
        "UPDATE room SET deleted = gone.seq FROM (SELECT room, max(seq) AS seq FROM message " +
          "WHERE number IN (SELECT value FROM json_each(?)) GROUP BY room) AS gone " +
          "WHERE room.number = gone.room",
      ).run(list);
      this.#database.prepare(
        "DELETE FROM message WHERE number IN (SELECT value FROM json_each(?))",
      ).run(list);
      this.#database.exec("COMMIT");
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }
}

const INCREMENTAL = 2;
