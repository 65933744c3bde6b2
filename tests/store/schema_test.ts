import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../src/store/error.ts";
import { APPLICATION_ID, migrate, VERSION } from "../../src/store/schema.ts";
import { ALL, direct, longId, message, open, say, tendAll, withPath } from "./said.ts";

/** The tables as the first release made them: never to be changed. */
const VERSION_1 = `
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
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = 1;
  PRAGMA journal_mode = WAL;
`;

/** Said in this order: the room, the number there, and the id. */
const SAID: [room: string, seq: number, id: string][] = [
  ["zoo", 1, ""],
  ["lobby", 1, longId(1)],
  ["dev", 1, longId(2)],
  ["lobby", 2, longId(1)],
  ["lobby", 3, "short"],
  ["dev", 2, "short"],
  ["zoo", 2, longId(1)],
];

/** The same, as today's history tells it: an id is the first's that had it. */
const UNIQUE = SAID.map(([room, seq, id], index) => {
  const isFirst = SAID.findIndex((it) => it[2] === id) === index;
  return [room, seq, id.length < 36 || isFirst ? id : ""] as const;
});

function makeVersion1(path: string, more = "") {
  const database = new DatabaseSync(path);
  database.exec(VERSION_1);
  const insert = database.prepare("INSERT INTO message VALUES (?, ?, ?, ?, 'chris', ?, ?, ?)");
  for (const [index, [room, seq, id]] of SAID.entries()) {
    insert.run(index + 1, room, seq, 1000 + index, `${room} ${seq}`, seq % 2, id);
  }
  const tell = database.prepare("INSERT INTO told VALUES (?, 5, 'chris', 'pat', ?, ?)");
  for (const [index, id] of [longId(7), "", longId(7)].entries()) {
    tell.run(index + 1, `psst ${index + 1}`, id);
  }
  database.exec(more);
  database.close();
}

Deno.test("a database of the first release comes up to date, with all that was said", () => {
  withPath((path) => {
    makeVersion1(path);
    const history = open(path);
    for (const room of ["lobby", "dev", "zoo"]) {
      const expected = UNIQUE.flatMap(([name, seq, id], index) =>
        name === room
          ? {
            room,
            seq,
            at: 1000 + index,
            nick: "chris",
            text: `${room} ${seq}`,
            emote: seq % 2 === 1,
            id,
          }
          : []
      );
      const last = expected.length;
      assertEquals(history.page(room, ALL), { messages: expected, more: false, last });
    }
    const words = { rooms: ["dev", "zoo"], words: "dev", limit: 9, before: 0, maxBytes: 1e9 };
    assertEquals(history.search(words).messages.map(({ seq }) => seq), [1, 2]);
    history.close();
  });
});

Deno.test("there numbers go on, and what was said already is known by its id", () => {
  withPath((path) => {
    makeVersion1(path);
    const history = open(path);
    const [again, next] = [message("lobby 1", { id: longId(1) }), message("lobby 4")];
    assertEquals(say(history, [again, next]), new Map([[again, { seq: 1, at: 1001 }]]));
    assertEquals(next.seq, 4);
    const [toldAgain, told] = [direct("psst 1", { id: longId(7) }), direct("psst 4")];
    const repeats = history.append([toldAgain, told]);
    assertEquals(repeats, new Map([[toldAgain.fact, { seq: 1, at: 5 }]]));
    // Nobody knows any more whose the earlier ones are.
    assertEquals([told.fact.seq, history.directs("c", ALL).messages.length], [4, 1]);
    assertEquals(history.directs("", ALL).messages, []);
    history.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const texts = database.prepare("SELECT number, text FROM told").all();
    assertEquals(texts.map(({ number, text }) => `${number} ${text}`), [
      "1 psst 1",
      "2 psst 2",
      "3 psst 3",
      "4 psst 4",
    ]);
    database.close();
  });
});

Deno.test("a database that cannot be brought up to date is refused, and stays as it was", () => {
  withPath((path) => {
    // Somebody made a table of their own, with a name that we were going to use.
    makeVersion1(path, "CREATE TABLE room (note TEXT); INSERT INTO room VALUES ('mine')");
    for (let round = 0; round < 2; round++) {
      const error = assertThrows(() => open(path), StoreError);
      assertEquals(error.kind, "not-ours");
    }
    const database = new DatabaseSync(path);
    assertThrows(() => migrate(database));
    assertEquals(database.isTransaction, false);
    const value = (sql: string) => Object.values(database.prepare(sql).get()!)[0];
    assertEquals(value("PRAGMA user_version"), 1);
    assertEquals(value("SELECT note FROM room"), "mine");
    assertEquals(value("SELECT count(*) FROM message WHERE typeof(room) = 'text'"), SAID.length);
    assertEquals(
      value(
        "SELECT group_concat(name ORDER BY name) FROM pragma_table_list " +
          "WHERE schema = 'main' AND type = 'table' AND name NOT LIKE 'sqlite%'",
      ),
      "message,room,told",
    );
    database.close();
  });
});

Deno.test("old and new databases have the same tables", () => {
  withPath((path) => {
    makeVersion1(path);
    const [old, fresh] = [new DatabaseSync(path), new DatabaseSync(":memory:")];
    const schemas = [old, fresh].map((database) => {
      migrate(database);
      assertEquals(database.prepare("PRAGMA user_version").get()?.user_version, VERSION);
      return database.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
    });
    assertEquals(schemas[0], schemas[1]);
    old.close();
    fresh.close();
  });
});

Deno.test("an up-to-date database is opened as it is", () => {
  withPath((path) => {
    const database = new DatabaseSync(path);
    migrate(database);
    const before = database.prepare("PRAGMA schema_version").get();
    migrate(database);
    assertEquals(database.prepare("PRAGMA schema_version").get(), before);
    database.close();
  });
});

Deno.test("each message is found through an index, by its room, by its id and by whose it is", () => {
  withPath((path) => {
    const history = open(path);
    tendAll(history);
    history.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const queries = [
      "SELECT * FROM message WHERE room = 1 AND seq < 5 ORDER BY seq DESC LIMIT 3",
      "SELECT seq FROM message WHERE id = 'x' AND length(id) = 36",
      "SELECT number FROM told WHERE sender = 'x' AND sender <> '' AND number < 5 ORDER BY number DESC",
      "SELECT number FROM told WHERE receiver = 'x' AND receiver <> '' ORDER BY number",
      "SELECT rowid FROM word WHERE word MATCH 'x' AND rowid < 5 ORDER BY rowid DESC LIMIT 3",
    ];
    for (const query of queries) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${query}`).all();
      const details = plan.map(({ detail }) => String(detail)).join("; ");
      assertEquals(/INDEX/.test(details) && !/TEMP B-TREE/.test(details), true, details);
    }
    database.close();
  });
});
