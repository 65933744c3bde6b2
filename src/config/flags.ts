/**
 * Reads a command line by a table of options. It knows which flags there are, not what their
 * values may be: a value stays the text that was typed until load.ts checks it.
 */
import { parseArgs } from "@std/cli/parse-args";
import { ConfigError, USAGE } from "./error.ts";
import { flagName } from "./names.ts";
import type { Options } from "./options.ts";
import { shorten } from "./quote.ts";

/** What a command line may hold. */
export interface Accepted {
  options: Options;
  /** Further names of flags, without dashes, and the key that each one sets. */
  aliases?: Readonly<Record<string, string>>;
  /** Whether `--config PATH` names a file. */
  config?: boolean;
}

/** What a command line says. */
export interface CommandLine {
  /** The text given for each key; of a switch, "true" or "false" when it is not spelled out. */
  values: Record<string, string>;
  /** Exactly as typed: "007" and "1e3" are not numbers here. */
  positionals: string[];
  help: boolean;
  version: boolean;
  /** The path that followed `--config`. */
  config?: string;
}

/** What `--name` sets, and the value that it implies when it carries none of its own. */
interface Flag {
  key: string;
  implied?: "true" | "false";
}

/** What is asked with `-h` or `-V` is answered, however wrong the rest of the line is. */
const HELP = ["-h", "--help"];
const VERSION = ["-V", "--version"];

/**
 * Reads the arguments that follow the subcommand. `--x v`, `--x=v`, `-x v`, `-xv` and `-x=v` give
 * a value, `--x` and `--no-x` turn a switch, `--` ends the options. Of a flag given twice the last
 * counts, so that a line can be appended to. Throws ConfigErrors of exit code 2.
 */
export function readFlags(args: readonly string[], accepted: Accepted): CommandLine {
  const end = args.indexOf("--");
  const before = end < 0 ? args : args.slice(0, end);
  const help = HELP.some((flag) => before.includes(flag));
  const version = VERSION.some((flag) => before.includes(flag));
  if (help || version) return { values: {}, positionals: [], help, version };

  const flags = flagsOf(accepted);
  const spelled = before.map((argument) => spell(argument, flags));
  const { given, positionals } = pair([...spelled, ...args.slice(before.length)], flags);
  const { config, ...values } = given;
  return { values, positionals, help, version, ...(config !== undefined && { config }) };
}

/** Every flag there is, dashes included. */
function flagsOf({ options, aliases = {}, config = false }: Accepted): Map<string, Flag> {
  const flags = new Map<string, Flag>();
  for (const [key, option] of Object.entries(options)) {
    if (option.isSecret) continue;
    const flag: Flag = option.kind === "switch" ? { key, implied: "true" } : { key };
    flags.set(`--${flagName(key)}`, flag);
    if (option.short) flags.set(`-${option.short}`, flag);
    if (option.kind === "switch") flags.set(`--no-${flagName(key)}`, { key, implied: "false" });
  }
  for (const [alias, key] of Object.entries(aliases)) {
    const flag = flags.get(`--${flagName(key)}`);
    if (flag) flags.set(`--${alias}`, flag);
  }
  if (config) flags.set("--config", { key: "config" });
  return flags;
}

/**
 * One argument in the only form that parseArgs reads without guessing, `--key` or `--key=value`.
 * Left to itself it takes -nbob1 for a value but -nbob for three switches, reads --log=off as on
 * where `log` is a switch, lets a switch swallow a following "true", and sets `x` by --no-x=1.
 */
function spell(argument: string, flags: Map<string, Flag>): string {
  const [, name = "", value] = /^(--[^=]*|-[^-])=?(.*)$/su.exec(argument) ?? [];
  if (name === "") return argument;
  const flag = flags.get(name);
  if (!flag) throw unknownFlag(argument, flags);
  if (argument !== name) {
    if (flag.implied === "false") throw usage(`${name} takes no value`);
    return `--${flag.key}=${value}`;
  }
  return flag.implied ? `--${flag.key}=${flag.implied}` : `--${flag.key}`;
}

/** Tells flags' values from positional arguments. */
function pair(args: readonly string[], flags: Map<string, Flag>) {
  const positionals: string[] = [];
  const keys = [...new Set([...flags.values()].map(({ key }) => key))];
  const parsed = parseArgs(args, {
    string: keys,
    "--": true,
    // It is asked about whatever is not a known flag: here only positional arguments are left,
    // which it would turn into numbers where it can.
    unknown: (argument) => {
      positionals.push(argument);
      return false;
    },
  });
  const given: Record<string, string> = {};
  for (const key of keys) {
    const value = parsed[key];
    if (value === "") throw usage(`--${flagName(key)} needs a value`);
    if (typeof value === "string") given[key] = value;
  }
  return { given, positionals: [...positionals, ...parsed["--"] ?? []] };
}

function unknownFlag(argument: string, flags: Map<string, Flag>): ConfigError {
  const [name = ""] = argument.split("=");
  const long = [...flags.keys()].filter((flag) => flag.startsWith("--"));
  return new ConfigError(`unknown option ${shorten(name)}`, {
    exitCode: USAGE,
    unknown: {
      word: name.replace(/^-+/, ""),
      known: [...long, "--help", "--version"].map((flag) => flag.slice(2)),
    },
  });
}

function usage(message: string): ConfigError {
  return new ConfigError(message, { exitCode: USAGE });
}
