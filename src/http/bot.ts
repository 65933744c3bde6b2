/**
 * A bot's place in the chat: somebody like anybody else, over a connection that never leaves the program, so
 * that every limit holds for it. It comes back whenever it is thrown out, and says again, with the same ids,
 * what was not answered.
 */
import { ask, type Command } from "../chat/command.ts";
import { type Event, type FailureCode, FAILURES } from "../chat/event.ts";
import type { Door } from "../server/door.ts";
import type { Log } from "../server/log.ts";
import { type Pace, Throttle } from "../server/throttle.ts";
import { ByteReader } from "../wire/byte_reader.ts";
import type { Codec, WireOptions } from "../wire/dialect.ts";
import { web } from "../wire/web.ts";
import { InwardConnection } from "./inward.ts";

export interface BotOptions {
  nick: string;
  /** Where it is from its start; it joins others when it first speaks there. */
  rooms: readonly string[];
  door: Pick<Door, "enter">;
  wire: WireOptions;
  /** What the door allows. */
  pace: Pace;
  /** What everybody has to know who comes. */
  entry: { password: string };
  /** A secret that nobody else has: it is how the bot comes back to its own place. */
  token: string;
  log: Log;
  now(): number;
}

export interface Post {
  room: string;
  text: string;
  emote: boolean;
  /** Of 36 characters: what is stored already under this id is not stored again. */
  id: string;
}

export type Outcome =
  | { type: "stored"; seq: number; at: number; isRepeat: boolean }
  | { type: "refused"; code: FailureCode | "too-fast" | "no-answer"; waitMilliseconds?: number };

interface Waiting {
  post: Post;
  since: number;
  outcome: PromiseWithResolvers<Outcome>;
}

/** Whoever talks faster than it may waits for so long at the most; then it is told to come again. */
const MAX_WAIT_MILLISECONDS = 3000;
/** More than waiting takes, and less than a request may. */
const ANSWER_MILLISECONDS = 15_000;
/** So many may wait for their answers where there is no limit on how fast they come. */
const MAX_WAITING = 1000;
/** It lacks nothing of what was said before it came. */
const NOTHING = Number.MAX_SAFE_INTEGER;

export class Bot {
  #options: BotOptions;
  #connection: InwardConnection | undefined;
  #codec: Codec<Event, Command>;
  /** As its session counts: what that would keep waiting for too long is not sent. */
  #throttle: Throttle;
  #rooms = new Set<string>();
  #waiting = new Map<string, Waiting>();
  #isIn = false;
  /** Why it was not let in when it last tried. */
  #refusal: FailureCode | undefined;
  #isClosed = false;
  #answered = Promise.withResolvers<void>();

  constructor(options: BotOptions) {
    this.#options = options;
    this.#codec = web.client(options.wire);
    this.#throttle = new Throttle(options.pace);
  }

