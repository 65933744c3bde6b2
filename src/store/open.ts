/** Opens the history, or says in one line why it cannot be opened. */
import { StoreError } from "./error.ts";
import type { History } from "./history.ts";
import { MendingHistory, openOrBeginAnew } from "./mending.ts";
import { APPLICATION_ID } from "./schema.ts";
import { SqliteHistory, type SqliteOptions } from "./sqlite.ts";

export interface OpenOptions extends SqliteOptions {
  /** Told, in words, when a damaged file was set aside for a new one. */
  onDamage?(what: string): void;
}

/**
 * Makes the file, for its owner's eyes only, if there is none, and takes it for this server alone: two would
 * number the same rooms and tell each other nothing. A file of ours that is damaged is set aside and a new
 * one begun. Throws a StoreError.
 */
export function openHistory(options: OpenOptions): History {
  const { path } = options;
  if (path === ":memory:") return new SqliteHistory(options);
  try {
    // What people say to one another is nobody else's business. SQLite gives its other files the same mode.
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    const lock = takeLock(path);
    try {
      const isOurs = lock.statSync().size > 0 || saysItIsOurs(path);
      const history = openOrBeginAnew(options, { isOurs });
      markAsOurs(lock);
      return new MendingHistory({ history, lock, ...options });
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    throw explained(error, path);
  }
}

/** A file that nobody can make out any more was ours if its lock says so. */
function markAsOurs(lock: Deno.FsFile) {
  if (lock.statSync().size === 0) lock.writeSync(new TextEncoder().encode("chat\n"));
}

/** The lock ends with the program, however that ends. Readers of the database are not kept out by it. */
export function takeLock(path: string): Deno.FsFile {
  const name = `${path}-lock`;
  const lock = Deno.openSync(name, { read: true, write: true, create: true, mode: 0o600 });
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new StoreError(
    `cannot use ${path}: a server keeps its messages there, and must be stopped first`,
    "cannot-create",
  );
}

/** Whether the header of a file says, at its place in SQLite's format, that it is a database of ours. */
export function saysItIsOurs(path: string): boolean {
  const header = new Uint8Array(72);
  using file = Deno.openSync(path);
  if (file.readSync(header) !== header.length) return false;
  return new DataView(header.buffer).getUint32(68) === APPLICATION_ID;
}

/** The same error as one line that a person can act on. */
export function explained(error: unknown, path: string): StoreError {
  if (error instanceof StoreError) return error;
  const why = error instanceof Error ? error.message : String(error);
  // The system's refusal, or Deno's own where it was given fewer permissions.
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    return new StoreError(`cannot write ${path}: not permitted`, "no-permission");
  }
  if (error instanceof Deno.errors.NotFound) {
    return new StoreError(`cannot create ${path}: there is no such directory`, "cannot-create");
  }
  if (/read-?only|unable to open|locked|is a directory|disk is full|disk I\/O/i.test(why)) {
    return new StoreError(`cannot write ${path}: ${why}`, "cannot-create");
  }
  return new StoreError(`cannot use ${path} as the database: ${why}`, "not-ours");
}
