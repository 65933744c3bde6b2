/**
 * Keeps what people do that goes on holding from growing for ever: now and then what has no effect any more is
 * no longer kept.
 */
import type { ClaimLimits } from "../chat/claims.ts";
import { type Deed, type Fact, isDeed } from "../chat/event.ts";
import { fewest } from "../chat/fewest.ts";
import type { History } from "../store/history.ts";
import type { Log } from "./log.ts";

export interface ThinningOptions {
  history: Pick<History, "deeds" | "thinDeeds">;
  limits: ClaimLimits;
  log: Log;
}

/** Fewer without effect are not worth it. */
const MANY = 10_000;
/** More take so long that people would notice: they wait for the next start. */
const TOO_MANY = 20_000;

export class Thinning {
  #options: ThinningOptions;
  #count = 0;
  /** How many there were when it was last tried. */
  #countAfter = 0;

  constructor(options: ThinningOptions) {
    this.#options = options;
  }

  /** What holds from before; to be called before anybody is there. */
  begin(): Deed[] {
    const { history } = this.#options;
    const deeds = history.deeds();
    this.#count = deeds.length;
    if (this.#count < MANY) return deeds;
    this.#thin();
    return history.deeds();
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
    const isDue = this.#count >= 2 * this.#countAfter + MANY;
    if (isDue && this.#count <= TOO_MANY) this.#thin();
  }

  #thin() {
    const { history, limits, log } = this.#options;
    const from = this.#count;
    // Else it would be tried again each second.
    this.#countAfter = from;
    try {
      this.#count = this.#countAfter = history.thinDeeds((deeds) => {
        const few = fewest(deeds, limits);
        // To write as many again is worth nothing.
        return few.made.length + few.kept.length > deeds.length / 2 ? undefined : few;
      });
      if (this.#count < from) log("info", "thinned", { from, to: this.#count });
    } catch (error) {
      log("warning", "the history could not be looked after", { error: String(error) });
    }
  }
}
