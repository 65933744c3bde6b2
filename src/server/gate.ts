/**
 * Who may connect: so many at once in all, so many at once from one address, and so many in a short time.
 * Knows nothing of what they say.
 */
import { householdOf, isWithin, type Network } from "../chat/network.ts";
import { Throttle } from "./throttle.ts";

export interface GateLimits {
  maxConnections: number;
  maxPerAddress: number;
  /** New ones from one address: so many at once, then so many a second; 0 a second sets no limit. */
  burstPerAddress: number;
  perSecondPerAddress: number;
  /** Whom only the limit in all holds for. */
  trusted: readonly Network[];
}

export type Refusal = "too-many" | "too-many-from-address" | "too-often-from-address";

/** What is known of those who share an address. */
interface Household {
  connections: number;
  pace: Throttle;
  lastAt: number;
}

/** More addresses than this in a short time are no households: those beyond share one account. */
const MAX_HOUSEHOLDS = 20_000;
const OTHERS = "";
const FORGET_MILLISECONDS = 60_000;

export class Gate {
  #limits: GateLimits;
  #connections = 0;
  #households = new Map<string, Household>();

  /** `limits` may change while it is used. */
  constructor(limits: GateLimits) {
    this.#limits = limits;
  }

  get connections(): number {
    return this.#connections;
  }

  isTrusted(address: string): boolean {
    return isWithin(address, this.#limits.trusted);
  }

  /** Lets a connection in, until `leave` is called, once; or says why not. */
  enter(address: string, now: number): { leave(): void } | Refusal {
    const { maxConnections, maxPerAddress } = this.#limits;
    if (this.#connections >= maxConnections) return "too-many";
    const household = this.isTrusted(address) ? undefined : this.#householdOf(address);
    if (household) {
      household.lastAt = now;
      if (household.connections >= maxPerAddress) return "too-many-from-address";
      if (household.pace.wait(now) > 0) return "too-often-from-address";
      household.pace.take(now);
      household.connections++;
    }
    this.#connections++;
    return {
      leave: () => {
        this.#connections--;
        if (household) household.connections--;
      },
    };
  }

  /** Forgets those who have been away for a while. Called about once a second. */
  tidy(now: number) {
    for (const [name, { connections, lastAt }] of this.#households) {
      if (connections > 0) continue;
      if (now - lastAt > FORGET_MILLISECONDS) this.#households.delete(name);
    }
  }

  #householdOf(address: string): Household {
    let name = householdOf(address);
    const isFull = this.#households.size >= MAX_HOUSEHOLDS;
    if (isFull && !this.#households.has(name)) name = OTHERS;
    let household = this.#households.get(name);
    if (!household) {
      const { burstPerAddress, perSecondPerAddress } = this.#limits;
      const pace = new Throttle(burstPerAddress, perSecondPerAddress);
      household = { connections: 0, pace, lastAt: 0 };
      this.#households.set(name, household);
    }
    return household;
  }
}
