/** Reads the files that hold settings, and writes one to begin with; none is ever written over. */
import { ConfigError } from "./config/error.ts";
import type { ConfigFile } from "./config/toml.ts";
import { EXIT, ProgramError } from "./exit.ts";

/**
 * The file that was named, or the usual one if there is such a place and it is there. Throws a ConfigError if a file that was
 * named, or one that is there, cannot be read.
 */
export function readSettingsFile(
  named: string | undefined,
  usual: string | undefined,
): ConfigFile | undefined {
  const name = named ?? usual;
  if (name === undefined) return undefined;
  try {
    return { name, text: Deno.readTextFileSync(name) };
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    if (isMissing && named === undefined) return undefined;
    const why = isMissing ? "there is no such file" : (error as Error).message;
    throw new ConfigError(`cannot read ${name}: ${why}`);
  }
}

/** Makes the file, and its directory if one is named. Throws a ProgramError, also if it is there. */
export function createSettingsFile(
  path: string,
  { text, directory }: { text: string; directory?: string | undefined },
) {
  try {
    if (directory !== undefined) Deno.mkdirSync(directory, { recursive: true, mode: 0o700 });
    Deno.writeTextFileSync(path, text, { createNew: true, mode: 0o600 });
  } catch (error) {
    const isForbidden = error instanceof Deno.errors.PermissionDenied;
    const code = isForbidden ? EXIT.noPermission : EXIT.cannotCreate;
    throw new ProgramError(`cannot create ${path}: ${reason(error)}`, code);
  }
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.AlreadyExists) return "it is there already, and stays as it is";
  if (error instanceof Deno.errors.PermissionDenied) return "not permitted";
  return error instanceof Error ? error.message : String(error);
}
