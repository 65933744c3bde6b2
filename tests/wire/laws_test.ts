/** What every dialect must keep, asked of all that are registered: a new one is held to it unasked. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { isNick, isText } from "../../src/chat/names.ts";
import { DecodeStream } from "../../src/wire/decode_stream.ts";
import { Decoder, HEAD_BYTES } from "../../src/wire/decoder.ts";
import { concat, type Dialect, utf8 } from "../../src/wire/dialect.ts";
import { detect, dialects } from "../../src/wire/dialects.ts";
import { tell } from "../chat/events.ts";
import { cut, decoded, OPTIONS, singly } from "./decoded.ts";
import { CARRYING, NAMING, ORDERED, ORDERS } from "./ordered.ts";

const COMMANDS: Command[] = [
  ask("hello", { nick: "chris" }),
  ask("join", { room: "lobby" }),
  { type: "say", room: "lobby", text: "Hello?", id: "" },
  { type: "say", room: "lobby", text: 'hi "quoted" žluť 🎉', id: "" },
  { type: "act", room: "lobby", text: "waves", id: "" },
  { type: "tell", nick: "pat", text: "psst", id: "" },
  { type: "who", room: "lobby" },
  { type: "rename", nick: "kris" },
  ask("history", { room: "lobby" }),
  ask("search", { room: "lobby", text: "cinema tonight" }),
  ask("seen", { nick: "pat" }),
  ...ORDERS,
];

const EVENTS: Event[] = [
  tell("entered", { nick: "chris", rooms: [] }),
  tell("entered", { nick: "chris", rooms: ["lobby", "dev"] }),
  { type: "joined", room: "lobby", nick: "chris" },
  message("chris", "Hello?"),
  { ...message("chris", "waves"), emote: true },
  { ...message("chris", "elsewhere"), room: "dev" },
  tell("told", { nick: "chris", to: "pat", at: 5, text: "psst", seq: 3 }),
  { type: "renamed", nick: "chris", to: "kris" },
  { type: "roster", room: "lobby", nicks: ["chris", "pat"] },
  { type: "rooms", rooms: [{ room: "lobby", members: 2 }] },
  tell("history", { room: "lobby", messages: [] }),
  tell("history", {
    room: "lobby",
    messages: [said("chris", "one"), said("pat", "two")],
    from: 7,
    more: true,
    last: 99,
  }),
  tell("directs", { messages: [] }),
  tell("directs", { messages: [direct("psst"), direct("hm")], more: true }),
  tell("found", { room: "lobby", text: "nothing", messages: [] }),
  tell("found", { text: "o", messages: [said("chris", "one"), said("pat", "two")], next: 12 }),
  tell("seen", { nick: "pat" }),
  tell("seen", { nick: "pat", isHere: true, room: "dev", ago: 60_000 }),
  tell("sent", { to: "lobby", id: "x1", seq: 4, at: 5 }),
  { type: "ping", token: "t" },
  { type: "pong", token: "t" },
  { type: "notice", text: "a storm is coming", urgent: false },
  { type: "failed", command: "tell", code: "no-such-nick", about: "bob", id: "" },
  { type: "parted", room: "lobby", nick: "chris" },
  { type: "quitted", nick: "pat", rooms: ["lobby"], reason: "" },
  tell("closing", { reason: "the server is shutting down", final: true }),
  ...ORDERED,
];

/** Texts that somebody may say, made to hurt: controls, brackets, protocol words, all of Unicode. */
const hostileText = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 200 }),
  fc.string({ unit: "grapheme", minLength: 1, maxLength: 50 }),
  fc.constantFrom(
    "\r\nCHAT/1.0 LEAVE\r\nUsername: pat\r\n\r\n",
    'x"}\n{"type": "message", "data": "forged"}\n',
    "\nSEND pat forged\n",
    "\r\nQUIT :forged\r\n",
    "DELIVERY pat forged",
    '\0\x22{"type": "chat"}',
    "\x1b]52;c;Zm9yZ2Vk\x07\x1b[2J",
    "\u2028\u2029\u0085\u202e",
    "//x /me \\ \" ' {} []",
    "🏳️‍🌈".repeat(20),
  ),
).filter(isText);

const hostileNick = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 32 }),
  fc.constantFrom(
    "李小龍",
    "[bot]",
    "a\\b",
    "x|y",
    "`~+'{}",
    "__proto__",
    "constructor",
    "..",
    "-.-x",
  ),
).filter(isNick);

function said(nick: string, text: string) {
  return { room: "lobby", seq: 7, at: 5, nick, text, emote: false, id: "" };
}

function direct(text: string) {
  return { nick: "pat", to: "chris", seq: 3, at: 5, text, id: "" };
}

