/** The settings of `chat connect`, from wherever they are set. */
import { DEFAULT_KEYS, KEY_ACTIONS } from "./client/screen_keys.ts";
import { type ClientSettings, loadClient } from "./config/client.ts";
import { ConfigError } from "./config/error.ts";
import type { CommandLine } from "./config/flags.ts";
import type { Sources } from "./config/load.ts";
import { connectOptions } from "./config/options.ts";
import { clientFile, directory } from "./config/paths.ts";
import { clientTemplate } from "./config/template.ts";
import { createSettingsFile, readSettingsFile } from "./files.ts";
import { isKeyName, KEY_NAMES } from "./terminal/key_names.ts";
import { clientDialectNames } from "./wire/dialects.ts";

export const CLIENT_OPTIONS = connectOptions(clientDialectNames);

/** Throws a ConfigError if the file cannot be read. */
export function clientSources({ values, config }: CommandLine): Sources {
  const file = readSettingsFile(config, usualFile());
  return { flags: values, environment: Deno.env.toObject(), file };
}

/** Throws a ConfigError. Of `keys` it has all: those that the file sets, and the usual ones. */
export function readClientSettings(sources: Sources): ClientSettings {
  const settings = loadClient(CLIENT_OPTIONS, sources, {
    actions: Object.keys(KEY_ACTIONS),
    isKeyName,
    keyNames: KEY_NAMES,
  });
  const usual = DEFAULT_KEYS.map(([key, action]) => [key, action] as const);
  return { ...settings, keys: new Map([...usual, ...settings.keys]) };
}

/** Where client.toml is, or would be. Throws a ConfigError where there is no place for it. */
export function clientPath(): string {
  return clientFile(system());
}

/** Writes the file with every setting and what it means. Throws a ProgramError, also if it is there. */
export function createClientFile(named?: string): string {
  const text = clientTemplate({ dialects: clientDialectNames, keys: DEFAULT_KEYS });
  if (named !== undefined) createSettingsFile(named, { text });
  else createSettingsFile(clientPath(), { text, directory: directory("config", system()) });
  return named ?? clientPath();
}

/**
 * The same for somebody at a terminal who has no such file yet. Never throws, for one can do without.
 * Returns where it is if it was written.
 */
export function createFirstClientFile({ config }: CommandLine): string | undefined {
  const isPerson = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  if (!isPerson || config !== undefined) return undefined;
  try {
    return createClientFile();
  } catch {
    return undefined;
  }
}

/** Without a home there is none, and a program that has no home may still talk. */
function usualFile(): string | undefined {
  try {
    return clientPath();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function system() {
  return { os: Deno.build.os, env: Deno.env.toObject() };
}
