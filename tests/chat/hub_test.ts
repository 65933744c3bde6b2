import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Effect } from "../../src/chat/effect.ts";
import { AT, Evening } from "./evening.ts";
import { LIMITS } from "./limits.ts";

const say = (text: string, room = "lobby", id = ""): Command => ({ type: "say", room, text, id });

Deno.test("somebody who says hello and joins is told so, and then sees what was said", () => {
  const evening = new Evening();
  assertEquals(evening.does(1, ask("hello", { nick: "chris" })), ["1 < entered chris []"]);
  assertEquals(evening.does(1, ask("join", { room: "lobby" })), [
    "1 < joined lobby chris",
    "1 < recall history room lobby limit 50",
  ]);
});

Deno.test("everybody in a room is told what is said there, its author too, and nobody else", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby", "dev"], leslie: ["dev"] });
  assertEquals(evening.does(1, say("hi", "lobby", "x1")), [
    "1,2 < message lobby 1 chris hi false x1",
  ]);
  assertEquals(evening.does(3, { type: "act", room: "DEV", text: "waves", id: "" }), [
    "2,3 < message dev 2 leslie waves true",
  ]);
});

Deno.test("a direct message reaches the two, and one to oneself arrives once", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby"], leslie: ["lobby"] });
  const tell = (nick: string): Command => ({ type: "tell", nick, text: "psst", id: "" });
  assertEquals(evening.does(1, tell("PAT")), ["2,1 < told chris pat 0 psst"]);
  assertEquals(evening.does(1, tell("chris")), ["1 < told chris chris 0 psst"]);
});

Deno.test("a new name is told to all who share a room, and the old one is free", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby"], leslie: ["dev"] });
  assertEquals(evening.does(1, { type: "rename", nick: "kris" }), ["1,2 < renamed chris kris"]);
  assertEquals(evening.does(4, ask("hello", { nick: "chris" })), ["4 < entered chris []"]);
  assertEquals(evening.does(1, { type: "rename", nick: "Kris" }), ["1,2 < renamed kris Kris"]);
  assertEquals(evening.does(4, { type: "rename", nick: "cris" }), ["4 < renamed chris cris"]);
});

Deno.test("leaving a room is told to those who stay and to the one who leaves", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby"] });
  assertEquals(evening.does(2, { type: "part", room: "lobby" }), [
    "1 < parted lobby pat",
    "2 < parted lobby pat",
  ]);
  assertEquals(evening.does(1, say("alone?")), ["1 < message lobby 1 chris alone? false"]);
});

Deno.test("leaving the chat is told once to each who shared a room, and ends the connection", () => {
  const rooms = ["lobby", "dev"];
  const evening = Evening.of({ chris: rooms, pat: rooms, leslie: ["lobby"] });
  const expected = ['2,3 < quitted chris ["lobby","dev"] bye', "close 1"];
  assertEquals(evening.does(1, { type: "quit", reason: "bye" }), expected);
  assertEquals(evening.vanishes(2), ['3 < quitted pat ["lobby","dev"]', "close 2"]);
  assertEquals(evening.vanishes(2), []);
  const { members, rooms: left } = evening.hub.snapshot();
  assertEquals([members, left], [[[3, "leslie"]], [["lobby", [3]]]]);
});

Deno.test("rosters and rooms are told to the one who asks", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby", "dev"] });
  assertEquals(evening.does(1, { type: "who", room: "dev" }), ['1 < roster dev ["pat"]']);
  assertEquals(evening.does(1, { type: "who", room: "" }), ['1 < roster  ["chris","pat"]']);
  assertEquals(evening.does(1, { type: "rooms" }), [
    '1 < rooms [{"room":"lobby","members":2},{"room":"dev","members":1}]',
  ]);
});

Deno.test("a ping is answered, also to somebody who has not said hello", () => {
  assertEquals(new Evening().does(9, { type: "ping", token: "t" }), ["9 < pong t"]);
});

