/**
 * Secrets to log in with, for clients that have no key. What is kept of one is a digest that takes long to
 * make (scrypt, RFC 7914), made one at a time and off the main thread, so that guessing holds up nobody else.
 */
import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";

/** 32 MB and about 150 ms for each: nothing for one who logs in, and much for one who guesses. */
const COST = { N: 2 ** 15, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const TOKEN_BYTES = 18;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** Of one asker so many may wait, and of all together; who comes then is sent away. */
const MAX_WAITING_EACH = 50;
const MAX_WAITING = 1000;

export class Passes {
  /** What waits, by whoever asked: whose turn it is comes first. */
  #queues = new Map<string, (() => Promise<void>)[]>();
  #waiting = 0;
  #isWorking = false;

  /** A new secret, and what is kept of it; undefined if too many are asking, or this asker too often. */
  make(asker: string): Promise<{ token: string; hash: string }> | undefined {
    return this.#inTurn(asker, async () => {
      const token = textOf(randomBytes(TOKEN_BYTES));
      const salt = randomBytes(SALT_BYTES);
      const hash = await digest(token, salt);
      return { token, hash: `${textOf(salt)}.${textOf(hash)}` };
    });
  }

  /** Which of these was made of the secret, "" if none was; undefined as above. */
  check(
    asker: string,
    { token, hashes }: { token: string; hashes: readonly string[] },
  ): Promise<string> | undefined {
    return this.#inTurn(asker, async () => {
      for (const hash of hashes) if (await matches(token, hash)) return hash;
      return "";
    });
  }

  /** Askers take turns, so that a crowd at one address keeps only itself waiting. */
  #inTurn<T>(asker: string, make: () => Promise<T>): Promise<T> | undefined {
    const queue = this.#queues.get(asker) ?? [];
    if (queue.length >= MAX_WAITING_EACH || this.#waiting >= MAX_WAITING) return undefined;
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    queue.push(() => make().then(resolve, reject));
    this.#queues.set(asker, queue);
    this.#waiting++;
    if (!this.#isWorking) this.#work();
    return promise;
  }

  async #work() {
    this.#isWorking = true;
    for (let next; (next = this.#next()) !== undefined;) await next();
    this.#isWorking = false;
  }

  #next(): (() => Promise<void>) | undefined {
    const [first] = this.#queues;
    if (!first) return undefined;
    const [asker, queue] = first;
    this.#queues.delete(asker);
    const next = queue.shift();
    // Behind all others.
    if (queue.length > 0) this.#queues.set(asker, queue);
    this.#waiting--;
    return next;
  }
}

async function matches(token: string, hash: string): Promise<boolean> {
  const [salt = "", digested = ""] = hash.split(".");
  const expected = bytesOf(digested);
  const found = await digest(token.slice(0, 100), bytesOf(salt));
  return expected.length === found.length && timingSafeEqual(expected, found);
}

function digest(token: string, salt: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve, reject) =>
    scrypt(token, salt, HASH_BYTES, COST, (error, hash) => error ? reject(error) : resolve(hash))
  );
}

function textOf(bytes: Uint8Array): string {
  return bytes.toBase64({ alphabet: "base64url", omitPadding: true });
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.fromBase64(text, { alphabet: "base64url" });
}
