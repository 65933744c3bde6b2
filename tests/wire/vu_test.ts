import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { vu } from "../../src/wire/vu.ts";
import { tell as event } from "../chat/events.ts";
import { decoded, OPTIONS } from "./decoded.ts";

const COURSE = { ...OPTIONS, roomTalk: false };
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

/** What a line means, an answer as the line that it is. */
async function meaning(line: string, options = COURSE): Promise<unknown[]> {
  const heard = await decoded(vu.server(options), [bytes(line + "\n")]);
  return heard.map((it) => it.type === "answer" ? text(it.bytes) : it);
}

const who: Command = { type: "who", room: "" };
const tell = (nick: string, text: string): Command => ({ type: "tell", nick, text, id: "" });

const LINES: [line: string, meaning: unknown][] = [
  ["HELLO-FROM alice", ask("hello", { nick: "alice" })],
  ["HELLO-FROM  alice\r", ask("hello", { nick: "alice" })],
  ["HELLO-FROM a-b_c", ask("hello", { nick: "a-b_c" })],
  ["HELLO-FROM", ask("hello", { nick: " " })],
  ["HELLO-FROM ", ask("hello", { nick: " " })],
  ["HELLO-FROM a b", ask("hello", { nick: "a b" })],
  ["LIST", who],
  ["LIST\r", who],
  ["WHO", who],
  ["LIST x", "BAD-RQST-HDR\n"],
  ["list", "BAD-RQST-HDR\n"],
  ["SEND bob hi there", tell("bob", "hi there")],
  ["SEND  bob  hi", tell("bob", "hi")],
  ["SEND bob \u3000hi", tell("bob", "\u3000hi")],
  ["SEND bob DELIVERY x y", tell("bob", "DELIVERY x y")],
  ["SEND #lobby hi", { type: "say", room: "lobby", text: "hi", id: "" }],
  ["SEND", tell("", "")],
  ["SEND bob", tell("", "")],
  ["SEND bob   ", tell("", "")],
  ["SENDbob hi", tell("", "")],
  ["FOO", "BAD-RQST-HDR\n"],
  ["", "BAD-RQST-HDR\n"],
];

for (const [line, expected] of LINES) {
  Deno.test(`vu understands ${JSON.stringify(line)}`, async () => {
    assertEquals(await meaning(line), [expected]);
  });
}

Deno.test("vu: who logs in where rooms are told about comes into the lobby", async () => {
  assertEquals(await meaning("HELLO-FROM alice", OPTIONS), [
    ask("hello", { nick: "alice" }),
    ask("join", { room: "lobby" }),
  ]);
});

const told = (nick: string, to: string, text: string): Event => (
  event("told", { nick, to, at: 5, text })
);
const message = (text: string): Event => (
  { type: "message", room: "lobby", seq: 1, at: 5, nick: "alice", text, emote: false, id: "" }
);
const failed = (command: string, code: string): Event => (
  { type: "failed", command, code, about: "bob", id: "" }
);

const REPLIES: [what: string, event: Event, own: boolean, line: string | undefined][] = [
  ["a login", event("entered", { nick: "alice", rooms: [] }), true, "HELLO alice\n"],
  ["a direct message to its author", told("alice", "bob", "hi"), true, "SEND-OK\n"],
  ["a direct message to the other", told("alice", "bob", "hi"), false, "DELIVERY alice hi\n"],
  ["one to oneself", told("alice", "alice", "hi"), true, "SEND-OK\nDELIVERY alice hi\n"],
  ["a text of lines", told("alice", "bob", "a\r\nSEND x y"), false, "DELIVERY alice a SEND x y\n"],
  ["a roster", { type: "roster", room: "", nicks: ["a", "b"] }, true, "LIST-OK a,b\n"],
  ["a name in use", failed("hello", "nick-in-use"), true, "IN-USE\n"],
  ["a name that is none", failed("hello", "bad-nick"), true, "BAD-RQST-BODY\n"],
  ["nothing to send", failed("tell", "bad-text"), true, "BAD-RQST-BODY\n"],
  ["a name that is reserved", failed("hello", "reserved-nick"), true, "BAD-RQST-BODY\n"],
  ["a full server", failed("hello", "server-full"), true, "BUSY\n"],
  ["a name that is somebody's", failed("hello", "nick-owned"), true, "IN-USE\n"],
  ["a server with a password", failed("hello", "bad-password"), true, "BUSY\n"],
  ["somebody who is kept out", failed("hello", "banned"), true, "BUSY\n"],
  ["a lobby that one is kept out of", failed("join", "banned"), true, undefined],
  ["a lobby that is locked", failed("join", "bad-password"), true, undefined],
  ["what may not be said", failed("say", "muted"), true, "BAD-RQST-BODY\n"],
  ["a last word", event("closing", { reason: "you are kept out", final: true }), true, undefined],
  ["nobody of that name", failed("tell", "no-such-nick"), true, "BAD-DEST-USER\n"],
  ["a command before login", failed("who", "not-entered"), true, "BAD-RQST-HDR\n"],
  ["a second login", failed("hello", "already-entered"), true, "BAD-RQST-HDR\n"],
  ["talk in the lobby", message("hi"), false, undefined],
  ["somebody who joins", { type: "joined", room: "lobby", nick: "bob" }, false, undefined],
  ["a notice", { type: "notice", text: "soon", urgent: false }, false, undefined],
];

for (const [what, event, own, line] of REPLIES) {
  Deno.test(`vu says of ${what}: ${line?.trimEnd()}`, () => {
    assertEquals(text(vu.server(COURSE).encoder.encode(event, own)), line);
  });
}

Deno.test("vu: talk in a room is delivered from it, where the listener wants that", () => {
  const { encoder } = vu.server(OPTIONS);
  assertEquals(text(encoder.encode(message("hi"), false)), "DELIVERY #lobby alice: hi\n");
  assertEquals(text(encoder.encode(message("hi"), true)), "SEND-OK\n");
});

Deno.test("our vu client knows by their order what replies answer", async () => {
  const codec = vu.client(COURSE);
  const commands: Command[] = [
    ask("hello", { nick: "al!ce" }),
    ask("hello", { nick: "alice" }),
    tell("bob", "hi"),
    tell("nobody", "hi"),
    who,
    tell("carol", ""),
  ];
  const sent = commands.map((command) => text(codec.encoder.encode(command, true))).join("");
  assertEquals(
    sent,
    "HELLO-FROM al!ce\nHELLO-FROM alice\nSEND bob hi\nSEND nobody hi\nLIST\nSEND carol \n",
  );
  const replies = "BAD-RQST-BODY\nHELLO alice\nDELIVERY bob yo\nSEND-OK\nBAD-DEST-USER\n" +
    "LIST-OK alice,bob\nBAD-RQST-BODY\nDELIVERY #lobby pat: hi\n";
  const refused = (command: string, code: string, about: string): Event => (
    { type: "failed", command, code, about, id: "" }
  );
  assertEquals(await decoded(codec, [bytes(replies)]), [
    refused("hello", "bad-nick", "al!ce"),
    event("entered", { nick: "alice", rooms: [] }),
    event("told", { nick: "bob", to: "alice", at: 0, text: "yo" }),
    event("sent", { to: "bob" }),
    refused("tell", "no-such-nick", "nobody"),
    { type: "roster", room: "", nicks: ["alice", "bob"] },
    refused("tell", "bad-request", "BAD-RQST-BODY"),
    {
      type: "message",
      room: "lobby",
      seq: 0,
      at: 0,
      nick: "pat",
      text: "hi",
      emote: false,
      id: "",
    },
  ]);
});
