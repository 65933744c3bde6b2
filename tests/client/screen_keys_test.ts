/** What keys do on the full screen. */
import { assert, assertEquals } from "@std/assert";
import { tell } from "../chat/events.ts";
import { Seat } from "./seat.ts";

const typed = (seat: Seat) => seat.sees().split("\n").at(-1);
const here = (seat: Seat) => /^ (\S+)/.exec(seat.sees().split("\n").at(-2)!)?.[1];

/** Somebody in the lobby, in dev and in random, looking at random. */
function inThreeRooms(): Seat {
  const seat = Seat.inLobby({ columns: 60 }, "leslie", "chris", "christine");
  for (const room of ["dev", "random"]) seat.hears(tell("joined", { room, nick: "pat" }));
  seat.done = [];
  return seat;
}

Deno.test("arriving messages leave what is being typed as it is", () => {
  const seat = Seat.inLobby();
  seat.types("half a sen");
  for (let number = 0; number < 100; number++) seat.hearsSaid("leslie", `line ${number}`);
  assertEquals(typed(seat), "pat> half a sen█");
});

Deno.test("what was entered comes back with Up, and the line being typed with Down", () => {
  const seat = Seat.inLobby();
  seat.enters("one");
  seat.enters("two");
  seat.types("three");
  const seen = ["up", "up", "up", "down", "down"].map((key) => {
    seat.presses(key);
    return typed(seat);
  });
  assertEquals(seen, ["pat> two█", "pat> one█", "pat> one█", "pat> two█", "pat> three█"]);
});

Deno.test("Ctrl-R finds what was entered by what is typed, then older ones", () => {
  const seat = Seat.inLobby();
  for (const line of ["deploy one", "lunch", "deploy two"]) seat.enters(line);
  seat.types("depl");
  seat.presses("ctrl-r");
  assertEquals(typed(seat), "pat> deploy two█");
  seat.presses("ctrl-r");
  assertEquals(typed(seat), "pat> deploy one█");
});

Deno.test("Tab completes nicks, rooms and commands, and goes on to the next", () => {
  const wishes: [typed: string, tabs: number, line: string][] = [
    ["les", 1, "pat> leslie: █"],
    ["hello les", 1, "pat> hello leslie █"],
    ["chr", 2, "pat> christine: █"],
    ["chr", 3, "pat> chris: █"],
    ["/jo", 1, "pat> /join █"],
    ["/message chris", 2, "pat> /message christine █"],
    ["#ra", 1, "pat> #random █"],
    ["/join d", 1, "pat> /join dev █"],
    ["zzz", 1, "pat> zzz█"],
  ];
  for (const [text, tabs, line] of wishes) {
    const seat = inThreeRooms();
    seat.presses("alt-1");
    seat.types(text);
    for (let count = 0; count < tabs; count++) seat.presses("tab");
    assertEquals(typed(seat), line);
  }
});

Deno.test("Alt and a digit, Ctrl-N and Ctrl-P, and Alt-A go to other rooms", () => {
  const seat = inThreeRooms();
  const places = ["alt-1", "alt-2", "alt-9", "ctrl-n", "ctrl-n", "ctrl-p"].map((key) => {
    seat.presses(key);
    return here(seat);
  });
  assertEquals(places, ["#lobby", "#dev", "#dev", "#random", "#lobby", "#random"]);
  seat.hearsSaid("leslie", "hi", "dev");
  seat.presses("alt-a");
  assertEquals(here(seat), "#dev");
});

Deno.test("what is said goes to the place that one looks at", () => {
  const seat = inThreeRooms();
  seat.enters("to random");
  seat.presses("alt-2");
  seat.enters("/me waves");
  seat.hears(tell("told", { nick: "leslie", to: "pat", seq: 1, at: seat.time, text: "psst" }));
  seat.presses("alt-4");
  seat.enters("psst yourself");
  assertEquals(seat.done, [
    "send say random to random",
    "send act dev waves",
    "ring leslie: psst",
    "send tell leslie psst yourself",
  ]);
});

Deno.test("somebody who is spoken to is rung for, and nobody else", () => {
  const seat = Seat.inLobby();
  for (const text of ["pat: look", "compatible", "ask PAT", "nothing"]) {
    seat.hearsSaid("leslie", text);
  }
  seat.hearsSaid("pat", "pat said pat");
  assertEquals(seat.done, ["ring leslie: pat: look", "ring leslie: ask PAT"]);
});

