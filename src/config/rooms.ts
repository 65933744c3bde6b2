/** `[[room]]` tables: what is different in single rooms. */
import { ConfigError } from "./error.ts";
import { readTable } from "./load.ts";
import type { Options } from "./options.ts";
import { ROOM, type ServeValues } from "./serve_options.ts";
import { refuseOuterKeys, type Table, tablesOf } from "./tables.ts";
import type { Toml } from "./toml.ts";

/** A room, and the value of each option that the table marks as perRoom. */
export type RoomSettings = Pick<ServeValues, "keep_days" | "keep_messages"> & { name: string };

/** The options that a `[[room]]` table may set. */
export function roomOptions(options: Options): Options {
  return { ...ROOM, ...perRoom(options) };
}

function perRoom(options: Options): Options {
  return Object.fromEntries(Object.entries(options).filter(([, option]) => option.perRoom));
}

export function readRooms(
  { options, values, toml }: { options: Options; values: ServeValues; toml: Toml },
): RoomSettings[] {
  return tablesOf("room", toml).map((table, index) => readRoom(table, index));

  function readRoom(table: Table, index: number): RoomSettings {
    const where = (key: string) => toml.where("room", index, key);
    const settable = roomOptions(options);
    refuseOuterKeys(table, { outer: options, own: settable, name: "room", where });
    const own = readTable(settable, table, { where });
    if (!own.name) throw new ConfigError(`${where("name")}: [[room]] needs a name`);
    const { keep_days, keep_messages } = values;
    return { keep_days, keep_messages, ...own } as RoomSettings;
  }
}
