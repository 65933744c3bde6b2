/**
 * Two people who talk in a room of their own while somebody attacks the server: whatever happens there, they lose
 * nothing, are told nothing twice, and wait hardly longer than before. They live in a worker, so that what the
 * attack costs the attacker is not taken for a delay of the server's.
 */
import { assert, assertEquals } from "@std/assert";
import type { Server } from "../end_to_end/server.ts";
import type { Measured } from "./bystander_worker.ts";

/** Many times what they wait for a server that is right; one that is held up is late by more. */
const MEDIAN_MILLISECONDS = 250;
const LATE_MILLISECONDS = 600;
const MB = 1024 * 1024;
const PAGE_BYTES = 4096;
/** What the log says of mistakes of ours. */
const MISTAKES = ["a session failed", "a fact failed", "a reception failed", "a request failed"];

export interface Expected {
  /** How much larger the server may be after the attack than before it. */
  megabytes?: number;
}

export class Bystander implements AsyncDisposable {
  #server: Server;
  #worker: Worker;
  #answers: ((measured: Measured) => void)[] = [];
  #failure: string | undefined;

  private constructor(server: Server) {
    this.#server = server;
    this.#worker = new Worker(new URL("./bystander_worker.ts", import.meta.url), {
      type: "module",
    });
    this.#worker.onmessage = ({ data }) => {
      if (typeof data === "string") this.#failure = data;
      else this.#answers.shift()?.(data);
      if (this.#failure !== undefined) {
        for (const answer of this.#answers.splice(0)) answer(NOTHING);
      }
    };
  }

  /** Resolves when the two are there. */
  static async enter(server: Server): Promise<Bystander> {
    const bystander = new Bystander(server);
    await bystander.#measure(1);
    return bystander;
  }

  /** Runs the attack; fails if the two have noticed. Returns what they measured during it. */
  async undisturbed(
    attack: () => Promise<unknown>,
    { megabytes }: Expected = {},
  ): Promise<Measured> {
    const size = this.#residentBytes();
    const before = await this.#measure(25);
    await attack();
    const during = await this.#measure(20);
    const after = await this.#measure(20);
    for (
      const { name, kind } of MISTAKES.map((name) => ({ name, kind: this.#server.logLines(name) }))
    ) {
      assertEquals(kind, [], name);
    }
    const figures = JSON.stringify({ before, during, after });
    const median = Math.max(MEDIAN_MILLISECONDS, 2 * before.median);
    const late = Math.max(LATE_MILLISECONDS, 2 * before.late);
    assert(during.median <= median, `half of what is said is late: ${figures}`);
    assert(during.late <= late, `one message in twenty is late: ${figures}`);
    assert(after.median <= median, `what is said is late even after it: ${figures}`);
    if (megabytes !== undefined) {
      const grown = (this.#residentBytes() - size) / MB;
      assert(grown <= megabytes, `the server has grown by ${grown.toFixed(0)} MB: ${figures}`);
    }
    return during;
  }

  async [Symbol.asyncDispose]() {
    const gone = Promise.withResolvers<void>();
    this.#answers = [() => gone.resolve()];
    this.#worker.postMessage("leave");
    if (this.#failure === undefined) await gone.promise;
    this.#worker.terminate();
  }

  /** What was measured since the last time, once that is so many messages. */
  async #measure(messages: number): Promise<Measured> {
    const { promise, resolve } = Promise.withResolvers<Measured>();
    this.#answers.push(resolve);
    const { port, pid } = this.#server;
    this.#worker.postMessage({ port, pid, messages });
    const measured = this.#failure === undefined ? await promise : NOTHING;
    if (this.#failure !== undefined) throw new Error(`the bystanders: ${this.#failure}`);
    return measured;
  }

  #residentBytes(): number {
    const [, resident] = Deno.readTextFileSync(`/proc/${this.#server.pid}/statm`).split(" ");
    return Number(resident) * PAGE_BYTES;
  }
}

const NOTHING: Measured = { count: 0, median: 0, late: 0 };
