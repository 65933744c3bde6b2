/** Passwords, names that belong to somebody, and being sent out: what a client does that is not simply let in. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Start } from "../../src/client/person.ts";
import { message, tell } from "../chat/events.ts";
import { Screen } from "./screen.ts";
import { drawn, Seat } from "./seat.ts";

/** A client that comes back, before it has been let in. */
function outside(start: Partial<Start> = {}): Screen {
  return new Screen("native", { token: "secret", ...start });
}

/** ... and one that is in the lobby. */
function inside(start: Partial<Start> = {}): Screen {
  const screen = outside(start);
  screen.hears(tell("entered", { nick: "chris", rooms: [] }));
  screen.hears(tell("joined", { room: "lobby", nick: "chris" }));
  screen.hears(tell("history", { room: "lobby", messages: [] }));
  screen.hears(tell("directs", { messages: [] }));
  return screen;
}

/** What it says to a server that is there again, and has forgotten it. */
function comesBack(screen: Screen, nick = "chris"): string[] {
  screen.loses();
  return [
    ...screen.takes({ type: "connected", now: 1 }),
    ...screen.hears(tell("entered", { nick, rooms: [] })),
  ].filter((line) => !line.startsWith("! "));
}

const refused = (code: string, about = "") => tell("failed", { command: "hello", code, about });
const notEntered = (command: string) => tell("failed", { command, code: "not-entered" });

Deno.test("the server's password comes along from where it is kept, and again on each return", () => {
  const screen = outside({ password: "open sesame" });
  assertEquals(screen.first[0], "> hello chris secret open sesame");
  screen.hears(tell("entered", { nick: "chris", rooms: [] }));
  assertEquals(comesBack(screen)[0], "> hello chris secret open sesame");
});

Deno.test("whoever can be asked for the server's password is, and what they type is not seen", () => {
  const screen = outside({ canAsk: true });
  assertEquals(screen.hears(refused("bad-password")), [
    "hides",
    "! *** the server has a password: type the server's password",
  ]);
  // What was asked for with the first hello was in vain.
  assertEquals(screen.hears(notEntered("join")), []);
  assertEquals(screen.hears(notEntered("directs")), []);
  assertEquals(screen.types("open sesam"), [
    "shows",
    "> hello chris secret open sesam",
    "> join lobby",
    "> directs limit=20",
  ]);
  assertEquals(screen.hears(refused("bad-password"))[1]?.slice(0, 20), "! *** that is not it");
  assertEquals(screen.types("open sesame")[1], "> hello chris secret open sesame");
  assertEquals(screen.hears(tell("entered", { nick: "chris", rooms: [] })), []);
  assertEquals(screen.types("hi"), ["> say lobby hi id=3"]);
  assertEquals(comesBack(screen)[0], "> hello chris secret open sesame");
});

Deno.test("where nobody can be asked, a password that is lacking ends it, and it says what to do", () => {
  const [remark, exit] = outside().hears(refused("bad-password"));
  assertMatch(remark!, /--password-file$/);
  assertEquals(exit, "exit 1");
});

Deno.test("a connection that ends while somebody is asked shows again what they type", () => {
  const screen = outside({ canAsk: true });
  screen.hears(refused("bad-password"));
  assertEquals(screen.loses().slice(0, 1), ["shows"]);
  const back = inside({ canAsk: true });
  back.loses();
  back.takes({ type: "connected", now: 1 });
  assertEquals(back.hears(refused("bad-password"))[0], "hides");
  assertEquals(back.loses()[0], "shows");
  assertEquals(back.takes({ type: "connected", now: 1 }), ["> hello chris secret"]);
});

Deno.test("a name that is somebody's ends it, and it says how one can be them", () => {
  const [remark, exit] = outside().hears(refused("nick-owned", "chris"));
  assertMatch(remark!, /^! \*\*\* chris: that name belongs to somebody.*chat key import.*\/login$/);
  assertEquals(exit, "exit 1");
});

Deno.test("who is kept out does not come back by themselves, whenever they are told", () => {
  for (const code of ["banned", "nick-owned", "bad-password"]) {
    const told = inside();
    told.types("hi");
    const actions = told.hears(refused(code));
    assertEquals(actions[0], "! *** the server has not confirmed 1 of the messages");
    assertEquals(actions.at(-1), "exit 1", code);
    const returning = inside();
    returning.loses();
    returning.takes({ type: "connected", now: 1 });
    assertEquals(returning.hears(refused(code)).at(-1), "exit 1", code);
  }
});

