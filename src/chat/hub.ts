/**
 * The chat itself, with no I/O in it: commands and facts go in, effects come out. The same inputs in
 * the same order give the same effects, so a whole evening can be replayed in a test, and every node
 * that applies the same facts is in the same state. It never learns which dialect a session speaks.
 */
import type { Command } from "./command.ts";
import {
  type Aside,
  close,
  type Effect,
  failed,
  isId,
  MAX_TOKEN_LENGTH,
  NO_ASIDE,
  publish,
  recall,
  reply,
  send,
  type SessionId,
} from "./effect.ts";
import { Claims, type Pass } from "./claims.ts";
import type { Deed, Fact } from "./event.ts";
import type { Limits, Moment } from "./limits.ts";
import { Moderation } from "./moderation.ts";
import { fits, isText, roomName } from "./names.ts";
import { Ownership, refusedNick } from "./ownership.ts";
import * as past from "./past.ts";
import { addressOf, type Member, People } from "./people.ts";
import { ping, Questions } from "./questions.ts";
import { EVERYWHERE, Rules } from "./rules.ts";

export type { Limits, Moment } from "./limits.ts";

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
type FactOf<Type extends Fact["type"]> = Extract<Fact, { type: Type }>;

export class Hub {
  #limits: Limits;
  #people = new People();
  #claims: Claims;
  #rules = new Rules();
  #ownership: Ownership;
  #moderation: Moderation;
  #questions: Questions;

  constructor(limits: Limits) {
    this.#limits = limits;
    const people = this.#people;
    const claims = new Claims(limits);
    this.#claims = claims;
    this.#ownership = new Ownership(claims, { people, limits });
    this.#moderation = new Moderation(this.#rules, { people, claims, limits });
    this.#questions = new Questions({ people, rules: this.#rules, limits });
  }

  /** Whether the session has said hello and has been let in. */
  has(session: SessionId): boolean {
    return this.#people.get(session) !== undefined;
  }

  /** Who is here, for those who only look: to be read at once and never kept. */
  get people(): Pick<People, "all" | "count" | "rooms"> {
    return this.#people;
  }

  /** Whose a nick is: the keys, and the digests of the secrets to log in with. */
  claimOf(
    nick: string,
    now: number,
  ): { nick: string; keys: string[]; passes: readonly Pass[] } | undefined {
    const claim = this.#claims.of(nick, now);
    return claim && { nick: claim.nick, keys: [...claim.keys.keys()], passes: claim.passes };
  }

  /** Whether whoever comes from there is kept out everywhere. */
  isBanned(address: string, now: number): boolean {
    return this.#rules.isBanned(address, now);
  }

  /** Whether a room is not for everybody. */
  isLocked(room: string): boolean {
    return this.#rules.lockOf(room) !== undefined;
  }

  /** The nicks that belong to a key. */
  nicksOf(key: string): string[] {
    return this.#claims.nicksOf(key);
  }

  /** A deed of an earlier day holds again; nobody is told. */
  restore(deed: Deed) {
    this.apply(deed, NOBODY);
  }

