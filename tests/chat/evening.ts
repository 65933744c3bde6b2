import { ask, type Command } from "../../src/chat/command.ts";
import type { Effect, Query } from "../../src/chat/effect.ts";
import { type Deed, isDeed } from "../../src/chat/event.ts";
import { Hub, type Moment } from "../../src/chat/hub.ts";
import { readLine } from "../../src/chat/slash.ts";
import { LIMITS } from "./limits.ts";

/** A chat on one node: what is published happens at once, and all that anybody is told is written down. */
export class Evening {
  hub: Hub;
  told: string[] = [];
  /** What is kept of all that has happened. */
  deeds: Deed[] = [];
  now = AT.now;
  #seq = 0;
  #limits: Partial<typeof LIMITS>;

  constructor(limits: Partial<typeof LIMITS> = {}) {
    this.#limits = limits;
    this.hub = new Hub({ ...LIMITS, ...limits });
  }

  /** What the wish of a session leads to, each effect in a line. */
  does(session: number, command: Command, moment: Partial<Moment> = {}): string[] {
    this.told = [];
    this.#perform(this.hub.handle(session, command, { ...AT, now: this.now, ...moment }));
    return this.told;
  }

  /** What a person types in a room leads to. */
  types(session: number, line: string, room = "lobby"): string[] {
    const read = readLine(line, room);
    if (read.type === "help" || read.type === "mistake") throw new Error(`no command: ${line}`);
    return this.does(session, read);
  }

  /** The same chat after a restart: nobody is there, and what holds is what was kept. */
  afterRestart(): Evening {
    const later = new Evening(this.#limits);
    for (const deed of this.deeds) later.hub.restore(structuredClone(deed));
    later.deeds = [...this.deeds];
    later.now = this.now;
    return later;
  }

  /** What becomes of wishes that are all made before any of them comes true. */
  doTogether(...wishes: [session: number, command: Command][]): string[] {
    this.told = [];
    const proposed = wishes.flatMap(([from, command]) => this.hub.handle(from, command, AT));
    this.#perform(proposed);
    return this.told;
  }

  vanishes(session: number): string[] {
    this.told = [];
    this.#perform(this.hub.leave(session, ""));
    return this.told;
  }

  comesBack(session: number): string[] {
    this.told = [];
    this.#perform(this.hub.resume(session, AT));
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
        const { fact, origin, aside } = effect;
        if (fact.type === "message") fact.seq = ++this.#seq;
        if (isDeed(fact)) this.deeds.push(fact);
        this.#perform(this.hub.apply(fact, origin, aside));
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
    case "recall":
      return `${effect.to} < recall ${given(effect.query)}`;
    default:
      return `${effect.type} ${effect.type === "close" ? effect.session : ""}`;
  }
}

/** A query's type, and those of its fields that hold anything. */
function given({ type, ...fields }: Query): string {
  const held = Object.entries(fields).filter(([, value]) => value);
  return [type, ...held.map(([name, value]) => `${name} ${value}`)].join(" ");
}

/** The event's name and the values of its fields, but for the time. */
function words(event: object): string {
  const fields = Object.entries(event).filter(([name]) => name !== "at").map(([, value]) => value);
  return fields.map((it) => typeof it === "object" ? JSON.stringify(it) : it).join(" ").trim();
}

/** When and whence all that is asked comes. */
export const AT: Moment = { now: 1000, peer: "127.0.0.1:5000", key: "", canProve: false };
