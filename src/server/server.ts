/**
 * Where effects happen: the one place in which the hub, its sessions, the bus and the history meet.
 * What it does for each recipient of a message must never wait, and must allocate nothing.
 */
import type { Bus, Stored, Subscriber } from "../bus/bus.ts";
import type { Command } from "../chat/command.ts";
import type { Aside, Effect, Query, SessionId } from "../chat/effect.ts";
import type { Deed, Event, Fact, FailureCode, Message } from "../chat/event.ts";
import { Hub, type Limits } from "../chat/hub.ts";
import { logDeed } from "./deed_log.ts";
import { type AboutIdentity, Identity, isAboutIdentity } from "./identity.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";
import { Places, type PlacesOptions } from "./places.ts";
import { type Past, recall } from "./recall.ts";
import { type QueueBudget, toSacrifice } from "./queue_budget.ts";
import { Recent } from "./recent.ts";
import { isChange, type Session } from "./session.ts";
import { type Snapshot, type SnapshotLimits, takeSnapshot } from "./snapshot.ts";
import { isToken, ownerOf } from "./token.ts";
import { Teller } from "./teller.ts";
import { Turnstile } from "./turnstile.ts";

export interface ServerOptions {
  limits: Limits;
  bus: Bus;
  history: Past;
  places: PlacesOptions;
  log: Log;
  metrics: Metrics;
  budget: QueueBudget;
  /** What is said is dated by it. */
  now(): number;
  /** Deadlines go by it. */
  monotonic(): number;
  /** The most bytes of history that one answer brings; it may change. */
  replay: { maxBytes: number };
  /** Where people reach this server, beside the addresses that it knows by itself; they may change. */
  publicAddresses: { known: readonly string[] };
}

export class Server implements Subscriber {
  #options: ServerOptions;
  #hub: Hub;
  /** All connections: of two for one place, the first may take a while to end. */
  #connections = new Set<Session>();
  /** Those who are told what happens, by their place. */
  #sessions = new Map<SessionId, Session>();
  #places: Places;
  #identity: Identity;
  #turnstile = new Turnstile(READS_PER_TURN);
  #teller: Teller;
  #recent = new Recent(RECENT);
  #isShuttingDown = false;
  #tidiedAt = 0;