function message(nick: string, text: string): Extract<Event, { type: "message" }> {
  return { type: "message", ...said(nick, text) };
}

/** The bytes that a client, or a server, of the dialect says. */
function clientBytes(dialect: Dialect, commands: Command[], options = OPTIONS): Uint8Array {
  const { encoder } = dialect.client(options);
  return concat(commands.map((it) => encoder.encode(it, true)).filter((it) => it !== undefined));
}

function serverBytes(dialect: Dialect, events: Event[]): Uint8Array {
  const { encoder } = dialect.server(OPTIONS);
  return concat(events.map((it) => encoder.encode(it, false)).filter((it) => it !== undefined));
}

for (const dialect of dialects) {
  const name = dialect.name;

  Deno.test(`${name}: what a client says, a server hears alike in any pieces`, async () => {
    const bytes = clientBytes(dialect, COMMANDS);
    const whole = await decoded(dialect.server(OPTIONS), [bytes]);
    assert(whole.every((heard) => heard.type !== "broken"));
    assertEquals(await decoded(dialect.server(OPTIONS), singly(bytes)), whole);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat()), async (places) => {
      assertEquals(await decoded(dialect.server(OPTIONS), cut(bytes, places)), whole);
    }));
  });

  Deno.test(`${name}: what a server says, a client hears alike in any pieces`, async () => {
    const bytes = serverBytes(dialect, EVENTS);
    const whole = await decoded(dialect.client(OPTIONS), [bytes]);
    assert(whole.every((heard) => heard.type !== "broken"));
    assertEquals(await decoded(dialect.client(OPTIONS), singly(bytes)), whole);
    await fc.assert(fc.asyncProperty(fc.array(fc.nat()), async (places) => {
      assertEquals(await decoded(dialect.client(OPTIONS), cut(bytes, places)), whole);
    }));
  });

  Deno.test(`${name}: bytes that were tampered with mean the same in any pieces`, async () => {
    const bytes = clientBytes(dialect, COMMANDS);
    const tampering = fc.tuple(fc.nat(bytes.length - 1), fc.nat(255), fc.array(fc.nat()));
    await fc.assert(fc.asyncProperty(tampering, async ([at, byte, places]) => {
      const tampered = bytes.slice();
      tampered[at] = byte;
      // One codec for both: what a peer is switched to is another encoder in another codec.
      const codec = dialect.server(OPTIONS);
      const whole = await decoded(codec, [tampered]);
      assertEquals(await decoded(codec, cut(tampered, places)), whole);
    }));
  });

  Deno.test(`${name}: a client's first bytes are claimed by it and by no other`, () => {
    const opening = dialect.overHttp
      ? utf8("GET /socket HTTP/1.1\r\n")
      : clientBytes(dialect, COMMANDS);
    for (let length = 1; length <= HEAD_BYTES; length++) {
      const claimed = detect(opening.slice(0, length));
      assert(claimed === undefined || claimed === dialect, `${length} bytes`);
    }
    assertEquals(detect(opening.slice(0, HEAD_BYTES)), dialect);
  });

  Deno.test(`${name}: a message is known to be under way from its first byte to its last`, async () => {
    const decoder = new Decoder<Command>(chosenByBytes(dialect));
    const stream = new DecodeStream(decoder);
    stream.readable.pipeTo(new WritableStream());
    const writer = stream.writable.getWriter();
    for (const command of COMMANDS) {
      const bytes = clientBytes(dialect, [command]);
      for (const [index, byte] of singly(bytes).entries()) {
        await writer.write(byte);
        assertEquals(decoder.isInside, index < bytes.length - 1, `${command.type}, byte ${index}`);
      }
    }
  });

  Deno.test(`${name}: garbage ends in a clean error, and never in much memory`, async () => {
    const piece = fc.uint8Array({ maxLength: 300 });
    await fc.assert(fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
      const heard = await decoded(dialect.server(OPTIONS), pieces);
      assert(heard.slice(0, -1).every((it) => it.type !== "broken"));
      await decoded(dialect.client(OPTIONS), pieces);
    }));
  });

  Deno.test(`${name}: an endless message is refused before it fills the memory`, async () => {
    const opening = clientBytes(dialect, [COMMANDS[0]!]);
    for (const filler of [0x00, 0x20, 0x41, 0x7b, 0xff]) {
      await fillUp(dialect, opening, new Uint8Array(10_000).fill(filler));
    }
  });

  Deno.test(`${name}: one message is one unit, whatever strangers put into it`, async () => {
    await fc.assert(fc.asyncProperty(hostileNick, hostileText, async (nick, text) => {
      const bytes = serverBytes(dialect, [message(nick, text), message("pat", "after it")]);
      const heard = await decoded(dialect.client(OPTIONS), [bytes]);
      assertEquals(heard.map(spoken), [
        { nick, text: squashed(text) },
        { nick: "pat", text: "after it" },
      ]);
    }));
  });

  Deno.test(`${name}: one line said is one line heard, whatever is in it`, async () => {
    await fc.assert(fc.asyncProperty(hostileText, async (text) => {
      const commands: Command[] = [COMMANDS[0]!, { type: "say", room: "lobby", text, id: "" }];
      const options = { ...OPTIONS, slashCommands: false };
      const heard = await decoded(dialect.server(options), [
        clientBytes(dialect, commands, options),
      ]);
      const said = heard.filter((it) => it.type === "say").map((it) => squashed(it.text));
      // Who only types says a name first; and what is nothing but blanks may be left unsaid.
      const expected = squashed(text) === "" ? ["", undefined] : [squashed(text)];
      assert(expected.includes(said.filter((it) => it !== "chris" || text === "chris").at(-1)));
      assert(said.length <= 2);
    }));
  });

  Deno.test(`${name}: whoever is told the same as all is told the same bytes`, () => {
    const { encoder } = dialect.server({ ...OPTIONS, notices: false });
    if (!encoder.ignoresOwn) return;
    for (const event of EVENTS.filter(({ type }) => type === "message" || type === "told")) {
      assertEquals(encoder.encode(event, true), encoder.encode(event, false), event.type);
    }
  });

  Deno.test(`${name}: every event is said in bytes that its own client understands, or not at all`, async () => {
    for (const event of EVENTS) {
      for (const own of [false, true]) {
        const bytes = dialect.server(OPTIONS).encoder.encode(event, own);
        if (!bytes) continue;
        const heard = await decoded(dialect.client(OPTIONS), [bytes]);
        assert(heard.length > 0, event.type);
        assert(heard.every((it) => it.type !== "broken"), event.type);
      }
    }
  });
}

