/** What of the past a wish asks for, within what the server allows. */
import type { Command } from "./command.ts";
import type { Query } from "./effect.ts";

export interface PastLimits {
  /** How many earlier messages somebody who joins is shown. */
  replayMessages: number;
  /** The most that one history request brings. */
  historyMessages: number;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;

/** Who lacks more asks again: many who come back at once must not keep everybody else waiting. */
const MAX_FOLLOWING = 100;
/** As many as a person looks at. */
const DEFAULT_FOUND = 20;

/** What somebody who joins is shown: the last few, or all that they lack. */
export function replay(
  room: string,
  { from, before }: { from: number; before: number },
  limits: PastLimits,
): Query {
  const limit = from > 0 ? atMost(limits, MAX_FOLLOWING) : limits.replayMessages;
  return {
    type: "history",
    room,
    limit,
    from: Math.max(0, from),
    before,
    around: 0,
    byTime: false,
    asked: false,
  };
}

export function history(room: string, command: Of<"history">, limits: PastLimits): Query {
  return {
    type: "history",
    room,
    limit: following(command, limits),
    before: Math.max(0, command.before),
    from: Math.max(0, command.from),
    around: Math.max(0, command.around),
    byTime: command.by === "time",
    asked: true,
  };
}

export function directs(command: Of<"directs">, limits: PastLimits): Query {
  return {
    type: "directs",
    limit: following(command, limits),
    before: Math.max(0, command.before),
    from: Math.max(0, command.from),
  };
}

export function search(
  { room, rooms }: { room: string; rooms: readonly string[] },
  { text, limit, before }: Of<"search">,
  limits: PastLimits,
): Query {
  return {
    type: "search",
    room,
    rooms,
    text,
    limit: atMost(limits, limit > 0 ? limit : DEFAULT_FOUND),
    before: Math.max(0, before),
  };
}

function following({ from, limit }: { from: number; limit: number }, limits: PastLimits): number {
  const most = atMost(limits, limit);
  return from > 0 ? Math.min(most, MAX_FOLLOWING) : most;
}

function atMost({ historyMessages }: PastLimits, asked: number): number {
  return asked > 0 ? Math.min(asked, historyMessages) : historyMessages;
}
