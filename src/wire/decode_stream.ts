/**
 * A decoder as a Web Streams TransformStream: a piece of bytes in, the batch of what it completed out.
 * An error travels as the last item of a batch, never as the stream's own: that would drop what was
 * decoded before it, and bytes in one piece would mean less than the same bytes in two.
 */
import type { Decoder } from "./decoder.ts";
import type { Heard } from "./dialect.ts";

export class DecodeStream<In> extends TransformStream<Uint8Array, Heard<In>[]> {
  #decode: () => void;

  constructor(decoder: Decoder<In>) {
    let decode = () => {};
    super({
      start(controller) {
        decode = () => {
          const batch = decoder.take();
          if (batch.length > 0) controller.enqueue(batch);
          if (isBroken(batch.at(-1))) controller.terminate();
        };
        // A listener may have chosen already, and some dialects speak first.
        decode();
      },
      transform(piece) {
        decoder.push(piece);
        decode();
      },
      flush() {
        decoder.end();
        decode();
      },
    });
    this.#decode = decode;
  }

  /** Asks again which dialect this is, though no bytes have come. */
  chooseAgain() {
    this.#decode();
  }
}

function isBroken(heard: unknown): boolean {
  return (heard as { type?: unknown } | undefined)?.type === "broken";
}
