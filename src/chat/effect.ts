/** All that the hub can do to the world; the server performs it. */
import type { Event, Fact } from "./event.ts";

/** One connection's place in the chat, unique among all nodes. */
export type SessionId = number;

export type Effect =
  /** Let every node apply this fact, in the same order. */
  | { type: "publish"; fact: Fact; origin: SessionId }
  /** Tell many. `to` is the hub's own live set: to be read at once, never kept. */
  | { type: "send"; to: Iterable<SessionId>; event: Event; author: SessionId }
  /** Answer one; `own` is whether the event is of its own making. */
  | { type: "reply"; to: SessionId; event: Event; own: boolean }
  /** Show one what was said: the last `limit` messages before number `before` (0: the newest). */
  | { type: "replay"; to: SessionId; room: string; limit: number; before: number; asked: boolean }
  /** End one's connection, once all that it was told is on its way. */
  | { type: "close"; session: SessionId };
