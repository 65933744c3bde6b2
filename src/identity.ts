/** Who this client is: the key it proves, and the password it knows, from the files that the settings name. */
import type { Identity } from "./client/identify.ts";
import { ConfigError } from "./config/error.ts";
import { directory } from "./config/paths.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { readKey, readOrMakeKey } from "./key_file.ts";

/** Where the key is: the file that is named, or the usual one. Throws a ConfigError where there is no place for it. */
export function keyPath({ key }: { key: string }): string {
  if (key !== "") return key;
  const separator = Deno.build.os === "windows" ? "\\" : "/";
  const system = { os: Deno.build.os, env: Deno.env.toObject() };
  return `${directory("config", system)}${separator}key.pem`;
}

/**
 * The key to prove, or why there is none. Whoever names a file wants that key and no other: then it throws a
 * ProgramError. One can do without the usual one.
 */
export async function identityOf(
  settings: { identify: boolean; key: string },
): Promise<{ identity?: Identity; problem?: string }> {
  if (!settings.identify) return {};
  if (settings.key !== "") {
    const named = await readKey(settings.key);
    if (named) return { identity: named };
    const why = `there is no key ${settings.key}; chat key new --key PATH makes one`;
    throw new ProgramError(why, EXIT.configuration);
  }
  try {
    return { identity: await readOrMakeKey(keyPath(settings)) };
  } catch (error) {
    // Who has no home has nowhere to keep a key, and knows it.
    if (error instanceof ConfigError) return {};
    if (!(error instanceof ProgramError)) throw error;
    return { problem: `${error.message}; so your name is not proved to be yours` };
  }
}

/** The first line of the file; "" if none is named. Throws a ConfigError if it cannot be read. */
export function readPassword(path: string): string {
  if (path === "") return "";
  try {
    return Deno.readTextFileSync(path).split("\n")[0]!.replace(/\r$/, "");
  } catch (error) {
    throw new ConfigError(`password_file: ${path}: ${(error as Error).message}`);
  }
}
