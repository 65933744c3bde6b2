/**
 * What the server counts of itself. Counting is an addition, wherever it is done: it never waits, and
 * allocates nothing. No text of a stranger's is ever a name here, so there are only so many counters.
 */
import { type FailureCode, FAILURES } from "../chat/event.ts";
import { Histogram } from "./histogram.ts";

/** Why sessions end. */
export const ENDINGS = [
  /** They said that they go. */
  "quit",
  /** Their connection ended or broke. */
  "hung-up",
  /** Their connection ended, and there was no time to hear all that they had said before. */
  "backlog",
  "came-back",
  "no-hello",
  "no-pong",
  "slow-message",
  "slow-reader",
  /** What they sent breaks the rules of its protocol. */
  "protocol",
  "unknown-protocol",
  "shutdown",
  /** A mistake of ours. */
  "error",
] as const;

export type Ending = typeof ENDINGS[number];

/** Why connections become no sessions. */
export const TURNED_AWAY = [
  "too-many",
  "too-many-from-address",
  "too-often-from-address",
  "banned-address",
  "not-accepted",
] as const;

const FAILURE_CODES = Object.keys(FAILURES) as FailureCode[];

/** From what memory takes to what a disk takes that is about to break. */
const COMMIT_SECONDS = [
  ...[0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
];
const DELAY_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];

/** How many seconds back the pace of the talk is known. */
const PACE_SECONDS = 60;

export class Metrics {
  /** When it began, in milliseconds of the clock that deadlines go by. */
  readonly startedAt: number;
  connectionsOpen = 0;
  connections = 0;
  readonly turnedAway = zeroes(TURNED_AWAY);
  readonly ended = zeroes(ENDINGS);
  /** What peers asked for. */
  commands = 0;
  /** What was said, and stored. */
  messages = 0;
  directs = 0;
  /** One message to one member is one. */
  deliveries = 0;
  receivedBytes = 0;
  sentBytes = 0;
  notStored = 0;
  readonly refused = zeroes(FAILURE_CODES);
  /** How long it took to store what one turn of the event loop brought. */
  readonly commits = new Histogram(COMMIT_SECONDS);
  /** How much later than it should be the event loop came to things. */
  readonly delays = new Histogram(DELAY_SECONDS);
  /** The worst of it, in seconds, in the second before this one. */
  worstDelay = 0;
  #worstDelayNow = 0;
  /** Messages in each of the last seconds; the next one is counted at #second. */
  #pace = new Array<number>(PACE_SECONDS).fill(0);
  #second = 0;
  #counted = 0;

  constructor({ now }: { now: number }) {
    this.startedAt = now;
  }

  /** A wish was refused. */
  refuse(code: string) {
    if (Object.hasOwn(this.refused, code)) this.refused[code as FailureCode]++;
  }

  /** A timer came so much later than it was set for. */
  sampleDelay(seconds: number) {
    this.delays.observe(seconds);
    if (seconds > this.#worstDelayNow) this.#worstDelayNow = seconds;
  }

  /** Another second is over. */
  tick() {
    this.worstDelay = this.#worstDelayNow;
    this.#worstDelayNow = 0;
    const all = this.messages + this.directs;
    this.#pace[this.#second] = all - this.#counted;
    this.#counted = all;
    this.#second = (this.#second + 1) % PACE_SECONDS;
  }

  /** How many messages each of the last seconds brought, the newest last. */
  get pace(): number[] {
    return [...this.#pace.slice(this.#second), ...this.#pace.slice(0, this.#second)];
  }
}

function zeroes<const Name extends string>(names: readonly Name[]): Record<Name, number> {
  return Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
}
