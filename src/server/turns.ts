/**
 * Runs things once the present turn of the event loop is over, and sees to it that everybody is heard in
 * between. While one such turn follows another, Deno takes input from about 128 connections, and always from
 * the same: others would wait for as long as those go on talking. Waiting for another thread lets all in.
 */
export interface TurnsOptions {
  now(): number;
  /** Takes a moment, in which this thread has nothing to do but to take input. */
  pause?(): Promise<unknown>;
  /** Runs a function once this turn is over. */
  next?(run: () => void): void;
}

/** So long one turn may follow another. */
const CHAIN_MILLISECONDS = 5;
/** If nothing was to be run for so long, all input has been taken. */
const IDLE_MILLISECONDS = 1;

export class Turns {
  #now: () => number;
  #pause: () => Promise<unknown>;
  #next: (run: () => void) => void;
  /** Since when one turn has followed another, and when the last one ended. */
  #since = -Infinity;
  #endedAt = -Infinity;
  #pausing: Promise<unknown> | undefined;

  constructor({ now, pause = elsewhere, next = setImmediate }: TurnsOptions) {
    this.#now = now;
    this.#pause = pause;
    this.#next = next;
  }

  /** Runs it once this turn is over. */
  after(run: () => void) {
    if (this.#pausing) return void this.#pausing.then(() => this.#run(run));
    const now = this.#now();
    if (now - this.#endedAt > IDLE_MILLISECONDS) this.#since = now;
    if (now - this.#since < CHAIN_MILLISECONDS) return this.#next(() => this.#run(run));
    this.#pausing = this.#pause().then(() => {
      this.#pausing = undefined;
      this.#since = this.#now();
    });
    this.#pausing.then(() => this.#run(run));
  }

  #run(run: () => void) {
    try {
      run();
    } finally {
      this.#endedAt = this.#now();
    }
  }
}

const SOMETHING = new Uint8Array(1);
/** Each takes in what one turn may; three take in what a thousand connections have to say. */
const PAUSES = 3;

/** The least that Deno does on another thread. */
async function elsewhere() {
  for (let times = 0; times < PAUSES; times++) await crypto.subtle.digest("SHA-1", SOMETHING);
}
