/** Words that are meant to be something else for those who read them: frames, lines, orders, other people. */
import { assert, assertEquals } from "@std/assert";
import { bgnet0Packet } from "../end_to_end/bgnet0_peer.ts";
import { nativePacket, NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { each, saysAll, sends, siege, utf8 } from "./siege.ts";
import { joined, webFrame, type Wire, WIRES } from "./wires.ts";

const wire = (name: string): Wire => WIRES.find((it) => it.name === name)!;

/** A message of JSON as each wire carries it that does. */
const JSON_WIRES: Record<string, (json: string) => Uint8Array> = {
  bgnet0: (json) => bgnet0Packet(json.slice(0, 65_535)),
  web: webFrame,
  ndjson: (json) => utf8(`${json}\n`),
};

const deep = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
const DEPTH_BOMBS = [33, 1000, 30_000].flatMap((depth) => [
  `{"type": "say", "room": "lobby", "text": ${deep(depth)}}`,
  `{"type": "message", "data": ${`{"a":`.repeat(depth)}1${"}".repeat(depth)}}`,
]);

Deno.test("JSON bombs of depth and of 10,000 fields are refused on every wire that speaks JSON", async () => {
  await using it = await siege();
  const fields = Array.from({ length: 10_000 }, (_, at) => `"f${at}":${at}`).join(",");
  const bombs = [...DEPTH_BOMBS, `{"type":"dance",${fields}}`, `{${fields}}`, `[${fields}]`];
  await it.undisturbed(() =>
    each(Object.keys(JSON_WIRES), 3, async (name) => {
      for (const bomb of [...bombs, ...bombs]) {
        const bytes = joined(wire(name).hello("bomber"), JSON_WIRES[name]!(bomb));
        await saysAll(it.server.port, bytes);
      }
    }), { megabytes: 80 });
  assertEquals((await it.told()).filter(({ type }) => type === "message"), []);
});

const MANY = "a ".repeat(10_000);

Deno.test("commands with 10,000 parameters, or none, are refused or said, and stop nobody", async () => {
  await using it = await siege();
  const lines = [
    `SEND ${MANY}`,
    "SEND",
    `LIST ${MANY}`,
    `HELLO-FROM ${MANY}`,
    "\x20".repeat(10_000),
  ];
  const typed = [
    `/join ${MANY}`,
    `/ban ${MANY}`,
    "/join",
    `/nick ${MANY}`,
    `/message ${MANY}`,
    "/",
  ];
  const headers = `CHAT/1.0 TEXT\r\n${"A: b\r\n".repeat(10_000)}\r\n`;
  const sent = [
    joined(wire("vu").hello("vu"), ...lines.map((it) => utf8(`${it}\n`))),
    joined(wire("plain").hello("plain"), ...typed.map((it) => utf8(`${it}\n`))),
    joined(wire("bgnet0").hello("bg"), ...typed.map((it) => wire("bgnet0").say(it))),
    joined(wire("chat10").hello("carol"), utf8(headers)),
  ];
  await it.undisturbed(() =>
    each([...sent, ...sent, ...sent], 4, (bytes) => saysAll(it.server.port, bytes))
  );
});

/** No text in any encoding: halves of characters, what is too long, what is beyond the last one. */
const NO_UTF8 = ["\xff", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\xc3"];

Deno.test("bytes that are no UTF-8, and halves of characters, reach nobody as they are", async () => {
  await using it = await siege();
  const bytesOf = (text: string) => Uint8Array.from(text, (unit) => unit.charCodeAt(0));
  for (const [index, evil] of NO_UTF8.entries()) {
    const packet = `{"type": "chat", "message": "a${evil}b"}`;
    const sent = [
      joined(wire("plain").hello(`p${index}`), bytesOf(`a${evil}b\n`)),
      joined(wire("vu").hello(`v${index}`), bytesOf(`SEND #lobby a${evil}b\n`)),
      joined(
        wire("bgnet0").hello(`b${index}`),
        bytesOf(`\0${String.fromCharCode(packet.length)}${packet}`),
      ),
      joined(
        wire("ndjson").hello(`n${index}`),
        bytesOf(`{"type": "message", "data": "a${evil}b"}\n`),
      ),
      joined(wire("ndjson").hello(`m${index}`), utf8('{"type": "message", "data": "a\\ud800b"}\n')),
      joined(
        wire("web").hello(`w${index}`),
        webFrame('{"type":"say","room":"lobby","text":"a\\udc00b"}'),
      ),
    ];
    await each(sent, 6, (bytes) => saysAll(it.server.port, bytes));
  }
  for (const event of await it.told()) {
    if (event.type === "message") {
      assert(/^a[\ufffd?]*b?$/.test(`${event.text}`), JSON.stringify(event));
    }
    assert(JSON.stringify(event).isWellFormed());
  }
});

/** Line ends, and after them what would be somebody else's words on one wire or another. */
const FORGERIES = [
  "one\r\nCHAT/1.0 LEAVE\r\nUsername: listener\r\n\r\n",
  "two\nSEND listener forged\nDELIVERY listener forged",
  'three\n{"type": "message", "data": {"source": "[Server]", "message": "forged"}}\n',
  "four\r\n*** listener has left the chat\r\nlistener: forged",
  "five\u2028listener: forged\u2029\u0085listener: forged",
  "six\r\nHTTP/1.1 200 OK\r\n\r\nforged",
  "\x01ACTION seven\x01 \x0304,12red\x03 \x1b[31mred\x1b[0m \x1b]0;title\x07\x1b]52;c;Zm9yZ2Vk\x07",
  "DELIVERY listener eight",
  ":listener!x@y PRIVMSG #lobby :nine",
];

Deno.test("what is said on one wire is one unit on each other wire, whatever line ends are in it", async () => {
  await using it = await siege();
  const speakers = WIRES.filter(({ name }) => !["vu", "plain"].includes(name));
  const listeners = WIRES.filter(({ name }) => name !== "native");
  await using stack = new AsyncDisposableStack();
  const ears: { name: string; peer: Peer }[] = [];
  for (const { name, hello } of listeners) {
    const peer = stack.use(await Peer.connect(it.server.port));
    await sends(peer, hello("listener-" + name));
    ears.push({ name, peer });
    await it.witness.expect({ type: "joined" });
    if (name === "ndjson") await it.witness.expect({ type: "renamed" });
  }
  const expected: string[] = [];
  for (const { name, hello, say } of speakers) {
    await using peer = await Peer.connect(it.server.port);
    const texts = FORGERIES.map((text) => `${text} (${name})`);
    await sends(peer, joined(hello("speaker"), ...texts.map(say)));
    for (const text of texts) {
      let event = await it.witness.next();
      while (event?.type !== "message") event = await it.witness.next();
      assertEquals(event.text, text);
      expected.push(text);
    }
    // The next one is called the same.
    await peer.vanish();
    await it.witness.expect({ type: "quitted", nick: "speaker" });
  }
  await it.witness.say("the end");
  for (const { name, peer } of ears) {
    const raw = await textUntil(peer, "the end");
    const units = unitsOf(name, raw).filter((it) => it.includes("speaker") && MARKS.test(it));
    assertEquals(units.length, expected.length, `${name}: ${JSON.stringify(units)}`);
    if (name === "plain") {
      // deno-lint-ignore no-control-regex
      assert(!/[\x00-\x09\x0b-\x1f\x7f]/.test(raw), "controls reach a terminal");
    }
  }
});

/** All that comes up to these words. */
async function textUntil(peer: Peer, words: string): Promise<string> {
  const bytes: number[] = [];
  const last = utf8(words);
  while (!last.every((byte, at) => bytes[bytes.length - last.length + at] === byte)) {
    const taken = await peer.take(1);
    assert(taken, `it ended before ${words}`);
    bytes.push(taken[0]!);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}

/** The number that each forgery begins or ends with, and the wire that it was said on. */
const MARKS = /one|two|three|four|five|six|seven|eight|nine/;

/** What a client of the wire takes for a message each. */
function unitsOf(name: string, raw: string): string[] {
  switch (name) {
    case "web":
      return raw.match(/\{"type":"message".*?"id":""\}/gs) ?? [];
    case "bgnet0":
      return raw.match(/\{"type": "chat".*?"\}/gs) ?? [];
    case "chat10": {
      const units: string[] = [];
      const bytes = utf8(raw);
      for (let rest = bytes; rest.length > 0;) {
        const text = new TextDecoder().decode(rest);
        const end = text.indexOf("\r\n\r\n");
        const head = text.slice(0, end);
        assert(head.startsWith("CHAT/1.0 "), JSON.stringify(head));
        const length = Number(/Msg-len: (\d+)/.exec(head)?.[1] ?? 0);
        const headBytes = utf8(head).length + 4;
        units.push(head + new TextDecoder().decode(rest.subarray(headBytes, headBytes + length)));
        rest = rest.subarray(headBytes + length);
      }
      return units;
    }
    default:
      return raw.split("\n");
  }
}

/** Who would be taken for somebody else, or for the server, or for nobody at all. */
const IMITATIONS = [
  ...["[Server]", "*server*", "***", "SYSTEM", "ѕerver", "server\u200b", "s\u0435rver", "-Server-"],
  ...[
    "witness",
    "WITNESS",
    "wіtness",
    "ｗitness",
    "wit\u00adness",
    "witness\u202e",
    "w\u0301\u0301\u0301\u0301x",
  ],
  ...[
    "127.0.0.1:5000",
    "[::1]:80",
    "../../etc/passwd",
    "..\\..\\x/y",
    "a\r\nQUIT",
    "a\nb",
    "a\0b",
    "a b",
  ],
  ...[
    "",
    " ",
    "\u202eabc",
    "\u2066",
    "\ud83c\udff3\ufe0f",
    "x".repeat(33),
    "x".repeat(70_000),
    "#lobby",
    "@pat",
  ],
];

Deno.test("nobody is called like the server, an address, a file or somebody else, on any wire, by hello or rename", async () => {
  await using it = await siege();
  const tries = WIRES.flatMap((wire) =>
    IMITATIONS.flatMap((nick) => [
      ...(nick.length < 60_000 || wire.name !== "bgnet0" ? [wire.hello(nick)] : []),
      ...(wire.rename && nick.length < 60_000
        ? [joined(wire.hello(`good-${Math.random().toString(36).slice(2, 10)}`), wire.rename(nick))]
        : []),
    ])
  );
  await it.undisturbed(() => each(tries, 8, (bytes) => saysAll(it.server.port, bytes)));
  const allowed = /^(good-[a-z0-9]+|127\.0\.0\.1:\d+)$/;
  // What people type may be taken for less than was meant, or have its blanks taken away.
  const trimmed = new Set(["a", "abc", "b", "QUIT", "Server", "x"]);
  for (const { type, nick, to } of await it.told()) {
    for (const name of type === "renamed" ? [nick, to] : [nick]) {
      assert(allowed.test(`${name}`) || trimmed.has(`${name}`), `${type} ${JSON.stringify(name)}`);
    }
  }
});

Deno.test("no room is a path, looks like another, or is made by a line's end, on any wire", async () => {
  await using it = await siege();
  const files = () =>
    [...Deno.readDirSync(`/proc/${it.server.pid}/cwd`)].map(({ name }) => name).sort();
  const before = files();
  for (const { name, hello, join } of WIRES) {
    if (!join) continue;
    const rooms = IMITATIONS.slice(15, -5).map(join);
    await saysAll(it.server.port, joined(hello(`maker-${name}`), ...rooms));
  }
  await using other = await NativePeer.connect(it.server.port);
  await other.send({ type: "hello", nick: "other" });
  await other.expect({ type: "entered" });
  await other.raw.write(nativePacket({ type: "join", room: "LOBBY" }));
  await other.expect({ type: "joined", room: "lobby" });
  await it.witness.send({ type: "rooms" });
  let event = await it.witness.next();
  while (event?.type !== "rooms") event = await it.witness.next();
  assertEquals(event.rooms, [{ room: "lobby", members: 2 }]);
  assertEquals(files(), before);
});
