/**
 * The bus of a single node: gathers what one turn of the event loop publishes, has it stored in one go,
 * and only then lets it happen. Nobody is ever shown what is not stored.
 */
import type { SessionId } from "../chat/effect.ts";
import type { Fact, Message, Told } from "../chat/event.ts";
import type { Bus, Subscriber } from "./bus.ts";

export interface LocalBusOptions {
  /** Stores and numbers what was said, all or nothing; throws if it cannot. */
  keep(said: (Message | Told)[]): void;
  /** Told once of each failure to keep; those messages are refused. */
  onFailure(error: unknown): void;
  /** Runs a function once this turn is over. */
  afterTurn?(run: () => void): void;
}

interface Published {
  fact: Fact;
  origin: SessionId;
}

export class LocalBus implements Bus {
  #options: LocalBusOptions;
  #subscriber: Subscriber | undefined;
  #gathered: Published[] = [];
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor(options: LocalBusOptions) {
    this.#options = options;
  }

  subscribe(subscriber: Subscriber) {
    this.#subscriber = subscriber;
  }

  publish(fact: Fact, origin: SessionId) {
    if (this.#gathered.length === 0) {
      (this.#options.afterTurn ?? setImmediate)(() => this.#endTurn());
    }
    this.#gathered.push({ fact, origin });
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
    const areKept = this.#keep(turn);
    try {
      for (const { fact, origin } of turn) {
        if (areKept || !isSaid(fact)) this.#subscriber?.apply(fact, origin);
        else this.#subscriber?.refuse(fact, origin);
      }
    } finally {
      // Whatever happened, sessions wait for this.
      waiting?.resolve();
    }
  }

  #keep(turn: Published[]): boolean {
    const said = turn.map(({ fact }) => fact).filter(isSaid);
    if (said.length === 0) return true;
    try {
      this.#options.keep(said);
      return true;
    } catch (error) {
      this.#options.onFailure(error);
      return false;
    }
  }
}

function isSaid(fact: Fact): fact is Message | Told {
  return fact.type === "message" || fact.type === "told";
}
