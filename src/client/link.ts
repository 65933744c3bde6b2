/** The client's side of one connection: commands in, events out, in any dialect. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { ProtocolError } from "../wire/byte_reader.ts";
import { DecodeStream } from "../wire/decode_stream.ts";
import type { Codec } from "../wire/dialect.ts";

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

  constructor(
    connection: LinkConnection,
    codec: Codec<Event, Command>,
    trace: Trace = () => {},
  ) {
    this.#connection = connection;
    this.#codec = codec;
    this.#trace = trace;
  }

  /** Resolves when the system has taken it. Whether it arrived, only an event can tell. */
  send(command: Command): Promise<void> {
    const bytes = this.#codec.encoder.encode(command, true);
    if (bytes) this.#trace(() => `> ${JSON.stringify(command)}\n${hex(bytes)}`);
    if (bytes) this.#written = this.#written.then(() => this.#write(bytes));
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
    const stream = new DecodeStream<Event>(() => this.#codec);
    const reading = this.#read(stream.writable);
    for await (const batch of stream.readable) {
      for (const heard of batch) {
        if (heard.type === "broken") {
          throw new ProtocolError(heard.reason);
        }
        if (heard.type === "answer") await this.#write(heard.bytes);
        else if (heard.type !== "switch" && heard.type !== "ignored") {
          this.#trace(() => `< ${JSON.stringify(heard)}`);
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
        this.#trace(() => hex(buffer.subarray(0, count)));
        await bytes.write(buffer.subarray(0, count));
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
