/** Tokens: secrets that clients make for themselves, by which they are known again. */
import { createHash } from "node:crypto";

const MIN_LENGTH = 16;
const MAX_LENGTH = 200;

/** Whether it could not be guessed, by its length. */
export function isToken(text: string): boolean {
  return text.length >= MIN_LENGTH && text.length <= MAX_LENGTH;
}

/** What is kept of a token: enough to know it again, and of no use to anybody else. */
export function ownerOf(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}
