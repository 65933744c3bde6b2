/** Who is here, what they are called, and which rooms they are in: the hub's memory, and no more than that. */
import type { SessionId } from "./effect.ts";
import { nickKeys } from "./names.ts";

export interface Member {
  nick: string;
  readonly session: SessionId;
  readonly rooms: Set<string>;
  /** The key that they have proved to have; "" if none. */
  key: string;
  /** Their address, without its port; "" if it is not known. */
  address: string;
}

export class People {
  /** Everybody, by session and by every key of their nick. */
  #members = new Map<SessionId, Member>();
  #nicks = new Map<string, Member>();
  /** Only rooms with somebody in them. */
  #rooms = new Map<string, Set<SessionId>>();

  get count(): number {
    return this.#members.size;
  }

  get roomCount(): number {
    return this.#rooms.size;
  }

  get(session: SessionId): Member | undefined {
    return this.#members.get(session);
  }

  /** Everybody: a live view, to be read at once. */
  all(): Iterable<Member> {
    return this.#members.values();
  }

  sessions(): Iterable<SessionId> {
    return this.#members.keys();
  }

  /** Who has that nick, or one that could be taken for it; `except` may have it. */
  find(nick: string, except?: Member): Member | undefined {
    for (const key of nickKeys(nick)) {
      const member = this.#nicks.get(key);
      if (member && member !== except) return member;
    }
    return undefined;
  }

  add(member: Member) {
    this.#members.set(member.session, member);
    for (const key of nickKeys(member.nick)) this.#nicks.set(key, member);
  }

  rename(member: Member, nick: string) {
    for (const key of nickKeys(member.nick)) this.#nicks.delete(key);
    member.nick = nick;
    for (const key of nickKeys(nick)) this.#nicks.set(key, member);
  }

  /** Out of all rooms, and gone. */
  remove(member: Member) {
    for (const room of [...member.rooms]) this.leave(member, room);
    this.#members.delete(member.session);
    for (const key of nickKeys(member.nick)) this.#nicks.delete(key);
  }

  /** The sessions in a room: the hub's own live set, to be read at once and never kept. */
  in(room: string): Iterable<SessionId> {
    return this.#rooms.get(room) ?? [];
  }

  hasRoom(room: string): boolean {
    return this.#rooms.has(room);
  }

  membersOf(room: string): number {
    return this.#rooms.get(room)?.size ?? 0;
  }

  rooms(): { room: string; members: number }[] {
    return [...this.#rooms].map(([room, members]) => ({ room, members: members.size }));
  }

  /** Everybody who is in one of the rooms, once. */
  inAny(rooms: readonly string[]): Iterable<SessionId> {
    // One room is the usual case, and may be a room of thousands: its own set will do.
    if (rooms.length === 1) return this.in(rooms[0]!);
    const everybody = new Set<SessionId>();
    for (const room of rooms) {
      for (const session of this.in(room)) everybody.add(session);
    }
    return everybody;
  }

  join(member: Member, name: string) {
    const room = this.#rooms.get(name) ?? new Set();
    this.#rooms.set(name, room.add(member.session));
    member.rooms.add(name);
  }

  leave(member: Member, name: string) {
    member.rooms.delete(name);
    const room = this.#rooms.get(name);
    room?.delete(member.session);
    if (room?.size === 0) this.#rooms.delete(name);
  }

  /** Who is where, in a form that two nodes can compare. */
  snapshot(): { members: [SessionId, string][]; rooms: [string, SessionId[]][] } {
    return {
      members: [...this.#members.values()].map((it) => [it.session, it.nick]),
      rooms: [...this.#rooms].map(([room, members]) => [room, [...members]]),
    };
  }
}

/** An address without its port. */
export function addressOf(peer: string): string {
  return peer.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}
