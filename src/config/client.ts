/** The settings of `chat connect`: those of its table, its servers by name, and its keys. */
import { type KeyTable, readKeys } from "./keys.ts";
import { combine, overrides, readTable, type Sources } from "./load.ts";
import type { ConnectOptions, ConnectValues } from "./options.ts";
import { readServers, type ServerAlias } from "./servers.ts";
import { readToml, type Toml } from "./toml.ts";

export type ClientSettings = ConnectValues & {
  servers: ServerAlias[];
  /** What the file says that keys do, by their names; "" is nothing. */
  keys: ReadonlyMap<string, string>;
};

/**
 * Every setting of the client; throws a ConfigError for the first one that cannot be used.
 *
 * In a file `server` is either an address or `[[server]]` tables, as TOML has it. Of these one may
 * be the default, and then its name is the setting `server`.
 */
export function loadClient(
  options: ConnectOptions,
  sources: Sources,
  names: KeyTable,
): ClientSettings {
  const toml = sources.file && readToml(sources.file);
  const given = overrides(options, sources);
  if (!toml) return { ...combine(options, {}, given), servers: [], keys: new Map() };

  const { keys: _keys, ...table } = toml.values;
  if (hasServers(toml)) delete table.server;
  const fromFile = readTable(options, table, { where: toml.where, tables: ["keys"] });
  const values = combine(options, fromFile, given);
  const servers = hasServers(toml) ? readServers({ options, values, given, toml }) : [];
  const usual = servers.find((it) => it.default);
  const withUsual = usual ? { ...fromFile, server: usual.name } : fromFile;
  const keys = readKeys(toml, { options, names });
  return { ...combine(options, withUsual, given), servers, keys };
}

/** Whether `server` is something else than one address. */
function hasServers({ values }: Toml): boolean {
  return typeof values.server === "object";
}
