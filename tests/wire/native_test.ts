import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import { crc32 } from "../../src/wire/crc32.ts";
import { concat, type Heard, utf8 } from "../../src/wire/dialect.ts";
import { native } from "../../src/wire/native.ts";
import { decoded, OPTIONS } from "./decoded.ts";

const MORE = 0x80000000;

/** One chunk; its checksum is right unless another is given. */
function chunk(payload: string | Uint8Array, { more = false, sum = -1 } = {}): Uint8Array {
  const body = typeof payload === "string" ? utf8(payload) : payload;
  const header = new DataView(new ArrayBuffer(8));
  header.setUint32(0, body.length + (more ? MORE : 0));
  header.setUint32(4, sum < 0 ? crc32(body) : sum);
  return concat([new Uint8Array(header.buffer), body]);
}

function heard(...bytes: Uint8Array[]): Promise<Heard<Command>[]> {
  return decoded(native.server(OPTIONS), bytes);
}

async function problem(...bytes: Uint8Array[]): Promise<string | undefined> {
  const last = (await heard(...bytes)).at(-1);
  return last?.type === "broken" ? last.reason : undefined;
}

Deno.test("CRC-32 has the check value that all implementations agree on", () => {
  assertEquals(crc32(utf8("123456789")), 0xcbf43926);
  assertEquals(crc32(utf8("")), 0);
});

Deno.test("a frame is a length, a checksum and JSON", () => {
  const bytes = native.client(OPTIONS).encoder.encode(ask("hello", { nick: "chris" }), true)!;
  const json = '{"type":"hello","nick":"chris","token":"","password":""}';
  assertEquals(bytes.slice(0, 4), Uint8Array.of(0, 0, 0, json.length));
  assertEquals(new DataView(bytes.buffer).getUint32(4), crc32(utf8(json)));
  assertEquals(new TextDecoder().decode(bytes.slice(8)), json);
});

Deno.test("fields that may be left out are empty, and those that nobody knows are left behind", async () => {
  const json =
    '{"extra": 1, "text": "hi", "type": "say", "__proto__": {"id": "x"}, "room": "lobby"}';
  assertEquals(await heard(chunk(json)), [{ type: "say", room: "lobby", text: "hi", id: "" }]);
});

Deno.test("a long message travels in chunks, the last one smaller, and is whole again", async () => {
  const text = "ž".repeat(70_000);
  const say: Command = { type: "say", room: "lobby", text, id: "" };
  const bytes = native.client(OPTIONS).encoder.encode(say, true)!;
  const first = new DataView(bytes.buffer).getUint32(0);
  assertEquals([first >= MORE, first - MORE], [true, 65_535]);
  assertEquals(await heard(bytes), [say]);
});

Deno.test("many small chunks are one message", async () => {
  const json = '{"type":"join","room":"lobby"}';
  const chunks = [...json].map((it, index) => chunk(it, { more: index < json.length - 1 }));
  assertEquals(await heard(...chunks), [ask("join", { room: "lobby" })]);
});

Deno.test("broken frames end the conversation with a word that says why", async () => {
  const cases: [Uint8Array[], string][] = [
    [[chunk("{}", { sum: 1 })], "a chunk's checksum does not match"],
    [[chunk("not JSON")], "this is not JSON"],
    [[chunk("[1]")], "the JSON is not an object"],
    [[chunk("null")], "the JSON is not an object"],
    [[chunk(Uint8Array.of(0x7b, 0xff, 0x7d))], "this is not UTF-8"],
    [[chunk('{"a":'.repeat(33) + "1" + "}".repeat(33))], "the JSON is more than 32 levels deep"],
    [[chunk("", { more: true })], "a chunk is empty"],
    [[Uint8Array.of(0, 1, 0, 1, 0, 0, 0, 0)], "a chunk has 65537 bytes, at most 65536 may be"],
    [[Uint8Array.of(0x7f, 255, 255, 255)], "a chunk has 2147483647 bytes, at most 65536 may be"],
    [
      Array.from({ length: 4 }, () => chunk(new Uint8Array(65_536), { more: true })),
      "a message is longer than 200000 bytes",
    ],
  ];
  for (const [bytes, reason] of cases) assertEquals(await problem(...bytes), reason);
});

Deno.test("JSON 60,000 levels deep is refused without harm", async () => {
  assertEquals(await problem(chunk("[".repeat(60_000))), "the JSON is more than 32 levels deep");
});

Deno.test("brackets within strings are no depth", async () => {
  const text = '\\"[[{{'.repeat(100);
  const json = JSON.stringify({ type: "say", room: "lobby", text });
  assertEquals(await heard(chunk(json)), [{ type: "say", room: "lobby", text, id: "" }]);
});

Deno.test("JSON that is no command is answered, and the conversation goes on", async () => {
  const join = '{"type":"join","room":"lobby"}';
  const wrong = ["{}", '{"type":7}', '{"type":"constructor"}', '{"type":"join"}'];
  const kinds = ['{"type":"join","room":7}', '{"type":"join","room":null}'];
  const numbers = [
    '{"type":"history","room":"lobby","limit":1e400}',
    '{"type":"who","room":["x"]}',
  ];
  for (const json of [...wrong, ...kinds, ...numbers]) {
    const types = (await heard(chunk(json), chunk(join))).map((it) => it.type);
    assertEquals(types, ["answer", "join"], json);
  }
});

Deno.test("only a length below 65,536 opens a native conversation", () => {
  const verdicts: [number[], string][] = [
    [[0], "more"],
    [[0, 0], "more"],
    [[0, 0, 0], "more"],
    [[0, 0, 0, 34], "yes"],
    [[0, 0, 255, 255], "yes"],
    [[0, 0, 0, 1], "no"],
    [[0, 1], "no"],
    [[0x80, 0], "no"],
  ];
  for (const [head, verdict] of verdicts) {
    assertEquals(native.detect(Uint8Array.from(head)), verdict, head.join());
  }
});
