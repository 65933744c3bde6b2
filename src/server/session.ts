/**
 * The server's side of one connection: hands what its Inbox hears to the server, one command after the
 * other and slowed to a bearable pace, and ends it with a last word when it breaks a rule.
 */
import type { Command } from "../chat/command.ts";
import type { SessionId } from "../chat/effect.ts";
import type { Event } from "../chat/event.ts";
import type { Encoder, Heard } from "../wire/dialect.ts";
import { type View, viewOf } from "./arena.ts";
import type { ProofState } from "./identity.ts";
import { Inbox, type InboxOwner } from "./inbox.ts";
import type { Ending } from "./metrics.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import type { HandedOver } from "./spoken.ts";
import type { Connection, Host, SessionOptions, Visit } from "./session_options.ts";
import { NO_LIMIT, Throttle } from "./throttle.ts";

export type { Connection, SessionLimits } from "./session_options.ts";

/** How long a peer may take to read its last word and to hang up, before it is hung up on. */
const LINGER_MILLISECONDS = 3000;

/** Commands that do nothing but ask. */
const QUESTIONS = new Set(["history", "directs", "search", "seen", "who", "rooms", "ping"]);

const NO_BYTES = new Uint8Array(0);
const PIECE_BYTES = 64 * 1024;
const SLOWED_PIECE_BYTES = 4 * 1024;
/** How long a peer that has left is still heard, one that talked faster than it may, before its place is free. */
const BACKLOG_MILLISECONDS = 60_000;
/** ... and one whose connection broke: it will not even hear the answers. */
const BROKEN_MILLISECONDS = 10_000;

export class Session implements OutboxOwner, InboxOwner {
  readonly id: SessionId;
  /** Its place in the chat: its own, or that of a connection before it which broke. */
  place: SessionId;
  /** Set once the dialect is known. */
  encoder: Encoder<Event> | undefined;
  dialect = "";
  /** What the peer has said of who it is, and what of it is proved. */
  readonly proof: ProofState = { key: "", asked: undefined, failures: 0, guesses: 0 };
  /** Why it was last refused anything; "" if it never was. */
  refusal = "";
  #visit: Visit;
  #connection: Connection;
  #host: Host;
  #outbox: Outbox;
  #throttle: Throttle;
  #changes: Throttle;
  #inbox: Inbox;
  /** Ended by us: what the peer still says is no longer heard. */
  #isEnding = false;
  /** Why it ends, once it does. */
  #ending: Ending | undefined;
  #isTakenForSilent = false;
  #elsewhere: string | undefined;
  /** Nothing that it is told arrives any more. */
  #isDeaf = false;
  /** The peer has nothing more to say. */
  #hasHungUp = false;
  /** We have nothing more to say, and it is written. */
  #isWritten = false;
  #closed = Promise.withResolvers<void>();
  #openedAt: number;
  #pingedAt = 0;
  /** When the session ends though not all that was said is heard; Infinity while the peer is there. */
  #endAt = Infinity;
  /** When the connection is closed whatever the peer does; Infinity while it is welcome. */
  #closeAt = Infinity;

  constructor({ id, visit, connection, host }: SessionOptions) {
    const { limits, now } = host;
    this.id = id;
    this.place = id;
    this.#visit = visit;
    this.#connection = connection;
    this.#host = host;
    this.#openedAt = now();
    const pace = visit.isTrusted ? NO_LIMIT : limits.pace;
    this.#throttle = new Throttle(pace);
    this.#changes = new Throttle(visit.isTrusted ? NO_LIMIT : limits.changes);
    this.#outbox = new Outbox({ host, connection, owner: this });
    // Who may say only so much in a second is not read minutes ahead.
    const maxPieceBytes = pace.perSecond > 0 ? SLOWED_PIECE_BYTES : PIECE_BYTES;
    this.#inbox = new Inbox({ host, connection, owner: this, maxPieceBytes });
  }

  get peer(): string {
    return this.#visit.peer;
  }

  get addresses(): readonly string[] {
    return this.#visit.addresses ?? [];
  }

  /** How many bytes wait for the peer. */
  get queuedBytes(): number {
    return this.#outbox.pendingBytes;
  }

  /** How many of them are in no other queue. */
  get ownQueuedBytes(): number {
    return this.#outbox.ownBytes;
  }

  /** Since when the peer has not taken what was last written to it; Infinity if it has taken it all. */
  get slowSince(): number {
    return this.#outbox.slowSince;
  }

