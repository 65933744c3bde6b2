/** Names of keys as people write them in a file: which of them can ever be pressed. */
import type { KeyName } from "./keys.ts";

/** Whether `keys.ts` may tell of a key by this name. What only types a character is none. */
export function isKeyName(name: string): name is KeyName {
  const [, superKey, ctrl, alt, shift, base = ""] =
    /^(super-)?(ctrl-)?(alt-)?(shift-)?(.+)$/su.exec(name) ?? [];
  if (NAMED.includes(base) || FUNCTION_KEY.test(base)) return true;
  if (!superKey && !ctrl && !alt) return false;
  if (base === "space") return true;
  if ([...base].length !== 1 || /[\s\p{C}]/u.test(base)) return false;
  // Terminals tell of ctrl and a letter in small, and of shift and a letter in capitals.
  if (ctrl) return base === base.toLowerCase() && (shift !== undefined || !SAME.includes(base));
  return shift === undefined || base === base.toUpperCase() && base === base.toLowerCase();
}

const NAMED: readonly string[] = [
  ...["enter", "tab", "backspace", "escape", "insert", "delete"],
  ...["up", "down", "left", "right", "home", "end", "page-up", "page-down"],
];
const FUNCTION_KEY = /^f([1-9]|[12]\d|3[0-5])$/;
/** With ctrl these are tab, enter and escape. */
const SAME: readonly string[] = ["i", "m", "["];

const MODIFIERS = ["ctrl-", "alt-", "shift-", "ctrl-alt-", "ctrl-shift-", "alt-shift-"];
const FUNCTION_KEYS = Array.from({ length: 12 }, (_, index) => `f${index + 1}`);

/** Those that somebody may have meant who mistyped one. */
export const KEY_NAMES: readonly string[] = [
  ...[...NAMED, ...FUNCTION_KEYS].flatMap((it) => ["", ...MODIFIERS].map((held) => held + it)),
  ..."abcdefghijklmnopqrstuvwxyz0123456789".split("").flatMap((it) => [`ctrl-${it}`, `alt-${it}`]),
].filter(isKeyName);
