/** What operators may do: in one room those whom it has made its own, everywhere those of the server. */
import type { Claims } from "./claims.ts";
import type { Command } from "./command.ts";
import { type Effect, failed, publish, reply, send } from "./effect.ts";
import { type Deed, type Fact, HIDDEN } from "./event.ts";
import { isNick, isText, nickKeys, roomName } from "./names.ts";
import type { Member, People } from "./people.ts";
import {
  EVERYWHERE,
  looksLikeTime,
  meantBy,
  type Rule,
  type RuleName,
  type Rules,
  subjectOf,
  timeOf,
} from "./rules.ts";
import { explain } from "./words.ts";

export interface ModerationLimits {
  /** The keys of those who may do anything anywhere. */
  operators: ReadonlySet<string>;
  /** Something that tells a password again, and does not tell what it was. */
  digest(text: string): string;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
type Order = Of<
  | ("topic" | "kick" | "lock" | "unlock" | "rules")
  | ("ban" | "unban" | "mute" | "unmute" | "op" | "deop" | "invite" | "uninvite")
  | ("banish" | "unbanish")
>;
type Ordered = Extract<
  Fact,
  { type: "kicked" | "topic" | "ruled" | "lifted" | "locked" | "unlocked" }
>;

/** Which rule a command makes or lifts. */
const MAKES: Partial<Record<Order["type"], RuleName>> = {
  ban: "ban",
  banish: "ban",
  mute: "mute",
  op: "op",
  invite: "invite",
};
const LIFTS: Partial<Record<Order["type"], RuleName>> = {
  unban: "ban",
  unbanish: "ban",
  unmute: "mute",
  deop: "op",
  uninvite: "invite",
};

const MAX_WORDS = 300;
const MAX_NAME_LENGTH = 64;
/** How a person writes everywhere. */
const ALL = "*";
/** What takes a topic away. */
const NOTHING = "-";

export class Moderation {
  #people: People;
  #rules: Rules;
  #claims: Claims;
  #limits: ModerationLimits;

  constructor(
    rules: Rules,
    { people, claims, limits }: { people: People; claims: Claims; limits: ModerationLimits },
  ) {
    this.#rules = rules;
    this.#people = people;
    this.#claims = claims;
    this.#limits = limits;
  }