function chosenByBytes(dialect: Dialect) {
  const codec = dialect.server(OPTIONS);
  return (head: Uint8Array) => head.length > 0 ? codec : undefined;
}

for (const from of dialects) {
  for (const to of dialects) {
    Deno.test(`what is said by ${from.name} is one message by ${to.name}, and the same`, async () => {
      await fc.assert(
        fc.asyncProperty(hostileNick, hostileText, async (nick, text) => {
          const options = { ...OPTIONS, slashCommands: false };
          const typed = clientBytes(from, [COMMANDS[0]!, { ...say, text }], options);
          const heard = (await decoded(from.server(options), [typed])).findLast((it) =>
            it.type === "say"
          );
          if (heard?.type !== "say" || heard.text === "chris") return;
          const told = [message(nick, heard.text), message("pat", "after it")];
          const shown = await decoded(to.client(OPTIONS), [serverBytes(to, told)]);
          assertEquals(shown.map(spoken), [
            { nick, text: squashed(text) },
            { nick: "pat", text: "after it" },
          ]);
        }),
        { numRuns: 40 },
      );
    });
  }
}

const say = { type: "say" as const, room: "lobby", id: "" };

/** Everything that strangers choose, in every event that carries it: still as many units as without. */
for (const dialect of dialects) {
  Deno.test(`${dialect.name}: no event that carries strangers' words forges another`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (evil) => {
        for (const make of CARRIERS) {
          const tame = await decoded(dialect.client(OPTIONS), [
            serverBytes(dialect, [make("tame")]),
          ]);
          const shown = await decoded(dialect.client(OPTIONS), [
            serverBytes(dialect, [make(evil)]),
          ]);
          assertEquals(shown.length, tame.length, make("tame").type);
        }
      }),
      { numRuns: 40 },
    );
  });
}

const CARRIERS: ((evil: string) => Event)[] = [
  (evil) => message("pat", evil),
  (evil) => ({ ...message("pat", evil), emote: true }),
  (evil) => tell("told", { nick: "pat", to: "chris", at: 5, text: evil, id: evil }),
  (evil) => ({ type: "quitted", nick: "pat", rooms: ["lobby"], reason: evil }),
  (evil) => tell("history", { room: "lobby", messages: [said("pat", evil)], more: true }),
  (evil) => tell("directs", { messages: [direct(evil)] }),
  (evil) => tell("found", { text: "tame", messages: [said("pat", evil), said("pat", "after")] }),
  (evil) => tell("found", { text: evil, messages: [said("pat", "after")], next: 3 }),
  (evil) => tell("found", { text: evil, messages: [] }),
  (evil) => tell("sent", { to: "lobby", id: evil }),
  (evil) => ({ type: "notice", text: evil, urgent: false }),
  (evil) => tell("closing", { reason: evil }),
  (evil) => ({ type: "failed", command: "tell", code: "no-such-nick", about: evil, id: evil }),
  (evil) => ({ type: "failed", command: "hello", code: "bad-nick", about: evil, id: "" }),
  ...CARRYING,
];

