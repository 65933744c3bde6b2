/** Somebody between client and server, who hands on every byte: an honest router, or a thief. */

export class Relay implements Disposable {
  #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  #connections: Deno.Conn[] = [];

  constructor(port: number) {
    this.#accept(port);
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  [Symbol.dispose]() {
    for (const connection of [this.#listener, ...this.#connections]) {
      try {
        connection.close();
      } catch {
        // It is closed already.
      }
    }
  }

  async #accept(port: number) {
    for await (const near of this.#listener) {
      const far = await Deno.connect({ hostname: "127.0.0.1", port });
      this.#connections.push(near, far);
      for (const [from, to] of [[near, far], [far, near]] as const) {
        handOn(from, to).catch(() => {});
      }
    }
  }
}

/** Who has no more to say may still be answered. */
async function handOn(from: Deno.Conn, to: Deno.Conn) {
  const piece = new Uint8Array(16 * 1024);
  for (;;) {
    const count = await from.read(piece);
    if (count === null) return await to.closeWrite();
    for (let at = 0; at < count;) at += await to.write(piece.subarray(at, count));
  }
}
