/** WebSockets: people in browsers among all others, and peers that break RFC 6455 in every way it knows. */
import { assert, assertEquals } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { assertHeardSoon } from "./delay.ts";
import { Edited } from "./edited.ts";
import type { Json } from "./event_peer.ts";
import { LinePeer } from "./line_peer.ts";
import { joined, NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import {
  answerOn,
  ask,
  frame,
  goodbye,
  OPCODE,
  request,
  text,
  upgrade,
  utf8,
  WebPeer,
} from "./web_peer.ts";

const MB = 1024 * 1024;
const HELLO = { type: "hello", nick: "mallory" };
const JOIN = { type: "join", room: "lobby" };
const say = (words: string) => ({ type: "say", room: "lobby", text: words });

Deno.test("a browser, native, bgnet0 and plain talk in one room, both ways", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  const { port } = server;
  await using wendy = await WebPeer.enter(port, "wendy");
  await using pat = await NativePeer.enter(port, "pat");
  await using chris = await Bgnet0Peer.enter(port, "chris");
  await using paula = await LinePeer.connect(port);
  await paula.send("paula\n");
  await paula.expect("*** paula has joined the chat\n");
  for (const nick of ["pat", "chris", "paula"]) await wendy.expect({ type: "joined", nick });
  await wendy.say("žluť 🙂");
  for (const peer of [wendy, pat]) {
    await peer.expect(...(peer === pat ? [{ nick: "chris" }, { nick: "paula" }] : []), {
      type: "message",
      nick: "wendy",
      text: "žluť 🙂",
    });
  }
  await chris.expect(
    '{"type": "join", "nick": "paula"}',
    '{"type": "chat", "nick": "wendy", "message": "\\u017elu\\u0165 \\ud83d\\ude42"}',
  );
  await paula.expect("wendy: žluť 🙂\n");
  await pat.say("one");
  await chris.send('{"type": "chat", "message": "two"}');
  await wendy.expect({ nick: "pat", text: "one" }, { nick: "chris", text: "two" });
  await paula.send("three\n");
  await wendy.expect({ nick: "paula", text: "three" });
});

Deno.test("who comes back with its token goes on where it was, without a gap or a double", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const token = crypto.randomUUID();
  {
    await using wendy = await WebPeer.connect(server.port);
    await wendy.send({ type: "hello", nick: "wendy", token }, JOIN);
    await wendy.expect({ type: "entered" }, { type: "joined", nick: "wendy" });
    await pat.expect({ type: "joined", nick: "wendy" });
    await pat.say("one");
    await wendy.expect({ type: "message", seq: 1 });
  }
  await server.logged("disconnected, may come back");
  await pat.say("two");
  await pat.say("three");
  await pat.expect({ seq: 1 }, { seq: 2 }, { seq: 3 });
  await using wendy = await WebPeer.connect(server.port);
  await wendy.send({ type: "hello", nick: "wendy", token }, { ...JOIN, from: 2 });
  await wendy.expect({ type: "entered", nick: "wendy" });
  const seen: unknown[] = [];
  while (seen.length < 2) {
    const event = await wendy.next();
    assert(event, "the connection has ended");
    if (event.type === "history") seen.push(...(event.messages as Json[]).map(({ seq }) => seq));
  }
  assertEquals(seen, [2, 3]);
  await pat.expectQuiet();
});

Deno.test("when the server stops, a browser is told why, and its WebSocket is closed", async () => {
  await using server = await Server.start();
  await using wendy = await WebPeer.enter(server.port, "wendy");
  server.signal("SIGTERM");
  await wendy.expect({ type: "closing", reason: "the server is shutting down" });
  assertEquals(await wendy.expectGoodbye(1000, 1001), []);
  assertEquals((await server.ended()).code, 0);
});

/** Longer than a message may be. */
const TOO_LONG = 700_000;
const LIMITS = ["--max-message-bytes", "601024"];

