/**
 * What one peer says, however its bytes are cut: pieces of bytes in, what they complete out. Nothing but a
 * message that has begun to arrive, and where its codec is in it, is kept in between.
 */
import { ByteReader, ProtocolError } from "./byte_reader.ts";
import type { Codec, Decoding, Heard } from "./dialect.ts";

/** The longest opening that is looked at to tell one dialect from another. */
export const HEAD_BYTES = 16;

/**
 * Picks the codec by a connection's first bytes; undefined while they could be several's. What belongs
 * "elsewhere" is never decoded here: whoever has the decoder takes back what it was given.
 */
export type Choose<In> = (
  head: Uint8Array,
) => Codec<In, never> | "unknown" | "elsewhere" | undefined;

export class Decoder<In> {
  #input = new ByteReader();
  #choose: Choose<In>;
  #decoding: Decoding<In> | undefined;

  constructor(choose: Choose<In>) {
    this.#choose = choose;
  }

  /** Bytes have arrived. The caller may use its buffer again. */
  push(piece: Uint8Array) {
    this.#input.push(piece);
  }

  /** No more bytes will arrive. */
  end() {
    this.#input.end();
  }

  /** What is complete now and was not before: an error is the last of it, "broken". */
  take(): Heard<In>[] {
    const batch: Heard<In>[] = [];
    try {
      this.#decoding ??= this.#start();
      if (this.#decoding) readAll(this.#decoding, batch);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      batch.push({ type: "broken", reason: error.message });
    }
    return batch;
  }

  /** A copy of what has arrived and was not decoded. */
  takeBack(): Uint8Array {
    return this.#input.peek(this.#input.length).slice();
  }

  /** Whether the peer has not said anything yet. */
  get isSilent(): boolean {
    return this.#input.isUntouched;
  }

  /** Whether a part of a message has arrived, and not all of it. */
  get isInside(): boolean {
    return this.#input.isInside;
  }

  /** How much is kept of what has arrived. */
  get pendingBytes(): number {
    return this.#input.length;
  }

  #start(): Decoding<In> | undefined {
    const codec = this.#choose(this.#input.peek(HEAD_BYTES));
    if (codec === "unknown") {
      throw new ProtocolError("these first bytes are no protocol known here");
    }
    return codec === "elsewhere" ? undefined : codec?.decode(this.#input);
  }
}

function readAll<In>(decoding: Decoding<In>, batch: Heard<In>[]) {
  for (;;) {
    const { value, done } = decoding.next();
    if (done || value === undefined) return;
    batch.push(value);
  }
}
