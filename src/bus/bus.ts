/** What gives every node the same facts in the same order. */
import type { SessionId } from "../chat/effect.ts";
import type { Fact } from "../chat/event.ts";

export interface Bus {
  /** Hands over a fact; it comes back to all subscribers in its place in the order. Never waits. */
  publish(fact: Fact, origin: SessionId): void;
  /** When all that has been published here so far has come back; undefined if it has already. */
  settled(): Promise<void> | undefined;
}

export interface Subscriber {
  /** The fact's turn in the order has come. A message is on disk by now. */
  apply(fact: Fact, origin: SessionId): void;
  /** The fact could not be stored: it has not happened, and its author should know. */
  refuse(fact: Fact, origin: SessionId): void;
}
