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
  // Rooms have a row of their own; ids are remembered; there is an index of words.
  `
  CREATE TABLE room (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    -- Its messages up to this number have been deleted: numbers are never given twice.
    deleted INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  INSERT INTO room (name) SELECT DISTINCT room FROM message ORDER BY room;

  ALTER TABLE message RENAME TO message_1;
  CREATE TABLE message (
    number INTEGER PRIMARY KEY,
    room INTEGER NOT NULL REFERENCES room,
    seq INTEGER NOT NULL,
    at INTEGER NOT NULL,
    nick TEXT NOT NULL,
    text TEXT NOT NULL,
    emote INTEGER NOT NULL,
    id TEXT NOT NULL,
    UNIQUE (room, seq)
  ) STRICT;
  INSERT INTO message
    SELECT message_1.number, room.number, seq, at, nick, text, emote, id
    FROM message_1 JOIN room ON room.name = message_1.room ORDER BY message_1.number;
  DROP TABLE message_1;
  UPDATE message SET id = '' WHERE length(id) = 36
    AND number NOT IN (SELECT min(number) FROM message WHERE length(id) = 36 GROUP BY id);
  -- An id as long as a UUID is its message's alone: a message that is sent again is known by it.
  CREATE UNIQUE INDEX message_id ON message (id) WHERE length(id) = 36;

  -- Whose a direct message is: only they are ever shown it. A digest of a secret that they have.
  ALTER TABLE told RENAME TO told_1;
  CREATE TABLE told (
    -- Never given twice, also when the newest has been deleted: people ask for what came after it.
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    nick TEXT NOT NULL,
    recipient TEXT NOT NULL,
    text TEXT NOT NULL,
    id TEXT NOT NULL,
    sender TEXT NOT NULL DEFAULT '',
    receiver TEXT NOT NULL DEFAULT ''
  ) STRICT;
  INSERT INTO told (number, at, nick, recipient, text, id)
    SELECT number, at, nick, recipient, text, id FROM told_1 ORDER BY number;
  DROP TABLE told_1;
  CREATE INDEX told_sender ON told (sender, number) WHERE sender <> '';
  CREATE INDEX told_receiver ON told (receiver, number) WHERE receiver <> '';
  UPDATE told SET id = '' WHERE length(id) = 36
    AND number NOT IN (SELECT min(number) FROM told WHERE length(id) = 36 GROUP BY id);
  CREATE UNIQUE INDEX told_id ON told (id) WHERE length(id) = 36;

  -- Kept up to date when there is time for it, so the table state says how far it has come.
  CREATE VIRTUAL TABLE word USING fts5 (
    room, text, content = '', contentless_delete = 1, prefix = '3',
    tokenize = "unicode61 remove_diacritics 2"
  );
  -- Half of a part may have been deleted before it is written anew: sooner, deleting is stop and go.
  INSERT INTO word (word, rank) VALUES ('deletemerge', 50);
  CREATE TABLE heard (
    nick TEXT NOT NULL,
    room INTEGER NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (nick, room)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX heard_at ON heard (room, at);
  CREATE TABLE state (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO state VALUES ('indexed', 0);
  `,
  // Whose names are, what operators ordered: facts that go on holding, as JSON. What operators ordered is never
  // changed: it is the audit log.
  `
  CREATE TABLE deed (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    fact TEXT NOT NULL
  ) STRICT;
  `,
];

/** The version that this program makes and reads. */
export const VERSION = STEPS.length;

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
  // What is deleted gives its pages back, a few at a time. It can only be said before there are any.
  if (tables === 0) database.exec("PRAGMA auto_vacuum = INCREMENTAL");
  for (const [index, step] of STEPS.entries()) {
    if (index < version) continue;
    try {
      database.exec(
        `BEGIN IMMEDIATE; ${step} PRAGMA application_id = ${APPLICATION_ID}; ` +
          `PRAGMA user_version = ${index + 1}; COMMIT`,
      );
    } catch (error) {
      if (database.isTransaction) database.exec("ROLLBACK");
      throw error;
    }
  }
}

function numberOf(database: DatabaseSync, query: string): number {
  return Number(database.prepare(query).get()?.value);
}
