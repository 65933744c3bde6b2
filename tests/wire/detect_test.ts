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
  [bytes("CHAT/1.0 JOIN\r\n"), "chat10"],
  [bytes("CHAT/"), undefined],
  [bytes('{"type": "message"'), "ndjson"],
  [bytes("HELLO-FROM alice\n"), "vu"],
  [bytes("HEL"), undefined],
  [bytes("HEAD / HTTP/1.1"), "web"],
  [bytes("LIST\n"), "vu"],
  [bytes("SEND bob hi\n"), "vu"],
  [bytes("GET / HTTP/1.1"), "web"],
  [bytes("PRI * HTTP/2.0"), "web"],
  [bytes("POST /"), "web"],
  [Uint8Array.of(0x16, 0x03, 0x01, 0x02), "TLS"],
  [bytes("CAP LS 302\r\n"), "IRC"],
  [bytes("nick x\r\n"), "IRC"],
  [bytes("JOIN :\r\n"), "IRC"],
  [bytes(":x"), "IRC"],
  [bytes("SSH-2.0-OpenSSH"), "SSH"],
  [bytes("chris\n"), "plain"],
  [bytes("c\n"), "plain"],
  [bytes("nickname\n"), "plain"],
  [bytes("hello"), "plain"],
  [bytes("HELLO\n"), "plain"],
  [bytes("\r\n"), "plain"],
  [bytes("žluť"), "plain"],
  [Uint8Array.of(0xff, 0xfb, 0x18), "plain"],
  [Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b), "unknown"],
  [Uint8Array.of(1, 2, 3), "unknown"],
  [new Uint8Array(0), undefined],
];

for (const [first, expected] of OPENINGS) {
  Deno.test(`a connection that opens with [${first.join(" ")}] speaks ${expected}`, () => {
    const found = detect(first);
    assertEquals(typeof found === "object" ? found.name : found, expected);
  });
}
