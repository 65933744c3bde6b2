/** What serves HTTP, with routes of a test's own, on a free port of this machine, and a clock that only the test moves. */
import type { Route } from "../../src/http/route.ts";
import { Web } from "../../src/http/web.ts";
import type { Door } from "../../src/server/door.ts";

/** Beyond every deadline. */
const LATE = 31_000;

export class WebServer implements AsyncDisposable {
  time = 1_000_000;
  /** What was logged. */
  logged: string[] = [];
  readonly port: number;
  readonly web: Web;
  #listener: Deno.TcpListener;
  #serving = new Set<Promise<void>>();

  constructor(...routes: Route[]) {
    this.web = new Web({
      routes,
      access: { hosts: ["localhost"], origins: ["https://friend.example"] },
      isOpen: () => false,
      maxMessageBytes: 1000,
      limits: { requestMilliseconds: 30_000, maxQueueMilliseconds: 30_000 },
      log: (_level, message) => void this.logged.push(message),
      now: () => this.time,
    });
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.port = this.#listener.addr.port;
    this.#accept();
  }

  /** All deadlines have passed. */
  passes(milliseconds = LATE) {
    this.time += milliseconds;
    this.web.check();
  }

  /** How many connections there are. */
  get size(): number {
    return this.#serving.size;
  }

  async [Symbol.asyncDispose]() {
    this.#listener.close();
    this.passes();
    await Promise.race([
      this.web.close(),
      new Promise<void>((resolve) => setTimeout(resolve, 1000)),
    ]);
  }

  async #accept() {
    for await (const connection of this.#listener) {
      const visit = { peer: "127.0.0.1:5000", head: new Uint8Array(0), door: NO_DOOR };
      const served = this.web.receive(connection, visit).finally(() =>
        this.#serving.delete(served)
      );
      this.#serving.add(served);
    }
  }
}

/** Nobody here becomes a session. */
const NO_DOOR = {} as Door;