  constructor(options: ServerOptions) {
    this.#options = options;
    this.#hub = new Hub(options.limits);
    this.#places = new Places(options.places);
    this.#teller = new Teller({ sessions: this.#sessions, metrics: options.metrics });
    this.#identity = new Identity({
      claimOf: (nick) => this.#hub.claimOf(nick, options.now()),
      nicksOf: (key) => this.#hub.nicksOf(key),
      isMember: (session) => this.isMember(session),
      propose: (session, command) =>
        this.#isPresent(session) ? this.#propose(session, command) : [],
      carryOut: (effects) => this.#carryOut(effects),
      publicAddresses: () => options.publicAddresses.known,
      log: options.log,
    });
    options.budget.relieve = () => this.#relieve();
  }

  /** Whether whoever comes from there is kept out of the whole chat. */
  isBanned(address: string): boolean {
    return this.#hub.isBanned(address, this.#options.now());
  }

  /** What held when the server last ran holds again. */
  restore(deeds: Iterable<Deed>) {
    for (const deed of deeds) this.#hub.restore(deed);
  }

  get sessionCount(): number {
    return this.#connections.size;
  }

  isMember(session: Session): boolean {
    return this.#hub.has(session.place);
  }

  get isShuttingDown(): boolean {
    return this.#isShuttingDown;
  }

  /** Who is there and where, and how much waits for them. */
  snapshot(limits: SnapshotLimits): Snapshot {
    const everybody = { hub: this.#hub, connections: this.#connections, sessions: this.#sessions };
    return takeSnapshot(everybody, limits);
  }

  /** The last that was said in rooms that are open to everybody, the oldest first. */
  get recent(): Message[] {
    return this.#recent.messages.filter(({ room }) => !this.isLocked(room));
  }

  isLocked(room: string): boolean {
    return this.#hub.isLocked(room);
  }

  /** Whether somebody with this token has a place, which a new connection may take up. */
  keepsPlaceFor(token: string): boolean {
    return isToken(token) && this.#places.of(ownerOf(token)) !== undefined;
  }

  /** Whose direct messages are those of this place; "" if nobody can ever ask for them. */
  ownerOf(place: SessionId): string {
    return this.#places.ownerOf(place);
  }

  /** When all that was published so far has happened; undefined if it has already. */
  settled(): Promise<void> | undefined {
    return this.#options.bus.settled();
  }

  open(session: Session) {
    this.#connections.add(session);
    this.#sessions.set(session.place, session);
  }

  /**
   * Carries out a command. What it returns must be awaited before the session's next command: a hello
   * or a join must have happened before what relies on it, and answers come in the order of the
   * questions. Mere talk returns undefined and flows on.
   */
  handle(session: Session, command: Command): Promise<void> | undefined {
    const wait = READS_THE_PAST.has(command.type) ? this.#turnstile.enter() : undefined;
    if (!wait) return this.#handle(session, command);
    return wait.then(() => this.#isPresent(session) ? this.#handle(session, command) : undefined);
  }

  #handle(session: Session, command: Command): Promise<void> | undefined {
    const { bus } = this.#options;
    if (isChange(command) && this.isMember(session) && session.changesTooFast()) {
      return this.#refuse(session, command, "too-fast");
    }
    if (isAboutIdentity(command)) return this.#identify(session, command);
    if (command.type === "hello" && command.token !== "") return this.#hello(session, command);
    const effects = this.#propose(session, command);
    const settled = bus.settled();
    // An answer must not overtake what was published before it, nor be older than that.
    if (settled && effects[0]?.type !== "publish") {
      return settled.then(() => {
        // Whoever has come back to this place meanwhile did not ask.
        if (!this.#isPresent(session)) return;
        return this.#carryOut(this.#propose(session, command));
      });
    }
    return this.#carryOut(effects);
  }

  /**
   * The session has nothing more to say. Resolves when the others have been told that it left, or when its
   * place is kept for its return: then it is true.
   */
  async leave(session: Session): Promise<boolean> {
    const { bus, monotonic } = this.#options;
    await bus.settled();
    if (!this.#isPresent(session) || !this.isMember(session) || this.#isShuttingDown) return false;
    if (this.#places.hold(session.place, monotonic())) return true;
    this.#performAll(this.#hub.leave(session.place, ""));
    await bus.settled();
    return false;
  }

  /** The session's connection is closed. */
  forget(session: Session) {
    this.#connections.delete(session);
    if (this.#isPresent(session)) this.#sessions.delete(session.place);
  }

  apply(fact: Fact, origin: SessionId, aside: Aside) {
    try {
      // All else may change who is told what is said, or tell them something in between.
      if (fact.type !== "message") this.#teller.settle();
      this.#count(fact);
      logDeed(fact, { log: this.#options.log, author: this.#sessions.get(origin) });
      this.#performAll(this.#hub.apply(fact, origin, aside));
      if (fact.type === "quitted") this.#places.forget(origin);
    } catch (error) {
      // A mistake of ours about one fact must not keep the others of its turn from happening.
      this.#options.log("error", "a fact failed", { type: fact.type, connection: origin, error });
    }
  }

  repeat(fact: Fact, origin: SessionId, { seq, at }: Stored) {
    const to = fact.type === "told" ? fact.to : fact.type === "message" ? fact.room : "";
    const id = "id" in fact ? fact.id : "";
    this.#reply(origin, { type: "sent", to, id, seq, at }, true);
  }

  refuse(fact: Fact, origin: SessionId) {
    const id = "id" in fact ? fact.id : "";
    const command = fact.type === "told" ? "tell" : fact.type === "message" ? "say" : "";
    this.#reply(origin, { type: "failed", command, code: "not-stored", about: "", id }, true);
  }

  turnEnded() {
    this.#teller.settle();
  }

  /** Looks after deadlines. Called about once a second. */
  check() {
    const { monotonic, now } = this.#options;
    const time = monotonic();
    for (const session of this.#connections) session.check(time);
    if (time - this.#tidiedAt > TIDY_MILLISECONDS) {
      this.#tidiedAt = time;
      this.#hub.tidy(now());
    }
    for (const place of this.#places.overdue(time)) {
      this.#places.release(place);
      this.#performAll(this.#hub.leave(place, ""));
    }
  }

  /** Says something that everybody should hear. */
  announce(text: string) {
    const members = [...this.#sessions.keys()].filter((place) => this.#hub.has(place));
    this.#teller.tell(members, { type: "notice", text, urgent: true }, 0);
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
    for (const session of this.#connections) session.end("shutdown", { reason });
    for (let waited = 0; this.#connections.size > 0 && waited < milliseconds; waited += 20) {
      await sleep(20);
    }
    for (const session of this.#connections) session.close();
  }

  #count(fact: Fact) {
    const { metrics } = this.#options;
    if (fact.type === "told") metrics.directs++;
    if (fact.type !== "message") return;
    metrics.messages++;
    this.#recent.add(fact);
  }

  /** Whether nobody has come back to its place by another connection. */
  #isPresent(session: Session): boolean {
    return this.#sessions.get(session.place) === session;
  }

  /** What a command leads to, as things are now. Changes nothing. */
  #propose(session: Session, command: Command): Effect[] {
    const { place, peer, proof: { key }, encoder } = session;
    const canProve = encoder?.proves ?? false;
    return this.#hub.handle(place, command, { now: this.#options.now(), peer, key, canProve });
  }

  /** Refuses a command for another reason than the hub's, in its turn. */
  async #refuse(session: Session, { type: command }: Command, code: FailureCode): Promise<void> {
    await this.#options.bus.settled();
    session.tell({ type: "failed", command, code, about: "", id: "" }, true);
  }

  /** There is too much that waits for peers: some of those who make it so must go. */
  #relieve() {
    const { budget } = this.#options;
    for (const session of toSacrifice(this.#connections, budget)) session.sacrifice();
  }

  /** Proofs take time, and are about what has happened by then. */
  async #identify(session: Session, command: AboutIdentity): Promise<void> {
    await this.#options.bus.settled();
    await this.#identity.handle(session, command);
  }

  /** Somebody with a token: back at a place that was kept for them, or new. */
  async #hello(session: Session, command: Extract<Command, { type: "hello" }>): Promise<void> {
    if (!isToken(command.token)) {
      const about = "token";
      const failed = { command: "hello", code: "bad-request", about, id: "" };
      return session.tell({ type: "failed", ...failed }, true);
    }
    const owner = ownerOf(command.token);
    await this.#options.bus.settled();
    // In vain, and it changes nothing about whose the place is.
    if (this.isMember(session)) return this.#performAll(this.#propose(session, command));
    for (let come = this.#coming(owner); come; come = this.#coming(owner)) await come;
    const place = this.#places.of(owner);
    if (place !== undefined && this.#hub.has(place)) return this.#resume(session, place);
    this.#places.give(session.place, owner);
    await this.#carryOut(this.#propose(session, command));
    if (!this.isMember(session)) this.#places.forget(session.place);
  }

  /** When somebody has come who comes with the same token in this very turn; undefined if nobody does. */
  #coming(owner: string): Promise<void> | undefined {
    const place = this.#places.of(owner);
    const isComing = place !== undefined && !this.#hub.has(place);
    return isComing ? this.#options.bus.settled() : undefined;
  }

  /** The session takes the place of one whose connection broke, even if that is not known here yet. */
  #resume(session: Session, place: SessionId) {
    const before = this.#sessions.get(place);
    this.#sessions.delete(session.place);
    session.place = place;
    this.#sessions.set(place, session);
    this.#places.resume(place);
    before?.end("came-back", {
      reason: "you have come back by another connection",
      final: true,
    });
    const { peer, proof: { key } } = session;
    this.#performAll(this.#hub.resume(place, { now: this.#options.now(), peer, key }));
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
        if (effect.fact.type === "quitted") this.#places.release(effect.origin);
        return this.#options.bus.publish(effect.fact, effect.origin, effect.aside);
      case "send":
        return this.#teller.tell(effect.to, effect.event, effect.author);
      case "reply":
        return this.#reply(effect.to, effect.event, effect.own);
      case "recall":
        return this.#recall(effect.to, effect.query);
      case "close":
        return this.#sessions.get(effect.session)?.end("quit");
    }
  }

  #reply(to: SessionId, event: Event, own: boolean) {
    this.#teller.settle();
    const session = this.#sessions.get(to);
    session?.tell(event, own);
    if (session && isWrongGuess(event)) this.#identity.countGuess(session);
  }

  #recall(to: SessionId, query: Query) {
    const session = this.#sessions.get(to);
    const isUnasked = query.type === "history" && !query.asked;
    if (!session?.encoder || isUnasked && !session.encoder.replays) return;
    const { history, replay: { maxBytes }, now, log } = this.#options;
    const owner = this.#places.ownerOf(to);
    const about = "room" in query ? query.room : "";
    const refuse = (code: FailureCode) =>
      session.tell({ type: "failed", command: query.type, code, about, id: "" }, true);
    if (query.type === "directs" && owner === "") return refuse("no-token");
    // A client that takes one write for one message gets one in each.
    const maxMessages = session.encoder.paceMilliseconds ? 1 : undefined;
    try {
      const events = recall(query, { history, owner, now: now(), maxBytes, maxMessages });
      for (const event of events) session.tell(event, true);
    } catch (error) {
      log("error", "the history cannot be read", { error: String(error) });
      refuse("unavailable");
    }
  }
}

/** Commands that lead to reading from the history. */
const READS_THE_PAST = new Set<Command["type"]>(["join", "history", "directs", "search", "seen"]);
const READS_PER_TURN = 2;
const TIDY_MILLISECONDS = 60_000;
/** What is kept in memory of what was said. */
const RECENT = { messages: 50, characters: 200_000 };

function isWrongGuess(event: Event): boolean {
  return event.type === "failed" && event.code === "bad-password";
}

/** Whether the fact leaves everybody where they are. */
function isTalk(fact: Event): boolean {
  return fact.type === "message" || fact.type === "told";
}
