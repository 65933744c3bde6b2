/** A peer that says "line 1", "line 2" ... a thousand times a second, until it is stopped. */
import type { NativePeer } from "./native_peer.ts";

const PER_MILLISECOND = 1;
const TICK_MILLISECONDS = 10;

export class Flood {
  /** How many lines there were. */
  said = 0;
  #isOver = false;
  #talking: Promise<void>;

  /** Whoever has to keep up is waited for by `keptUp`: a busy machine may not do so much in a second. */
  constructor(
    peer: NativePeer,
    keptUp: (said: number) => Promise<unknown> = () => Promise.resolve(),
  ) {
    this.#talking = this.#talk(peer, keptUp);
  }

  async end() {
    this.#isOver = true;
    await this.#talking;
  }

  async #talk(peer: NativePeer, keptUp: (said: number) => Promise<unknown>) {
    let start = performance.now();
    while (!this.#isOver) {
      const due = Math.floor((performance.now() - start) * PER_MILLISECOND);
      const lines = Array.from({ length: due - this.said }, () => `line ${++this.said}`);
      await peer.send(...lines.map((text) => ({ type: "say", room: "lobby", text })));
      await new Promise((resolve) => setTimeout(resolve, TICK_MILLISECONDS));
      const before = performance.now();
      await keptUp(this.said);
      // What was not said meanwhile is not said all at once.
      start += performance.now() - before;
    }
  }
}
