/**
 * Has what was said stored, and looks after the history in between. While nothing can be stored, people are
 * told so, and it is tried again until it can.
 */
import type { Published, Stored } from "../bus/bus.ts";
import type { SessionId } from "../chat/effect.ts";
import type { Deed, Fact, Message, Told } from "../chat/event.ts";
import type { History } from "../store/history.ts";
import type { Log } from "./log.ts";
import type { Metrics } from "./metrics.ts";

export interface RecorderOptions {
  history: Pick<History, "append" | "probe" | "tend">;
  /** Whose direct messages are those of this place. */
  ownerOf(place: SessionId): string;
  /** Says something to everybody. */
  announce(text: string): void;
  log: Log;
  metrics: Pick<Metrics, "commits" | "notStored">;
  /** What can wait is done by the date. */
  now(): number;
  /** How long things take goes by it. */
  monotonic(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** Between two pieces of work that can wait, so that people do not. */
const PAUSE_MILLISECONDS = 20;
/** Between two tries to store something where the last one was in vain. */
const RETRY_MILLISECONDS = 100;
/** How long it holds what was found out for somebody who asked. */
const PROBE_MILLISECONDS = 1000;

export class Recorder {
  #options: RecorderOptions;
  /** How many messages were refused since nothing could be stored; undefined while it can. */
  #refused: number | undefined;
  #failedAt = 0;
  /** What was found out when somebody last asked, and when that was. */
  #couldStore = false;
  #probedAt = -Infinity;
  #isTending = false;
  #isBusy = false;
  #isOver = false;

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Stores all of it or nothing; throws if it cannot. Returns what was stored before. */
  keep(said: readonly Published<Message | Told | Deed>[]): ReadonlyMap<Fact, Stored> {
    this.#isBusy = true;
    // Each try may wait for a lock, in vain, while hundreds of others talk.
    const hasJustFailed = Math.abs(this.#options.now() - this.#failedAt) < RETRY_MILLISECONDS;
    if (this.#refused !== undefined && hasJustFailed) {
      this.#refused += said.length;
      this.#options.metrics.notStored += said.length;
      throw new Error("nothing can be stored now");
    }
    let repeats: ReadonlyMap<Fact, Stored>;
    try {
      repeats = this.#store(said);
    } catch (error) {
      this.#fails(error, said.length);
      throw error;
    }
    this.#works();
    return repeats;
  }

  /** Whether a message could be stored now. Those who ask often are told what was found out a moment ago. */
  canStore(): boolean {
    const now = this.#options.monotonic();
    if (this.#refused !== undefined) return false;
    if (now - this.#probedAt >= PROBE_MILLISECONDS) {
      this.#probedAt = now;
      this.#couldStore = this.#probe();
    }
    return this.#couldStore;
  }

  /** Does what can wait. Called about once a second; returns when there is nothing more for now. */
  async tend(): Promise<void> {
    if (this.#isTending) return;
    this.#isTending = true;
    try {
      while (this.#tendOnce()) await this.#options.sleep(PAUSE_MILLISECONDS);
    } finally {
      this.#isTending = false;
    }
  }

  /** Does no more of it: the history is about to be closed. */
  stop() {
    this.#isOver = true;
  }

  #store(said: readonly Published<Message | Told | Deed>[]): ReadonlyMap<Fact, Stored> {
    const { history, ownerOf, metrics, monotonic } = this.#options;
    const since = monotonic();
    const repeats = history.append(said.map(({ fact, origin, aside }) => ({
      fact,
      sender: fact.type === "told" ? ownerOf(origin) : "",
      receiver: fact.type === "told" ? ownerOf(aside.to ?? 0) : "",
    })));
    metrics.commits.observe((monotonic() - since) / 1000);
    return repeats;
  }

  /** Returns whether to go on at once: not while people are talking. */
  #tendOnce(): boolean {
    const { history, now, log } = this.#options;
    if (this.#isOver) return false;
    const wasBusy = this.#isBusy;
    this.#isBusy = false;
    try {
      if (this.#refused !== undefined) {
        history.probe();
        this.#works();
      }
      return history.tend(now()) && !wasBusy;
    } catch (error) {
      if (this.#refused === undefined) {
        log("warning", "the history could not be looked after", { error: String(error) });
      }
      return false;
    }
  }

  /** People are told that it fails when one of them says something. */
  #probe(): boolean {
    try {
      this.#options.history.probe();
      return true;
    } catch {
      return false;
    }
  }

  #fails(error: unknown, messages: number) {
    const { announce, log, metrics } = this.#options;
    metrics.notStored += messages;
    if (this.#refused === undefined) {
      log("error", "messages cannot be stored, and are refused", { error: String(error) });
      announce("history is paused: what is said now cannot be stored, so nobody is shown it");
    }
    this.#refused = (this.#refused ?? 0) + messages;
    this.#failedAt = this.#options.now();
  }

  #works() {
    if (this.#refused === undefined) return;
    const { announce, log } = this.#options;
    log("warning", "messages are stored again", { refused: this.#refused });
    announce("history goes on: messages are stored again");
    this.#refused = undefined;
  }
}
