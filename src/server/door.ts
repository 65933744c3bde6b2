/** One listener's door: knows which dialects come in here, how many people may, and makes the sessions. */
import { ask, type Command } from "../chat/command.ts";
import type { SessionId } from "../chat/effect.ts";
import { type Decoding, utf8, type WireOptions } from "../wire/dialect.ts";
import { detect, dialects } from "../wire/dialects.ts";
import { strangers } from "../wire/strangers.ts";
import type { Flusher } from "./flusher.ts";
import type { Log } from "./log.ts";
import type { Server } from "./server.ts";
import { type Connection, Session, type SessionLimits, type Spoken } from "./session.ts";

export interface DoorOptions {
  server: Server;
  /** The name of the one dialect spoken here, or "auto". */
  dialect: string;
  wire: WireOptions;
  limits: SessionLimits;
  maxUsers: number;
  /** The name of the dialect that a peer who stays silent is taken to speak; "" for none. */
  defaultDialect: string;
  defaultDialectMilliseconds: number;
  flusher: Flusher;
  log: Log;
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Gives each session of the node a number of its own. */
  nextId(): SessionId;
}

export class Door {
  #options: DoorOptions;
  /** What may be spoken here, by name. */
  #spoken: Map<string, Spoken>;
  #users = new Set<SessionId>();

  constructor(options: DoorOptions) {
    this.#options = options;
    this.#spoken = new Map(
      dialects.map((it) => [it.name, { name: it.name, codec: it.server(options.wire) }]),
    );
  }

  /** Serves a connection to its end. Never rejects. */
  async enter(connection: Connection, peer: string): Promise<void> {
    const { server, limits, flusher, log, now, sleep, nextId } = this.#options;
    const session = new Session({
      id: nextId(),
      peer,
      connection,
      limits,
      flusher,
      log,
      now,
      sleep,
      detect: (head) => this.#detect(head),
      silent: this.#silent(),
      unknownDialect: UNKNOWN_DIALECT,
      settled: () => server.settled(),
      handle: (session, command) => this.#handle(session, command),
      leave: (session) => this.#leave(session),
      isMember: (session) => server.isMember(session),
    });
    server.open(session);
    await session.run();
    server.forget(session);
  }

  #detect(head: Uint8Array): Spoken | "unknown" | undefined {
    const fixed = this.#spoken.get(this.#options.dialect);
    if (fixed) return fixed;
    const found = detect(head);
    if (found === undefined || found === "unknown") return found;
    return this.#spoken.get(found.name) ?? STRANGERS.get(found.name);
  }

  #silent() {
    const { defaultDialect, defaultDialectMilliseconds: afterMilliseconds } = this.#options;
    const spoken = this.#spoken.get(defaultDialect);
    return spoken && { spoken, afterMilliseconds };
  }

  #handle(session: Session, command: Command): Promise<void> | undefined {
    const { server } = this.#options;
    if (this.#users.has(session.id)) return server.handle(session, command);
    if (command.type === "hello") return this.#letIn(session, command);
    const nick = session.encoder?.takesTalkForName && nameIn(command);
    return nick ? this.#introduce(session, nick) : server.handle(session, command);
  }

  /** People who just type: the first thing that they say is their name. */
  async #introduce(session: Session, nick: string) {
    const { server, wire } = this.#options;
    await this.#letIn(session, ask("hello", { nick }));
    if (!server.isMember(session)) return;
    await server.handle(session, ask("join", { room: wire.lobby }));
  }

  /** The place is taken before the hub is asked, so that two who come at once do not share the last. */
  async #letIn(session: Session, command: Extract<Command, { type: "hello" }>) {
    const { server, maxUsers, log } = this.#options;
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

function nameIn(command: Command): string {
  if (command.type === "say") return command.text.trim();
  return command.type === "rename" ? command.nick : "";
}

/** Each stranger as a dialect in which we have one thing to say. */
const STRANGERS = new Map<string, Spoken>(strangers.map(({ name, answer }) => {
  function* decode(): Decoding<Command> {
    yield { type: "answer", bytes: answer };
    yield { type: "broken", reason: `${name} is not spoken here` };
  }
  return [name, { name, codec: { decode, encoder: { encode: () => undefined } } }];
}));

const UNKNOWN_DIALECT = utf8(
  `error: unknown protocol; this server speaks ${dialects.map(({ name }) => name).join(", ")}\n`,
);
