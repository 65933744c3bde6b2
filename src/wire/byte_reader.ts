/**
 * Bytes that arrive in any pieces, read in the pieces that a protocol means. The reading functions are
 * coroutines: each yields (undefined) while bytes are lacking, so a decoder reads like blocking code
 * and never blocks. What they return is a view that holds until the next piece is read.
 */

/** The peer's bytes break its protocol: it is told so, and the connection ends. */
export class ProtocolError extends Error {
  override name = "ProtocolError";
}

export type Reading<T> = Generator<undefined, T, void>;

/** A buffer this small is kept when it is empty; a larger one is given back. */
const KEPT_BYTES = 2048;

export class ByteReader {
  #buffer = new Uint8Array(0);
  #start = 0;
  #end = 0;
  /** How many bytes have been read in all, and how many had been when the present message began. */
  #read = 0;
  #begun = 0;
  /** Up to here there is no line feed. */
  #searched = 0;
  #ended = false;
  #hadReturn = false;

  /** How many bytes have arrived and have not been read. */
  get length(): number {
    return this.#end - this.#start;
  }

  /** Whether a part of a message has arrived, and not all of it. */
  get isInside(): boolean {
    return this.#read + this.length > this.#begun;
  }

  /** Whether not a byte has arrived so far. */
  get isUntouched(): boolean {
    return this.#read + this.length === 0;
  }

  /** Says that what is read next is the beginning of a message. */
  begin() {
    this.#begun = this.#read;
  }

  /** Whether the last line ended with a carriage return and a line feed. */
  get hadReturn(): boolean {
    return this.#hadReturn;
  }

  /** Whether no more bytes will arrive. */
  get ended(): boolean {
    return this.#ended;
  }

  /** Takes a copy: the caller may use its buffer again. */
  push(bytes: Uint8Array) {
    this.#makeRoom(bytes.length);
    this.#buffer.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  end() {
    this.#ended = true;
  }

  /** Up to `count` of the bytes that are here, without reading them. */
  peek(count: number): Uint8Array {
    return this.#buffer.subarray(this.#start, Math.min(this.#end, this.#start + count));
  }

  /** One of the bytes that are here, counted from the next one to be read. */
  at(index: number): number {
    return this.#buffer[this.#start + index]!;
  }

  /** Passes over the next byte, and those after it up to one of this value. */
  skipTo(byte: number) {
    const found = this.#buffer.subarray(0, this.#end).indexOf(byte, this.#start + 1);
    this.#take((found < 0 ? this.#end : found) - this.#start, 0);
  }

  /** The caller sees to it that `count` has a maximum. */
  *exactly(count: number): Reading<Uint8Array> {
    while (this.length < count) yield;
    return this.#take(count, count);
  }

  /** Big-endian. */
  *u16(): Reading<number> {
    const bytes = yield* this.exactly(2);
    return bytes[0]! << 8 | bytes[1]!;
  }

  /** Big-endian, from 0 to 2^32 - 1. */
  *u32(): Reading<number> {
    const bytes = yield* this.exactly(4);
    return (bytes[0]! << 24 | bytes[1]! << 16 | bytes[2]! << 8 | bytes[3]!) >>> 0;
  }

  /** Up to and without the line feed; a carriage return before it is left out too. */
  *line(maxBytes: number): Reading<Uint8Array> {
    for (;;) {
      const found = this.#buffer.subarray(0, this.#end).indexOf(10, this.#searched);
      const length = (found < 0 ? this.#end : found) - this.#start;
      if (length > maxBytes) throw new ProtocolError(`a line is longer than ${maxBytes} bytes`);
      if (found >= 0) {
        this.#hadReturn = length > 0 && this.#buffer[found - 1] === 13;
        return this.#take(length + 1, this.#hadReturn ? length - 1 : length);
      }
      this.#searched = this.#end;
      yield;
    }
  }

  /** Reads `count` bytes and shows the first `shown` of them. */
  #take(count: number, shown: number): Uint8Array {
    const taken = this.#buffer.subarray(this.#start, this.#start + shown);
    this.#start += count;
    this.#read += count;
    this.#searched = this.#start;
    // The view keeps a large buffer alive for as long as it is needed; an idle reader must not.
    if (this.length === 0 && this.#buffer.length > KEPT_BYTES) this.#reset();
    return taken;
  }

  #reset() {
    this.#buffer = new Uint8Array(0);
    this.#start = this.#end = this.#searched = 0;
  }

  /** Makes room for more bytes after the unread ones, doubling so that no byte is moved often. */
  #makeRoom(count: number) {
    const unread = this.length;
    if (unread > 0 && this.#end + count <= this.#buffer.length) return;
    const needed = unread + count;
    const old = this.#buffer;
    if (needed > old.length) this.#buffer = new Uint8Array(Math.max(256, 2 * old.length, needed));
    this.#buffer.set(old.subarray(this.#start, this.#end));
    this.#searched -= this.#start;
    this.#start = 0;
    this.#end = unread;
  }
}
