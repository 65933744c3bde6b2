/**
 * Writes what outboxes have gathered: once for each connection and turn of the event loop, so that all
 * that one turn brings leaves in one write, and in slices, so that no room is too large for one turn.
 */
export interface Flushable {
  flush(now: number): void;
}

/** Small enough that a slice's promises settle, and their memory is free again, before the next. */
const SLICE = 64;
const MAX_DONE_WITH = 4096;

export class Flusher {
  #waiting: Flushable[] = [];
  #next = 0;
  #now: () => number;
  #afterTurn: (run: () => void) => void;
  #pass = () => this.#flushSlice();

  constructor(now: () => number, afterTurn: (run: () => void) => void = setImmediate) {
    this.#now = now;
    this.#afterTurn = afterTurn;
  }

  /** How many outboxes it holds, a bounded number of those included that are written already. */
  get size(): number {
    return this.#waiting.length;
  }

  /** The caller sees to it that it does not wait twice. */
  add(outbox: Flushable) {
    if (this.#waiting.length === 0) this.#afterTurn(this.#pass);
    this.#waiting.push(outbox);
  }

  #flushSlice() {
    const now = this.#now();
    const end = Math.min(this.#next + SLICE, this.#waiting.length);
    while (this.#next < end) this.#waiting[this.#next++]!.flush(now);
    if (this.#next < this.#waiting.length) {
      // In a flooded room of thousands it is never empty: what is done with must go all the same.
      if (this.#next >= MAX_DONE_WITH) {
        this.#waiting = this.#waiting.slice(this.#next);
        this.#next = 0;
      }
      this.#afterTurn(this.#pass);
    } else {
      this.#waiting = [];
      this.#next = 0;
    }
  }
}
