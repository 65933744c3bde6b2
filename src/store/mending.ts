/**
 * History that goes on when its file is found to be damaged: the file is set aside under a new name, where
 * what is left of it can still be read, and a new one is begun. Numbers go on where they were.
 */
import { DatabaseSync } from "node:sqlite";
import type { Direct, Said } from "../chat/event.ts";
import { damage } from "./error.ts";
import type { Found, History, Kept, Page, Repeats, Search } from "./history.ts";
import type { OpenOptions } from "./open.ts";
import { SqliteHistory } from "./sqlite.ts";

export interface MendingOptions extends OpenOptions {
  history: SqliteHistory;
  /** Held until the history is closed. */
  lock: Disposable;
}

export class MendingHistory implements History {
  #options: MendingOptions;
  /** Undefined while not even a new file could be made. */
  #history: SqliteHistory | undefined;
  #lastNumbers = new Map<string, number>();

  constructor(options: MendingOptions) {
    this.#options = options;
    this.#history = options.history;
  }

  append(said: readonly Kept[]): Repeats {
    return this.#try((history) => history.append(said));
  }

  page(room: string, page: Page): Found<Said> {
    return this.#try((history) => history.page(room, page));
  }

  directs(owner: string, page: Page): Found<Direct> {
    return this.#try((history) => history.directs(owner, page));
  }

  search(search: Search): { messages: Said[]; next: number } {
    return this.#try((history) => history.search(search));
  }

  seen(nick: string, rooms: readonly string[]): { room: string; at: number } | undefined {
    return this.#try((history) => history.seen(nick, rooms));
  }

  probe() {
    this.#try((history) => history.probe());
  }

  tend(now: number): boolean {
    return this.#try((history) => history.tend(now));
  }

  close() {
    this.#history?.close();
    this.#options.lock[Symbol.dispose]();
  }

  /** Does it, and mends what turns out to be broken. What was asked fails all the same, this once. */
  #try<T>(run: (history: SqliteHistory) => T): T {
    this.#history ??= this.#begin();
    try {
      return run(this.#history);
    } catch (error) {
      switch (damage(error)) {
        case "index":
          this.#history.rebuildIndex();
          this.#options.onDamage?.("the index of words is damaged, and is made anew");
          break;
        case "file":
          this.#replace(error);
      }
      throw error;
    }
  }

  #replace(error: unknown) {
    const broken = this.#history!;
    this.#lastNumbers = broken.lastNumbers();
    this.#history = undefined;
    try {
      broken.close();
    } catch {
      // What cannot be closed cleanly is set aside as it is.
    }
    this.#history = setAside(this.#options, { error, lastNumbers: this.#lastNumbers });
  }

  #begin(): SqliteHistory {
    const history = new SqliteHistory(this.#options);
    history.goOnFrom(this.#lastNumbers);
    return history;
  }
}

/** Gives a damaged file another name, says so, and opens a new one that goes on with its numbers. */
export function setAside(
  options: OpenOptions,
  { error, lastNumbers }: { error: unknown; lastNumbers?: ReadonlyMap<string, number> },
): SqliteHistory {
  const { path, onDamage } = options;
  const numbers = new Map([...numbersIn(path), ...lastNumbers ?? []]);
  const aside = `${path}.damaged-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  for (const suffix of ["-wal", "-shm", ""]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  onDamage?.(`${path} is damaged (${error}): it is now ${aside}, and a new database is begun`);
  Deno.openSync(path, { write: true, createNew: true, mode: 0o600 }).close();
  const history = new SqliteHistory(options);
  history.goOnFrom(numbers);
  return history;
}

/** The last numbers of the rooms in a damaged file, as far as they can still be read. */
function numbersIn(path: string): Map<string, number> {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare(
      "SELECT name, max(deleted, coalesce((SELECT max(seq) FROM message WHERE room = room.number), 0)) " +
        "AS last FROM room",
    ).all();
    return new Map(rows.map(({ name, last }) => [String(name), Number(last)]));
  } catch {
    return new Map();
  }
}
