/** Answers from the history: what was asked of the past, as the events that tell it. */
import type { Query } from "../chat/effect.ts";
import type { Event } from "../chat/event.ts";
import type { History } from "../store/history.ts";
import { pages } from "./replay.ts";

export type Past = Pick<History, "page" | "directs" | "search" | "seen">;

export interface RecallOptions {
  history: Past;
  /** Who asks, as the history knows those who have a token. */
  owner: string;
  now: number;
  maxBytes: number;
  /** The most messages in one event. */
  maxMessages?: number | undefined;
}

type Of<Type extends Query["type"]> = Extract<Query, { type: Type }>;

/** Throws if the history cannot be read just now. */
export function recall(query: Query, options: RecallOptions): Event[] {
  switch (query.type) {
    case "history":
      return recallRoom(query, options);
    case "directs":
      return recallDirects(query, options);
    case "search":
      return [search(query, options)];
    case "seen":
      return [seen(query, options)];
  }
}

/**
 * In events of bearable size, the last of which says whether there is more. Whoever asks for what follows
 * gets one event for one question, so that they always know where they are.
 */
function recallRoom(
  { room, limit, before, from, around, byTime, asked }: Of<"history">,
  { history, maxBytes, maxMessages }: RecallOptions,
): Event[] {
  // Who is not to be shown the past still learns where it ends.
  const isHidden = limit === 0 && !asked;
  const page = { limit: isHidden ? 1 : limit, before, from, around, byTime, maxBytes };
  const { messages, more, last } = history.page(room, page);
  return told(isHidden ? [] : messages, { from, more: more && !isHidden, maxMessages })
    .map((part) => ({ type: "history", room, ...part, last: asked ? last : upTo(last, before) }));
}

/** The newest that somebody who joins is shown: what is told after the join does not count yet. */
function upTo(last: number, before: number): number {
  return before > 0 ? before - 1 : last;
}

function recallDirects(
  { limit, before, from }: Of<"directs">,
  { history, owner, maxBytes, maxMessages }: RecallOptions,
): Event[] {
  const { messages, more } = history.directs(owner, { limit, before, from, maxBytes });
  return told(messages, { from, more, maxMessages }).map((part) => ({ type: "directs", ...part }));
}

function told<T extends { text: string }>(
  messages: T[],
  { from, more, maxMessages }: { from: number; more: boolean; maxMessages: number | undefined },
): { messages: T[]; from: number; more: boolean }[] {
  if (from > 0) return [{ messages, from, more }];
  const split = pages(messages, maxMessages);
  const last = split.length - 1;
  return split.map((messages, index) => ({ messages, from, more: more && index === last }));
}

function search(
  { room, rooms, text, limit, before }: Of<"search">,
  { history, maxBytes }: RecallOptions,
): Event {
  const found = history.search({ rooms, words: text, limit, before, maxBytes });
  return { type: "found", room, text, ...found };
}

function seen({ nick, isHere, rooms }: Of<"seen">, { history, now }: RecallOptions): Event {
  const last = history.seen(nick, rooms);
  const ago = last ? Math.max(0, now - last.at) : 0;
  return { type: "seen", nick, isHere, room: last?.room ?? "", ago };
}
