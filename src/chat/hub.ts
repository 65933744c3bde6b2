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
  MAX_TOKEN_LENGTH,
  NO_ASIDE,
  publish,
  recall,
  reply,
  send,
  type SessionId,
} from "./effect.ts";
import type { Fact } from "./event.ts";
import * as past from "./past.ts";
import { fits, isNick, isReserved, isText, nickKeys, roomName } from "./names.ts";

export interface Limits extends past.PastLimits {
  maxTextBytes: number;
  maxUsers: number;
  maxRooms: number;
  maxRoomsPerUser: number;
}

/** When and from where a command comes. */
export interface Moment {
  /** Milliseconds since 1970. */
  now: number;
  /** The connection's address, "127.0.0.1:57354". */
  peer: string;
}

interface Member {
  nick: string;
  session: SessionId;
  rooms: Set<string>;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
type FactOf<Type extends Fact["type"]> = Extract<Fact, { type: Type }>;

/** More is no search, and every word of it would cost. */
const MAX_SEARCH_LENGTH = 200;

export class Hub {
  #limits: Limits;
  /** Everybody, by session and by every key of their nick. */
  #members = new Map<SessionId, Member>();
  #nicks = new Map<string, Member>();
  /** Only rooms with somebody in them. */
  #rooms = new Map<string, Set<SessionId>>();

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Whether the session has said hello and has been let in. */
  has(session: SessionId): boolean {
    return this.#members.has(session);
  }

