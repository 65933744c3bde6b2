import { assertEquals } from "@std/assert";
import type { Event } from "../../src/chat/event.ts";
import { Screen } from "./screen.ts";

class App extends Screen {
  constructor({ showsReplay = true, echoes = false } = {}) {
    super("native", { showsReplay, echoes });
    this.hears({ type: "joined", room: "lobby", nick: "chris" });
  }
}

const said = { room: "lobby", seq: 1, at: 0, nick: "pat", text: "hi", emote: false, id: "" };
const message = { type: "message" as const, ...said };

Deno.test("at the start it says hello and joins", () => {
  assertEquals(new Screen("native").first, ["> hello chris", "> join lobby"]);
});

Deno.test("the sample evening of the bgnet0 document reads as it is drawn there", () => {
  const app = new App();
  const lines = [
    app.hears({ type: "joined", room: "lobby", nick: "leslie" }),
    app.hears({ ...message, nick: "leslie", text: "hi everyone!" }),
    app.hears({ ...message, nick: "pat", text: "goes out", emote: true }),
    app.hears({ type: "told", nick: "pat", to: "chris", at: 0, text: "how's it going?", id: "" }),
    app.hears({ type: "quitted", nick: "leslie", rooms: ["lobby"], reason: "" }),
  ];
  assertEquals(lines.flat(), [
    "*** leslie has joined the chat",
    "leslie: hi everyone!",
    "[pat goes out]",
    "pat -> chris: how's it going?",
    "*** leslie has left the chat",
  ]);
});

Deno.test("what is typed is said where one is, and what happens elsewhere says where", () => {
  const app = new App();
  assertEquals(app.types("hello"), ["> say lobby hello"]);
  app.hears({ type: "joined", room: "dev", nick: "chris" });
  assertEquals(app.types("hello"), ["> say dev hello"]);
  assertEquals(app.hears(message), ["#lobby pat: hi"]);
  app.hears({ type: "parted", room: "dev", nick: "chris" });
  assertEquals(app.types("hello"), ["> say lobby hello"]);
});

Deno.test("a room that one is in already is gone to at once, however it is written", () => {
  const app = new App();
  assertEquals(app.types("/join #Dev"), ["> join dev"]);
  app.hears({ type: "joined", room: "dev", nick: "chris" });
  assertEquals(app.types("/join Lobby"), ["! *** you are in #lobby now", "> join lobby"]);
  assertEquals(app.types("hello"), ["> say lobby hello"]);
  assertEquals(app.hears({ type: "parted", room: "dev", nick: "chris" }), [
    "*** you have left #dev, and are in #lobby now",
  ]);
});

Deno.test("a mistyped command is never said", () => {
  const app = new App();
  assertEquals(app.types("/jion dev"), ["! *** there is no /jion: did you mean /join?"]);
  assertEquals(app.types("/foo bar"), ["! *** there is no /foo: /help lists what there is"]);
  assertEquals(app.types("   "), []);
});

Deno.test("quitting says goodbye and waits for the server to hang up", () => {
  for (const leave of [{ type: "line", line: "/q" }, { type: "input ended" }] as const) {
    const app = new App();
    assertEquals(app.takes(leave), ["> quit"]);
    assertEquals(app.takes({ type: "disconnected" }), ["exit 0"]);
  }
});

Deno.test("a server that hangs up by itself is remarked on, and is a failure", () => {
  assertEquals(new App().takes({ type: "disconnected" }), [
    "! *** the server has closed the connection",
    "exit 1",
  ]);
});

Deno.test("a name that is refused ends the program with the reason", () => {
  const failed = { type: "failed", command: "hello", code: "nick-in-use", about: "chris", id: "" };
  assertEquals(new App().hears(failed as Event), [
    "! *** chris: somebody here has that name, or one that looks like it",
    "exit 1",
  ]);
});

Deno.test("other refusals are remarks, also those that this client does not know", () => {
  const failed = { type: "failed", command: "say", code: "constructor", about: "", id: "" };
  assertEquals(new App().hears(failed as Event), ["! *** constructor"]);
});

