/**
 * What holds in rooms, and everywhere: who may do more than others, who is kept out or kept quiet, and which
 * rooms are not for everybody. Made by operators, kept until lifted or over.
 */
import { bitsOf, contains, isWithin, type Network, parseNetwork } from "./network.ts";
import { isNick, nickKeys } from "./names.ts";
import type { Member } from "./people.ts";

/** What can hold for somebody. */
export const RULES = ["op", "ban", "mute", "invite"] as const;
export type RuleName = typeof RULES[number];

export interface Rule {
  /** "" is everywhere. */
  room: string;
  rule: RuleName;
  /** Whom it holds for: "nick:chris", "key:ed25519:...", "address:10.0.0.0/8". */
  subject: string;
  by: string;
  /** Milliseconds since 1970; 0 is for ever. */
  until: number;
  reason: string;
  /** What they were called by whoever made it, where that is not the subject itself; else "". */
  who: string;
}

/** What makes somebody known. */
export type Person = Pick<Member, "nick" | "key" | "address">;

export interface Lock {
  /** A digest of the password; "" if only the invited may come in. */
  hash: string;
}

/** A room with more has an operator who should lock it. */
export const MAX_RULES_PER_ROOM = 500;
/** Topics outlive their rooms: without an end of them, somebody would go from room to room and set one in each. */
const MAX_TOPICS = 2000;
/** The room of what holds everywhere. */
export const EVERYWHERE = "";

export class Rules {
  /** By room, then by rule and subject. */
  #rules = new Map<string, Map<string, Held>>();
  #locks = new Map<string, Lock>();
  #topics = new Map<string, string>();