const long = "x".repeat(LIMITS.maxTextBytes + 1);

/** What is refused, to chris in the lobby (1) with pat in dev (2), and with which code. */
const REFUSED: [why: string, session: number, command: Command, code: string][] = [
  ["speaking before hello", 9, say("hi"), "not-entered"],
  ["a second hello", 1, ask("hello", { nick: "kris" }), "already-entered"],
  ["a name that is none", 9, ask("hello", { nick: "a b" }), "bad-nick"],
  ["a name that is taken", 9, ask("hello", { nick: "CHRIS" }), "nick-in-use"],
  ["a twin in Cyrillic", 9, ask("hello", { nick: "сhris" }), "nick-in-use"],
  ["the server's name", 9, ask("hello", { nick: "[Server]" }), "reserved-nick"],
  ["a taken name by rename", 1, { type: "rename", nick: "Pat" }, "nick-in-use"],
  ["the server's name by rename", 1, { type: "rename", nick: "system" }, "reserved-nick"],
  ["a room that is none", 1, ask("join", { room: "a b" }), "bad-room"],
  ["leaving a room one is not in", 1, { type: "part", room: "dev" }, "not-a-member"],
  ["speaking where one is not", 1, say("hi", "dev"), "not-a-member"],
  ["speaking where nobody is", 1, say("hi", "nowhere"), "not-a-member"],
  ["an empty text", 1, say(""), "bad-text"],
  ["half a character", 1, say("\ud83d"), "bad-text"],
  ["a NUL", 1, say("a\0b"), "bad-text"],
  ["a text too long", 1, say(long), "too-long"],
  ["a text too long to one", 1, { type: "tell", nick: "pat", text: long, id: "" }, "too-long"],
  ["an id too long", 1, say("hi", "lobby", "i".repeat(201)), "bad-request"],
  ["telling nobody", 1, { type: "tell", nick: "bob", text: "hi", id: "" }, "no-such-nick"],
  ["others' history", 1, ask("history", { room: "dev", limit: 5 }), "not-a-member"],
  ["the history of no room", 1, ask("history", { room: "a b" }), "not-a-member"],
  ["history before hello", 9, ask("history", { room: "lobby" }), "not-entered"],
  ["a search where one is not", 1, ask("search", { room: "dev", text: "tea" }), "not-a-member"],
  ["a search where nobody is", 1, ask("search", { room: "x", text: "tea" }), "not-a-member"],
  ["a search for nothing", 1, ask("search", { room: "lobby", text: "" }), "bad-text"],
  ["a search with a NUL", 1, ask("search", { text: "a\0b" }), "bad-text"],
  ["a search too long", 1, ask("search", { text: "x".repeat(201) }), "too-long"],
  ["a search before hello", 9, ask("search", { text: "tea" }), "not-entered"],
  ["asking when a bad name was seen", 1, ask("seen", { nick: "a b" }), "bad-nick"],
  ["asking who was seen before hello", 9, ask("seen", { nick: "pat" }), "not-entered"],
  ["direct messages before hello", 9, ask("directs", {}), "not-entered"],
  ["who is in no room", 1, { type: "who", room: "a b" }, "bad-room"],
];

for (const [why, session, command, code] of REFUSED) {
  Deno.test(`refused: ${why}`, () => {
    const evening = Evening.of({ chris: ["lobby"], pat: ["dev"] });
    const before = evening.hub.snapshot();
    const effects: Effect[] = [];
    for (const effect of evening.hub.handle(session, command, AT)) {
      if (effect.type !== "publish") effects.push(effect);
      else effects.push(...evening.hub.apply(effect.fact, effect.origin, effect.aside));
    }
    const failures = effects.map((effect) =>
      effect.type === "reply" && effect.event.type === "failed"
        ? [effect.to, effect.event.command, effect.event.code]
        : effect
    );
    assertEquals(failures, [[session, command.type, code]]);
    assertEquals(evening.hub.snapshot(), before);
  });
}

