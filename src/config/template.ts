/**
 * The commented settings file, made from a table: the manual of every key. All of its keys are
 * commented out, so that it says what the defaults are without holding anybody to them.
 */
import { listenerOptions } from "./listeners.ts";
import { flagName, variableName } from "./names.ts";
import { connectOptions, type Option, type Options, serveOptions, type Value } from "./options.ts";
import { describe, wrap } from "./prose.ts";
import { roomOptions } from "./rooms.ts";

const COLUMNS = 90;

/** The text of server.toml, given the names of the protocols that there are. */
export function serverTemplate(dialects: readonly string[]): string {
  const options = serveOptions(dialects);
  const about =
    "server.toml: every setting of `chat serve` with its default. It is read from the " +
    "current directory, unless --config names another file.";
  return [...header(about, options), ...settings(options), ...rooms(options), ...listeners(options)]
    .join("\n") + "\n";
}

/** The text of client.toml, given the names of the protocols that there are. */
export function clientTemplate(dialects: readonly string[]): string {
  const options = connectOptions(dialects);
  const about = "client.toml: every setting of `chat connect` with its default. It is read from " +
    "the place that `chat config path` shows.";
  return [...header(about, options), ...settings(options)].join("\n") + "\n";
}

function header(about: string, options: Options): string[] {
  const settable = Object.keys(options);
  const example = settable.find((key) => key.includes("_")) ?? settable[0] ?? "";
  return [
    ...comment(about),
    "#",
    ...comment('To change a setting, remove the "# " before its name.'),
    "#",
    ...comment(
      `Each setting is a flag and a variable too: ${example} is --${flagName(example)} and ` +
        `${variableName(example)}. What is set more than once is taken from the first of: ` +
        "flags > CHAT_ variables > this file > defaults.",
    ),
  ];
}

function settings(options: Options): string[] {
  return Object.entries(options)
    .filter(([, option]) => !option.flagOnly)
    .flatMap(([key, option]) => [
      ...(option.section ? heading(option.section) : []),
      "",
      ...comment(describe(option) + shortFlag(option)),
      entry(key, option.default),
    ]);
}

/** The header tells how long flags are made; a short one cannot be guessed. */
function shortFlag({ short }: Option): string {
  return short ? ` (Flag: -${short}.)` : "";
}

/** An example of two listeners, the second of which sets all that a listener may. */
function listeners(options: Options): string[] {
  const { address, ...own } = listenerOptions(options);
  const entries = Object.entries(own).map(([key, option]) => entry(key, option.default));
  return [
    ...heading("Several listeners"),
    "",
    ...comment(
      "Each [[listen]] table opens one more address; together they take the place of host and " +
        "port above, and of both give way to --host, --port and their variables. The tables go " +
        "below all other settings.",
    ),
    "#",
    ...(address ? comment(`address (required): ${address.help} Without a host, that above.`) : []),
    "#",
    ...comment(
      `${Object.keys(own).join(", ")}: as above, for this listener's own connections. What it ` +
        "does not set is as set above.",
    ),
    "",
    "# [[listen]]",
    entry("address", "3490"),
    "",
    "# [[listen]]",
    entry("address", "127.0.0.1:8765"),
    ...entries,
  ];
}

/** An example of a room that has settings of its own. */
function rooms(options: Options): string[] {
  const { name: _name, ...own } = roomOptions(options);
  return [
    ...heading("Single rooms"),
    "",
    ...comment(
      `Each [[room]] table sets ${
        Object.keys(own).join(" and ")
      } for one room, in place of what is ` +
        "set above. The tables go below all other settings.",
    ),
    "",
    "# [[room]]",
    entry("name", "random"),
    ...Object.entries(own).map(([key, option]) => entry(key, option.default)),
  ];
}

function heading(text: string): string[] {
  return ["", "#".repeat(COLUMNS), ...comment(text), "#".repeat(COLUMNS)];
}

function comment(text: string): string[] {
  return wrap(text.split(" "), COLUMNS - 2).map((line) => `# ${line}`);
}

/** JSON writes text, numbers and switches as TOML does. */
function entry(key: string, value: Value): string {
  return `# ${key} = ${JSON.stringify(value)}`;
}
