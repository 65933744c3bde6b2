/** What is wrong with the database file. */
export class StoreError extends Error {
  override name = "StoreError";
  readonly kind: "cannot-create" | "no-permission" | "not-ours";

  constructor(message: string, kind: StoreError["kind"]) {
    super(message);
    this.kind = kind;
  }
}

/** SQLite's own numbers, the lowest byte of which is the kind. */
const GENERAL = 1;
const CORRUPT = 11;
const CORRUPT_INDEX = 267;
const NOT_A_DATABASE = 26;
/** The log ends before the index of the log says that it does. */
const SHORT_READ = 522;

/** What an error of SQLite's says of the file: that its index of words, or all of it, is no longer whole. */
export function damage(error: unknown): "index" | "file" | undefined {
  const { errcode, message = "" } = (error ?? {}) as { errcode?: number; message?: string };
  if (errcode === CORRUPT_INDEX) return "index";
  if (errcode === SHORT_READ) return "file";
  const kind = (errcode ?? 0) & 0xff;
  if (kind === CORRUPT || kind === NOT_A_DATABASE) return "file";
  // Some calls throw without a number.
  return /malformed|not a database/.test(message) ? "file" : undefined;
}

/** Whether the tables of a file that was to be opened are no longer what they were. */
export function isDamagedSchema(error: unknown): boolean {
  const { errcode, message = "" } = (error ?? {}) as { errcode?: number; message?: string };
  return damage(error) !== undefined ||
    errcode === GENERAL && /no such|has no column|fts5|constructor failed/.test(message);
}

/** What a damaged file says of itself must not move anybody's cursor. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, "\ufffd");
}