  /** The rules of a room that are in force. */
  of(room: string, now: number): Rule[] {
    return [...this.#rules.get(room)?.values() ?? []]
      .map(({ rule }) => rule)
      .filter((rule) => isInForce(rule, now));
  }

  /** The rule that holds for somebody in a room, or everywhere. */
  holds(rule: RuleName, room: string, person: Person, now: number): Rule | undefined {
    return this.#holdsIn(EVERYWHERE, rule, person, now) ??
      (room === EVERYWHERE ? undefined : this.#holdsIn(room, rule, person, now));
  }

  /** Whether everybody from there is kept out everywhere, whoever they are. */
  isBanned(address: string, now: number): boolean {
    const networks: Network[] = [];
    for (const { rule, network } of this.#rules.get(EVERYWHERE)?.values() ?? []) {
      if (network && rule.rule === "ban" && isInForce(rule, now)) networks.push(network);
    }
    return isWithin(address, networks);
  }

  hasRoomFor(room: string, now: number): boolean {
    const rules = this.#rules.get(room);
    return (rules?.size ?? 0) < MAX_RULES_PER_ROOM ||
      this.of(room, now).length < MAX_RULES_PER_ROOM;
  }

  hasRoomForTopic(room: string): boolean {
    return this.#topics.has(room) || this.#topics.size < MAX_TOPICS;
  }

  has(room: string, rule: RuleName, subject: string): boolean {
    return this.#rules.get(room)?.has(nameOf(rule, subject)) ?? false;
  }

  lockOf(room: string): Lock | undefined {
    return this.#locks.get(room);
  }

  topicOf(room: string): string {
    return this.#topics.get(room) ?? "";
  }

  // What facts change.

  /** `at` is when it was made. */
  set(rule: Rule, at: number) {
    const rules = this.#rules.get(rule.room) ?? new Map<string, Held>();
    const [kind, value] = splitSubject(rule.subject);
    const network = kind === "address" ? parseNetwork(value) : undefined;
    const held = { rule, at, isFor: matcher(rule.subject), network };
    this.#rules.set(rule.room, rules.set(nameOf(rule.rule, rule.subject), held));
  }

  lift(room: string, rule: RuleName, subject: string) {
    const rules = this.#rules.get(room);
    rules?.delete(nameOf(rule, subject));
    if (rules?.size === 0) this.#rules.delete(room);
  }

  lock(room: string, lock: Lock) {
    this.#locks.set(room, lock);
  }

  unlock(room: string) {
    this.#locks.delete(room);
  }

  setTopic(room: string, text: string) {
    if (text === "") this.#topics.delete(room);
    else this.#topics.set(room, text);
  }

  /** Forgets what is over. Called now and then. */
  tidy(now: number) {
    for (const [room, rules] of this.#rules) {
      for (const [name, held] of rules) {
        if (!isInForce(held.rule, now)) rules.delete(name);
        else if (held.at > now) startAnew(held, now);
      }
      if (rules.size === 0) this.#rules.delete(room);
    }
  }

  /** All that holds, in a form that two nodes can compare. */
  snapshot() {
    return {
      rules: [...this.#rules.values()].flatMap((rules) => [...rules.values()].map((it) => it.rule)),
      locks: [...this.#locks],
      topics: [...this.#topics],
    };
  }

  #holdsIn(room: string, name: RuleName, person: Person, now: number): Rule | undefined {
    const rules = this.#rules.get(room);
    if (!rules) return undefined;
    const known = knownBy(person);
    for (const { rule, isFor } of rules.values()) {
      if (rule.rule === name && isInForce(rule, now) && isFor(known)) return rule;
    }
    return undefined;
  }
}

/** A rule, when it was made, and what is asked of everybody it could hold for. */
interface Held {
  rule: Rule;
  at: number;
  network: Network | undefined;
  isFor(known: Known): boolean;
}

/** Somebody, as many rules ask about them: what takes time to find out is found out once. */
interface Known {
  key: string;
  nickKeys(): string[];
  bits(): bigint | undefined;
}

function knownBy({ nick, key, address }: Person): Known {
  let keys: string[] | undefined;
  let bits: bigint | undefined | null = null;
  return {
    key,
    nickKeys: () => keys ??= nickKeys(nick),
    bits: () => bits === null ? bits = bitsOf(address) : bits,
  };
}

/**
 * The clock was ahead when the rule was made, and has been set right since: it holds for as long as was meant,
 * and not until a date of years to come.
 */
function startAnew(held: Held, now: number) {
  const { rule, at } = held;
  if (rule.until > 0) held.rule = { ...rule, until: rule.until - at + now };
  held.at = now;
}

/** Made once for each rule: it is asked with every message of a room that has rules. */
function matcher(subject: string): Held["isFor"] {
  const [kind, value] = splitSubject(subject);
  switch (kind) {
    case "key":
      return ({ key }) => key === value;
    case "nick": {
      const keys = nickKeys(value);
      return (known) => known.nickKeys().some((it) => keys.includes(it));
    }
    case "address": {
      const network = parseNetwork(value);
      return (known) => {
        const bits = known.bits();
        return network !== undefined && bits !== undefined && contains(network, bits);
      };
    }
    default:
      return () => false;
  }
}

/** Those of many who are meant by one of the rules, in force or not. */
export function meantBy<P extends Person>(rules: readonly Rule[], people: Iterable<P>): P[] {
  const matchers = rules.map(({ subject }) => matcher(subject));
  return [...people].filter((person) => {
    const known = knownBy(person);
    return matchers.some((isFor) => isFor(known));
  });
}

/** What a person types for somebody, as a subject: a nick, a key, an address or a network. */
export function subjectOf(who: string): string | undefined {
  if (who.startsWith("ed25519:")) return /^ed25519:[\w-]{43}$/.test(who) ? `key:${who}` : undefined;
  if (parseNetwork(who)) return `address:${who}`;
  return isNick(who) ? `nick:${who}` : undefined;
}

function splitSubject(subject: string): [kind: string, value: string] {
  const at = subject.indexOf(":");
  return [subject.slice(0, at), subject.slice(at + 1)];
}

function nameOf(rule: RuleName, subject: string): string {
  // Nicks that look alike are one subject.
  const [kind, value] = splitSubject(subject);
  return `${rule} ${kind === "nick" ? `nick:${nickKeys(value)[0]}` : subject}`;
}

function isInForce({ until }: Rule, now: number): boolean {
  return until === 0 || until > now;
}

const UNITS: Readonly<Record<string, number>> = {
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const TIME = /^(\d{1,6})([smhdw]|(?:sec|min|hour|day|week)s?)$/;

/** "10m", "2h", "7d", "3days" in milliseconds; undefined for what is no time. */
export function timeOf(text: string): number | undefined {
  const [, count = "", unit = ""] = TIME.exec(text) ?? [];
  // What is over at once is no time either.
  return Number(count) === 0 ? undefined : Number(count) * UNITS[unit[0]!]!;
}

/** Whether somebody who typed that must have meant a time: "3rd" is none. */
export function looksLikeTime(text: string): boolean {
  return /^[^\p{L}\p{N}]*\p{N}/u.test(text) && !/^\d+(st|nd|rd|th)\b/.test(text);
}
