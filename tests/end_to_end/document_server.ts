/**
 * A server of one of the documents that does what a test tells it to, step by step, and knows nothing of
 * src/: what it says and what it must hear are written down byte for byte.
 */
import { assertEquals } from "@std/assert";

/** More than any play takes, with the start of its program, on however busy a machine. */
const DEADLINE_MILLISECONDS = 60_000;

export class DocumentServer implements AsyncDisposable {
  #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #connection: Deno.TcpConn | undefined;
  /** Ends every wait at once when a test is stuck: its connections are closed under it. */
  #deadline = setTimeout(() => this.#close(), DEADLINE_MILLISECONDS);

  get port(): number {
    return this.#listener.addr.port;
  }

  /** Takes the next connection. The one before it, if there is one, must have ended. */
  async accepts() {
    this.#connection = await this.#listener.accept();
    this.#connection.setNoDelay();
  }

  /** The next bytes that come must be these. */
  async hears(text: string) {
    const bytes = new Uint8Array(new TextEncoder().encode(text).length);
    let at = 0;
    while (at < bytes.length) {
      const count = await this.#connection!.read(bytes.subarray(at));
      if (count === null) break;
      at += count;
    }
    assertEquals(new TextDecoder().decode(bytes.subarray(0, at)), text);
  }

  /** The client has closed its side, and has said nothing more before it. */
  async hearsTheEnd() {
    const piece = new Uint8Array(100);
    const count = await this.#connection!.read(piece);
    assertEquals(count && new TextDecoder().decode(piece.subarray(0, count)), null);
  }

  async says(text: string) {
    const bytes = new TextEncoder().encode(text);
    for (let at = 0; at < bytes.length;) at += await this.#connection!.write(bytes.subarray(at));
  }

  /** Says it in as many pieces as there are bytes in it. */
  async saysByteByByte(text: string) {
    for (const byte of new TextEncoder().encode(text)) {
      await this.#connection!.write(Uint8Array.of(byte));
    }
  }

  closes() {
    this.#connection!.close();
    this.#connection = undefined;
  }

  [Symbol.asyncDispose](): Promise<void> {
    clearTimeout(this.#deadline);
    this.#close();
    return Promise.resolve();
  }

  #close() {
    for (const resource of [this.#connection, this.#listener]) {
      try {
        resource?.close();
      } catch {
        // It is closed already.
      }
    }
  }
}
