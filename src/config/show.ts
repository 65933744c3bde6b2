/**
 * What is set, and by what: `chat config show`. It looks only where load.ts and client.ts look, in
 * the same order, and must never find another value than they do.
 */
import type { ClientSettings } from "./client.ts";
import { keysTable } from "./keys.ts";
import type { Sources } from "./load.ts";
import { bareKey, flagName, variableName } from "./names.ts";
import { ofFile, type Options, SERVER, type Value } from "./options.ts";
import { visible } from "./quote.ts";
import { perServer } from "./servers.ts";
import { type Table, tablesOf } from "./tables.ts";
import { readToml, type Toml } from "./toml.ts";

/** A value, and where it comes from: `--nick`, `CHAT_NICK`, `client.toml:3` or "default". */
export interface Shown {
  value: Value;
  from: string;
}

export interface ShownClient {
  settings: Record<string, Shown>;
  servers: Record<string, Shown>[];
  keys: Record<string, Shown>;
}

/** The settings that came of the sources, without those that are for one command line only. */
export function showClient(
  options: Options,
  { sources, settings }: { sources: Sources; settings: ClientSettings },
): ShownClient {
  const toml = sources.file ? readToml(sources.file) : NO_TOML;
  const top = placesOf(toml.values, (key) => toml.where(key));
  const tables = settings.servers.length > 0 ? tablesOf("server", toml) : [];
  const servers = tables.map((table, index) =>
    placesOf(table, (key) => toml.where("server", index, key))
  );
  const usual = servers[settings.servers.findIndex((it) => it.default)]?.default;
  const server = usual ?? (typeof toml.values.server === "string" ? top.server : undefined);
  return {
    settings: shown(ofFile(options), settings, origins({ ...top, server }, sources)),
    servers: settings.servers.map((it, index) => ({
      // No flag and no variable is meant by these.
      ...shown(SERVER, it, origins(servers[index]!, {})),
      ...shown(perServer(options), it, origins({ ...top, ...servers[index] }, sources)),
    })),
    keys: keysShown(settings, toml),
  };
}

/** As a file would say it, each line with where it comes from. */
export function asToml({ settings, servers, keys }: ShownClient): string {
  const { server, ...others } = settings;
  // TOML has no room for an address beside tables of the same name.
  const beside = servers.length > 0 && server ? [entryLine(["server", server], "# ")] : [];
  const top = servers.length > 0 ? others : settings;
  const lines = [
    ...beside,
    ...entryLines(top),
    ...servers.flatMap((it) => ["", "[[server]]", ...entryLines(it)]),
    ...Object.keys(keys).length > 0 ? ["", "[keys]", ...entryLines(keys)] : [],
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

const NO_TOML: Toml = { values: {}, where: () => "" };

/** Where a file sets each key. */
type Places = Record<string, string | undefined>;

function placesOf(table: Table, where: (key: string) => string): Places {
  return Object.fromEntries(Object.keys(table).map((key) => [key, where(key)]));
}

function origins(places: Places, { flags = {}, environment = {} }: Sources) {
  return (key: string): string => {
    if (flags[key] !== undefined) return `--${flagName(key)}`;
    if (environment[variableName(key)]) return variableName(key);
    return places[key] ?? "default";
  };
}

function shown(
  options: Options,
  values: Readonly<Record<string, unknown>>,
  from: (key: string) => string,
): Record<string, Shown> {
  return Object.fromEntries(
    Object.keys(options).map((key) => [key, { value: values[key] as Value, from: from(key) }]),
  );
}

function keysShown({ keys }: ClientSettings, toml: Toml): Record<string, Shown> {
  const written = placesOf(keysTable(toml), (key) => toml.where("keys", key));
  const from = origins(written, {});
  return Object.fromEntries([...keys].map(([key, value]) => [key, { value, from: from(key) }]));
}

/** Values are at the left, and where they come from in a column of its own where they are short. */
const VALUE_COLUMNS = 32;

function entryLines(entries: Record<string, Shown>): string[] {
  return Object.entries(entries).map((it) => entryLine(it));
}

function entryLine([key, { value, from }]: [string, Shown], before = ""): string {
  return `${before}${bareKey(key)} = ${JSON.stringify(value)}`.padEnd(VALUE_COLUMNS) + ` # ${from}`;
}