  /** Comes in. Resolves when it is in, or is not let in. */
  enter(): Promise<void> {
    if (this.#isClosed || this.#connection) return this.#answered.promise;
    const { door, nick, token, entry } = this.#options;
    this.#answered = Promise.withResolvers();
    this.#throttle = new Throttle(this.#options.pace);
    const connection: InwardConnection = new InwardConnection({
      take: this.#reading(),
      end: () => this.#isOut(connection),
    });
    this.#connection = connection;
    door.enter(connection, { peer: `bot ${nick}`, dialect: "web" });
    this.#send(ask("hello", { nick, token, password: entry.password }));
    return this.#answered.promise;
  }

  /** Says something, and resolves when it is stored or refused. What is said first is stored first. */
  say(post: Post): Promise<Outcome> {
    const same = this.#waiting.get(post.id);
    if (same) return same.outcome.promise.then(asRepeat);
    if (!this.#isIn && this.#refusal) {
      return Promise.resolve({ type: "refused", code: this.#refusal });
    }
    const { now, pace: { burst } } = this.#options;
    const wait = this.#throttle.wait(now());
    const mostWaiting = this.#isIn ? MAX_WAITING : burst;
    if (wait > MAX_WAIT_MILLISECONDS || this.#waiting.size >= mostWaiting) {
      return Promise.resolve({ type: "refused", code: "too-fast", waitMilliseconds: wait });
    }
    const outcome = Promise.withResolvers<Outcome>();
    this.#waiting.set(post.id, { post, since: now(), outcome });
    if (this.#isIn) this.#post(post);
    return outcome.promise;
  }

  /** Looks whether it has to come back, and whether anything waits in vain. Called about once a second. */
  check() {
    if (!this.#connection) this.enter();
    const { now } = this.#options;
    for (const [id, { since }] of this.#waiting) {
      if (now() - since <= ANSWER_MILLISECONDS) return;
      this.#answer(id, { type: "refused", code: "no-answer" });
    }
  }

  /** Once it is out, which is not its own affair, it does not come back. */
  close() {
    this.#isClosed = true;
  }

  #send(command: Command) {
    const bytes = this.#codec.encoder.encode(command, true);
    if (!bytes) return;
    this.#throttle.take(this.#options.now());
    this.#connection?.send(bytes);
  }

  /** Nothing has to be waited for: what a session hears it obeys in order. */
  #post({ room, text, emote, id }: Post) {
    this.#join(room);
    this.#send(ask(emote ? "act" : "say", { room, text, id }));
  }

  #join(room: string) {
    if (this.#rooms.has(room)) return;
    this.#rooms.add(room);
    this.#send(ask("join", { room, from: NOTHING }));
  }

  /** Takes what one connection says. */
  #reading(): (bytes: Uint8Array) => void {
    const input = new ByteReader();
    const decoding = this.#codec.decode(input);
    return (bytes) => {
      input.push(bytes);
      for (let it = decoding.next(); it.value !== undefined; it = decoding.next()) {
        const heard = it.value;
        const isEvent = heard.type !== "answer" && heard.type !== "switch" &&
          heard.type !== "ignored" && heard.type !== "broken";
        if (isEvent) this.#hear(heard);
      }
    };
  }

  #hear(event: Event) {
    switch (event.type) {
      case "entered":
        return this.#isLetIn(event.rooms);
      case "message":
        // Nobody else knows its ids before they are told; afterwards none of them waits.
        return this.#answer(event.id, { type: "stored", isRepeat: false, ...placeOf(event) });
      case "sent":
        return this.#answer(event.id, { type: "stored", isRepeat: true, ...placeOf(event) });
      case "kicked":
        // It comes in again, if it may, when it next has something to say there.
        if (event.nick === this.#options.nick) this.#rooms.delete(event.room);
        return;
      case "failed":
        return this.#isRefused(event);
      case "ping":
        return this.#send(ask("pong", { token: event.token }));
    }
  }

  #isLetIn(rooms: readonly string[]) {
    const { nick, log } = this.#options;
    if (this.#refusal) log("info", "a bot is let in", { nick });
    this.#refusal = undefined;
    this.#isIn = true;
    this.#rooms = new Set(rooms);
    for (const room of this.#options.rooms) this.#join(room);
    for (const { post } of this.#waiting.values()) this.#post(post);
    this.#answered.resolve();
  }

  #isRefused({ command, code, about, id }: Extract<Event, { type: "failed" }>) {
    const known: FailureCode = Object.hasOwn(FAILURES, code) ? code as FailureCode : "unavailable";
    if (id !== "") return this.#answer(id, { type: "refused", code: known });
    if (command === "join") {
      this.#rooms.delete(about);
      for (const [id, { post }] of this.#waiting) {
        if (post.room === about) this.#answer(id, { type: "refused", code: known });
      }
    }
    if (command !== "hello") return;
    const { nick, log } = this.#options;
    if (this.#refusal !== known) log("error", "a bot is not let in", { nick, why: known });
    this.#refusal = known;
    this.#answerAll({ type: "refused", code: known });
    this.#connection?.hangUp();
    this.#answered.resolve();
  }

  #isOut(connection: InwardConnection) {
    if (this.#connection !== connection) return;
    this.#connection = undefined;
    this.#isIn = false;
    this.#answered.resolve();
    if (this.#isClosed) this.#answerAll({ type: "refused", code: "no-answer" });
  }

  #answer(id: string, outcome: Outcome) {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.outcome.resolve(outcome);
  }

  #answerAll(outcome: Outcome) {
    for (const id of [...this.#waiting.keys()]) this.#answer(id, outcome);
  }
}

function placeOf({ seq, at }: { seq: number; at: number }) {
  return { seq, at };
}

function asRepeat(outcome: Outcome): Outcome {
  return outcome.type === "stored" ? { ...outcome, isRepeat: true } : outcome;
}
