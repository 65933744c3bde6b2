/** All that the hub can do to the world; the server performs it. */
import type { Command } from "./command.ts";
import type { Event, Fact, FailureCode } from "./event.ts";

/** One place in the chat, unique among all nodes. It is a connection's, and may outlive it for a while. */
export type SessionId = number;

export type Effect =
  /** Let every node apply this fact, in the same order. */
  | { type: "publish"; fact: Fact; origin: SessionId; aside: Aside }
  /** Tell many. `to` is the hub's own live set: to be read at once, never kept. */
  | { type: "send"; to: Iterable<SessionId>; event: Event; author: SessionId }
  /** Answer one; `own` is whether the event is of its own making. */
  | { type: "reply"; to: SessionId; event: Event; own: boolean }
  /** Show one something of what was said. */
  | { type: "recall"; to: SessionId; query: Query }
  /** End one's connection, once all that it was told is on its way. */
  | { type: "close"; session: SessionId };

/** What travels beside a fact, and nobody is told. */
export interface Aside {
  /** Of a direct message: whose it is, whatever they are called by the time it comes back. */
  to?: SessionId;
  /** Of a join: the first message that whoever joins lacks; 0 if they have seen none. */
  from?: number;
  /** Of a join: the first message that will be told after it, where that is stored already; 0 if none is. */
  before?: number;
  /** ... and the room's password, as they know it. */
  password?: string;
  /** Of a join, an entering or a new name: when it was asked for. */
  at?: number;
  /** Of an entering or a new name: the key that was proved, and where from. */
  key?: string;
  address?: string;
  /** Of an entering: the nick that was asked for. */
  wished?: string;
  /** Of a secret to log in with: the secret. */
  token?: string;
}

export const NO_ASIDE: Aside = {};

/** What of the past somebody is to be shown: all of it is theirs to see. */
export type Query =
  /** The newest, or what is before, from or around a message or a time; 0 is none of them. */
  | {
    type: "history";
    room: string;
    limit: number;
    before: number;
    from: number;
    around: number;
    byTime: boolean;
    /** False for what is shown on joining, to those whose wire knows that. */
    asked: boolean;
  }
  | { type: "directs"; limit: number; before: number; from: number }
  | {
    type: "search";
    room: string;
    rooms: readonly string[];
    text: string;
    limit: number;
    before: number;
  }
  | { type: "seen"; nick: string; isHere: boolean; rooms: readonly string[] };

export function publish(origin: SessionId, fact: Fact, aside = NO_ASIDE): Effect {
  return { type: "publish", fact, origin, aside };
}

export function send(to: Iterable<SessionId>, event: Event, author: SessionId): Effect {
  return { type: "send", to, event, author };
}

export function reply(to: SessionId, event: Event, own = false): Effect {
  return { type: "reply", to, event, own };
}

export function recall(to: SessionId, query: Query): Effect {
  return { type: "recall", to, query };
}

export function close(session: SessionId): Effect {
  return { type: "close", session };
}

/** Ids, tokens and reasons are small change: longer ones are not taken. */
export const MAX_TOKEN_LENGTH = 200;

/** Refuses a command; `about` is what of it, cut short because it may be anything at all. */
export function failed(to: SessionId, command: Wish, code: FailureCode, about = ""): Effect {
  const id = "id" in command ? command.id.slice(0, MAX_TOKEN_LENGTH) : "";
  about = about.slice(0, 64).toWellFormed();
  return reply(to, { type: "failed", command: command.type, code, about, id });
}

/** As much of a command as a refusal tells of it. */
export type Wish = { type: Command["type"] } | { type: Command["type"]; id: string };

/** Whether it can be a message's id: short, and nothing that some program would take for something else. */
export function isId(id: string): boolean {
  return id.length <= MAX_TOKEN_LENGTH && /^[ -~]*$/.test(id);
}
