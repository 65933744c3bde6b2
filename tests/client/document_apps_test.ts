import { assertEquals } from "@std/assert";
import type { Event } from "../../src/chat/event.ts";
import { tell } from "../chat/events.ts";
import { Screen } from "./screen.ts";

const message = (nick: string, text: string): Event => (
  { type: "message", room: "lobby", seq: 0, at: 0, nick, text, emote: false, id: "" }
);

const failed = (command: string, code: string, about = ""): Event => (
  { type: "failed", command, code, about, id: "" }
);

Deno.test("ndjson: the example of the document reads as it is drawn there", () => {
  const screen = new Screen("ndjson", { isNickGiven: false });
  assertEquals(screen.first, []);
  const entered: Event = {
    type: "notice",
    text: "127.0.0.1:57354 has entered the chat",
    urgent: false,
  };
  assertEquals(screen.hears(entered), ["[Server]: 127.0.0.1:57354 has entered the chat"]);
  assertEquals(screen.types("hello"), ["> say lobby hello"]);
  assertEquals(screen.hears(message("127.0.0.1:57354", "hello")), ["127.0.0.1:57354: hello"]);
  assertEquals(screen.types("/setname Kobzol"), ["> rename Kobzol"]);
  const renamed: Event = {
    type: "notice",
    text: "127.0.0.1:57354 renamed to Kobzol",
    urgent: false,
  };
  assertEquals(screen.hears(renamed), ["[Server]: 127.0.0.1:57354 renamed to Kobzol"]);
});

Deno.test("ndjson: the commands of the document, and any other line as it is", () => {
  const screen = new Screen("ndjson");
  assertEquals(screen.first, ["> rename chris"]);
  assertEquals(screen.types("/setname"), ["Usage: /setname <name>"]);
  assertEquals(screen.types("/users"), ["> who"]);
  assertEquals(screen.types("/history"), ["> history lobby"]);
  assertEquals(screen.types("/foo bar"), ["> say lobby /foo bar"]);
  assertEquals(screen.types(""), []);
});

Deno.test("ndjson: a server that disconnects is said to, and that is no failure", () => {
  assertEquals(new Screen("ndjson").loses(), [
    "Server disconnected",
    "exit 0",
  ]);
  const left = new Screen("ndjson");
  left.ends();
  assertEquals(left.loses(), ["exit 0"]);
});

Deno.test("vu: logging in, in the document's own sentences", () => {
  const screen = new Screen("vu", { isNickGiven: false });
  assertEquals(screen.first, ["Welcome to Chat Client. Enter your login:"]);
  assertEquals(screen.types("al!ce"), ["> hello al!ce"]);
  assertEquals(screen.hears(failed("hello", "bad-nick", "al!ce")), [
    "Cannot log in as al!ce. That username contains disallowed characters.",
  ]);
  assertEquals(screen.types("bob"), ["> hello bob"]);
  assertEquals(screen.hears(failed("hello", "nick-in-use", "bob")), [
    "Cannot log in as bob. That username is already in use.",
  ]);
  assertEquals(screen.types("alice"), ["> hello alice"]);
  assertEquals(screen.hears(tell("entered", { nick: "alice", rooms: [] })), [
    "Successfully logged in as alice!",
  ]);
});

Deno.test("vu: a server that hangs up on a refused login is connected to again, silently", () => {
  const screen = new Screen("vu", { isNickGiven: false });
  screen.types("bob");
  screen.hears(failed("hello", "nick-in-use", "bob"));
  assertEquals(screen.loses(), ["reconnect after 0"]);
  assertEquals(screen.types("bobby"), ["> hello bobby"]);
});

Deno.test("vu: a full server ends the program", () => {
  const screen = new Screen("vu");
  assertEquals(screen.first, ["> hello chris"]);
  assertEquals(screen.hears(failed("hello", "server-full")), [
    "Cannot log in. The server is full!",
    "exit 0",
  ]);
});

Deno.test("vu: talking, in the document's own sentences", () => {
  const screen = new Screen("vu");
  screen.hears(tell("entered", { nick: "chris", rooms: [] }));
  assertEquals(screen.types("!who"), ["> who"]);
  assertEquals(screen.hears({ type: "roster", room: "", nicks: ["bob", "chris"] }), [
    "There are 2 online users:",
    "bob",
    "chris",
  ]);
  assertEquals(screen.types("@bob hi there"), ["> tell bob hi there"]);
  assertEquals(screen.hears(tell("sent", { to: "bob" })), ["The message was sent successfully"]);
  assertEquals(screen.types("@bob "), ["> tell bob"]);
  assertEquals(screen.hears(failed("tell", "no-such-nick", "bob")), [
    "The destination user does not exist",
  ]);
  const told = tell("told", { nick: "bob", to: "chris", at: 0, text: "yo" });
  assertEquals(screen.hears(told), ["From bob: yo"]);
  assertEquals(screen.hears(failed("tell", "bad-request", "BAD-RQST-HDR")), [
    "Error: Unknown issue in previous message header.",
  ]);
  assertEquals(screen.hears(failed("tell", "bad-request", "BAD-RQST-BODY")), [
    "Error: Unknown issue in previous message body.",
  ]);
});

Deno.test("vu: what is typed ahead is read when it is known what it means", () => {
  const screen = new Screen("vu", { isNickGiven: false });
  screen.types("al!ce");
  for (const line of ["alice", "!who", "@bob hi", "!quit", "!who"]) {
    assertEquals(screen.types(line), []);
  }
  assertEquals(screen.hears(failed("hello", "bad-nick", "al!ce")), [
    "Cannot log in as al!ce. That username contains disallowed characters.",
    "> hello alice",
  ]);
  assertEquals(screen.hears(tell("entered", { nick: "alice", rooms: [] })), [
    "Successfully logged in as alice!",
    "> who",
    "> tell bob hi",
    "hang up",
  ]);
  assertEquals(screen.hears({ type: "roster", room: "", nicks: ["alice"] }).length, 2);
  assertEquals(screen.hears(tell("sent", { to: "bob" })), [
    "The message was sent successfully",
    "exit 0",
  ]);
});

Deno.test("vu: a name sent to a server that had hung up is sent once more", () => {
  const screen = new Screen("vu", { isNickGiven: false });
  screen.types("bob");
  screen.hears(failed("hello", "nick-in-use", "bob"));
  screen.types("bobby");
  assertEquals(screen.loses(), ["reconnect after 0", "> hello bobby"]);
  assertEquals(screen.loses(), [
    "! the server has closed the connection",
    "exit 1",
  ]);
});

Deno.test("vu: input of no format is ignored, and quitting sends nothing", () => {
  for (const state of ["login", "talking"]) {
    const screen = new Screen("vu", { isNickGiven: state === "talking" });
    if (state === "talking") {
      screen.hears(tell("entered", { nick: "chris", rooms: [] }));
      for (const line of ["hello", "@bob", "who", "", "@ x"]) assertEquals(screen.types(line), []);
    }
    assertEquals(screen.types("!quit"), ["exit 0"]);
  }
});
