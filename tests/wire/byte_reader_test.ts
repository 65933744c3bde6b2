import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { ByteReader, ProtocolError, type Reading } from "../../src/wire/byte_reader.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** Drives a coroutine as far as the bytes go; undefined while it wants more. */
function value<T>(reading: Reading<T>): T | undefined {
  const { value, done } = reading.next();
  return done ? value : undefined;
}

Deno.test("reading waits until enough bytes have come", () => {
  const reader = new ByteReader();
  const reading = reader.exactly(4);
  reader.push(bytes("ab"));
  assertEquals(value(reading), undefined);
  reader.push(bytes("cde"));
  assertEquals(text(value(reading)!), "abcd");
  assertEquals(reader.length, 1);
});

Deno.test("numbers are big-endian, and the largest are no negative ones", () => {
  const reader = new ByteReader();
  reader.push(Uint8Array.of(0x12, 0x34, 0xff, 0xff, 0xff, 0xfe));
  assertEquals(value(reader.u16()), 0x1234);
  assertEquals(value(reader.u32()), 0xfffffffe);
});

Deno.test("a line ends with a line feed, and a carriage return before it is left out", () => {
  const reader = new ByteReader();
  reader.push(bytes("one\r\ntwo\n\n\r\nrest"));
  const lines = Array.from({ length: 4 }, () => text(value(reader.line(10))!));
  assertEquals(lines, ["one", "two", "", ""]);
  assertEquals(value(reader.line(10)), undefined);
});

Deno.test("a line one byte past its maximum is refused, with its end or before it", () => {
  const reader = new ByteReader();
  reader.push(bytes("12345\n123456"));
  assertEquals(text(value(reader.line(5))!), "12345");
  assertThrows(() => value(reader.line(5)), ProtocolError, "longer than 5 bytes");
});

Deno.test("the caller may use its buffer again at once", () => {
  const reader = new ByteReader();
  const buffer = bytes("abcd");
  reader.push(buffer);
  buffer.fill(0);
  assertEquals(text(value(reader.exactly(4))!), "abcd");
});

Deno.test("law: any pieces, read in any portions, are the same bytes", () => {
  const portions = fc.array(fc.nat(40));
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 600 })), portions, (pieces, portions) => {
      const reader = new ByteReader();
      const read: number[] = [];
      const whole = pieces.flatMap((piece) => [...piece]);
      const counts = portions[Symbol.iterator]();
      let count = counts.next().value ?? 1;
      for (const piece of pieces) {
        reader.push(piece);
        while (reader.length >= count) {
          read.push(...value(reader.exactly(count))!);
          if (count === 0 && reader.length === 0) break;
          count = counts.next().value ?? 1;
        }
      }
      read.push(...reader.peek(Infinity));
      assertEquals(read, whole);
    }),
  );
});

Deno.test("law: any pieces make the same lines", () => {
  const character = fc.constantFrom("a", "b", "\r", "\n");
  const piece = fc.string({ unit: character, maxLength: 10 });
  fc.assert(fc.property(fc.array(piece), (pieces) => {
    const reader = new ByteReader();
    const lines: string[] = [];
    let reading = reader.line(1000);
    for (const piece of pieces) {
      reader.push(bytes(piece));
      for (let line = value(reading); line; line = value(reading)) {
        lines.push(text(line));
        reading = reader.line(1000);
      }
    }
    const expected = pieces.join("").split("\n").slice(0, -1).map((it) => it.replace(/\r$/, ""));
    assertEquals(lines, expected);
  }));
});
