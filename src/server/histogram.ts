/** How often something took how long: a few counters, so that counting once more allocates nothing. */

export class Histogram {
  /** The upper ends of the buckets, rising, in seconds. */
  readonly bounds: readonly number[];
  /** How often the value was in each bucket, and last how often it was beyond all of them. */
  readonly counts: readonly number[];
  #counts: number[];
  /** Of all values, in seconds. */
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.bounds = bounds;
    this.#counts = this.counts = Array.from({ length: bounds.length + 1 }, () => 0);
  }

  get count(): number {
    return this.counts.reduce((sum, count) => sum + count);
  }

  observe(seconds: number) {
    let bucket = 0;
    while (bucket < this.bounds.length && seconds > this.bounds[bucket]!) bucket++;
    this.#counts[bucket]!++;
    this.sum += seconds;
  }

  /** Which bound so large a part of the values stayed within; Infinity if it is beyond all, 0 if there are none. */
  within(part: number): number {
    const enough = part * this.count;
    if (enough === 0) return 0;
    let seen = 0;
    const bucket = this.counts.findIndex((count) => (seen += count) >= enough);
    return this.bounds[bucket] ?? Infinity;
  }
}
