/** One listener's door: knows which dialects come in here, how many people may, and makes the sessions. */
import { ask, type Command } from "../chat/command.ts";
import type { SessionId } from "../chat/effect.ts";
import { type Decoding, utf8, type WireOptions } from "../wire/dialect.ts";
import { detect, dialectNamed, dialects } from "../wire/dialects.ts";
import { noPage, strangers, tooManyRequests } from "../wire/strangers.ts";
import type { Flusher } from "./flusher.ts";
import { Introduction } from "./introduction.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import type { QueueBudget } from "./queue_budget.ts";
import type { Server } from "./server.ts";
import { Session } from "./session.ts";
import type { Connection, Host, SessionLimits, Visit } from "./session_options.ts";
import type { Elsewhere, HandedOver, Spoken } from "./spoken.ts";

export type { Visit } from "./session_options.ts";

/** Whoever reads a connection first whose beginning is no dialect; it may send the visitor back to the door. */
export type Reception = (
  connection: Connection,
  visit: Visit & { head: Uint8Array; door: Door },
) => Promise<void>;

/** They may change while the door is used; `wire` holds for those who come after `renew`. */
export interface DoorLimits {
  session: SessionLimits;
  wire: WireOptions;
  maxUsers: number;
  /** The name of the dialect that a peer who stays silent is taken to speak; "" for none. */
  defaultDialect: string;
  defaultDialectMilliseconds: number;
}

export interface DoorOptions {
  server: Server;
  /** The name of the one dialect spoken here, or "auto". */
  dialect: string;
  /** Who takes in HTTP and TLS, under these names. What is not taken in is refused in its own words. */
  receptions: ReadonlyMap<string, Reception>;
  limits: DoorLimits;
  /** Whether whoever comes in here is one too many, and is only to hear that. */
  isBusy?: boolean;
  flusher: Flusher;
  budget: QueueBudget;
  log: Log;
  metrics: Metrics;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Gives each session of the node a number of its own. */
  nextId(): SessionId;
}

export class Door {
  #options: DoorOptions;
  #host: Host;
  /** What may be spoken here, by name. */
  #spoken!: Map<string, Spoken>;
  /** The options of the wire with which all that was made. */
  #made = "";
  #users = new Set<SessionId>();
  /** Of those who just type, and are not in yet. */
  #introductions = new WeakMap<Session, Introduction>();

