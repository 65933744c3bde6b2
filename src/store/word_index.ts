/**
 * Finds what was said by its words, and when somebody last spoke. Both are kept up to date a little at a
 * time, when there is time: adding a word to the index costs several times what storing its message does.
 */
import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Said } from "../chat/event.ts";
import { nickKeys } from "../chat/names.ts";
import type { Search } from "./history.ts";
import { wordQuery } from "./query.ts";
import { mostBytes } from "./pages.ts";
import { type Transaction, transactionsOf } from "./transaction.ts";

/** Few enough to take a few milliseconds. */
const BATCH = 100;
/** ... and so few letters, for a message may have a hundred thousand. */
const BATCH_LENGTH = 64 * 1024;
/** What comes later in a text is not found: nobody looks for a word of a pasted log. */
const MAX_INDEXED_LENGTH = 16 * 1024;
/** Whoever searches waits no longer for what is not indexed yet. */
const MAX_CATCH_UP_MILLISECONDS = 15;

export class WordIndex {
  #database: DatabaseSync;
  #now: () => number;
  #transaction: Transaction;
  #progress: StatementSync;
  #index: StatementSync;
  #lengths: StatementSync;
  #spoken: StatementSync;
  #hear: StatementSync;
  #setIndexed: StatementSync;
  #find: StatementSync;
  #message: StatementSync;
  #heard: StatementSync;

  constructor(database: DatabaseSync, now = () => performance.now()) {
    this.#database = database;
    this.#now = now;
    this.#transaction = transactionsOf(database);
    this.#progress = database.prepare(
      "SELECT value AS indexed, (SELECT coalesce(max(number), 0) FROM message) AS newest " +
        "FROM state WHERE name = 'indexed'",
    );
    this.#index = database.prepare(
      `INSERT INTO word (rowid, room, text) SELECT number, 'r' || room, substr(text, 1, ${MAX_INDEXED_LENGTH}) FROM message ` +
        "WHERE number > ? AND number <= ?",
    );
    this.#lengths = database.prepare(
      "SELECT number, length(text) AS length FROM message WHERE number > ? AND number <= ? " +
        "ORDER BY number",
    );
    this.#spoken = database.prepare(
      "SELECT nick, room, max(at) AS at FROM message WHERE number > ? AND number <= ? GROUP BY nick, room",
    );
    this.#hear = database.prepare(
      "INSERT INTO heard VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = max(at, excluded.at)",
    );
    this.#setIndexed = database.prepare("UPDATE state SET value = ? WHERE name = 'indexed'");
    this.#find = database.prepare(
      "SELECT rowid FROM word WHERE word MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
    );
    this.#message = database.prepare(
      "SELECT name AS room, seq, at, nick, text, emote, id FROM message " +
        "JOIN room ON room.number = message.room WHERE message.number = ?",
    );
    this.#heard = database.prepare(
      "SELECT name AS room, at FROM heard JOIN room ON room.number = heard.room WHERE nick = ? " +
        "AND name IN (SELECT value FROM json_each(?)) ORDER BY at DESC LIMIT 1",
    );
  }

  /** Indexes some of what is not yet indexed. Returns whether there was any. */
  tend(): boolean {
    const { indexed: from, newest } = this.#read();
    if (newest <= from) return false;
    const to = this.#endOfBatch(from, newest);
    this.#transaction(() => {
      this.#index.run(from, to);
      for (const { nick, room, at } of this.#spoken.all(from, to)) {
        this.#hear.run(keyOf(String(nick)), room!, at!);
      }
      this.#setIndexed.run(to);
    });
    return true;
  }

  /** The number of the last message of the batch after a number. */
  #endOfBatch(from: number, newest: number): number {
    let length = 0;
    let to = Math.min(from + BATCH, newest);
    for (const row of this.#lengths.all(from, to)) {
      length += Math.min(Number(row.length), MAX_INDEXED_LENGTH);
      to = Number(row.number);
      if (length >= BATCH_LENGTH) return to;
    }
    return Math.min(from + BATCH, newest);
  }

  search(search: Search): { messages: Said[]; next: number } {
    this.#catchUp();
    const { limit, before, maxBytes } = search;
    const messages: Said[] = [];
    const query = this.#query(search);
    if (query === undefined) return { messages, next: 0 };
    let bytes = 0;
    let last = 0;
    const found = this.#find.all(query, before || Number.MAX_SAFE_INTEGER, limit + 1);
    for (const { rowid: number } of found) {
      const row = this.#message.get(number!);
      const message = { ...row, emote: row?.emote === 1 } as unknown as Said;
      bytes += mostBytes(message.text);
      const isFull = messages.length === limit || bytes > maxBytes && messages.length > 0;
      if (isFull) return { messages: messages.reverse(), next: last };
      messages.push(message);
      last = Number(number);
    }
    return { messages: messages.reverse(), next: 0 };
  }

  seen(nick: string, rooms: readonly string[]): { room: string; at: number } | undefined {
    this.#catchUp();
    const row = this.#heard.get(keyOf(nick), JSON.stringify(rooms));
    return row as { room: string; at: number } | undefined;
  }

  /** Forgets messages that have been deleted; to be called within the same transaction. */
  forget(numbers: readonly number[]) {
    const { indexed, newest } = this.#read();
    const forget = this.#database.prepare("DELETE FROM word WHERE rowid = ?");
    for (const number of numbers) if (number <= indexed) forget.run(number);
    // If they were the newest, their numbers are given again, to messages that are yet to be indexed.
    if (newest < indexed) this.#setIndexed.run(newest);
  }

  /** Begins anew, with nothing indexed. */
  rebuild() {
    this.#transaction(() => {
      this.#database.prepare("INSERT INTO word (word) VALUES ('delete-all')").run();
      this.#setIndexed.run(0);
    });
  }

  /** The number of the newest message that is indexed, and of the newest that there is. */
  #read(): { indexed: number; newest: number } {
    return this.#progress.get() as { indexed: number; newest: number };
  }

  /** What was said a moment ago is found too, unless a flood has just passed. */
  #catchUp() {
    try {
      const end = this.#now() + MAX_CATCH_UP_MILLISECONDS;
      while (this.#now() < end) if (!this.tend()) return;
    } catch {
      // Nothing can be written now. What is indexed can be found all the same.
    }
  }

  /** The search in FTS5's language; undefined if there is nothing to look for. */
  #query({ rooms, words }: Search): string | undefined {
    const numbers = this.#database.prepare(
      "SELECT number FROM room WHERE name IN (SELECT value FROM json_each(?))",
    ).all(JSON.stringify(rooms));
    return wordQuery(words, numbers.map(({ number }) => Number(number)));
  }
}

function keyOf(nick: string): string {
  return nickKeys(nick)[0]!;
}
