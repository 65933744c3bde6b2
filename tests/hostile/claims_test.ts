/** Names and orders in one turn, where chance decides who was first: the hub's part of it, without a server. */
import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import { LocalBus } from "../../src/bus/local.ts";
import { type Deed, isDeed } from "../../src/chat/event.ts";
import { Hub } from "../../src/chat/hub.ts";
import type { Effect } from "../../src/chat/effect.ts";
import { LIMITS } from "../chat/limits.ts";

const KEYS = ["k", "o", "p", "r"].map((letter) => `ed25519:${letter.repeat(43)}`);
const [ANN, EVE, PAT, ROOT] = KEYS as [string, string, string, string];

/** A hub behind a bus, whose turns end when the test says so. */
class Table {
  hub: Hub;
  told: string[] = [];
  deeds: Deed[] = [];
  now = 1_000_000;
  #limits: Partial<typeof LIMITS>;
  #endTurn: (() => void)[] = [];
  #bus = new LocalBus({
    keep: (kept) => {
      for (const { fact } of kept) if (isDeed(fact)) this.deeds.push(structuredClone(fact));
      return new Map();
    },
    afterTurn: (run) => this.#endTurn.push(run),
  });

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.#limits = { operators: new Set([ROOT]), ...limits };
    this.hub = new Hub({ ...LIMITS, ...this.#limits });
    this.#bus.subscribe({
      apply: (fact, origin, aside) => this.#perform(this.hub.apply(fact, origin, aside)),
      refuse() {},
      repeat() {},
    });
  }

  /** All of it in one turn. */
  turn(...wishes: [session: number, key: string, command: Command][]) {
    this.told = [];
    for (const [session, key, command] of wishes) {
      const peer = `10.0.0.${session}:5000`;
      this.#perform(
        this.hub.handle(session, command, { now: this.now, peer, key, canProve: true }),
      );
    }
    for (let run; (run = this.#endTurn.shift());) run();
  }

  afterRestart(): Hub {
    const later = new Hub({ ...LIMITS, ...this.#limits });
    for (const deed of this.deeds) later.restore(structuredClone(deed));
    return later;
  }

  #perform(effects: Effect[]) {
    for (const effect of effects) {
      if (effect.type === "publish") this.#bus.publish(effect.fact, effect.origin, effect.aside);
      else if (effect.type === "reply") this.told.push(`${effect.to} < ${words(effect.event)}`);
      else if (effect.type === "send") {
        this.told.push(`${[...effect.to]} < ${words(effect.event)}`);
      }
    }
  }
}

function words(event: object): string {
  return Object.values(event).map((it) => `${it}`).join(" ").trim();
}

const hello = (nick: string) => ask("hello", { nick });
const join = (room: string) => ask("join", { room });

Deno.test("of two who claim a name in one turn by coming, only the first has it, after a restart too", () => {
  const it = new Table({ claimsByItself: true });
  it.turn([1, ANN, hello("ann")], [2, EVE, hello("ann")]);
  for (const hub of [it.hub, it.afterRestart()]) {
    assertEquals(hub.claimOf("ann", it.now)?.keys, [ANN]);
    assertEquals(hub.nicksOf(EVE), []);
  }
});

Deno.test("who comes twice with one key in one turn still has the name", () => {
  const it = new Table({ claimsByItself: true });
  it.turn([1, ANN, hello("ann")], [2, ANN, hello("ann")]);
  it.turn([1, ANN, ask("quit", {})]);
  it.now += 3 * 86_400_000;
  it.turn([3, ANN, hello("ann")], [4, ANN, hello("ann")]);
  for (const hub of [it.hub, it.afterRestart()]) {
    assertEquals(hub.claimOf("ann", it.now)?.keys, [ANN]);
  }
});

Deno.test("nobody claims a name by taking it in the turn in which somebody without a key does", () => {
  const it = new Table({ claimsByItself: true });
  it.turn([1, "", hello("ann")], [2, EVE, hello("ann")]);
  for (const hub of [it.hub, it.afterRestart()]) {
    assertEquals(hub.claimOf("ann", it.now), undefined);
  }
});

Deno.test("nobody uses up the names that somebody else may claim by letting them use one's own", () => {
  const it = new Table({ maxClaimsPerKey: 3, maxClaims: 1000 });
  for (let name = 0; name < 60; name++) {
    const key = `ed25519:${String.fromCharCode(65 + name / 3 % 26).repeat(43)}`;
    it.turn([100 + name, key, hello(`evil${name}`)]);
    it.turn([100 + name, key, ask("claim", {})]);
    it.turn([100 + name, key, ask("allow", { key: PAT })]);
    it.turn([100 + name, key, ask("quit", {})]);
  }
  assert(it.hub.nicksOf(PAT).length <= 50);
  it.turn([1, PAT, hello("pat")]);
  it.turn([1, PAT, ask("claim", {})]);
  assertEquals(it.hub.claimOf("pat", it.now)?.keys, [PAT]);
});

Deno.test("a name that is given up under a look-alike of it is given up", () => {
  const it = new Table();
  it.turn([1, ANN, hello("τονυ")]);
  it.turn([1, ANN, ask("claim", {})]);
  it.turn([1, ANN, ask("rename", { nick: "TONY" })]);
  it.turn([1, ANN, ask("release", {})]);
  for (const hub of [it.hub, it.afterRestart()]) {
    assertEquals(hub.claimOf("τονυ", it.now), undefined);
  }
});

Deno.test("who is called like an address is banned by that name, and who has the address is not", () => {
  const it = new Table();
  it.turn([1, ROOT, hello("root")], [2, "", hello("10.0.0.3")], [3, "", hello("victim")]);
  it.turn([1, ROOT, join("lobby")], [2, "", join("lobby")], [3, "", join("lobby")]);
  it.turn([1, ROOT, ask("ban", { room: "lobby", who: "10.0.0.3" })]);
  assertEquals(it.hub.snapshot().rooms, [["lobby", [1, 3]]]);
  it.turn([1, ROOT, ask("ban", { room: "lobby", who: "10.0.0.3/32" })]);
  assertEquals(it.hub.snapshot().rooms, [["lobby", [1]]]);
});

Deno.test("who is muted sets no topic either, where anybody may", () => {
  const it = new Table();
  it.turn([1, ROOT, hello("root")], [2, "", hello("mallory")]);
  it.turn([1, ROOT, join("lobby")], [2, "", join("lobby")]);
  it.turn([1, ROOT, ask("mute", { room: "lobby", who: "mallory" })]);
  it.turn([2, "", ask("topic", { room: "lobby", text: "buy" })]);
  assertEquals(it.told, ["2 < failed topic muted lobby"]);
});

Deno.test("rules that are over make room for others", () => {
  const it = new Table();
  it.turn([1, ROOT, hello("root")]);
  it.turn([1, ROOT, join("lobby")]);
  const ban = (who: string, time: string) => ask("ban", { room: "lobby", who, time });
  for (let at = 0; at < 500; at++) it.turn([1, ROOT, ban(`spam-${at}`, "10m")]);
  it.turn([1, ROOT, ban("more", "10m")]);
  assertEquals(it.told, ["1 < failed ban too-many-rules"]);
  it.now += 600_001;
  it.turn([1, ROOT, ban("more", "10m")]);
  assert(it.told.some((line) => line.includes("nick:more")));
});

Deno.test("there is an end of topics, and those that there are can be changed", () => {
  const it = new Table({ maxRooms: 10_000 });
  it.turn([1, "", hello("mallory")]);
  const topic = (room: string) => ask("topic", { room, text: "mine" });
  for (let room = 0; room < 2001; room++) {
    it.turn([1, "", join(`r${room}`)]);
    it.turn([1, "", topic(`r${room}`)]);
    it.turn([1, "", ask("part", { room: `r${room}` })]);
  }
  assertEquals(it.hub.snapshot().topics.length, 2000);
  it.turn([1, "", join("r7")]);
  it.turn([1, "", ask("topic", { room: "r7", text: "-" })]);
  assertEquals(it.hub.snapshot().topics.length, 1999);
});

Deno.test("who joins in the turn in which a room is locked, or they are banned, is not in it", () => {
  const it = new Table();
  it.turn([1, ROOT, hello("root")], [2, EVE, hello("eve")], [3, PAT, hello("pat")]);
  it.turn([1, ROOT, join("lobby")]);
  it.turn([1, ROOT, ask("ban", { room: "lobby", who: "eve" })], [2, EVE, join("lobby")]);
  assertEquals(it.hub.snapshot().rooms, [["lobby", [1]]]);
  it.turn([1, ROOT, ask("lock", { room: "lobby", password: "sesame" })], [3, PAT, join("lobby")]);
  assertEquals(it.hub.snapshot().rooms, [["lobby", [1]]]);
});

Deno.test("who comes in the turn in which they are kept off the server is not in it", () => {
  const it = new Table();
  it.turn([1, ROOT, hello("root")]);
  it.turn([1, ROOT, ask("banish", { who: "eve" })], [2, EVE, hello("eve")]);
  assertEquals(it.hub.snapshot().members, [[1, "root"]]);
});
