import { assertEquals } from "@std/assert";
import type { Event } from "../../src/chat/event.ts";
import { tell } from "../chat/events.ts";
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
    app.hears(tell("told", { nick: "pat", to: "chris", at: 0, text: "how's it going?" })),
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
  for (const leave of [(app: App) => app.types("/q"), (app: App) => app.ends()]) {
    const app = new App();
    assertEquals(leave(app), ["> quit"]);
    assertEquals(app.loses(), ["exit 0"]);
  }
});

Deno.test("a server that hangs up by itself is remarked on, and is a failure", () => {
  assertEquals(new App().loses(), [
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
    app.ends();
    for (const event of heard) app.hears(event);
    assertEquals(app.loses(), expected);
  }
});

Deno.test("where the server does not repeat it, what one says is shown at once", () => {
  const app = new App({ echoes: true });
  assertEquals(app.types("hi"), ["chris: hi", "> say lobby hi"]);
  assertEquals(app.types("/me waves"), ["[chris waves]", "> act lobby waves"]);
  assertEquals(app.types("/message pat psst"), ["chris -> pat: psst", "> tell pat psst"]);
  app.ends();
  assertEquals(app.loses(), ["exit 0"]);
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
  const history = tell("history", { room: "lobby", messages: [{ ...said, at }] });
  assertEquals(new App().hears(history), ["[2026-11-20 21:04] pat: hi"]);
  const inPipe = new App({ showsReplay: false });
  assertEquals(inPipe.hears(history), []);
  assertEquals(inPipe.types("/history 5"), ["> history lobby limit=5"]);
  assertEquals(inPipe.hears(history), ["[2026-11-20 21:04] pat: hi"]);
});

Deno.test("what a search found is shown with its rooms, and how much there is of it", () => {
  const at = new Date(2026, 10, 20, 21, 4).getTime();
  const messages = [{ ...said, at }, { ...said, at, room: "dev", text: "waves", emote: true }];
  // Whoever searches in a pipe wants to see what was found, too.
  const app = new App({ showsReplay: false });
  assertEquals(app.types("/search two words"), ["> search lobby two words"]);
  assertEquals(app.hears(tell("found", { text: "two words", messages, next: 7 })), [
    '*** 2 messages with "two words", and there are more',
    "#lobby [2026-11-20 21:04] pat: hi",
    "#dev [2026-11-20 21:04] [pat waves]",
  ]);
  assertEquals(app.hears(tell("found", { text: "none", messages: [] })), [
    '*** nothing was said with "none"',
  ]);
});

Deno.test("when somebody was last heard is one line", () => {
  const app = new App();
  assertEquals(app.types("/seen pat"), ["> seen pat"]);
  const cases: [Parameters<typeof tell<"seen">>[1], string][] = [
    [{ nick: "pat" }, "*** pat was never heard here"],
    [{ nick: "pat", isHere: true }, "*** pat is here and has said nothing"],
    [{ nick: "pat", room: "dev", ago: 120_000 }, "*** pat was last heard in #dev 2 minutes ago"],
    [
      { nick: "pat", isHere: true, room: "dev", ago: 86_400_000 },
      "*** pat is here, last heard in #dev 1 day ago",
    ],
  ];
  for (const [seen, line] of cases) assertEquals(app.hears(tell("seen", seen)), [line]);
});

Deno.test("earlier direct messages are shown with their time, to people only", () => {
  const at = new Date(2026, 10, 20, 21, 4).getTime();
  const direct = { nick: "pat", to: "chris", seq: 3, at, text: "psst", id: "" };
  const directs = tell("directs", { messages: [direct, { ...direct, seq: 4, at: 0 }] });
  assertEquals(new App().hears(directs), [
    "[2026-11-20 21:04] pat -> chris: psst",
    "pat -> chris: psst",
  ]);
  assertEquals(new App({ showsReplay: false }).hears(directs), []);
});

Deno.test("a message of a time that is none is shown without one", () => {
  const history = (at: number) => tell("history", { room: "lobby", messages: [{ ...said, at }] });
  for (const at of [0, Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER]) {
    assertEquals(new App().hears(history(at)), ["pat: hi"]);
  }
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
    app.hears({ type: "notice", text: evil, urgent: false }),
    app.hears({ type: "failed", command: "say", code: evil, about: evil, id: "" }),
    app.hears({ type: "roster", room: evil, nicks: [evil] }),
    app.hears({ type: "rooms", rooms: [{ room: evil, members: 1 }] }),
    app.hears({ type: "renamed", nick: evil, to: evil }),
    app.hears(tell("closing", { reason: evil })),
    app.hears(
      tell("history", { room: evil, messages: [{ ...said, text: evil, nick: evil, at: 1 }] }),
    ),
    app.hears(tell("found", {
      room: evil,
      text: evil,
      messages: [{ ...said, room: evil, nick: evil, text: evil }],
    })),
    app.hears(tell("seen", { nick: evil, room: evil })),
    app.hears(tell("told", { nick: evil, to: evil, at: 1, text: evil })),
    app.hears(tell("directs", {
      messages: [{ nick: evil, to: evil, seq: 1, at: 1, text: evil, id: evil }],
    })),
    app.hears(tell("joined", { room: evil, nick: evil })),
    app.hears(tell("parted", { room: evil, nick: evil })),
    app.hears(tell("quitted", { nick: evil, rooms: [evil], reason: evil })),
    app.types(`/${evil}`),
  ].flat();
  assertEquals(shown.length, 17);
  // deno-lint-ignore no-control-regex
  for (const line of shown) assertEquals(/[\x00-\x1f\x7f-\x9f\u202e]/.test(line), false, line);
});
