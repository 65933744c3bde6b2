/** How late the event loop comes to things: a timer that is due again and again says how late it was. */
import type { Metrics } from "./metrics.ts";

export interface LoopWatchOptions {
  metrics: Pick<Metrics, "sampleDelay">;
  /** The time between two calls of `sample`, if the loop were never late. */
  milliseconds: number;
  now(): number;
}

export class LoopWatch {
  #options: LoopWatchOptions;
  #last: number;

  constructor(options: LoopWatchOptions) {
    this.#options = options;
    this.#last = options.now();
  }

  /** Called by the timer. */
  sample() {
    const { metrics, milliseconds, now } = this.#options;
    const time = now();
    metrics.sampleDelay(Math.max(0, time - this.#last - milliseconds) / 1000);
    this.#last = time;
  }
}
