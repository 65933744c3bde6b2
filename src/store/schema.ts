/** The database's tables, as the steps from each version to the next. A step is never changed once released. */
import type { DatabaseSync } from "node:sqlite";

/** "chat" in ASCII, in the file's header: how we know a database for our own. */
export const APPLICATION_ID = 0x63686174;

const STEPS = [
  `
  CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    nick TEXT NOT NULL,
    text TEXT NOT NULL,
    emote INTEGER NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (room, seq)
  ) STRICT;
  CREATE TABLE told (
    number INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    nick TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    id TEXT NOT NULL
  ) STRICT;
  `,
];

/** Brings a database of ours, or an empty one, to today's tables; throws on anybody else's. */
export function migrate(database: DatabaseSync) {
  const tables = numberOf(database, "SELECT count(*) AS value FROM sqlite_schema");
  const owner = numberOf(database, "SELECT application_id AS value FROM pragma_application_id");
  if (tables > 0 && owner !== APPLICATION_ID) {
    throw new Error("it is a database of some other program");
  }
  const version = numberOf(database, "SELECT user_version AS value FROM pragma_user_version");
  if (version > STEPS.length) {
    throw new Error(`it was made by a newer chat (version ${version}, known: ${STEPS.length})`);
  }
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue;
    database.exec(
      `BEGIN IMMEDIATE; ${step} PRAGMA application_id = ${APPLICATION_ID}; ` +
        `PRAGMA user_version = ${index + 1}; COMMIT`,
    );
  }
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.value);
}
