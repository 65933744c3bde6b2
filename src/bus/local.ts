/**
 * The bus of a single node: gathers what one turn of the event loop publishes, has it stored in one go,
 * and only then lets it happen. Nobody is ever shown what is not stored.
 */
import type { Aside, SessionId } from "../chat/effect.ts";
import { type Deed, type Fact, isDeed, type Message, type Told } from "../chat/event.ts";
import type { Bus, Published, Stored, Subscriber } from "./bus.ts";

/** What is on disk before it happens. */
export type Kept = Message | Told | Deed;

export interface LocalBusOptions {
  /**
   * Stores what is to be kept, and numbers what was said, all or nothing, and returns what of it is stored already; throws if
   * it cannot, and all of it is refused.
   */
  keep(said: readonly Published<Kept>[]): ReadonlyMap<Fact, Stored>;
  /** Runs a function once this turn is over. */
  afterTurn?(run: () => void): void;
}

const NONE: ReadonlyMap<Fact, Stored> = new Map();

export class LocalBus implements Bus {
  #options: LocalBusOptions;
  #subscribers: Subscriber[] = [];
  #gathered: Published[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(options: LocalBusOptions) {
    this.#options = options;
  }

  subscribe(subscriber: Subscriber) {
    this.#subscribers.push(subscriber);
  }

  publish(fact: Fact, origin: SessionId, aside: Aside) {
    if (this.#gathered.length === 0) {
      (this.#options.afterTurn ?? setImmediate)(() => this.#endTurn());
    }
    this.#gathered.push({ fact, origin, aside });
  }

  settled(): Promise<void> | undefined {
    if (this.#gathered.length === 0) return undefined;
    this.#waiting ??= Promise.withResolvers();
    return this.#waiting.promise;
  }

  #endTurn() {
    const turn = this.#gathered;
    const waiting = this.#waiting;
    this.#gathered = [];
    this.#waiting = undefined;
    const repeats = this.#keep(turn);
    try {
      for (const [index, published] of turn.entries()) {
        const { fact } = published;
        const before = fact.type === "joined" ? nextIn(fact.room, turn, index) : 0;
        for (const subscriber of this.#subscribers) {
          happen(published, { subscriber, repeats, before });
        }
      }
    } finally {
      for (const subscriber of this.#subscribers) subscriber.turnEnded?.();
      // Whatever happened, sessions wait for this.
      waiting?.resolve();
    }
  }

  /** What of the turn is stored already; undefined if it cannot be stored. */
  #keep(turn: Published[]): ReadonlyMap<Fact, Stored> | undefined {
    const said = turn.filter(isPublishedKept);
    if (said.length === 0) return NONE;
    try {
      return this.#options.keep(said);
    } catch {
      return undefined;
    }
  }
}

function happen(
  { fact, origin, aside }: Published,
  { subscriber, repeats, before }: {
    subscriber: Subscriber;
    repeats: ReadonlyMap<Fact, Stored> | undefined;
    before: number;
  },
) {
  const stored = repeats?.get(fact);
  if (!repeats && isKept(fact)) subscriber.refuse(fact, origin);
  else if (stored) subscriber.repeat(fact, origin, stored);
  else subscriber.apply(fact, origin, fact.type === "joined" ? { ...aside, before } : aside);
}

/** The number of the first message that is said in the room later in this turn; 0 if there is none. */
function nextIn(room: string, turn: readonly Published[], index: number): number {
  for (let at = index + 1; at < turn.length; at++) {
    const { fact } = turn[at]!;
    if (fact.type === "message" && fact.room === room) return fact.seq;
  }
  return 0;
}

function isPublishedKept(published: Published): published is Published<Kept> {
  return isKept(published.fact);
}

function isKept(fact: Fact): fact is Kept {
  return fact.type === "message" || fact.type === "told" || isDeed(fact);
}
