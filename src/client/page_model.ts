/** What the browser's page knows beyond the talk itself: what is searched for, and what it was before a reload. */
import type { Event, Said } from "../chat/event.ts";
import type { Pending } from "./memory.ts";
import { startTalk, type Talk } from "./talk.ts";

export interface Page extends Talk {
  search: Search | undefined;
  /** The message that was asked to be shown among its neighbours, until it is. */
  target: Target | undefined;
  /** The rooms that there are, as of the last time that it was asked. */
  directory: readonly { room: string; members: number }[];
  /** Ends of gaps in what was said that nothing fills, as "#room 17". */
  voids: ReadonlySet<string>;
  /** What there was before the page was loaded anew, until the server lets us in. */
  before: Before | undefined;
  /** Why the server has closed, in its own words. */
  farewell: string;
  /** Why it has not let us in. */
  refusal: Refusal | undefined;
  /** The locked room whose password is asked for. */
  knock: Knock | undefined;
  /** A secret that is shown until it has been seen, and kept nowhere. */
  token: { nick: string; token: string } | undefined;
  /** Why no key is proved; "" if one is. */
  keyless: string;
}

export type Refusal = Extract<Event, { type: "failed" }>;

export interface Knock {
  room: string;
  /** Whether a password has been tried that was not it. */
  isWrong: boolean;
}

export interface Search {
  text: string;
  /** "" for all rooms that one is in. */
  room: string;
  /** Newest first. */
  found: readonly Said[];
  /** What to search before for more; 0 if there is none. */
  next: number;
  isWaiting: boolean;
}

export interface Target {
  place: string;
  seq: number;
}

export interface Before {
  rooms: readonly string[];
  /** The place that was looked at. */
  place: string;
  pending: readonly Pending[];
}

export function startPage(
  { before, ...talk }: {
    nick: string;
    room: string;
    echoes: boolean;
    before: Before | undefined;
  },
): Page {
  return {
    ...startTalk(talk),
    search: undefined,
    target: undefined,
    directory: [],
    voids: new Set(),
    before,
    farewell: "",
    refusal: undefined,
    knock: undefined,
    token: undefined,
    keyless: "",
  };
}
