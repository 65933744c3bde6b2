/** Reads the files that hold settings. */
import { ConfigError } from "./config/error.ts";
import type { ConfigFile } from "./config/toml.ts";

/**
 * The file that was named, or the usual one if it is there. Throws a ConfigError if a file that was
 * named, or one that is there, cannot be read.
 */
export function readSettingsFile(named: string | undefined, usual: string): ConfigFile | undefined {
  const name = named ?? usual;
  try {
    return { name, text: Deno.readTextFileSync(name) };
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    if (isMissing && named === undefined) return undefined;
    const why = isMissing ? "there is no such file" : (error as Error).message;
    throw new ConfigError(`cannot read ${name}: ${why}`);
  }
}
