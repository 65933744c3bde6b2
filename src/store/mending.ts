/**
 * History that goes on when its file is found to be damaged: the file is set aside under a new name, where
 * what is left of it can still be read, and a new one is begun. Numbers go on where they were.
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { Deed, Direct, Said } from "../chat/event.ts";
import { type DeedRow, type Salvage, salvageDeeds } from "./deeds.ts";
import { damage, isDamagedSchema, oneLine } from "./error.ts";
import type { Choose, Found, History, Kept, Page, Repeats, Search } from "./history.ts";
import type { OpenOptions } from "./open.ts";
import { OTHERS, SqliteHistory } from "./sqlite.ts";

/** The last numbers of rooms, by name. */
type Numbers = ReadonlyMap<string, number>;

export interface MendingOptions extends OpenOptions {
  history: SqliteHistory;
  /** Held until the history is closed. */
  lock: Disposable;
}

export class MendingHistory implements History {
  #options: MendingOptions;
  /** Undefined while not even a new file could be made. */
  #history: SqliteHistory | undefined;
  #lastNumbers: Numbers = new Map();
  /** Of a file that was set aside, as long as there is no new one. */
  #deeds: readonly DeedRow[] = [];

  constructor(options: MendingOptions) {
    this.#options = options;
    this.#history = options.history;
  }

  append(said: readonly Kept[]): Repeats {
    return this.#try((history) => history.append(said));
  }

  deeds(): Deed[] {
    return this.#try((history) => history.deeds());
  }

  thinDeeds(choose: Choose): number {
    return this.#try((history) => history.thinDeeds(choose));
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
    try {
      this.#history?.close();
    } finally {
      this.#options.lock[Symbol.dispose]();
    }
  }

  /** Does it, and mends what turns out to be broken. What was asked fails all the same, this once. */
  #try<T>(run: (history: SqliteHistory) => T): T {
    const history = this.#history ??= this.#begin();
    try {
      return run(history);
    } catch (error) {
      switch (damage(error)) {
        case "index":
          this.#rebuildIndex(history);
          break;
        case "file":
          this.#replace(history, error);
      }
      throw error;
    }
  }

  #rebuildIndex(history: SqliteHistory) {
    try {
      history.rebuildIndex();
      this.#options.onDamage?.("the index of words is damaged, and is made anew");
    } catch (error) {
      if (damage(error)) this.#replace(history, error);
    }
  }

  #replace(broken: SqliteHistory, error: unknown) {
    this.#history = undefined;
    this.#lastNumbers = highest(this.#lastNumbers, broken.lastNumbers());
    try {
      broken.close();
    } catch {
      // What cannot be closed cleanly is set aside as it is.
    }
    this.#lastNumbers = highest(this.#lastNumbers, numbersIn(this.#options.path));
    const salvage = salvageDeeds(this.#options.path);
    this.#deeds = salvage.rows;
    this.#lastNumbers = highest(this.#lastNumbers, setAside(this.#options, { error, salvage }));
    this.#history = this.#begin();
  }

  #begin(): SqliteHistory {
    const lastNumbers = this.#lastNumbers;
    const deeds = this.#deeds;
    const history = openOrBeginAnew(this.#options, { isOurs: true, lastNumbers, deeds });
    this.#deeds = [];
    return history;
  }
}

/** Opens the file, or a new one in place of one of ours that is damaged, and goes on with its numbers. */
export function openOrBeginAnew(
  options: OpenOptions,
  { isOurs, lastNumbers = new Map(), deeds = [] }: {
    isOurs: boolean;
    lastNumbers?: Numbers;
    deeds?: readonly DeedRow[];
  },
): SqliteHistory {
  const { path } = options;
  let history: SqliteHistory;
  try {
    history = openFile(options);
  } catch (error) {
    if (!isOurs || !isDamagedSchema(error)) throw error;
    lastNumbers = highest(lastNumbers, numbersIn(path));
    const salvage = salvageDeeds(path);
    deeds = [...deeds, ...salvage.rows];
    lastNumbers = highest(lastNumbers, setAside(options, { error, salvage }));
    history = openFile(options);
  }
  try {
    history.carryOver(deeds);
    history.goOnFrom(lastNumbers);
    return history;
  } catch (error) {
    history.close();
    throw error;
  }
}

/** What people say to one another is nobody else's business. SQLite gives its other files the same mode. */
function openFile(options: OpenOptions): SqliteHistory {
  Deno.openSync(options.path, { read: true, write: true, create: true, mode: 0o600 }).close();
  return new SqliteHistory(options);
}

/**
 * Gives a damaged file another name, and says so. Returns where rooms are to begin of which nothing is known
 * any more: far beyond any number that was given, or clients would take what is new for what they have seen.
 */
function setAside(
  { path, onDamage }: OpenOptions,
  { error, salvage }: { error: unknown; salvage: Salvage },
): Numbers {
  const now = new Date();
  const aside = `${path}.damaged-${now.toISOString().replace(/[:.]/g, "-")}`;
  for (const suffix of ["-wal", "-shm", ""]) {
    try {
      Deno.renameSync(path + suffix, aside + suffix);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  onDamage?.(
    oneLine(
      `${path} is damaged (${error}): it is now ${aside}, and a new database is begun` +
        wordsOf(salvage),
    ),
  );
  return new Map([[OTHERS, Math.floor(now.getTime() / 1000)]]);
}

/** What becomes of whose names are, and of what operators ordered: nobody may lose that without a word. */
function wordsOf({ rows: { length }, isWhole }: Salvage): string {
  if (isWhole) return length === 0 ? "" : ` with all ${length} claims and orders`;
  return length === 0
    ? "; whose names were and what operators ordered could not be read"
    : ` with ${length} claims and orders, all that could be read`;
}

/** The last numbers of the rooms in a damaged file, as far as they can still be read. */
function numbersIn(path: string): Numbers {
  const numbers = new Map<string, number>();
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const read = (sql: string, ...values: SQLInputValue[]) => {
      try {
        const value = database.prepare(sql).get(...values)?.value;
        return Number.isSafeInteger(value) ? Math.max(0, Number(value)) : 0;
      } catch {
        return 0;
      }
    };
    // No room has more messages than there have been in all.
    const most = read("SELECT max(number) AS value FROM message");
    numbers.set("", read("SELECT max(seq) AS value FROM sqlite_sequence"));
    for (const { number, name } of database.prepare("SELECT number, name FROM room").all()) {
      const last = read("SELECT max(seq) AS value FROM message WHERE room = ?", number!) || most;
      const deleted = read("SELECT deleted AS value FROM room WHERE number = ?", number!);
      if (typeof name === "string") numbers.set(name, Math.max(last, deleted));
    }
  } catch {
    // There is no more of it.
  }
  return numbers;
}

function highest(one: Numbers, other: Numbers): Numbers {
  const both = new Map(one);
  for (const [name, last] of other) both.set(name, Math.max(last, both.get(name) ?? 0));
  return both;
}