const ABUSE: [what: string, code: number, bytes: Uint8Array][] = [
  ["a frame without a mask", 1002, frame({ opcode: OPCODE.text, payload: "{}", isMasked: false })],
  ...[1, 2, 4].map((reserved): [string, number, Uint8Array] => [
    `the reserved bits ${reserved}`,
    1002,
    frame({ opcode: OPCODE.text, payload: "{}", reserved }),
  ]),
  ...[3, 7, 11, 15].map((opcode): [string, number, Uint8Array] => [
    `the opcode ${opcode}`,
    1002,
    frame({ opcode }),
  ]),
  ["a ping in pieces", 1002, frame({ opcode: OPCODE.ping, isLast: false })],
  ["a goodbye in pieces", 1002, frame({ opcode: OPCODE.close, isLast: false })],
  ["a ping of 126 bytes", 1002, frame({ opcode: OPCODE.ping, payload: "x".repeat(126) })],
  ["a ping that promises 2^32", 1002, frame({ opcode: OPCODE.ping, length: 2n ** 32n })],
  ["a second piece without a first", 1002, frame({ opcode: OPCODE.more, payload: "{}" })],
  [
    "a message within another",
    1002,
    joined([frame({ opcode: OPCODE.text, payload: "{", isLast: false }), text("{}")]),
  ],
  ["text that is no UTF-8", 1007, frame({ opcode: OPCODE.text, payload: Uint8Array.of(0xff) })],
  [
    "half a character at the end of all pieces",
    1007,
    joined([
      frame({ opcode: OPCODE.text, payload: Uint8Array.of(0xf0, 0x9f), isLast: false }),
      frame({ opcode: OPCODE.more, payload: Uint8Array.of(0x99) }),
    ]),
  ],
  ["a goodbye whose reason is no UTF-8", 1007, goodbye(1000, Uint8Array.of(0xc0, 0x80))],
  ["a goodbye of one byte", 1002, frame({ opcode: OPCODE.close, payload: "x" })],
  ...[0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code): [string, number, Uint8Array] => [
    `a goodbye with the code ${code}`,
    1002,
    goodbye(code),
  ]),
  ["a length of 2^63", 1009, frame({ opcode: OPCODE.text, length: 2n ** 63n })],
  ["a length of 2^53", 1009, frame({ opcode: OPCODE.text, length: 2n ** 53n })],
  ["a length of 2^31", 1009, frame({ opcode: OPCODE.text, length: 2n ** 31n })],
  [
    "a message too long, in pieces",
    1009,
    joined([
      frame({ opcode: OPCODE.text, payload: "x".repeat(TOO_LONG / 2), isLast: false }),
      frame({ opcode: OPCODE.more, payload: "x".repeat(TOO_LONG / 2) }),
    ]),
  ],
  [
    "a message in more pieces than anybody needs",
    1008,
    joined([
      frame({ opcode: OPCODE.text, isLast: false }),
      ...Array(5000).fill(frame({ opcode: OPCODE.more, isLast: false })),
    ]),
  ],
  ["a binary message", 1003, frame({ opcode: OPCODE.binary, payload: "{}" })],
];

Deno.test("who breaks RFC 6455 is told so by its number and has left, and nobody else notices", async () => {
  await using server = await Server.start({ flags: [...UNTHROTTLED, ...LIMITS] });
  await using pat = await NativePeer.enter(server.port, "pat");
  for (const [what, code, bytes] of ABUSE) {
    await using mallory = await WebPeer.enter(server.port, "mallory");
    await mallory.raw.write(bytes).catch(() => {});
    const said = await mallory.expectGoodbye(code).catch((error) => {
      throw new Error(what, { cause: error });
    });
    assertEquals(said, [], what);
    // It has left at once, and its name is free, whether it has hung up or not.
    await pat.expect({ type: "joined", nick: "mallory" }, { type: "quitted", nick: "mallory" });
    await pat.expectQuiet();
  }
  await server.until(() => server.logLines("ended").length === ABUSE.length);
});

Deno.test("who says goodbye is answered with the same code, and has left", async () => {
  await using server = await Server.start();
  await using pat = await NativePeer.enter(server.port, "pat");
  await using wendy = await WebPeer.enter(server.port, "wendy");
  await wendy.raw.write(goodbye(1001, "tab closed"));
  assertEquals(await wendy.expectGoodbye(1001), []);
  await pat.expect({ type: "joined" }, { type: "quitted", nick: "wendy" });
});

