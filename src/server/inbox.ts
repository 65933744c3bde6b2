/**
 * What one peer says: reads its connection into a DecodeStream, no faster than it is taken out, and knows
 * since when the peer has been silent or in the middle of a message.
 */
import type { Command } from "../chat/command.ts";
import { DecodeStream } from "../wire/decode_stream.ts";
import { type Choose, Decoder } from "../wire/decoder.ts";
import type { Heard } from "../wire/dialect.ts";
import type { Metrics } from "./metrics.ts";

/** Asked, and told, what becomes of it. */
export interface InboxOwner {
  /** Picks the codec by the first bytes. */
  choose: Choose<Command>;
  /** The peer has nothing more to say. Called once. */
  onHangUp(): void;
  /** The peer goes on and on though nobody listens any more. */
  onFlood(): void;
}

export interface InboxOptions {
  host: { metrics: Pick<Metrics, "receivedBytes">; now(): number };
  /** Reads some bytes, and says how many; null when there are no more. */
  connection: { read(buffer: Uint8Array): Promise<number | null> };
  owner: InboxOwner;
  /** The most that is read, and decoded, in one go. */
  maxPieceBytes: number;
}

const NO_BYTES = new Uint8Array(0);
const SMALL_BUFFER = 1024;
/** How much more is read, and thrown away, from a peer that was told to end. */
const MAX_UNHEARD_BYTES = 1024 * 1024;

/**
 * What carries pieces of bytes to the decoder, and away what they complete: only for as long as something is
 * being said, because it takes more memory than all else that an idle connection needs.
 */
interface Stream {
  decoded: DecodeStream<Command>;
  bytes: WritableStreamDefaultWriter<Uint8Array>;
  batches: ReadableStreamDefaultReader<Heard<Command>[]>;
}

export class Inbox {
  /** When the peer last said anything. */
  heardAt: number;
  /** When the message that is now arriving began; 0 if none is. */
  insideSince = 0;
  #options: InboxOptions;
  #decoder: Decoder<Command>;
  #stream: Stream | undefined;
  /** Resolved when there is one; with undefined if there will be none any more. */
  #opened = Promise.withResolvers<Stream | undefined>();
  /** Whether a piece, or the end, is under way to the decoder, and whether what came of those before is taken out. */
  #isFeeding = false;
  #isTakenOut = false;
  #isListening = true;
  /** What is said is not for this inbox: it has stopped reading, and took nothing out. */
  #isElsewhere = false;

  constructor(options: InboxOptions) {
    this.#options = options;
    this.heardAt = options.host.now();
    this.#decoder = new Decoder((head) => {
      const chosen = options.owner.choose(head);
      this.#isElsewhere = chosen === "elsewhere";
      return chosen;
    });
    // Where there is only one dialect, it may have the first word.
    if (options.owner.choose(NO_BYTES)) this.#open();
  }

  /**
   * Reads to the connection's end, or until what is said turns out to belong elsewhere: then it returns what
   * has been read so far. Never rejects.
   */
  async read(): Promise<Uint8Array | undefined> {
    const { host: { metrics, now }, connection, owner } = this.#options;
    let buffer = new Uint8Array(SMALL_BUFFER);
    let unheard = 0;
    try {
      while (!this.#isElsewhere) {
        const count = await connection.read(buffer);
        if (count === null) break;
        this.heardAt = now();
        metrics.receivedBytes += count;
        if (this.#isListening) {
          await this.#feed(buffer.subarray(0, count));
          buffer = this.#fitting(buffer, count);
        } else {
          unheard += count;
          if (unheard > MAX_UNHEARD_BYTES) owner.onFlood();
        }
      }
    } catch {
      // The connection broke: the same as a peer that has hung up.
    }
    const handedOver = this.#isElsewhere ? this.#decoder.takeBack() : undefined;
    if (!handedOver) owner.onHangUp();
    await this.#end();
    return handedOver;
  }

  /** What has been said next, as one batch; undefined at the end. */
  async next(): Promise<Heard<Command>[] | undefined> {
    if (this.#isTakenOut && !this.#isFeeding && this.#isListening) this.#rest();
    const stream = await this.#opened.promise;
    const batch = await stream?.batches.read();
    this.#isTakenOut = true;
    // Something was completed, so what is arriving now has only just begun.
    if (this.insideSince > 0) this.insideSince = this.#options.host.now();
    return batch?.value;
  }

  /** Whether the peer has not said anything yet. */
  get isSilent(): boolean {
    return this.#decoder.isSilent;
  }

  /** Asks again which dialect this is, though no bytes have come. */
  chooseAgain() {
    if (!this.#stream && this.#isListening) this.#open();
    else this.#stream?.decoded.chooseAgain();
  }

  /** Nothing was read for a while, which is no fault of the peer's: it is neither late nor silent. */
  excuse() {
    this.heardAt = this.#options.host.now();
    if (this.insideSince > 0) this.insideSince = this.heardAt;
  }

  /** What the peer says from now on is read, so that it can hang up, and thrown away. */
  stopListening() {
    this.#isListening = false;
    this.#opened.resolve(undefined);
    this.#stream?.batches.cancel().catch(() => {});
  }

  #open(): Stream {
    const decoded = new DecodeStream(this.#decoder);
    const stream = {
      decoded,
      bytes: decoded.writable.getWriter(),
      batches: decoded.readable.getReader(),
    };
    // The end of the stream is seen where it is read.
    stream.bytes.closed.catch(() => {});
    this.#isTakenOut = false;
    this.#stream = stream;
    this.#opened.resolve(stream);
    return stream;
  }

  /** All that was said is taken out: what is said next gets a stream of its own. */
  #rest() {
    this.#stream = undefined;
    this.#opened = Promise.withResolvers();
    this.#isTakenOut = false;
  }

  /** Returns when the piece is decoded, so that a peer is not read faster than it is obeyed. */
  async #feed(piece: Uint8Array) {
    const wasInside = this.#decoder.isInside;
    const { bytes } = this.#stream ?? this.#open();
    this.#isFeeding = true;
    // It fails only when this side has stopped listening, and then nothing is lost.
    await bytes.write(piece).catch(() => {});
    this.#isFeeding = false;
    if (!this.#decoder.isInside) this.insideSince = 0;
    else if (!wasInside || this.insideSince === 0) this.insideSince = this.#options.host.now();
  }

  /** What was read may still be waiting to be decoded. */
  async #end() {
    const { bytes } = this.#stream ?? this.#open();
    this.#isFeeding = true;
    await bytes.close().catch(() => {});
  }

  /** A buffer for the next read: larger after one that was filled, small again after one that was not. */
  #fitting(buffer: Uint8Array<ArrayBuffer>, count: number): Uint8Array<ArrayBuffer> {
    const { maxPieceBytes } = this.#options;
    if (count === buffer.length && count < maxPieceBytes) return new Uint8Array(4 * count);
    if (count < SMALL_BUFFER && buffer.length > SMALL_BUFFER) return new Uint8Array(SMALL_BUFFER);
    return buffer;
  }
}
