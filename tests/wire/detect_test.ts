import { assertEquals } from "@std/assert";
import { detect } from "../../src/wire/dialects.ts";

const bytes = (text: string) => new TextEncoder().encode(text).slice(0, 16);

const OPENINGS: [first: Uint8Array, dialect: string | undefined][] = [
  [bytes('\x00\x22{"type": "hello"'), "bgnet0"],
  [Uint8Array.of(0x00, 0x22), undefined],
  [Uint8Array.of(0x00), undefined],
  [Uint8Array.of(0x01, 0x4b, 0x7b), "bgnet0"],
  [Uint8Array.of(0x00, 0x01, 0x7b), "unknown"],
  [bytes("\x00\x00\x00\x20AAAA{"), "native"],
  [Uint8Array.of(0, 0, 0), undefined],
  [Uint8Array.of(0, 0, 0, 0), "unknown"],
  [bytes("SSH-2.0-OpenSSH"), "unknown"],
  [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b), "unknown"],
  [Uint8Array.of(0x16, 0x03, 0x01, 0x02), "unknown"],
  [new Uint8Array(0), undefined],
];

for (const [first, expected] of OPENINGS) {
  Deno.test(`a connection that opens with [${first.join(" ")}] speaks ${expected}`, () => {
    const dialect = detect(first);
    assertEquals(typeof dialect === "object" ? dialect.name : dialect, expected);
  });
}