Deno.test("JSON that is no command gets a refusal or a goodbye, and nothing breaks", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const refused = [
    "{}",
    '{"type": "dance"}',
    '{"type": "__proto__"}',
    '{"type": "constructor"}',
    '{"type": ["say"]}',
    '{"type": "say", "room": "lobby", "text": 1e400}',
    '{"type": "say", "room": {"__proto__": 1}, "text": "x"}',
    '{"type": "say", "room": "lobby", "text": null}',
    '{"type": "hello", "nick": "pat"}',
    '{"type": "say", "room": "lobby", "text": "\\ud800"}',
    '{"type": "say", "room": "lobby", "text": "a\\u0000b"}',
    '{"type": "history", "room": "lobby", "before": -1}',
  ];
  await using wendy = await WebPeer.enter(server.port, "wendy");
  await pat.expect({ type: "joined" });
  for (const json of refused) {
    await wendy.raw.write(text(json));
    const event = await wendy.next();
    assert(
      ["failed", "history", "message"].includes(event?.type as string),
      `${json}: ${JSON.stringify(event)}`,
    );
    if (event?.type === "message") {
      assertEquals((event.text as string).isWellFormed(), true, json);
      await pat.expect({ type: "message", text: event.text });
    }
  }
  const broken = [
    "",
    "null",
    "[1]",
    '"say"',
    "{",
    "[".repeat(60_000),
    '{"a":'.repeat(60_000),
    "\u{feff}{}",
  ];
  for (const json of broken) {
    await using mallory = await WebPeer.enter(server.port, "mallory");
    await mallory.raw.write(text(json));
    const [closing] = await mallory.expectGoodbye(1000);
    assertEquals(closing?.type, "closing", json.slice(0, 20));
    await pat.expect({ type: "joined", nick: "mallory" }, { type: "quitted", nick: "mallory" });
  }
  await wendy.expect(...broken.flatMap(() => [{ type: "joined" }, { type: "quitted" }]));
  await wendy.say("still here");
  await pat.expect({ type: "message", text: "still here" });
});

Deno.test("a command before hello is refused, and so is a second hello", async () => {
  await using server = await Server.start();
  await using wendy = await WebPeer.connect(server.port);
  await wendy.send(say("hi"));
  await wendy.expect({ type: "failed", command: "say", code: "not-entered" });
  await wendy.send({ type: "hello", nick: "wendy" }, { type: "hello", nick: "other" });
  await wendy.expect({ type: "entered", nick: "wendy" }, {
    type: "failed",
    code: "already-entered",
  });
});

Deno.test("a ping is answered with its own bytes, after what was asked before it", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using wendy = await WebPeer.enter(server.port, "wendy");
  for (const payload of ["", "x", "y".repeat(125)]) {
    const ping = frame({ opcode: OPCODE.ping, payload });
    await wendy.raw.write(joined([text(say(`before ${payload}`)), ping]));
    await wendy.expect({ type: "message" }, { frame: OPCODE.pong, payload });
  }
  // Between the pieces of a message too; and a pong that nobody has asked for says nothing.
  const [start, end] = ['{"type": "ping", ', '"token": "t"}'];
  await wendy.raw.write(joined([
    frame({ opcode: OPCODE.text, payload: start!, isLast: false }),
    frame({ opcode: OPCODE.ping, payload: "!" }),
    frame({ opcode: OPCODE.pong, payload: "?" }),
    frame({ opcode: OPCODE.more, payload: end! }),
  ]));
  await wendy.expect({ frame: OPCODE.pong, payload: "!" }, { type: "pong", token: "t" });
});

/** All that a peer is told who sends these bytes, without what differs from server to server. */
async function replies(write: "write" | "writeByteByByte", bytes: Uint8Array): Promise<Json[]> {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using raw = await Peer.connect(server.port);
  await raw[write](utf8(upgrade()));
  // What comes with the request is not lost, however it is cut.
  await raw[write](bytes);
  const peer = await WebPeer.answered(raw);
  const told: Json[] = [];
  for (let event = await peer.next(); event; event = await peer.next()) {
    const { at: _at, ...rest } = event;
    told.push(rest);
  }
  return told;
}

Deno.test("law: one byte at a time and all at once get the same replies", async () => {
  const long = JSON.stringify(say("ž".repeat(300)));
  const bytes = joined([
    ...[HELLO, JOIN, say("hi")].map(text),
    frame({ opcode: OPCODE.ping, payload: "p" }),
    frame({ opcode: OPCODE.text, payload: long.slice(0, 100), isLast: false }),
    frame({ opcode: OPCODE.pong }),
    frame({ opcode: OPCODE.more, payload: long.slice(100) }),
    ...[{ type: "dance" }, { type: "who", room: "lobby" }, { type: "quit", reason: "" }].map(text),
    text(say("never heard")),
  ]);
  const [whole, singly] = await Promise.all([
    replies("write", bytes),
    replies("writeByteByByte", bytes),
  ]);
  assertEquals(singly, whole);
  const kinds = whole.map(({ type, frame }) => type ?? frame);
  assertEquals(kinds.slice(0, 7), [
    "entered",
    "joined",
    "message",
    10,
    "message",
    "failed",
    "roster",
  ]);
});

