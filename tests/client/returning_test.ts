import { assert, assertEquals } from "@std/assert";
import { message, tell } from "../chat/events.ts";
import { Screen } from "./screen.ts";

const SECOND = 1000;

/** A client that comes back, and was let in. */
class Returning extends Screen {
  constructor({ reconnectMilliseconds = 60 * SECOND } = {}) {
    super("native", { token: "secret", reconnectMilliseconds });
  }

  enters(...rooms: string[]): string[] {
    return this.hears(tell("entered", { nick: "chris", rooms }));
  }

  /** Lets itself into the lobby, in which 5 messages have been said. */
  static in(options = {}): Returning {
    const screen = new Returning(options);
    screen.enters();
    screen.hears(tell("joined", { room: "lobby", nick: "chris" }));
    screen.hears(tell("history", { room: "lobby", messages: [], last: 5 }));
    screen.hears(tell("directs", { messages: [] }));
    return screen;
  }

  static away(options = {}): Returning {
    const screen = Returning.in(options);
    screen.loses({ now: SECOND });
    return screen;
  }

  connects({ now = SECOND } = {}): string[] {
    return this.takes({ type: "connected", now });
  }
}

const own = (seq: number, id: string) => message({ seq, nick: "chris", text: `${seq}`, id });
const lost = (seconds: string) =>
  `! *** the connection is lost; trying again in ${seconds} s (/q gives up)`;
const still = (seconds: string) =>
  `! *** there is no connection yet; trying again in ${seconds} s (/q gives up)`;
const UNSAID = "! *** the server has not confirmed 1 of the messages";

Deno.test("it says hello with its secret, and what it wants, at once", () => {
  assertEquals(new Returning().first, [
    "> hello chris secret",
    "> join lobby",
    "> directs limit=20",
  ]);
});

Deno.test("who was never let in does not come back", () => {
  assertEquals(new Returning().loses(), ["! *** the server has closed the connection", "exit 1"]);
});

Deno.test("it waits ever longer between two tries, up to half a minute", () => {
  const screen = Returning.in({ reconnectMilliseconds: 600 * SECOND });
  const lines = [screen.loses({ now: 1, chance: 1 })];
  for (let tries = 0; tries < 7; tries++) lines.push(screen.loses({ now: 2, chance: 1 }));
  assertEquals(lines, [
    [lost("0.5"), "reconnect after 500"],
    [still("1.0"), "reconnect after 1000"],
    [still("2.0"), "reconnect after 2000"],
    [still("4.0"), "reconnect after 4000"],
    [still("8.0"), "reconnect after 8000"],
    [still("16.0"), "reconnect after 16000"],
    [still("30.0"), "reconnect after 30000"],
    [still("30.0"), "reconnect after 30000"],
  ]);
});

Deno.test("once it is back it would begin again with a short wait", () => {
  const screen = Returning.away();
  screen.loses({ now: 2 * SECOND });
  assertEquals(screen.connects(), ["> hello chris secret"]);
  assertEquals(screen.enters("lobby"), [
    "> join lobby from=6",
    "> directs from=1",
    "! *** connected again",
  ]);
  assertEquals(screen.loses({ now: 100 * SECOND }), [lost("0.3"), "reconnect after 250"]);
});

Deno.test("a server that lets one in and drops one at once is not tried ever faster, nor for ever", () => {
  const screen = Returning.away({ reconnectMilliseconds: 10 * SECOND });
  const waits: string[] = [];
  for (let now = SECOND; now < 11 * SECOND; now += 3 * SECOND) {
    screen.connects({ now });
    screen.enters("lobby");
    waits.push(screen.loses({ now: now + 10 }).at(-1)!);
  }
  assertEquals(waits, [500, 1000, 2000, 4000].map((wait) => `reconnect after ${wait}`));
  screen.connects({ now: 11 * SECOND });
  screen.enters("lobby");
  assertEquals(screen.loses({ now: 11 * SECOND + 10 }).at(-1), "exit 69");
});

Deno.test("after a while it gives up, and says what was not said", () => {
  const screen = Returning.away({ reconnectMilliseconds: 10 * SECOND });
  screen.types("hi");
  assertEquals(screen.loses({ now: 11 * SECOND - 1 }).length, 2);
  assertEquals(screen.loses({ now: 11 * SECOND }), [
    "! *** the connection is lost, and it is not tried any more to make it again",
    UNSAID,
    "exit 69",
  ]);
});

Deno.test("with no time to come back it does not try", () => {
  assertEquals(Returning.in({ reconnectMilliseconds: 0 }).loses(), [
    "! *** the server has closed the connection",
    "exit 1",
  ]);
});

Deno.test("it comes back to a server that closed, but not after its final word", () => {
  for (const [final, last] of [[false, "reconnect after 250"], [true, "exit 1"]] as const) {
    const screen = Returning.in();
    assertEquals(screen.hears(tell("closing", { reason: "bye", final })), [
      "*** the server closes: bye",
    ]);
    assertEquals(screen.loses().at(-1), last);
  }
});

Deno.test("a refused name ends a first visit; on return it may be our own ghost's, and it tries again", () => {
  const failed = tell("failed", { command: "hello", code: "nick-in-use", about: "chris" });
  assertEquals(new Returning().hears(failed).at(-1), "exit 1");
  const screen = Returning.away();
  screen.connects();
  assertEquals(screen.hears(failed), [
    "! *** chris: somebody here has that name, or one that looks like it",
    "drop",
  ]);
  assertEquals(screen.loses({ now: 2 * SECOND }), [still("0.5"), "reconnect after 500"]);
});

