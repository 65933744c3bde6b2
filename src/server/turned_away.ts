/** Connections that are refused: counted by why, and told to the log once a second, however many come. */
import type { Refusal } from "./gate.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export class TurnedAway {
  #log: Log;
  #metrics: Pick<Metrics, "turnedAway">;
  /** Since the log was last told. */
  #reasons = new Map<Refusal, number>();
  #peer = "";

  constructor({ log, metrics }: { log: Log; metrics: Pick<Metrics, "turnedAway"> }) {
    this.#log = log;
    this.#metrics = metrics;
  }

  add(reason: Refusal, peer: string) {
    this.#metrics.turnedAway[reason]++;
    this.#reasons.set(reason, (this.#reasons.get(reason) ?? 0) + 1);
    this.#peer = peer;
  }

  /** Called about once a second. */
  check() {
    if (this.#reasons.size === 0) return;
    this.#log("warning", "connections refused", {
      ...Object.fromEntries(this.#reasons),
      lastFrom: this.#peer,
    });
    this.#reasons.clear();
  }
}
