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
/** Who comes when so many wait is sent away. */
const MAX_WAITING = 50;
/** ... and of one asker no more than this may wait, so that nobody alone keeps all others out. */
const MAX_WAITING_EACH = 5;

export class Passes {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #waitingOf = new Map<string, number>();

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

  #inTurn<T>(asker: string, make: () => Promise<T>): Promise<T> | undefined {
    const own = this.#waitingOf.get(asker) ?? 0;
    if (this.#waiting >= MAX_WAITING || own >= MAX_WAITING_EACH) return undefined;
    this.#waiting++;
    this.#waitingOf.set(asker, own + 1);
    const made = this.#last.then(make).finally(() => this.#leave(asker));
    this.#last = made.catch(() => {});
    return made;
  }

  #leave(asker: string) {
    this.#waiting--;
    const left = this.#waitingOf.get(asker)! - 1;
    if (left > 0) this.#waitingOf.set(asker, left);
    else this.#waitingOf.delete(asker);
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
