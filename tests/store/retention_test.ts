import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { History } from "../../src/store/history.ts";
import { type Keep, KEEP_ALL } from "../../src/store/retention.ts";
import {
  ALL,
  DAY,
  direct,
  inMemory,
  longId,
  message,
  NOON,
  open,
  say,
  tendAll,
  texts,
  withPath,
} from "./said.ts";

function keeping(keep: Partial<Keep>): { keep: Keep } {
  return { keep: { ...KEEP_ALL, ...keep } };
}

/** In each of these rooms a message for each of these days, at noon, named after it. */
function sayDaily(history: History, days: number, rooms = ["lobby"]) {
  for (let day = 1; day <= days; day++) {
    say(history, rooms.map((room) => message(`${day}`, { room, at: NOON + day * DAY })));
  }
}

function left(history: History, room = "lobby"): string {
  return texts(history.page(room, ALL)).join(" ");
}

Deno.test("unless somebody sets it, nothing is ever deleted", () => {
  const history = inMemory();
  sayDaily(history, 3);
  history.append([direct("psst")]);
  tendAll(history, NOON + 100_000 * DAY);
  assertEquals([left(history), texts(history.directs("c", ALL))], ["1 2 3", ["psst"]]);
  history.close();
});

Deno.test("what is older, or more, than is to be kept is deleted, of each room as it is set", () => {
  const rooms = new Map([
    ["forever", { days: 0, messages: 0 }],
    ["brief", { days: 1, messages: 0 }],
    ["few", { days: 0, messages: 1 }],
  ]);
  const cases: [keep: Partial<Keep>, left: Record<string, string>][] = [
    [{ days: 3 }, { lobby: "7 8 9 10", few: "7 8 9 10" }],
    [{ days: 2.5 }, { lobby: "8 9 10" }],
    [{ messages: 3 }, { lobby: "8 9 10", few: "8 9 10" }],
    [{ messages: 10 }, { lobby: "1 2 3 4 5 6 7 8 9 10" }],
    [{ days: 3, messages: 2 }, { lobby: "9 10" }],
    [{ days: 1, messages: 9 }, { lobby: "9 10" }],
    [{ rooms }, { lobby: "1 2 3 4 5 6 7 8 9 10", brief: "9 10", few: "10" }],
    [{ days: 2, messages: 5, rooms }, {
      lobby: "8 9 10",
      forever: "1 2 3 4 5 6 7 8 9 10",
      brief: "9 10",
      few: "10",
    }],
  ];
  for (const [keep, expected] of cases) {
    const history = inMemory(keeping(keep));
    sayDaily(history, 10, ["lobby", "forever", "brief", "few"]);
    tendAll(history, NOON + 10 * DAY);
    for (const [room, texts] of Object.entries(expected)) {
      assertEquals(left(history, room), texts, JSON.stringify([keep, room]));
      assertEquals(history.page(room, ALL).last, 10);
    }
    history.close();
  }
});

Deno.test("pages begin where what was deleted ends, by number and by time", () => {
  const history = inMemory(keeping({ messages: 3 }));
  sayDaily(history, 10);
  tendAll(history);
  const page = (more: object) => history.page("lobby", { ...ALL, ...more });
  assertEquals(texts(page({ from: 1, limit: 2 })), ["8", "9"]);
  assertEquals(texts(page({ before: 5 })), []);
  assertEquals(texts(page({ from: 1, byTime: true, limit: 1 })), ["8"]);
  assertEquals(texts(page({ from: NOON + 9 * DAY, byTime: true })), ["9", "10"]);
  history.close();
});

Deno.test("after all of a room has been deleted its numbers go on, also in a file opened again", () => {
  withPath((path) => {
    let history = open(path, keeping({ days: 1 }));
    for (const seq of [1, 4, 7]) {
      const said = ["a", "b", "c"].map((text) => message(text));
      say(history, said);
      assertEquals(said.map((it) => it.seq), [seq, seq + 1, seq + 2]);
      tendAll(history, NOON + 2 * DAY);
      assertEquals(history.page("lobby", ALL), { messages: [], more: false, last: seq + 2 });
      if (seq > 1) history.close();
      if (seq > 1) history = open(path, keeping({ days: 1 }));
    }
    history.close();
  });
});

Deno.test("the numbers of direct messages go on as well, and they are deleted by their age", () => {
  withPath((path) => {
    let history = open(path, keeping({ days: 1, messages: 1 }));
    for (const seq of [1, 3]) {
      const [old, recent] = [direct("old"), direct("recent", { at: NOON + 2 * DAY })];
      history.append([old, recent]);
      assertEquals([old.fact.seq, recent.fact.seq], [seq, seq + 1]);
      tendAll(history, NOON + 2 * DAY);
      assertEquals(texts(history.directs("c", ALL)), ["recent"]);
      tendAll(history, NOON + 4 * DAY);
      assertEquals(texts(history.directs("c", ALL)), []);
      history.close();
      history = open(path, keeping({ days: 1, messages: 1 }));
    }
    history.close();
  });
});

