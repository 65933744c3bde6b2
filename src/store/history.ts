/** What was said, kept. */
import type { Message, Said, Told } from "../chat/event.ts";

export interface History {
  /**
   * Stores all or nothing, in this order, and gives each message its number in its room. When it
   * returns, the messages survive the end of the program. Throws if they cannot be stored.
   */
  append(said: readonly (Message | Told)[]): void;
  /** The newest messages of a room that fit, oldest first. */
  recent(room: string, page: Page): Said[];
  close(): void;
}

export interface Page {
  limit: number;
  /** Only messages with a smaller number than this one; 0 for all. */
  before: number;
  /** The most bytes that they may take on any wire; at least one message comes all the same. */
  maxBytes: number;
}