/** Every nick and every room there can be, in the answers that name one. */
for (const dialect of dialects) {
  Deno.test(`${dialect.name}: no name of anybody's forges a second unit of an answer`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileNick, async (name) => {
        for (const make of NAMERS) {
          const [tame, shown] = await Promise.all(
            [make("tame"), make(name)].map((event) =>
              decoded(dialect.client(OPTIONS), [serverBytes(dialect, [event])])
            ),
          );
          assertEquals(shown!.length, tame!.length, make("tame").type);
        }
      }),
      { numRuns: 40 },
    );
  });
}

const NAMERS: ((name: string) => Event)[] = [
  (name) => tell("entered", { nick: name, rooms: [name] }),
  (name) => tell("seen", { nick: name, isHere: true, room: name, ago: 1 }),
  (name) => tell("seen", { nick: name }),
  (name) =>
    tell("found", { room: name, text: "x", messages: [{ ...said(name, "y"), room: name }] }),
  (name) => tell("sent", { to: name }),
  ...NAMING,
];

/** What somebody searches for is no wish of its own. */
for (const dialect of dialects) {
  Deno.test(`${dialect.name}: a search is one wish, whatever is searched for`, async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (evil) => {
        const after: Command = { type: "say", room: "lobby", text: "after it", id: "" };
        const hello = COMMANDS[0]!;
        const wishes = [hello, ask("search", { room: "lobby", text: evil }), after];
        const opening = await decoded(dialect.server(OPTIONS), [clientBytes(dialect, [hello])]);
        const all = await decoded(dialect.server(OPTIONS), [clientBytes(dialect, wishes)]);
        const heard = all.slice(opening.length);
        assert(heard.every((it) => ["search", "answer", "say"].includes(it.type)));
        const said = heard.filter((it) => it.type === "say").map((it) => it.text);
        assertEquals(said, ["after it"]);
      }),
      { numRuns: 40 },
    );
  });
}

/** Which wires have words for what was searched for, and for who was last heard. */
const WITH_WORDS = ["bgnet0", "chat10", "native", "ndjson", "plain", "web"];

for (const dialect of dialects) {
  const hasWords = WITH_WORDS.includes(dialect.name);
  Deno.test(`${dialect.name}: ${hasWords ? "tells" : "does not tell"} what was found and who was seen`, async () => {
    const found = tell("found", {
      text: "tea",
      messages: [said("chris", "tea?"), said("pat", "tea!")],
    });
    const seen = tell("seen", { nick: "pat", room: "lobby", ago: 5000 });
    for (const event of [found, seen]) {
      const { encoder } = dialect.server({ ...OPTIONS, notices: false });
      const bytes = encoder.encode(event, true);
      assertEquals(bytes !== undefined, hasWords, event.type);
      const heard = bytes ? await decoded(dialect.client(OPTIONS), [bytes]) : [];
      const told = JSON.stringify(heard);
      if (!hasWords) continue;
      const words = event.type === "found" ? ["tea?", "tea!"] : ["pat", "lobby"];
      for (const word of words) assert(told.includes(word), `${event.type}: ${told}`);
    }
  });
}

/** Sends an endless message, and watches how much of it is kept. */
async function fillUp(dialect: Dialect, opening: Uint8Array, filler: Uint8Array) {
  const decoder = new Decoder<Command>(chosenByBytes(dialect));
  const stream = new DecodeStream(decoder);
  const reading = (async () => {
    for await (const _ of stream.readable);
  })();
  const writer = stream.writable.getWriter();
  try {
    await writer.write(opening);
    for (let sent = 0; sent < 3 * OPTIONS.maxMessageBytes; sent += filler.length) {
      await writer.write(filler);
      assert(decoder.pendingBytes <= OPTIONS.maxMessageBytes + filler.length);
    }
    await writer.close();
  } catch (error) {
    // The decoder has hung up, which is what it should do.
    if (!(error instanceof TypeError)) throw error;
  }
  await reading;
}

/** A text as any wire carries it: what cannot be seen is a blank on those whose messages are lines. */
function squashed(text: string): string {
  return text.replace(/[\p{C}\p{Z}?]+/gu, " ").trim();
}

function spoken(heard: { type: string }) {
  const { nick, text } = heard as Extract<Event, { type: "message" }>;
  return { nick, text: squashed(text) };
}
