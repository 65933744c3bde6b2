/** A digest of a password that people share: enough to know it again. It is told to nobody. */
import { createHash } from "node:crypto";

export function digest(text: string): string {
  return createHash("sha256").update(`chat\n${text}`).digest("base64url");
}