Deno.test("who is let in as a guest, on a wire that does not say so, goes by that name", () => {
  for (const nick of ["chris-guest", "chris-guest7"]) {
    const screen = new Screen("bgnet0");
    assertEquals(screen.hears(tell("joined", { room: "lobby", nick })), [
      `*** ${nick} has joined the chat`,
    ]);
    screen.types("hi");
    screen.hears(message({ seq: 1, nick, text: "hi" }));
    screen.ends();
    assertEquals(screen.loses(), ["exit 0"]);
    const seat = new Seat({ nick: "chris", rows: 3 });
    seat.hears(tell("joined", { room: "lobby", nick }));
    assertMatch(seat.sees(), new RegExp(`\\n${nick}> █$`));
  }
  const others = new Screen("bgnet0");
  others.hears(tell("joined", { room: "lobby", nick: "christine" }));
  others.hears(tell("joined", { room: "lobby", nick: "chris" }));
  others.hears(tell("joined", { room: "lobby", nick: "chris-guest" }));
  others.types("hi");
  others.hears(message({ seq: 1, nick: "chris", text: "hi" }));
  others.ends();
  assertEquals(others.loses(), ["exit 0"]);
});

Deno.test("a server that does not take our proof is remarked on once", () => {
  const about = "203.0.113.5:3490 is no address of this server's";
  const unproved = tell("failed", { command: "prove", code: "bad-proof", about });
  const screen = outside();
  const [remark, ...others] = screen.hears(unproved);
  assertMatch(remark!, /^! \*\*\* 203\.0\.113\.5:3490 is no address.*public_addresses$/);
  assertEquals(others, []);
  screen.hears(tell("entered", { nick: "chris", rooms: [] }));
  screen.loses();
  assertEquals(screen.hears(unproved), []);
});

Deno.test("what goes to and fro about keys is not shown", () => {
  const screen = outside();
  const key = `ed25519:${"A".repeat(43)}`;
  assertEquals(screen.hears(tell("identified", { key, nicks: ["chris"] })), []);
  assertEquals(screen.hears(tell("challenge", { key, nonce: "n" })), []);
  assertEquals(screen.hears(tell("passed", { nick: "chris", hash: "h", at: 1 })), []);
});

Deno.test("a room's password is said again on return, until the room is left or refuses it", () => {
  const endings: [string, (screen: Screen) => void][] = [
    ["left", (it) => it.hears(tell("parted", { room: "dev", nick: "chris" }))],
    ["sent out", (it) => it.hears(tell("kicked", { room: "dev", nick: "chris", by: "pat" }))],
    [
      "refused",
      (it) => it.hears(tell("failed", { command: "join", code: "bad-password", about: "dev" })),
    ],
  ];
  for (const [what, end] of endings) {
    const screen = inside();
    assertEquals(screen.types("/join dev open sesame"), ["> join dev open sesame"]);
    screen.hears(tell("joined", { room: "dev", nick: "chris" }));
    assertEquals(comesBack(screen).slice(1, 3), ["> join lobby from=1", "> join dev open sesame"]);
    end(screen);
    assertEquals(comesBack(screen).filter((it) => it.includes("dev")), [], what);
    assertEquals(screen.types("/join dev"), ["> join dev"], what);
  }
});

Deno.test("who is sent out of a room is not there any more, and hears why", () => {
  const screen = inside();
  screen.types("/join dev");
  screen.hears(tell("joined", { room: "dev", nick: "chris" }));
  const kicked = tell("kicked", { room: "dev", nick: "chris", by: "pat", reason: "enough" });
  assertEquals(screen.hears(kicked), [
    "*** chris was sent out of #dev by pat: enough; you are in #lobby now",
  ]);
  assertEquals(screen.types("hi"), ["> say lobby hi id=2"]);
  assertEquals(screen.hears(tell("kicked", { ...kicked, room: "lobby", reason: "" })), [
    "*** chris was sent out of #lobby by pat; you are in no room: /join one",
  ]);
  assertEquals(comesBack(screen), [
    "> hello chris secret",
    "> directs from=1",
    "> say lobby hi id=2",
  ]);
});

Deno.test("others who are sent out have only left", () => {
  const screen = inside();
  const kicked = tell("kicked", { room: "lobby", nick: "leslie", by: "pat" });
  assertEquals(screen.hears(kicked), ["*** leslie was sent out of #lobby by pat"]);
  assertEquals(screen.types("hi"), ["> say lobby hi id=1"]);
});

