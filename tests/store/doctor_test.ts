import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { examine, type Findings } from "../../src/store/doctor.ts";
import { takeLock } from "../../src/store/open.ts";
import { AT, fill, Folder, indexAll, type Words } from "./filled.ts";

const SAID: Words[] = Array.from({ length: 100 }, (_, index) => ({
  text: `a longer text, so that there are several pages: ${index} ${"x".repeat(500)}`,
  at: AT + index,
  id: crypto.randomUUID(),
}));

function make(path: string) {
  const history = fill(path, [...SAID, { text: "hi", room: "dev" }]);
  indexAll(history);
  history.close();
}

function sql(path: string, statement: string) {
  using database = new DatabaseSync(path);
  database.exec(statement);
}

/** Examines, and checks that nothing has changed by it. */
function look(folder: Folder, path = folder.file()): Findings {
  const before = folder.contents();
  const findings = examine(path, () => {});
  assertEquals(folder.contents(), before);
  return findings;
}

Deno.test("of a database in order the doctor says what is in it, and nothing against it", () => {
  using folder = new Folder();
  make(folder.file());
  const { problems, server, version, size, counts, setAside } = look(folder);
  assertEquals({ problems, server, version, setAside }, {
    problems: [],
    server: false,
    version: 3,
    setAside: [],
  });
  assertEquals(size.file, Deno.statSync(folder.file()).size);
  assertEquals({ ...counts, free: 0 }, {
    rooms: 2,
    messages: 101,
    directs: 0,
    oldest: new Date(AT).toISOString(),
    newest: new Date(AT + 99).toISOString(),
    unindexed: 0,
    free: 0,
  });
});

Deno.test("a database in use, with messages in its log and not yet indexed, is in order", () => {
  using folder = new Folder();
  make(folder.file());
  using _lock = takeLock(folder.file());
  const history = fill(folder.file(), [{ text: "news" }, { text: "more" }]);
  try {
    const { problems, server, size, counts } = examine(folder.file(), () => {});
    assertEquals({ problems, server }, { problems: [], server: true });
    assert(size.log > 0);
    assertEquals([counts?.messages, counts?.unindexed], [103, 2]);
  } finally {
    history.close();
  }
});

Deno.test("what a killed server has left in its log is looked at, and left there", () => {
  using folder = new Folder();
  const history = fill(folder.file("live.db"), SAID);
  for (const end of ["", "-wal"]) {
    Deno.copyFileSync(folder.file(`live.db${end}`), folder.file(`chat.db${end}`));
  }
  history.close();
  const { problems, server, counts } = look(folder);
  assertEquals({ problems, server }, { problems: [], server: false });
  assertEquals(counts?.messages, 100);
});

const WRONG: [what: RegExp, spoil: (path: string) => void][] = [
  [/there is no such file/, () => {}],
  [/cannot be read/, (path) => Deno.mkdirSync(path)],
  [/the file is empty/, (path) => Deno.writeTextFileSync(path, "")],
  [/no SQLite database/, (path) => Deno.writeTextFileSync(path, "garbage")],
  [/no SQLite database/, (path) => Deno.writeTextFileSync(path, "garbage ".repeat(1000))],
  [/some other program/, (path) => sql(path, "PRAGMA journal_mode = WAL; CREATE TABLE a (b)")],
  [/newer chat \(version 99/, (path) => {
    make(path);
    sql(path, "PRAGMA user_version = 99");
  }],
  [/malformed|cannot be read|btree|Tree|page/i, (path) => {
    make(path);
    overwrite(path, { from: 0.3, to: 0.6 });
  }],
  [/./, (path) => {
    make(path);
    Deno.truncateSync(path, 9000);
  }],
  [/room lobby should have the messages 1 to 100, and has 99 from 1$/, (path) => {
    make(path);
    sql(path, "DELETE FROM message WHERE number = 50");
  }],
  [/room lobby should have the messages 1 to 100, and has 99 from 2$/, (path) => {
    make(path);
    sql(path, "DELETE FROM message WHERE number = 1");
  }],
  [/2 of message share the id ([0-9a-f-]{36})$/, (path) => {
    make(path);
    sql(
      path,
      "DROP INDEX message_id; UPDATE message SET id = (SELECT id FROM message) WHERE number = 2",
    );
  }],
  [/1 of message belong to no room/, (path) => {
    make(path);
    sql(path, "PRAGMA foreign_keys = OFF; DELETE FROM room WHERE name = 'dev'");
  }],
];

Deno.test("whatever is wrong with a file is said, and no byte of it is changed", () => {
  for (const [what, spoil] of WRONG) {
    using folder = new Folder();
    spoil(folder.file());
    const isDirectory = what.source === "cannot be read";
    const { problems } = isDirectory ? examine(folder.file(), () => {}) : look(folder);
    assertMatch(problems.join("\n"), new RegExp(what, "m"));
  }
});

Deno.test("an older database is no problem, and is left to the server", () => {
  using folder = new Folder();
  make(folder.file());
  sql(folder.file(), "PRAGMA user_version = 1");
  const { problems, version, counts } = look(folder);
  assertEquals({ problems, version, counts }, { problems: [], version: 1, counts: null });
});

Deno.test("files that were set aside are named", () => {
  using folder = new Folder();
  make(folder.file());
  for (const end of ["", "-wal"]) {
    Deno.writeTextFileSync(folder.file(`chat.db.damaged-2026-11-20${end}`), "");
  }
  assertEquals(look(folder).setAside, [folder.file("chat.db.damaged-2026-11-20")]);
});

/** Spoils a part of a file. */
function overwrite(path: string, { from, to }: { from: number; to: number }) {
  using file = Deno.openSync(path, { read: true, write: true });
  const { size } = file.statSync();
  file.seekSync(Math.floor(size * from), Deno.SeekMode.Start);
  file.writeSync(new Uint8Array(Math.floor(size * (to - from))).fill(0x5a));
}