Deno.test("what is refused is told back only in part, and well-formed", () => {
  const [effect] = new Evening().hub.handle(1, ask("hello", { nick: "\ud800".repeat(999) }), AT);
  assertEquals(effect?.type === "reply" && effect.event, {
    type: "failed",
    command: "hello",
    code: "bad-nick",
    about: "\ufffd".repeat(64),
    id: "",
  });
});

Deno.test("one user past the limit is told that the server is full", () => {
  const evening = Evening.of({ chris: [], pat: [] }, { maxUsers: 2 });
  assertEquals(evening.does(3, ask("hello", { nick: "leslie" })), [
    "3 < failed hello server-full",
  ]);
});

Deno.test("one room past the limits cannot be made or joined", () => {
  const evening = Evening.of({ chris: ["a", "b"], pat: ["a"] }, {
    maxRooms: 2,
    maxRoomsPerUser: 2,
  });
  const join = (room: string): Command => (ask("join", { room }));
  assertEquals(evening.does(2, join("c")), ["2 < failed join too-many-rooms c"]);
  assertEquals(evening.does(1, join("d")), ["1 < failed join too-many-rooms d"]);
  assertEquals(evening.does(2, join("b")).length, 2);
});

Deno.test("who joins a room that they are in is answered, and nobody else learns of it", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby"] });
  const before = evening.hub.snapshot();
  assertEquals(evening.does(1, ask("join", { room: "Lobby" })), [
    "1 < joined lobby chris",
    "1 < recall history room lobby limit 50",
  ]);
  assertEquals(evening.hub.snapshot(), before);
});

Deno.test("who comes back is told their name and their rooms, and nobody else learns of it", () => {
  const evening = Evening.of({ chris: ["lobby", "dev"], pat: ["lobby"], leslie: [] });
  assertEquals(evening.comesBack(1), ['1 < entered chris ["lobby","dev"]']);
  assertEquals(evening.comesBack(3), ["3 < entered leslie []"]);
  assertEquals(evening.comesBack(9), []);
});

Deno.test("a direct message goes to whom it was meant for, whoever has their name by then", () => {
  const evening = Evening.of({ chris: ["lobby"], bob: ["lobby"], mallory: ["lobby"] });
  const told = evening.doTogether(
    [2, { type: "rename", nick: "rob" }],
    [3, { type: "rename", nick: "bob" }],
    [1, { type: "tell", nick: "bob", text: "psst", id: "x1" }],
  );
  assertEquals(told.slice(2), ["2,1 < told chris bob 0 psst x1"]);
});

Deno.test("a direct message to somebody who has just left is theirs, whoever has their name", () => {
  const evening = Evening.of({ chris: ["lobby"], bob: [], mallory: [] });
  const told = evening.doTogether(
    [2, { type: "quit", reason: "" }],
    [3, { type: "rename", nick: "bob" }],
    [1, { type: "tell", nick: "bob", text: "psst", id: "x1" }],
  );
  assertEquals(told.filter((line) => line.includes("psst")), ["1 < told chris bob 0 psst x1"]);
});

Deno.test("limits hold for those who come in the same turn, too", () => {
  const evening = new Evening({ maxUsers: 2, maxRooms: 1 });
  const refused = (...wishes: [number, Command][]) =>
    evening.doTogether(...wishes).filter((line) => line.includes("failed"));
  const hellos = [1, 2, 3].map((
    it,
  ): [number, Command] => [it, ask("hello", { nick: `guest${it}` })]);
  assertEquals(refused(...hellos), ["3 < failed hello server-full"]);
  const joins = [1, 2].map((it): [number, Command] => [it, ask("join", { room: `room${it}` })]);
  assertEquals(refused(...joins), ["2 < failed join too-many-rooms room2"]);
});
