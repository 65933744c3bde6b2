import { assertEquals } from "@std/assert";
import { append, type Buffer, emptyBuffer, type Entry, prepend } from "../../src/client/buffer.ts";

function entry(seq: number, kind: Entry["kind"] = "message"): Entry {
  const text = kind === "notice" ? "a notice" : `line ${seq}`;
  return { kind, at: 1, nick: "leslie", to: "", text, seq, isOwn: false, isMention: false };
}

function numbers(from: number, to: number): Entry[] {
  return Array.from({ length: to - from + 1 }, (_, index) => entry(from + index));
}

const numbersIn = ({ entries }: Buffer) => entries.map(({ seq }) => seq);

function filled(...entries: Entry[]): Buffer {
  return entries.reduce((buffer, it) => append(buffer, it, true), emptyBuffer("#lobby"));
}

Deno.test("what is older comes in without a gap and once, in however many parts", () => {
  let buffer = filled(entry(0, "notice"), ...numbers(8, 9));
  for (const part of [numbers(2, 4), numbers(5, 7), numbers(6, 9), numbers(1, 1), []]) {
    buffer = prepend(buffer, part);
  }
  assertEquals(numbersIn(buffer), [1, 2, 3, 4, 5, 6, 7, 0, 8, 9]);
});

Deno.test("what was said before one came may come in parts as well", () => {
  const buffer = prepend(prepend(filled(entry(0, "notice")), numbers(1, 2)), numbers(3, 4));
  assertEquals(numbersIn(buffer), [1, 2, 3, 4, 0]);
});

Deno.test("the newest 10,000 entries are kept, and more of them while one has scrolled back", () => {
  const full = { ...prepend(emptyBuffer("#lobby"), numbers(3, 10_003)), isWhole: true };
  assertEquals(full.entries.length, 10_000);
  const fuller = append(full, entry(10_004), true);
  assertEquals([fuller.entries.length, fuller.isWhole], [10_000, false]);
  const first = full.entries[0]!;
  const scrolled = { ...full, anchor: { entry: first, hidden: 0, newest: first } };
  assertEquals(prepend(scrolled, numbers(1, 3)).entries.length, 10_003);
  assertEquals(append(scrolled, entry(10_004), true).entries[0], first);
});
