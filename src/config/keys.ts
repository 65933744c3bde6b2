/** The `[keys]` table of client.toml: what keys do, where it is not what they usually do. */
import { ConfigError, unknownKey } from "./error.ts";
import { ofFile, type Options } from "./options.ts";
import { quote } from "./quote.ts";
import { isTable, type Table } from "./tables.ts";
import type { Toml } from "./toml.ts";

/** What there is to be set, which this folder does not know. */
export interface KeyTable {
  /** What a key can do. */
  actions: readonly string[];
  isKeyName: (name: string) => boolean;
  /** Names of keys that a mistyped one may be told from. */
  keyNames: readonly string[];
}

/** Actions by the names of keys; "" is a key that does nothing. */
export function readKeys(
  toml: Toml,
  { options, names }: { options: Options; names: KeyTable },
): Map<string, string> {
  return new Map(
    Object.entries(keysTable(toml)).map(([key, action]) => {
      const where = toml.where("keys", key);
      if (!names.isKeyName(key)) throw unknownName(key, { where, options, names });
      return [key, readAction(action, { where, key, actions: names.actions })];
    }),
  );
}

/** The table as it is written, empty if there is none. */
export function keysTable({ values, where }: Toml): Table {
  const table = values.keys ?? {};
  if (isTable(table)) return table;
  throw new ConfigError(`${where("keys")}: keys must be a [keys] table, not ${quote(table)}`);
}

function readAction(
  action: unknown,
  { where, key, actions }: { where: string; key: string; actions: readonly string[] },
): string {
  if (typeof action !== "string") {
    throw new ConfigError(`${where}: ${key} must be an action in quotes, not ${quote(action)}`);
  }
  if (action === "" || actions.includes(action)) return action;
  throw new ConfigError(`${where}: ${key} cannot do ${quote(action)}`, {
    unknown: { word: action, known: actions },
  });
}

function unknownName(
  key: string,
  { where, options, names }: { where: string; options: Options; names: KeyTable },
): ConfigError {
  if (Object.hasOwn(ofFile(options), key)) {
    return new ConfigError(`${where}: ${key} must stand above [keys]`);
  }
  return unknownKey(key, names.keyNames, where);
}
