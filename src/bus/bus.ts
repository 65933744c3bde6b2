/** What gives every node the same facts in the same order. */
import type { Aside, SessionId } from "../chat/effect.ts";
import type { Fact } from "../chat/event.ts";

export interface Bus {
  /** Hands over a fact; it comes back to all subscribers in its place in the order. Never waits. */
  publish(fact: Fact, origin: SessionId, aside: Aside): void;
  /** When all that has been published here so far has come back; undefined if it has already. */
  settled(): Promise<void> | undefined;
}

export interface Subscriber {
  /** The fact's turn in the order has come. A message is on disk by now. */
  apply(fact: Fact, origin: SessionId, aside: Aside): void;
  /** It has been stored before, and has happened then: its author has sent it again. */
  repeat(fact: Fact, origin: SessionId, stored: Stored): void;
  /** The fact could not be stored: it has not happened, and its author should know. */
  refuse(fact: Fact, origin: SessionId): void;
  /** All that one turn brought has happened: what was gathered meanwhile is due. */
  turnEnded?(): void;
}

/** The number that a message has been stored under, and when it was said. */
export interface Stored {
  seq: number;
  at: number;
}

/** A fact on its way through the order. */
export interface Published<Type extends Fact = Fact> {
  fact: Type;
  origin: SessionId;
  aside: Aside;
}
