import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { concat, type Heard, utf8 } from "../../src/wire/dialect.ts";
import { OPCODE, record, web } from "../../src/wire/web.ts";
import { cut, decoded, OPTIONS, singly } from "./decoded.ts";

function heard(...pieces: Uint8Array[]): Promise<Heard<Command>[]> {
  return decoded(web.server(OPTIONS), pieces);
}

const text = (json: unknown) => record(OPCODE.text, utf8(JSON.stringify(json)));
const say: Command = { type: "say", room: "lobby", text: "žluť 🙂", id: "" };

Deno.test("a record is an opcode, a length in four bytes and so many bytes", () => {
  assertEquals(record(OPCODE.ping, utf8("hi")), Uint8Array.of(9, 0, 0, 0, 2, 0x68, 0x69));
  assertEquals(
    record(OPCODE.text, new Uint8Array(70_000)).subarray(0, 5),
    Uint8Array.of(1, 0, 1, 0x11, 0x70),
  );
});

Deno.test("law: records mean the same in any pieces", async () => {
  const bytes = concat([
    text(ask("hello", { nick: "pat" })),
    record(OPCODE.pong, utf8("x")),
    text(say),
  ]);
  const whole = await heard(bytes);
  assertEquals(whole, [ask("hello", { nick: "pat" }), { type: "ignored" }, say]);
  assertEquals(await heard(...singly(bytes)), whole);
  for (let place = 0; place < bytes.length; place++) {
    assertEquals(await heard(...cut(bytes, [place])), whole);
  }
});

/** A frame's first bytes as RFC 6455 has them, for each kind of length. */
const LENGTHS: [length: number, head: number[]][] = [
  [0, [0x8a, 0]],
  [1, [0x8a, 1]],
  [125, [0x8a, 125]],
  [126, [0x8a, 126, 0, 126]],
  [65_535, [0x8a, 126, 0xff, 0xff]],
  [65_536, [0x8a, 127, 0, 0, 0, 0, 0, 1, 0, 0]],
];

Deno.test("a frame has its length in as few bytes as it can", async () => {
  for (const [length, head] of LENGTHS) {
    const payload = new Uint8Array(length).fill(0x61);
    const [answer] = await heard(record(OPCODE.ping, payload));
    const bytes = answer?.type === "answer" ? answer.bytes : new Uint8Array(0);
    assertEquals([...bytes.subarray(0, head.length)], head);
    assertEquals(bytes.subarray(head.length), payload);
  }
});

Deno.test("law: what a server says a client hears, at each length of a frame", async () => {
  const { encode } = web.server(OPTIONS).encoder;
  for (const length of [0, 1, 24, 125, 126, 127, 1000, 65_400, 65_535, 65_536, 150_000]) {
    const pong: Event = { type: "pong", token: "x".repeat(length) };
    const bytes = encode(pong, false)!;
    assertEquals(await decoded(web.client(OPTIONS), [bytes]), [pong]);
    assertEquals(await decoded(web.client(OPTIONS), cut(bytes, [1, 3, 9, 11])), [pong]);
  }
});

Deno.test("JSON that is no command is refused, and what is no JSON object is the end", async () => {
  const refused = await heard(text({ type: "dance" }), text(say));
  assertEquals(refused.map(({ type }) => type), ["answer", "say"]);
  for (const payload of ["", "null", "[]", "{", "[".repeat(60_000)]) {
    const all = await heard(record(OPCODE.text, utf8(payload)), text(say));
    assertEquals(all.map(({ type }) => type), ["broken"], payload.slice(0, 10));
  }
});

Deno.test("a record longer than a message may be is the end, and so is word of broken frames", async () => {
  const long = record(OPCODE.text, new Uint8Array(OPTIONS.maxMessageBytes + 1));
  assertEquals(await heard(long.subarray(0, 5)), [{
    type: "broken",
    reason: "a message is longer than 200000 bytes",
  }]);
  const broken = await heard(record(OPCODE.close, utf8("MASK must be set")), text(say));
  assertEquals(broken, [{ type: "broken", reason: "MASK must be set" }]);
});
