import { LocalBus } from "../../src/bus/local.ts";
import type { Message, Said, Told } from "../../src/chat/event.ts";
import type { Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import type { Limits } from "../../src/chat/hub.ts";
import { Door } from "../../src/server/door.ts";
import { Flusher } from "../../src/server/flusher.ts";
import { Server } from "../../src/server/server.ts";
import type { SessionLimits } from "../../src/server/session.ts";
import type { Dialect, Encoder } from "../../src/wire/dialect.ts";
import { DecodeStream } from "../../src/wire/decode_stream.ts";
import { native } from "../../src/wire/native.ts";
import { LIMITS } from "../chat/limits.ts";
import { OPTIONS } from "../wire/decoded.ts";
import { FakeConnection } from "./fake_connection.ts";

const SESSION_LIMITS: SessionLimits = {
  maxQueueBytes: 100_000,
  maxQueueMilliseconds: 30_000,
  burstCommands: 10,
  commandsPerSecond: 0,
  helloTimeoutMilliseconds: 300_000,
  frameTimeoutMilliseconds: 30_000,
  pingMilliseconds: 60_000,
};

export interface EveningOptions {
  limits?: Partial<SessionLimits>;
  hub?: Partial<Limits>;
  maxUsers?: number;
  dialect?: string;
  defaultDialect?: string;
}

/** A whole server over connections in memory and a clock that only the test moves. */
export class Evening {
  time = 1_000_000;
  /** What was logged, without what varies. */
  logged: string[] = [];
  history: (Message | Told)[] = [];
  /** Set to make storing fail. */
  diskIsFull = false;
  /** Set to make reading what was stored fail. */
  historyIsBroken = false;
  /** How long sessions have been asked to wait, each time. */
  pauses: number[] = [];
  server: Server;
  #door: Door;
  #lastId = 0;
  #peers = 0;

  constructor(
    { limits = {}, hub = {}, maxUsers = 100, dialect = "auto", defaultDialect = "" }:
      EveningOptions = {},
  ) {
    const log = (_level: string, message: string, fields: Record<string, unknown> = {}) => {
      this.logged.push(fields.reason ? `${message}: ${fields.reason}` : message);
    };
    const bus = new LocalBus({
      keep: (said) => this.#keep(said),
      onFailure: (error) => log("error", String(error)),
    });
    this.server = new Server({
      limits: { ...LIMITS, ...hub },
      bus,
      history: {
        recent: (room, { limit, before }) => {
          if (this.historyIsBroken) throw new Error("the disk is gone");
          return this.#recent(room, limit, before);
        },
      },
      log,
      now: () => this.time,
      maxReplayBytes: 10_000,
    });
    bus.subscribe(this.server);
    this.#door = new Door({
      server: this.server,
      dialect,
      wire: { ...OPTIONS, notices: false },
      limits: { ...SESSION_LIMITS, ...limits },
      maxUsers,
      defaultDialect,
      defaultDialectMilliseconds: 3000,
      flusher: new Flusher(() => this.time),
      log,
      now: () => this.time,
      sleep: (milliseconds) => {
        this.pauses.push(milliseconds);
        this.time += milliseconds;
        // A turn passes, as it would: what was written meanwhile has been written.
        return new Promise((resolve) => setImmediate(resolve));
      },
      nextId: () => ++this.#lastId,
    });
  }

  /** A connection that has said nothing yet. */
  connect(dialect: Dialect = native): Peer {
    const connection = new FakeConnection();
    const ended = this.#door.enter(connection, `127.0.0.1:${5000 + ++this.#peers}`);
    return new Peer(connection, dialect, ended);
  }

  /** Somebody in the lobby. */
  async person(nick: string, dialect: Dialect = native): Promise<Peer> {
    const peer = this.connect(dialect);
    peer.says({ type: "hello", nick }, { type: "join", room: "lobby" });
    await peer.hears((event) => event.type === "joined" && event.nick === nick);
    return peer;
  }

  /** Moves the clock, and has all deadlines looked at. */
  pass(milliseconds: number) {
    this.time += milliseconds;
    this.server.check();
  }

  #keep(said: (Message | Told)[]) {
    if (this.diskIsFull) throw new Error("the disk is full");
    for (const fact of said) {
      if (fact.type === "message") fact.seq = this.#recent(fact.room, Infinity, 0).length + 1;
      this.history.push(fact);
    }
  }

  #recent(room: string, limit: number, before: number): Said[] {
    const messages = this.history.filter((it) => it.type === "message" && it.room === room);
    return (messages as Said[]).filter((it) => before === 0 || it.seq < before).slice(-limit);
  }
}

/** The client of a connection in memory. */
export class Peer {
  heard: Event[] = [];
  /** How many of the heard events hears() has returned or passed over. */
  #seen = 0;
  #read = 0;
  #encoder: Encoder<Command>;
  #decoder: DecodeStream<Event>;
  #writer: WritableStreamDefaultWriter<Uint8Array>;

  constructor(
    readonly connection: FakeConnection,
    dialect: Dialect,
    /** Resolves when the server has forgotten the connection. */
    readonly ended: Promise<void>,
  ) {
    const codec = dialect.client(OPTIONS);
    this.#encoder = codec.encoder;
    this.#decoder = new DecodeStream<Event>(() => codec);
    this.#writer = this.#decoder.writable.getWriter();
    this.#listen();
  }

  says(...commands: Command[]) {
    for (const command of commands) {
      const bytes = this.#encoder.encode(command, true);
      if (bytes) this.connection.sends(bytes);
    }
  }

  say(text: string, id = "") {
    this.says({ type: "say", room: "lobby", text, id });
  }

  /** The next event for which this holds, those before it passed over. */
  async hears(holds: (event: Event) => boolean): Promise<Event> {
    for (;;) {
      while (this.#seen < this.heard.length) {
        const event = this.heard[this.#seen++]!;
        if (holds(event)) return event;
      }
      await this.#more();
    }
  }

  /** The next message's text. */
  async hearsText(): Promise<string> {
    const event = await this.hears((event) => event.type === "message");
    return event.type === "message" ? event.text : "";
  }

  /** Everything that was said to this peer before the answer to its ping, from here on. */
  async catchesUp(): Promise<Event[]> {
    const from = this.#seen;
    const token = `${Math.random()}`;
    this.says({ type: "ping", token });
    await this.hears((event) => event.type === "pong" && event.token === token);
    return this.heard.slice(from, this.#seen - 1);
  }

  async #more() {
    const before = this.heard.length;
    await this.connection.until(() => this.connection.written.length > this.#read);
    await this.#take();
    if (this.heard.length === before) await Promise.resolve();
  }

  async #take() {
    const bytes = this.connection.written.slice(this.#read);
    this.#read = this.connection.written.length;
    await this.#writer.write(bytes);
  }

  async #listen() {
    for await (const batch of this.#decoder.readable) {
      for (const heard of batch) {
        if (heard.type === "broken") throw new Error(heard.reason);
        const isEvent = heard.type !== "answer" && heard.type !== "switch" &&
          heard.type !== "ignored";
        if (isEvent) this.heard.push(heard);
      }
    }
  }
}