Deno.test("who was heard too long ago has not been seen", () => {
  const history = inMemory(keeping({ days: 1 }));
  say(history, [message("old"), message("new", { nick: "pat", at: NOON + 2 * DAY })]);
  assertEquals(history.seen("chris", ["lobby"])?.at, NOON);
  tendAll(history, NOON + 2 * DAY);
  assertEquals(history.seen("chris", ["lobby"]), undefined);
  assertEquals(history.seen("pat", ["lobby"])?.at, NOON + 2 * DAY);
  history.close();
});

Deno.test("an id is free again once its message has been deleted", () => {
  const history = inMemory(keeping({ messages: 1 }));
  say(history, [message("one", { id: longId(1) }), message("two")]);
  tendAll(history);
  assertEquals(say(history, [message("one", { id: longId(1) })]).size, 0);
  assertEquals(left(history), "two one");
  history.close();
});

Deno.test("what is too old or too much is deleted from the front, whatever clocks were set to", () => {
  const times = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(times, fc.nat(20), fc.nat(20), (times, days, messages) => {
      const history = inMemory(keeping({ days, messages }));
      const said = times.map((day, index) => message(`${index}`, { at: NOON + day * DAY }));
      say(history, said);
      const now = NOON + 20 * DAY;
      tendAll(history, now);
      const isKept = ({ at }: { at: number }, index: number) =>
        (days === 0 || at >= now - days * DAY) &&
        (messages === 0 || index >= said.length - messages);
      const first = said.findIndex(isKept);
      const expected = first < 0 ? [] : said.slice(first).map(({ text }) => text);
      assertEquals(texts(history.page("lobby", ALL)), expected);
      history.close();
    }),
    { numRuns: 50 },
  );
});

Deno.test("a little is deleted at a time, of every room, until there is no more", () => {
  withPath((path) => {
    const history = open(path, keeping({ messages: 1 }));
    const rooms = Array.from({ length: 450 }, (_, index) => `room${index}`);
    say(history, [...rooms, ...rooms].map((room) => message("some", { room })));
    say(history, Array.from({ length: 1000 }, () => message("more", { room: "room7" })));
    const database = new DatabaseSync(path, { readOnly: true });
    const count = database.prepare("SELECT count(*) AS count FROM message");
    let before = 1900;
    while (history.tend(NOON)) {
      const after = Number(count.get()?.count);
      assert(before - after <= 200, `${before} ${after}`);
      before = after;
    }
    assertEquals(before, rooms.length);
    // All rooms have to be looked at to know.
    assertEquals(tendAll(history), 2);
    database.close();
    history.close();
  });
});

/** How many megabytes the file takes once all is written back to it. */
function megabytes(history: History, path: string): number {
  for (let round = 0; round < 3; round++) tendAll(history);
  return Deno.statSync(path).size / 1024 / 1024;
}

const LONG = "a word or two ".repeat(70);

Deno.test("a file that is too large shrinks to what it may have, and keeps what is newest", () => {
  withPath((path) => {
    let history = open(path);
    for (let batch = 0; batch < 20; batch++) {
      say(history, Array.from({ length: 100 }, () => message(LONG)));
      history.append(Array.from({ length: 100 }, () => direct(LONG)));
    }
    const before = megabytes(history, path);
    assert(before > 4, `${before}`);
    history.close();
    history = open(path, keeping({ megabytes: 2 }));
    const after = megabytes(history, path);
    assert(1 < after && after <= 2, `${after}`);
    for (const found of [history.page("lobby", ALL), history.directs("c", ALL)]) {
      assertEquals(found.last, 2000);
      assertEquals(found.messages.at(-1)?.seq, 2000);
      assert(200 < found.messages.length && found.messages.length < 1500);
    }
    history.close();
  });
});

Deno.test("what is deleted is gone from the file, and its room given back", () => {
  withPath((path) => {
    const history = open(path, keeping({ days: 1 }));
    say(history, Array.from({ length: 3000 }, (_, index) => message(`secret ${index} ${LONG}`)));
    history.append([direct("secret")]);
    const before = megabytes(history, path);
    const pieces = tendAll(history, NOON + 2 * DAY);
    assert(10 < pieces && pieces < 50, `${pieces}`);
    const after = megabytes(history, path);
    assert(after < before / 10, `${before} ${after}`);
    history.close();
    assert(!new TextDecoder().decode(Deno.readFileSync(path)).includes("secret"));
    const database = new DatabaseSync(path, { readOnly: true });
    assertEquals(database.prepare("PRAGMA freelist_count").get()?.freelist_count, 0);
    database.close();
  });
});
