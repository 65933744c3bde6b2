/** Passes on what comes in at another address to a port of this machine, and back, byte for byte. */
export class Relay implements AsyncDisposable {
  readonly port: number;
  #listener: Deno.TcpListener;
  #connections = new Set<Deno.TcpConn>();
  #passing: Promise<unknown>[] = [];

  constructor({ to, hostname = "127.0.0.1" }: { to: number; hostname?: string | undefined }) {
    this.#listener = Deno.listen({ hostname, port: 0 });
    this.port = this.#listener.addr.port;
    this.#passing.push(this.#accept(to));
  }

  async [Symbol.asyncDispose]() {
    this.#listener.close();
    for (const connection of this.#connections) close(connection);
    await Promise.all(this.#passing);
  }

  async #accept(port: number) {
    for await (const near of this.#listener) this.#passing.push(this.#pass(near, port));
  }

  async #pass(near: Deno.TcpConn, port: number) {
    const far = await Deno.connect({ hostname: "127.0.0.1", port });
    this.#connections.add(near).add(far);
    await Promise.allSettled([
      near.readable.pipeTo(far.writable),
      far.readable.pipeTo(near.writable),
    ]);
    for (const connection of [near, far]) {
      this.#connections.delete(connection);
      close(connection);
    }
  }
}

function close(connection: Deno.TcpConn) {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}
