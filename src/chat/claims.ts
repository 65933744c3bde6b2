/**
 * Whose nicks are: a nick that was claimed with a key belongs to those who can prove that they have it. No
 * accounts, and nothing to sign up for. Knows nothing of how a key is proved.
 */
import type { Deed } from "./event.ts";
import { nickKeys } from "./names.ts";

export interface Claim {
  /** As it was claimed. */
  nick: string;
  /** Each with its last use, in milliseconds since 1970. */
  keys: Map<string, number>;
  /** Keys that its owner lets use it, and that nobody has used yet. Until then they are nobody's. */
  allowed: Set<string>;
  /** Digests of the secrets that do instead of a key, on wires that have none, and whose they are. */
  passes: Pass[];
}

export interface Pass {
  hash: string;
  /** The key of whoever made it: what is done with it is done as with this key. */
  key: string;
}

export interface ClaimLimits {
  /** How long a claim lasts that nobody uses; 0 is for ever. */
  claimMilliseconds: number;
  maxClaims: number;
  /** Most nicks that belong to one key. */
  maxClaimsPerKey: number;
}

/** One for each thing that a person has. */
export const MAX_KEYS = 8;
/** One more takes the place of the oldest. */
const MAX_PASSES = 4;

export class Claims {
  #limits: ClaimLimits;
  /** By each key that a nick is known by: nobody may look like somebody else either. */
  #claims = new Map<string, Claim>();
  #count = 0;
  #nicksOf = new Map<string, Set<string>>();

  constructor(limits: ClaimLimits) {
    this.#limits = limits;
  }

  get count(): number {
    return this.#count;
  }

  /** The claim that stands in the way of whoever wants the nick; undefined if it is free. */
  of(nick: string, now: number): Claim | undefined {
    for (const key of nickKeys(nick)) {
      const claim = this.#claims.get(key);
      if (claim && !this.#isOver(claim, now)) return claim;
    }
    return undefined;
  }

  /** Whether somebody with this key may be called so. */
  allows(nick: string, key: string, now: number): boolean {
    const claim = this.of(nick, now);
    return !claim || claim.keys.has(key) || claim.allowed.has(key);
  }

  /** The nicks that belong to a key. */
  nicksOf(key: string): string[] {
    return [...this.#nicksOf.get(key) ?? []];
  }

  /** Why a claim cannot be made; undefined if it can. */
  refusal(nick: string, key: string, now: number): "nick-owned" | "too-many-claims" | undefined {
    const claim = this.of(nick, now);
    if (claim) return claim.keys.has(key) ? undefined : "nick-owned";
    const isFull = this.#count >= this.#limits.maxClaims ||
      (this.#nicksOf.get(key)?.size ?? 0) >= this.#limits.maxClaimsPerKey;
    return isFull ? "too-many-claims" : undefined;
  }

  /** Whether one more key may use a claimed nick. */
  hasRoomFor(key: string, claim: Claim): boolean {
    return claim.keys.has(key) || claim.allowed.has(key) ||
      claim.keys.size + claim.allowed.size < MAX_KEYS;
  }

  // What facts change.

  claim(nick: string, key: string, at: number) {
    let claim = this.of(nick, at);
    if (!claim) {
      // What nobody has used for so long is anybody's.
      for (const name of nickKeys(nick)) this.#forget(this.#claims.get(name));
      claim = { nick, keys: new Map(), allowed: new Set(), passes: [] };
      this.#count++;
      for (const name of nickKeys(nick)) this.#claims.set(name, claim);
    } else if (!claim.keys.has(key) && !claim.allowed.delete(key)) {
      return;
    }
    claim.keys.set(key, at);
    const nicks = this.#nicksOf.get(key) ?? new Set();
    this.#nicksOf.set(key, nicks.add(claim.nick));
  }

  /** A key may be used for the nick from now on; it counts for nothing before it is. */
  allow(nick: string, key: string) {
    const claim = this.#claims.get(nickKeys(nick)[0]!);
    if (claim && !claim.keys.has(key) && this.hasRoomFor(key, claim)) claim.allowed.add(key);
  }

  /** One key less, or none at all if `key` is "". */
  release(nick: string, key: string) {
    const claim = this.#claims.get(nickKeys(nick)[0]!);
    if (!claim) return;
    claim.allowed.delete(key);
    if (key !== "") this.#removeKey(claim, key);
    if (key === "" || claim.keys.size === 0) this.#forget(claim);
  }

  pass(nick: string, pass: Pass) {
    const claim = this.#claims.get(nickKeys(nick)[0]!);
    // Whose it was not known to be is nobody's.
    if (claim?.keys.has(pass.key)) claim.passes = [...claim.passes, pass].slice(-MAX_PASSES);
  }

  /** Forgets what nobody has used for so long that it is anybody's. Called now and then. */
  tidy(now: number) {
    for (const claim of this.#claims.values()) if (this.#isOver(claim, now)) this.#forget(claim);
  }

  /** As few deeds as lead to what holds now. */
  deeds(): Deed[] {
    return [...new Set(this.#claims.values())].flatMap(({ nick, keys, allowed, passes }) => {
      // Whichever was used last comes first: the others would else have come too late.
      const [first, ...others] = [...keys].sort(([, one], [, other]) => other - one);
      if (!first) return [];
      const at = first[1];
      return [
        { type: "claimed", nick, key: first[0], at },
        ...others.flatMap(([key, at]): Deed[] => [
          { type: "allowed", nick, key, at },
          { type: "claimed", nick, key, at },
        ]),
        ...[...allowed].map((key): Deed => ({ type: "allowed", nick, key, at })),
        ...passes.map((pass): Deed => ({ type: "passed", nick, ...pass, at })),
      ];
    });
  }

  /** Who is whose, in a form that two nodes can compare. */
  snapshot(): [nick: string, keys: string[], passes: string[], allowed: string[]][] {
    return [...new Set(this.#claims.values())].map(({ nick, keys, passes, allowed }) => {
      return [nick, [...keys.keys()], passes.map(({ hash }) => hash), [...allowed]];
    });
  }

  #isOver({ keys }: Claim, now: number): boolean {
    const { claimMilliseconds } = this.#limits;
    if (claimMilliseconds === 0) return false;
    return now - Math.max(...keys.values()) > claimMilliseconds;
  }

  #forget(claim: Claim | undefined) {
    if (!claim) return;
    for (const key of [...claim.keys.keys()]) this.#removeKey(claim, key);
    for (const name of nickKeys(claim.nick)) {
      if (this.#claims.get(name) === claim) this.#claims.delete(name);
    }
    this.#count--;
  }

  /** What was made with it goes with it. */
  #removeKey(claim: Claim, key: string) {
    claim.keys.delete(key);
    claim.passes = claim.passes.filter((pass) => pass.key !== key);
    const nicks = this.#nicksOf.get(key);
    nicks?.delete(claim.nick);
    if (nicks?.size === 0) this.#nicksOf.delete(key);
  }
}
