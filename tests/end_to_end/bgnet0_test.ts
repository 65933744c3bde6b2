/** Conversations of the bgnet0 document, byte for byte: both ends of each were written down, not computed. */
import { assertEquals } from "@std/assert";
import { Peer } from "./peer.ts";
import { Server } from "./server.ts";

/** What somebody, or each of several, does next; of a text each character is a byte. */
type Step =
  | [who: string, does: "sends" | "receives", bytes: string]
  | [who: string, does: "connects" | "hangs up" | "is hung up on"];

/** The screenshot of the document, as the packets that its chapter on them describes. */
const SAMPLE: Step[] = [
  ["pat", "connects"],
  ["pat", "sends", '\x00\x20{"type": "hello", "nick": "pat"}'],
  ["pat", "receives", '\x00\x1f{"type": "join", "nick": "pat"}'],
  ["pat", "sends", '\x00\x25{"type": "chat", "message": "Hello?"}'],
  ["pat", "receives", '\x00\x34{"type": "chat", "nick": "pat", "message": "Hello?"}'],
  ["leslie", "connects"],
  ["leslie", "sends", '\x00\x23{"type": "hello", "nick": "leslie"}'],
  ["pat leslie", "receives", '\x00\x22{"type": "join", "nick": "leslie"}'],
  ["leslie", "sends", '\x00\x2b{"type": "chat", "message": "hi everyone!"}'],
  [
    "pat leslie",
    "receives",
    '\x00\x3d{"type": "chat", "nick": "leslie", "message": "hi everyone!"}',
  ],
  ["pat", "sends", '\x00\x2c{"type": "chat", "message": "hows it going"}'],
  ["pat leslie", "receives", '\x00\x3b{"type": "chat", "nick": "pat", "message": "hows it going"}'],
  ["chris", "connects"],
  ["chris", "sends", '\x00\x22{"type": "hello", "nick": "chris"}'],
  ["pat leslie chris", "receives", '\x00\x21{"type": "join", "nick": "chris"}'],
  ["chris", "sends", '\x00\x34{"type": "chat", "message": "OK, now we can start!"}'],
  [
    "pat leslie chris",
    "receives",
    '\x00\x45{"type": "chat", "nick": "chris", "message": "OK, now we can start!"}',
  ],
  ["pat", "sends", '\x00\x22{"type": "chat", "message": "lol"}'],
  ["pat leslie chris", "receives", '\x00\x31{"type": "chat", "nick": "pat", "message": "lol"}'],
  ["leslie", "sends", '\x00\x37{"type": "chat", "message": "Why are you always last?"}'],
  [
    "pat leslie chris",
    "receives",
    '\x00\x49{"type": "chat", "nick": "leslie", "message": "Why are you always last?"}',
  ],
  ["chris", "hangs up"],
  ["chris", "is hung up on"],
  ["pat leslie", "receives", '\x00\x22{"type": "leave", "nick": "chris"}'],
  ["pat", "sends", '\x00\x29{"type": "chat", "message": "oh no!! :)"}'],
  ["pat leslie", "receives", '\x00\x38{"type": "chat", "nick": "pat", "message": "oh no!! :)"}'],
];

/** Two public programs of the document, recorded as they talked to one another. */
const RECORDED: Step[] = [
  ["chris", "connects"],
  ["chris", "sends", '\x00"{"type": "hello", "nick": "chris"}'],
  ["chris", "receives", '\x00!{"type": "join", "nick": "chris"}'],
  ["pat", "connects"],
  ["pat", "sends", '\x00 {"type": "hello", "nick": "pat"}'],
  ["chris pat", "receives", '\x00\x1f{"type": "join", "nick": "pat"}'],
  ["chris", "sends", '\x00%{"type": "chat", "message": "Hello?"}'],
  ["chris pat", "receives", '\x006{"type": "chat", "nick": "chris", "message": "Hello?"}'],
  ["pat", "sends", '\x00;{"type": "chat", "message": "hi \\"quoted\\" \\u017elu\\u0165"}'],
  [
    "chris pat",
    "receives",
    '\x00J{"type": "chat", "nick": "pat", "message": "hi \\"quoted\\" \\u017elu\\u0165"}',
  ],
  ["pat", "sends", '\x00#{"type": "chat", "message": "/foo"}'],
  ["chris pat", "receives", '\x002{"type": "chat", "nick": "pat", "message": "/foo"}'],
  ["chris", "sends", `\x01K{"type": "chat", "message": "${"x".repeat(300)}"}`],
  [
    "chris pat",
    "receives",
    `\x01\\{"type": "chat", "nick": "chris", "message": "${"x".repeat(300)}"}`,
  ],
  ["pat", "hangs up"],
  ["chris", "receives", '\x00 {"type": "leave", "nick": "pat"}'],
  ["pat", "is hung up on"],
  ["chris", "hangs up"],
  ["chris", "is hung up on"],
];

/** What chris says in the recorded conversation, and what somebody who is alone hears of it. */
const ALONE: Step[] = [
  ["chris", "connects"],
  [
    "chris",
    "sends",
    '\x00"{"type": "hello", "nick": "chris"}' +
    '\x00%{"type": "chat", "message": "Hello?"}' +
    `\x01K{"type": "chat", "message": "${"x".repeat(300)}"}` +
    '\x00#{"type": "chat", "message": "/foo"}',
  ],
  [
    "chris",
    "receives",
    '\x00!{"type": "join", "nick": "chris"}' +
    '\x006{"type": "chat", "nick": "chris", "message": "Hello?"}' +
    `\x01\\{"type": "chat", "nick": "chris", "message": "${"x".repeat(300)}"}` +
    '\x004{"type": "chat", "nick": "chris", "message": "/foo"}',
  ],
  ["chris", "hangs up"],
  ["chris", "is hung up on"],
];

type Write = (peer: Peer, bytes: Uint8Array) => Promise<void>;
const inOneWrite: Write = (peer, bytes) => peer.write(bytes);
const byteByByte: Write = (peer, bytes) => peer.writeByteByByte(bytes);

const PERFORMANCES: [what: string, play: Step[], write: Write][] = [
  ["the sample conversation of bgnet0 goes as its document has it", SAMPLE, inOneWrite],
  ["the sample conversation, sent a byte at a time, goes the same way", SAMPLE, byteByByte],
  ["the recorded conversation of bgnet0 goes as it was recorded", RECORDED, inOneWrite],
  ["the recorded conversation, sent a byte at a time, goes the same way", RECORDED, byteByByte],
  ["all that a bgnet0 client ever says, in one write, is answered in order", ALONE, inOneWrite],
  ["the same, a byte at a time and without waiting, is answered alike", ALONE, byteByByte],
];

for (const [what, play, write] of PERFORMANCES) {
  Deno.test(what, async () => {
    await using server = await Server.start();
    await perform(play, server.port, write);
  });
}

async function perform(play: Step[], port: number, write: Write) {
  await using stack = new AsyncDisposableStack();
  const cast = new Map<string, Peer>();
  for (const [who, does, bytes] of play) {
    for (const name of who.split(" ")) {
      if (does === "connects") cast.set(name, stack.use(await Peer.connect(port)));
      const peer = cast.get(name)!;
      if (does === "sends") await write(peer, bytesOf(bytes));
      if (does === "receives") assertEquals(textOf(await peer.take(bytes.length)), bytes, name);
      if (does === "hangs up") await peer.finish();
      if (does === "is hung up on") assertEquals(textOf(await peer.untilEnd()), "", name);
    }
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array | undefined): string | undefined {
  return bytes && String.fromCharCode(...bytes);
}
