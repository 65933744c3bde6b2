/**
 * Where each system keeps a program's files. Paths are joined by hand: @std/path joins them as the
 * system does on which it runs, and this must be right for any system that it is asked about.
 */
import { ConfigError } from "./error.ts";

/** `Deno.build.os`, and the environment. */
export interface System {
  os: string;
  env: Readonly<Record<string, string | undefined>>;
}

/** Settings; what must not be lost; and what may be, such as input history and logs. */
export type Purpose = "config" | "data" | "state";

/**
 * The directory of `chat` for the purpose. Nothing is created. Throws a ConfigError where the
 * environment does not say what it depends on, and only then: a server told its data directory
 * needs no home.
 */
export function directory(purpose: Purpose, system: System): string {
  switch (system.os) {
    case "windows":
      return windowsDirectory(purpose, system);
    case "darwin":
      return join("/", home(purpose, system), "Library", "Application Support", "chat");
    default:
      return xdgDirectory(purpose, system);
  }
}

/** Where the client's settings are. Throws as directory() does. */
export function clientFile(system: System): string {
  const separator = system.os === "windows" ? "\\" : "/";
  return join(separator, directory("config", system), "client.toml");
}

const XDG = {
  config: { variable: "XDG_CONFIG_HOME", inHome: [".config"] },
  data: { variable: "XDG_DATA_HOME", inHome: [".local", "share"] },
  state: { variable: "XDG_STATE_HOME", inHome: [".local", "state"] },
};

/** `C:\...` or `\\server\share`. */
const WINDOWS_ABSOLUTE = /^([a-z]:[\\/]|\\\\)/i;

function xdgDirectory(purpose: Purpose, system: System): string {
  const { variable, inHome } = XDG[purpose];
  const base = system.env[variable];
  // The XDG Base Directory Specification wants a relative path in one of these to be ignored.
  if (base?.startsWith("/")) return join("/", base, "chat");
  return join("/", home(purpose, system), ...inHome, "chat");
}

/** Settings follow a Windows user from machine to machine; messages and logs stay where they are. */
function windowsDirectory(purpose: Purpose, { env }: System): string {
  const variable = purpose === "config" ? "APPDATA" : "LOCALAPPDATA";
  const base = [env[variable], env.APPDATA].find((path) => path && WINDOWS_ABSOLUTE.test(path));
  if (base === undefined) throw nowhere(purpose, variable);
  return join("\\", base, "chat");
}

function home(purpose: Purpose, { env }: System): string {
  if (env.HOME?.startsWith("/")) return env.HOME;
  throw nowhere(purpose, "HOME");
}

function nowhere(purpose: Purpose, variable: string): ConfigError {
  return new ConfigError(
    `no place for the ${purpose} files of chat: ${variable} is not set to an absolute path`,
  );
}

function join(separator: "/" | "\\", base: string, ...parts: string[]): string {
  const ending = separator === "/" ? /\/+$/ : /[\\/]+$/;
  return [base.replace(ending, ""), ...parts].join(separator);
}
