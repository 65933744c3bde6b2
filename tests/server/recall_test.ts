import { assert, assertEquals, assertThrows } from "@std/assert";
import type { Query } from "../../src/chat/effect.ts";
import type { Event, Said } from "../../src/chat/event.ts";
import { type Past, recall, type RecallOptions } from "../../src/server/recall.ts";
import type { Page, Search } from "../../src/store/history.ts";
import { tell } from "../chat/events.ts";

/** So many messages of a room. */
function said(count: number): Said[] {
  return Array.from(
    { length: count },
    (_, index) => (
      { room: "lobby", seq: index + 1, at: 5, nick: "chris", text: "hi", emote: false, id: "" }
    ),
  );
}

function direct(count: number) {
  return Array.from(
    { length: count },
    (_, index) => ({ nick: "chris", to: "pat", seq: index + 1, at: 5, text: "psst", id: "" }),
  );
}

const HISTORY: Query = {
  type: "history",
  room: "lobby",
  limit: 500,
  before: 0,
  from: 0,
  around: 0,
  byTime: false,
  asked: true,
};

/** A past that answers what the test says. */
function setUp(answers: Partial<Past> = {}, given: Partial<RecallOptions> = {}) {
  const unexpected = () => {
    throw new Error("this was not asked for");
  };
  const history: Past = {
    page: unexpected,
    directs: unexpected,
    search: unexpected,
    seen: unexpected,
    ...answers,
  };
  const options = { history, owner: "ada", now: 10_000, maxBytes: 5000, ...given };
  return { recalls: (query: Query) => recall(query, options) };
}

/** How many messages each event has, and whether it says that there are more. */
function outline(events: Event[]): [number, boolean][] {
  return events.map((event) => {
    assert(event.type === "history" || event.type === "directs");
    return [event.messages.length, event.more];
  });
}

Deno.test("what is asked of a room is handed on, and answered with where the room ends", () => {
  const pages: [string, Page][] = [];
  const { recalls } = setUp({
    page: (room, page) => {
      pages.push([room, page]);
      return { messages: said(2), more: false, last: 9 };
    },
  });
  const query = { ...HISTORY, limit: 7, before: 3, around: 4, byTime: true };
  assertEquals(recalls(query), [
    tell("history", { room: "lobby", messages: said(2), last: 9 }),
  ]);
  const asked = { limit: 7, before: 3, from: 0, around: 4, byTime: true, maxBytes: 5000 };
  assertEquals(pages, [["lobby", asked]]);
});

for (const more of [false, true]) {
  Deno.test(`of several events only the last says whether there is more: ${more}`, () => {
    const { recalls } = setUp({
      page: () => ({ messages: said(250), more, last: 250 }),
      directs: () => ({ messages: direct(150), more, last: 150 }),
    });
    assertEquals(outline(recalls(HISTORY)), [[100, false], [100, false], [50, more]]);
    const directs: Query = { type: "directs", limit: 500, before: 0, from: 0 };
    assertEquals(outline(recalls(directs)), [[100, false], [50, more]]);
  });

  Deno.test(`who asks for what follows gets one event, and is told of the rest of it (${more})`, () => {
    const { recalls } = setUp({
      page: () => ({ messages: said(250), more, last: 250 }),
      directs: () => ({ messages: direct(150), more, last: 150 }),
    });
    assertEquals(outline(recalls({ ...HISTORY, from: 1 })), [[250, more]]);
    const [event] = recalls({ type: "directs", limit: 500, before: 0, from: 7 });
    assertEquals(event, tell("directs", { messages: direct(150), from: 7, more }));
  });
}

Deno.test("a client that takes one write for one message gets one in each event", () => {
  const { recalls } = setUp(
    { page: () => ({ messages: said(3), more: true, last: 3 }) },
    { maxMessages: 1 },
  );
  assertEquals(outline(recalls(HISTORY)), [[1, false], [1, false], [1, true]]);
});

Deno.test("who is not to be shown the past unasked learns all the same where it ends", () => {
  const { recalls } = setUp({ page: () => ({ messages: said(1), more: true, last: 9 }) });
  assertEquals(recalls({ ...HISTORY, limit: 0, asked: false }), [
    tell("history", { room: "lobby", messages: [], last: 9 }),
  ]);
});

Deno.test("direct messages are those of whoever asks", () => {
  const owners: string[] = [];
  const { recalls } = setUp({
    directs: (owner) => {
      owners.push(owner);
      return { messages: direct(1), more: false, last: 1 };
    },
  });
  assertEquals(recalls({ type: "directs", limit: 5, before: 0, from: 0 }), [
    tell("directs", { messages: direct(1) }),
  ]);
  assertEquals(owners, ["ada"]);
});

Deno.test("a search is handed on, and what is found is told with what was searched for", () => {
  const searches: Search[] = [];
  const { recalls } = setUp({
    search: (search) => {
      searches.push(search);
      return { messages: said(2), next: 12 };
    },
  });
  const where = { room: "", rooms: ["lobby", "dev"] };
  assertEquals(recalls({ type: "search", ...where, text: "tea", limit: 7, before: 30 }), [
    tell("found", { text: "tea", messages: said(2), next: 12 }),
  ]);
  assertEquals(searches, [
    { rooms: ["lobby", "dev"], words: "tea", limit: 7, before: 30, maxBytes: 5000 },
  ]);
});

Deno.test("when somebody was heard is told as a time before now, never after", () => {
  const heard: Record<string, number> = { pat: 7000, early: 99_999 };
  const { recalls } = setUp({
    seen: (nick) => nick in heard ? { room: "dev", at: heard[nick]! } : undefined,
  });
  const seen = (nick: string, isHere: boolean) =>
    recalls({ type: "seen", nick, isHere, rooms: ["dev"] });
  assertEquals(seen("pat", true), [
    tell("seen", { nick: "pat", isHere: true, room: "dev", ago: 3000 }),
  ]);
  assertEquals(seen("early", false), [tell("seen", { nick: "early", room: "dev", ago: 0 })]);
  assertEquals(seen("nobody", false), [tell("seen", { nick: "nobody" })]);
});

Deno.test("whoever asks learns that the history cannot be read", () => {
  const { recalls } = setUp({
    page: () => {
      throw new Error("the disk is gone");
    },
  });
  assertThrows(() => recalls(HISTORY), Error, "the disk is gone");
});
