/**
 * Takes in what another database exported: all of it or nothing, every line checked, with the numbers that
 * its messages have. What is here already is left as it is, so that importing twice does no harm.
 */
import { DatabaseSync, type StatementSync } from "node:sqlite";
import type { Said } from "../chat/event.ts";
import { StoreError } from "./error.ts";
import { explained, takeLock } from "./open.ts";
import { Pages } from "./pages.ts";
import { decodeRecord } from "./record.ts";
import { prepareDatabase } from "./sqlite.ts";
import { WordIndex } from "./word_index.ts";

export interface Imported {
  imported: number;
  /** Those that were here already. */
  skipped: number;
}

/** A line that cannot be taken in; nothing has been. */
export class ImportError extends Error {
  override name = "ImportError";
}

/**
 * Makes the database if there is none. `report` is told how many lines, then how many messages' words, have
 * been taken in. Throws an ImportError, or a StoreError if the database cannot be used.
 */
export async function importMessages(
  path: string,
  lines: AsyncIterable<string>,
  report: (done: number, what: "lines" | "words") => void,
): Promise<Imported> {
  using _lock = lockFile(path);
  using database = openToWrite(path);
  const result = await inTransaction(database, () => takeIn(database, lines, report));
  const index = new WordIndex(database);
  for (let rounds = 1; index.tend(); rounds++) report(rounds, "words");
  return result;
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
    // TODO
    throw error;
  }
  return result;
}