Deno.test("compression is not agreed to when it is offered", async () => {
  await using server = await Server.start();
  const headers = { "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits" };
  await using raw = await Peer.connect(server.port);
  await raw.write(utf8(upgrade({ headers })));
  const answer = await answerOn(raw);
  assertEquals(answer?.status, 101);
  assertEquals(answer?.headers["sec-websocket-extensions"], undefined);
});

const WRONG_UPGRADES: [what: string, status: number, bytes: string][] = [
  ["an old version", 426, upgrade({ headers: { "Sec-WebSocket-Version": "12" } })],
  ["another old version", 426, upgrade({ headers: { "Sec-WebSocket-Version": "8" } })],
  ["no version", 426, upgrade({ headers: { "Sec-WebSocket-Version": undefined } })],
  ["no key", 400, upgrade({ headers: { "Sec-WebSocket-Key": undefined } })],
  ["a short key", 400, upgrade({ headers: { "Sec-WebSocket-Key": "c2hvcnQ=" } })],
  ["a long key", 400, upgrade({ headers: { "Sec-WebSocket-Key": "A".repeat(44) } })],
  ["POST", 400, upgrade({ method: "POST" })],
  ["another path", 404, upgrade({ path: "/sockets" })],
  ["a path with more to it", 404, upgrade({ path: "/socket/" })],
  ["another site's page", 403, upgrade({ headers: { Origin: "https://evil.example" } })],
  ["a page of no site", 403, upgrade({ headers: { Origin: "null" } })],
  ["the page of another port", 403, upgrade({ headers: { Origin: "http://localhost:1" } })],
  ["a name that is not ours", 403, upgrade({ headers: { Host: "evil.example" } })],
  ["no upgrade at all", 404, request({ path: "/socket" })],
];

Deno.test("who asks for a WebSocket in a wrong way is refused with a reason", async () => {
  await using server = await Server.start();
  for (const [what, status, bytes] of WRONG_UPGRADES) {
    const answer = await ask(server.port, bytes);
    assertEquals(answer?.status, status, what);
    assertEquals(typeof JSON.parse(answer!.body).error, "string", what);
    assertEquals(answer?.headers["x-content-type-options"], "nosniff", what);
    if (status === 426) assertEquals(answer?.headers["sec-websocket-version"], "13");
  }
  const own = { Origin: `http://localhost:${server.port}`, Host: `localhost:${server.port}` };
  await using raw = await Peer.connect(server.port);
  await using wendy = await WebPeer.over(raw, { headers: own });
  await wendy.expectQuiet();
});

Deno.test("a WebSocket within an unanswered conversation is none", async () => {
  await using server = await Server.start();
  await using pat = await NativePeer.enter(server.port, "pat");
  await using raw = await Peer.connect(server.port);
  await raw.write(utf8(request() + request() + upgrade()));
  await raw.untilEnd();
  await pat.expectQuiet();
});

for (const end of ["vanishes", "is reset"] as const) {
  Deno.test(`who ${end} after any byte leaves nothing half said, and its name free`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    const parts = [upgrade(), text(HELLO), text(JOIN), text(say("whole")), text(say("again"))];
    const bytes = parts.map((part) => typeof part === "string" ? utf8(part) : part);
    const ends = bytes.map((_, index) => joined(bytes.slice(0, index + 1)).length);
    const all = joined(bytes);
    const [, entered, inside, first, second] = ends;
    for (let count = 1; count <= all.length; count++) {
      const piece = all.slice(0, count);
      // Of the same length, and never in the way of the next: nobody sees those go who have not joined.
      const nick = String(count).padStart(7, "n");
      if (count >= entered! && count < inside!) {
        piece.set(text({ ...HELLO, nick }), ends[0]!);
      }
      // What is not read when the connection is closed makes that a reset.
      const connect = end === "vanishes" ? Peer.connect : Peer.connectDeaf;
      const raw = await connect(server.port);
      await raw.write(piece);
      if (count < inside!) {
        await raw.vanish();
        continue;
      }
      await pat.expect({ type: "joined", nick: "mallory" });
      if (count >= first!) await pat.expect({ type: "message", text: "whole" });
      if (count >= second!) await pat.expect({ type: "message", text: "again" });
      await raw.vanish();
      await pat.expect({ type: "quitted", nick: "mallory" });
    }
    await pat.expectQuiet();
  });
}

