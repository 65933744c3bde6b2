import { LocalBus } from "../../src/bus/local.ts";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import type { Limits } from "../../src/chat/hub.ts";
import { Door, type DoorLimits } from "../../src/server/door.ts";
import { Flusher } from "../../src/server/flusher.ts";
import { Metrics } from "../../src/server/metrics.ts";
import type { PlacesOptions } from "../../src/server/places.ts";
import { QueueBudget } from "../../src/server/queue_budget.ts";
import { Recorder } from "../../src/server/recorder.ts";
import { Server } from "../../src/server/server.ts";
import type { SessionLimits } from "../../src/server/session.ts";
import type { Visit } from "../../src/server/session_options.ts";
import type { History } from "../../src/store/history.ts";
import { SqliteHistory } from "../../src/store/sqlite.ts";
import { DecodeStream } from "../../src/wire/decode_stream.ts";
import { Decoder } from "../../src/wire/decoder.ts";
import type { Dialect, Encoder } from "../../src/wire/dialect.ts";
import { native } from "../../src/wire/native.ts";
import { LIMITS } from "../chat/limits.ts";
import { OPTIONS } from "../wire/decoded.ts";
import { FakeConnection } from "./fake_connection.ts";

const SESSION_LIMITS: SessionLimits = {
  maxQueueBytes: 100_000,
  maxQueueMilliseconds: 30_000,
  pace: { burst: 10, perSecond: 0 },
  changes: { burst: 5, perSecond: 0.1 },
  helloTimeoutMilliseconds: 300_000,
  frameTimeoutMilliseconds: 30_000,
  pingMilliseconds: 60_000,
};

const PLACES: PlacesOptions = { milliseconds: 120_000, max: 10 };

/** Deadlines and dates go by different clocks: this much lies between them. */
const EPOCH = 1_700_000_000_000;

export interface EveningOptions {
  limits?: Partial<SessionLimits>;
  hub?: Partial<Limits>;
  places?: Partial<PlacesOptions>;
  maxUsers?: number;
  /** What may wait for all together. */
  maxTotalBytes?: number;
  dialect?: string;
  defaultDialect?: string;
}

/** A whole server over connections in memory and a clock that only the test moves. */
export class Evening {
  time = 1_000_000;
  /** What was logged, without what varies. */
  logged: string[] = [];
  history = new SqliteHistory({ path: ":memory:", durability: "process", now: () => 0 });
  /** Set to make storing fail. */
  diskIsFull = false;
  /** Set to make reading what was stored fail. */
  historyIsBroken = false;
  /** How long sessions have been asked to wait, each time. */
  pauses: number[] = [];
  server: Server;
  recorder: Recorder;
  metrics: Metrics;
  readonly budget: QueueBudget;
  /** They may change while it goes on. */
  readonly hubLimits: Limits;
  readonly doorLimits: DoorLimits;
  readonly door: Door;
  readonly bus: LocalBus;
  /** The history behind its two switches. */
  readonly past: History = this.#switched();
  #lastId = 0;
  #peers = 0;

