/**
 * Who somebody is: proofs of keys, and secrets in place of them. What a proof is worth is for the hub to say;
 * here it is only found out whether it is one.
 */
import type { Command } from "../chat/command.ts";
import type { Effect } from "../chat/effect.ts";
import type { FailureCode } from "../chat/event.ts";
import type { Pass } from "../chat/claims.ts";
import { householdOf } from "../chat/network.ts";
import { isKey } from "../chat/ownership.ts";
import { addressOf } from "../chat/people.ts";
import { proofText } from "../chat/proof.ts";
import { isSigned, makeNonce } from "./key.ts";
import type { Fields, Level, Log } from "./log.ts";
import { Passes } from "./pass.ts";
import type { Session } from "./session.ts";

export interface IdentityOptions {
  claimOf(nick: string): { nick: string; passes: readonly Pass[] } | undefined;
  nicksOf(key: string): string[];
  isMember(session: Session): boolean;
  /** What a command leads to; nothing if somebody else has the session's place by now. */
  propose(session: Session, command: Command): Effect[];
  carryOut(effects: Effect[]): Promise<void> | undefined;
  /** Where people reach this server, beside the addresses that it knows by itself. */
  publicAddresses(): readonly string[];
  log: Log;
}

/** How far somebody has come with proving who they are. */
export interface ProofState {
  /** The key that is proved; "" for none. */
  key: string;
  /** The key that is still to be proved, and what is to be signed with it. */
  asked: { key: string; nonce: string } | undefined;
  /** How often it was tried in vain, and how often a password was wrong. */
  failures: number;
  guesses: number;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;
export type AboutIdentity = Of<"identify" | "prove" | "token" | "login">;

const TYPES: ReadonlySet<Command["type"]> = new Set(["identify", "prove", "token", "login"]);
/** Who fails so often is guessing. */
const MAX_FAILURES = 5;
const MAX_GUESSES = 20;

export function isAboutIdentity(command: Command): command is AboutIdentity {
  return TYPES.has(command.type);
}

export class Identity {
  #options: IdentityOptions;
  #passes = new Passes();

  constructor(options: IdentityOptions) {
    this.#options = options;
  }

  async handle(session: Session, command: AboutIdentity): Promise<void> {
    switch (command.type) {
      case "identify":
        return this.#challenge(session, command);
      case "prove":
        return await this.#prove(session, command);
      case "token":
        return await this.#makeToken(session, command);
      case "login":
        return await this.#login(session, command);
    }
  }

  #challenge(session: Session, command: Of<"identify">) {
    // Who somebody is decides how they are let in.
    if (this.#options.isMember(session)) return fail(session, command, "already-entered");
    if (!isKey(command.key)) return fail(session, command, "bad-request", "key");
    const asked = { key: command.key, nonce: makeNonce() };
    session.proof.asked = asked;
    session.tell({ type: "challenge", ...asked }, true);
  }

  async #prove(session: Session, command: Of<"prove">): Promise<void> {
    const { asked } = session.proof;
    // Each nonce is good for one answer.
    session.proof.asked = undefined;
    if (!asked || this.#options.isMember(session)) return fail(session, command, "bad-request");
    const { address, signature } = command;
    const own = [...session.addresses, ...this.#options.publicAddresses()];
    if (!own.includes(address.toLowerCase())) {
      return this.#fails(session, command, `${address} is no address of this server's`);
    }
    const text = proofText({ ...asked, address });
    const isProved = await isSigned(text, { key: asked.key, signature });
    if (!isProved || this.#options.isMember(session)) return this.#fails(session, command);
    session.proof.key = asked.key;
    const nicks = this.#options.nicksOf(asked.key);
    this.#log("info", "a key is proved", session, { key: asked.key });
    session.tell({ type: "identified", key: asked.key, nicks }, true);
  }

  async #makeToken(session: Session, command: Of<"token">): Promise<void> {
    const { propose, carryOut } = this.#options;
    const [refused] = propose(session, command);
    if (refused?.type !== "publish") return await carryOut(refused ? [refused] : []);
    const made = await this.#passes.make(askerOf(session));
    if (!made) return fail(session, command, "unavailable");
    // They may have lost their name while it was made.
    const [effect] = propose(session, command);
    if (effect?.type === "publish" && effect.fact.type === "passed") {
      effect.fact.hash = made.hash;
      effect.aside = { ...effect.aside, token: made.token };
    }
    await carryOut(effect ? [effect] : []);
  }

  async #login(session: Session, command: Of<"login">): Promise<void> {
    const { claimOf, isMember, propose, carryOut } = this.#options;
    if (!isMember(session)) return fail(session, command, "not-entered");
    const { token } = command;
    const hashes = (claimOf(command.nick)?.passes ?? []).map((it) => it.hash);
    const hash = await this.#passes.check(askerOf(session), { token, hashes });
    if (hash === undefined) return fail(session, command, "unavailable");
    // What it is a secret for may have gone to somebody else meanwhile, and whoever made it with it.
    const claim = claimOf(command.nick);
    const pass = claim?.passes.find((it) => it.hash === hash);
    if (!claim || !pass) return this.#fails(session, command);
    session.proof.key = pass.key;
    this.#log("info", "logged in", session, { nick: claim.nick });
    await carryOut(propose(session, { type: "rename", nick: claim.nick }));
  }

  /** Never what was proved with: a signature is good for once, a secret for ever. */
  #log(level: Level, message: string, { id: connection, peer }: Session, fields: Fields) {
    this.#options.log(level, message, { connection, peer, ...fields });
  }

  #fails(session: Session, command: AboutIdentity, about = "") {
    fail(session, command, "bad-proof", about);
    this.#log("warning", "a proof failed", session, { command: command.type });
    session.proof.failures++;
    if (session.proof.failures >= MAX_FAILURES) {
      session.end("protocol", { reason: "too many proofs were none", final: true });
    }
  }

  /** A password was wrong, or was not given: people may not know that there is one. */
  countGuess(session: Session) {
    session.proof.guesses++;
    if (session.proof.guesses < MAX_GUESSES) return;
    this.#log("warning", "passwords are guessed", session, {});
    session.end("protocol", { reason: "too many wrong passwords", final: true });
  }
}

/** Whoever has many addresses next to one another is one. */
function askerOf({ peer }: Session): string {
  return householdOf(addressOf(peer));
}

function fail(session: Session, { type }: AboutIdentity, code: FailureCode, about = "") {
  about = about.slice(0, 100).toWellFormed();
  session.tell({ type: "failed", command: type, code, about, id: "" }, true);
}
