/** The client's side of one connection: commands in, events out, in any dialect. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { ProtocolError } from "../wire/byte_reader.ts";
import { DecodeStream } from "../wire/decode_stream.ts";
import { Decoder } from "../wire/decoder.ts";
import type { Codec } from "../wire/dialect.ts";
import { hasSecret, withoutSecrets } from "./secrets.ts";

/** What a link needs of a connection: a Deno.TcpConn has it, and so has a fake. */
export interface LinkConnection {
  read(buffer: Uint8Array): Promise<number | null>;
  write(bytes: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Told what goes over the wire; the words are only made if somebody wants them. */
export type Trace = (words: () => string) => void;

export class Link {
  #connection: LinkConnection;
  #trace: Trace;
  #codec: Codec<Event, Command>;
  /** The last write; the next one follows it. */
  #written: Promise<void> = Promise.resolve();
  #incoming: AsyncGenerator<Event>;
  /** What was read before anybody listened, and the mistake that it ended with. */
  #early: Event[] = [];
  #mistake: unknown;
  /** A secret has been asked for: until it has come, nobody knows which bytes are it. */
  #awaitsSecret = false;

  constructor(
    connection: LinkConnection,
    codec: Codec<Event, Command>,
    trace: Trace = () => {},
  ) {
    this.#connection = connection;
    this.#codec = codec;
    this.#trace = trace;
    this.#incoming = this.#decode();
  }

  /** Resolves when the system has taken it. Whether it arrived, only an event can tell. */
  send(command: Command): Promise<void> {
    const bytes = this.#codec.encoder.encode(command, true);
    if (!bytes) return this.#written;
    this.#awaitsSecret ||= command.type === "token";
    const isSecret = () => hasSecret(command);
    this.#trace(() => `> ${withoutSecrets(command)}\n${isSecret() ? unshown(bytes) : hex(bytes)}`);
    this.#written = this.#written.then(() => this.#write(bytes));
    return this.#written;
  }

  /** All has been said; the server may still answer. */
  async finish() {
    await this.#written;
    await this.#connection.closeWrite().catch(() => {});
  }

  close() {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
  }

  /** What the server says, until it closes. Throws a ProtocolError if it breaks its protocol. */
  async *events(): AsyncGenerator<Event> {
    while (this.#early.length > 0) yield this.#early.shift()!;
    if (this.#mistake) throw this.#mistake;
    yield* this.#incoming;
  }

  /**
   * The first event that is meant, before anybody listens: all others are still to come in events(). Undefined
   * if the server ends the conversation before that.
   */
  async answer<Meant extends Event>(
    isMeant: (event: Event) => event is Meant,
  ): Promise<Meant | undefined> {
    try {
      // Not by for await, which would end the conversation with the loop.
      for (;;) {
        const { value, done } = await this.#incoming.next();
        if (done) return undefined;
        if (isMeant(value)) return value;
        this.#early.push(value);
        if (value.type === "closing") return undefined;
      }
    } catch (mistake) {
      this.#mistake = mistake;
      return undefined;
    }
  }

  async *#decode(): AsyncGenerator<Event> {
    const stream = new DecodeStream(new Decoder<Event>(() => this.#codec));
    const reading = this.#read(stream.writable);
    for await (const batch of stream.readable) {
      for (const heard of batch) {
        if (heard.type === "broken") {
          throw new ProtocolError(heard.reason);
        }
        if (heard.type === "answer") await this.#write(heard.bytes);
        else if (heard.type !== "switch" && heard.type !== "ignored") {
          this.#trace(() => `< ${withoutSecrets(heard)}`);
          if (this.#awaitsSecret) this.#awaitsSecret = !isSecretOrNone(heard);
          yield heard;
        }
      }
    }
    await reading;
  }

  async #read(writable: WritableStream<Uint8Array>) {
    const bytes = writable.getWriter();
    const buffer = new Uint8Array(16 * 1024);
    try {
      for (;;) {
        const count = await this.#connection.read(buffer);
        if (count === null) break;
        const piece = buffer.subarray(0, count);
        const isSecret = this.#awaitsSecret;
        this.#trace(() => isSecret ? unshown(piece) : hex(piece));
        await bytes.write(piece);
      }
    } catch {
      // The connection broke, or nobody listens any more: either way this is the end.
    }
    await bytes.close().catch(() => {});
  }

  async #write(bytes: Uint8Array) {
    try {
      for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
    } catch {
      // The reading side notices that the connection is gone, and says so.
    }
  }
}

/** The answer to whoever has asked for a secret. */
function isSecretOrNone(event: Event): boolean {
  return hasSecret(event) || event.type === "failed" && event.command === "token";
}

/** More would fill the screen and say no more. */
const MAX_TRACED_BYTES = 256;

/** "00 00 00 2a 7b 22 ..." */
function hex(bytes: Uint8Array): string {
  const shown = Array.from(
    bytes.subarray(0, MAX_TRACED_BYTES),
    (it) => it.toString(16).padStart(2, "0"),
  );
  const more = bytes.length > MAX_TRACED_BYTES ? ` ... (${bytes.length} bytes)` : "";
  return shown.join(" ") + more;
}

function unshown(bytes: Uint8Array): string {
  return `(${bytes.length} bytes, not shown: there is a secret among them)`;
}
