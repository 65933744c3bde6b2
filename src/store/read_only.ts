/** Opens a database of ours for reading alone, whether or not a server has it open. */
import { DatabaseSync } from "node:sqlite";
import { damage, StoreError } from "./error.ts";
import { APPLICATION_ID, VERSION } from "./schema.ts";

/** How long a read waits for a server that is just repairing or replacing its log. */
const BUSY_MILLISECONDS = 2000;
/** Throws a StoreError that says why it cannot be read. */
export function openToRead(path: string): DatabaseSync {
  const database = openFile(path);
  try {
    refuseOthers(database, path);
    return database;
  } catch (error) {
    database.close();
    throw readingError(error, path);
  }
}

/** Any error of reading, as a StoreError where it is the file's fault. */
export function readingError(error: unknown, path: string): unknown {
  if (error instanceof StoreError || damage(error) === undefined) return error;
  return new StoreError(`${path} is damaged (${error}): see chat doctor`, "not-ours");
}

function openFile(path: string): DatabaseSync {
  try {
    // SQLite does not tell a file that is missing from one that must not be read.
    if (Deno.statSync(path).isDirectory) throw new Error("it is a directory");
    Deno.openSync(path).close();
  } catch (error) {
    throw openingError(error, path);
  }
  try {
    return openAndRead(path);
  } catch (error) {
    if (damage(error) !== undefined) throw readingError(error, path);
    throw new StoreError(
      `cannot read ${path}: ${
        (error as Error).message
      } (SQLite reads and makes -wal and -shm beside it)`,
      "no-permission",
    );
  }
}

function openAndRead(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_MILLISECONDS });
  try {
    database.prepare("SELECT count(*) FROM sqlite_schema").get();
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function openingError(error: unknown, path: string): StoreError {
  if (error instanceof Deno.errors.NotFound) {
    return new StoreError(`there is no database ${path}: no server has kept one there`, "not-ours");
  }
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new StoreError(`cannot read ${path}: not permitted`, "no-permission");
  }
  return new StoreError(`cannot read ${path}: ${(error as Error).message}`, "not-ours");
}

function refuseOthers(database: DatabaseSync, path: string) {
  const { owner, version } = database.prepare(
    "SELECT application_id AS owner, user_version AS version FROM pragma_application_id, pragma_user_version",
  ).get()!;
  const refuse = (why: string) => new StoreError(`cannot read ${path}: ${why}`, "not-ours");
  if (owner !== APPLICATION_ID) throw refuse("it is no database of chat's");
  if (Number(version) < VERSION) {
    throw refuse("an older chat made it; start the server once, which brings it up to date");
  }
  if (Number(version) > VERSION) throw refuse("it was made by a newer chat");
}
