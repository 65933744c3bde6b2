/** Where `chat connect` goes and as whom, from all the forms that people are used to. */
import { FAILURES } from "./chat/event.ts";
import { isNick } from "./chat/names.ts";
import { type Address, parseAddress } from "./config/address.ts";
import { ConfigError } from "./config/error.ts";
import type { ServerAlias } from "./config/servers.ts";

export interface Destination extends Address {
  nick: string;
  /** Whether anybody asked for this nick. */
  isNickGiven: boolean;
}

/** What to fall back to. */
export interface Usual {
  /** Who is logged in here. */
  nick: string;
  /** Whether one can do without. */
  isNickNeeded: boolean;
  /** The port of the dialect's own servers, if they have one. */
  port?: number | undefined;
}

export interface Given {
  nick: string;
  server: string;
  /** "" and 0 if not given. */
  target: string;
  port: number;
  /** Servers that may be meant by their names. */
  servers?: readonly ServerAlias[];
}

/**
 * `HOST:PORT`, `HOST PORT`, `NICK HOST` or `NICK HOST PORT` as arguments, where HOST alone may be
 * the name of a server; or the flags --target, --port and --nick, or the settings. Throws a
 * ConfigError that says what is missing.
 */
export function destination(given: Given, words: string[], usual: Usual): Destination {
  const { nick: first = "", where } = split(words);
  const standard = { host: "localhost", port: usual.port ?? DEFAULT_PORT };
  const alias = aliasIn(given, where);
  const to = alias?.address ?? where ?? (given.server || "localhost");
  const { host, port } = address(to, standard);
  const asked = first || given.nick;
  const nick = asked || usual.nick;
  if (!isNick(nick) && (usual.isNickNeeded || asked !== "")) {
    const what = nick === ""
      ? "a nick is needed: chat connect --nick NAME HOST:PORT"
      : `${JSON.stringify(nick)} cannot be a nick: ${FAILURES["bad-nick"]}`;
    throw new ConfigError(what, { exitCode: 2 });
  }
  const isNickGiven = asked !== "";
  const target = alias ? "" : given.target;
  return { nick, isNickGiven, host: target || host, port: given.port || port };
}

/** The settings as they are at the server that is meant, if it is one that has a name. */
export function atServer<T extends Given>(settings: T, words: string[]): T {
  const alias = aliasIn(settings, split(words).where);
  if (!alias) return settings;
  const { name: _name, address: _address, default: _default, ...own } = alias;
  return { ...settings, ...own };
}

/** What names the server goes by is what destination() goes by; only the whole name will do. */
function aliasIn({ target, server, servers = [] }: Given, where?: string): ServerAlias | undefined {
  const name = target || (where ?? server);
  return servers.find((it) => it.name === name);
}

const DEFAULT_PORT = 3490;

function split(words: string[]): { nick?: string; where?: string } {
  const [first, second, third] = words;
  switch (words.length) {
    case 0:
      return {};
    case 1:
      return { where: first! };
    case 2:
      // "127.0.0.1 5555", or "chris localhost:3490".
      return /^\d+$/.test(second!)
        ? { where: joined(first!, second!) }
        : { nick: first!, where: second! };
    case 3:
      return { nick: first!, where: joined(second!, third!) };
    default:
      throw new ConfigError(`too many arguments: ${words.slice(3).join(" ")}`, { exitCode: 2 });
  }
}

function joined(host: string, port: string): string {
  return host.includes(":") && !host.startsWith("[") ? `[${host}]:${port}` : `${host}:${port}`;
}

function address(text: string, defaults: Address): Address {
  const parsed = parseAddress(text, defaults);
  if (parsed && parsed.port > 0) return parsed;
  throw new ConfigError(`${JSON.stringify(text)} is no HOST:PORT`, { exitCode: 2 });
}
