/** `[[server]]` tables: servers by names of one's own, and what is different at each of them. */
import { parseAddress } from "./address.ts";
import { ConfigError } from "./error.ts";
import { readTable, type Some } from "./load.ts";
import {
  type ConnectOptions,
  type ConnectValues,
  ofFile,
  type Options,
  SERVER,
} from "./options.ts";
import { quote } from "./quote.ts";
import { refuseOuterKeys, type Table, tablesOf } from "./tables.ts";
import type { Toml } from "./toml.ts";

/** A server that has a name, and the value there of each option that the table marks as perServer. */
export type ServerAlias = Pick<ConnectValues, PerServer> & {
  name: string;
  /** As it is written: parseAddress reads it. */
  address: string;
  /** Whether it is the one to go to when nobody says where. */
  default: boolean;
};

type PerServer =
  | ("nick" | "room" | "dialect" | "identify" | "key" | "password_file")
  | ("tls" | "tls_ca");

/** The options that a `[[server]]` table may set. */
export function serverOptions(options: Options): Options {
  return { ...SERVER, ...perServer(options) };
}

export function perServer(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.perServer));
}

/** What the tables are read with: the settings without them, and what outranks every file. */
interface Client {
  options: ConnectOptions;
  values: ConnectValues;
  given: Some;
  toml: Toml;
}

export function readServers({ options, values, given, toml }: Client): ServerAlias[] {
  const servers = tablesOf("server", toml).map(readServer);
  refuseSecond("name", ({ name }) => `there is a [[server]] called ${quote(name)} already`);
  refuseSecond("default", ({ name }) => `${quote(name)} cannot be the default too`);
  return servers;

  function readServer(table: Table, index: number): ServerAlias {
    const where = (key: string) => toml.where("server", index, key);
    const settable = serverOptions(options);
    refuseOuterKeys(table, { outer: ofFile(options), own: settable, name: "server", where });
    const own = readTable(settable, table, { where });
    for (const [key, check] of Object.entries(CHECKS)) check(own[key], where(key));
    const all: Record<string, unknown> = { default: false, ...values, ...own, ...given };
    const { name, address } = own;
    return { ...pick(all, Object.keys(settable)), name, address } as ServerAlias;
  }

  /** Of all servers, only one may have this value, unless it is none. */
  function refuseSecond(key: "name" | "default", why: (server: ServerAlias) => string) {
    const seen = new Set<unknown>();
    for (const [index, server] of servers.entries()) {
      const value = server[key];
      if (seen.has(value)) {
        throw new ConfigError(`${toml.where("server", index, key)}: ${why(server)}`);
      }
      if (value) seen.add(value);
    }
  }
}

/** Nothing that means something else where a name may stand: a flag, a port, host:port. */
const NAME = /^(?!-)(?!\d+$)[^\s\p{C}:]+$/u;

const CHECKS = {
  name(value: unknown, where: string) {
    if (!value) throw new ConfigError(`${where}: [[server]] needs a name`);
    if (NAME.test(String(value))) return;
    throw new ConfigError(`${where}: name must be one word, like "work", not ${quote(value)}`);
  },
  address(value: unknown, where: string) {
    if (!value) throw new ConfigError(`${where}: [[server]] needs an address`);
    const address = parseAddress(String(value), { host: "localhost", port: 1 });
    if (address && address.port > 0) return;
    throw new ConfigError(
      `${where}: address must be like "chat.example.org:3490" or "[::1]:3490", not ${quote(value)}`,
    );
  },
};

function pick(values: Record<string, unknown>, keys: readonly string[]) {
  return Object.fromEntries(keys.map((key) => [key, values[key]]));
}
