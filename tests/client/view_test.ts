/** Screens as people see them, drawn as they are; "|" is the left edge, "█" the cursor. */
import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { tell } from "../chat/events.ts";
import { drawn, Seat } from "./seat.ts";

const joined = (nick: string) => tell("joined", { room: "lobby", nick });
const left = (nick: string) => tell("quitted", { nick, rooms: ["lobby"] });

Deno.test("the sample session of the bgnet0 document looks as it is drawn there", () => {
  const seat = Seat.inLobby({ rows: 12 });
  seat.hearsSaid("pat", "Hello?");
  seat.hears(joined("leslie"));
  seat.hearsSaid("leslie", "hi everyone!");
  seat.hearsSaid("pat", "hows it going");
  seat.hears(joined("chris"));
  seat.hearsSaid("chris", "OK, now we can start!");
  seat.hearsSaid("pat", "lol");
  seat.hearsSaid("leslie", "Why are you always last?");
  seat.hears(left("chris"));
  seat.types("oh no!! :)");
  assertEquals(
    seat.sees(),
    drawn(`
      |*** pat has joined the chat
      |pat: Hello?
      |*** leslie has joined the chat
      |leslie: hi everyone!
      |pat: hows it going
      |*** chris has joined the chat
      |chris: OK, now we can start!
      |pat: lol
      |leslie: Why are you always last?
      |*** chris has left the chat
      | #lobby · 2 here
      |pat> oh no!! :)█
    `),
  );
});

Deno.test("a screen of 20 columns and 5 rows shows the end of what was said, wrapped", () => {
  const seat = Seat.inLobby({ columns: 20, rows: 5 });
  seat.hearsSaid("leslie", "one two three four five six seven");
  assertEquals(
    seat.sees(),
    drawn(`
      |leslie: one two
      |  three four five
      |  six seven
      | #lobby · 1 here
      |pat> █
    `),
  );
});

Deno.test("a time stands before each message, and the day before the first of each", () => {
  const seat = Seat.inLobby({ rows: 8, time: "hh:mm" });
  seat.hearsSaid("pat", "good night");
  seat.passes(13 * 60 * 60 * 1000);
  seat.hearsSaid("leslie", "good morning to everybody who is up");
  assertEquals(
    seat.sees(),
    drawn(`
      |12:00 *** pat has joined the chat
      |12:00 pat: good night
      |────────────── 2026-11-22 ──────────────
      |01:00 leslie: good morning to everybody
      |      who is up
      |
      | #lobby · 1 here
      |pat> █
    `).replace(/\n\n/, "\n").replace(/^/, "────────────── 2026-11-21 ──────────────\n"),
  );
});

Deno.test("characters of two columns never straddle the right edge", () => {
  const seat = Seat.inLobby({ columns: 12, rows: 6 });
  seat.hearsSaid("leslie", "漢字漢字漢字");
  assertEquals(
    seat.sees(),
    drawn(`
      |  joined the
      |  chat
      |leslie: 漢字
      |  漢字漢字
      | #lobby · 1
      |pat> █
    `),
  );
});

Deno.test("whoever has scrolled back is not moved by what arrives, and is told that there is more", () => {
  const seat = Seat.inLobby({ rows: 5 });
  for (let number = 1; number <= 9; number++) seat.hearsSaid("leslie", `line ${number}`);
  seat.presses("page-up");
  const before = seat.sees();
  assertEquals(before.split("\n").slice(0, 3), [
    "leslie: line 6",
    "leslie: line 7",
    "leslie: line 8",
  ]);
  assert(before.includes("more below"), before);
  seat.hearsSaid("leslie", "line 10");
  assertEquals(seat.sees(), before.replace("more below", "new messages below"));
  seat.presses("escape");
  assertEquals(seat.sees().split("\n")[2], "leslie: line 10");
});

Deno.test("at the top older messages are asked for, once, and come in above", () => {
  const seat = Seat.inLobby({ rows: 5 });
  const message = (seq: number) =>
    tell("message", { room: "lobby", seq, at: 1, nick: "leslie", text: `line ${seq}` });
  seat.hears(message(7), message(8));
  seat.presses("page-up", "page-up");
  assertEquals(seat.done, ["send history 200 7 lobby"]);
  const { type: _, ...said } = message(6);
  seat.hears(tell("history", { room: "lobby", messages: [said], last: 8 }));
  seat.presses("page-up");
  assertEquals(seat.sees().split("\n")[0], "leslie: line 6");
});

Deno.test("what is new since one looked away stands below a line", () => {
  const seat = Seat.inLobby({ rows: 7 });
  seat.hearsSaid("leslie", "seen");
  seat.hears(tell("joined", { room: "dev", nick: "pat" }));
  seat.hearsSaid("leslie", "new");
  seat.hearsSaid("leslie", "pat: and to you");
  assertEquals(seat.sees().split("\n").at(-2), " #dev  1:#lobby 2!");
  seat.presses("alt-1");
  assertEquals(
    seat.sees(),
    drawn(`
      |*** pat has joined the chat
      |leslie: seen
      |───────────────── new ─────────────────
      |leslie: new
      |leslie: pat: and to you
      | #lobby · 1 here  2:#dev
      |pat> █
    `),
  );
});

