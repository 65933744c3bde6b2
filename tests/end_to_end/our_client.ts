/**
 * Our own client's code, run in this process: what it would show is handed on line by line, and it can be cut
 * off or die at any moment.
 */
import { appFor } from "../../src/client/apps.ts";
import { Link, type LinkConnection } from "../../src/client/link.ts";
import { run } from "../../src/client/run.ts";
import { uuid } from "../../src/client/uuid.ts";
import { dialectNamed } from "../../src/wire/dialects.ts";

export interface OurClientOptions {
  nick: string;
  token: string;
  room?: string;
  /** Makes a connection. */
  connect(): Promise<LinkConnection>;
  /** Told each line of the conversation, or, if it is only about it, with `isRemark`. */
  onLine(line: string, isRemark: boolean): void;
  chance?(): number;
}

const native = dialectNamed("native")!;

const WIRE = {
  lobby: "lobby",
  maxMessageBytes: 16 * 1024 * 1024,
  notices: true,
  slashCommands: true,
  roomTalk: true,
  ascii: false,
  paceMilliseconds: 0,
  extensions: false,
};

/** How much sooner than for people it is tried again, and how late at the most. */
const HASTE = 100;
const LONGEST_MILLISECONDS = 30;
/** Longer than any test. */
const EVER_MILLISECONDS = 3_600_000;

export class OurClient {
  /** The exit code of the program that it would be. Rejects if it cannot even connect; pends if it is dead. */
  readonly ended: Promise<number>;
  #options: OurClientOptions;
  #connection: LinkConnection | undefined;
  #typed = new Lines();
  #interrupted = Promise.withResolvers<number>();
  #isDead = false;

  constructor(options: OurClientOptions) {
    this.#options = options;
    const { nick, token, room = "lobby", chance = Math.random } = options;
    const start = {
      nick,
      isNickGiven: true,
      room,
      showsReplay: true,
      echoes: false,
      token,
      reconnectMilliseconds: EVER_MILLISECONDS,
    };
    this.ended = run({
      app: appFor("native", start),
      connect: () => this.#connect(),
      lines: this.#typed,
      show: (line) => this.#told(line, false),
      remark: (line) => this.#told(line, true),
      newId: () => uuid(Date.now(), crypto.getRandomValues(new Uint8Array(16))),
      now: () => performance.now(),
      chance,
      sleep: (milliseconds) => sleep(Math.min(milliseconds / HASTE, LONGEST_MILLISECONDS)),
      interrupted: this.#interrupted.promise,
      staysToListen: false,
      patienceMilliseconds: 5000,
      lastWordMilliseconds: 2000,
      silenceMilliseconds: 0,
    });
  }

  /** Resolves when it has been taken and done. */
  type(line: string): Promise<void> {
    return this.#typed.push(line);
  }

  /** Nothing more will be typed: it ends when all is said and has come back. */
  endInput() {
    this.#typed.end();
  }

  /** Its connection breaks. */
  cut() {
    try {
      this.#connection?.close();
    } catch {
      // It is broken already.
    }
  }

  /** As if its process had been killed. */
  die() {
    this.#isDead = true;
    this.cut();
  }

  /** Ends it as Ctrl-C does, and waits until it has said goodbye. */
  async leave() {
    this.#interrupted.resolve(0);
    await this.ended;
  }

  async #connect(): Promise<Link> {
    if (this.#isDead) return await new Promise(() => {});
    this.#connection = await this.#options.connect();
    if (this.#isDead) this.cut();
    return new Link(this.#connection, native.client(WIRE));
  }

  #told(line: string, isRemark: boolean): Promise<void> {
    if (!this.#isDead) this.#options.onLine(line, isRemark);
    return Promise.resolve();
  }
}

/** Connects to a server on this machine. */
export async function dial(port: number): Promise<Deno.TcpConn> {
  const connection = await Deno.connect({ hostname: "127.0.0.1", port });
  connection.setNoDelay();
  return connection;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What is typed, line by line. */
class Lines implements AsyncIterable<string> {
  #lines: { line: string; taken: () => void }[] = [];
  #isOver = false;
  #wake: (() => void) | undefined;

  push(line: string): Promise<void> {
    return new Promise((taken) => {
      this.#lines.push({ line, taken });
      this.#wake?.();
    });
  }

  end() {
    this.#isOver = true;
    this.#wake?.();
  }

  async *[Symbol.asyncIterator]() {
    for (;;) {
      const next = this.#lines.shift();
      if (next !== undefined) {
        yield next.line;
        next.taken();
      } else if (this.#isOver) return;
      else await new Promise<void>((resolve) => this.#wake = resolve);
    }
  }
}
