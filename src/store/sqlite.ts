/**
 * History in an SQLite file. Each append is one transaction, committed before it returns: to the
 * system, which survives kill -9 ("process"), or down to the disk, which survives a power cut ("power").
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Deed, Direct, Message, Said, Told } from "../chat/event.ts";
import { deedIn, type DeedRow } from "./deeds.ts";
import type { Choose, Found, History, Kept, Page, Place, Repeats, Search } from "./history.ts";
import { Pages } from "./pages.ts";
import { type Keep, KEEP_ALL, Retention } from "./retention.ts";
import { migrate } from "./schema.ts";
import { type Transaction, transactionsOf } from "./transaction.ts";
import { WordIndex } from "./word_index.ts";

export interface SqliteOptions {
  /** A file, or ":memory:". */
  path: string;
  durability: "process" | "power";
  keep?: Keep;
  /** The clock by which nobody waits for long, in milliseconds. */
  now?(): number;
}

/** So many rooms are remembered; others are asked of the database again. */
const MAX_REMEMBERED_ROOMS = 10_000;
const NO_REPEATS: Repeats = new Map();

/** What direct messages are among the names of rooms, where it is about their numbers. */
const DIRECTS = "";
/** Likewise the rooms of which nothing is known; no room can be called so. */
export const OTHERS = "*";

interface Room {
  number: number;
  last: number;
}

export class SqliteHistory implements History {
  #database: DatabaseSync;
  #transaction: Transaction;
  #pages: Pages;
  #words: WordIndex;
  #retention: Retention;
  #insertMessage: StatementSync;
  #insertTold: StatementSync;
  #insertRoom: StatementSync;
  #insertDeed: StatementSync;
  #findMessage: StatementSync;
  #findTold: StatementSync;
  #rooms = new Map<string, Room>();
  #lastTold = 0;
  /** What to take back if the transaction under way fails: numbers given out, and new rooms. */
  #numbered: Room[] = [];
  #made: string[] = [];
  /** Whether something was stored since the last look, and since the log was last written back. */
  #isBusy = false;
  #isLogged = true;

