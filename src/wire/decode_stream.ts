/**
 * A decoder as a Web Streams TransformStream: a piece of bytes in, the batch of what it completed out.
 * An error travels as the last item of a batch, never as the stream's own: that would drop what was
 * decoded before it, and bytes in one piece would mean less than the same bytes in two.
 */
import { ByteReader, ProtocolError } from "./byte_reader.ts";
import type { Codec, Decoding, Heard } from "./dialect.ts";

/** The longest opening that is looked at to tell one dialect from another. */
export const HEAD_BYTES = 16;

/**
 * Picks the codec by a connection's first bytes; undefined while they could be several's. What belongs
 * "elsewhere" is never decoded here: whoever has the stream takes back what it was given.
 */
export type Choose<In> = (
  head: Uint8Array,
) => Codec<In, never> | "unknown" | "elsewhere" | undefined;

export class DecodeStream<In> extends TransformStream<Uint8Array, Heard<In>[]> {
  #input: ByteReader;
  #decode: () => void;

  constructor(choose: Choose<In>) {
    const input = new ByteReader();
    const completed = decoder(input, choose);
    let decode = () => {};
    super({
      start(controller) {
        decode = () => {
          const batch = completed();
          if (batch.length > 0) controller.enqueue(batch);
          if (isBroken(batch.at(-1))) controller.terminate();
        };
        // A listener may have chosen already, and some dialects speak first.
        decode();
      },
      transform(piece) {
        input.push(piece);
        decode();
      },
      flush() {
        input.end();
        decode();
      },
    });
    this.#input = input;
    this.#decode = decode;
  }

  /** Asks again which dialect this is, though no bytes have come. */
  chooseAgain() {
    this.#decode();
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
}

/** A function that returns what the bytes that have arrived since its last call completed. */
function decoder<In>(input: ByteReader, choose: Choose<In>): () => Heard<In>[] {
  let decoding: Decoding<In> | undefined;
  return () => {
    const batch: Heard<In>[] = [];
    try {
      decoding ??= start(input, choose);
      if (decoding) readAll(decoding, batch);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      batch.push({ type: "broken", reason: error.message });
    }
    return batch;
  };
}

function start<In>(input: ByteReader, choose: Choose<In>): Decoding<In> | undefined {
  const codec = choose(input.peek(HEAD_BYTES));
  if (codec === "unknown") throw new ProtocolError("these first bytes are no protocol known here");
  return codec === "elsewhere" ? undefined : codec?.decode(input);
}

function readAll<In>(decoding: Decoding<In>, batch: Heard<In>[]) {
  for (;;) {
    const { value, done } = decoding.next();
    if (done || value === undefined) return;
    batch.push(value);
  }
}

function isBroken(heard: unknown): boolean {
  return (heard as { type?: unknown } | undefined)?.type === "broken";
}
