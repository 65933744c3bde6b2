/**
 * The settings of `chat serve`: those of its table, and its listeners, each with an address and
 * with its own values of the options that may differ from listener to listener.
 */
import { type Address, parseAddress } from "./address.ts";
import { type BotSettings, readBots } from "./bots.ts";
import { ConfigError } from "./error.ts";
import { combine, overrides, readTable, type Some, type Sources } from "./load.ts";
import type { Options } from "./options.ts";
import { LISTEN, type ServeOptions, type ServeValues } from "./serve_options.ts";
import { quote } from "./quote.ts";
import { readRooms, type RoomSettings } from "./rooms.ts";
import { refuseOuterKeys, tablesOf } from "./tables.ts";
import { readToml, type Toml } from "./toml.ts";

/** Where to listen, and the value of each option that the table marks as perListener. */
export type Listener = Pick<
  ServeValues,
  | "host"
  | "port"
  | "dialect"
  | "default_dialect"
  | "default_dialect_seconds"
  | "room_talk"
  | "ascii"
  | "pace_milliseconds"
  | "notices"
  | "slash_commands"
  | "max_users"
  | "hello_timeout_seconds"
  | "web"
  | "tls_cert"
  | "tls_key"
>;

export type ServerSettings = ServeValues & {
  listen: Listener[];
  room: RoomSettings[];
  bot: BotSettings[];
};

/**
 * Every setting of the server; throws a ConfigError for the first one that cannot be used.
 *
 * Without `[[listen]]` tables, host and port are the one listener. So they are when a flag or a
 * variable sets either: who names a port on the command line means that port and no other.
 */
export function loadServer(options: ServeOptions, sources: Sources): ServerSettings {
  const toml = sources.file && readToml(sources.file);
  const { listen: _listen, room: _room, bot: _bot, ...table } = toml?.values ?? {};
  const tables = ["listen", "room", "bot"];
  const fromFile = toml ? readTable(options, table, { where: toml.where, tables }) : {};
  const given = overrides(options, sources);
  const values = combine(options, fromFile, given);

  const written = toml
    ? tablesOf("listen", toml).map((it, index) =>
      readListener(it, index, { options, values, toml })
    )
    : [];
  const isReplaced = "host" in given || "port" in given;
  const isOne = isReplaced || written.length === 0;
  const room = toml ? readRooms({ options, values, toml }) : [];
  const bot = toml ? readBots({ options, toml }) : [];
  return { ...values, listen: isOne ? [listener(options, values)] : written, room, bot };
}

/** The options that a `[[listen]]` table may set. */
export function listenerOptions(options: Options): Options {
  return { ...LISTEN, ...perListener(options) };
}

function perListener(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.perListener));
}

/** What the tables of listeners are read with. */
interface Server {
  options: ServeOptions;
  values: ServeValues;
  toml: Toml;
}

function readListener(
  table: Record<string, unknown>,
  index: number,
  { options, values, toml }: Server,
): Listener {
  const where = (key: string) => toml.where("listen", index, key);
  const settable = listenerOptions(options);
  refuseOuterKeys(table, { outer: options, own: settable, name: "listen", where });
  const own = readTable(settable, table, { where });
  return listener(options, { ...values, ...own, ...readAddress(own, values, where) });
}

function readAddress(own: Some, defaults: Address, where: (key: string) => string): Address {
  if (own.address === undefined) {
    throw new ConfigError(`${where("address")}: [[listen]] needs an address`);
  }
  const address = parseAddress(String(own.address), defaults);
  if (address) return address;
  throw new ConfigError(
    `${where("address")}: address must be like "127.0.0.1:8765", "[::1]:8765" or "8765", ` +
      `not ${quote(own.address)}`,
  );
}

/** Of all values, those that are a listener's. */
function listener(options: ServeOptions, values: ServeValues): Listener {
  const keys = ["host", "port", ...Object.keys(perListener(options))];
  const own = Object.entries(values).filter(([key]) => keys.includes(key));
  return Object.fromEntries(own) as Listener;
}