Deno.test("what is said stands there at once, and stays when it is confirmed", () => {
  const seat = Seat.inLobby({ rows: 5 });
  seat.enters("hello");
  assertEquals(seat.done, ["send say lobby hello"]);
  seat.status({ pending: [ask("say", { room: "lobby", text: "hello", id: "1" })] });
  assertEquals(seat.sees().split("\n")[2], "pat: hello");
  seat.hearsSaid("pat", "hello");
  seat.status({});
  assertEquals(seat.sees().split("\n").slice(0, 3), [
    "",
    "*** pat has joined the chat",
    "pat: hello",
  ]);
});

Deno.test("a lost connection counts down in the status line", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 4 });
  seat.status({ isIn: false, retryMilliseconds: 4000 });
  assertEquals(seat.sees().split("\n")[2], " #lobby · no connection, again in 4 s · 1 here");
  seat.passes(1500);
  assertEquals(seat.sees().split("\n")[2], " #lobby · no connection, again in 3 s · 1 here");
});

Deno.test("strangers' text is shown with signs for what a terminal would obey", () => {
  const seat = Seat.inLobby({ rows: 6 });
  seat.hearsSaid("leslie", "\x1b]0;title\x07 \u202eback \x9b2J");
  seat.hearsSaid("leslie", "one\nmallory: two");
  assertEquals(
    seat.sees(),
    drawn(`
      |leslie: ␛]0;title␇ <U+202E>back
      |  <U+009B>2J
      |leslie: one
      |  mallory: two
      | #lobby · 1 here
      |pat> █
    `),
  );
});

Deno.test("a line that is longer than the screen shows the part where the cursor is", () => {
  const seat = Seat.inLobby({ columns: 20, rows: 3 });
  seat.types("abcdefghijklmnopqrstuvwxyz");
  assertEquals(seat.sees().split("\n").at(-1), "pat> mnopqrstuvwxyz█");
  seat.presses("home");
  assertEquals(seat.sees().split("\n").at(-1), "pat> █bcdefghijklmno");
});

Deno.test("no screen is too small, or too large", () => {
  for (const [columns, rows] of [[1, 1], [2, 2], [5, 3], [300, 100]] as const) {
    const seat = Seat.inLobby({ columns, rows });
    seat.hearsSaid("leslie", "hello to everybody 漢字");
    seat.types("some words");
    assertEquals(seat.sees().split("\n").length, rows);
  }
});

Deno.test("a direct message is shown in a place of its own, and elsewhere only that it came", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 4 });
  seat.hears(tell("told", { nick: "leslie", to: "pat", seq: 1, at: 1, text: "psst" }));
  assertEquals(
    seat.sees(),
    drawn(`
      |*** pat has joined the chat
      |*** leslie speaks to you alone: Alt-2 shows it
      | #lobby  2:@leslie 1! · 1 here
      |pat> █
    `),
  );
  seat.presses("alt-2");
  assert(seat.sees().includes("leslie -> pat: psst"));
});

Deno.test("on a narrow screen what is unread is seen before all else in the status line", () => {
  const seat = Seat.inLobby({ columns: 24, rows: 4 });
  for (const room of ["dev", "random", "ops"]) seat.hears(tell("joined", { room, nick: "pat" }));
  seat.hearsSaid("leslie", "pat?", "random");
  assertEquals(seat.sees().split("\n")[2], " #ops  3:#random 1!  1:#");
});

Deno.test("how long answers take is shown only where one can notice it, and only if it was asked", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 3 });
  seat.hears({ type: "pong", token: "" });
  assertEquals(seat.sees().split("\n")[1], " #lobby · 1 here");
  seat.passes(20_000);
  assertEquals(seat.done, ["send ping"]);
  seat.passes(300);
  seat.hears({ type: "pong", token: "" });
  assertEquals(seat.sees().split("\n")[1], " #lobby · 1 here · answers take 300 ms");
});

Deno.test("many messages that are held up are counted", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 3 });
  const said = (text: string) => ask("say", { room: "lobby", text, id: text });
  seat.status({ pending: Array.from({ length: 6 }, (_, index) => said(`${index}`)) });
  assertEquals(seat.sees().split("\n")[1], " #lobby · sending 6 · 1 here");
});

Deno.test("somebody who comes for the first time is told who is here and how to find more", () => {
  const seat = new Seat({ columns: 70, rows: 5, hints: true });
  seat.hears(tell("entered", { nick: "pat", rooms: [] }));
  seat.hears(tell("joined", { room: "lobby", nick: "pat" }));
  seat.hears(tell("roster", { room: "lobby", nicks: ["leslie", "pat"] }));
  assertEquals(
    seat.sees(),
    drawn(`
      |*** pat has joined the chat
      |*** /help lists what can be typed, PgUp scrolls back, /q leaves
      |*** 2 here: leslie, pat
      | #lobby · 2 here
      |pat> █
    `),
  );
});
