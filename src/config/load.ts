/**
 * Makes the settings out of what was given: flags outrank variables, variables the file, the file
 * the defaults. All of it is checked, also what is outranked; nothing is read from the system.
 */
import { ConfigError, CONFIGURATION, unknownKey, USAGE } from "./error.ts";
import { flagName, variableName } from "./names.ts";
import type { Options, Value, Values } from "./options.ts";
import { isTable } from "./tables.ts";
import { type ConfigFile, readToml } from "./toml.ts";
import { checkValue, type Found, readText } from "./value.ts";

/** Where settings come from, the strongest first. */
export interface Sources {
  flags?: Readonly<Record<string, Value | undefined>>;
  /** A variable that is empty counts as unset. */
  environment?: Readonly<Record<string, string | undefined>>;
  file?: ConfigFile | undefined;
}

/** Values of some of a table's keys. */
export type Some = Record<string, Value>;

/** Every setting of the table; throws a ConfigError for the first one that cannot be used. */
export function load<T extends Options>(options: T, sources: Sources): Values<T> {
  const toml = sources.file && readToml(sources.file);
  const fromFile = toml ? readTable(options, toml.values, { where: toml.where }) : {};
  return combine(options, fromFile, overrides(options, sources));
}

/** The settings, when a file sets some of them and others are given that outrank it. */
export function combine<T extends Options>(options: T, fromFile: Some, given: Some): Values<T> {
  const defaults = Object.entries(options).map(([key, option]) => [key, option.default]);
  // Each of the three has passed checkValue or is a default, so the kinds are those of the table.
  return { ...Object.fromEntries(defaults), ...fromFile, ...given } as Values<T>;
}

/** What variables and flags set: all that outranks a file. */
export function overrides(options: Options, { environment = {}, flags = {} }: Sources): Some {
  return { ...readEnvironment(options, environment), ...checkFlags(options, flags) };
}

/** How a file's table is named in messages. */
interface Naming {
  where: (key: string) => string;
  /** Keys that are tables, read elsewhere: "did you mean" may propose them too. */
  tables?: readonly string[];
}

/** What a file's table sets. */
export function readTable(
  options: Options,
  table: Readonly<Record<string, unknown>>,
  { where, tables = [] }: Naming,
): Some {
  const settable = Object.keys(options).filter((key) => !options[key]?.flagOnly);
  const values: Some = {};
  for (const [key, value, from] of settings(options, table)) {
    const option = Object.hasOwn(options, key) ? options[key] : undefined;
    if (!option) throw unknownKey(key, [...settable, ...tables], where(from));
    if (option.flagOnly) throw flagOnly(key, where(from));
    values[key] = checkValue(option, value, { where: where(from), key, exitCode: CONFIGURATION });
  }
  return values;
}

/** A table's keys with their values, and where they stand: `tls = { cert = "x" }` sets tls_cert. */
function settings(options: Options, table: Readonly<Record<string, unknown>>) {
  return Object.entries(table).flatMap(([key, value]): [string, unknown, string][] => {
    const isGroup = isTable(value) && Object.keys(options).some((it) => it.startsWith(`${key}_`));
    if (!isGroup) return [[key, value, key]];
    return Object.entries(value).map(([inner, value]) => [`${key}_${inner}`, value, key]);
  });
}

function readEnvironment(options: Options, environment: NonNullable<Sources["environment"]>): Some {
  const values: Some = {};
  for (const [key, option] of Object.entries(options)) {
    const where = variableName(key);
    const text = environment[where];
    if (!text || option.flagOnly) continue;
    values[key] = readText(option, text, { where, key, exitCode: CONFIGURATION });
  }
  return values;
}

function checkFlags(options: Options, flags: NonNullable<Sources["flags"]>): Some {
  const values: Some = {};
  for (const [key, option] of Object.entries(options)) {
    const value = flags[key];
    if (value === undefined) continue;
    const found: Found = { where: `--${flagName(key)}`, key, exitCode: USAGE };
    values[key] = typeof value === "string"
      ? readText(option, value, found)
      : checkValue(option, value, found);
  }
  return values;
}

function flagOnly(key: string, where: string): ConfigError {
  return new ConfigError(`${where}: ${key} is no key of a file, only the flag --${flagName(key)}`);
}

/** Where the value that counts was set, for a message about it: `--port`, `CHAT_PORT` or `server.toml:12`. */
export function whereSet(key: string, { flags = {}, environment = {}, file }: Sources): string {
  if (flags[key] !== undefined) return `--${flagName(key)}`;
  if (environment[variableName(key)]) return variableName(key);
  return file ? readToml(file).where(key) : key;
}
