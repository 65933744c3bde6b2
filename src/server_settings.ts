/** The settings of `chat serve`, read and checked for what only the rest of the program can know of them. */
import { roomName } from "./chat/names.ts";
import { parseNetwork } from "./chat/network.ts";
import { isKey } from "./chat/ownership.ts";
import { ConfigError } from "./config/error.ts";
import type { CommandLine } from "./config/flags.ts";
import { loadServer, type ServerSettings } from "./config/listeners.ts";
import { type Sources, whereSet } from "./config/load.ts";
import { quote } from "./config/quote.ts";
import { serveOptions } from "./config/serve_options.ts";
import { listed } from "./config/value.ts";
import { readSettingsFile } from "./files.ts";
import { dialectNames } from "./wire/dialects.ts";

export const OPTIONS = serveOptions(dialectNames);

/** Reads what a command line, the variables and the file say now. Throws a ConfigError. */
export function readSettings(line: CommandLine): ServerSettings {
  const [port, ...more] = line.positionals;
  if (more.length > 0) {
    throw new ConfigError(`serve takes one port, not also ${more.join(" ")}`, { exitCode: 2 });
  }
  const sources: Sources = {
    flags: port === undefined ? line.values : { ...line.values, port },
    environment: Deno.env.toObject(),
    file: readSettingsFile(line.config, "server.toml"),
  };
  const settings = loadServer(OPTIONS, sources);
  refuseContradictions(settings);
  refuseStrangeLists(settings, (key) => whereSet(key, sources));
  const lobby = roomName(settings.lobby);
  if (lobby === undefined) {
    throw new ConfigError(
      `${whereSet("lobby", sources)}: lobby cannot be called ${quote(settings.lobby)}`,
    );
  }
  const room = settings.room.map(withProperName);
  const twice = room.find(({ name }, index) => room.findIndex((it) => it.name === name) < index);
  if (twice) throw new ConfigError(`there are two [[room]] tables for ${twice.name}`);
  return { ...settings, lobby, room };
}

function withProperName(room: ServerSettings["room"][number]) {
  const name = roomName(room.name);
  if (name === undefined) throw new ConfigError(`no room can be called ${quote(room.name)}`);
  return { ...room, name };
}

/** A name in it that means nothing would never be noticed: nobody would be an operator, or trusted. */
function refuseStrangeLists(
  { operators, trusted }: ServerSettings,
  where: (key: string) => string,
) {
  const stranger = listed(operators).find((it) => !isKey(it));
  if (stranger !== undefined) {
    throw new ConfigError(
      `${where("operators")}: operators must be keys like "ed25519:...", not ${quote(stranger)}`,
    );
  }
  const none = listed(trusted).find((it) => !parseNetwork(it));
  if (none !== undefined) {
    throw new ConfigError(
      `${where("trusted")}: trusted must be networks like "127.0.0.1/8", not ${quote(none)}`,
    );
  }
}

/** A text that is allowed must fit through: some wires write six bytes for one of its own. */
export function refuseContradictions(
  { max_text_bytes, max_message_bytes, max_queue_bytes, max_queue_total_bytes }: ServerSettings,
) {
  const message = 6 * max_text_bytes + 1024;
  const least = (key: string, bytes: number, what: string) =>
    new ConfigError(`${key} must be at least ${bytes} where ${what}`);
  const text = `max_text_bytes is ${max_text_bytes}`;
  if (max_message_bytes < message) throw least("max_message_bytes", message, text);
  if (max_queue_bytes < 2 * message) throw least("max_queue_bytes", 2 * message, text);
  if (max_queue_total_bytes < max_queue_bytes) {
    const queue = `max_queue_bytes is ${max_queue_bytes}`;
    throw least("max_queue_total_bytes", max_queue_bytes, queue);
  }
}
