/** A peer that says "line 1", "line 2" ... a thousand times a second, until it is stopped. */
import type { NativePeer } from "./native_peer.ts";

const PER_MILLISECOND = 1;
const TICK_MILLISECONDS = 10;

export class Flood {
  /** How many lines there were. */
  said = 0;
  #isOver = false;
  #talking: Promise<void>;

  constructor(peer: NativePeer) {
    this.#talking = this.#talk(peer);
  }

  async end() {
    this.#isOver = true;
    await this.#talking;
  }

  async #talk(peer: NativePeer) {
    const start = performance.now();
    while (!this.#isOver) {
      const due = Math.floor((performance.now() - start) * PER_MILLISECOND);
      const lines = Array.from({ length: due - this.said }, () => `line ${++this.said}`);
      await peer.send(...lines.map((text) => ({ type: "say", room: "lobby", text })));
      await new Promise((resolve) => setTimeout(resolve, TICK_MILLISECONDS));
    }
  }
}
