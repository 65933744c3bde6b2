import { assertEquals } from "@std/assert";
import { append, type Buffer, emptyBuffer, type Entry, lookAway } from "../../src/client/buffer.ts";
import { jointOf } from "../../src/client/page_rows.ts";

const NOON = new Date(2026, 10, 21, 12).getTime();
const HOUR = 3_600_000;

function entry(given: Partial<Entry>): Entry {
  return {
    kind: "message",
    at: NOON,
    nick: "leslie",
    to: "",
    text: "hi",
    seq: 0,
    isOwn: false,
    isMention: false,
    ...given,
  };
}

function filled(...entries: Partial<Entry>[]): Buffer {
  return entries.reduce<Buffer>(
    (it, given) => append(it, entry(given), true),
    emptyBuffer("#lobby"),
  );
}

const follows = (...entries: Partial<Entry>[]) =>
  jointOf(filled(...entries), entries.length - 1).follows;

Deno.test("what the same person says soon after goes on below their name", () => {
  assertEquals(follows({}, { at: NOON + 60_000 }), true);
  assertEquals(follows({}, { at: NOON + HOUR }), false, "after an hour");
  assertEquals(follows({}, { nick: "pat" }), false, "somebody else");
  assertEquals(follows({ kind: "notice", nick: "" }, {}), false, "after a notice");
  assertEquals(follows({}, { kind: "emote" }), false, "an emote has its name in it");
});

Deno.test("each day begins with a line of its own", () => {
  const buffer = filled({}, {}, { at: NOON + 24 * HOUR });
  assertEquals([0, 1, 2].map((index) => jointOf(buffer, index).isNewDay), [true, false, true]);
});

Deno.test("a gap in the numbers of a room is one, whatever was noted there; elsewhere numbers leap", () => {
  const entries = [{ seq: 3 }, { kind: "notice" as const }, { seq: 7 }, { seq: 8 }];
  const buffer = filled(...entries);
  assertEquals([0, 1, 2, 3].map((index) => jointOf(buffer, index).gapBefore), [0, 0, 7, 0]);
  assertEquals(jointOf({ ...buffer, name: "@leslie" }, 2).gapBefore, 0);
});

Deno.test("the line of what is new stands above the first that one has not seen, unless it is one's own", () => {
  const seen = lookAway(filled({ seq: 1 }, { seq: 2 }));
  assertEquals(jointOf(append(seen, entry({ seq: 3 }), false), 2).isNews, true);
  assertEquals(jointOf(append(seen, entry({ seq: 3, isOwn: true }), true), 2).isNews, false);
});