  /** Whether it changes something too soon after the last times; if not, this one counts. */
  changesTooFast(): boolean {
    const now = this.#host.now();
    const shared = this.#visit.changes;
    if (this.#changes.wait(now) > 0 || (shared?.wait(now) ?? 0) > 0) return true;
    this.#changes.take(now);
    shared?.take(now);
    return false;
  }

  /** For how long the connection has been there. */
  get ageMilliseconds(): number {
    return this.#host.now() - this.#openedAt;
  }

  /** Serves the connection until it is closed, or turns out to belong elsewhere. Never rejects. */
  async run(): Promise<HandedOver | undefined> {
    const reading = this.#inbox.read();
    try {
      await this.#obey();
    } catch (error) {
      // Nothing a peer sends may lead here: this is a mistake of ours, and ends this session only.
      this.#host.log("error", "a session failed", { connection: this.id, error });
      this.#ending ??= "error";
    }
    if (this.#elsewhere !== undefined) {
      return { to: this.#elsewhere, head: await reading ?? NO_BYTES };
    }
    // What ends it now is that it has left, which has a reason of its own.
    const ending = this.#ending ??= "hung-up";
    await this.#host.leave(this);
    this.#stopListening();
    this.#outbox.close();
    await this.#closed.promise;
    this.#host.metrics.ended[ending]++;
    return undefined;
  }

  /** Queues bytes for the peer. Never waits. */
  deliver(view: View) {
    if (!this.#isEnding) this.#outbox.send(view);
  }

  /** Tells the peer something that it alone is told. */
  tell(event: Event, own: boolean) {
    const bytes = this.encoder?.encode(event, own);
    if (bytes) this.deliver(viewOf(bytes));
    if (event.type === "failed") {
      this.refusal = event.code;
      this.#host.metrics.refuse(event.code);
    }
    if (this.encoder?.ends?.(event)) this.end("quit");
  }

  /**
   * Ends the conversation, with a last word if there is a reason, once all that waits is written. It is
   * `final` if there is no use in coming back.
   */
  end(ending: Ending, { reason, final = false }: { reason?: string; final?: boolean } = {}) {
    if (this.#isEnding) return;
    this.#ending ??= ending;
    if (reason !== undefined) {
      this.#logEnd(reason);
      this.tell({ type: "closing", reason, final }, false);
    }
    this.#stopListening();
    this.#outbox.close();
  }

  /** Closes the connection whatever waits. */
  close() {
    try {
      this.#connection.close();
    } catch {
      // It is closed already.
    }
    this.#closed.resolve();
  }

  /** Looks whether any deadline has passed. Called about once a second. */
  check(time: number) {
    const { limits } = this.#host;
    if (time > this.#closeAt) return this.close();
    if (this.#outbox.isLate(time)) return this.#isEnding ? this.close() : this.onSlow();
    if (this.#isEnding) return;
    if (time > this.#endAt) {
      return this.end("backlog", {
        reason: "it has left, with more to say than there was time for",
      });
    }
    const { insideSince } = this.#inbox;
    if (insideSince > 0 && time - insideSince > limits.frameTimeoutMilliseconds) {
      return this.end("slow-message", { reason: "a message took too long to arrive" });
    }
    if (!this.#host.isMember(this)) {
      this.#greetIfSilent(time);
      const isOverdue = time - this.#openedAt > limits.helloTimeoutMilliseconds;
      return isOverdue ? this.end("no-hello", { reason: "nobody said hello" }) : undefined;
    }
    this.#ping(time);
  }

  // Listening.

  /** Picks the codec by the first bytes. Called by the inbox. */
  choose(head: Uint8Array) {
    const { detect, silent } = this.#host;
    const spoken = this.#isTakenForSilent ? silent()?.spoken : detect(head, this.#visit);
    if (spoken === undefined || spoken === "unknown") return spoken;
    if ("elsewhere" in spoken) {
      // Nothing more is said or heard here, and no deadline of this session's counts.
      this.#elsewhere = spoken.elsewhere;
      this.#isEnding = true;
      return "elsewhere";
    }
    this.dialect = spoken.name;
    this.encoder = spoken.codec.encoder;
    this.#outbox.setPace(this.encoder.paceMilliseconds ?? 0);
    return spoken.codec;
  }

  /** Whoever says nothing may be waiting for a word of ours. */
  #greetIfSilent(time: number) {
    if (this.encoder || !this.#inbox.isSilent) return;
    const silent = this.#host.silent();
    if (!silent) return;
    if (time - this.#openedAt < silent.afterMilliseconds) return;
    this.#isTakenForSilent = true;
    this.#inbox.chooseAgain();
  }

  async #obey() {
    for (let batch = await this.#inbox.next(); batch; batch = await this.#inbox.next()) {
      for (const heard of batch) {
        const pause = this.#throttle.take(this.#host.now());
        if (pause > 0) await this.#pause(pause);
        if (this.#isEnding) return;
        const waiting = this.#hear(heard);
        if (waiting) await waiting;
      }
    }
  }

  #hear(heard: Heard<Command>): Promise<void> | undefined {
    switch (heard.type) {
      case "ignored":
        return undefined;
      case "answer":
        return this.#inOrder(() => this.deliver(viewOf(heard.bytes)));
      case "switch":
        this.encoder = heard.encoder;
        return undefined;
      case "broken":
        return this.#breaks(heard.reason);
      default:
        // Questions take time to answer, and nobody hears these answers.
        if (this.#isDeaf && QUESTIONS.has(heard.type)) return undefined;
        this.#host.metrics.commands++;
        return this.#host.handle(this, heard);
    }
  }

  /** What the peer has sent is against the rules, and nothing follows. */
  #breaks(reason: string): Promise<void> | undefined {
    const ending = this.encoder ? "protocol" : "unknown-protocol";
    if (!this.encoder) this.deliver(viewOf(this.#host.unknownDialect));
    return this.#inOrder(() => this.end(ending, { reason, final: true }));
  }

  /** Answers of the dialect's own come after what was said before them, like all others. */
  #inOrder(run: () => void): Promise<void> | undefined {
    const settled = this.#host.settled();
    if (settled) return settled.then(run);
    run();
    return undefined;
  }

  /** Waits because the peer is over its pace. */
  async #pause(milliseconds: number) {
    await this.#host.sleep(milliseconds);
    this.#inbox.excuse();
  }

  // Ending.

  #ping(time: number) {
    const { pingMilliseconds } = this.#host.limits;
    const { heardAt } = this.#inbox;
    if (time - heardAt < pingMilliseconds) return;
    if (this.#pingedAt <= heardAt) {
      const bytes = this.encoder?.encode({ type: "ping", token: "" }, false);
      if (!bytes) return;
      this.#pingedAt = time;
      this.deliver(viewOf(bytes));
    } else if (time - this.#pingedAt > pingMilliseconds) {
      this.end("no-pong", { reason: "no answer to a ping" });
    }
  }

  /** Too much waits for all together, and this peer is one of the slowest: its memory is free at once. */
  sacrifice() {
    this.onSlow();
    this.#outbox.abandon();
    this.close();
  }

  /** The peer reads too slowly: what waits for it is dropped, and it is told so if it can be. */
  onSlow() {
    if (this.#isEnding) return;
    this.#ending ??= "slow-reader";
    const reason = "you read too slowly";
    this.#logEnd(reason);
    this.#stopListening();
    this.#outbox.cut(this.encoder?.encode({ type: "closing", reason, final: false }, false));
    this.#closeAt = this.#host.now() + LINGER_MILLISECONDS;
  }

  #stopListening() {
    this.#isEnding = true;
    this.#inbox.stopListening();
  }

  /** What it is told does not arrive any more. */
  onBroken() {
    this.#isDeaf = true;
    this.#isGone(BROKEN_MILLISECONDS);
  }

  /** The peer goes on and on though nobody listens any more. */
  onFlood() {
    this.close();
  }

  /** The peer has nothing more to say. */
  onHangUp() {
    this.#hasHungUp = true;
    this.#isGone(BACKLOG_MILLISECONDS);
    if (this.#isWritten) this.close();
  }

  /** The peer is not there any more. What it said before is still heard, but not for ever. */
  #isGone(milliseconds: number) {
    this.#endAt = Math.min(this.#endAt, this.#host.now() + milliseconds);
  }

  /** All is written. The peer may need a moment to read it, and closing at once would take it away. */
  onWritten() {
    this.#isWritten = true;
    if (this.#hasHungUp) return this.close();
    this.#closeAt = Math.min(this.#closeAt, this.#host.now() + LINGER_MILLISECONDS);
    this.#connection.closeWrite().catch(() => this.close());
  }

  #logEnd(reason: string) {
    const { id: connection, peer, dialect } = this;
    this.#host.log("info", "ended", { connection, peer, dialect, reason });
  }
}

const CHANGES = new Set<Command["type"]>([
  ...["rename", "login", "claim", "release", "allow", "token"] as const,
]);

/** Whether it changes what all in a room are told of, or what is kept for ever, and anybody may do it. */
export function isChange(command: Command): boolean {
  return CHANGES.has(command.type) || command.type === "topic" && command.text !== "";
}
