/**
 * A person's side of the chat as a pure state machine: lines typed and events told go in, a model and what
 * to do come out. It knows nothing of sockets, terminals or the wire. Each dialect whose document draws a
 * screen of its own has one; all others share app.ts.
 */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import type { Key } from "../terminal/keys.ts";
import type { Pending } from "./memory.ts";
import type { Wish } from "./page_wishes.ts";
import { visible } from "../terminal/visible.ts";

export interface App<Model> {
  start(start: Start): [model: Model, actions: Action[]];
  update(model: Model, input: Input): [model: Model, actions: Action[]];
  /** Whether no more lines can be taken before something comes back. */
  isFull?(model: Model): boolean;
}

export interface Start {
  nick: string;
  /** Whether the person asked for this nick, and it is not just the name of this computer's user. */
  isNickGiven: boolean;
  room: string;
  /** Whether to show what was said before one came, when the server tells it unasked. */
  showsReplay: boolean;
  /** Whether the server does not repeat to people what they said. */
  echoes: boolean;
  /** On wires where a client can go on where it was: the secret that it is known by, "" on all others. */
  token: string;
  /** How long to try to come back when the connection is lost. */
  reconnectMilliseconds: number;
  /** The server's, as far as it is known. */
  password?: string;
  /** Whether there is somebody who can be asked for it. */
  canAsk?: boolean;
  /** Whom to log in as, once in under the nick. */
  login?: { nick: string; token: string } | undefined;
}

export type Input =
  /** `id` is one that no other message has. */
  | { type: "line"; line: string; id: string }
  | { type: "event"; event: Event }
  | { type: "input ended" }
  /** What the server sends is no protocol that we speak with it. */
  | { type: "broken"; reason: string }
  /** `now` is in milliseconds, `chance` from 0 to 1. */
  | { type: "disconnected"; now: number; chance: number }
  /** There is a new connection, in place of one that has ended. */
  | { type: "connected"; now: number }
  /** The server has not said anything for a while. */
  | { type: "quiet" }
  // What only a screen is told.
  /** `id` is one that no other message has. */
  | { type: "key"; key: Key; id: string }
  | { type: "resize"; columns: number; rows: number }
  /** The clock, in milliseconds since 1970: about once a second, and before each key. */
  | { type: "tick"; now: number }
  /** A line about the conversation. */
  | { type: "note"; text: string }
  | { type: "status"; status: Status }
  /** What went over the wire. */
  | { type: "trace"; text: string }
  // What only a page is told.
  | { type: "wish"; wish: Wish };

/** How the connection does, and what waits for it. */
export interface Status {
  /** Whether what is said can be sent. */
  isIn: boolean;
  /** Whether the server has ever let us in. */
  wasIn: boolean;
  /** In how many milliseconds it is tried again; 0 while it is being tried. */
  retryMilliseconds: number;
  pending: readonly Pending[];
  /** It wants to be told a password: a hello that has it is the answer. */
  wantsPassword?: boolean;
}

export type Action =
  | { type: "send"; command: Command }
  /** A line of the conversation. */
  | { type: "show"; text: string }
  /** A line about it: what went wrong, or help. `again` if it only says that it is still so. */
  | { type: "remark"; text: string; again?: true }
  /** Take up a new connection in place of the one that there was, after a while. */
  | { type: "reconnect"; afterMilliseconds: number }
  /** Somebody has spoken to us. */
  | { type: "ring"; text: string }
  /** Paint the whole screen anew. */
  | { type: "repaint" }
  /** Give the terminal back for a while. */
  | { type: "suspend" }
  /** Whether what is typed from here on is a secret, and not to be seen. */
  | { type: "hide"; isOn: boolean }
  /** End the connection, as if it had broken. */
  | { type: "drop" }
  /** Say no more, and exit with 0 when the server has had a moment for what it still has to say. */
  | { type: "hang up" }
  | { type: "exit"; code: number };

/** The server's bytes are of no use: the same for every screen. */
export function broken(reason: string): Action[] {
  const text = `*** the server's bytes make no sense: ${reason}; is this the right --dialect?`;
  return [remark(text), { type: "exit", code: 1 }];
}

export function send(command: Command): Action {
  return { type: "send", command };
}

/** Strangers may have written any part of it, so nothing in it reaches the terminal as it is. */
export function show(text: string): Action {
  return { type: "show", text: visible(text) };
}

export function remark(text: string): Extract<Action, { type: "remark" }> {
  return { type: "remark", text: visible(text) };
}
