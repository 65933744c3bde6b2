import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { History, Search } from "../../src/store/history.ts";
import { SqliteHistory } from "../../src/store/sqlite.ts";
import { DAY, inMemory, message, NOON, open, say, tendAll, texts, withPath } from "./said.ts";

function search(history: History, words: string, more: Partial<Search> = {}) {
  return history.search({
    rooms: ["lobby"],
    words,
    limit: 1000,
    before: 0,
    maxBytes: 1e9,
    ...more,
  });
}

function historyOf(said: string[]): History {
  const history = inMemory();
  say(history, said.map((text) => message(text)));
  return history;
}

Deno.test("what was said is found by its words, their beginnings, and any way to write them", () => {
  const history = historyOf([
    "the door is open",
    "Doors and windows",
    "I do agree",
    "Das Café ist zu",
    "ΣΊΣΥΦΟΣ rolls a stone",
    "rock'n'roll, all night!",
    'she said "not now" and left',
  ]);
  const cases: [words: string, found: number[]][] = [
    ["door", [1, 2]],
    ["doors", [2]],
    ["doo", [1, 2]],
    // Shorter ones only as whole words.
    ["do", [3]],
    ["i", [3]],
    ["d", []],
    ["oor", []],
    ["open door", [1]],
    // Only the last of several may be unfinished.
    ["doors window", [2]],
    ["door windows", []],
    ["door agree", []],
    ["DOOR", [1, 2]],
    ["cafe", [4]],
    ["CAFÉ", [4]],
    ["cafe\u0301", [4]],
    ["σίσυφος", [5]],
    ["rock'n'roll", [6]],
    ["night!", [6]],
    ['"not now"', [7]],
    ['"', []],
    ["'", []],
    ["", []],
    [" \n\t", []],
    ["...", []],
    ["door ...", [1, 2]],
    ["doors\0window", [2]],
    [Array(6).fill("door").join(" "), [1]],
    [Array(7).fill("door").join(" "), []],
  ];
  for (const [words, found] of cases) {
    const { messages } = search(history, words);
    assertEquals(messages.map(({ seq }) => seq), found, JSON.stringify(words));
  }
  history.close();
});

Deno.test("what the index has a meaning for is a word like others to people", () => {
  const history = historyOf([
    "this AND that",
    "this OR that",
    "NOT that",
    "NEAR(this that, 5)",
    "r1",
  ]);
  const cases: [words: string, found: number[]][] = [
    ["AND", [1]],
    ["this OR that", [2]],
    ["this AND that", [1]],
    ["NOT that", [3]],
    ["NEAR", [4]],
    ["NEAR(this that, 5)", [4]],
    ["thi*", [1, 2, 4]],
    ["^this", [1, 2, 4]],
    ["text : this", []],
    ["room:r1", []],
    ["{room text}:r1", []],
    ["(this", [1, 2, 4]],
    ["this)", [1, 2, 4]],
    ["-this", [1, 2, 4]],
    ["+this", [1, 2, 4]],
    ["r1", [5]],
    ['this" OR "that', [2]],
  ];
  for (const [words, found] of cases) {
    const { messages } = search(history, words);
    assertEquals(messages.map(({ seq }) => seq), found, JSON.stringify(words));
  }
  history.close();
});

/** Any text, and what looks most like the index's own language. */
const anything = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({ unit: fc.constantFrom(..."ab\"'()*^:-+{} \0\n\\\ud800é中🎉") }),
  fc.array(fc.constantFrom("AND", "OR", "NOT", "NEAR(", ")", '"', "a", "*", "room:", ","))
    .map((words) => words.join(" ")),
);

Deno.test("there is no text that cannot be searched for", () => {
  const history = historyOf(["hello"]);
  fc.assert(fc.property(anything, (text) => {
    assertEquals(search(history, text).next, 0);
  }));
  history.close();
});

Deno.test("every word is found by itself, and by any beginning of three letters or more", () => {
  const history = inMemory();
  const word = fc.string({ unit: fc.constantFrom(..."abAB12éßñжЯ中"), minLength: 1, maxLength: 8 });
  fc.assert(fc.property(word, fc.nat(8), (word, length) => {
    say(history, [message(`so ${word} it is`)]);
    for (const wanted of [word, word.slice(0, Math.max(3, length))]) {
      assertEquals(texts(search(history, wanted, { limit: 1 })).length, 1, wanted);
    }
  }));
  history.close();
});

Deno.test("only the rooms that were named are searched", () => {
  const history = inMemory();
  const rooms = Array.from({ length: 300 }, (_, index) => `room${index + 1}`);
  say(history, rooms.map((room) => message(`hello ${room}`, { room })));
  for (const named of [["room1"], ["room11", "room1"], rooms, ["room7", "nowhere"]]) {
    const found = search(history, "hello", { rooms: named }).messages.map(({ room }) => room);
    assertEquals(found.sort(), named.filter((it) => it !== "nowhere").sort());
  }
  assertEquals(search(history, "hello", { rooms: [] }), { messages: [], next: 0 });
  assertEquals(search(history, "hello", { rooms: ["nowhere"] }), { messages: [], next: 0 });
  history.close();
});

