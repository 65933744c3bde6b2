/**
 * A connection as Node's libraries want one, and one of theirs as a connection: the same bytes in the same
 * order, no faster than they are taken, either way.
 */
import { Duplex } from "node:stream";
import type { Connection } from "../server/session.ts";

const SMALL_BUFFER = 1024;
/** The least that may come in is six bytes, and costs a hundred to hold until its turn. */
const LARGE_BUFFER = 16 * 1024;
const CLOSED = "the connection is closed";

/** A connection as a stream, of which `head` has been read already. */
export class ConnectionStream extends Duplex {
  #connection: Connection;
  #head: Uint8Array;
  #buffer = new Uint8Array(SMALL_BUFFER);
  #now: () => number;
  /** When the bytes that are being written came in; 0 if none are. */
  writingSince = 0;
  /** Whether bytes are being written past the queue, and what waits for them. */
  #isSending = false;
  #afterSending = () => {};

  constructor(
    connection: Connection,
    { head, now }: { head: Uint8Array; now(): number },
  ) {
    super();
    this.#connection = connection;
    this.#head = head;
    this.#now = now;
  }

  /**
   * Writes as a connection does: after what the stream was given before and ahead of what comes later, but
   * past its queue while that is empty, for the queue costs more than the write.
   */
  async send(bytes: Uint8Array): Promise<number> {
    if (this.#isSending || this.writableLength > 0) return await queued(this, bytes);
    if (!this.writable) throw new Error(CLOSED);
    this.#isSending = true;
    try {
      return await this.#write(bytes);
    } catch (error) {
      this.destroy();
      throw error;
    } finally {
      this.#isSending = false;
      this.#afterSending();
    }
  }

  override _read() {
    if (this.#head.length > 0) {
      const head = this.#head;
      this.#head = new Uint8Array(0);
      // Not before whoever reads it is ready: a TLSSocket that is not throws what nobody can catch.
      setImmediate(() => this.destroyed || this.push(head));
      return;
    }
    this.#connection.read(this.#buffer).then((count) => this.#take(count), () => this.destroy());
  }

  override _write(bytes: Uint8Array, encoding: string, done: (error?: Error) => void) {
    if (this.#isSending) return this.#later(() => this._write(bytes, encoding, done));
    this.writingSince = this.#now();
    this.#write(bytes).then(() => {
      this.writingSince = 0;
      done();
    }, () => {
      // The reading side may still have something to say, but there is nobody left to say it for.
      this.destroy();
      done();
    });
  }

  override _final(done: () => void) {
    if (this.#isSending) return this.#later(() => this._final(done));
    this.#connection.closeWrite().then(() => done(), () => done());
  }

  override _destroy(_error: Error | null, done: (error?: Error | null) => void) {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    // Whatever went wrong, for whoever uses it this is the end of a connection, and no mistake of ours.
    done();
  }

  #take(count: number | null) {
    if (this.destroyed) return;
    if (count === null) {
      this.push(null);
      return;
    }
    // Whoever is slow to take it keeps it for longer than the next read.
    this.push(this.#buffer.slice(0, count));
    this.#buffer = fitting(this.#buffer, count);
  }

  /** A stream writes one thing at a time, so no more than one has to wait. */
  #later(run: () => void) {
    this.#afterSending = () => {
      this.#afterSending = () => {};
      run();
    };
  }

  async #write(bytes: Uint8Array): Promise<number> {
    let at = 0;
    // Not even once if there are none: TLS never says that it has written nothing.
    while (at < bytes.length) at += await this.#connection.write(bytes.subarray(at));
    return at;
  }
}

/** A buffer for the next read: larger after one that was filled, small again after one that was not. */
function fitting(buffer: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
  if (count === buffer.length && count < LARGE_BUFFER) return new Uint8Array(4 * count);
  if (count < SMALL_BUFFER && buffer.length > SMALL_BUFFER) return new Uint8Array(SMALL_BUFFER);
  return buffer;
}

/** Resolves when the stream has ended, however it did. */
export function ended(stream: Duplex): Promise<void> {
  return new Promise((resolve) => {
    if (stream.destroyed) resolve();
    else stream.once("close", () => resolve());
  });
}

/** Writes to a stream, after what it was given before. Returns when that is done, as a connection does. */
function queued(stream: Duplex, bytes: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed || !stream.writable) return reject(new Error(CLOSED));
    // A stream that is destroyed forgets those who wait.
    const onClose = () => reject(new Error(CLOSED));
    stream.once("close", onClose);
    stream.write(bytes, (error) => {
      stream.off("close", onClose);
      error ? reject(error) : resolve(bytes.length);
    });
  });
}

/** A stream as a connection. */
export function connectionOf(stream: Duplex): Connection {
  let rest = new Uint8Array(0);
  // Without anybody to hear of it, an error would end the program.
  stream.on("error", () => {});
  return {
    async read(buffer) {
      while (rest.length === 0) {
        const chunk = stream.read();
        if (chunk !== null) rest = chunk;
        else if (stream.readableEnded || stream.destroyed) return null;
        else await readable(stream);
      }
      const count = Math.min(rest.length, buffer.length);
      buffer.set(rest.subarray(0, count));
      rest = rest.subarray(count);
      return count;
    },
    write: (bytes) => queued(stream, bytes),
    closeWrite: () => new Promise((resolve) => stream.end(() => resolve())),
    close: () => void stream.destroy(),
  };
}

/** Resolves when there may be something to read, or nothing more will ever come. */
function readable(stream: Duplex): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const events = ["readable", "end", "close"];
  for (const event of events) stream.once(event, resolve);
  return promise.finally(() => events.forEach((event) => stream.off(event, resolve)));
}
