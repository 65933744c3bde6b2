/**
 * Where effects happen: the one place in which the hub, its sessions, the bus and the history meet.
 * What it does for each recipient of a message must never wait, and must allocate nothing.
 */
import type { Bus, Subscriber } from "../bus/bus.ts";
import type { Command } from "../chat/command.ts";
import type { Effect, SessionId } from "../chat/effect.ts";
import type { Event, Fact, Said } from "../chat/event.ts";
import { Hub, type Limits } from "../chat/hub.ts";
import type { History } from "../store/history.ts";
import type { Encoder } from "../wire/dialect.ts";
import { Arena, type View } from "./arena.ts";
import type { Log } from "./log.ts";
import { pages } from "./replay.ts";
import type { Session } from "./session.ts";

export interface ServerOptions {
  limits: Limits;
  bus: Bus;
  history: Pick<History, "recent">;
  log: Log;
  now(): number;
  /** The most bytes of history that one answer brings. */
  maxReplayBytes: number;
}

export class Server implements Subscriber {
  #options: ServerOptions;
  #hub: Hub;
  #sessions = new Map<SessionId, Session>();
  #arenas = new WeakMap<Encoder<Event>, Arena>();
  #isShuttingDown = false;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#hub = new Hub(options.limits);
  }

  get sessionCount(): number {
    return this.#sessions.size;
  }

  isMember(session: Session): boolean {
    return this.#hub.has(session.id);
  }

  /** When all that was published so far has happened; undefined if it has already. */
  settled(): Promise<void> | undefined {
    return this.#options.bus.settled();
  }

  open(session: Session) {
    this.#sessions.set(session.id, session);
  }

  /**
   * Carries out a command. What it returns must be awaited before the session's next command: a hello
   * or a join must have happened before what relies on it, and answers come in the order of the
   * questions. Mere talk returns undefined and flows on.
   */
  handle(session: Session, command: Command): Promise<void> | undefined {
    const { bus } = this.#options;
    const effects = this.#propose(session, command);
    const settled = bus.settled();
    // An answer must not overtake what was published before it, nor be older than that.
    if (settled && effects[0]?.type !== "publish") {
      return settled.then(() => this.#carryOut(this.#propose(session, command)));
    }
    return this.#carryOut(effects);
  }

  /** The session has nothing more to say. Resolves when the others have been told that it left. */
  async leave(session: Session): Promise<void> {
    const { bus } = this.#options;
    await bus.settled();
    if (!this.#isShuttingDown) {
      this.#performAll(this.#hub.leave(session.id, ""));
      await bus.settled();
    }
  }

  /** The session's connection is closed. */
  forget(session: Session) {
    this.#sessions.delete(session.id);
  }

  apply(fact: Fact, origin: SessionId) {
    try {
      this.#performAll(this.#hub.apply(fact, origin));
    } catch (error) {
      // A mistake of ours about one fact must not keep the others of its turn from happening.
      this.#options.log("error", "a fact failed", { type: fact.type, connection: origin, error });
    }
  }

  refuse(fact: Fact, origin: SessionId) {
    const id = "id" in fact ? fact.id : "";
    const command = fact.type === "told" ? "tell" : "say";
    this.#reply(origin, { type: "failed", command, code: "not-stored", about: "", id }, true);
  }

  /** Looks after deadlines. Called about once a second. */
  check() {
    for (const session of this.#sessions.values()) session.check();
  }

  /** Says goodbye to everybody, and returns when all have it, or have had the time for it. */
  async shutDown({ reason, milliseconds, sleep }: {
    reason: string;
    milliseconds: number;
    sleep(milliseconds: number): Promise<void>;
  }): Promise<void> {
    // Nobody needs to hear of everybody else's leaving.
    this.#isShuttingDown = true;
    await this.#options.bus.settled();
    for (const session of this.#sessions.values()) session.end(reason);
    for (let waited = 0; this.#sessions.size > 0 && waited < milliseconds; waited += 20) {
      await sleep(20);
    }
    for (const session of this.#sessions.values()) session.close();
  }

  /** What a command leads to, as things are now. Changes nothing. */
  #propose(session: Session, command: Command): Effect[] {
    const { now } = this.#options;
    return this.#hub.handle(session.id, command, { now: now(), peer: session.peer });
  }

  #carryOut(effects: Effect[]): Promise<void> | undefined {
    this.#performAll(effects);
    const [first] = effects;
    const isWaitedFor = first?.type === "publish" && !isTalk(first.fact);
    return isWaitedFor ? this.#options.bus.settled() : undefined;
  }

  #performAll(effects: Effect[]) {
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: Effect) {
    switch (effect.type) {
      case "publish":
        return this.#options.bus.publish(effect.fact, effect.origin);
      case "send":
        return this.#send(effect.to, effect.event, effect.author);
      case "reply":
        return this.#reply(effect.to, effect.event, effect.own);
      case "replay":
        return this.#replay(effect);
      case "close":
        return this.#sessions.get(effect.session)?.end();
    }
  }

  /** Encodes the event once for each kind of client, however many there are of it. */
  #send(to: Iterable<SessionId>, event: Event, author: SessionId) {
    const views = new Map<Encoder<Event>, View | undefined>();
    let encoder: Encoder<Event> | undefined;
    let view: View | undefined;
    for (const id of to) {
      const session = this.#sessions.get(id);
      if (!session?.encoder) continue;
      if (id === author && !session.encoder.ignoresOwn) {
        session.tell(event, true);
        continue;
      }
      if (session.encoder !== encoder) {
        encoder = session.encoder;
        if (!views.has(encoder)) views.set(encoder, this.#encode(encoder, event));
        view = views.get(encoder);
      }
      if (view) session.deliver(view);
    }
  }

  #encode(encoder: Encoder<Event>, event: Event): View | undefined {
    const bytes = encoder.encode(event, false);
    if (!bytes) return undefined;
    // Each kind of client has an arena of its own, so that its views continue one another.
    let arena = this.#arenas.get(encoder);
    if (!arena) this.#arenas.set(encoder, arena = new Arena());
    return arena.append(bytes);
  }

  #reply(to: SessionId, event: Event, own: boolean) {
    this.#sessions.get(to)?.tell(event, own);
  }

  #replay({ to, room, limit, before, asked }: Extract<Effect, { type: "replay" }>) {
    const session = this.#sessions.get(to);
    if (!session?.encoder || !asked && (limit === 0 || !session.encoder.replays)) return;
    const messages = this.#read(room, { limit, before });
    if (messages === undefined) {
      const failed = { command: "history", code: "unavailable", about: "", id: "" };
      return asked ? session.tell({ type: "failed", ...failed }, true) : undefined;
    }
    if (messages.length === 0 && !asked) return;
    // A client that takes one write for one message gets one in each.
    const split = session.encoder.paceMilliseconds ? pages(messages, 1) : pages(messages);
    for (const page of split) session.tell({ type: "history", room, messages: page }, true);
  }

  /** Undefined if the history cannot be read just now. */
  #read(room: string, { limit, before }: { limit: number; before: number }): Said[] | undefined {
    const { history, maxReplayBytes, log } = this.#options;
    try {
      return history.recent(room, { limit, before, maxBytes: maxReplayBytes });
    } catch (error) {
      log("error", "the history cannot be read", { error: String(error) });
      return undefined;
    }
  }
}

/** Whether the fact leaves everybody where they are. */
function isTalk(fact: Fact): boolean {
  return fact.type === "message" || fact.type === "told";
}
