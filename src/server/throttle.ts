/**
 * How fast a peer may talk, as a bucket of tokens: full, it allows a burst; it fills again at a steady
 * rate. A peer that talks faster is made to wait, in its own loop; it is never cut for it.
 */

/** So many at once, then so many a second; 0 a second sets no limit. It may change while it is used. */
export interface Pace {
  burst: number;
  perSecond: number;
}

export const NO_LIMIT: Readonly<Pace> = { burst: 1, perSecond: 0 };

/** Nobody is kept waiting for longer than a minute for one command. */
const SLOWEST = 60_000;

export class Throttle {
  #pace: Readonly<Pace>;
  /** When the bucket will be full, or was: one number tells how full it is. */
  #fullAt = -Infinity;

  constructor(pace: Readonly<Pace>) {
    this.#pace = pace;
  }

  /** Takes a token, and says how many milliseconds to wait before using it. */
  take(now: number): number {
    this.#fullAt = Math.max(this.#fullAt, now) + this.#millisecondsEach;
    return this.#wait(now, this.#fullAt);
  }

  /** How long whoever took a token now would have to wait. */
  wait(now: number): number {
    return this.#wait(now, Math.max(this.#fullAt, now) + this.#millisecondsEach);
  }

  get #millisecondsEach(): number {
    const { perSecond } = this.#pace;
    return perSecond > 0 ? Math.min(1000 / perSecond, SLOWEST) : 0;
  }

  #wait(now: number, fullAt: number): number {
    if (this.#pace.perSecond === 0) return 0;
    return Math.max(0, fullAt - now - this.#pace.burst * this.#millisecondsEach);
  }
}
