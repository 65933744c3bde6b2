/** Peers that speak no protocol known here, or break the one that they have begun. */
import { assertEquals, assertMatch } from "@std/assert";
import { bgnet0Packet, Bgnet0Peer } from "./bgnet0_peer.ts";
import { nativePacket, NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

/** First bytes that no protocol here ever begins with; a character is a byte. */
const STRANGE_BYTES: Record<string, string> = {
  "control characters": "\x01\x02\x03\x04",
  "zeros only": "\0\0\0\0\0\0\0\0",
  "a native frame of one byte": "\0\0\0\x01\0\0\0\0x",
  "a length without JSON": "\0\x05hello",
  "JSON that is a list": '\0\x0f["hello", "pat"]',
  "a length that is too small": "\0\x01{",
  "noise": "\x01\x91\xa7\x03\xff\x99".repeat(50),
};

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

for (const write of ["write", "writeByteByByte"] as const) {
  Deno.test(`strange first bytes get one line that names the protocols (${write})`, async () => {
    await using server = await Server.start();
    await using pat = await NativePeer.enter(server.port, "pat");
    for (const [what, bytes] of Object.entries(STRANGE_BYTES)) {
      await using stranger = await Peer.connect(server.port);
      // The server may hang up in the middle of it.
      await stranger[write](bytesOf(bytes)).catch(() => {});
      const answer = new TextDecoder().decode(await stranger.untilEnd());
      assertMatch(answer, /^error: [^\n]*\bnative\b[^\n]*\bbgnet0\b[^\n]*\n$/, what);
    }
    await pat.expectQuiet();
    const count = Object.keys(STRANGE_BYTES).length;
    await server.until(() => server.logLines("ended").length === count);
    const ends = server.logLines("ended");
    assertEquals(ends.every(({ reason }) => typeof reason === "string" && reason !== ""), true);
  });
}

Deno.test("whoever sends a megabyte of noise can still read why it is hung up on", async () => {
  await using server = await Server.start();
  await using stranger = await Peer.connect(server.port);
  await stranger.write(new Uint8Array(1024 * 1024).fill(1));
  const answer = new TextDecoder().decode(await stranger.untilEnd());
  assertMatch(answer, /^error: [^\n]*\bnative\b[^\n]*\n$/);
});

/** A chunk with a checksum that may be wrong. */
function chunk(length: number, sum: number, payload: string): Uint8Array {
  const bytes = new Uint8Array(8 + payload.length);
  new DataView(bytes.buffer).setUint32(0, length);
  new DataView(bytes.buffer).setUint32(4, sum);
  bytes.set(bytesOf(payload), 8);
  return bytes;
}

const BROKEN_NATIVE: [what: string, bytes: Uint8Array, reason: string][] = [
  ["a wrong checksum", chunk(2, 1, "{}"), "a chunk's checksum does not match"],
  ["an empty chunk", chunk(0, 0, ""), "a chunk is empty"],
  ["a chunk too long", chunk(65_537, 0, ""), "a chunk has 65537 bytes, at most 65536 may be"],
  // These two checksums are Python's.
  ["no JSON", chunk(5, 0x3610a686, "hello"), "this is not JSON"],
  ["a list", chunk(3, 0x4c2f32b8, "[1]"), "the JSON is not an object"],
  ["two frames, one broken", Uint8Array.of(...nativePacket({ type: "ping" }), 0, 0, 0, 0), ""],
];

Deno.test("a native peer that breaks the protocol is told why, and the others that it left", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  for (const [what, bytes, reason] of BROKEN_NATIVE) {
    await using pat = await NativePeer.enter(server.port, "pat");
    await pat.raw.write(bytes);
    if (what.startsWith("two")) await pat.expect({ type: "pong" }, { type: "closing" });
    else await pat.expect({ type: "closing", reason });
    await pat.expectEnd();
    await leslie.expect({ type: "joined", nick: "pat" }, { type: "quitted", nick: "pat" });
  }
  await leslie.expectQuiet();
});

const BROKEN_BGNET0: [what: string, bytes: Uint8Array, reason: string][] = [
  ["an empty packet", bgnet0Packet(""), "this is not JSON"],
  ["no JSON", bgnet0Packet("{hello}"), "this is not JSON"],
  ["no packet at all", bytesOf("\0\x20" + "\xff".repeat(32)), "this is not UTF-8"],
  [
    "JSON too deep",
    bgnet0Packet('{"type": "chat", "message": ' + "[".repeat(60_000) + "]".repeat(5000) + "}"),
    "the JSON is more than 32 levels deep",
  ],
];

Deno.test("a bgnet0 peer that breaks the protocol is told why, and the others that it left", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  for (const [_what, bytes, reason] of BROKEN_BGNET0) {
    await using pat = await Bgnet0Peer.enter(server.port, "pat");
    await pat.raw.write(bytes);
    await pat.expect(`{"type": "chat", "nick": "*server*", "message": "${reason}"}`);
    await pat.expectEnd();
    await leslie.expect({ type: "joined", nick: "pat" }, { type: "quitted", nick: "pat" });
  }
  await leslie.expectQuiet();
});

Deno.test("what is no command is refused, and the conversation goes on", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const refused: [command: Record<string, unknown>, code: string][] = [
    [{ type: "dance" }, "bad-request"],
    [{}, "bad-request"],
    [{ type: "say", room: "lobby", text: 1 }, "bad-request"],
    [{ type: "say", room: ["lobby"], text: "hi" }, "bad-request"],
    [{ type: "__proto__" }, "bad-request"],
    [{ type: "hello", nick: "leslie" }, "already-entered"],
    [{ type: "say", room: "dev", text: "hi" }, "not-a-member"],
    [{ type: "say", room: "lobby", text: "" }, "bad-text"],
    [{ type: "say", room: "lobby", text: "a\0b" }, "bad-text"],
    [{ type: "say", room: "lobby", text: "x".repeat(100_001) }, "too-long"],
    [{ type: "join", room: "#" }, "bad-room"],
    [{ type: "tell", nick: "nobody", text: "hi" }, "no-such-nick"],
    [{ type: "rename", nick: "[Server]" }, "reserved-nick"],
    [{ type: "rename", nick: "two words" }, "bad-nick"],
  ];
  for (const [command, code] of refused) {
    await pat.send(command);
    await pat.expect({ type: "failed", code });
  }
  await pat.say("still here");
  await pat.expect({ type: "message", seq: 1, text: "still here" });
});

Deno.test("nobody is anybody before hello, or twice, or somebody else", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using _pat = await NativePeer.enter(server.port, "pat");
  await using twin = await NativePeer.connect(server.port);
  for (const command of ["join", "say", "who", "rooms", "rename", "tell", "part", "history"]) {
    await twin.send({ type: command, room: "lobby", text: "hi", nick: "pat" });
    await twin.expect({ type: "failed", command, code: "not-entered" });
  }
  for (const nick of ["pat", "PAT", "рat", "ｐａｔ"]) {
    await twin.send({ type: "hello", nick });
    await twin.expect({ type: "failed", command: "hello", code: "nick-in-use", about: nick });
  }
  await twin.send({ type: "hello", nick: "leslie" });
  await twin.expect({ type: "entered", nick: "leslie" });

  await using chris = await Bgnet0Peer.connect(server.port);
  await chris.send('{"type": "hello", "nick": "Pat"}');
  assertMatch(await chris.next() ?? "", /"nick": "\*server\*", "message": "Pat: somebody here/);
  await chris.expectEnd();
});
