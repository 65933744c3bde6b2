import { assert, assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import type { Message } from "../../src/chat/event.ts";
import { StoreError } from "../../src/store/error.ts";
import { openHistory } from "../../src/store/open.ts";
import { prepareDatabase } from "../../src/store/sqlite.ts";

function message(text: string, room = "lobby"): Message {
  return {
    type: "message",
    room,
    seq: 0,
    at: 1_700_000_000_000,
    nick: "chris",
    text,
    emote: false,
    id: `id of ${text}`,
  };
}

const ALL = { limit: 1000, before: 0, maxBytes: 1e9 };

/** Runs with the path of a database in a directory that is removed afterwards. */
function withPath(run: (path: string) => void) {
  const directory = Deno.makeTempDirSync();
  try {
    run(join(directory, "chat.db"));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

function open(path: string) {
  return openHistory({ path, durability: "process" });
}

Deno.test("each room counts its own messages from 1, also after the file is opened again", () => {
  withPath((path) => {
    for (const round of [0, 1]) {
      const history = open(path);
      const batch = [message("a"), message("b", "dev"), message("c")];
      history.append(batch);
      assertEquals(batch.map((it) => it.seq), [2 * round + 1, round + 1, 2 * round + 2]);
      history.close();
    }
  });
});

Deno.test("what is kept comes back as it was said", () => {
  const history = open(":memory:");
  const odd = { ...message("ESC \x1b[2J ␀ 🎉 \r\n"), emote: true };
  history.append([odd]);
  const { type: _, ...said } = odd;
  assertEquals(history.recent("lobby", ALL), [said]);
  history.close();
});

Deno.test("pages are the newest that fit, oldest first, before a number if one is given", () => {
  const history = open(":memory:");
  history.append(Array.from({ length: 10 }, (_, index) => message(`${index + 1}`)));
  const texts = (page: Partial<typeof ALL>) =>
    history.recent("lobby", { ...ALL, ...page }).map((it) => it.text).join(" ");
  assertEquals(texts({ limit: 3 }), "8 9 10");
  assertEquals(texts({ limit: 3, before: 5 }), "2 3 4");
  assertEquals(texts({ limit: 3, before: 1 }), "");
  assertEquals(texts({ maxBytes: 700 }), "9 10");
  assertEquals(texts({ maxBytes: 0 }), "10");
  assertEquals(history.recent("nowhere", ALL), []);
  history.close();
});

Deno.test("texts that grow when they are written count for what they take then", () => {
  const history = open(":memory:");
  history.append(Array.from({ length: 10 }, () => message("\x01".repeat(1000))));
  assertEquals(history.recent("lobby", { ...ALL, maxBytes: 20_000 }).length, 3);
  history.close();
});

Deno.test("a batch of which one cannot be stored leaves nothing behind, not even its numbers", () => {
  const history = open(":memory:");
  history.append([message("one")]);
  const impossible = { ...message("two"), text: null as unknown as string };
  assertThrows(() => history.append([message("lost"), impossible]));
  const next = message("two");
  history.append([next]);
  assertEquals(next.seq, 2);
  assertEquals(history.recent("lobby", ALL).map((it) => it.text), ["one", "two"]);
  history.close();
});

Deno.test("direct messages are kept, and are no part of any room's history", () => {
  withPath((path) => {
    const history = open(path);
    history.append([{ type: "told", nick: "chris", to: "pat", at: 1, text: "psst", id: "" }]);
    assertEquals(history.recent("lobby", ALL), []);
    history.close();
    const database = new DatabaseSync(path, { readOnly: true });
    const rows = database.prepare("SELECT nick, recipient, text FROM told").all();
    assertEquals(rows.map((it) => ({ ...it })), [
      { nick: "chris", recipient: "pat", text: "psst" },
    ]);
    database.close();
  });
});

Deno.test("the file is for its owner's eyes only", { ignore: Deno.build.os === "windows" }, () => {
  withPath((path) => {
    const history = open(path);
    history.append([message("one")]);
    for (const file of [path, `${path}-wal`]) {
      assertEquals(Deno.statSync(file).mode! & 0o777, 0o600, file);
    }
    history.close();
  });
});

Deno.test("a database of another program, or of a newer chat, is left alone", () => {
  const others = [
    "CREATE TABLE notes (text)",
    "PRAGMA application_id = 0x63686174; PRAGMA user_version = 999; CREATE TABLE message (text)",
  ];
  for (const sql of others) {
    withPath((path) => {
      const database = new DatabaseSync(path);
      database.exec(sql);
      database.close();
      const before = Deno.readFileSync(path);
      const error = assertThrows(() => open(path), StoreError);
      assertEquals(error.kind, "not-ours");
      assertEquals(Deno.readFileSync(path), before);
    });
  }
});

Deno.test("a file that is no database is left alone", () => {
  withPath((path) => {
    Deno.writeTextFileSync(path, "shopping list: milk, eggs, bread ".repeat(100));
    const error = assertThrows(() => open(path), StoreError);
    assertEquals(error.kind, "not-ours");
    assert(Deno.readTextFileSync(path).startsWith("shopping list"));
  });
});

Deno.test("a second server on the same file is refused, until the first has closed it", () => {
  withPath((path) => {
    const first = open(path);
    const error = assertThrows(() => open(path), StoreError, "another server");
    assertEquals(error.kind, "cannot-create");
    first.append([message("still kept")]);
    first.close();
    const second = open(path);
    assertEquals(second.recent("lobby", ALL).length, 1);
    second.close();
  });
});

Deno.test("a path in no directory is refused with a word", () => {
  const error = assertThrows(() => open("/nowhere/at/all/chat.db"), StoreError);
  assertEquals([error.kind, error.message], [
    "cannot-create",
    "cannot create /nowhere/at/all/chat.db: there is no such directory",
  ]);
});

Deno.test("power durability has each commit reach the disk, process durability the system", () => {
  for (const [durability, level] of [["process", 1], ["power", 2]] as const) {
    const database = new DatabaseSync(":memory:");
    prepareDatabase(database, durability);
    assertEquals(database.prepare("PRAGMA synchronous").get()?.synchronous, level);
    database.close();
  }
});
