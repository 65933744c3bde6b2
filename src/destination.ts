/** Where `chat connect` goes and as whom, from all the forms that people are used to. */
import { isNick } from "./chat/names.ts";
import { type Address, parseAddress } from "./config/address.ts";
import { ConfigError } from "./config/error.ts";

export interface Destination extends Address {
  nick: string;
}

export interface Given {
  nick: string;
  server: string;
  /** "" and 0 if not given. */
  target: string;
  port: number;
}

const DEFAULT: Address = { host: "localhost", port: 3490 };

/**
 * `HOST:PORT`, `HOST PORT` or `NICK HOST PORT` as arguments, or the flags --target, --port and --nick,
 * or the settings. `userName` is who is logged in here, the nick of those who name none. Throws a
 * ConfigError that says what is missing.
 */
export function destination(given: Given, words: string[], userName: string): Destination {
  const { nick, where } = split(words);
  const usual = address(given.server, DEFAULT);
  const { host, port } = where === undefined
    ? usual
    : address(where, { ...usual, port: DEFAULT.port });
  const name = nick ?? (given.nick || userName);
  if (!isNick(name)) {
    const what = name === "" ? "a nick is needed" : `${JSON.stringify(name)} cannot be a nick`;
    throw new ConfigError(`${what}: chat connect --nick NAME HOST:PORT`, { exitCode: 2 });
  }
  return { nick: name, host: given.target || host, port: given.port || port };
}

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