  /** Throws an Error that says what is wrong with the file. */
  constructor({ path, durability, keep = KEEP_ALL, now }: SqliteOptions) {
    const database = new DatabaseSync(path);
    this.#database = database;
    try {
      prepareDatabase(database, durability);
      this.#pages = new Pages(database);
      this.#words = new WordIndex(database, now);
      this.#transaction = transactionsOf(database);
      this.#retention = new Retention({ database, words: this.#words, keep });
      this.#insertMessage = database.prepare(
        "INSERT INTO message (room, seq, at, nick, text, emote, id) VALUES (?, ?, ?, ?, ?, ?, ?) " +
          "ON CONFLICT (id) WHERE length(id) = 36 DO NOTHING",
      );
      this.#insertTold = database.prepare(
        "INSERT INTO told (at, nick, recipient, text, id, sender, receiver) VALUES (?, ?, ?, ?, ?, ?, ?)",
      );
      this.#insertRoom = database.prepare(
        "INSERT INTO room (name, deleted) SELECT ?, " +
          "coalesce((SELECT value FROM state WHERE name = 'first'), 0) RETURNING number, deleted AS last",
      );
      this.#insertDeed = database.prepare("INSERT INTO deed (at, fact) VALUES (?, ?)");
      this.#findMessage = database.prepare(
        "SELECT seq, at FROM message WHERE id = ? AND length(id) = 36 AND room = ? AND text = ?",
      );
      this.#findTold = database.prepare(
        "SELECT number AS seq, at, text FROM told WHERE id = ? AND length(id) = 36",
      );
    } catch (error) {
      database.close();
      throw error;
    }
  }

  append(said: readonly Kept[]): Repeats {
    // Never while a transaction is under way, of which they may have to be taken back.
    if (this.#rooms.size >= MAX_REMEMBERED_ROOMS) this.#rooms.clear();
    try {
      return this.#transaction(() => this.#keep(said));
    } catch (error) {
      for (const room of this.#numbered) room.last--;
      for (const name of this.#made) this.#rooms.delete(name);
      throw error;
    } finally {
      this.#numbered = [];
      this.#made = [];
      this.#isBusy = true;
      this.#isLogged = false;
    }
  }

  deeds(): Deed[] {
    const rows = this.#database.prepare("SELECT fact FROM deed ORDER BY number").all();
    // A newer program may have kept what this one does not know.
    return rows.flatMap(({ fact }) => deedIn(String(fact)) ?? []);
  }

  thinDeeds(choose: Choose): number {
    const rows = this.#database.prepare("SELECT at, fact FROM deed ORDER BY number").all();
    const chosen = choose(rows.map(({ fact }) => deedIn(String(fact))));
    if (!chosen) return rows.length;
    const { made, kept } = chosen;
    this.#transaction(() => {
      // They are numbered anew, so that one that is missing is missed.
      this.#database.exec("DELETE FROM deed; DELETE FROM sqlite_sequence WHERE name = 'deed'");
      for (const deed of made) this.#insertDeed.run(deed.at, JSON.stringify(deed));
      for (const place of kept) this.#insertDeed.run(rows[place]!.at!, rows[place]!.fact!);
    });
    this.#isLogged = false;
    return made.length + kept.length;
  }

  /** Takes in deeds of a database in place of which this one was begun. */
  carryOver(rows: readonly DeedRow[]) {
    const insert = this.#database.prepare(
      "INSERT INTO deed (number, at, fact) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
    );
    this.#transaction(() => {
      for (const { number, at, fact } of rows) insert.run(number, at, fact);
    });
  }

  page(room: string, page: Page): Found<Said> {
    return this.#pages.page(room, page);
  }

  directs(owner: string, page: Page): Found<Direct> {
    return this.#pages.directs(owner, page);
  }

  search(search: Search): { messages: Said[]; next: number } {
    return this.#words.search(search);
  }

  seen(nick: string, rooms: readonly string[]): { room: string; at: number } | undefined {
    return this.#words.seen(nick, rooms);
  }

  probe() {
    this.#transaction(() =>
      this.#database.prepare("UPDATE state SET value = value WHERE name = 'indexed'").run()
    );
  }

  tend(now: number): boolean {
    if (this.#words.tend() || this.#retention.tend(now)) {
      this.#isLogged = false;
      return true;
    }
    this.#writeBack();
    return false;
  }

  /** The number of the newest message of each room of which anything is known; of direct ones under "". */
  lastNumbers(): Map<string, number> {
    const rooms = [...this.#rooms].map(([name, { last }]) => [name, last] as const);
    return new Map([...rooms, [DIRECTS, this.#lastTold]]);
  }

  /** Begins each room after these numbers, as if all messages up to there had been deleted. */
  goOnFrom(numbers: ReadonlyMap<string, number>) {
    const insert = this.#database.prepare(
      "INSERT INTO room (name, deleted) VALUES (?, ?) ON CONFLICT DO NOTHING",
    );
    const setTold = this.#database.prepare(
      "UPDATE sqlite_sequence SET seq = max(coalesce(seq, 0), ?) WHERE name = 'told'",
    );
    const setFirst = this.#database.prepare("INSERT OR REPLACE INTO state VALUES ('first', ?)");
    if (!numbers.get(DIRECTS)) setTold.run(numbers.get(OTHERS) ?? 0);
    this.#transaction(() => {
      for (const [name, last] of numbers) {
        if (name === DIRECTS) setTold.run(last);
        else if (name === OTHERS) setFirst.run(last);
        else insert.run(name, last);
      }
    });
  }

  /** A new index in place of one that is broken. It fills again by and by. */
  rebuildIndex() {
    this.#words.rebuild();
  }

  close() {
    this.#database.close();
  }

  /** Writes what the log holds back to the database, in a moment when nobody waits for it. */
  #writeBack() {
    if (this.#isBusy) this.#isBusy = false;
    else if (!this.#isLogged) {
      this.#isLogged = true;
      this.#database.exec("PRAGMA wal_checkpoint(PASSIVE)");
    }
  }

  #keep(said: readonly Kept[]): Repeats {
    let repeats: Map<Message | Told, Place> | undefined;
    for (const kept of said) {
      const place = this.#keepOne(kept);
      if (place) (repeats ??= new Map()).set(kept.fact as Message | Told, place);
    }
    return repeats ?? NO_REPEATS;
  }

  /** Returns the place that it has already, if it is something said that has been stored before. */
  #keepOne(kept: Kept): Place | undefined {
    const { fact } = kept;
    if (fact.type === "message") return this.#keepMessage(fact);
    if (fact.type === "told") return this.#keepTold(fact, kept);
    this.#insertDeed.run(fact.at, JSON.stringify(fact));
    return undefined;
  }

  /** Stores and numbers it; returns the place that it has already, if it has been stored before. */
  #keepMessage(fact: Message): Place | undefined {
    const room = this.#rooms.get(fact.room) ?? this.#roomNamed(fact.room);
    const { at, nick, text, emote, id } = fact;
    fact.seq = room.last + 1;
    const insert = (id: string) =>
      this.#insertMessage.run(room.number, fact.seq, at, nick, text, emote ? 1 : 0, id).changes > 0;
    if (!insert(id)) {
      const known = this.#findMessage.get(id, room.number, text) as unknown as Place | undefined;
      if (known) return known;
      // Somebody has given the id to something else: nobody may keep others from speaking by that.
      insert("");
    }
    room.last++;
    this.#numbered.push(room);
    return undefined;
  }

  #keepTold(fact: Told, { sender, receiver }: Kept): Place | undefined {
    const { at, nick, to, text, id } = fact;
    // A conflict would use up a number here.
    const known = this.#findTold.get(id) as unknown as Place & { text: string } | undefined;
    if (known?.text === text) return { seq: known.seq, at: known.at };
    const ownId = known ? "" : id;
    const { lastInsertRowid } = this.#insertTold.run(at, nick, to, text, ownId, sender, receiver);
    this.#lastTold = fact.seq = Number(lastInsertRowid);
    return undefined;
  }

  #roomNamed(name: string): Room {
    const known = this.#pages.room(name);
    const room = known ?? this.#insertRoom.get(name) as unknown as Room;
    if (!known) this.#made.push(name);
    this.#rooms.set(name, room);
    return room;
  }
}

/** Brings a database that was opened to today's tables, and sets what a commit is worth. */
export function prepareDatabase(database: DatabaseSync, durability: SqliteOptions["durability"]) {
  database.exec("PRAGMA busy_timeout = 2000");
  migrate(database);
  // Write-ahead logging: one short write for each transaction, and readers do not wait for it.
  database.exec("PRAGMA journal_mode = WAL");
  // The log is written back when there is time, and by a commit only if it has grown long meanwhile.
  database.exec("PRAGMA wal_autocheckpoint = 4000");
  database.exec("PRAGMA journal_size_limit = 33554432");
  // What is deleted is gone from the file as well.
  database.exec("PRAGMA secure_delete = ON");
  // Once people talk, nobody waits for somebody else's lock: what cannot be stored is refused.
  database.exec("PRAGMA busy_timeout = 20");
  database.exec(`PRAGMA synchronous = ${durability === "power" ? "FULL" : "NORMAL"}`);
}
