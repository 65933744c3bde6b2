/** What was said, kept. */
import type { Fewest } from "../chat/fewest.ts";
import type { Deed, Direct, Message, Said, Told } from "../chat/event.ts";

export interface History {
  /**
   * Stores all or nothing, in this order, and numbers what it stores. When it returns, all of it survives
   * the end of the program. What has been stored before, by its id, is not stored again: it is returned,
   * with the place that it has. Throws if it cannot store.
   */
  append(said: readonly Kept[]): Repeats;
  /** All deeds that were stored, in their order: what holds is what they lead to. */
  deeds(): Deed[];
  /**
   * Keeps some of them, as they are, after others that lead to the same as those that are not; all or nothing.
   * What cannot be made out is undefined. All are left as they are if none are chosen. Returns how many there
   * are then.
   */
  thinDeeds(choose: Choose): number;
  /** A part of what was said in a room, oldest first. */
  page(room: string, page: Page): Found<Said>;
  /** A part of what one person said to others alone, or was told by them, oldest first. */
  directs(owner: string, page: Page): Found<Direct>;
  /**
   * The newest of what was said in these rooms with all of these words, or words that begin so, oldest
   * first; `next` is `before` for those that follow, or 0 at the end.
   */
  search(search: Search): { messages: Said[]; next: number };
  /** Where and when somebody last spoke, in these rooms. */
  seen(nick: string, rooms: readonly string[]): { room: string; at: number } | undefined;
  /** Whether something could be stored now. Throws why not. */
  probe(): void;
  /** Does a little of what can wait: indexing, deleting what is too old. Returns whether there is more. */
  tend(now: number): boolean;
  close(): void;
}

export type Choose = (deeds: readonly (Deed | undefined)[]) => Fewest | undefined;

/** What is to be stored, and whose it is. */
export interface Kept {
  fact: Message | Told | Deed;
  /** Of a direct message: who may ever see it again, as tokens tell; "" for who has none. */
  sender: string;
  receiver: string;
}

export type Repeats = ReadonlyMap<Message | Told, Place>;

/** A message's number in its room, and when it was said. */
export interface Place {
  seq: number;
  at: number;
}

/**
 * Which part: the newest before a message, the first from one on (and before another, if both are given), or what is around one; the newest of all
 * if none is named. Messages are named by their number, or, `byTime`, by when they were said.
 */
export interface Page {
  limit: number;
  /** 0 for none. */
  before?: number;
  from?: number;
  around?: number;
  byTime?: boolean;
  /** The most bytes that they may take on any wire; at least one message comes all the same. */
  maxBytes: number;
}

export interface Found<T> {
  messages: T[];
  /** Whether there are more in the direction that was asked for. */
  more: boolean;
  /** The number of the newest message that there is. */
  last: number;
}

export interface Search {
  rooms: readonly string[];
  words: string;
  limit: number;
  /** What an earlier search said is next; 0 for the newest. */
  before: number;
  maxBytes: number;
}
