/** A server's API over connections in memory and a clock that only the test moves. */
import { assert } from "@std/assert";
import { apiRoutes } from "../../src/http/api.ts";
import { Bearers, digestOf } from "../../src/http/bearer.ts";
import { Bot } from "../../src/http/bot.ts";
import { Followers } from "../../src/http/follow.ts";
import { OPERATIONS } from "../../src/http/openapi.ts";
import { type Answer, find, type Route } from "../../src/http/route.ts";
import type { Connection } from "../../src/server/session.ts";
import { LIMITS } from "../chat/limits.ts";
import { Evening, type EveningOptions, turn } from "../server/evening.ts";
import { OPTIONS } from "../wire/decoded.ts";

export const TOKENS = { ci: "the-token-of-ci-0", dj: "the-token-of-dj-0" };

export interface Request {
  /** Whose token it bears; none if null. */
  as?: keyof typeof TOKENS | null;
  headers?: Record<string, string>;
  /** An object is sent as JSON, text as plain text. */
  body?: string | Uint8Array | object;
  type?: string;
}

export interface Heard {
  status: number;
  headers: Record<string, string>;
  // deno-lint-ignore no-explicit-any
  json: any;
  body: Answer["body"];
}

/** The routes' statuses that any test has seen. */
export const seen = new Set<string>();

/** Known to the bots, where one has to know one. */
export const PASSWORD = "sesame";

export class Office {
  readonly evening: Evening;
  readonly followers: Followers;
  readonly bots = new Map<string, Bot>();
  readonly routes: Route[];
  readonly bearers: Bearers;
  /** What the log was told, all of it. */
  logged = "";
  /** How often a page was read. */
  reads = 0;
  /** The newest connection of each bot. */
  connections = new Map<string, Connection>();
  #lastId = 0;

  private constructor(options: EveningOptions) {
    const evening = this.evening = new Evening(options);
    const now = () => evening.time;
    const log = (...words: unknown[]) => void (this.logged += `${JSON.stringify(words)}\n`);
    const history = {
      page: (...args: Parameters<typeof evening.past.page>) => {
        this.reads++;
        return evening.past.page(...args);
      },
    };
    this.followers = new Followers({ history, log, now });
    evening.bus.subscribe(this.followers);
    const accounts = Object.entries(TOKENS).map(([nick, token]) => (
      { nick, rooms: nick === "dj" ? ["dev"] : [], digest: digestOf(token) }
    ));
    this.bearers = new Bearers(accounts, log);
    const { pace = { burst: 10, perSecond: 0 } } = options.limits ?? {};
    for (const { nick, rooms } of accounts) {
      const enter: typeof evening.door.enter = (connection, visit) => {
        this.connections.set(nick, connection);
        return evening.door.enter(connection, visit);
      };
      const token = `a place for ${nick} alone`;
      const place = { door: { enter }, wire: OPTIONS };
      this.bots.set(
        nick,
        new Bot({ nick, rooms, token, pace, entry: { password: PASSWORD }, ...place, log, now }),
      );
    }
    this.routes = apiRoutes({
      bearers: this.bearers,
      bots: this.bots,
      history,
      followers: this.followers,
      isLocked: (room) => evening.server.isLocked(room),
      limits: LIMITS,
      maxPageBytes: 50_000,
      version: "1",
      newId: () => `00000000-0000-4000-8000-${`${++this.#lastId}`.padStart(12, "0")}`,
      log,
    });
  }

  /** With both bots in. */
  static async open(options: EveningOptions = {}): Promise<Office> {
    const office = new Office(options);
    for (const bot of office.bots.values()) await bot.enter();
    return office;
  }

  /** With nobody in yet. */
  static closed(options: EveningOptions = {}): Office {
    return new Office(options);
  }

  get(path: string, request: Request = {}): Promise<Heard> {
    return this.ask("GET", path, request);
  }

  post(path: string, body: Request["body"] = "hi", request: Request = {}): Promise<Heard> {
    return this.ask("POST", path, { body, ...request });
  }

  async ask(
    method: string,
    path: string,
    { as = "ci", headers = {}, body = "", type }: Request,
  ): Promise<Heard> {
    const url = new URL(path, "http://host");
    const found = find(this.routes, { method, path: url.pathname });
    assert(found && "route" in found, `${method} ${path}`);
    const isRaw = typeof body === "string" || body instanceof Uint8Array;
    const answer = await found.route.answer({
      method,
      parameters: found.parameters,
      query: url.searchParams,
      headers: {
        ...(as ? { authorization: `Bearer ${TOKENS[as]}` } : {}),
        "content-type": type ?? (isRaw ? "text/plain" : "application/json"),
        ...headers,
      },
      body: isRaw ? bytesOf(body) : bytesOf(JSON.stringify(body)),
      peer: "127.0.0.1:5000",
    });
    const { status, headers: own = {}, body: told = "" } = answer;
    noteSeen(found.route, status);
    const json = typeof told === "string" && told !== "" ? JSON.parse(told) : undefined;
    return { status, headers: { ...own }, json, body: told };
  }

  /** Moves the clock, and has all deadlines looked at. */
  pass(milliseconds: number) {
    this.evening.pass(milliseconds);
    this.bearers.check();
    for (const bot of this.bots.values()) bot.check();
    this.followers.check();
  }

  /** Lets happen what can happen until this holds. */
  async until(holds: () => boolean) {
    for (let turns = 0; !holds(); turns++) {
      assert(turns < 1000, "it does not come to this");
      await turn();
    }
  }

  /** All that was said in a room, as it is kept. */
  kept(room = "dev"): string[] {
    const { messages } = this.evening.history.page(room, { limit: 10_000, maxBytes: 1e9 });
    return messages.map(({ nick, text }) => `${nick}: ${text}`);
  }
}

/** Each status that is seen must be one that is described. */
function noteSeen({ method, path }: Route, status: number) {
  const operation = Object.values(OPERATIONS).find((it) =>
    it.method === method && it.path === path
  )!;
  const described = [...Object.keys(operation.answers).map(Number), ...operation.refusals];
  assert(described.includes(status), `${method} ${path} answers ${status}, which is not described`);
  seen.add(`${method} ${path} ${status}`);
}

function bytesOf(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? new TextEncoder().encode(body) : body;
}

/** A page that is followed, as a program reads it. */
export class Following {
  /** The numbers and texts that were told, in order. */
  told: { seq: number; text: string; nick: string }[] = [];
  /** Comments. */
  comments: string[] = [];
  lastId = "";
  isOver = false;
  #pieces: AsyncIterator<string>;

  constructor(body: Answer["body"]) {
    assert(typeof body === "object" && Symbol.asyncIterator in body);
    this.#pieces = body[Symbol.asyncIterator]();
  }

  /** Takes one piece more, when there is one. */
  async more(): Promise<void> {
    const { value, done } = await this.#pieces.next();
    if (done) this.isOver = true;
    else this.#read(value);
  }

  async hangUp() {
    await this.#pieces.return?.();
  }

  /** As the specification of Server-Sent Events has it. */
  #read(piece: string) {
    for (const block of piece.split("\n\n").slice(0, -1)) {
      for (const line of block.split(/\r\n|\r|\n/)) {
        const [, field, value] = /^([^:]*): ?(.*)$/s.exec(line) ?? [];
        if (field === "") this.comments.push(value!);
        if (field === "id") this.lastId = value!;
        if (field === "data") this.told.push(JSON.parse(value!));
      }
    }
  }
}
