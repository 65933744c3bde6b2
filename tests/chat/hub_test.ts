import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Effect } from "../../src/chat/effect.ts";
import { Hub } from "../../src/chat/hub.ts";
import { LIMITS } from "./limits.ts";

/** A chat on one node: what is published happens at once, and all that anybody is told is written down. */
class Evening {
  hub: Hub;
  told: string[] = [];
  #seq = 0;

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.hub = new Hub({ ...LIMITS, ...limits });
  }

  /** What the wish of a session leads to, each effect in a line. */
  does(session: number, command: Command): string[] {
    this.told = [];
    this.#perform(this.hub.handle(session, command, AT));
    return this.told;
  }

  vanishes(session: number): string[] {
    this.told = [];
    this.#perform(this.hub.leave(session, ""));
    return this.told;
  }

  /** People who are in rooms, by session from 1. */
  static of(people: Record<string, string[]>, limits: Partial<typeof LIMITS> = {}): Evening {
    const evening = new Evening(limits);
    for (const [index, [nick, rooms]] of Object.entries(people).entries()) {
      evening.does(index + 1, ask("hello", { nick }));
      for (const room of rooms) evening.does(index + 1, ask("join", { room }));
    }
    return evening;
  }

  #perform(effects: Effect[]) {
    for (const effect of effects) {
      if (effect.type === "publish") {
        const { fact, origin } = effect;
        if (fact.type === "message") fact.seq = ++this.#seq;
        this.#perform(this.hub.apply(fact, origin));
      } else {
        this.told.push(line(effect));
      }
    }
  }
}

function line(effect: Effect): string {
  switch (effect.type) {
    case "send":
      return `${[...effect.to].join()} < ${words(effect.event)}`;
    case "reply":
      return `${effect.to} < ${words(effect.event)}`;
    case "replay":
      return `${effect.to} < replay ${effect.room} ${effect.limit} before ${effect.before}`;
    default:
      return `${effect.type} ${effect.type === "close" ? effect.session : ""}`;
  }
}

/** The event's name and the values of its fields, but for the time. */
function words(event: object): string {
  const fields = Object.entries(event).filter(([name]) => name !== "at").map(([, value]) => value);
  return fields.map((it) => typeof it === "object" ? JSON.stringify(it) : it).join(" ").trim();
}

const AT = { now: 1000, peer: "127.0.0.1:5000" };

const say = (text: string, room = "lobby", id = ""): Command => ({ type: "say", room, text, id });

Deno.test("somebody who says hello and joins is told so, and then sees what was said", () => {
  const evening = new Evening();
  assertEquals(evening.does(1, ask("hello", { nick: "chris" })), ["1 < entered chris"]);
  assertEquals(evening.does(1, ask("join", { room: "lobby" })), [
    "1 < joined lobby chris",
    "1 < replay lobby 50 before 0",
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
  assertEquals(evening.does(1, tell("PAT")), ["2,1 < told chris pat psst"]);
  assertEquals(evening.does(1, tell("chris")), ["1 < told chris chris psst"]);
});

Deno.test("a new name is told to all who share a room, and the old one is free", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby"], leslie: ["dev"] });
  assertEquals(evening.does(1, { type: "rename", nick: "kris" }), ["1,2 < renamed chris kris"]);
  assertEquals(evening.does(4, ask("hello", { nick: "chris" })), ["4 < entered chris"]);
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
  assertEquals(evening.hub.snapshot(), { members: [[3, "leslie"]], rooms: [["lobby", [3]]] });
});

Deno.test("rosters, rooms and history are told to the one who asks", () => {
  const evening = Evening.of({ chris: ["lobby"], pat: ["lobby", "dev"] });
  assertEquals(evening.does(1, { type: "who", room: "dev" }), ['1 < roster dev ["pat"]']);
  assertEquals(evening.does(1, { type: "who", room: "" }), ['1 < roster  ["chris","pat"]']);
  assertEquals(evening.does(1, { type: "rooms" }), [
    '1 < rooms [{"room":"lobby","members":2},{"room":"dev","members":1}]',
  ]);
  const history = (limit: number, before = 0): Command => (
    { type: "history", room: "lobby", limit, before }
  );
  assertEquals(evening.does(1, history(7, 20)), ["1 < replay lobby 7 before 20"]);
});

Deno.test("a history request is clamped to what is allowed", () => {
  const evening = Evening.of({ chris: ["lobby"] });
  for (const [limit, shown] of [[0, 500], [-1, 500], [501, 500], [1e15, 500], [500, 500]]) {
    assertEquals(
      evening.does(1, ask("history", { room: "lobby", limit: limit!, before: -5 })),
      [`1 < replay lobby ${shown} before 0`],
    );
  }
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
  ["who is in no room", 1, { type: "who", room: "a b" }, "bad-room"],
];

for (const [why, session, command, code] of REFUSED) {
  Deno.test(`refused: ${why}`, () => {
    const evening = Evening.of({ chris: ["lobby"], pat: ["dev"] });
    const before = evening.hub.snapshot();
    const effects: Effect[] = [];
    for (const effect of evening.hub.handle(session, command, AT)) {
      if (effect.type !== "publish") effects.push(effect);
      else effects.push(...evening.hub.apply(effect.fact, effect.origin));
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

Deno.test("joining a room twice changes nothing and says nothing", () => {
  const evening = Evening.of({ chris: ["lobby"] });
  assertEquals(evening.does(1, ask("join", { room: "Lobby" })), []);
});

Deno.test("limits hold for those who come in the same turn, too", () => {
  const hub = new Hub({ ...LIMITS, maxUsers: 2, maxRooms: 1 });
  /** What became of wishes that were all made before any of them came true. */
  const inOneTurn = (commands: [number, Command][]) => {
    const proposed = commands.flatMap(([from, command]) => hub.handle(from, command, AT));
    return proposed.flatMap((it) => it.type === "publish" ? hub.apply(it.fact, it.origin) : [it])
      .flatMap((it) => it.type === "reply" && it.event.type === "failed" ? [it.event.code] : []);
  };
  assertEquals(inOneTurn([1, 2, 3].map((it) => [it, { type: "hello", nick: `guest${it}` }])), [
    "server-full",
  ]);
  assertEquals(inOneTurn([1, 2].map((it) => [it, { type: "join", room: `room${it}` }])), [
    "too-many-rooms",
  ]);
});
