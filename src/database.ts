/** Finds the database: the one that `chat serve` would use if it were started here in the same words. */
import { dirname } from "@std/path/dirname";
import { join } from "@std/path/join";
import { roomName } from "./chat/names.ts";
import type { CommandLine } from "./config/flags.ts";
import { ConfigError } from "./config/error.ts";
import { loadServer } from "./config/listeners.ts";
import { serveOptions } from "./config/serve_options.ts";
import { directory } from "./config/paths.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { readSettingsFile } from "./files.ts";
import { dialectNames } from "./wire/dialects.ts";

/** Where the messages are, and the room that is meant if none is named. */
export interface Place {
  /** As it is set; "" for the usual file. */
  db: string;
  path: string;
  lobby: string;
}

/** Throws a ConfigError if the settings cannot be used, or say that nothing is kept. */
export function findDatabase({ values, config }: CommandLine): Place {
  const settings = loadServer(serveOptions(dialectNames), {
    flags: { db: values.db },
    environment: Deno.env.toObject(),
    file: readSettingsFile(config, "server.toml"),
  });
  if (settings.db === ":memory:") {
    throw new ConfigError('the database is ":memory:": nothing is kept that could be read');
  }
  return {
    db: settings.db,
    path: databasePath(settings.db),
    lobby: roomName(settings.lobby) ?? settings.lobby,
  };
}

/** The file that a setting `db` means: "" is one in the system's data directory. */
export function databasePath(db: string): string {
  if (db !== "") return db;
  const system = { os: Deno.build.os, env: Deno.env.toObject() };
  return join(directory("data", system), "chat.db");
}

/** Makes the directory of our own that the file lies in, if it is to lie there. */
export function makeDataDirectory(db: string) {
  if (db !== "") return;
  const path = dirname(databasePath(db));
  try {
    Deno.mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new ProgramError(`cannot create ${path}: ${why}`, EXIT.cannotCreate);
  }
}
