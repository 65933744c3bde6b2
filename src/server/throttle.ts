/**
 * How fast a peer may talk, as a bucket of tokens: full, it allows a burst; it fills again at a steady
 * rate. A peer that talks faster is made to wait, in its own loop; it is never cut for it.
 */

/** Nobody is kept waiting for longer than a minute for one command. */
const SLOWEST = 60_000;

export class Throttle {
  #burst: number;
  #millisecondsEach: number;
  /** When the bucket will be full, or was: one number tells how full it is. */
  #fullAt = -Infinity;

  /** `perSecond` 0 sets no limit. */
  constructor(burst: number, perSecond: number) {
    this.#burst = burst;
    this.#millisecondsEach = perSecond > 0 ? Math.min(1000 / perSecond, SLOWEST) : 0;
  }

  /** Takes a token, and says how many milliseconds to wait before using it. */
  take(now: number): number {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#millisecondsEach;
    return this.#wait(now);
  }

  /** How long whoever took a token now would have to wait. */
  wait(now: number): number {
    return this.#wait(now, Math.max(this.#fullAt, now) + this.#millisecondsEach);
  }

  #wait(now: number, fullAt = this.#fullAt): number {
    return Math.max(0, fullAt - now - this.#burst * this.#millisecondsEach);
  }
}
