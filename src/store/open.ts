/** Opens the history, or says in one line why it cannot be opened. */
import { StoreError } from "./error.ts";
import type { History } from "./history.ts";
import { SqliteHistory, type SqliteOptions } from "./sqlite.ts";

/**
 * Makes the file, for its owner's eyes only, if there is none, and takes it for this server alone: two would
 * number the same rooms and tell each other nothing. Throws a StoreError.
 */
export function openHistory(options: SqliteOptions): History {
  const { path } = options;
  try {
    // What people say to one another is nobody else's business. SQLite gives its other files the same mode.
    if (path === ":memory:") return new SqliteHistory(options);
    Deno.openSync(path, { read: true, write: true, create: true, mode: 0o600 }).close();
    const lock = takeLock(path);
    try {
      return new LockedHistory(options, lock);
    } catch (error) {
      lock.close();
      throw error;
    }
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    // The system's refusal, or Deno's own where it was given fewer permissions.
    if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
      throw new StoreError(`cannot write ${path}: not permitted`, "no-permission");
    }
    if (error instanceof Deno.errors.NotFound) {
      throw new StoreError(`cannot create ${path}: there is no such directory`, "cannot-create");
    }
    if (/readonly|unable to open|locked|is a directory/i.test(why)) {
      throw new StoreError(`cannot write ${path}: ${why}`, "cannot-create");
    }
    throw new StoreError(`cannot use ${path} as the database: ${why}`, "not-ours");
  }
}

/** The lock ends with the program, however that ends. Readers of the database are not kept out by it. */
function takeLock(path: string): Deno.FsFile {
  const name = `${path}-lock`;
  const lock = Deno.openSync(name, { read: true, write: true, create: true, mode: 0o600 });
  if (lock.tryLockSync(true)) return lock;
  lock.close();
  throw new StoreError(
    `cannot use ${path}: another server keeps its messages there`,
    "cannot-create",
  );
}

class LockedHistory extends SqliteHistory {
  #lock: Deno.FsFile;

  constructor(options: SqliteOptions, lock: Deno.FsFile) {
    super(options);
    this.#lock = lock;
  }

  override close() {
    super.close();
    this.#lock.close();
  }
}
