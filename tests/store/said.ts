/** What the tests of the history have said in it, and where. */
import { join } from "@std/path";
import type { Message, Told } from "../../src/chat/event.ts";
import type { History, Kept } from "../../src/store/history.ts";
import { openHistory, type OpenOptions } from "../../src/store/open.ts";

export const NOON = 1_700_000_000_000;
export const DAY = 24 * 60 * 60 * 1000;

/** A page of all that there is. */
export const ALL = { limit: 100_000, maxBytes: 1e12 };

export function message(text: string, more: Partial<Message> = {}): Message {
  const usual = { room: "lobby", seq: 0, at: NOON, nick: "chris", emote: false, id: "" };
  return { ...usual, type: "message", text, ...more };
}

/** Said by chris to pat, who have the tokens "c" and "p". */
export function direct(
  text: string,
  more: Partial<Told & Omit<Kept, "fact">> = {},
): Kept & { fact: Told } {
  const { sender = "c", receiver = "p", ...fact } = more;
  const usual = { nick: "chris", to: "pat", seq: 0, at: NOON, id: "" };
  return { fact: { ...usual, type: "told", text, ...fact }, sender, receiver };
}

export function kept(fact: Message): Kept {
  return { fact, sender: "", receiver: "" };
}

/** In one batch. */
export function say(history: History, messages: Message[]) {
  return history.append(messages.map(kept));
}

export function texts(found: { messages: { text: string }[] }): string[] {
  return found.messages.map(({ text }) => text);
}

/** An id as long as a UUID. */
export function longId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;
}

export function inMemory(options: Partial<OpenOptions> = {}): History {
  return openHistory({ path: ":memory:", durability: "process", ...options });
}

/** Time stands still in it unless it is told otherwise, so that whatever is to be done is done in time. */
export function open(path: string, options: Partial<OpenOptions> = {}): History {
  return openHistory({ path, durability: "process", now: () => 0, ...options });
}

/** Runs with the path of a database in a directory that is removed afterwards. */
export function withPath(run: (path: string) => void) {
  const directory = Deno.makeTempDirSync();
  try {
    run(join(directory, "chat.db"));
  } finally {
    Deno.removeSync(directory, { recursive: true });
  }
}

/** Does all that can wait. Returns in how many pieces. */
export function tendAll(history: History, now = NOON): number {
  let pieces = 0;
  while (history.tend(now)) if (++pieces > 100_000) throw new Error("it never ends");
  return pieces;
}
