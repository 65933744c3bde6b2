/**
 * What becomes of settings that have been read again while the server runs: most of them hold at once, and
 * some stay as they are until it is started again. Pure.
 */
import type { Listener, ServerSettings } from "./listeners.ts";
import type { Options } from "./options.ts";

export interface Reloaded {
  /** What holds from now on. */
  settings: ServerSettings;
  /** The names of what holds at once, and of what waits for a restart. */
  changed: string[];
  waiting: string[];
}

/** `before` is what holds now, `after` what was read. */
export function reloaded(
  options: Options,
  { before, after }: { before: ServerSettings; after: ServerSettings },
): Reloaded {
  const fixed = Object.keys(options).filter((key) => options[key]?.needsRestart);
  const areBotsNew = !isSame(before.bot.map(nickOf), after.bot.map(nickOf));
  const isFixed = (key: string) => fixed.includes(key) || key === "bot" && areBotsNew;
  const keys = Object.keys(after).filter((key) =>
    !isSame(valueOf(before, key), valueOf(after, key))
  );
  const pairs = before.listen.map((own, index) => ({ own, other: counterpart(own, index, after) }));
  const waiting = keys.filter(isFixed);
  const isTlsNew = pairs.some(({ own, other }) => other && isForTls(own) !== isForTls(other));
  if (isTlsNew) waiting.push("tls_cert");
  const isNew = before.listen.length !== after.listen.length ||
    pairs.some(({ own, other }) => !other || !isSame(valuesOf(own, fixed), valuesOf(other, fixed)));
  // Without tables it is the settings above that have changed, which have names of their own.
  if (isNew && !keys.some((key) => fixed.includes(key))) waiting.push("listen");
  return {
    settings: {
      ...after,
      ...valuesOf(before, fixed),
      listen: pairs.map(({ own, other = own }) => merged(own, other, fixed)),
      bot: areBotsNew ? before.bot : after.bot,
    },
    changed: keys.filter((key) =>
      !waiting.includes(key) && (key !== "listen" || keys.length === 1)
    ),
    waiting,
  };
}

/** The listener at the same address, as it was read. */
function counterpart(own: Listener, index: number, { listen }: ServerSettings) {
  const isIt = (other: Listener | undefined) => other?.host === own.host && other.port === own.port;
  return isIt(listen[index]) ? listen[index] : listen.find(isIt);
}

/** A certificate can be another one, but whether there is one is how the listener was opened. */
function merged(own: Listener, other: Listener, fixed: readonly string[]): Listener {
  const { tls_cert, tls_key } = isForTls(own) === isForTls(other) ? other : own;
  return { ...other, ...valuesOf(own, fixed), tls_cert, tls_key };
}

function isForTls({ tls_cert, tls_key }: Listener): boolean {
  return tls_cert !== "" || tls_key !== "";
}

function valuesOf(settings: object, keys: readonly string[]): Record<string, unknown> {
  const own = keys.filter((key) => Object.hasOwn(settings, key));
  return Object.fromEntries(own.map((key) => [key, valueOf(settings, key)]));
}

function valueOf(settings: object, key: string): unknown {
  return (settings as Record<string, unknown>)[key];
}

function nickOf({ nick }: { nick: string }): string {
  return nick;
}

/** Settings are plain values, and lists of them. On which line they stand makes no difference. */
function isSame(one: unknown, other: unknown): boolean {
  const text = (value: unknown) =>
    JSON.stringify(value, (key, part) => key === "where" ? undefined : part);
  return text(one) === text(other);
}
