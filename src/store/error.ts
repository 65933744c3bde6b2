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
const CORRUPT = 11;
const CORRUPT_INDEX = 267;
const NOT_A_DATABASE = 26;

/** What an error of SQLite's says of the file: that its index of words, or all of it, is no longer whole. */
export function damage(error: unknown): "index" | "file" | undefined {
  const { errcode, message = "" } = (error ?? {}) as { errcode?: number; message?: string };
  if (errcode === CORRUPT_INDEX) return "index";
  const kind = (errcode ?? 0) & 0xff;
  if (kind === CORRUPT || kind === NOT_A_DATABASE) return "file";
  // Some calls throw without a number.
  return /malformed|not a database/.test(message) ? "file" : undefined;
}