  /** What a session's wish leads to: facts to publish, or an answer. Changes nothing. */
  handle(from: SessionId, command: Command, { now, peer }: Moment): Effect[] {
    if (command.type === "ping") return ping(from, command);
    if (command.type === "pong") return [];
    const me = this.#members.get(from);
    if (command.type === "hello") return this.#hello(from, me, { ...command, peer });
    if (command.type === "quit" && !me) return [close(from)];
    if (!me) return [failed(from, command, "not-entered")];
    switch (command.type) {
      case "join":
        return this.#join(me, command);
      case "part":
        return this.#inRoom(me, command, (room) => ({ type: "parted", room, nick: me.nick }));
      case "say":
      case "act":
        return this.#speak(me, command, now);
      case "tell":
        return this.#tell(me, command, now);
      case "rename":
        return refusedNick(me.session, command) ??
          [publish(from, { type: "renamed", nick: me.nick, to: command.nick })];
      case "who":
        return this.#who(me, command);
      case "rooms":
        return [reply(from, { type: "rooms", rooms: this.roomList() })];
      case "history":
        return this.#history(me, command);
      case "directs":
        return [recall(from, past.directs(command, this.#limits))];
      case "search":
        return this.#search(me, command);
      case "seen":
        return this.#seen(me, command);
      case "quit":
        return this.leave(from, command.reason);
    }
  }

  /** Somebody is back whose place was kept: what they are called, and where they are. */
  resume(from: SessionId): Effect[] {
    const me = this.#members.get(from);
    if (!me) return [];
    return [reply(from, { type: "entered", nick: me.nick, rooms: [...me.rooms] }, true)];
  }

  /** The session is gone or wants to go. */
  leave(from: SessionId, reason: string): Effect[] {
    const me = this.#members.get(from);
    if (!me) return [];
    const rooms = [...me.rooms];
    reason = reason.slice(0, MAX_TOKEN_LENGTH).toWellFormed();
    return [publish(from, { type: "quitted", nick: me.nick, rooms, reason })];
  }

  /** A fact has come back in its order: here, and nowhere else, the state changes. */
  apply(fact: Fact, origin: SessionId, aside: Aside = NO_ASIDE): Effect[] {
    switch (fact.type) {
      case "entered":
        return this.#entered(fact, origin);
      case "renamed":
        return this.#renamed(fact, origin);
      case "joined":
        return this.#joined(fact, origin, aside);
      case "parted":
        return this.#parted(fact, origin);
      case "quitted":
        return this.#quitted(fact, origin);
      case "message":
        return [send(this.#rooms.get(fact.room) ?? [], fact, origin)];
      case "told":
        return this.#told(fact, origin, aside);
    }
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** Everybody, for those who only look: it is the hub's own, to be read at once and never kept. */
  members(): Iterable<{ nick: string; session: SessionId; rooms: ReadonlySet<string> }> {
    return this.#members.values();
  }

  roomList(): { room: string; members: number }[] {
    return [...this.#rooms].map(([room, members]) => ({ room, members: members.size }));
  }

  /** Who is where, in a form that two nodes can compare. */
  snapshot(): { members: [SessionId, string][]; rooms: [string, SessionId[]][] } {
    return {
      members: [...this.#members.values()].map((it) => [it.session, it.nick]),
      rooms: [...this.#rooms].map(([room, members]) => [room, [...members]]),
    };
  }

  // What commands lead to.

  #hello(
    from: SessionId,
    me: Member | undefined,
    { peer, ...command }: Of<"hello"> & { peer: string },
  ): Effect[] {
    if (me) return [failed(from, command, "already-entered")];
    if (this.#members.size >= this.#limits.maxUsers) return [failed(from, command, "server-full")];
    // Who has no name goes by an address, which nobody else can ask for.
    if (command.nick === "") return [publish(from, { type: "entered", nick: peer, rooms: [] })];
    return refusedNick(from, command) ??
      [publish(from, { type: "entered", nick: command.nick, rooms: [] })];
  }

  #join(me: Member, command: Of<"join">): Effect[] {
    const room = roomName(command.room);
    if (room === undefined) return [failed(me.session, command, "bad-room", command.room)];
    // Whoever is back from a broken connection may be in it still, and lacks what was said meanwhile.
    if (me.rooms.has(room)) {
      return [
        reply(me.session, { type: "joined", room, nick: me.nick }, true),
        recall(me.session, past.replay(room, { from: command.from, before: 0 }, this.#limits)),
      ];
    }
    const tooMany = me.rooms.size >= this.#limits.maxRoomsPerUser ||
      !this.#rooms.has(room) && this.#rooms.size >= this.#limits.maxRooms;
    if (tooMany) return [failed(me.session, command, "too-many-rooms", room)];
    return [publish(me.session, { type: "joined", room, nick: me.nick }, {
      from: command.from,
    })];
  }

  /** Publishes a fact about a room that the member must be in. */
  #inRoom(me: Member, command: Of<"part" | "say" | "act">, fact: (room: string) => Fact): Effect[] {
    // Nearly always the room is written as it is called, and needs no folding.
    const room = me.rooms.has(command.room) ? command.room : roomName(command.room);
    if (room !== undefined && me.rooms.has(room)) return [publish(me.session, fact(room))];
    return [failed(me.session, command, "not-a-member", command.room)];
  }

  #speak(me: Member, command: Of<"say" | "act">, now: number): Effect[] {
    const refused = this.#refusedText(me.session, command);
    if (refused) return refused;
    const { text, id } = command;
    const { nick } = me;
    const emote = command.type === "act";
    const at = now;
    return this.#inRoom(
      me,
      command,
      (room) => ({ type: "message", room, seq: 0, at, nick, text, emote, id }),
    );
  }

  #tell(me: Member, command: Of<"tell">, now: number): Effect[] {
    const refused = this.#refusedText(me.session, command);
    if (refused) return refused;
    const to = this.#find(command.nick);
    if (!to) return [failed(me.session, command, "no-such-nick", command.nick)];
    const { text, id } = command;
    const { nick } = me;
    const fact: Fact = { type: "told", nick, to: to.nick, seq: 0, at: now, text, id };
    return [publish(me.session, fact, { to: to.session })];
  }

  #who(me: Member, command: Of<"who">): Effect[] {
    const room = command.room === "" ? "" : roomName(command.room);
    if (room === undefined) return [failed(me.session, command, "bad-room", command.room)];
    const sessions = room === "" ? this.#members.keys() : this.#rooms.get(room) ?? [];
    const nicks = Array.from(sessions, (session) => this.#members.get(session)!.nick);
    return [reply(me.session, { type: "roster", room, nicks })];
  }

  #history(me: Member, command: Of<"history">): Effect[] {
    const room = roomName(command.room);
    if (room === undefined || !me.rooms.has(room)) {
      return [failed(me.session, command, "not-a-member", command.room)];
    }
    return [recall(me.session, past.history(room, command, this.#limits))];
  }

  #search(me: Member, command: Of<"search">): Effect[] {
    const { room: name, text } = command;
    const room = name === "" ? "" : roomName(name);
    if (room === undefined || room !== "" && !me.rooms.has(room)) {
      return [failed(me.session, command, "not-a-member", name)];
    }
    if (!isText(text)) return [failed(me.session, command, "bad-text")];
    if (text.length > MAX_SEARCH_LENGTH) return [failed(me.session, command, "too-long")];
    const rooms = room === "" ? [...me.rooms] : [room];
    return [recall(me.session, past.search({ room, rooms }, command, this.#limits))];
  }

  #seen(me: Member, command: Of<"seen">): Effect[] {
    if (!isNick(command.nick)) return [failed(me.session, command, "bad-nick", command.nick)];
    const here = this.#find(command.nick);
    const nick = here?.nick ?? command.nick;
    const rooms = [...me.rooms];
    return [recall(me.session, { type: "seen", nick, isHere: here !== undefined, rooms })];
  }

  #refusedText(from: SessionId, command: Of<"say" | "act" | "tell">): Effect[] | undefined {
    if (!isId(command.id)) return [failed(from, command, "bad-request")];
    if (!isText(command.text)) return [failed(from, command, "bad-text")];
    if (!fits(command.text, this.#limits.maxTextBytes)) return [failed(from, command, "too-long")];
    return undefined;
  }

  // What facts change.

  #entered({ nick }: FactOf<"entered">, origin: SessionId): Effect[] {
    const wish = { type: "hello" } as const;
    if (this.#members.has(origin)) return [failed(origin, wish, "already-entered")];
    if (this.#find(nick)) return [failed(origin, wish, "nick-in-use", nick)];
    // Asked again, because others may have come in the same turn.
    if (this.#members.size >= this.#limits.maxUsers) return [failed(origin, wish, "server-full")];
    const member = { nick, session: origin, rooms: new Set<string>() };
    this.#members.set(origin, member);
    this.#claim(member);
    return [reply(origin, { type: "entered", nick, rooms: [] }, true)];
  }

  #renamed(fact: FactOf<"renamed">, origin: SessionId): Effect[] {
    const member = this.#members.get(origin);
    if (!member) return [];
    const holder = this.#find(fact.to, member);
    if (holder) {
      return [failed(origin, { type: "rename" }, "nick-in-use", fact.to)];
    }
    this.#release(member);
    member.nick = fact.to;
    this.#claim(member);
    if (member.rooms.size === 0) return [reply(origin, fact, true)];
    return [send(this.#everybodyIn([...member.rooms]), fact, origin)];
  }

  #joined(fact: FactOf<"joined">, origin: SessionId, { from = 0, before = 0 }: Aside): Effect[] {
    const member = this.#members.get(origin);
    if (!member || member.rooms.has(fact.room)) return [];
    if (!this.#rooms.has(fact.room) && this.#rooms.size >= this.#limits.maxRooms) {
      return [failed(origin, { type: "join" }, "too-many-rooms", fact.room)];
    }
    const room = this.#rooms.get(fact.room) ?? new Set();
    this.#rooms.set(fact.room, room.add(origin));
    member.rooms.add(fact.room);
    return [
      send(room, fact, origin),
      recall(origin, past.replay(fact.room, { from, before }, this.#limits)),
    ];
  }

  #parted(fact: FactOf<"parted">, origin: SessionId): Effect[] {
    const member = this.#members.get(origin);
    if (!member?.rooms.has(fact.room)) return [];
    this.#remove(member, fact.room);
    return [send(this.#rooms.get(fact.room) ?? [], fact, origin), reply(origin, fact, true)];
  }

  #quitted(fact: FactOf<"quitted">, origin: SessionId): Effect[] {
    const member = this.#members.get(origin);
    if (!member) return [];
    const rooms = [...member.rooms];
    for (const room of rooms) this.#remove(member, room);
    this.#members.delete(origin);
    this.#release(member);
    return [send(this.#everybodyIn(rooms), fact, origin), close(origin)];
  }

  /** It goes to the one whom its author meant, whoever is called so by now. It is stored, even if they have left. */
  #told(fact: FactOf<"told">, origin: SessionId, { to = 0 }: Aside): Effect[] {
    const those = this.#members.has(to) ? [to, origin] : [origin];
    return [send(new Set(those), fact, origin)];
  }

  // Small questions and changes.

  /** Who has that nick, or one that could be taken for it; `except` may have it. */
  #find(nick: string, except?: Member): Member | undefined {
    for (const key of nickKeys(nick)) {
      const member = this.#nicks.get(key);
      if (member && member !== except) return member;
    }
    return undefined;
  }

  #claim(member: Member) {
    for (const key of nickKeys(member.nick)) this.#nicks.set(key, member);
  }

  #release(member: Member) {
    for (const key of nickKeys(member.nick)) this.#nicks.delete(key);
  }

  #everybodyIn(rooms: string[]): Iterable<SessionId> {
    // One room is the usual case, and may be a room of thousands: its own set will do.
    if (rooms.length === 1) return this.#rooms.get(rooms[0]!) ?? [];
    const everybody = new Set<SessionId>();
    for (const room of rooms) {
      for (const session of this.#rooms.get(room) ?? []) everybody.add(session);
    }
    return everybody;
  }

  #remove(member: Member, name: string) {
    member.rooms.delete(name);
    const room = this.#rooms.get(name);
    room?.delete(member.session);
    if (room?.size === 0) this.#rooms.delete(name);
  }
}

/** Short, and nothing that some program would take for something else than it is. */
function isId(id: string): boolean {
  return id.length <= MAX_TOKEN_LENGTH && /^[ -~]*$/.test(id);
}

function refusedNick(from: SessionId, command: Of<"hello" | "rename">): Effect[] | undefined {
  if (!isNick(command.nick)) return [failed(from, command, "bad-nick", command.nick)];
  if (isReserved(command.nick)) return [failed(from, command, "reserved-nick", command.nick)];
  return undefined;
}

function ping(from: SessionId, command: Of<"ping">): Effect[] {
  if (command.token.length > MAX_TOKEN_LENGTH) return [failed(from, command, "bad-request")];
  return [reply(from, { type: "pong", token: command.token })];
}
