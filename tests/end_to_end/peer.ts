/**
 * One connection to the server, as raw bytes. It and the peers that are made of it know nothing of src/:
 * they are a second opinion on the wires.
 */
import { Watched } from "./watched.ts";

export class Peer implements AsyncDisposable {
  #connection: Deno.TcpConn | Deno.TlsConn;
  /** All that has arrived, and how much of it has been taken. */
  #bytes = new Uint8Array(1024);
  #length = 0;
  #taken = 0;
  #end: "open" | "closed" | "reset" = "open";
  #watched = new Watched();
  #reading: Promise<void> | undefined;

  private constructor(connection: Deno.TcpConn | Deno.TlsConn) {
    this.#connection = connection;
  }

  static async connect(port: number): Promise<Peer> {
    const peer = await Peer.connectDeaf(port);
    peer.listen();
    return peer;
  }

  /** Reads nothing of what it is told, until it listens. */
  static async connectDeaf(port: number): Promise<Peer> {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port });
    connection.setNoDelay();
    return new Peer(connection);
  }

  /** Encrypted, with somebody whom these vouch for, in PEM. */
  static async connectSecurely(port: number, ...caCerts: string[]): Promise<Peer> {
    const connection = await Deno.connectTls({ hostname: "localhost", port, caCerts });
    await connection.handshake();
    const peer = new Peer(connection);
    peer.listen();
    return peer;
  }

  listen() {
    this.#reading ??= this.#read();
  }

  async write(bytes: Uint8Array) {
    for (let at = 0; at < bytes.length;) at += await this.#connection.write(bytes.subarray(at));
  }

  async writeByteByByte(bytes: Uint8Array) {
    for (const byte of bytes) await this.write(Uint8Array.of(byte));
  }

  /** The next so many bytes, waited for; undefined if the connection ends before them. */
  async take(count: number): Promise<Uint8Array | undefined> {
    const isThere = await this.#watched.until(() => this.#has(count), {
      missing: () => `${count} bytes were expected, these came: ${this.#rest()}`,
    });
    if (!isThere) return undefined;
    this.#taken += count;
    return this.#bytes.slice(this.#taken - count, this.#taken);
  }

  /** Waits for the end of the connection; returns what came before it and was not taken. */
  async untilEnd(): Promise<Uint8Array> {
    await this.#watched.until(() => this.#end === "open" ? undefined : true, {
      missing: () => `the connection is still open, and these bytes came: ${this.#rest()}`,
    });
    return this.#bytes.slice(this.#taken, this.#length);
  }

  /** Has no more to say, and goes on reading. */
  async finish() {
    await this.#connection.closeWrite();
  }

  /** Waits until something is here, reads one byte of it, and no more: closing is a reset then. */
  async readOneByte() {
    await this.#connection.read(new Uint8Array(1));
  }

  /** Closes, without a word. */
  async vanish() {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    await this.#reading;
  }

  async [Symbol.asyncDispose]() {
    await this.vanish();
  }

  #has(count: number): boolean | undefined {
    if (this.#length - this.#taken >= count) return true;
    return this.#end === "open" ? undefined : false;
  }

  #rest(): string {
    const rest = this.#bytes.subarray(this.#taken, Math.min(this.#length, this.#taken + 500));
    const text = JSON.stringify(new TextDecoder().decode(rest));
    return `${text} (${this.#length - this.#taken} bytes, ${this.#end})`;
  }

  async #read() {
    const piece = new Uint8Array(64 * 1024);
    try {
      for (;;) {
        const count = await this.#connection.read(piece);
        if (count === null) break;
        this.#append(piece.subarray(0, count));
        this.#watched.changed();
      }
      this.#end = "closed";
      // Hung up on, it hangs up too, as programs do.
      this.#connection.close();
    } catch {
      this.#end = "reset";
    }
    this.#watched.changed();
  }

  #append(piece: Uint8Array) {
    if (this.#length + piece.length > this.#bytes.length) {
      const unread = this.#bytes.subarray(this.#taken, this.#length);
      const larger = new Uint8Array(2 * (unread.length + piece.length));
      larger.set(unread);
      this.#bytes = larger;
      this.#length = unread.length;
      this.#taken = 0;
    }
    this.#bytes.set(piece, this.#length);
    this.#length += piece.length;
  }
}