Deno.test("who pipes something in learns whether it was taken", () => {
  const own = { ...message, nick: "chris" };
  const refused = {
    type: "failed",
    command: "say",
    code: "not-stored",
    about: "",
    id: "",
  } as const;
  const cases: [Event[], string[]][] = [
    [[own, own], ["exit 0"]],
    [[own], ["! *** the server has not confirmed 1 of the messages", "exit 1"]],
    [[own, refused], ["exit 1"]],
    [[message, own, own], ["exit 0"]],
  ];
  for (const [heard, expected] of cases) {
    const app = new App();
    app.types("one");
    app.types("/me too");
    app.takes({ type: "input ended" });
    for (const event of heard) app.hears(event);
    assertEquals(app.takes({ type: "disconnected" }), expected);
  }
});

Deno.test("where the server does not repeat it, what one says is shown at once", () => {
  const app = new App({ echoes: true });
  assertEquals(app.types("hi"), ["chris: hi", "> say lobby hi"]);
  assertEquals(app.types("/me waves"), ["[chris waves]", "> act lobby waves"]);
  assertEquals(app.types("/message pat psst"), ["chris -> pat: psst", "> tell pat psst"]);
  app.takes({ type: "input ended" });
  assertEquals(app.takes({ type: "disconnected" }), ["exit 0"]);
});

Deno.test("a server that speaks something else is said to, in one line", () => {
  assertEquals(new App().takes({ type: "broken", reason: "this is not JSON" }), [
    "! *** the server's bytes make no sense: this is not JSON; is this the right --dialect?",
    "exit 1",
  ]);
});

Deno.test("a ping is answered", () => {
  assertEquals(new App().hears({ type: "ping", token: "t" }), ["> pong t"]);
});

Deno.test("earlier messages are shown with their time, to people and to those who ask", () => {
  const at = new Date(2026, 10, 20, 21, 4).getTime();
  const history: Event = { type: "history", room: "lobby", messages: [{ ...said, at }] };
  assertEquals(new App().hears(history), ["[2026-11-20 21:04] pat: hi"]);
  const inPipe = new App({ showsReplay: false });
  assertEquals(inPipe.hears(history), []);
  assertEquals(inPipe.types("/history 5"), ["> history lobby 5 0"]);
  assertEquals(inPipe.hears(history), ["[2026-11-20 21:04] pat: hi"]);
});

Deno.test("after a new name it is ours that is followed", () => {
  const app = new App();
  assertEquals(app.hears({ type: "renamed", nick: "chris", to: "kris" }), [
    "*** chris is now known as kris",
  ]);
  app.hears({ type: "joined", room: "dev", nick: "chris" });
  assertEquals(app.types("here"), ["> say lobby here"]);
  app.hears({ type: "joined", room: "dev", nick: "kris" });
  assertEquals(app.types("here"), ["> say dev here"]);
});

Deno.test("nothing that strangers choose reaches the terminal raw", () => {
  const evil = "\x1b[2J\n*** you are hacked\u202e";
  const app = new App();
  const shown = [
    app.hears({ ...message, text: evil, nick: evil, room: evil }),
    app.hears({ type: "notice", text: evil }),
    app.hears({ type: "failed", command: "say", code: evil, about: evil, id: "" }),
    app.hears({ type: "roster", room: evil, nicks: [evil] }),
    app.hears({ type: "rooms", rooms: [{ room: evil, members: 1 }] }),
    app.hears({ type: "renamed", nick: evil, to: evil }),
    app.hears({ type: "closing", reason: evil }),
    app.hears({
      type: "history",
      room: evil,
      messages: [{ ...said, text: evil, nick: evil, at: 1 }],
    }),
    app.types(`/${evil}`),
  ].flat();
  assertEquals(shown.length, 9);
  // deno-lint-ignore no-control-regex
  for (const line of shown) assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false, line);
});