Deno.test("several lines that are pasted are sent only if they are meant", () => {
  const seat = Seat.inLobby();
  seat.pastes("one line\n");
  assertEquals(typed(seat), "pat> one line█");
  seat.presses("ctrl-c");
  seat.pastes("one\r\ntwo\n\nthree");
  assertEquals(typed(seat), 'send 3 lines ("one" ...)? y/n █');
  seat.presses("up");
  assertEquals(typed(seat), 'send 3 lines ("one" ...)? y/n █');
  seat.types("n");
  assertEquals(seat.done, []);
  seat.pastes("one\n/quit");
  seat.types("y");
  assertEquals(seat.done, ["send say lobby one", "send say lobby /quit"]);
});

Deno.test("a mistyped command is never sent, and //x says /x", () => {
  const seat = Seat.inLobby({ columns: 60 });
  seat.enters("/mesage leslie secret");
  assertEquals(seat.done, []);
  assert(seat.sees().includes("did you mean /message?"));
  seat.enters("//me");
  assertEquals(seat.done, ["send say lobby /me"]);
});

Deno.test("Ctrl-C clears the line, then leaves; Ctrl-D leaves an empty one", () => {
  const seat = Seat.inLobby();
  seat.types("text");
  seat.presses("ctrl-d", "ctrl-c");
  assertEquals([typed(seat), seat.done], ["pat> █", []]);
  seat.presses("ctrl-c");
  assertEquals(seat.done, ["send quit"]);
  seat.take({ type: "disconnected", now: 0, chance: 0 });
  assertEquals(seat.done, ["send quit", "exit 0"]);
});

Deno.test("/join goes where one is already, and to a new room when one is let in", () => {
  const seat = inThreeRooms();
  seat.enters("/join #lobby");
  assertEquals([here(seat), seat.done], ["#lobby", []]);
  seat.enters("/join ops");
  assertEquals([here(seat), seat.done], ["#lobby", ["send join ops"]]);
  seat.hears(tell("joined", { room: "ops", nick: "pat" }));
  assertEquals(here(seat), "#ops");
});

Deno.test("/close leaves a room, and puts away the place of a person", () => {
  const seat = inThreeRooms();
  seat.enters("/close");
  assertEquals(seat.done, ["send part random"]);
  seat.hears(tell("parted", { room: "random", nick: "pat" }));
  assertEquals(here(seat), "#dev");
  seat.enters("/message leslie hi");
  assertEquals(here(seat), "#dev");
  seat.enters("/query leslie");
  assertEquals(here(seat), "@leslie");
  seat.enters("/close");
  assertEquals(here(seat), "#dev");
});

Deno.test("/help lists the commands of the table and what keys do", () => {
  const seat = Seat.inLobby({ columns: 100, rows: 40 });
  seat.enters("/help");
  for (const word of ["/join <room>", "/search <text>", "//text", "tab ", "alt-1", "ctrl-r"]) {
    assert(seat.sees().includes(word), word);
  }
});

Deno.test("/trace shows what goes over the wire, and puts it away again", () => {
  const seat = Seat.inLobby({ columns: 60 });
  seat.take({ type: "trace", text: "not kept, for nobody looks" });
  seat.enters("/trace");
  seat.take({ type: "trace", text: '> {"type":"ping"}' });
  assert(seat.sees().includes('> {"type":"ping"}'));
  assert(!seat.sees().includes("not kept"));
  seat.enters("/trace");
  assertEquals(here(seat), "#lobby");
});

Deno.test("who is here follows those who come, go and change their names, without being shown", () => {
  const seat = Seat.inLobby({}, "leslie");
  seat.hears(tell("joined", { room: "lobby", nick: "chris" }));
  seat.hears(tell("renamed", { nick: "leslie", to: "les" }));
  assert(seat.sees().includes("#lobby · 3 here"));
  assert(!seat.sees().includes("here:"));
  seat.hears(tell("quitted", { nick: "les", rooms: ["lobby"] }));
  assert(seat.sees().includes("#lobby · 2 here"));
});
