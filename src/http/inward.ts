/** A connection that never leaves the program: a session has the one end, and somebody in here the other. */
import type { Connection } from "../server/session.ts";

export class InwardConnection implements Connection {
  #arrived: Uint8Array[] = [];
  #isHungUp = false;
  #isClosed = false;
  #wake = () => {};
  #take: (bytes: Uint8Array) => void;
  #end: () => void;

  /** `take` is given what the session says; `end` is called when it will say no more. */
  constructor({ take, end }: { take(bytes: Uint8Array): void; end(): void }) {
    this.#take = take;
    this.#end = end;
  }

  // The session's end.

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#arrived.length === 0) {
      if (this.#isHungUp || this.#isClosed) return null;
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    const first = this.#arrived[0]!;
    const count = Math.min(first.length, buffer.length);
    buffer.set(first.subarray(0, count));
    if (count === first.length) this.#arrived.shift();
    else this.#arrived[0] = first.subarray(count);
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.#isClosed) return Promise.reject(new Error("the connection is closed"));
    try {
      this.#take(bytes);
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve(bytes.length);
  }

  closeWrite(): Promise<void> {
    this.close();
    return Promise.resolve();
  }

  close() {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#wake();
    this.#end();
  }

  // Our end.

  send(bytes: Uint8Array) {
    if (this.#isHungUp || this.#isClosed) return;
    this.#arrived.push(bytes);
    this.#wake();
  }

  /** What has been sent is still heard. */
  hangUp() {
    this.#isHungUp = true;
    this.#wake();
  }
}
