/**
 * Takes in what another database exported: all of it or nothing, every line checked, with the numbers that
 * its messages have. What is here already is left as it is, so that importing twice does no harm.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Said } from "../chat/event.ts";
import { explained, takeLock } from "./open.ts";
import { Pages } from "./pages.ts";
import { decodeRecord, LineError } from "./record.ts";
import { prepareDatabase } from "./sqlite.ts";
import { WordIndex } from "./word_index.ts";

/** So many rooms are remembered; others are asked of the database again. */
const MAX_REMEMBERED_ROOMS = 10_000;

export interface Imported {
  imported: number;
  /** Those that were here already. */
  skipped: number;
}

/**
 * Makes the database if there is none. `report` is told how many lines have been taken in, then how many parts of
 * them are indexed. Throws a LineError that names the line, or a StoreError if the database cannot be used.
 */
export async function importMessages(
  path: string,
  lines: AsyncIterable<string>,
  report: (done: number, what: "lines" | "words") => void,
): Promise<Imported> {
  using _lock = lockFile(path);
  using database = openToWrite(path);
  try {
    const result = await inTransaction(database, () => takeIn(database, lines, report));
    const index = new WordIndex(database);
    for (let rounds = 1; index.tend(); rounds++) report(rounds, "words");
    return result;
  } catch (error) {
    throw error instanceof LineError ? error : explained(error, path);
  }
}

function lockFile(path: string): Disposable {
  try {
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    return takeLock(path);
  } catch (error) {
    throw explained(error, path);
  }
}

function openToWrite(path: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    prepareDatabase(database, "power");
    return database;
  } catch (error) {
    database?.close();
    throw explained(error, path);
  }
}

async function inTransaction<T>(database: DatabaseSync, run: () => Promise<T>): Promise<T> {
  database.exec("BEGIN IMMEDIATE");
  try {
    const result = await run();
    database.exec("COMMIT");
    return result;
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

async function takeIn(
  database: DatabaseSync,
  lines: AsyncIterable<string>,
  report: (done: number, what: "lines") => void,
): Promise<Imported> {
  const importer = new Importer(database);
  const result = { imported: 0, skipped: 0 };
  let number = 0;
  try {
    for await (const line of lines) {
      number++;
      if (importer.take(decodeRecord(line))) result.imported++;
      else result.skipped++;
      report(number, "lines");
    }
  } catch (error) {
    if (error instanceof LineError) throw new LineError(`line ${number}: ${error.message}`);
    // What the decoder of UTF-8 throws; it reads a little further than the lines have come.
    if (error instanceof TypeError) throw new LineError(`after line ${number}: it is not UTF-8`);
    throw error;
  }
  return result;
}

interface Room {
  number: number;
  last: number;
  deleted: number;
}

class Importer {
  #pages: Pages;
  #insertRoom: StatementSync;
  #insert: StatementSync;
  #find: StatementSync;
  #rooms = new Map<string, Room>();

  constructor(database: DatabaseSync) {
    this.#pages = new Pages(database);
    // All earlier messages count as deleted: a message keeps its number, and no number is given twice.
    this.#insertRoom = database.prepare(
      "INSERT INTO room (name, deleted) VALUES (?1, ?2) " +
        "ON CONFLICT DO UPDATE SET deleted = ?2 RETURNING number",
    );
    this.#insert = database.prepare(
      "INSERT INTO message (room, seq, at, nick, text, emote, id) VALUES (?, ?, ?, ?, ?, ?, ?) " +
        "ON CONFLICT (id) WHERE length(id) = 36 DO NOTHING",
    );
    this.#find = database.prepare(
      "SELECT at, nick, text, emote, id FROM message WHERE room = ? AND seq = ?",
    );
  }

  /** Returns whether it was not here already. Throws a LineError. */
  take(said: Said): boolean {
    const { room: name, seq, at, nick, text, emote, id } = said;
    const room = this.#room(said);
    if (seq <= room.deleted) throw new LineError(`message ${seq} of ${name} has been deleted here`);
    if (seq <= room.last) {
      if (isSame(said, this.#find.get(room.number, seq))) return false;
      throw new LineError(`message ${seq} of ${name} is another one here`);
    }
    if (seq > room.last + 1) {
      throw new LineError(`message ${seq} of ${name} comes after ${room.last}: some are missing`);
    }
    const { changes } = this.#insert.run(room.number, seq, at, nick, text, emote ? 1 : 0, id);
    if (changes === 0) throw new LineError(`another message has the id ${id}`);
    room.last = seq;
    return true;
  }

  #room({ room: name, seq }: Said): Room {
    const remembered = this.#rooms.get(name);
    if (remembered) return remembered;
    if (this.#rooms.size >= MAX_REMEMBERED_ROOMS) this.#rooms.clear();
    const known = this.#pages.room(name);
    const room = known && known.last > 0 ? known : this.#begin(name, seq - 1);
    this.#rooms.set(name, room);
    return room;
  }

  #begin(name: string, deleted: number): Room {
    const { number } = this.#insertRoom.get(name, deleted)!;
    return { number: Number(number), last: deleted, deleted };
  }
}

function isSame(said: Said, row: Record<string, unknown> | undefined): boolean {
  return row?.at === said.at && row.nick === said.nick && row.text === said.text &&
    row.emote === (said.emote ? 1 : 0) && row.id === said.id;
}
