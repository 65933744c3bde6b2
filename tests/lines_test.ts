import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { readLines, withoutKeys } from "../src/lines.ts";

function lines(...pieces: Uint8Array[]): Promise<string[]> {
  return Array.fromAsync(readLines(ReadableStream.from(pieces)));
}

const bytes = (text: string) => new TextEncoder().encode(text);

Deno.test("lines end with a line feed, with a carriage return too, or with the input", async () => {
  assertEquals(await lines(bytes("one\ntwo\r\n\nlast")), ["one", "two", "", "last"]);
  assertEquals(await lines(bytes("")), []);
});

Deno.test("a line that never ends is cut, so that memory stays bounded", async () => {
  const read = await lines(...Array.from({ length: 25 }, () => bytes("x".repeat(100_000))));
  assertEquals(read.map((line) => line.length), [1_000_000, 1_000_000, 500_000]);
});

Deno.test("a line may be longer, and what is not UTF-8 refused, where that is asked for", async () => {
  const read = (piece: Uint8Array) =>
    Array.fromAsync(readLines(ReadableStream.from([piece]), { maxLength: 2e6, fatal: true }));
  assertEquals((await read(bytes("x".repeat(1_500_000)))).length, 1);
  for (const broken of [[0x61, 0x0a, 0xff], [0xf0, 0x9f]]) {
    await assertRejects(() => read(new Uint8Array(broken)), TypeError);
  }
});

Deno.test("what keys without a letter leave behind is no part of a line", async () => {
  const typed = ["\x1b[A", "\f/join dev", "a\x1b[1;5Cb", "\x1bOP", "tab\tstays", "žluť"];
  const lines = await Array.fromAsync(withoutKeys(ReadableStream.from(typed)));
  assertEquals(lines, ["", "/join dev", "ab", "", "tab\tstays", "žluť"]);
});

Deno.test("law: any pieces make the same lines, characters cut in two included", async () => {
  const text = fc.string({ unit: fc.constantFrom("a", "ž", "🎉", "\n"), maxLength: 30 });
  await fc.assert(fc.asyncProperty(text, fc.integer({ min: 1, max: 5 }), async (text, size) => {
    const whole = bytes(text);
    const pieces: Uint8Array[] = [];
    for (let at = 0; at < whole.length; at += size) pieces.push(whole.slice(at, at + size));
    const expected = text.split("\n");
    if (expected.at(-1) === "") expected.pop();
    assertEquals(await lines(...pieces), expected);
  }));
});
