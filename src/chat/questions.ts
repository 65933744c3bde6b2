/** What people may ask: who is where, and what was said. Nothing here changes anything. */
import type { Command } from "./command.ts";
import { type Effect, failed, MAX_TOKEN_LENGTH, recall, reply, type SessionId } from "./effect.ts";
import { isNick, isText, roomName } from "./names.ts";
import * as past from "./past.ts";
import type { Member, People } from "./people.ts";
import type { Rules } from "./rules.ts";

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
type Question = Of<"who" | "rooms" | "history" | "directs" | "search" | "seen">;

/** More is no search, and every word of it would cost. */
const MAX_SEARCH_LENGTH = 200;

export class Questions {
  #people: People;
  #rules: Rules;
  #limits: past.PastLimits;

  constructor(
    { people, rules, limits }: { people: People; rules: Rules; limits: past.PastLimits },
  ) {
    this.#people = people;
    this.#rules = rules;
    this.#limits = limits;
  }

  handle(me: Member, command: Question): Effect[] {
    switch (command.type) {
      case "who":
        return this.#who(me, command);
      case "rooms":
        return [reply(me.session, { type: "rooms", rooms: this.#rooms(me) })];
      case "history":
        return this.#history(me, command);
      case "directs":
        return [recall(me.session, past.directs(command, this.#limits))];
      case "search":
        return this.#search(me, command);
      case "seen":
        return this.#seen(me, command);
    }
  }

  /** Who is in a locked room, and how many, is nobody's business outside. */
  #rooms(me: Member) {
    return this.#people.rooms()
      .filter(({ room }) => me.rooms.has(room) || !this.#rules.lockOf(room));
  }

  #who(me: Member, command: Of<"who">): Effect[] {
    const room = command.room === "" ? "" : roomName(command.room);
    if (room === undefined) return [failed(me.session, command, "bad-room", command.room)];
    if (this.#rules.lockOf(room) && !me.rooms.has(room)) {
      return [failed(me.session, command, "not-a-member", command.room)];
    }
    const sessions = room === "" ? this.#people.sessions() : this.#people.in(room);
    const nicks = Array.from(sessions, (session) => this.#people.get(session)!.nick);
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
    const here = this.#people.find(command.nick);
    const nick = here?.nick ?? command.nick;
    const rooms = [...me.rooms];
    return [recall(me.session, { type: "seen", nick, isHere: here !== undefined, rooms })];
  }
}

/** Whether anybody listens; it needs no name. */
export function ping(from: SessionId, command: Of<"ping">): Effect[] {
  if (command.token.length > MAX_TOKEN_LENGTH) return [failed(from, command, "bad-request")];
  return [reply(from, { type: "pong", token: command.token })];
}
