import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Found, History, Page } from "../../src/store/history.ts";
import { ALL, direct, inMemory, message, NOON, say, texts } from "./said.ts";

/** A lobby in which somebody has said "1", "2" and so on, each a second after the other. */
function lobbyOf(count: number): History {
  const history = inMemory();
  say(
    history,
    Array.from({ length: count }, (_, i) => message(`${i + 1}`, { at: NOON + i * 1000 })),
  );
  return history;
}

/** When lobbyOf says the message of this number. */
const at = (seq: number) => NOON + (seq - 1) * 1000;

function shown({ messages, more }: Found<{ text: string }>): string {
  return messages.map(({ text }) => text).join(" ") + (more ? " ..." : "");
}

type Case = [asked: Partial<Page>, shown: string];

Deno.test("a page is the newest that fit, or what is before, from or around a message", () => {
  const history = lobbyOf(10);
  say(history, [message("elsewhere", { room: "dev" })]);
  const cases: Case[] = [
    [{}, "1 2 3 4 5 6 7 8 9 10"],
    [{ limit: 10 }, "1 2 3 4 5 6 7 8 9 10"],
    [{ limit: 3 }, "8 9 10 ..."],
    [{ limit: 3, before: 5 }, "2 3 4 ..."],
    [{ limit: 3, before: 4 }, "1 2 3"],
    [{ limit: 3, before: 1 }, ""],
    [{ limit: 3, before: 99 }, "8 9 10 ..."],
    [{ limit: 3, from: 5 }, "5 6 7 ..."],
    [{ limit: 3, from: 8 }, "8 9 10"],
    [{ limit: 3, from: 10 }, "10"],
    [{ limit: 3, from: 11 }, ""],
    [{ limit: 4, around: 5 }, "3 4 5 6 ..."],
    [{ limit: 3, around: 5 }, "4 5 6 ..."],
    [{ limit: 1, around: 5 }, "5 ..."],
    [{ limit: 4, around: 1 }, "1 2 ..."],
    [{ limit: 4, around: 10 }, "8 9 10"],
    [{ limit: 4, around: 99 }, "9 10"],
    [{ maxBytes: 700 }, "9 10 ..."],
    [{ maxBytes: 0 }, "10 ..."],
    [{ maxBytes: 0, from: 3 }, "3 ..."],
    [{ maxBytes: 0, around: 3 }, "2 3 ..."],
  ];
  for (const [page, expected] of cases) {
    const found = history.page("lobby", { ...ALL, ...page });
    assertEquals([shown(found), found.last], [expected, 10], JSON.stringify(page));
  }
  assertEquals(history.page("nowhere", ALL), { messages: [], more: false, last: 0 });
  history.close();
});

Deno.test("messages can be named by when they were said", () => {
  const history = lobbyOf(5);
  const cases: Case[] = [
    [{ before: at(3) }, "1 2"],
    [{ before: at(3) + 1 }, "1 2 3"],
    [{ before: at(1) }, ""],
    [{ before: 1 }, ""],
    [{ before: at(99) }, "1 2 3 4 5"],
    [{ from: at(3) }, "3 4 5"],
    [{ from: at(3) + 1 }, "4 5"],
    [{ from: 1 }, "1 2 3 4 5"],
    [{ from: at(99) }, ""],
    [{ around: at(3), limit: 2 }, "2 3 ..."],
    [{ around: 1, limit: 2 }, "1 ..."],
    [{ around: at(99), limit: 2 }, "5"],
  ];
  for (const [page, expected] of cases) {
    const found = history.page("lobby", { ...ALL, ...page, byTime: true });
    assertEquals(shown(found), expected, JSON.stringify(page));
  }
  history.close();
});

Deno.test("after a clock was set back every time still names a place, near where it was", () => {
  fc.assert(fc.property(
    fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
    fc.integer({ min: 1, max: 60 }),
    (times, time) => {
      const history = inMemory();
      say(history, times.map((at, index) => message(`${index + 1}`, { at })));
      const before = history.page("lobby", { ...ALL, before: time, byTime: true });
      const from = history.page("lobby", { ...ALL, from: time, byTime: true });
      assertEquals([...texts(before), ...texts(from)], times.map((_, index) => `${index + 1}`));
      if (from.messages[0]) assertEquals(from.messages[0].at >= time, true);
      if (before.messages.at(-1)) assertEquals(before.messages.at(-1)!.at < time, true);
      history.close();
    },
  ));
});

Deno.test("texts that grow when they are written count for what they take then", () => {
  const history = inMemory();
  say(history, Array.from({ length: 10 }, () => message("\x01".repeat(1000))));
  assertEquals(history.page("lobby", { ...ALL, maxBytes: 20_000 }).messages.length, 3);
  history.close();
});