Deno.test("what is said while there is no connection is said when there is one", () => {
  const screen = Returning.away();
  assertEquals(screen.types("one"), []);
  assertEquals(screen.types("/message pat two"), []);
  assertEquals(screen.types("/me three"), []);
  assertEquals(screen.connects(), ["> hello chris secret"]);
  assertEquals(screen.types("four"), []);
  assertEquals(screen.enters("lobby").slice(2), [
    "> say lobby one id=1",
    "> tell pat two id=2",
    "> act lobby three id=3",
    "> say lobby four id=4",
    "! *** connected again",
  ]);
  assertEquals(screen.types("five"), ["> say lobby five id=5"]);
});

Deno.test("what else is typed while there is no connection is said to be in vain", () => {
  const screen = Returning.away();
  const typed = ["/users", "/rooms", "/history", "/join dev", "/part", "/nick kris", "/seen pat"];
  for (const line of typed) {
    assertEquals(screen.types(line), ["! *** there is no connection to the server now"], line);
  }
  assert(screen.types("/help").length > 5);
});

Deno.test("whoever quits while there is no connection leaves at once", () => {
  assertEquals(Returning.away().types("/q"), ["exit 0"]);
  const talking = Returning.away();
  talking.types("hi");
  assertEquals(talking.types("/q"), [UNSAID, "exit 1"]);
});

Deno.test("input that ends while there is no connection waits for what it said, then leaves", () => {
  assertEquals(Returning.away().ends(), ["exit 0"]);
  const screen = Returning.away();
  screen.types("hi");
  assertEquals(screen.ends(), []);
  screen.connects();
  assertEquals(screen.enters("lobby").slice(2), [
    "> say lobby hi id=1",
    "! *** connected again",
    "> quit",
  ]);
  screen.hears(tell("history", { room: "lobby", messages: [], from: 6, last: 5 }));
  assertEquals(screen.hears(own(6, "1")), ["chris: 6"]);
  assertEquals(screen.loses(), ["exit 0"]);
});

Deno.test("a goodbye whose connection is lost comes again if something was not confirmed", () => {
  const screen = Returning.in();
  screen.types("hi");
  assertEquals(screen.ends(), ["> quit"]);
  assertEquals(screen.loses({ now: 1 }).at(-1), "reconnect after 250");
  screen.connects();
  assertEquals(screen.enters().at(-1), "> quit");
  // It had arrived, and is not said twice.
  screen.hears(tell("history", { room: "lobby", messages: [own(6, "1")], from: 6, last: 6 }));
  screen.hears(tell("sent", { to: "lobby", id: "1", seq: 6 }));
  assertEquals(screen.loses(), ["exit 0"]);
});

Deno.test("a goodbye that was said before the server has let one in is not said twice", () => {
  const screen = new Returning();
  assertEquals(screen.ends(), ["> quit"]);
  assertEquals(screen.enters(), []);
});

Deno.test("a goodbye after which all is confirmed is the end, whatever becomes of the connection", () => {
  const screen = Returning.in();
  screen.types("hi");
  screen.hears(own(6, "1"));
  screen.types("/q");
  assertEquals(screen.loses(), ["exit 0"]);
});

Deno.test("what is piped in after a goodbye is not said, on no connection", () => {
  const screen = Returning.in();
  screen.types("/q");
  assertEquals(screen.types("too late"), []);
  assertEquals(screen.loses(), [UNSAID, "exit 1"]);
});

Deno.test("no more is read than may wait to be confirmed", () => {
  const screen = Returning.in();
  for (let line = 0; line < 255; line++) screen.types("hi");
  assertEquals(screen.isFull, false);
  screen.types("hi");
  assertEquals(screen.isFull, true);
  screen.hears(own(6, "1"));
  assertEquals(screen.isFull, false);
});

Deno.test("a silent server is asked whether it is there, and for what it could not say before", () => {
  const screen = Returning.in();
  assertEquals(screen.takes({ type: "quiet" }), ["> ping"]);
  screen.hears(message({ seq: 8, nick: "pat" }));
  screen.hears(tell("failed", { command: "history", code: "unavailable", about: "lobby" }));
  assertEquals(screen.takes({ type: "quiet" }), ["> ping", "> history lobby from=6"]);
  // It has not let us in again: its silence is the answer.
  assertEquals(Returning.away().takes({ type: "quiet" }), []);
});

Deno.test("a ping is answered also before one is let in", () => {
  const screen = Returning.away();
  screen.connects();
  assertEquals(screen.hears(tell("ping", { token: "t" })), ["> pong t"]);
});

Deno.test("a room is asked for once, and again if one was not let in or has left", () => {
  const screen = Returning.in();
  assertEquals(screen.types("/join dev"), ["> join dev"]);
  assertEquals(screen.types("/join dev"), []);
  screen.hears(tell("failed", { command: "join", code: "too-many-rooms", about: "dev" }));
  assertEquals(screen.types("/join dev"), ["> join dev"]);
  screen.hears(tell("joined", { room: "dev", nick: "chris" }));
  assertEquals(screen.types("/join lobby"), ["! *** you are in #lobby now"]);
  // Both in one go, before the server has answered the first.
  assertEquals(screen.types("/part Dev"), ["> part Dev"]);
  assertEquals(screen.types("/join dev").at(-1), "> join dev");
});

Deno.test("a room that was asked for when the connection broke is asked for again", () => {
  const screen = Returning.in();
  screen.types("/join dev");
  screen.loses();
  screen.connects();
  assertEquals(screen.enters("lobby").slice(0, 2), ["> join lobby from=6", "> join dev"]);
});

Deno.test("the server's mistakes are said, and it is not come back to", () => {
  const screen = Returning.in();
  assertEquals(screen.takes({ type: "broken", reason: "this is not JSON" }).at(-1), "exit 1");
});
