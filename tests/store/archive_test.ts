import { assertEquals, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Archive } from "../../src/store/archive.ts";
import { StoreError } from "../../src/store/error.ts";
import { AT, fill, Folder, indexAll, type Words } from "./filled.ts";

function texts(messages: Iterable<{ text: string }> | undefined): string[] {
  return [...messages ?? []].map(({ text }) => text);
}

function numbered(count: number, words: Partial<Words> = {}): Words[] {
  return Array.from({ length: count }, (_, index) => ({
    ...words,
    text: `${index + 1}`,
    at: AT + index * 1000,
  }));
}

Deno.test("the rooms are listed with their messages and the time of the last", () => {
  using folder = new Folder();
  using history = closing(fill(folder.file(), [...numbered(3), { text: "x", room: "dev", at: 5 }]));
  history.goOnFrom(new Map([["old", 7]]));
  using archive = new Archive(folder.file());
  assertEquals(archive.rooms(), [
    { room: "dev", messages: 1, last: 5 },
    { room: "lobby", messages: 3, last: AT + 2000 },
    { room: "old", messages: 0, last: 0 },
  ]);
});

Deno.test("the newest messages of a room come oldest first, and from one time to before another", () => {
  using folder = new Folder();
  using _history = closing(fill(folder.file(), [...numbered(2500), { text: "x", room: "dev" }]));
  using archive = new Archive(folder.file());
  const newest = (options: Partial<Parameters<Archive["newest"]>[1]>, room = "lobby") =>
    texts(archive.newest(room, { limit: 3, ...options }));
  assertEquals(newest({}), ["2498", "2499", "2500"]);
  assertEquals(newest({ until: AT + 5000 }), ["3", "4", "5"]);
  assertEquals(newest({ since: AT + 2_499_000 }), ["2500"]);
  assertEquals(newest({ since: AT + 2000, until: AT + 4000 }), ["3", "4"]);
  assertEquals(newest({ since: AT + 4000, until: AT + 2000 }), []);
  assertEquals(newest({ limit: 9999 }).length, 2500);
  assertEquals(newest({}, "nowhere"), []);
});

Deno.test("all messages come in parts, in the order in which they were stored", () => {
  using folder = new Folder();
  const rooms = ["lobby", "dev"];
  const said = numbered(2500).map((words, index) => ({ ...words, room: rooms[index % 2]! }));
  using _history = closing(fill(folder.file(), said));
  using archive = new Archive(folder.file());
  const all = (options: Parameters<Archive["all"]>[0]) =>
    texts([...archive.all(options)].flatMap(({ messages }) => messages));
  assertEquals(all({}), texts(said));
  assertEquals(all({ room: "dev" }), texts(said.filter(({ room }) => room === "dev")));
  assertEquals(all({ since: AT + 3000, until: AT + 5000 }), ["4", "5"]);
  assertEquals(all({ room: "lobby", since: AT + 3000, until: AT + 6000 }), ["5"]);
  assertEquals(all({ room: "nowhere" }), []);
  const parts = [...archive.all({})];
  assertEquals(Math.max(...parts.map(({ messages }) => messages.length)), 1000);
  assertEquals(parts.at(-1)?.done, 1);
});

Deno.test("what is said while all messages are read is not among them, and is not kept waiting", () => {
  using folder = new Folder();
  using history = closing(fill(folder.file(), numbered(1500)));
  using archive = new Archive(folder.file());
  const parts = archive.all({});
  const first = parts.next().value!.messages;
  fill(folder.file(), numbered(1000)).close();
  // No read is under way between two parts, so that all of the log can be written back.
  using other = new DatabaseSync(folder.file());
  assertEquals(other.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()?.busy, 0);
  assertEquals(first.length + [...parts].flatMap(({ messages }) => messages).length, 1500);
  history.probe();
});

Deno.test("an empty database has rooms, messages and words: none", () => {
  using folder = new Folder();
  using _history = closing(fill(folder.file(), []));
  using archive = new Archive(folder.file());
  assertEquals(archive.rooms(), []);
  assertEquals([...archive.all({})], []);
  assertEquals(archive.search({ words: "hello", limit: 5 }), []);
});

