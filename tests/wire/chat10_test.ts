import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { chat10 } from "../../src/wire/chat10.ts";
import type { Heard } from "../../src/wire/dialect.ts";
import { decoded, OPTIONS } from "./decoded.ts";

const QUIET = { ...OPTIONS, notices: false };
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

const JOIN = "CHAT/1.0 JOIN\r\nUsername: bob\r\n\r\n";
const hello: Command[] = [ask("hello", { nick: "bob" }), ask("join", { room: "lobby" })];
const say = (text: string): Command => ({ type: "say", room: "lobby", text, id: "" });

async function heard(conversation: string): Promise<Heard<Command>[]> {
  return await decoded(chat10.server(QUIET), [bytes(conversation)]);
}

/** What follows a JOIN. */
async function after(conversation: string): Promise<Heard<Command>[]> {
  return (await heard(JOIN + conversation)).slice(hello.length);
}

function said(event: Event, own = false, options = QUIET): string | undefined {
  return text(chat10.server(options).encoder.encode(event, own));
}

const message = (text: string): Event => (
  { type: "message", room: "lobby", seq: 1, at: 5, nick: "alice", text, emote: false, id: "" }
);

Deno.test("chat10: the example of the document", async () => {
  const conversation = JOIN +
    "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 22\r\n\r\nMy first chat message!" +
    "CHAT/1.0 LEAVE\r\nUsername: bob\r\n\r\n";
  assertEquals(await heard(conversation), [
    ...hello,
    say("My first chat message!"),
    { type: "quit", reason: "" },
  ]);
});

/** What clients are known to send, and what it means all the same. */
const ACCEPTED: [what: string, sent: string, commands: Command[]][] = [
  ["headers in any order", "CHAT/1.0 TEXT\r\nMsg-len: 2\r\nUsername: bob\r\n\r\nhi", [say("hi")]],
  ["headers in any case", "CHAT/1.0 TEXT\r\nuSERNAME:bob\r\nMSG-LEN :  2\r\n\r\nhi", [say("hi")]],
  ["headers in quotes", 'CHAT/1.0 TEXT\r\n"Username" : "bob"\r\n"Msg-len" : "2"\r\n\r\nhi', [
    say("hi"),
  ]],
  ["Mesg-len", "CHAT/1.0 TEXT\r\nUsername: bob\r\nMesg-len: 2\r\n\r\nhi", [say("hi")]],
  ["lines without carriage returns", "CHAT/1.0 TEXT\nUsername: bob\nMsg-len: 2\n\nhi", [say("hi")]],
  ["other headers", "CHAT/1.0 TEXT\r\nX: y\r\nUsername: bob\r\nMsg-len: 2\r\n\r\nhi", [say("hi")]],
  ["somebody else's name", "CHAT/1.0 TEXT\r\nUsername: eve\r\nMsg-len: 2\r\n\r\nhi", [say("hi")]],
  ["a slash command", "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 6\r\n\r\n/rooms", [
    { type: "rooms" },
  ]],
  ["a text of lines", "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 8\r\n\r\na\r\n\r\nb\r\n", [
    say("a\r\n\r\nb\r\n"),
  ]],
];

for (const [what, sent, commands] of ACCEPTED) {
  Deno.test(`chat10 accepts ${what}`, async () => {
    assertEquals(await after(sent + "CHAT/1.0 LEAVE\r\nUsername: bob\r\n\r\n"), [
      ...commands,
      { type: "quit", reason: "" },
    ]);
  });
}

/** What the document has clients and servers ignore. */
const IGNORED: [what: string, sent: string][] = [
  ["a TEXT without a name", "CHAT/1.0 TEXT\r\nMsg-len: 2\r\n\r\nhi"],
  ["a TEXT without a length", "CHAT/1.0 TEXT\r\nUsername: bob\r\n\r\n"],
  ["a TEXT of length 0", "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 0\r\n\r\n"],
  ["a second JOIN", JOIN],
  ["a method that nobody knows", "CHAT/1.0 DANCE\r\nUsername: bob\r\nMsg-len: 2\r\n\r\nhi"],
];

for (const [what, sent] of IGNORED) {
  Deno.test(`chat10 ignores ${what}`, async () => {
    const next = "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 5\r\n\r\nafter";
    assertEquals(await after(sent + next), [{ type: "ignored" }, say("after")]);
  });
}

for (const length of ["-1", "1e3", "0x10", "9999999999", "two", "1 2", "200001"]) {
  Deno.test(`chat10 refuses a Msg-len of ${length}`, async () => {
    const [last] = await after(`CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: ${length}\r\n\r\n`);
    assertEquals(last?.type, "broken");
  });
}

Deno.test("chat10 refuses two lengths, and headers without end", async () => {
  const two = "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 2\r\nMesg-len: 3\r\n\r\nhi";
  assertEquals((await after(two))[0]?.type, "broken");
  const endless = "CHAT/1.0 TEXT\r\n" + "X: y\r\n".repeat(2000);
  assertEquals((await after(endless))[0]?.type, "broken");
});

Deno.test("a payload counted in characters loses its end, never the message after it", async () => {
  const counted = "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 4\r\n\r\nžluť";
  const next = "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 5\r\n\r\nafter";
  assertEquals(await after(counted + next), [say("žlu"), say("after")]);
});

Deno.test("a name with its first TEXT joins", async () => {
  const text = "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 2\r\n\r\nhi";
  assertEquals(await heard(text), [...hello, say("hi")]);
});

Deno.test("chat10 sends exactly the headers of the document, in its order", () => {
  assertEquals(
    said(message("hi žluť")),
    "CHAT/1.0 TEXT\r\nUsername: alice\r\nMsg-len: 9\r\n\r\nhi žluť",
  );
  assertEquals(
    said({ type: "joined", room: "lobby", nick: "alice" }),
    "CHAT/1.0 JOIN\r\nUsername: alice\r\n\r\n",
  );
  assertEquals(
    said({ type: "quitted", nick: "alice", rooms: ["lobby"], reason: "" }),
    "CHAT/1.0 LEAVE\r\nUsername: alice\r\n\r\n",
  );
});

Deno.test("nobody is told by chat10 what they did themselves, only what they asked for", () => {
  assertEquals(said(message("hi"), true), undefined);
  assertEquals(said({ type: "joined", room: "lobby", nick: "alice" }, true), undefined);
  assertEquals(
    said({ type: "roster", room: "lobby", nicks: ["alice"] }, true),
    "CHAT/1.0 TEXT\r\nUsername: *server*\r\nMsg-len: 13\r\n\r\n1 here: alice",
  );
});

Deno.test("chat10 replaces what is not ASCII where its operator wants it", () => {
  assertEquals(
    said(message("žluť 🎉"), false, { ...QUIET, ascii: true }),
    "CHAT/1.0 TEXT\r\nUsername: alice\r\nMsg-len: 6\r\n\r\n?lu? ?",
  );
});

Deno.test("our chat10 client says what the document has, LEAVE included", () => {
  const { encoder } = chat10.client(QUIET);
  const sent = (command: Command) => text(encoder.encode(command, true));
  assertEquals(sent(ask("hello", { nick: "bob" })), JOIN);
  assertEquals(sent(ask("join", { room: "lobby" })), undefined);
  assertEquals(sent(say("hi")), "CHAT/1.0 TEXT\r\nUsername: bob\r\nMsg-len: 2\r\n\r\nhi");
  assertEquals(sent({ type: "quit", reason: "" }), "CHAT/1.0 LEAVE\r\nUsername: bob\r\n\r\n");
});