Deno.test("what was said before the connection's end is heard, and then the leaving", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using raw = await Peer.connect(server.port);
  await raw.write(joined([utf8(upgrade()), ...[HELLO, JOIN, say("one"), say("two")].map(text)]));
  await raw.finish();
  await pat.expect({ type: "joined" }, { text: "one" }, { text: "two" }, { type: "quitted" });
});

Deno.test("a promised frame that never comes whole is waited for until there was no answer to a ping", async () => {
  await using edited = await Edited.start("ping_seconds = 300\n", ...UNTHROTTLED);
  const { server } = edited;
  await using pat = await NativePeer.enter(server.port, "pat");
  await using mallory = await WebPeer.enter(server.port, "mallory");
  await pat.expect({ type: "joined" });
  await mallory.raw.write(frame({ opcode: OPCODE.text, length: 100_000n }));
  await edited.reload("ping_seconds = 1\n");
  let isOver = false;
  const ended = mallory.raw.untilEnd().then(() => isOver = true);
  while (!isOver) {
    await mallory.raw.write(Uint8Array.of(0x20)).catch(() => {});
    await pat.send({ type: "ping", token: "" });
    const event = await pat.next();
    if (event?.type === "quitted") break;
  }
  await server.logged("ended", { reason: "no answer to a ping" });
  await ended;
});

Deno.test("who floods with pings waits for its turns, and nobody else does", async () => {
  const flags = ["--burst-commands", "100", "--commands-per-second", "500"];
  await using server = await Server.start({ flags });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using mallory = await WebPeer.enter(server.port, "mallory");
  await pat.expect({ type: "joined" });
  const before = server.memory;
  const pings = joined(Array(20_000).fill(frame({ opcode: OPCODE.ping, payload: "x" })));
  let isOver = false;
  const flood = (async () => {
    while (!isOver) await mallory.raw.write(pings).catch(() => isOver = true);
  })();
  await assertHeardSoon(pat, 50);
  assert(server.memory - before < 60 * MB, "a flood of pings is kept in memory");
  isOver = true;
  await mallory.raw.vanish();
  await flood;
});

Deno.test("many who flood, and go before their turn has come, cost little more than what they sent", async () => {
  await using server = await Server.start();
  await using pat = await NativePeer.enter(server.port, "pat");
  const before = server.memory;
  const pings = joined(Array(20_000).fill(frame({ opcode: OPCODE.ping })));
  for (let index = 0; index < 40; index++) {
    await using mallory = await WebPeer.connect(server.port);
    // More than the server takes in before it waits, and nobody waits for the rest.
    const written = mallory.raw.write(pings).catch(() => {});
    await mallory.nextFrame();
    await mallory.raw.vanish();
    await written;
  }
  await pat.expectQuiet();
  assert(server.memory - before < 80 * MB, `${(server.memory - before) / MB} MB`);
});

Deno.test("who reads nothing is cut, and the others miss nothing", async () => {
  const limits = ["--max-queue-bytes", "200000", "--max-text-bytes", "15000"];
  await using server = await Server.start({ flags: [...UNTHROTTLED, ...limits] });
  await using deaf = await Peer.connectDeaf(server.port);
  await deaf.write(joined([utf8(upgrade()), text({ ...HELLO, nick: "deaf" }), text(JOIN)]));
  await server.logged("entered", { nick: "deaf" });
  await using pat = await NativePeer.enter(server.port, "pat");
  const words = "x".repeat(15_000);
  for (let seq = 1; server.logLines("ended").length === 0; seq++) {
    assert(seq < 2000, "30 MB wait for somebody who reads nothing");
    await pat.say(words);
    let event = await pat.next();
    if (event?.type === "quitted") event = await pat.next();
    assertEquals([event?.type, event?.seq], ["message", seq]);
  }
  await server.logged("ended", { reason: "you read too slowly", dialect: "web" });
  // What it was told is whole up to some point, then why, and then the end.
  deaf.listen();
  const peer = await WebPeer.answered(deaf);
  let last: Json | undefined;
  for (let event = await peer.next(); event?.type; event = await peer.next()) last = event;
  assertEquals([last?.type, last?.reason], ["closing", "you read too slowly"]);
  await deaf.untilEnd();
});
