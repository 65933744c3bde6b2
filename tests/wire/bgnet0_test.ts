import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { bgnet0 } from "../../src/wire/bgnet0.ts";
import type { Encoder, WireOptions } from "../../src/wire/dialect.ts";
import { tell } from "../chat/events.ts";
import { decoded, lengthPrefixed, OPTIONS } from "./decoded.ts";

const QUIET: WireOptions = { ...OPTIONS, notices: false };

function packets(bytes: Uint8Array | undefined): string[] {
  const found: string[] = [];
  for (let at = 0; bytes && at < bytes.length;) {
    const length = bytes[at]! << 8 | bytes[at + 1]!;
    found.push(new TextDecoder().decode(bytes.slice(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return found;
}

function said(event: Event, encoder: Encoder<Event> = bgnet0.server(QUIET).encoder): string[] {
  return packets(encoder.encode(event, false));
}

/** What the server understands of these packets, answers as the packets that they are. */
async function understood(options: WireOptions, ...jsons: string[]): Promise<unknown[]> {
  const pieces = jsons.map((json) => lengthPrefixed(2, json));
  const heard = await decoded(bgnet0.server(options), pieces);
  return heard.map((it) => it.type === "answer" ? packets(it.bytes) : it);
}

function message(text: string, room = "lobby"): Extract<Event, { type: "message" }> {
  return { type: "message", room, seq: 1, at: 5, nick: "pat", text, emote: false, id: "" };
}

/** Each event in the words of a client that knows only the document. */
const WORDS: [what: string, event: Event, packets: string[]][] = [
  ["a message", message("Hello?"), ['{"type": "chat", "nick": "pat", "message": "Hello?"}']],
  ["an emote", { ...message("goes out"), emote: true }, [
    '{"type": "chat", "nick": "pat", "message": "[goes out]"}',
  ]],
  ["a message in another room", message("hi", "dev"), [
    '{"type": "chat", "nick": "#dev pat", "message": "hi"}',
  ]],
  ["a direct message", tell("told", { nick: "pat", to: "chris", at: 5, text: "psst" }), [
    '{"type": "chat", "nick": "pat -> chris", "message": "psst"}',
  ]],
  ["somebody who joins", { type: "joined", room: "lobby", nick: "pat" }, [
    '{"type": "join", "nick": "pat"}',
  ]],
  ["somebody who joins another room", { type: "joined", room: "dev", nick: "pat" }, [
    '{"type": "chat", "nick": "#dev", "message": "pat has joined"}',
  ]],
  ["somebody who leaves", { type: "quitted", nick: "pat", rooms: ["dev", "lobby"], reason: "" }, [
    '{"type": "leave", "nick": "pat"}',
  ]],
  ["a new name", { type: "renamed", nick: "pat", to: "patty" }, [
    '{"type": "leave", "nick": "pat"}',
    '{"type": "join", "nick": "patty"}',
  ]],
  ["a roster", { type: "roster", room: "lobby", nicks: ["pat", "chris"] }, [
    '{"type": "chat", "nick": "*server*", "message": "2 here: pat, chris"}',
  ]],
  ["a notice", { type: "notice", text: "soon", urgent: false }, []],
  ["what everybody should hear", { type: "notice", text: "paused", urgent: true }, [
    '{"type": "chat", "nick": "*server*", "message": "paused"}',
  ]],
  ["a ping", { type: "ping", token: "" }, []],
  ["having come in", tell("entered", { nick: "pat", rooms: [] }), []],
  ["a message refused", failed("say", "too-long"), []],
  ["a message lost", failed("say", "not-stored"), [
    '{"type": "chat", "nick": "*server*", "message": ' +
    '"the message could not be stored, so nobody was shown it"}',
  ]],
  ["speech before hello", failed("say", "not-entered"), []],
  ["a slash command in vain", failed("tell", "no-such-nick", "bob"), [
    '{"type": "chat", "nick": "*server*", "message": "bob: nobody here has that name"}',
  ]],
  ["a hello in vain", failed("hello", "server-full"), [
    '{"type": "chat", "nick": "*server*", "message": "the server is full"}',
  ]],
];

function failed(command: string, code: string, about = ""): Event {
  return { type: "failed", command, code, about, id: "" };
}

for (const [what, event, expected] of WORDS) {
  Deno.test(`bgnet0 says ${what}`, () => assertEquals(said(event), expected));
}

Deno.test("notices and refusals are said to clients whose operator wants it", () => {
  const { encoder } = bgnet0.server({ ...QUIET, notices: true });
  const words = (text: string) => [`{"type": "chat", "nick": "*server*", "message": "${text}"}`];
  assertEquals(said({ type: "notice", text: "soon", urgent: false }, encoder), words("soon"));
  assertEquals(said(failed("say", "too-long"), encoder), words("that message is too long"));
});

Deno.test("JSON is spaced and escaped as Python's json.dumps does it", () => {
  assertEquals(said(message('hi "quoted" žluť 🎉 \x7f\n')), [
    '{"type": "chat", "nick": "pat", "message": ' +
    '"hi \\"quoted\\" \\u017elu\\u0165 \\ud83c\\udf89 \\u007f\\n"}',
  ]);
});

Deno.test("a text too long for 16 bits becomes several packets, cut between code points", () => {
  const text = "🎉x".repeat(10_000);
  const parts = said(message(text)).map((json) => JSON.parse(json).message as string);
  assertEquals(parts.join(""), text);
  assertEquals(parts.every((part) => part.isWellFormed()), true);
  const sizes = packets(bgnet0.server(QUIET).encoder.encode(message(text), false)).map((it) =>
    it.length
  );
  assertEquals(Math.max(...sizes) <= 65_535 && sizes.length > 1, true);
});

Deno.test("a roster of thousands becomes several packets, with nobody left out", () => {
  const nicks = Array.from({ length: 5000 }, (_, index) => `somebody-with-a-long-name-${index}`);
  const parts = said({ type: "roster", room: "lobby", nicks }).map((it) => JSON.parse(it).message);
  assertEquals(parts.join(""), `5000 here: ${nicks.join(", ")}`);
});

const HELLO = '{"type": "hello", "nick": "chris"}';
const hello: Command[] = [ask("hello", { nick: "chris" }), ask("join", { room: "lobby" })];

Deno.test("the field names of clients written in a hurry are understood", async () => {
  const say = { type: "say", room: "lobby", text: "hi", id: "" };
  assertEquals(await understood(QUIET, '{"nickname":"chris","type":"hello"}'), hello);
  for (const field of ["message", "text", "chat", "contents"]) {
    assertEquals(await understood(QUIET, `{"type":"chat","${field}":"hi"}`), [say]);
  }
});

Deno.test("slash commands that clients send as chat are obeyed", async () => {
  const chat = (text: string) => JSON.stringify({ type: "chat", message: text });
  assertEquals(
    await understood(QUIET, chat("/me waves"), chat("/message pat psst"), chat("/users")),
    [
      { type: "act", room: "lobby", text: "waves", id: "" },
      { type: "tell", nick: "pat", text: "psst", id: "" },
      { type: "who", room: "lobby" },
    ],
  );
});

Deno.test("a text that only looks like a slash command is chat, unless it resembles one", async () => {
  const chat = (text: string) => JSON.stringify({ type: "chat", message: text });
  const say = (text: string) => ({ type: "say", room: "lobby", text, id: "" });
  assertEquals(await understood(QUIET, chat("/foo"), chat("//me"), chat("/mesage bob secret")), [
    say("/foo"),
    say("/me"),
    [
      '{"type": "chat", "nick": "*server*", "message": ' +
      '"there is no /mesage: did you mean /message?"}',
    ],
  ]);
  assertEquals(await understood({ ...QUIET, slashCommands: false }, chat("/me")), [say("/me")]);
});

Deno.test("who joins another room speaks there, until that room is left", async () => {
  const chat = (text: string) => JSON.stringify({ type: "chat", message: text });
  const heard = await understood(QUIET, chat("/join Dev"), chat("a"), chat("/part"), chat("b"));
  assertEquals(heard, [
    ask("join", { room: "Dev" }),
    { type: "say", room: "dev", text: "a", id: "" },
    { type: "part", room: "dev" },
    { type: "say", room: "lobby", text: "b", id: "" },
  ]);
});

Deno.test("a framed leave is a goodbye, and unknown packets are ignored", async () => {
  const packets = ['{"type":"leave"}', '{"type":"dance"}', '{"chat":"x"}', "{}"];
  const ignored = { type: "ignored" };
  assertEquals(await understood(QUIET, ...packets), [
    { type: "quit", reason: "" },
    ignored,
    ignored,
    ignored,
  ]);
});

Deno.test("a client that lists extensions is spoken to in packets of their own", async () => {
  const listed =
    '{"type": "hello", "nick": "chris", "extensions": ["emote", "direct", "nonsense"]}';
  const [heard] = await decoded(bgnet0.server(QUIET), [lengthPrefixed(2, listed)]);
  if (heard?.type !== "switch") throw new Error("the encoder was not switched");
  assertEquals(said({ ...message("goes out"), emote: true }, heard.encoder), [
    '{"type": "emote", "nick": "pat", "message": "goes out"}',
  ]);
  const told: Event = tell("told", { nick: "pat", to: "chris", at: 5, text: "psst" });
  assertEquals(said(told, heard.encoder), [
    '{"type": "direct", "nick": "pat", "to": "chris", "message": "psst"}',
  ]);
  assertEquals(said({ type: "renamed", nick: "a", to: "b" }, heard.encoder).length, 2);
});

Deno.test("two clients with the same extensions share one encoder", async () => {
  const codec = bgnet0.server(QUIET);
  const listed = '{"type": "hello", "nick": "x", "extensions": ["emote"]}';
  const first = (await decoded(codec, [lengthPrefixed(2, listed)]))[0];
  const second = (await decoded(codec, [lengthPrefixed(2, listed)]))[0];
  assertEquals(first?.type === "switch" && second?.type === "switch", true);
  if (first?.type === "switch" && second?.type === "switch") {
    assertEquals(first.encoder === second.encoder, true);
  }
});

Deno.test("however many sets of extensions there are, few are encoded for", async () => {
  const codec = bgnet0.server(QUIET);
  const encoders = new Set<unknown>();
  const all = ["direct", "emote", "users", "rooms", "rename", "history", "errors"];
  for (let set = 1; set < 128; set++) {
    const extensions = all.filter((_, bit) => set >> bit & 1);
    const hello = JSON.stringify({ type: "hello", nick: "x", extensions });
    const [heard] = await decoded(codec, [lengthPrefixed(2, hello)]);
    if (heard?.type === "switch") encoders.add(heard.encoder);
  }
  assertEquals(encoders.size, 8);
});

Deno.test("a hello in vain ends the conversation, other refusals do not", () => {
  const { encoder } = bgnet0.server(QUIET);
  assertEquals(encoder.ends?.(failed("hello", "nick-in-use", "pat")), true);
  assertEquals(encoder.ends?.(failed("tell", "no-such-nick", "pat")), false);
  assertEquals(encoder.ends?.(failed("hello", "already-entered")), false);
});

Deno.test("our client says to a plain server what the document has, and sends no goodbye", () => {
  const { encoder } = bgnet0.client(QUIET);
  const bytes = (command: Command) => packets(encoder.encode(command, true));
  assertEquals(bytes(ask("hello", { nick: "chris" })), [HELLO]);
  assertEquals(bytes(ask("join", { room: "lobby" })), []);
  assertEquals(bytes(ask("join", { room: "lobby" })), [
    '{"type": "chat", "message": "/join lobby"}',
  ]);
  assertEquals(bytes({ type: "say", room: "lobby", text: "Hello?", id: "x" }), [
    '{"type": "chat", "message": "Hello?"}',
  ]);
  assertEquals(bytes({ type: "act", room: "lobby", text: "waves", id: "" }), [
    '{"type": "chat", "message": "/me waves"}',
  ]);
  assertEquals(bytes({ type: "quit", reason: "" }), []);
});

Deno.test("our client and our server say everything to each other by extensions", async () => {
  const options = { ...QUIET, extensions: true };
  const commands: Command[] = [
    ...hello,
    { type: "say", room: "dev", text: "hi", id: "" },
    { type: "act", room: "lobby", text: "waves", id: "" },
    { type: "tell", nick: "pat", text: "psst", id: "" },
    { type: "who", room: "lobby" },
    { type: "rooms" },
    { type: "rename", nick: "kris" },
    { type: "quit", reason: "" },
  ];
  const { encoder } = bgnet0.client(options);
  const bytes = commands.map((it) => encoder.encode(it, true)).filter((it) => it !== undefined);
  const heard = await decoded(bgnet0.server(QUIET), bytes);
  // The hello brings one into the lobby, so the client's own join of it is not said.
  const withoutSwitch = heard.filter((it) => it.type !== "switch");
  assertEquals(withoutSwitch.slice(0, 2), hello);
  assertEquals(withoutSwitch.slice(2), commands.slice(2));
});