  /** What a session's wish leads to: facts to publish, or an answer. Changes nothing. */
  handle(from: SessionId, command: Command, moment: Moment): Effect[] {
    const { now } = moment;
    if (command.type === "ping") return ping(from, command);
    if (command.type === "pong") return [];
    const me = this.#people.get(from);
    if (command.type === "hello") return this.#hello(from, command, moment);
    if (command.type === "quit" && !me) return [close(from)];
    if (!me) return [failed(from, command, "not-entered")];
    switch (command.type) {
      case "join":
        return this.#join(me, command, now);
      case "part":
        return this.#part(me, command);
      case "say":
      case "act":
        return this.#speak(me, command, now);
      case "tell":
        return this.#tell(me, command, now);
      case "rename":
        return this.#rename(me, command, moment);
      case "who":
      case "rooms":
      case "history":
      case "directs":
      case "search":
      case "seen":
        return this.#questions.handle(me, command);
      case "claim":
      case "release":
      case "allow":
      case "token":
        return this.#ownership.handle(me, command, now);
      case "identify":
      case "prove":
      case "login":
        // Proofs are not for the hub to look at, and one says who one is before one comes in.
        return [failed(from, command, "already-entered")];
      case "quit":
        return this.leave(from, this.#moderation.lastWords(me, command, now));
      default:
        return this.#moderation.handle(me, command, now);
    }
  }

  /** Somebody is back whose place was kept: what they are called, and where they are. */
  resume(from: SessionId, { now, peer, key }: Pick<Moment, "now" | "peer" | "key">): Effect[] {
    const me = this.#people.get(from);
    if (!me) return [];
    // From another address, it may be, for which other rules hold.
    me.address = addressOf(peer);
    // Whoever has been known by a key does not get rid of it so, nor of what is held against it.
    me.key ||= key;
    const ban = this.#rules.holds("ban", EVERYWHERE, me, now);
    if (ban) {
      return [failed(from, { type: "hello" }, "banned", ban.reason), ...this.leave(from, "")];
    }
    return [reply(from, { type: "entered", nick: me.nick, rooms: [...me.rooms] }, true)];
  }

  /** The session is gone or wants to go. */
  leave(from: SessionId, reason: string): Effect[] {
    const me = this.#people.get(from);
    if (!me) return [];
    const rooms = [...me.rooms];
    reason = reason.slice(0, MAX_TOKEN_LENGTH).toWellFormed();
    return [publish(from, { type: "quitted", nick: me.nick, rooms, reason })];
  }

  /** A fact has come back in its order: here, and nowhere else, the state changes. */
  apply(fact: Fact, origin: SessionId, aside: Aside = NO_ASIDE): Effect[] {
    switch (fact.type) {
      case "entered":
        return this.#entered(fact, origin, aside);
      case "renamed":
        return this.#renamed(fact, origin, aside);
      case "joined":
        return this.#joined(fact, origin, aside);
      case "parted":
        return this.#parted(fact, origin);
      case "quitted":
        return this.#quitted(fact, origin);
      case "message":
        return [send(this.#people.in(fact.room), fact, origin)];
      case "told":
        return this.#told(fact, origin, aside);
      case "claimed":
      case "released":
      case "allowed":
      case "passed":
        return this.#ownership.apply(fact, origin, aside.token);
      default:
        return this.#moderation.apply(fact, origin);
    }
  }

  /** Who is where, and what holds, in a form that two nodes can compare. */
  snapshot() {
    const claims = this.#claims.snapshot();
    return { ...this.#people.snapshot(), claims, ...this.#rules.snapshot() };
  }

  /** Forgets what is over. Called now and then. */
  tidy(now: number) {
    this.#rules.tidy(now);
    this.#claims.tidy(now);
  }

  // What commands lead to.

  #hello(from: SessionId, command: Of<"hello">, moment: Moment): Effect[] {
    const { now, peer, key, canProve } = moment;
    const { password, digest } = this.#limits;
    if (this.has(from)) return [failed(from, command, "already-entered")];
    if (this.#people.count >= this.#limits.maxUsers) return [failed(from, command, "server-full")];
    if (password !== "" && digest(command.password) !== password) {
      return [failed(from, command, "bad-password")];
    }
    const address = addressOf(peer);
    const ban = this.#rules.holds("ban", EVERYWHERE, { nick: command.nick, key, address }, now);
    if (ban) return [failed(from, command, "banned", ban.reason), close(from)];
    const aside = { key, address, at: now, wished: command.nick };
    // Who has no name goes by an address, which nobody else can ask for.
    if (command.nick === "") {
      return [publish(from, { type: "entered", nick: peer, rooms: [] }, aside)];
    }
    const refused = refusedNick(from, command);
    if (refused) return refused;
    const nick = this.#ownership.nickFor(command.nick, { now, key, canProve });
    if (nick === undefined) return [failed(from, command, "nick-owned", command.nick)];
    const after = this.#ownership.used(nick, { now, key, canProve }, from);
    return [publish(from, { type: "entered", nick, rooms: [] }, aside), ...after];
  }

  #rename(me: Member, command: Of<"rename">, moment: Moment): Effect[] {
    const { session, nick, address } = me;
    const { now } = moment;
    const key = moment.key || me.key;
    const refused = refusedNick(session, command);
    if (refused) return refused;
    // It is seen by all, and would leave behind what is held against a name.
    const mutedIn = this.#moderation.keepsName(me, command.nick, { key, now });
    if (mutedIn !== undefined) return [failed(session, command, "muted", mutedIn)];
    const to = this.#ownership.nickFor(command.nick, { now, key, canProve: true });
    if (to === undefined) return [failed(session, command, "nick-owned", command.nick)];
    if (this.#rules.holds("ban", EVERYWHERE, { nick: to, key, address }, now)) {
      return [failed(session, command, "banned", to)];
    }
    const after = this.#ownership.used(to, { now, key, canProve: true }, session);
    return [publish(session, { type: "renamed", nick, to }, { key, at: now }), ...after];
  }

  #join(me: Member, command: Of<"join">, now: number): Effect[] {
    const room = roomName(command.room);
    if (room === undefined) return [failed(me.session, command, "bad-room", command.room)];
    // Whoever is back from a broken connection may be in it still, and lacks what was said meanwhile.
    if (me.rooms.has(room)) {
      return [
        reply(me.session, { type: "joined", room, nick: me.nick }, true),
        recall(me.session, past.replay(room, { from: command.from, before: 0 }, this.#limits)),
      ];
    }
    const why = this.#moderation.keepsOut(me, command, now);
    if (why) return [failed(me.session, command, why, room)];
    const tooMany = me.rooms.size >= this.#limits.maxRoomsPerUser ||
      !this.#people.hasRoom(room) && this.#people.roomCount >= this.#limits.maxRooms;
    if (tooMany) return [failed(me.session, command, "too-many-rooms", room)];
    if (this.#isFull(room)) return [failed(me.session, command, "room-full", room)];
    return [publish(me.session, { type: "joined", room, nick: me.nick }, {
      from: command.from,
      password: command.password,
      at: now,
    })];
  }

  #isFull(room: string): boolean {
    return this.#people.membersOf(room) >= this.#limits.maxMembersPerRoom;
  }

  #part(me: Member, command: Of<"part">): Effect[] {
    const room = roomOf(me, command.room);
    if (room === undefined) return [failed(me.session, command, "not-a-member", command.room)];
    return [publish(me.session, { type: "parted", room, nick: me.nick })];
  }

  #speak(me: Member, command: Of<"say" | "act">, at: number): Effect[] {
    const refused = this.#refusedText(me.session, command);
    if (refused) return refused;
    const room = roomOf(me, command.room);
    if (room === undefined) return [failed(me.session, command, "not-a-member", command.room)];
    if (this.#moderation.silences(me, room, at)) {
      return [failed(me.session, command, "muted", command.room)];
    }
    const { text, id } = command;
    const { nick } = me;
    const emote = command.type === "act";
    return [publish(me.session, { type: "message", room, seq: 0, at, nick, text, emote, id })];
  }

  #tell(me: Member, command: Of<"tell">, now: number): Effect[] {
    const refused = this.#refusedText(me.session, command);
    if (refused) return refused;
    if (this.#moderation.silences(me, EVERYWHERE, now)) {
      return [failed(me.session, command, "muted", command.nick)];
    }
    const to = this.#people.find(command.nick);
    if (!to) return [failed(me.session, command, "no-such-nick", command.nick)];
    const { text, id } = command;
    const { nick } = me;
    const fact: Fact = { type: "told", nick, to: to.nick, seq: 0, at: now, text, id };
    return [publish(me.session, fact, { to: to.session })];
  }

  #refusedText(from: SessionId, command: Of<"say" | "act" | "tell">): Effect[] | undefined {
    if (!isId(command.id)) return [failed(from, command, "bad-request")];
    if (!isText(command.text)) return [failed(from, command, "bad-text")];
    if (!fits(command.text, this.#limits.maxTextBytes)) return [failed(from, command, "too-long")];
    return undefined;
  }

  // What facts change.

  #entered({ nick }: FactOf<"entered">, origin: SessionId, aside: Aside): Effect[] {
    const wish = { type: "hello" } as const;
    if (this.has(origin)) return [failed(origin, wish, "already-entered")];
    if (this.#people.find(nick)) return [failed(origin, wish, "nick-in-use", nick)];
    // Asked again, because in the same turn others may have come, or they may have been kept out.
    if (this.#people.count >= this.#limits.maxUsers) return [failed(origin, wish, "server-full")];
    const { key = "", address = "", wished = "", at = 0 } = aside;
    const ban = this.#rules.holds("ban", EVERYWHERE, { nick, key, address }, at);
    if (ban) return [failed(origin, wish, "banned", ban.reason), close(origin)];
    this.#people.add({ nick, session: origin, rooms: new Set(), key, address });
    const entered = reply(origin, { type: "entered", nick, rooms: [] }, true);
    return [entered, ...this.#ownership.greeting(nick, wished, origin)];
  }

  #renamed(fact: FactOf<"renamed">, origin: SessionId, { key, at = 0 }: Aside): Effect[] {
    const member = this.#people.get(origin);
    if (!member) return [];
    if (this.#people.find(fact.to, member)) {
      return [failed(origin, { type: "rename" }, "nick-in-use", fact.to)];
    }
    if (!this.#claims.allows(fact.to, key ?? member.key, at)) {
      return [failed(origin, { type: "rename" }, "nick-owned", fact.to)];
    }
    this.#people.rename(member, fact.to);
    member.key = key ?? member.key;
    if (member.rooms.size === 0) return [reply(origin, fact, true)];
    return [send(this.#people.inAny([...member.rooms]), fact, origin)];
  }

  #joined(fact: FactOf<"joined">, origin: SessionId, aside: Aside): Effect[] {
    const { from = 0, before = 0, password = "", at = 0 } = aside;
    const member = this.#people.get(origin);
    const { room } = fact;
    if (!member || member.rooms.has(room)) return [];
    // Asked again, because it may have been locked, or they kept out, in the same turn.
    const why = this.#moderation.keepsOut(member, { room, password }, at);
    if (why) return [failed(origin, { type: "join" }, why, room)];
    if (!this.#people.hasRoom(room) && this.#people.roomCount >= this.#limits.maxRooms) {
      return [failed(origin, { type: "join" }, "too-many-rooms", room)];
    }
    if (this.#isFull(room)) return [failed(origin, { type: "join" }, "room-full", room)];
    this.#people.join(member, room);
    return [
      send(this.#people.in(room), fact, origin),
      recall(origin, past.replay(room, { from, before }, this.#limits)),
      ...this.#moderation.greeting(room, origin),
    ];
  }

  #parted(fact: FactOf<"parted">, origin: SessionId): Effect[] {
    const member = this.#people.get(origin);
    if (!member?.rooms.has(fact.room)) return [];
    this.#people.leave(member, fact.room);
    return [send(this.#people.in(fact.room), fact, origin), reply(origin, fact, true)];
  }

  #quitted(fact: FactOf<"quitted">, origin: SessionId): Effect[] {
    const member = this.#people.get(origin);
    if (!member) return [];
    const rooms = [...member.rooms];
    this.#people.remove(member);
    // Who was in a locked room is nobody's business outside.
    const told = { ...fact, rooms: rooms.filter((room) => !this.isLocked(room)) };
    return [send(this.#people.inAny(rooms), told, origin), close(origin)];
  }

  /** It goes to the one whom its author meant, whoever is called so by now. It is stored, even if they have left. */
  #told(fact: FactOf<"told">, origin: SessionId, { to = 0 }: Aside): Effect[] {
    const those = this.has(to) ? [to, origin] : [origin];
    return [send(new Set(those), fact, origin)];
  }
}

/** The place of what nobody here has done. */
const NOBODY: SessionId = 0;

/** The room that is meant, if they are in it. Nearly always it is written as it is called. */
function roomOf({ rooms }: Member, written: string): string | undefined {
  if (rooms.has(written)) return written;
  const room = roomName(written);
  return room !== undefined && rooms.has(room) ? room : undefined;
}
