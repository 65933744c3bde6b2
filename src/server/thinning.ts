/**
 * Keeps what people do that goes on holding from growing for ever: now and then what has no effect any more is
 * no longer kept.
 */
import { fewest } from "../chat/fewest.ts";
import type { ClaimLimits } from "../chat/claims.ts";
import { type Fact, isDeed } from "../chat/event.ts";
import type { History } from "../store/history.ts";
import type { Log } from "./log.ts";

export interface ThinningOptions {
  history: Pick<History, "deeds" | "replaceDeeds">;
  limits: ClaimLimits;
  log: Log;
}

/** It takes so long as to be worth it only for so many. */
const MANY = 10_000;

export class Thinning {
  #options: ThinningOptions;
  #count: number;
  #countAfter = 0;

  /** `count` is how many deeds there are. */
  constructor(options: ThinningOptions, count: number) {
    this.#options = options;
    this.#count = count;
  }

  // What has happened, as the bus tells it.

  apply(fact: Fact) {
    if (isDeed(fact)) this.#count++;
  }

  /** It has happened before. */
  repeat() {}

  /** It has not happened. */
  refuse() {}

  /** Looks whether there are many more than there were. Called about once a second. */
  check() {
    if (this.#count < 2 * this.#countAfter + MANY) return;
    const { history, limits, log } = this.#options;
    // Else it would be tried again each second.
    this.#countAfter = this.#count;
    try {
      const few = fewest(history.deeds(), limits);
      // To write as many again is worth nothing.
      if (few.length > this.#count / 2) return;
      history.replaceDeeds(few);
      log("info", "thinned", { from: this.#count, to: few.length });
      this.#count = this.#countAfter = few.length;
    } catch (error) {
      log("warning", "the history could not be looked after", { error: String(error) });
    }
  }
}
