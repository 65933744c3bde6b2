/**
 * Who may connect: so many at once in all, so many at once from one address, and so many in a short time.
 * Knows nothing of what they say.
 */
import { householdOf, isWithin, type Network } from "../chat/network.ts";
import { type Pace, Throttle } from "./throttle.ts";

/** They may change while the gate is used. */
export interface GateLimits {
  maxConnections: number;
  maxPerAddress: number;
  /** How fast new ones may come from one address. */
  pace: Pace;
  /** How fast all from one address together may take other names, claim them and set topics. */
  changes: Pace;
  /** Whom only the limit in all holds for. */
  trusted: readonly Network[];
}

export interface GateOptions {
  limits: GateLimits;
  /** Whether whoever comes from there is kept out, whatever they say. */
  isBanned(address: string): boolean;
}

/** Why somebody is not let in. */
export type Refusal =
  | ("too-many" | "too-many-from-address" | "too-often-from-address")
  | "banned-address";

/** A connection that was let in. */
export interface Entry {
  /** Whether it is one too many, let in only to be told so. */
  isBusy: boolean;
  isTrusted: boolean;
  /** Shared by all from the same address; undefined for those who are trusted. */
  changes: Throttle | undefined;
  /** To be called once, when it has ended. */
  leave(): void;
}

/** What is known of those who share an address. */
interface Household {
  connections: number;
  pace: Throttle;
  changes: Throttle;
  lastAt: number;
}

/** More addresses than this in a short time are no households: those beyond share one account. */
const MAX_HOUSEHOLDS = 20_000;
const OTHERS = "";
const FORGET_MILLISECONDS = 60_000;
/** So many at once may hear that they are too many; all others are closed unheard. */
const MAX_BUSY = 64;

export class Gate {
  #options: GateOptions;
  #connections = 0;
  #busy = 0;
  #households = new Map<string, Household>();

  constructor(options: GateOptions) {
    this.#options = options;
  }

  get connections(): number {
    return this.#connections;
  }

  isTrusted(address: string): boolean {
    return isWithin(address, this.#options.limits.trusted);
  }

  /** Lets a connection in, or says why not. */
  enter(address: string, now: number): Entry | Refusal {
    const { limits: { maxConnections, maxPerAddress }, isBanned } = this.#options;
    if (this.#connections >= maxConnections) return "too-many";
    const isTrusted = this.isTrusted(address);
    const household = isTrusted ? undefined : this.#householdOf(address);
    if (household) {
      household.lastAt = now;
      if (household.pace.wait(now) > 0) return "too-often-from-address";
    }
    // Asked after the pace, because it takes longer the more bans there are.
    if (isBanned(address)) return "banned-address";
    const isBusy = household !== undefined && household.connections >= maxPerAddress;
    if (isBusy && this.#busy >= MAX_BUSY) return "too-many-from-address";
    household?.pace.take(now);
    const leave = this.#count({ household: isBusy ? undefined : household, isBusy });
    return { isBusy, isTrusted, changes: household?.changes, leave };
  }

  /** Forgets those who have been away for a while. Called about once a second. */
  tidy(now: number) {
    for (const [name, { connections, lastAt }] of this.#households) {
      if (connections > 0) continue;
      if (now - lastAt > FORGET_MILLISECONDS) this.#households.delete(name);
    }
  }

  /** Counts one more, and returns what counts it out again. */
  #count(
    { household, isBusy }: { household: Household | undefined; isBusy: boolean },
  ): () => void {
    const change = (by: 1 | -1) => {
      this.#connections += by;
      if (household) household.connections += by;
      if (isBusy) this.#busy += by;
    };
    change(1);
    return () => change(-1);
  }

  #householdOf(address: string): Household {
    let name = householdOf(address);
    const isFull = this.#households.size >= MAX_HOUSEHOLDS;
    if (isFull && !this.#households.has(name)) name = OTHERS;
    let household = this.#households.get(name);
    if (!household) {
      const { pace, changes } = this.#options.limits;
      const throttles = { pace: new Throttle(pace), changes: new Throttle(changes) };
      household = { connections: 0, ...throttles, lastAt: 0 };
      this.#households.set(name, household);
    }
    return household;
  }
}
