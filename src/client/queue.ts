/** Things that come from several sides, to be taken in the order in which they came. */
export class Queue<T> {
  #waiting: T[] = [];
  #arrived = Promise.withResolvers<void>();

  push(item: T) {
    this.#waiting.push(item);
    this.#arrived.resolve();
  }

  /** Never ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T> {
    for (;;) {
      await this.#arrived.promise;
      this.#arrived = Promise.withResolvers();
      const items = this.#waiting;
      this.#waiting = [];
      yield* items;
    }
  }
}
