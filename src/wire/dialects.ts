/** The dialects that this program speaks, in the order in which they are tried. */
import { bgnet0 } from "./bgnet0.ts";
import { HEAD_BYTES } from "./decode_stream.ts";
import type { Dialect } from "./dialect.ts";
import { native } from "./native.ts";

export const dialects: readonly Dialect[] = [
  native,
  bgnet0,
];

export const dialectNames: readonly string[] = dialects.map((dialect) => dialect.name);

export function dialectNamed(name: string): Dialect | undefined {
  return dialects.find((dialect) => dialect.name === name);
}

/** The dialect that opens with these bytes; undefined while more of them are needed to tell. */
export function detect(head: Uint8Array): Dialect | "unknown" | undefined {
  let isOpen = false;
  for (const dialect of dialects) {
    const verdict = dialect.detect(head);
    // The order decides, so a later dialect must wait while an earlier one is still possible.
    if (verdict === "yes" && !isOpen) return dialect;
    isOpen ||= verdict === "more";
  }
  return isOpen && head.length < HEAD_BYTES ? undefined : "unknown";
}
