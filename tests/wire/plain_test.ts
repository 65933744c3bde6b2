import { assertEquals } from "@std/assert";
import type { Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { plain } from "../../src/wire/plain.ts";
import { decoded, greeted, OPTIONS } from "./decoded.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const say = (text: string): Command => ({ type: "say", room: "lobby", text, id: "" });

async function heard(typed: Uint8Array): Promise<unknown[]> {
  const heard = await decoded(plain.server(OPTIONS), [typed]);
  return heard.map((it) =>
    it.type === "answer" ? text(it.bytes) : it.type === "switch" ? "CRLF" : it
  );
}

const message = (text: string): Event => (
  { type: "message", room: "lobby", seq: 1, at: 5, nick: "pat", text, emote: false, id: "" }
);

Deno.test("plain: each line typed is said, and slash commands are obeyed", async () => {
  assertEquals(await heard(bytes("chris\nhello there\n\n/me waves\n/jion x\n")), [
    say("chris"),
    say("hello there"),
    { type: "ignored" },
    { type: "act", room: "lobby", text: "waves", id: "" },
    "*** there is no /jion: did you mean /join?\n",
  ]);
});

Deno.test("plain: what telnet says about itself, and what was erased, is no part of a line", async () => {
  const negotiation = Uint8Array.of(0xff, 0xfb, 0x18, 0xff, 0xfd, 0x03);
  const typed = bytes("chriz\bs\r\n");
  assertEquals(await heard(new Uint8Array([...negotiation, ...typed])), ["CRLF", say("chris")]);
});

Deno.test("plain: somebody who says nothing is asked for a name", async () => {
  const greeting = await greeted(plain.server(OPTIONS));
  assertEquals(greeting.map((it) => it.type), ["answer"]);
});

Deno.test("plain: what others say is shown as our own client shows it, fit for a terminal", () => {
  const { encoder } = plain.server(OPTIONS);
  const shown = (event: Event, own = false) => text(encoder.encode(event, own));
  assertEquals(shown(message("hi")), "pat: hi\n");
  assertEquals(shown(message("hi"), true), undefined);
  assertEquals(shown(message("\x1b[2J\x07\ttab\u202e")), "pat: ?[2J? tab?\n");
  assertEquals(shown(message("one\r\n*** forged")), "pat: one *** forged\n");
  assertEquals(
    shown({ type: "joined", room: "lobby", nick: "pat" }),
    "*** pat has joined the chat\n",
  );
  assertEquals(shown({ ...message("hi"), room: "dev" } as Event), "#dev pat: hi\n");
  assertEquals(
    shown({ type: "failed", command: "hello", code: "bad-nick", about: "a b", id: "" })?.split("\n")
      .length,
    3,
  );
});

Deno.test("plain: whoever is not let in is asked for what is wrong, and for nothing if they are kept out", () => {
  const { encoder } = plain.server(OPTIONS);
  const lines = (code: string) =>
    text(encoder.encode({ type: "failed", command: "hello", code, about: "x", id: "" }, true))!
      .trimEnd().split("\n").map((line) => line.replace(/;.*/, ""));
  assertEquals(lines("nick-in-use").at(-1), "*** what is your name? type it and press Enter");
  assertEquals(lines("bad-password"), ["*** this server has a password: type it and press Enter"]);
  assertEquals(lines("banned"), ["*** you are kept out: x"]);
});

Deno.test("plain: a telnet peer's lines end as telnet has it", async () => {
  const [first] = await decoded(plain.server(OPTIONS), [bytes("chris\r\n")]);
  assertEquals(
    first?.type === "switch" && text(first.encoder.encode(message("hi"), false)),
    "pat: hi\r\n",
  );
});
