/** The servers that are measured, each in the ways that are worth comparing. */
import type { Variant } from "./scenario.ts";

const IN_FILE = ["--durability", "process"];

export const INSPIRCD: Variant = { title: "InspIRCd", program: "inspircd", wire: "irc" };

/**
 * InspIRCd leaves Nagle's algorithm on and cannot be told otherwise: in bulk it then waits for
 * acknowledgements that clients delay. This is what it does without.
 */
export const UNDELAYED_INSPIRCD: Variant = {
  ...INSPIRCD,
  title: "InspIRCd, undelayed",
  isUndelayed: true,
};

export const NGIRCD: Variant = { title: "ngIRCd", program: "ngircd", wire: "irc" };

export const REFERENCE: Variant = { title: "reference", program: "reference", wire: "bgnet0" };

export const LIMIT: Variant = { title: "the limit", program: "limit", wire: "bgnet0" };

export const CHAT: Variant = { title: "chat", program: "chat", wire: "bgnet0", flags: IN_FILE };

export const NATIVE: Variant = { ...CHAT, title: "chat, native wire", wire: "native" };

export const VU: Variant = { ...CHAT, title: "chat, vu", wire: "vu" };

export const MIXED: Variant = { ...CHAT, title: "chat, mixed", wire: "native,bgnet0,vu" };

export const WEB: Variant = { ...CHAT, title: "chat, WebSockets", wire: "web" };

export const FIXED: Variant = {
  ...CHAT,
  title: "chat --dialect bgnet0",
  flags: [...IN_FILE, "--dialect", "bgnet0"],
};

export const MEMORY_ONLY: Variant = {
  ...CHAT,
  title: "chat --db :memory:",
  flags: [...IN_FILE, "--db", ":memory:"],
};

export const POWER: Variant = {
  ...CHAT,
  title: "chat --durability power",
  flags: ["--durability", "power"],
};