const SAID: Words[] = [
  { text: "Hello there" },
  { text: "the café, again", room: "dev" },
  { text: "hell no" },
  { text: 'say "NEAR(a b)" AND -minus' },
  { text: "HELLO again", room: "dev" },
];

const SEARCHES: [words: string, room: string | undefined, found: string[]][] = [
  ["hello", undefined, ["Hello there", "HELLO again"]],
  ["hel", undefined, ["Hello there", "hell no", "HELLO again"]],
  ["hello", "dev", ["HELLO again"]],
  ["again CAFE", undefined, ["the café, again"]],
  ["aga", "lobby", []],
  ["th", undefined, []],
  ["NEAR(a", undefined, ['say "NEAR(a b)" AND -minus']],
  ['"a b', undefined, ['say "NEAR(a b)" AND -minus']],
  ['a"b', undefined, ['say "NEAR(a b)" AND -minus']],
  ['b"x', undefined, []],
  ["-minus OR", undefined, []],
  ["r1", undefined, []],
];

Deno.test("a search finds the same before and after words are indexed, and in between", () => {
  using folder = new Folder();
  using history = closing(fill(folder.file(), SAID.slice(0, 3)));
  const check = (expected = SAID) => {
    using archive = new Archive(folder.file());
    for (const [words, room, found] of SEARCHES) {
      const here = found.filter((text) => texts(expected).includes(text));
      assertEquals(texts(archive.search({ words, room, limit: 9 })), here, words);
    }
  };
  fill(folder.file(), [{ text: "a room to be", room: "dev" }]).close();
  check(SAID.slice(0, 3));
  indexAll(history.inner);
  check(SAID.slice(0, 3));
  fill(folder.file(), SAID.slice(3)).close();
  check();
  indexAll(history.inner);
  check();
});

Deno.test("a search finds the newest, where the index ends too", () => {
  using folder = new Folder();
  using history = closing(
    fill(folder.file(), numbered(4).map((it) => ({ text: `word ${it.text}` }))),
  );
  indexAll(history.inner);
  fill(folder.file(), numbered(3000, {}).map((it) => ({ text: `late ${it.text}` }))).close();
  fill(folder.file(), [{ text: "word 5" }]).close();
  using archive = new Archive(folder.file());
  const search = (words: string, limit: number) => texts(archive.search({ words, limit }));
  assertEquals(search("word", 3), ["word 3", "word 4", "word 5"]);
  assertEquals(search("word", 1), ["word 5"]);
  assertEquals(search("late", 2), ["late 2999", "late 3000"]);
});

Deno.test("a search for nothing, or for too much, is none", () => {
  using folder = new Folder();
  using _history = closing(fill(folder.file(), SAID));
  using archive = new Archive(folder.file());
  for (const words of ["", " ", "!? *", Array(17).fill("word").join(" ")]) {
    assertEquals(archive.search({ words, limit: 5 }), undefined, words);
  }
  assertEquals(archive.search({ words: "hello", room: "nowhere", limit: 5 }), []);
});

Deno.test("what cannot be read says why", () => {
  using folder = new Folder();
  const refused: [why: string, make: (path: string) => void][] = [
    ["there is no database", () => {}],
    ["it is a directory", (path) => Deno.mkdirSync(path)],
    ["no database of chat's", (path) => Deno.writeTextFileSync(path, "")],
    ["is damaged", (path) => Deno.writeTextFileSync(path, "no database, ".repeat(100))],
    ["no database of chat's", (path) => sql(path, "CREATE TABLE message (text)")],
    ["an older chat", (path) => {
      fill(path, []).close();
      sql(path, "PRAGMA user_version = 1");
    }],
    ["a newer chat", (path) => {
      fill(path, []).close();
      sql(path, "PRAGMA user_version = 99");
    }],
  ];
  for (const [index, [why, make]] of refused.entries()) {
    const path = folder.file(`${index}.db`);
    make(path);
    assertThrows(() => new Archive(path), StoreError, why);
  }
});

function sql(path: string, statement: string) {
  using database = new DatabaseSync(path);
  database.exec(statement);
}

/** A history that closes itself. */
function closing(inner: ReturnType<typeof fill>) {
  return {
    inner,
    goOnFrom: (numbers: Map<string, number>) => inner.goOnFrom(numbers),
    probe: () => inner.probe(),
    [Symbol.dispose]: () => inner.close(),
  };
}