/** Every text, as somebody comes by it who asks for page after page. */
function walk(
  page: (page: Page) => Found<{ text: string; seq: number }>,
  size: { limit: number; maxBytes: number },
  direction: "from" | "before",
): string[] {
  const seen: string[] = [];
  for (let seq = direction === "from" ? 1 : 0;;) {
    const found = page({ ...size, [direction]: seq });
    if (direction === "from") seen.push(...texts(found));
    else seen.unshift(...texts(found));
    if (!found.more) return seen;
    seq = direction === "from" ? found.messages.at(-1)!.seq + 1 : found.messages[0]!.seq;
  }
}

const size = fc.record({
  limit: fc.integer({ min: 1, max: 100 }),
  maxBytes: fc.integer({ min: 0, max: 30_000 }),
});
const said = fc.array(fc.string({ minLength: 1, maxLength: 200 }), { maxLength: 120 });

Deno.test("following the pages brings everything once, forwards and backwards, whatever their size", () => {
  fc.assert(
    fc.property(said, size, (all, size) => {
      const history = inMemory();
      say(history, all.flatMap((text) => [message(text), message("other", { room: "dev" })]));
      history.append(all.map((text, index) => direct(text, SIDES[index % SIDES.length])));
      for (const direction of ["from", "before"] as const) {
        assertEquals(walk((page) => history.page("lobby", page), size, direction), all);
        assertEquals(walk((page) => history.directs("c", page), size, direction), all);
      }
      history.close();
    }),
    { numRuns: 50 },
  );
});

/** Told by c, told to c, and told oneself. */
const SIDES = [
  { sender: "c", receiver: "p" },
  { sender: "", receiver: "c" },
  { sender: "c", receiver: "c" },
];

Deno.test("direct messages are shown to the two whose they are, in order, and each once", () => {
  const history = inMemory();
  const said: [text: string, sender: string, receiver: string][] = [
    ["1", "c", "p"],
    ["2", "p", "c"],
    ["3", "c", "c"],
    ["4", "p", "l"],
    ["5", "", "c"],
    ["6", "c", ""],
    ["7", "", ""],
  ];
  history.append(said.map(([text, sender, receiver]) => direct(text, { sender, receiver })));
  const cases: [owner: string, asked: Partial<Page>, shown: string, last: number][] = [
    ["c", {}, "1 2 3 5 6", 6],
    ["p", {}, "1 2 4", 4],
    ["l", {}, "4", 4],
    ["nobody", {}, "", 0],
    ["", {}, "", 0],
    ["", { from: 1 }, "", 0],
    ["", { around: 3 }, "", 0],
    ["c", { limit: 2 }, "5 6 ...", 6],
    ["c", { limit: 2, before: 5 }, "2 3 ...", 6],
    ["c", { limit: 3, from: 4 }, "5 6", 6],
    ["c", { limit: 1, from: 2 }, "2 ...", 6],
    ["c", { limit: 2, around: 3 }, "2 3 ...", 6],
    ["p", { limit: 9, from: 5 }, "", 4],
  ];
  for (const [owner, page, expected, last] of cases) {
    const found = history.directs(owner, { ...ALL, ...page });
    assertEquals([shown(found), found.last], [expected, last], JSON.stringify([owner, page]));
  }
  history.close();
});

Deno.test("direct messages can be named by when they were said, others' or not", () => {
  const history = inMemory();
  const other = { sender: "p", receiver: "l" };
  history.append([
    direct("1", { at: at(1) }),
    direct("not mine", { at: at(2), ...other }),
    direct("2", { at: at(3) }),
    direct("3", { at: at(4) }),
    direct("not mine", { at: at(5), ...other }),
  ]);
  const cases: Case[] = [
    [{ before: at(3) }, "1"],
    [{ before: at(99) }, "1 2 3"],
    [{ before: 1 }, ""],
    [{ from: at(2) }, "2 3"],
    [{ from: at(5) }, ""],
    [{ around: at(3), limit: 2 }, "1 2 ..."],
  ];
  for (const [page, expected] of cases) {
    const found = history.directs("c", { ...ALL, ...page, byTime: true });
    assertEquals(shown(found), expected, JSON.stringify(page));
  }
  history.close();
});

Deno.test("a direct message comes back as it was said", () => {
  const history = inMemory();
  const told = direct("psst", { id: "mine" });
  history.append([told]);
  assertEquals(told.fact.seq, 1);
  const { type: _, ...said } = told.fact;
  assertEquals(history.directs("p", ALL).messages as unknown[], [said]);
  history.close();
});
