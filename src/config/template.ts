/**
 * The commented settings file, made from a table: the manual of every key. All of its keys are
 * commented out, so that it says what the defaults are without holding anybody to them.
 */
import { listenerOptions } from "./listeners.ts";
import { bareKey, flagName, variableName } from "./names.ts";
import {
  connectOptions,
  ofFile,
  type Option,
  type Options,
  SERVER,
  type Value,
} from "./options.ts";
import { BOT, serveOptions } from "./serve_options.ts";
import { describe, wrap } from "./prose.ts";
import { roomOptions } from "./rooms.ts";
import { perServer } from "./servers.ts";

const COLUMNS = 90;

/** The text of server.toml, given the names of the protocols that there are. */
export function serverTemplate(dialects: readonly string[]): string {
  const options = serveOptions(dialects);
  const about =
    "server.toml: every setting of `chat serve` with its default. It is read from the " +
    "current directory, unless --config names another file.";
  return [
    ...header(about, options),
    ...settings(options),
    ...rooms(options),
    ...bots(),
    ...listeners(options),
  ].join("\n") + "\n";
}

/** A key, what it does as a file says it, and in a person's words. */
export type UsualKey = readonly [key: string, action: string, does: string];

/** What client.toml tells of, and this folder does not know. */
export interface ClientNames {
  /** The names of the protocols that there are. */
  dialects: readonly string[];
  /** What keys do when nothing is set. */
  keys: readonly UsualKey[];
}

/** The text of client.toml. */
export function clientTemplate({ dialects, keys: usual }: ClientNames): string {
  const options = connectOptions(dialects);
  const about = "client.toml: every setting of `chat connect` with its default. It is read from " +
    "the place that `chat config path` shows; `chat config show` tells what is in force.";
  return [...header(about, options), ...settings(options), ...servers(options), ...keys(usual)]
    .join("\n") + "\n";
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
  return Object.entries(ofFile(options))
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

/** An example of a bot whose secret lies in a file, and of another whose secret lies nowhere here. */
function bots(): string[] {
  return [
    ...heading("Bots"),
    "",
    ...comment(
      "Each [[bot]] table lets a program in that speaks and reads by HTTP, as docs/api.md shows. " +
        "Of the three that tell its token, one is needed: `openssl rand -hex 32` makes a good one. " +
        "The tables go below all other settings.",
    ),
    "#",
    ...Object.entries(BOT).flatMap(([key, { help }]) => comment(`${key}: ${help}`)),
    "",
    "# [[bot]]",
    entry("nick", "ci"),
    entry("token_file", "ci.token"),
    entry("rooms", "dev,lobby"),
    "",
    "# [[bot]]",
    entry("nick", "weather"),
    entry("token_sha256", EXAMPLE_SHA256),
  ];
}

/** Of nothing: nobody can have that token. */
const EXAMPLE_SHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/** An example of a server that has a name, and of another with settings of its own. */
function servers(options: Options): string[] {
  const own = perServer(options);
  return [
    ...heading("Servers by name"),
    "",
    ...comment(
      "Each [[server]] table gives a server a name: `chat connect work` goes to the one called " +
        "work. The tables go below all settings above, and take the place of server there.",
    ),
    "#",
    ...comment(`name (required): ${SERVER.name.help}`),
    ...comment(`address (required): ${SERVER.address.help}`),
    ...comment(`default: ${SERVER.default.help}`),
    ...comment(
      `${Object.keys(own).join(", ")}: as above, for this server. Flags and variables outrank ` +
        "them; what a table does not set is as set above.",
    ),
    "",
    "# [[server]]",
    entry("name", "home"),
    entry("address", "localhost:3490"),
    "",
    "# [[server]]",
    entry("name", "work"),
    entry("address", "chat.example.org:3490"),
    entry("default", SERVER.default.default),
    ...Object.entries(own).map(([key, option]) => entry(key, option.default)),
  ];
}

/** The keys as they are without this table. */
function keys(usual: readonly UsualKey[]): string[] {
  return [
    ...heading("Keys of the full screen"),
    "",
    ...comment(
      'What a key does: alt-j = "next" for one more, f5 = "" for nothing at all. Before a ' +
        "character come super-, ctrl-, alt- and shift-, in this order. The table goes below all " +
        "settings of the first sections.",
    ),
    "",
    "# [keys]",
    ...usual.map(([key, action, does]) => `${entry(bareKey(key), action)} # ${does}`),
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
