/** What people may do about whose nicks are, and which nick somebody gets who comes. */
import type { Claims } from "./claims.ts";
import type { Command } from "./command.ts";
import { type Effect, failed, publish, reply, type SessionId } from "./effect.ts";
import type { Deed } from "./event.ts";
import { isNick, isReserved } from "./names.ts";
import type { Member, People } from "./people.ts";
import { WEAK_KEYS } from "./weak_keys.ts";
import { asGuest } from "./words.ts";

export interface OwnershipLimits {
  /** Whether a nick becomes somebody's who comes with a key, without their asking for it. */
  claimsByItself: boolean;
  /** Whether those who cannot prove anything are let in under another nick when theirs is somebody's. */
  namesGuests: boolean;
}

/** What is known of somebody who asks for a nick. */
export interface Proof {
  now: number;
  /** The key that they have proved; "" for none. */
  key: string;
  /** Whether their wire has words for proving one. */
  canProve: boolean;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
type Wish = Of<"claim" | "release" | "allow" | "token">;
type Owned = Extract<Deed, { type: "claimed" | "released" | "allowed" | "passed" }>;

/** A claim in use is said to be so again after this long. */
const DAY = 86_400_000;
const GUEST = "-guest";
const MAX_GUESTS = 50;
/** Whose doing it is what holds from before a restart. */
const NOBODY = 0;
/** 32 bytes, with one way to write them: the last letter's two lowest bits are none of theirs. */
const KEY = /^ed25519:[\w-]{42}[AEIMQUYcgkosw048]$/;

export class Ownership {
  #claims: Claims;
  #people: People;
  #limits: OwnershipLimits;

  constructor(claims: Claims, { people, limits }: { people: People; limits: OwnershipLimits }) {
    this.#claims = claims;
    this.#people = people;
    this.#limits = limits;
  }

  /** The nick that somebody gets who asks for this one; undefined if it belongs to somebody else. */
  nickFor(nick: string, { now, key, canProve }: Proof): string | undefined {
    if (this.#claims.allows(nick, key, now)) return nick;
    return canProve || !this.#limits.namesGuests ? undefined : this.#guestName(nick, now);
  }

  /** What follows from somebody's coming with a key: their nick is theirs, or is theirs still. */
  used(nick: string, { now, key }: Proof, session: number): Effect[] {
    if (key === "") return [];
    const claim = this.#claims.of(nick, now);
    const isDue = claim
      ? claim.allowed.has(key) || now - (claim.keys.get(key) ?? now) > DAY
      : this.#limits.claimsByItself && !this.#people.find(nick) &&
        this.#claims.refusal(nick, key, now) === undefined;
    return isDue ? [publish(session, { type: "claimed", nick, key, at: now })] : [];
  }

  /** What somebody must hear who has another name than the one that they asked for. */
  greeting(nick: string, wished: string, session: number): Effect[] {
    if (wished === "" || wished === nick) return [];
    return [reply(session, { type: "notice", text: asGuest(nick, wished), urgent: true })];
  }

  handle(me: Member, command: Wish, now: number): Effect[] {
    const { nick, key, session } = me;
    if (key === "") return [failed(session, command, "no-key")];
    const claim = this.#claims.of(nick, now);
    if (command.type === "claim") {
      const why = isNick(nick) ? this.#claims.refusal(nick, key, now) : "bad-nick";
      if (why) return [failed(session, command, why, nick)];
      return [publish(session, { type: "claimed", nick, key, at: now })];
    }
    if (!claim?.keys.has(key)) return [failed(session, command, "not-claimed", nick)];
    // As it was claimed, for it is found by that, whichever of its look-alikes they go by now.
    const it = { nick: claim.nick, at: now };
    switch (command.type) {
      case "release":
        if (command.key !== "" && !claim.keys.has(command.key) && !claim.allowed.has(command.key)) {
          return [failed(session, command, "not-claimed", command.key)];
        }
        return [publish(session, { type: "released", ...it, key: command.key })];
      case "allow":
        if (!isKey(command.key)) return [failed(session, command, "bad-request", "key")];
        if (!this.#claims.hasRoomFor(command.key, claim)) {
          return [failed(session, command, "too-many-claims", nick)];
        }
        return [publish(session, { type: "allowed", ...it, key: command.key })];
      case "token":
        // Whoever carries it out makes the secret, and puts in its digest.
        return [publish(session, { type: "passed", ...it, hash: "", key })];
    }
  }

  apply(fact: Owned, origin: number, token = ""): Effect[] {
    switch (fact.type) {
      case "claimed":
        if (origin !== NOBODY && !this.#isRight(fact, origin)) return this.#undone(fact, origin);
        this.#claims.claim(fact.nick, fact.key, fact.at);
        return [reply(origin, fact, true)];
      case "released":
        this.#claims.release(fact.nick, fact.key);
        return [reply(origin, fact, true)];
      case "allowed":
        this.#claims.allow(fact.nick, fact.key);
        return [reply(origin, fact, true)];
      case "passed":
        this.#claims.pass(fact.nick, { hash: fact.hash, key: fact.key });
        return [reply(origin, { type: "token", nick: fact.nick, token }, true)];
    }
  }

  /** Whether it is theirs to claim, asked again because others may have wanted it in the same turn. */
  #isRight({ nick, key, at }: Extract<Owned, { type: "claimed" }>, origin: number): boolean {
    const me = this.#people.get(origin);
    const claim = this.#claims.of(nick, at);
    if (!me || !claim) {
      const isFree = this.#claims.refusal(nick, key, at) === undefined;
      return me?.nick === nick && me.key === key && isFree;
    }
    const isTheirs = claim.keys.has(key) || claim.allowed.has(key);
    return me.key === key && isTheirs && this.#claims.of(me.nick, at) === claim;
  }

  /**
   * It is stored as if it had happened, so something must be stored that takes it back; and what is in memory
   * must be what would be there after a restart.
   */
  #undone({ nick, key, at }: Extract<Owned, { type: "claimed" }>, origin: number): Effect[] {
    const claim = this.#claims.of(nick, at);
    const isKnown = claim?.keys.has(key) ?? false;
    const why = this.#claims.refusal(nick, key, at) ?? "nick-owned";
    // Others' names it must not touch, not even until it is taken back.
    if (isKnown || !claim) this.#claims.claim(nick, key, at);
    if (isKnown) return [];
    return [
      failed(origin, { type: "claim" }, why, nick),
      publish(origin, { type: "released", nick, key, at }),
    ];
  }

  #guestName(nick: string, now: number): string | undefined {
    const start = [...nick].slice(0, 20).join("");
    for (let number = 1; number <= MAX_GUESTS; number++) {
      const guest = `${start}${GUEST}${number === 1 ? "" : number}`;
      const isFree = !this.#people.find(guest) && this.#claims.allows(guest, "", now);
      if (isFree && isNick(guest)) return guest;
    }
    return undefined;
  }
}

/** Whether it can be somebody's. */
export function isKey(text: string): boolean {
  return KEY.test(text) && !WEAK_KEYS.has(text.slice(text.indexOf(":") + 1));
}

/** Why nobody may be called so; undefined if somebody may. */
export function refusedNick(
  from: SessionId,
  command: Of<"hello" | "rename">,
): Effect[] | undefined {
  if (!isNick(command.nick)) return [failed(from, command, "bad-nick", command.nick)];
  if (isReserved(command.nick)) return [failed(from, command, "reserved-nick", command.nick)];
  return undefined;
}
