import type { Connection } from "../../src/server/session.ts";

/** Both ends of a connection in memory: a session has the one, a test plays the peer at the other. */
export class FakeConnection implements Connection {
  /** All that the session has written and the peer has taken. */
  written = new Uint8Array(0);
  /** How many writes that took. */
  writes = 0;
  isClosed = false;
  isWriteClosed = false;
  /** How many bytes the peer takes before it stops reading; Infinity: all. */
  takes = Infinity;
  #arrived: Uint8Array[] = [];
  #hasHungUp = false;
  #isBroken = false;
  #wakeReader: (() => void) | undefined;
  #failWrite: ((error: Error) => void) | undefined;
  #watchers: (() => void)[] = [];

  // The session's end.

  async read(buffer: Uint8Array): Promise<number | null> {
    while (this.#arrived.length === 0) {
      if (this.isClosed) throw new Deno.errors.BadResource("closed");
      if (this.#hasHungUp) return null;
      await new Promise<void>((resolve) => this.#wakeReader = resolve);
    }
    const piece = this.#arrived.shift()!;
    const count = Math.min(piece.length, buffer.length);
    buffer.set(piece.subarray(0, count));
    if (count < piece.length) this.#arrived.unshift(piece.subarray(count));
    return count;
  }

  write(bytes: Uint8Array): Promise<number> {
    if (this.isClosed || this.#isBroken) {
      return Promise.reject(new Deno.errors.BrokenPipe("closed"));
    }
    const count = Math.min(bytes.length, this.takes);
    if (count === 0) return new Promise((_, reject) => this.#failWrite = reject);
    this.takes -= count;
    const written = new Uint8Array(this.written.length + count);
    written.set(this.written);
    written.set(bytes.subarray(0, count), this.written.length);
    this.written = written;
    this.writes++;
    this.#changed();
    return Promise.resolve(count);
  }

  closeWrite(): Promise<void> {
    this.isWriteClosed = true;
    this.#changed();
    return Promise.resolve();
  }

  close() {
    this.isClosed = true;
    this.#failWrite?.(new Deno.errors.BrokenPipe("closed"));
    this.#wakeReader?.();
    this.#changed();
  }

  // The peer's end.

  sends(...pieces: Uint8Array[]) {
    // A copy, as a socket makes one.
    this.#arrived.push(...pieces.filter((piece) => piece.length > 0).map((piece) => piece.slice()));
    this.#wakeReader?.();
  }

  /** Nothing that is written from now on arrives. */
  breaks() {
    this.#isBroken = true;
  }

  hangsUp() {
    this.#hasHungUp = true;
    this.#wakeReader?.();
  }

  /** Resolves when this holds of what the session has done. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #changed() {
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}
