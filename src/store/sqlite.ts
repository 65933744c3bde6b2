/**
 * History in an SQLite file. Each append is one transaction, committed before it returns: to the
 * system, which survives kill -9 ("process"), or down to the disk, which survives a power cut ("power").
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Message, Said, Told } from "../chat/event.ts";
import type { History, Page } from "./history.ts";
import { migrate } from "./schema.ts";

export interface SqliteOptions {
  /** A file, or ":memory:". */
  path: string;
  durability: "process" | "power";
}

/** The last numbers of this many rooms are remembered; others are asked of the database again. */
const MAX_REMEMBERED_ROOMS = 10_000;

export class SqliteHistory implements History {
  #database: DatabaseSync;
  #insertMessage: StatementSync;
  #insertTold: StatementSync;
  #lastNumber: StatementSync;
  #page: StatementSync;
  #last = new Map<string, number>();

  /** Throws an Error that says what is wrong with the file. */
  constructor({ path, durability }: SqliteOptions) {
    this.#database = new DatabaseSync(path);
    try {
      prepareDatabase(this.#database, durability);
    } catch (error) {
      this.#database.close();
      throw error;
    }
    this.#insertMessage = this.#database.prepare(
      "INSERT INTO message (room, seq, at, nick, text, emote, id) VALUES (?, ?, ?, ?, ?, ?, ?)",
    );
    this.#insertTold = this.#database.prepare(
      "INSERT INTO told (at, nick, recipient, text, id) VALUES (?, ?, ?, ?, ?)",
    );
    this.#lastNumber = this.#database.prepare(
      "SELECT coalesce(max(seq), 0) AS seq FROM message WHERE room = ?",
    );
    this.#page = this.#database.prepare(
      "SELECT room, seq, at, nick, text, emote, id FROM message " +
        "WHERE room = ? AND seq < ? ORDER BY seq DESC LIMIT ?",
    );
  }

  append(said: readonly (Message | Told)[]) {
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      for (const fact of said) this.#insert(fact);
      this.#database.exec("COMMIT");
    } catch (error) {
      // The numbers given out in this transaction were never used.
      this.#last.clear();
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  recent(room: string, { limit, before, maxBytes }: Page): Said[] {
    const messages: Said[] = [];
    let bytes = 0;
    for (const row of this.#page.iterate(room, before || Number.MAX_SAFE_INTEGER, limit)) {
      const message = { ...row, emote: row.emote === 1 } as Said;
      bytes += mostBytes(message.text);
      if (bytes > maxBytes && messages.length > 0) break;
      messages.push(message);
    }
    return messages.reverse();
  }

  close() {
    this.#database.close();
  }

  #insert(fact: Message | Told) {
    if (fact.type === "told") {
      this.#insertTold.run(fact.at, fact.nick, fact.to, fact.text, fact.id);
      return;
    }
    fact.seq = this.#nextNumber(fact.room);
    const { room, seq, at, nick, text, emote, id } = fact;
    this.#insertMessage.run(room, seq, at, nick, text, emote ? 1 : 0, id);
  }

  #nextNumber(room: string): number {
    if (this.#last.size >= MAX_REMEMBERED_ROOMS) this.#last.clear();
    const last = this.#last.get(room) ?? Number(this.#lastNumber.get(room)?.seq);
    this.#last.set(room, last + 1);
    return last + 1;
  }
}

/** Brings a database that was opened to today's tables, and sets what a commit is worth. */
export function prepareDatabase(database: DatabaseSync, durability: SqliteOptions["durability"]) {
  database.exec("PRAGMA busy_timeout = 2000");
  migrate(database);
  // Write-ahead logging: one short write for each transaction, and readers do not wait for it.
  database.exec("PRAGMA journal_mode = WAL");
  // Once people talk, nobody waits for somebody else's lock: what cannot be stored is refused.
  database.exec("PRAGMA busy_timeout = 20");
  database.exec(`PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
}

/** What a message takes on any wire at the most: some write a unit that is not plain ASCII as "\\u017e". */
function mostBytes(text: string): number {
  let bytes = 300 + text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || unit > 0x7e) bytes += 5;
  }
  return bytes;
}
