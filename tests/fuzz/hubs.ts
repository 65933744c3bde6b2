/**
 * The hub against commands of any kind, made in the same turns by people with keys and without: it is never
 * at odds with itself, keeps its limits, and is the same after a restart.
 */
import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Aside, Effect, SessionId } from "../../src/chat/effect.ts";
import { type Deed, type Fact, isDeed } from "../../src/chat/event.ts";
import { Hub } from "../../src/chat/hub.ts";
import { nickKeys } from "../../src/chat/names.ts";
import { LIMITS } from "../chat/limits.ts";
import type { Random } from "../end_to_end/random.ts";
import { anyCommand, NAMES, pick, ROOMS } from "./values.ts";

const PEOPLE = 8;
const TURNS = 60;
const ROOT = `ed25519:${"r".repeat(43)}`;
/** Whose are the sessions, by number; two share a key, three have none. */
const KEYS = ["", ROOT, ...["k", "o", "p", "k"].map((letter) => `ed25519:${letter.repeat(43)}`)];
const limits = {
  ...LIMITS,
  operators: new Set([ROOT]),
  maxUsers: 6,
  maxRooms: 4,
  maxRoomsPerUser: 3,
  maxClaims: 6,
  claimMilliseconds: 3_600_000,
};

export class HubFuzz {
  runs = 0;

  /** An evening of a few dozen turns; throws what it finds. */
  batch(random: Random) {
    const evening = new FuzzedEvening(random);
    for (let turn = 0; turn < TURNS; turn++) evening.turn();
    this.runs++;
  }
}

class FuzzedEvening {
  #random: Random;
  #hub: Hub;
  #limits: typeof limits;
  #published: { fact: Fact; origin: SessionId; aside: Aside }[] = [];
  #deeds: Deed[] = [];
  #now = 1_700_000_000_000;
  #seq = 0;
  /** What was wished, for whoever has to find out. */
  #wishes: string[] = [];

  constructor(random: Random) {
    this.#random = random;
    this.#limits = {
      ...limits,
      claimsByItself: random(2) === 0,
      namesGuests: random(2) === 0,
    };
    this.#hub = new Hub(this.#limits);
    for (let session = 1; session <= PEOPLE; session++) {
      this.#wish(session, ask("hello", { nick: pick(random, NAMES) }));
    }
    this.#endTurn();
    for (let session = 1; session <= PEOPLE; session++) {
      this.#wish(session, ask("join", { room: pick(random, ROOMS) }));
    }
    this.#endTurn();
  }

  turn() {
    this.#now += this.#random(4) === 0 ? this.#random(2_000_000) : 1;
    // Each waits for what they wished to happen before their next wish.
    for (let session = 1; session <= PEOPLE; session++) {
      if (this.#random(2) === 0) this.#wish(session, this.#command());
    }
    if (this.#random(20) === 0) this.#perform(this.#hub.leave(1 + this.#random(PEOPLE), "gone"));
    this.#endTurn();
    try {
      this.#check();
    } catch (error) {
      throw new Error(`${error}\n${this.#wishes.slice(-40).join("\n")}`, { cause: error });
    }
  }

  #command(): Command {
    const random = this.#random;
    switch (random(5)) {
      case 0:
        return ask("hello", { nick: pick(random, NAMES) });
      case 1:
        return ask("join", { room: pick(random, ROOMS), password: pick(random, ["", "sesame"]) });
      case 2:
        return ask("rename", { nick: pick(random, NAMES) });
      default:
        return anyCommand(random);
    }
  }

  #wish(session: number, command: Command) {
    this.#wishes.push(`${session}: ${JSON.stringify(command).slice(0, 200)}`);
    const key = KEYS[session] ?? "";
    const peer = `10.0.0.${session}:5000`;
    const moment = { now: this.#now, peer, key, canProve: session % 2 === 0 };
    this.#perform(this.#hub.handle(session, command, moment));
  }

  #perform(effects: Effect[]) {
    for (const effect of effects) {
      if (effect.type === "publish") this.#published.push(effect);
      // What is told has to be something that a wire can carry.
      else if ("event" in effect) JSON.stringify(effect.event);
    }
  }

  #endTurn() {
    for (let rounds = 0; this.#published.length > 0; rounds++) {
      assert(rounds < 10, "facts lead to facts without end");
      const turn = this.#published;
      this.#published = [];
      for (const { fact, origin, aside } of turn) {
        if (fact.type === "message" || fact.type === "told") fact.seq = ++this.#seq;
        if (fact.type === "passed") fact.hash = `hash ${++this.#seq}`;
        if (isDeed(fact)) this.#deeds.push(JSON.parse(JSON.stringify(fact)));
        this.#perform(this.#hub.apply(fact, origin, aside));
      }
    }
  }

  #check() {
    const { members, rooms, claims, rules, locks, topics } = this.#hub.snapshot();
    const here = [...this.#hub.people.all()];
    assert(members.length <= this.#limits.maxUsers, "more people than there may be");
    assert(rooms.length <= this.#limits.maxRooms, "more rooms than there may be");
    const nicks = here.flatMap(({ nick }) => nickKeys(nick));
    assertEquals(new Set(nicks).size, nicks.length, `two are called alike: ${nicks}`);
    for (const { nick, session, rooms: theirs } of here) {
      assert(theirs.size <= this.#limits.maxRoomsPerUser, `${nick} is in too many rooms`);
      const listed = rooms.filter(([, those]) => those.includes(session)).map(([room]) => room);
      assertEquals(listed.sort(), [...theirs].sort(), nick);
    }
    assert(rooms.every(([, those]) => those.length > 0), "an empty room is kept");
    for (const [nick, keys] of claims) assert(keys.length > 0, `${nick} is claimed by nobody`);
    this.#checkClaims(claims);

    const later = new Hub(this.#limits);
    for (const deed of this.#deeds) later.restore(structuredClone(deed));
    const after = later.snapshot();
    assertEquals(
      { claims: after.claims, rules: after.rules, locks: after.locks, topics: after.topics },
      { claims, rules, locks, topics },
    );
  }

  /** Who has a claimed name here has its key, unless they had the name before it was claimed. */
  #checkClaims(claims: ReturnType<Hub["snapshot"]>["claims"]) {
    const owners = new Map<string, string>();
    for (const [nick] of claims) {
      for (const name of nickKeys(nick)) {
        assert(!owners.has(name), `${nick} and ${owners.get(name)} are claimed, and look alike`);
      }
      for (const name of nickKeys(nick)) owners.set(name, nick);
    }
    for (const [nick, keys] of claims) {
      for (const key of keys) {
        assert(this.#hub.nicksOf(key).includes(nick), `${nick} is not among the nicks of ${key}`);
      }
    }
  }
}
