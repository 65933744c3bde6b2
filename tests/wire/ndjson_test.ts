import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import type { Heard } from "../../src/wire/dialect.ts";
import { ndjson } from "../../src/wire/ndjson.ts";
import { tell } from "../chat/events.ts";
import { decoded, greeted, OPTIONS } from "./decoded.ts";

const QUIET = { ...OPTIONS, notices: false };
const bytes = (text: string) => new TextEncoder().encode(text);

const enters: Command[] = [ask("hello", { nick: "" }), ask("join", { room: "lobby" })];
const say = (text: string): Command => ({ type: "say", room: "lobby", text, id: "" });

async function heard(conversation: string): Promise<Heard<Command>[]> {
  return await decoded(ndjson.server(QUIET), [bytes(conversation)]);
}

/** What follows a newcomer's first message, answers as the texts of [Server]. */
async function after(lines: string): Promise<unknown[]> {
  const all = await heard('{"type": "message", "data": "first"}\n' + lines);
  return all.slice(enters.length + 1).map((it) => it.type === "answer" ? texts(it.bytes) : it);
}

function texts(bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).trimEnd().split("\n");
  return lines.map((line) => `${JSON.parse(line).data.source} ${JSON.parse(line).data.message}`);
}

function said(event: Event): string | undefined {
  const bytes = ndjson.server(QUIET).encoder.encode(event, false);
  return bytes && new TextDecoder().decode(bytes);
}

const message = (nick: string, text: string): Extract<Event, { type: "message" }> => (
  { type: "message", room: "lobby", seq: 1, at: 5, nick, text, emote: false, id: "" }
);

Deno.test("ndjson: who sends its first message has entered by an address, and said it", async () => {
  assertEquals(await heard('{"type": "message", "data": "hello"}\n'), [...enters, say("hello")]);
});

Deno.test("ndjson: where it alone is spoken a newcomer is announced before it speaks", async () => {
  assertEquals(await greeted(ndjson.server(QUIET)), enters);
});

Deno.test("ndjson: the commands of the document, with or without data", async () => {
  const lines = [
    '{"type": "set-name", "data": "Kobzol"}',
    '{"type": "users", "data": ""}',
    '{"type": "users"}',
    '{"data": "", "type": "history", "extra": 1}',
    '{"type":"history"}\r',
  ];
  const history = ask("history", { room: "lobby" });
  assertEquals(await after(lines.join("\n") + "\n"), [
    { type: "rename", nick: "Kobzol" },
    { type: "who", room: "" },
    { type: "who", room: "" },
    history,
    history,
  ]);
});

Deno.test("ndjson: each mistake is told by [Server], and the conversation goes on", async () => {
  const mistakes = [
    ["not json", "this is not JSON"],
    ["", "this is not JSON"],
    ["[1]", "the JSON is not an object"],
    ['{"type":"message"}', '"data" should be the text of the message'],
    ['{"type":"message","data":{"a":1}}', '"data" should be the text of the message'],
    ['{"type":"nope","data":""}', '"type" should be message, set-name, users or history'],
    ['{"type":"set-name","data":""}', '"data" should be the name'],
  ];
  for (const [line, told] of mistakes) {
    assertEquals(await after(`${line}\n{"type": "message", "data": "after"}\n`), [
      [`[Server] ${told}`],
      say("after"),
    ]);
  }
});

Deno.test("ndjson: an empty message is ignored, and ten mistakes in a row are enough", async () => {
  assertEquals(await after('{"type": "message", "data": ""}\n'), [{ type: "ignored" }]);
  const nine = await after("x\n".repeat(9) + '{"type": "users"}\n' + "x\n".repeat(9));
  assertEquals(nine.length, 19);
  const ten = await after("x\n".repeat(11));
  assertEquals(ten.slice(9), [
    ["[Server] this is not JSON"],
    { type: "broken", reason: "these are too many mistakes" },
  ]);
});

Deno.test("a bgnet0 packet without its length is told what it lacks, and nobody enters", async () => {
  const pretty = '{\n  "type": "hello",\n  "nick": "chris"\n}';
  for (const packet of ['{"type": "hello", "nick": "chris"}', pretty]) {
    const [first, ...more] = await heard(packet);
    assertEquals(more, []);
    assertEquals(first?.type === "broken" && first.reason.includes("without its length"), true);
  }
});

Deno.test("ndjson: the first message may span lines", async () => {
  const pretty = '{\n  "type": "message",\n  "data": "}\\"{"\n}\n{"type": "users"}\n';
  assertEquals(await heard(pretty), [...enters, say('}"{'), { type: "who", room: "" }]);
});

Deno.test("ndjson: replies are spaced as the document's server does it", () => {
  const line = (source: string, message: string) =>
    `{"type": "message", "data": {"source": "${source}", "message": "${message}"}}\n`;
  const nick = "127.0.0.1:57534";
  const events: [Event, string | undefined][] = [
    [{ type: "joined", room: "lobby", nick }, line("[Server]", `${nick} has entered the chat`)],
    [message(nick, "hello"), line(nick, "hello")],
    [{ type: "renamed", nick, to: "Kobzol" }, line("[Server]", `${nick} renamed to Kobzol`)],
    [
      { type: "quitted", nick: "Kobzol", rooms: ["lobby"], reason: "" },
      line("[Server]", "Kobzol has left the chat"),
    ],
    [{ type: "roster", room: "", nicks: ["a", "b"] }, line("[Server]", "Users: a, b")],
    [
      tell("history", { room: "lobby", messages: [message("a", "x"), message("b", "y")] }),
      line("a", "x") + line("b", "y"),
    ],
    [message("a", "žluť\n"), line("a", "\\u017elu\\u0165\\n")],
    [
      { type: "failed", command: "hello", code: "server-full", about: "", id: "" },
      line("[Server]", "the server is full"),
    ],
    [{ type: "ping", token: "" }, undefined],
  ];
  for (const [event, expected] of events) assertEquals(said(event), expected);
});
