/**
 * Looks a database over and says what it found, whatever the file may be: damaged, empty, somebody else's.
 * Changes no byte of it and leaves no file beside it, also while a server has it open.
 */
import { basename, dirname, join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { CHECKS, countAll, type Counts } from "./checks.ts";
import { damage, StoreError } from "./error.ts";
import { APPLICATION_ID, VERSION } from "./schema.ts";

export interface Findings {
  path: string;
  /** What is wrong, each in a line; none if all is well. */
  problems: string[];
  /** Whether a server has it open. */
  server: boolean;
  /** Of its tables; null if it is no database of ours. */
  version: number | null;
  /** In bytes: the file, and what is not yet written back to it. */
  size: { file: number; log: number };
  /** Null where they cannot be told, as of an older version. */
  counts: Counts | null;
  /** Damaged files that a server has set aside for a new one. */
  setAside: string[];
}

/** How a file of SQLite's begins; its owner is told at byte 68. */
const MAGIC = "SQLite format 3\0";
const OWNER_AT = 68;
const BUSY_MILLISECONDS = 2000;

/** `report` is told what is being looked at. Throws a StoreError if the file must not be read. */
export function examine(path: string, report: (what: string) => void): Findings {
  const findings: Findings = {
    path,
    problems: [],
    server: isTaken(path),
    version: null,
    size: { file: sizeOf(path) ?? 0, log: sizeOf(`${path}-wal`) ?? 0 },
    counts: null,
    setAside: setAsideOf(path),
  };
  const problem = problemOutside(path);
  if (problem !== undefined) return { ...findings, problems: [problem] };
  // SQLite makes files beside a database to read it, and only who writes takes them away again.
  const made = ["-wal", "-shm"].map((end) => path + end).filter((it) => sizeOf(it) === undefined);
  examineInside(findings, report);
  removeEmpty(made, path);
  return findings;
}

/** What is wrong with a file that is no database of ours at all: it is not even opened as one. */
function problemOutside(path: string): string | undefined {
  const header = new Uint8Array(OWNER_AT + 4);
  try {
    using file = Deno.openSync(path);
    const length = file.readSync(header) ?? 0;
    if (length === 0) return "the file is empty: nothing was ever kept in it";
  } catch (error) {
    return whyUnreadable(error, path);
  }
  if (new TextDecoder().decode(header.subarray(0, MAGIC.length)) !== MAGIC) {
    return "it is no SQLite database, or its beginning is damaged";
  }
  const owner = new DataView(header.buffer).getUint32(OWNER_AT);
  return owner === APPLICATION_ID ? undefined : "it is a database of some other program";
}

function whyUnreadable(error: unknown, path: string): string {
  if (error instanceof Deno.errors.NotFound) return "there is no such file";
  if (error instanceof Deno.errors.PermissionDenied || error instanceof Deno.errors.NotCapable) {
    throw new StoreError(`cannot read ${path}: not permitted`, "no-permission");
  }
  return `it cannot be read: ${(error as Error).message}`;
}

function examineInside(findings: Findings, report: (what: string) => void) {
  const { problems } = findings;
  try {
    using database = new DatabaseSync(findings.path, {
      readOnly: true,
      timeout: BUSY_MILLISECONDS,
    });
    const version = Number(database.prepare("PRAGMA user_version").get()?.user_version);
    findings.version = version;
    if (version > VERSION) {
      return void problems.push(
        `it was made by a newer chat (version ${version}, known here: ${VERSION})`,
      );
    }
    const isCurrent = version === VERSION;
    for (const { what, run, ofAnyVersion } of CHECKS) {
      if (!isCurrent && !ofAnyVersion) continue;
      report(what);
      problems.push(...attempt(what, () => run(database)));
    }
    report("what there is");
    if (isCurrent) {
      problems.push(...attempt("what there is", () => {
        findings.counts = countAll(database);
        return [];
      }));
    }
  } catch (error) {
    const why = (error as Error).message;
    // A file that may be read, in a directory where SQLite may not make what it needs.
    if (damage(error) === undefined) {
      throw new StoreError(`cannot read ${findings.path}: ${why}`, "no-permission");
    }
    problems.push(`it cannot be read: ${why}`);
  }
}

/** What damage keeps one check from being made need not keep the others. */
function attempt(what: string, run: () => string[]): string[] {
  try {
    return run();
  } catch (error) {
    return [`${what} cannot be read: ${(error as Error).message}`];
  }
}

/** Takes away what reading has made, unless a server was started meanwhile, which needs it. */
function removeEmpty(made: readonly string[], path: string) {
  using lock = openLock(path);
  const isFree = lock ? lock.tryLockSync(true) : sizeOf(`${path}-lock`) === undefined;
  if (!isFree) return;
  for (const file of made) {
    // Somebody has written to the database since.
    if (file.endsWith("-wal") && (sizeOf(file) ?? 0) > 0) return;
    try {
      Deno.removeSync(file);
    } catch {
      // It was not made after all, or may not be taken away: the next server will do it.
    }
  }
}

/** Whether a server, or an import, has the database for itself just now. */
function isTaken(path: string): boolean {
  using lock = openLock(path);
  return lock !== undefined && !lock.tryLockSync(false);
}

function openLock(path: string): Deno.FsFile | undefined {
  try {
    return Deno.openSync(`${path}-lock`);
  } catch {
    return undefined;
  }
}

function sizeOf(path: string): number | undefined {
  try {
    return Deno.statSync(path).size;
  } catch {
    return undefined;
  }
}

function setAsideOf(path: string): string[] {
  const prefix = `${basename(path)}.damaged-`;
  try {
    return [...Deno.readDirSync(dirname(path))]
      .map(({ name }) => name)
      .filter((name) => name.startsWith(prefix) && !/-(wal|shm)$/.test(name))
      .map((name) => join(dirname(path), name))
      .sort();
  } catch {
    return [];
  }
}
