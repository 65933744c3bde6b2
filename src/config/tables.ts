/** Lists of tables in a file: `[[listen]]`, `[[room]]`, `[[server]]`. */
import { ConfigError } from "./error.ts";
import { quote } from "./quote.ts";
import type { Toml } from "./toml.ts";

export type Table = Record<string, unknown>;

/** The tables of this name; throws a ConfigError if it is anything but a list of tables. */
export function tablesOf(name: string, toml: Toml): Table[] {
  const value = toml.values[name] ?? [];
  const tables: unknown[] = Array.isArray(value) ? value : [];
  const wrong = Array.isArray(value) ? tables.find((table) => !isTable(table)) : value;
  if (wrong !== undefined) {
    throw new ConfigError(
      `${toml.where(name)}: ${name} must be [[${name}]] tables, not ${quote(wrong)}`,
    );
  }
  return tables.filter(isTable);
}

/** Refuses keys of the whole program in a table of a part of it. */
export function refuseOuterKeys(
  table: Table,
  { outer, own, name, where }: {
    outer: Table;
    own: Table;
    name: string;
    where: (key: string) => string;
  },
) {
  for (const key of Object.keys(table)) {
    if (Object.hasOwn(outer, key) && !Object.hasOwn(own, key)) {
      throw new ConfigError(`${where(key)}: ${key} must stand above the first [[${name}]]`);
    }
  }
}

export function isTable(value: unknown): value is Table {
  return typeof value === "object" && value !== null && !Array.isArray(value) &&
    !(value instanceof Date);
}