Deno.test("who has logged in does so again on return, and says hello as who they were before", () => {
  const screen = inside();
  assertEquals(screen.types("/login kris a-secret"), ["> login kris a-secret"]);
  screen.hears(tell("renamed", { nick: "chris", to: "kris" }));
  assertEquals(comesBack(screen).slice(0, 3), [
    "> hello chris secret",
    "> login kris a-secret",
    "> join lobby from=1",
  ]);
  screen.hears(tell("renamed", { nick: "chris", to: "kris" }));
  // Whose place was kept is still who they were.
  assertEquals(comesBack(screen, "kris")[1], "> join lobby from=1");
});

Deno.test("who has logged in, and goes by another name or is refused, does so no more", () => {
  const failed = tell("failed", { command: "login", code: "bad-proof" });
  const renamed = inside();
  renamed.types("/login kris a-secret");
  renamed.hears(tell("renamed", { nick: "chris", to: "kris" }));
  renamed.hears(tell("renamed", { nick: "kris", to: "pat" }));
  assertEquals(comesBack(renamed, "pat").slice(0, 2), [
    "> hello pat secret",
    "> join lobby from=1",
  ]);
  const refused = inside();
  refused.types("/login kris wrong");
  refused.hears(failed);
  assertEquals(comesBack(refused).slice(0, 2), ["> hello chris secret", "> join lobby from=1"]);
});

Deno.test("a secret that nobody could look at is not taken for a wrong one, and is shown again", () => {
  const screen = inside();
  screen.types("/login kris a-secret");
  screen.hears(tell("failed", { command: "login", code: "unavailable" }));
  assertEquals(screen.takes({ type: "quiet" }), ["> ping", "> login kris a-secret"]);
  screen.hears(tell("renamed", { nick: "chris", to: "kris" }));
  assertEquals(screen.takes({ type: "quiet" }), ["> ping"]);
});

// On a full screen.

Deno.test("the server's password is typed in place of a message, in signs, and not recalled", () => {
  const seat = new Seat({ rows: 4 });
  seat.status({ wasIn: false, wantsPassword: true });
  seat.types("open sesame");
  assertEquals(seat.sees().split("\n").at(-1), "password> ***********█");
  seat.done = [];
  seat.presses("enter");
  assertEquals(seat.done, ["send hello pat open sesame"]);
  seat.status({});
  seat.presses("up");
  assertEquals(seat.sees().split("\n").at(-1), "pat> █");
});

Deno.test("a room's topic is a line in its place, and stands in the status line", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 5 });
  seat.hears(tell("topic", { room: "lobby", nick: "", text: "all about \x1b[2J tea", at: 0 }));
  assertEquals(
    seat.sees(),
    drawn(`
      |*** pat has joined the chat
      |*** #lobby is about: all about ␛[2J tea
      | #lobby · 1 here · all about ␛[2J tea
      |pat> █
    `).replace(/^/, "\n"),
  );
  seat.hears(tell("topic", { room: "lobby", nick: "leslie", at: 1 }));
  assertEquals(seat.sees().split("\n").at(-2), " #lobby · 1 here");
});

Deno.test("what holds in a room is said there, also if one looks elsewhere", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 6 });
  seat.hears(tell("joined", { room: "dev", nick: "pat" }));
  const ruled = { room: "lobby", rule: "mute", subject: "nick:leslie", by: "chris", at: 1 };
  seat.hears(tell("ruled", ruled), tell("locked", { room: "lobby", by: "chris", at: 1 }));
  assert(!seat.sees().includes("leslie"));
  seat.presses("alt-1");
  assertMatch(seat.sees(), /leslie may only listen in #lobby \(chris\)/);
  assertMatch(seat.sees(), /#lobby is locked by chris/);
});

Deno.test("who is sent out of a room has no place there any more, and reads why where they are", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 6 });
  seat.hears(tell("joined", { room: "dev", nick: "pat" }));
  assertMatch(seat.sees(), / #dev/);
  seat.hears(tell("kicked", { room: "dev", nick: "pat", by: "chris", reason: "enough" }));
  assertMatch(seat.sees(), /pat was sent out of #dev by chris: enough\n #lobby/);
  seat.hears(tell("roster", { room: "lobby", nicks: ["pat", "leslie"] }));
  seat.hears(tell("kicked", { room: "lobby", nick: "leslie", by: "chris" }));
  assertMatch(seat.sees(), /leslie was sent out of #lobby by chris\n #lobby · 1 here/);
});

Deno.test("a secret to log in with is shown where one looks", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 6 });
  seat.enters("/query leslie");
  seat.hears(tell("token", { nick: "pat", token: "a-secret" }));
  assertMatch(seat.sees(), /log in from elsewhere with: \/login pat a-secret/);
});