Deno.test("a message that is found is the message that was said", () => {
  const history = inMemory();
  const said = message("hello", { emote: true, id: "mine" });
  say(history, [said]);
  const { type: _, ...whole } = said;
  assertEquals(search(history, "hello"), { messages: [whole], next: 0 });
  history.close();
});

Deno.test("going on with what is next brings every result once, whatever the size of the pages", () => {
  fc.assert(
    fc.property(
      fc.array(fc.boolean(), { maxLength: 150 }),
      fc.integer({ min: 1, max: 60 }),
      fc.integer({ min: 0, max: 20_000 }),
      (isHit, limit, maxBytes) => {
        const history = historyOf(isHit.map((hit, index) => `${hit ? "yes" : "no"} ${index}`));
        const seen: string[] = [];
        let before = 0;
        do {
          const found = search(history, "yes", { limit, maxBytes, before });
          seen.unshift(...texts(found));
          before = found.next;
        } while (before > 0);
        const expected = isHit.flatMap((hit, index) => hit ? [`yes ${index}`] : []);
        assertEquals(seen, expected);
        history.close();
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("what was said a moment ago is found, though the index was some way behind", () => {
  const history = historyOf(Array.from({ length: 1200 }, (_, index) => `hello ${index}`));
  assertEquals(search(history, "hello").next > 0, true);
  say(history, [message("news")]);
  assertEquals(texts(search(history, "news")), ["news"]);
  history.close();
});

Deno.test("nobody who searches waits for long, however far the index is behind", () => {
  let time = 0;
  const history = open(":memory:", { now: () => time += 10 });
  say(history, Array.from({ length: 1200 }, (_, index) => message(`hello ${index}`)));
  assertEquals(search(history, "hello", { limit: 5000 }).messages.length < 1200, true);
  while (history.tend(NOON));
  assertEquals(search(history, "hello", { limit: 5000 }).messages.length, 1200);
  history.close();
});

Deno.test("the index is still there when the file is opened again, also when it was half done", () => {
  withPath((path) => {
    let history = open(path);
    say(history, Array.from({ length: 1200 }, (_, index) => message(`hello ${index}`)));
    assertEquals(history.tend(NOON), true);
    history.close();
    history = open(path);
    assertEquals(search(history, "hello", { limit: 5000 }).messages.length, 1200);
    history.close();
    history = open(path);
    assertEquals(history.tend(NOON), false);
    assertEquals(search(history, "hello", { limit: 5000 }).messages.length, 1200);
    history.close();
  });
});

Deno.test("an index that is made anew finds everything again", () => {
  const history = new SqliteHistory({ path: ":memory:", durability: "process" });
  say(history, [message("hello you")]);
  assertEquals(search(history, "hello").messages.length, 1);
  history.rebuildIndex();
  assertEquals(history.tend(NOON), true);
  assertEquals(search(history, "hello").messages.length, 1);
  history.close();
});

Deno.test("what has been deleted is not found, and what is said after it is", () => {
  const keep = { days: 1, messages: 0, megabytes: 0, rooms: new Map() };
  const history = inMemory({ keep });
  say(history, [message("old hello"), message("older hello")]);
  assertEquals(search(history, "hello").messages.length, 2);
  tendAll(history, NOON + 2 * DAY);
  assertEquals(search(history, "hello").messages, []);
  say(history, [message("new hello", { at: NOON + 2 * DAY })]);
  assertEquals(texts(search(history, "hello")), ["new hello"]);
  history.close();
});

Deno.test("somebody was seen where they spoke last, of the rooms that were named", () => {
  const history = inMemory();
  say(history, [
    message("1", { nick: "Chris", room: "dev", at: 10 }),
    message("2", { nick: "chris", room: "lobby", at: 20 }),
    message("3", { nick: "CHRIS", room: "ops", at: 30 }),
    // A clock was set back.
    message("4", { nick: "chris", room: "dev", at: 5 }),
    message("5", { nick: "pat", room: "dev", at: 40 }),
  ]);
  const cases: [nick: string, rooms: string[], seen: [string, number] | undefined][] = [
    ["chris", ["dev", "lobby", "ops"], ["ops", 30]],
    ["cHrIs", ["dev", "lobby"], ["lobby", 20]],
    // A Cyrillic "с" and "і".
    ["\u0441hr\u0456s", ["dev"], ["dev", 10]],
    ["pat", ["dev", "lobby"], ["dev", 40]],
    ["pat", ["lobby"], undefined],
    ["pat", [], undefined],
    ["leslie", ["dev", "lobby", "ops"], undefined],
  ];
  for (const [nick, rooms, seen] of cases) {
    const found = history.seen(nick, rooms);
    assertEquals(found && [found.room, found.at], seen, JSON.stringify([nick, rooms]));
  }
  say(history, [message("6", { nick: "chris", room: "dev", at: 50 })]);
  assertEquals(history.seen("chris", ["dev", "ops"])?.at, 50);
  history.close();
});
