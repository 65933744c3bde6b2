/**
 * Followers of rooms, by Server-Sent Events. Each is a place in a room's history and no more: when there is
 * something new it reads what comes after that place, as fast as its peer takes it. So a slow reader costs
 * no memory, and nothing can be left out or come twice.
 */
import type { Fact, Said } from "../chat/event.ts";
import type { Log } from "../server/log.ts";
import { Turnstile } from "../server/turnstile.ts";
import type { History } from "../store/history.ts";

export interface FollowersOptions {
  history: Pick<History, "page">;
  log: Log;
  now(): number;
}

/** Who follows which room, from after which message. */
export interface Following {
  nick: string;
  room: string;
  after: number;
  /** Asked each time before it is told anything. */
  isAdmitted(): boolean;
}

/** Each reads for itself what it is told: more would keep everybody else waiting. */
const MAX_FOLLOWERS = 100;
/** ... and one bot alone should not have all of them. */
const MAX_FOLLOWERS_EACH = 25;
/** What a follower reads at once, and so what it holds while its peer does not take it. */
const PAGE = { limit: 100, maxBytes: 64 * 1024 };
/** Less than the minute after which others on the way take a silent connection for a dead one. */
const HEARTBEAT_MILLISECONDS = 15_000;
/** In one turn of the event loop. */
const READS_PER_TURN = 2;
/** When to come back after the connection broke. */
const RETRY_MILLISECONDS = 1000;

/** One that has read all that there is. */
interface Waiting {
  since: number;
  wake(why: Wake): void;
}

type Wake = "new" | "silent" | "gone";

export class Followers {
  #options: FollowersOptions;
  #turnstile = new Turnstile(READS_PER_TURN);
  #waiting = new Map<string, Set<Waiting>>();
  #counts = new Map<string, number>();
  #count = 0;

  constructor(options: FollowersOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get count(): number {
    return this.#count;
  }

  // What has happened, as the bus tells it.

  apply(fact: Fact) {
    if (fact.type !== "message") return;
    const waiting = this.#waiting.get(fact.room);
    if (!waiting) return;
    this.#waiting.delete(fact.room);
    for (const it of waiting) it.wake("new");
  }

  /** It has happened before. */
  repeat() {}

  /** It has not happened. */
  refuse() {}

  /** Looks who has not been told anything for a while. Called about once a second. */
  check() {
    const until = this.#options.now() - HEARTBEAT_MILLISECONDS;
    for (const [room, waiting] of this.#waiting) {
      for (const it of waiting) {
        if (it.since > until) continue;
        waiting.delete(it);
        it.wake("silent");
      }
      if (waiting.size === 0) this.#waiting.delete(room);
    }
  }

  /** Whether there may be one more. */
  hasRoomFor(nick: string): boolean {
    return this.#count < MAX_FOLLOWERS && (this.#counts.get(nick) ?? 0) < MAX_FOLLOWERS_EACH;
  }

  /** All that is said in a room after a message, as events. */
  follow({ nick, room, after, isAdmitted }: Following): AsyncIterableIterator<string> {
    const place = new Place(room, { all: this.#waiting, now: this.#options.now });
    const events = this.#events(place, { after, isAdmitted });
    // Whoever has gone before it was told anything never asks, and must not count.
    let state: "new" | "open" | "over" = "new";
    const end = () => {
      if (state === "open") this.#counted(nick, -1);
      state = "over";
      return { value: undefined, done: true } as const;
    };
    const begin = () => {
      if (!this.hasRoomFor(nick)) return void end();
      state = "open";
      this.#counted(nick, 1);
    };
    return {
      [Symbol.asyncIterator]() {
        return this;
      },
      async next() {
        if (state === "new") begin();
        const next = state === "over" ? end() : await events.next();
        return next.done ? end() : next;
      },
      return() {
        place.leave();
        return Promise.resolve(end());
      },
    };
  }

  async *#events(
    place: Place,
    { after, isAdmitted }: Pick<Following, "after" | "isAdmitted">,
  ): AsyncGenerator<string> {
    const { history, log } = this.#options;
    const { room } = place;
    // An id alone is no event, and yet whoever comes back says it.
    yield `: ${room}, from here on\nretry: ${RETRY_MILLISECONDS}\nid: ${after}\n\n`;
    while (!place.isLeft) {
      await this.#turnstile.enter();
      if (!isAdmitted()) return;
      let messages: Said[];
      try {
        messages = history.page(room, { ...PAGE, from: after + 1 }).messages;
      } catch (error) {
        log("error", "the history cannot be read", { error: String(error) });
        // It comes back, and says where it was.
        return;
      }
      const last = messages.at(-1);
      if (last) {
        after = last.seq;
        yield messages.map(eventOf).join("");
      } else if (await place.news() === "silent" && isAdmitted()) {
        yield ": nothing new\n\n";
      }
    }
  }

  #counted(nick: string, more: 1 | -1) {
    this.#count += more;
    const count = (this.#counts.get(nick) ?? 0) + more;
    if (count > 0) this.#counts.set(nick, count);
    else this.#counts.delete(nick);
  }
}

/** Where a follower waits for what is new in its room. */
class Place {
  readonly room: string;
  isLeft = false;
  #all: Map<string, Set<Waiting>>;
  #now: () => number;
  #waiting: Waiting | undefined;

  constructor(
    room: string,
    { all, now }: { all: Map<string, Set<Waiting>>; now(): number },
  ) {
    this.room = room;
    this.#all = all;
    this.#now = now;
  }

  /** Nothing is left out if this is called in the same moment in which nothing was found to read. */
  news(): Promise<Wake> {
    if (this.isLeft) return Promise.resolve("gone");
    const { promise, resolve } = Promise.withResolvers<Wake>();
    const waiting = this.#all.get(this.room) ?? new Set();
    this.#waiting = { since: this.#now(), wake: resolve };
    this.#all.set(this.room, waiting.add(this.#waiting));
    return promise;
  }

  leave() {
    this.isLeft = true;
    if (!this.#waiting) return;
    const others = this.#all.get(this.room);
    others?.delete(this.#waiting);
    if (others?.size === 0) this.#all.delete(this.room);
    this.#waiting.wake("gone");
  }
}

/** JSON has no line's end in it, so that this is one event whatever was said. */
function eventOf(said: Said): string {
  return `id: ${said.seq}\ndata: ${JSON.stringify(shownOf(said))}\n\n`;
}

/** A message as the API shows it: its id only if its author gave it one. */
export function shownOf({ room, seq, at, nick, text, emote, id }: Said) {
  return { room, seq, at, nick, text, emote, ...(id === "" ? {} : { id }) };
}