  constructor(options: DoorOptions) {
    const { server, limits, flusher, budget, log, metrics, now, sleep } = options;
    this.#options = options;
    this.#host = {
      limits: limits.session,
      flusher,
      budget,
      log,
      metrics,
      now,
      sleep,
      detect: (head, visit) => this.#detect(head, visit),
      silent: () => this.#silent(),
      unknownDialect: UNKNOWN_DIALECT,
      settled: () => server.settled(),
      handle: (session, command) => this.#handle(session, command),
      leave: (session) => this.#leave(session),
      isMember: (session) => server.isMember(session),
    };
    this.renew();
  }

  /** Whoever comes from now on meets the wire as it is set now. */
  renew() {
    const { wire } = this.#options.limits;
    const made = JSON.stringify(wire);
    // Each kind of client that is told something costs: there should be no two of one kind.
    if (made === this.#made) return;
    this.#made = made;
    this.#spoken = new Map(
      dialects.map((it) => [it.name, { name: it.name, codec: it.server({ ...wire }) }]),
    );
  }

  /** Serves a connection to its end. Never rejects. */
  async enter(connection: Connection, visit: Visit): Promise<void> {
    const { log, nextId, receptions } = this.#options;
    const id = nextId();
    const handedOver = await this.#serve(connection, visit, id);
    if (!handedOver) return;
    const { to, head } = handedOver;
    try {
      await receptions.get(to)?.(connection, { ...visit, head, door: this });
    } catch (error) {
      // A mistake of ours about one connection must not be the end of the others.
      log("error", "a reception failed", { connection: id, to, error });
      close(connection);
    }
  }

  /** Its session is all gone while somebody else serves the connection, for as long as that takes. */
  async #serve(
    connection: Connection,
    visit: Visit,
    id: SessionId,
  ): Promise<HandedOver | undefined> {
    const { server } = this.#options;
    const session = new Session({ id, visit, connection, host: this.#host });
    server.open(session);
    const handedOver = await session.run();
    server.forget(session);
    return handedOver;
  }

  #detect(head: Uint8Array, visit: Visit): Spoken | Elsewhere | "unknown" | undefined {
    const { dialect, receptions } = this.#options;
    const known = this.#spoken.get(visit.dialect ?? "");
    if (known) return known;
    const isFixed = this.#spoken.has(dialect);
    // On a port for one dialect all is encrypted, or nothing: who waits for a greeting is not left waiting.
    const isForTls = receptions.has(TLS) && !visit.isSecure;
    if (isFixed && isForTls) return { elsewhere: TLS };
    const found = isFixed ? dialectNamed(dialect) : detect(head);
    if (found === undefined || found === "unknown") return found;
    if (found.name === TLS && isForTls) return { elsewhere: TLS };
    if ("overHttp" in found && receptions.has(HTTP)) return { elsewhere: HTTP };
    const refused = this.#options.isBusy ? BUSY : REFUSED;
    return refused.get(found.name) ?? this.#spoken.get(found.name);
  }

  #silent() {
    const { limits } = this.#options;
    const { defaultDialect, defaultDialectMilliseconds: afterMilliseconds } = limits;
    const spoken = this.#spoken.get(defaultDialect);
    return spoken && { spoken, afterMilliseconds };
  }

  #handle(session: Session, command: Command): Promise<void> | undefined {
    const { server } = this.#options;
    if (this.#users.has(session.id)) return server.handle(session, command);
    if (command.type === "hello") return this.#letIn(session, command);
    if (!session.encoder?.takesTalkForName) return server.handle(session, command);
    const introduction = this.#introductions.get(session) ?? new Introduction();
    this.#introductions.set(session, introduction);
    const hello = introduction.hear(command);
    return hello ? this.#introduce(session, hello) : server.handle(session, command);
  }

  /** People who just type: there is no hello in what they say, and no join. */
  async #introduce(session: Session, hello: Extract<Command, { type: "hello" }>) {
    const { server, limits: { wire } } = this.#options;
    await this.#letIn(session, hello);
    if (!server.isMember(session)) {
      return this.#introductions.get(session)?.refused(session.refusal);
    }
    this.#introductions.delete(session);
    await server.handle(session, ask("join", { room: wire.lobby }));
  }

  /** The place is taken before the hub is asked, so that two who come at once do not share the last. */
  async #letIn(session: Session, command: Extract<Command, { type: "hello" }>) {
    const { server, limits: { maxUsers }, log } = this.#options;
    // Whoever comes back has a place already.
    if (this.#users.size >= maxUsers && !server.keepsPlaceFor(command.token)) {
      const about = "";
      return session.tell(
        { type: "failed", command: "hello", code: "server-full", about, id: "" },
        true,
      );
    }
    this.#users.add(session.id);
    await server.handle(session, command);
    if (!server.isMember(session)) {
      this.#users.delete(session.id);
    } else {
      const { id: connection, peer, dialect } = session;
      log("info", "entered", { connection, peer, dialect, nick: command.nick.slice(0, 64) });
    }
  }

  async #leave(session: Session): Promise<void> {
    const { server, log } = this.#options;
    const wasIn = this.#users.delete(session.id);
    const isKept = await server.leave(session);
    const { id: connection, peer } = session;
    if (wasIn) log("info", isKept ? "disconnected, may come back" : "left", { connection, peer });
  }
}

function close(connection: Connection) {
  try {
    connection.close();
  } catch {
    // It is closed already.
  }
}

/** The names under which receptions are found. */
export const TLS = "TLS";
export const HTTP = "HTTP";

/** What is not spoken here, each as a dialect in which we have one thing to say. */
const REFUSED = refusals(noPage);
const BUSY = refusals(tooManyRequests);

function refusals(overHttp: Uint8Array): Map<string, Spoken> {
  return new Map([
    ...strangers.map(({ name, answer }) => [name, refusal(name, answer)] as const),
    ...dialects.filter((it) => it.overHttp).map((it) =>
      [it.name, refusal(HTTP, overHttp)] as const
    ),
  ]);
}

function refusal(name: string, answer: Uint8Array): Spoken {
  function* decode(): Decoding<Command> {
    yield { type: "answer", bytes: answer };
    yield { type: "broken", reason: `${name} is not spoken here` };
  }
  return { name, codec: { decode, encoder: { encode: () => undefined } } };
}

const UNKNOWN_DIALECT = utf8(
  `error: unknown protocol; this server speaks ${dialects.map(({ name }) => name).join(", ")}\n`,
);
