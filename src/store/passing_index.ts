/**
 * Finds words in messages that are not in the index on disk yet, by that index's own rules: a few messages
 * at a time are indexed in memory, looked through and forgotten.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";

/** What there is to look through, as the index on disk would have it. */
export interface Indexable {
  number: number;
  room: number;
  text: string;
}

export class PassingIndex implements Disposable {
  #database = new DatabaseSync(":memory:");
  #insert: StatementSync;
  #find: StatementSync;

  /** `definition` is the statement that made the index on disk, a table called word. */
  constructor(definition: string) {
    this.#database.exec(definition);
    this.#insert = this.#database.prepare("INSERT INTO word (rowid, room, text) VALUES (?, ?, ?)");
    this.#find = this.#database.prepare(
      "SELECT rowid AS number FROM word WHERE word MATCH ? ORDER BY rowid DESC",
    );
  }

  /** The numbers of those messages that fit the query, the newest first. */
  matches(messages: readonly Indexable[], query: string): number[] {
    this.#database.exec("BEGIN");
    for (const { number, room, text } of messages) this.#insert.run(number, `r${room}`, text);
    const found = this.#find.all(query).map(({ number }) => Number(number));
    this.#database.exec("ROLLBACK");
    return found;
  }

  [Symbol.dispose]() {
    this.#database.close();
  }
}
