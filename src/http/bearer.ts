/**
 * Who a request comes from, by the secret that it bears (RFC 6750). Only digests of secrets are kept and
 * compared, so that neither what is in memory nor how long it takes tells anything of them.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Log } from "../server/log.ts";
import type { Headers } from "./access.ts";

/** Somebody who may ask. */
export interface Account {
  nick: string;
  /** The rooms that it may use, as they are called; none means all. */
  rooms: readonly string[];
  /** The SHA-256 of its token. */
  digest: Uint8Array;
}

/** Far more than any token has. */
const MAX_TOKEN_LENGTH = 1000;

export class Bearers {
  #accounts: readonly Account[];
  #log: Log;
  /** How many wrong tokens have come since they were last logged, and from where the last one did. */
  #refused = 0;
  #peer = "";

  constructor(accounts: readonly Account[], log: Log) {
    this.#accounts = accounts;
    this.#log = log;
  }

  /** From now on these may ask, and nobody else. */
  renew(accounts: readonly Account[]) {
    this.#accounts = accounts;
  }

  /** Whose token the request bears; "none" if it bears none, "wrong" if it is nobody's. */
  whose(headers: Headers, peer: string): Account | "none" | "wrong" {
    const { authorization } = headers;
    if (typeof authorization !== "string") return "none";
    const [, token] = /^Bearer +([!-~]+) *$/i.exec(authorization) ?? [];
    const isOne = token !== undefined && token.length <= MAX_TOKEN_LENGTH;
    const digest = digestOf(isOne ? token : "");
    let found: Account | undefined;
    // All of them, so that nobody learns which it was by how long it took.
    for (const account of this.#accounts) {
      if (timingSafeEqual(account.digest, digest)) found = account;
    }
    if (isOne && found) return found;
    this.#refused++;
    this.#peer = peer;
    return "wrong";
  }

  /** Tells the log what was refused: once a second, however many try. */
  check() {
    if (this.#refused === 0) return;
    this.#log("warning", "tokens refused", { peer: this.#peer, requests: this.#refused });
    this.#refused = 0;
  }
}

export function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}

/**
 * The id of a message that a bot has given a key: the same for the same bot, key and message, so that the
 * store knows it again, and nothing that anybody else could give to a message before it.
 */
export function idOf({ digest }: Account, parts: readonly string[]): string {
  const hash = createHash("sha256").update(digest);
  // With their lengths, so that no two lists of parts are the same bytes.
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  const bytes = hash.digest();
  // A UUID of version 8, which is whatever its maker wants (RFC 9562).
  bytes[6] = bytes[6]! & 0x0f | 0x80;
  bytes[8] = bytes[8]! & 0x3f | 0x80;
  return bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5");
}