  /** Why somebody may not come into a room; undefined if they may. */
  keepsOut(me: Member, command: Pick<Of<"join">, "room" | "password">, now: number) {
    const room = roomName(command.room) ?? EVERYWHERE;
    if (this.isOperator(me, room, now)) return undefined;
    if (this.#rules.holds("ban", room, me, now)) return "banned";
    const lock = this.#rules.lockOf(room);
    if (!lock || this.#rules.holds("invite", room, me, now)) return undefined;
    if (lock.hash === "") return "not-invited";
    return lock.hash === this.#hash(room, command.password) ? undefined : "bad-password";
  }

  /** Whether somebody may not speak in a room, or to people alone if it is "". */
  silences(me: Member, room: string, now: number): boolean {
    // An operator of the room may be muted as well, by others who are: else it would be said and not be so.
    return this.#rules.holds("mute", room, me, now) !== undefined &&
      !this.#limits.operators.has(me.key);
  }

  /** Why they may take no other name than their own: a room in which they are muted, "" if it is everywhere. */
  keepsName(me: Member, nick: string, { key, now }: { key: string; now: number }) {
    if (this.#claims.of(nick, now)?.keys.has(key)) return undefined;
    return this.#mutedIn(me, now);
  }

  /** What the others are told when they quit. */
  lastWords(me: Member, { reason }: { reason: string }, now: number): string {
    return this.#mutedIn(me, now) === undefined ? reason : "";
  }

  isOperator({ nick, key, address }: Member, room: string, now: number): boolean {
    if (key === "") return false;
    return this.#limits.operators.has(key) ||
      room !== EVERYWHERE &&
        this.#rules.holds("op", room, { nick, key, address }, now) !== undefined;
  }

  handle(me: Member, command: Order, now: number): Effect[] {
    const room = "room" in command ? roomName(command.room) : EVERYWHERE;
    const isEverywhere = command.type === "rules" && ["", ALL].includes(command.room);
    if (room === undefined && !isEverywhere) {
      return [failed(me.session, command, "bad-room", "room" in command ? command.room : "")];
    }
    const place = { me, room: room ?? EVERYWHERE, now };
    if (command.type === "rules") return this.#list(command, place);
    if (command.type === "topic") return this.#topic(command, place);
    if (!this.isOperator(me, place.room, now)) return [failed(me.session, command, "not-allowed")];
    return this.#order(command, place);
  }

  apply(fact: Ordered, origin: number): Effect[] {
    switch (fact.type) {
      case "kicked":
        return this.#kicked(fact);
      case "topic":
        this.#rules.setTopic(fact.room, fact.text);
        break;
      case "ruled":
        this.#rules.set(ruleOf(fact), fact.at);
        return [this.#tell(fact.room, fact, origin), ...this.#doubts(fact, origin)];
      case "lifted":
        this.#rules.lift(fact.room, fact.rule as RuleName, fact.subject);
        break;
      case "locked":
        this.#rules.lock(fact.room, { hash: fact.hash });
        return [this.#tell(fact.room, { ...fact, hash: fact.hash && HIDDEN }, origin)];
      case "unlocked":
        this.#rules.unlock(fact.room);
        break;
    }
    return [this.#tell(fact.room, fact, origin)];
  }

  /** What somebody who comes into a room should know of it. */
  greeting(room: string, session: number): Effect[] {
    const text = this.#rules.topicOf(room);
    return text === "" ? [] : [reply(session, { type: "topic", room, nick: "", text, at: 0 })];
  }

  // What commands lead to.

  #order(command: Exclude<Order, Of<"rules" | "topic">>, place: Place): Effect[] {
    const { me: { session, nick: by }, room, now: at } = place;
    switch (command.type) {
      case "kick":
        return this.#kick(command, place);
      case "lock": {
        const hash = command.password === "" ? "" : this.#hash(room, command.password);
        return [publish(session, { type: "locked", room, by, hash, at })];
      }
      case "unlock":
        return [publish(session, { type: "unlocked", room, by, at })];
      case "unban":
      case "unmute":
      case "deop":
      case "uninvite":
      case "unbanish":
        return this.#lift(command, place);
      default:
        return this.#make(command, place);
    }
  }

  #make(
    command: Of<"ban" | "mute" | "op" | "invite" | "banish">,
    { me, room, now }: Place,
  ): Effect[] {
    const { session, nick: by } = me;
    const rule = MAKES[command.type]!;
    const subjects = this.#subjects(command.who, now);
    if (subjects.length === 0) return [failed(session, command, "bad-subject", command.who)];
    // A nick is anybody's who takes it: what makes an operator must be proved.
    if (rule === "op" && !subjects.every((it) => it.startsWith("key:"))) {
      return [failed(session, command, "no-key", command.who)];
    }
    if (!this.#rules.hasRoomFor(room, now)) return [failed(session, command, "too-many-rules")];
    if ("time" in command && isMistyped(command)) {
      return [failed(session, command, "bad-time", command.time)];
    }
    const { until, reason } = terms(command, now);
    const rules = subjects.map((subject) => {
      return { room, rule, subject, by, until, reason, who: called(command.who, subject) };
    });
    const isHeavy = rule === "ban" || rule === "mute";
    const those = isHeavy ? this.#those(rules) : [];
    if (those.some((it) => it === me || this.#outranks(it, me))) {
      return [failed(session, command, "not-allowed", command.who)];
    }
    return [
      ...rules.map((it) => publish(session, { type: "ruled", ...it, at: now })),
      ...(rule === "ban" ? those.flatMap((it) => sendOut(it, { room, by, reason })) : []),
    ];
  }

  #lift(
    command: Of<"unban" | "unmute" | "deop" | "uninvite" | "unbanish">,
    { me: { session, nick: by }, room, now: at }: Place,
  ): Effect[] {
    const rule = LIFTS[command.type]!;
    const held = this.#rulesAbout(command.who, { room, rule, at });
    if (held.length === 0) return [failed(session, command, "no-such-rule", command.who)];
    return held.map((subject) => {
      const who = called(command.who, subject);
      return publish(session, { type: "lifted", room, rule, subject, by, who, at });
    });
  }

  #kick(command: Of<"kick">, { me, room }: Place): Effect[] {
    const member = this.#people.find(command.nick);
    if (!member?.rooms.has(room)) {
      return [failed(me.session, command, "no-such-nick", command.nick)];
    }
    if (this.#outranks(member, me)) {
      return [failed(me.session, command, "not-allowed", command.nick)];
    }
    const reason = command.reason.slice(0, MAX_WORDS).toWellFormed();
    return sendOut(member, { room, by: me.nick, reason });
  }

  /** Anybody sets the topic where there are no operators. */
  #topic(command: Of<"topic">, { me, room, now }: Place): Effect[] {
    const { session, nick } = me;
    if (!me.rooms.has(room)) return [failed(session, command, "not-a-member", command.room)];
    const topic = { type: "topic", room, nick, at: now } as const;
    if (command.text === "") {
      const text = this.#rules.topicOf(room);
      return [reply(session, { ...topic, nick: "", text, at: 0 }, true)];
    }
    const hasOperators = this.#rules.of(room, now).some(({ rule }) => rule === "op");
    if (hasOperators && !this.isOperator(me, room, now)) {
      return [failed(session, command, "not-allowed")];
    }
    // A topic is shown to everybody in the room: it would be a way to speak.
    if (this.silences(me, room, now)) return [failed(session, command, "muted", command.room)];
    if (!isText(command.text)) return [failed(session, command, "bad-text")];
    if (command.text.length > MAX_WORDS) return [failed(session, command, "too-long")];
    // Each topic is kept for ever: what is so already need not be said again.
    if (command.text === this.#rules.topicOf(room)) return [];
    if (!this.#rules.hasRoomForTopic(room)) return [failed(session, command, "too-many-rules")];
    return [publish(session, { ...topic, text: command.text === NOTHING ? "" : command.text })];
  }

  /** Who is kept out, and by what address, is for operators. */
  #list(command: Of<"rules">, { me, room, now }: Place): Effect[] {
    const isOperator = this.isOperator(me, room, now);
    if (!isOperator && !me.rooms.has(room)) {
      const code = room === EVERYWHERE ? "not-allowed" : "not-a-member";
      return [failed(me.session, command, code, command.room)];
    }
    const rules = this.#rules.of(room, now).filter(({ rule }) => isOperator || rule === "op");
    const lock = this.#rules.lockOf(room);
    const closed = lock ? lock.hash === "" ? "invited" : "password" : "";
    const topic = this.#rules.topicOf(room);
    return [reply(me.session, { type: "rules", room, topic, lock: closed, rules, at: now })];
  }

  // What facts change.

  #kicked(fact: Extract<Fact, { type: "kicked" }>): Effect[] {
    const member = this.#people.find(fact.nick);
    if (!member?.rooms.has(fact.room)) return [];
    this.#people.leave(member, fact.room);
    return [
      send(this.#people.in(fact.room), fact, member.session),
      reply(member.session, fact, true),
    ];
  }

  // Small questions.

  #mutedIn(me: Member, now: number): string | undefined {
    return [EVERYWHERE, ...me.rooms].find((room) => this.silences(me, room, now));
  }

  /**
   * All that somebody is known by: their keys, if they have any, so that another nick changes nothing; else
   * what was typed.
   */
  #subjects(who: string, now: number): string[] {
    const member = this.#people.find(who);
    const keys = new Set(this.#claims.of(who, now)?.keys.keys());
    if (member && member.key !== "") keys.add(member.key);
    if (keys.size > 0) return [...keys].map((key) => `key:${key}`);
    // Who is called "10.0.0.7" is not the one who has that address: "10.0.0.7/32" is.
    const subject = member && member.nick === who && isNick(who) ? `nick:${who}` : subjectOf(who);
    return subject === undefined ? [] : [subject];
  }

  /** The subjects of rules about somebody, as they are known now or as they were called when it was made. */
  #rulesAbout(who: string, { room, rule, at }: { room: string; rule: RuleName; at: number }) {
    const typed = subjectOf(who);
    const isCalled = (name: string) => name !== "" && nickKeys(name)[0] === nickKeys(who)[0];
    const made = this.#rules.of(room, at).filter((it) => it.rule === rule && isCalled(it.who));
    const subjects = [
      ...this.#subjects(who, at),
      ...(typed ? [typed] : []),
      ...made.map(({ subject }) => subject),
    ];
    return [...new Set(subjects)].filter((subject) => this.#rules.has(room, rule, subject));
  }

  /** Everybody here whom one of the rules is about. */
  #those(rules: readonly Rule[]): Member[] {
    return meantBy(rules, this.#people.all());
  }

  #outranks(other: Member, { key }: Member): boolean {
    const { operators } = this.#limits;
    return operators.has(other.key) && !operators.has(key);
  }

  /** What holds in a room is told to those in it; what holds everywhere to the one who said so. */
  #tell(room: string, event: Fact, origin: number): Effect {
    if (room === EVERYWHERE) return reply(origin, event, true);
    const those = new Set(this.#people.in(room));
    if (this.#people.get(origin)) those.add(origin);
    return send(those, event, origin);
  }

  /** Who has mistyped a name should not believe that its owner is out. */
  #doubts({ rule, subject }: Extract<Deed, { type: "ruled" }>, origin: number): Effect[] {
    const [, nick] = /^nick:(.*)/.exec(subject) ?? [];
    const isHeavy = rule === "ban" || rule === "mute";
    if (nick === undefined || !isHeavy || this.#people.find(nick)) return [];
    const text = `nobody here is called ${nick}: it holds for whoever comes with that name`;
    return [reply(origin, { type: "notice", text, urgent: true })];
  }

  #hash(room: string, password: string): string {
    return this.#limits.digest(`${room}\n${password}`);
  }
}

/** Where, by whom and when something is ordered. */
interface Place {
  me: Member;
  room: string;
  now: number;
}

/** Out of the room, or of the chat if it is everywhere. */
function sendOut(
  { session, nick, rooms }: Member,
  { room, by, reason }: { room: string; by: string; reason: string },
): Effect[] {
  if (room !== EVERYWHERE) {
    return rooms.has(room) ? [publish(session, { type: "kicked", room, nick, by, reason })] : [];
  }
  const words = explain({ command: "hello", code: "banned", about: reason });
  return [
    reply(session, { type: "closing", reason: words, final: true }),
    publish(session, { type: "quitted", nick, rooms: [...rooms], reason: "" }),
  ];
}

/** It would hold for ever, and "5y" or "for 10m" would be its reason. */
function isMistyped({ time, reason }: { time: string; reason: string }): boolean {
  if (time === "for") return looksLikeTime(reason);
  return looksLikeTime(time) && timeOf(time) === undefined;
}

/** Until when, and why: a time that is none is the beginning of the reason. */
function terms(command: Of<"ban" | "mute" | "op" | "invite" | "banish">, now: number) {
  const { time = "", reason = "" } = "time" in command ? command : {};
  const length = timeOf(time);
  const words = length === undefined ? `${time} ${reason}`.trim() : reason;
  return {
    until: length === undefined ? 0 : now + length,
    reason: words.slice(0, MAX_WORDS).toWellFormed(),
  };
}

function ruleOf(
  { room, rule, subject, by, until, reason, who = "" }: Extract<Deed, { type: "ruled" }>,
): Rule {
  return { room, rule: rule as RuleName, subject, by, until, reason, who };
}

/** The name under which somebody is meant by a subject that nobody would know them by. */
function called(typed: string, subject: string): string {
  return subject === subjectOf(typed) ? "" : typed.slice(0, MAX_NAME_LENGTH).toWellFormed();
}
