/** The dialects that this program speaks, in the order in which they are tried. */
import { bgnet0 } from "./bgnet0.ts";
import { chat10 } from "./chat10.ts";
import { HEAD_BYTES } from "./decoder.ts";
import type { Dialect } from "./dialect.ts";
import { native } from "./native.ts";
import { ndjson } from "./ndjson.ts";
import { plain } from "./plain.ts";
import { type Stranger, strangers } from "./strangers.ts";
import { vu } from "./vu.ts";
import { web } from "./web.ts";

export const dialects: readonly Dialect[] = [
  native,
  web,
  bgnet0,
  chat10,
  ndjson,
  vu,
  plain,
];

export const dialectNames: readonly string[] = dialects.map((dialect) => dialect.name);

/** Those that our client speaks: a browser is what the others are for. */
export const clientDialectNames: readonly string[] = dialects
  .filter((dialect) => !dialect.overHttp)
  .map((dialect) => dialect.name);

export function dialectNamed(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/**
 * What opens with these bytes; undefined while more of them are needed to tell. Strangers come first: plain
 * takes whatever can be typed, and an HTTP request must never become chat.
 */
export function detect(head: Uint8Array): Dialect | Stranger | "unknown" | undefined {
  let isOpen = false;
  for (const candidate of [...strangers, ...dialects]) {
    const verdict = candidate.detect(head);
    // The order decides, so a later one must wait while an earlier one is still possible.
    if (verdict === "yes" && !isOpen) return candidate;
    isOpen ||= verdict === "more";
  }
  return isOpen && head.length < HEAD_BYTES ? undefined : "unknown";
}
