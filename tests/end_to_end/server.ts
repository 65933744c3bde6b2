/** A real server on a free port of this machine alone. */
import { type Ended, Home, Program } from "./process.ts";

export interface ServerOptions {
  /** Where chat.db is; the server brings its own home if none is given, and takes it away again. */
  home?: Home;
  /** Where it listens; anywhere that is free, if not given. */
  port?: number;
  /** The database, within the home. */
  db?: string;
  flags?: string[];
  /** Variables beside the few that every process here has. */
  env?: Record<string, string>;
  /** The most files and connections that it may have open. */
  descriptors?: number;
}

/** Without a limit on how fast a client may talk, for tests that are not about it. */
export const UNTHROTTLED = ["--commands-per-second", "0", "--renames-per-minute", "0"];
/** However many come from this machine, and however often: for tests that are not about that. */
const ROOM_FOR_ALL = [
  ...["--max-connections-per-address", "10000"],
  ...["--connections-per-second-per-address", "0"],
];

type Fields = Record<string, unknown>;

export class Server implements AsyncDisposable {
  #program: Program;
  #port = 0;
  #ownHome: Home | undefined;

  private constructor(program: Program, ownHome: Home | undefined) {
    this.#program = program;
    this.#ownHome = ownHome;
  }

  /** Resolves when it listens. */
  static async start(
    { home, port = 0, db = "chat.db", flags = [], env = {}, descriptors }: ServerOptions = {},
  ): Promise<Server> {
    const itsHome = home ?? new Home();
    const where = ["--host", "127.0.0.1", "--port", `${port}`, "--db", itsHome.file(db)];
    const program = new Program(["serve", ...where, "--log", "json", ...ROOM_FOR_ALL, ...flags], {
      home: itsHome,
      env,
      descriptors,
    });
    const server = new Server(program, home ? undefined : itsHome);
    try {
      server.#port = Number((await server.logged("listening")).port);
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** Of its process. */
  get pid(): number {
    return this.#program.pid;
  }

  get port(): number {
    return this.#port;
  }

  /** As people write it. */
  get address(): string {
    return `127.0.0.1:${this.#port}`;
  }

  /** The first line of its log with this message, or one like it, and these fields, waited for. */
  async logged(message: string | RegExp, fields: Fields = {}): Promise<Fields> {
    const isWanted = (logged: Fields) => {
      const text = `${logged.message}`;
      const isMeant = typeof message === "string" ? text === message : message.test(text);
      return isMeant && Object.entries(fields).every(([name, value]) => logged[name] === value);
    };
    const line = await this.#program.stderr.line((line) =>
      line.startsWith("{") && isWanted(JSON.parse(line))
    );
    return JSON.parse(line);
  }

  /** Its log so far, as it was written. */
  get logText(): string {
    return this.#program.stderr.text;
  }

  /** What it has in memory, in bytes; 0 where that cannot be known. */
  get memory(): number {
    try {
      const status = Deno.readTextFileSync(`/proc/${this.pid}/status`);
      return 1024 * Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    } catch {
      return 0;
    }
  }

  /** Waits until this holds of its log. */
  async until(holds: () => boolean) {
    await this.#program.stderr.line(holds);
  }

  /** All lines of its log so far with this message. */
  logLines(message: string): Fields[] {
    return this.#program.stderr.lines
      .filter((line) => line.startsWith("{"))
      .map((line): Fields => JSON.parse(line))
      .filter((logged) => logged.message === message);
  }

  signal(name: Deno.Signal) {
    this.#program.signal(name);
  }

  /** Closes the pipe that its log goes to. */
  async stopLogging() {
    await this.#program.stderr.hangUp();
  }

  ended(): Promise<Ended> {
    return this.#program.ended();
  }

  async [Symbol.asyncDispose]() {
    await this.#program[Symbol.asyncDispose]();
    this.#ownHome?.[Symbol.dispose]();
  }
}

/** As many workers as may run tests at once each have so many ports of their own. */
const SHARES = 120;
const PORTS_OF_A_SHARE = 100;
const FIRST_PORT = 20_000;
const share = ourShare();
const given = new Set<number>();

/**
 * A free port for a server that is started again and again. It is none of those that the system gives to
 * whoever connects: somebody else would have it meanwhile, or a client would be connected to itself.
 */
export function freePort(random = (below: number) => Math.floor(Math.random() * below)): number {
  // Whoever has had one may not be listening there yet.
  if (given.size > PORTS_OF_A_SHARE / 2) given.clear();
  for (;;) {
    const port = FIRST_PORT + share * PORTS_OF_A_SHARE + random(PORTS_OF_A_SHARE);
    if (given.has(port) || !listens(port)) continue;
    given.add(port);
    return port;
  }
}

/** The first that no other worker has: each listens on a port that says so, to its end. */
function ourShare(): number {
  const numbers = Array.from({ length: SHARES }, (_, index) => index);
  return numbers.find((it) => listens(FIRST_PORT - SHARES + it, { isKept: true })) ?? 0;
}

/** Whether one can listen there; goes on with it if that is to be kept. */
function listens(port: number, { isKept = false } = {}): boolean {
  try {
    const listener = Deno.listen({ hostname: "127.0.0.1", port });
    if (isKept) listener.unref();
    else listener.close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