  constructor(
    {
      limits = {},
      hub = {},
      places = {},
      maxUsers = 100,
      maxTotalBytes = 1e9,
      dialect = "auto",
      defaultDialect = "",
    }: EveningOptions = {},
  ) {
    const log = (_level: string, message: string, fields: Record<string, unknown> = {}) => {
      this.logged.push(fields.reason ? `${message}: ${fields.reason}` : message);
    };
    this.hubLimits = { ...LIMITS, ...hub };
    this.doorLimits = {
      session: { ...SESSION_LIMITS, ...limits },
      wire: { ...OPTIONS, notices: false },
      maxUsers,
      defaultDialect,
      defaultDialectMilliseconds: 3000,
    };
    const history = this.past;
    const now = () => EPOCH + this.time;
    const metrics = this.metrics = new Metrics({ now: this.time });
    const budget = this.budget = new QueueBudget({ maxBytes: maxTotalBytes });
    const bus = this.bus = new LocalBus({ keep: (said) => this.recorder.keep(said) });
    this.server = new Server({
      limits: this.hubLimits,
      bus,
      history,
      places: { ...PLACES, ...places },
      log,
      metrics,
      now,
      monotonic: () => this.time,
      budget,
      publicAddresses: { known: [] },
      replay: { maxBytes: 50_000 },
    });
    this.recorder = new Recorder({
      history,
      ownerOf: (place) => this.server.ownerOf(place),
      announce: (text) => this.server.announce(text),
      log,
      metrics,
      now,
      monotonic: () => this.time,
      sleep: turn,
    });
    bus.subscribe(this.server);
    this.door = new Door({
      server: this.server,
      dialect,
      receptions: new Map(),
      limits: this.doorLimits,
      budget,
      flusher: new Flusher(() => this.time),
      log,
      metrics,
      now: () => this.time,
      sleep: (milliseconds) => {
        this.pauses.push(milliseconds);
        this.time += milliseconds;
        return turn();
      },
      nextId: () => ++this.#lastId,
    });
  }

  /** A connection that has said nothing yet. */
  connect(dialect: Dialect = native, visit: Partial<Visit> = {}): Peer {
    const connection = new FakeConnection();
    const peer = `127.0.0.1:${5000 + ++this.#peers}`;
    const ended = this.door.enter(connection, { peer, ...visit });
    return new Peer(connection, dialect, ended);
  }

  /** Somebody in the lobby. */
  async person(nick: string, dialect: Dialect = native): Promise<Peer> {
    const peer = this.connect(dialect);
    peer.says(ask("hello", { nick }), ask("join", { room: "lobby" }));
    await peer.hears((event) => event.type === "joined" && event.nick === nick);
    peer.passesOver();
    return peer;
  }

  /** Somebody with a token, new or back: let in, and in those rooms only that they were in before. */
  async owner(nick: string, token: string): Promise<Peer> {
    const peer = this.connect();
    peer.says(ask("hello", { nick, token }));
    await peer.hears((event) => event.type === "entered");
    return peer;
  }

  /** Moves the clock, and has all deadlines looked at. */
  pass(milliseconds: number) {
    this.time += milliseconds;
    this.server.check();
    this.recorder.tend();
  }

  /** Lets happen what can happen until this holds. */
  async until(holds: () => boolean) {
    for (let turns = 0; !holds(); turns++) {
      if (turns > 1000) throw new Error("it does not come to this");
      await turn();
    }
  }

  #switched(): History {
    const { history } = this;
    const written = <T>(write: () => T): T => {
      if (this.diskIsFull) throw new Error("the disk is full");
      return write();
    };
    const read = <T>(read: () => T): T => {
      if (this.historyIsBroken) throw new Error("the disk is gone");
      return read();
    };
    return {
      append: (said) => written(() => history.append(said)),
      deeds: () => read(() => history.deeds()),
      thinDeeds: (choose) => written(() => history.thinDeeds(choose)),
      probe: () => written(() => history.probe()),
      tend: (now) => written(() => history.tend(now)),
      page: (room, page) => read(() => history.page(room, page)),
      directs: (owner, page) => read(() => history.directs(owner, page)),
      search: (search) => read(() => history.search(search)),
      seen: (nick, rooms) => read(() => history.seen(nick, rooms)),
      close: () => history.close(),
    };
  }
}

/** Lets all that can happen now happen: what was written meanwhile has been written. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
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
    this.#decoder = new DecodeStream(new Decoder<Event>(() => codec));
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

  /** The connection breaks, and the server has noticed. */
  async isCutOff() {
    this.connection.breaks();
    this.connection.hangsUp();
    await this.ended;
  }

  /** What has been heard so far does not matter. */
  passesOver() {
    this.#seen = this.heard.length;
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
