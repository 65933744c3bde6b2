import { assert, assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../src/store/error.ts";
import { prepareDatabase } from "../../src/store/sqlite.ts";
import {
  ALL,
  direct,
  inMemory,
  kept,
  longId,
  message,
  open,
  say,
  texts,
  withPath,
} from "./said.ts";

Deno.test("each room counts its own messages from 1, also after the file is opened again", () => {
  withPath((path) => {
    for (const round of [0, 1]) {
      const history = open(path);
      const batch = [message("a"), message("b", { room: "dev" }), message("c")];
      say(history, batch);
      assertEquals(batch.map((it) => it.seq), [2 * round + 1, round + 1, 2 * round + 2]);
      history.close();
    }
  });
});

Deno.test("what is kept comes back as it was said", () => {
  const history = inMemory();
  const odd = message("ESC \x1b[2J ␀ 🎉 \r\n", { emote: true, id: "mine" });
  say(history, [odd]);
  const { type: _, ...said } = odd;
  assertEquals(history.page("lobby", ALL).messages, [said]);
  history.close();
});

Deno.test("a batch of which one cannot be stored leaves nothing behind, not even its numbers", () => {
  const history = inMemory();
  say(history, [message("one"), message("uno", { room: "dev" })]);
  const impossible = message("two", { text: null as unknown as string });
  const lost = ["lobby", "dev", "dev", "new", "new"].map((room) => message("lost", { room }));
  for (let round = 0; round < 2; round++) {
    assertThrows(() => say(history, [...lost, message("lost", { id: longId(1) }), impossible]));
  }
  assertEquals(history.page("new", ALL), { messages: [], more: false, last: 0 });
  const next = ["lobby", "dev", "new"].map((room) => message("two", { room, id: longId(1) }));
  for (const [index, it] of next.entries()) it.id = longId(index + 1);
  assertEquals(say(history, next).size, 0);
  assertEquals(next.map((it) => it.seq), [2, 2, 1]);
  assertEquals(texts(history.page("lobby", ALL)), ["one", "two"]);
  history.close();
});

Deno.test("a direct message takes back its number too if its batch fails", () => {
  const history = inMemory();
  const impossible = kept(message("two", { text: null as unknown as string }));
  assertThrows(() => history.append([direct("lost"), impossible]));
  const next = direct("one");
  history.append([next]);
  assertEquals(next.fact.seq, 1);
  history.close();
});

Deno.test("rooms without end have their numbers all the same, also if a batch of them fails", () => {
  const history = inMemory();
  const rooms = Array.from({ length: 10_001 }, (_, index) => message("a", { room: `r${index}` }));
  say(history, rooms);
  const impossible = message("b", { text: null as unknown as string });
  assertThrows(() => say(history, [...rooms, impossible]));
  say(history, rooms);
  assertEquals(new Set(rooms.map((it) => it.seq)), new Set([2]));
  history.close();
});

Deno.test("a message with an id as long as a UUID is stored once, in a batch and for ever", () => {
  withPath((path) => {
    const first = message("one", { id: longId(1), at: 5 });
    const again = () => message("one", { id: longId(1), at: 6 });
    let history = open(path);
    const repeated = again();
    const next = message("two");
    assertEquals(say(history, [first, repeated, next]), new Map([[repeated, { seq: 1, at: 5 }]]));
    assertEquals(next.seq, 2);
    history.close();
    history = open(path);
    const later = again();
    const last = message("three");
    assertEquals(say(history, [later, last]), new Map([[later, { seq: 1, at: 5 }]]));
    assertEquals(last.seq, 3);
    assertEquals(texts(history.page("lobby", ALL)), ["one", "two", "three"]);
    history.close();
  });
});

Deno.test("an id that somebody has given to something else keeps nobody from speaking", () => {
  const history = inMemory();
  const theirs = message("mine", { id: longId(1), room: "elsewhere", nick: "mallory" });
  const ours = message("two", { id: longId(1) });
  assertEquals(say(history, [theirs, ours]), new Map());
  assertEquals(texts(history.page("lobby", ALL)), ["two"]);
  const first = direct("psst", { id: longId(2) });
  const second = direct("something else", { id: longId(2) });
  assertEquals(history.append([first, second]), new Map());
  assertEquals(history.directs("c", ALL).messages.map((it) => it.text), ["psst", "something else"]);
  history.close();
});

Deno.test("so is a direct message", () => {
  const history = inMemory();
  const [first, again, next] = [
    direct("one", { id: longId(1), at: 5 }),
    direct("one", { id: longId(1), at: 6 }),
    direct("two", { id: longId(2) }),
  ];
  assertEquals(history.append([first]), new Map());
  assertEquals(history.append([again, next]), new Map([[again.fact, { seq: 1, at: 5 }]]));
  assertEquals(texts(history.directs("p", ALL)), ["one", "two"]);
  assertEquals(next.fact.seq, 2);
  history.close();
});

Deno.test("ids that are longer or shorter are nobody's alone", () => {
  const history = inMemory();
  const ids = ["", "1", longId(1).slice(1), `${longId(1)}0`];
  for (let round = 0; round < 2; round++) {
    assertEquals(say(history, ids.map((id) => message("again", { id }))), new Map());
  }
  assertEquals(history.page("lobby", ALL).messages.length, 2 * ids.length);
  history.close();
});

Deno.test("direct messages are kept, and are no part of any room's history", () => {
  withPath((path) => {
    const history = open(path);
    history.append([direct("psst")]);
    assertEquals(history.page("lobby", ALL).messages, []);
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
    say(history, [message("one")]);
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
    const error = assertThrows(() => open(path), StoreError, "a server keeps its messages there");
    assertEquals(error.kind, "cannot-create");
    say(first, [message("still kept")]);
    first.close();
    const second = open(path);
    assertEquals(second.page("lobby", ALL).messages.length, 1);
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
