/** `chat serve`: reads its settings, opens the database, listens, and ends in good order. */
import { roomName } from "./chat/names.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { loadServer, type ServerSettings } from "./config/listeners.ts";
import { serveOptions } from "./config/serve_options.ts";
import { quote } from "./config/quote.ts";
import { usage } from "./config/usage.ts";
import { databasePath, makeDataDirectory } from "./database.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { readSettingsFile } from "./files.ts";
import { greeting } from "./greeting.ts";
import { writer } from "./lines.ts";
import { type Node, startNode } from "./node.ts";
import { type Log, makeLog } from "./server/log.ts";
import { openHistory } from "./store/open.ts";
import type { Keep } from "./store/retention.ts";
import { dialectNames } from "./wire/dialects.ts";
import { VERSION } from "./version.ts";

const OPTIONS = serveOptions(dialectNames);

const HELP = `Run a chat server.

  chat serve                            on port 3490, for every network of this machine
  chat serve 8765                       on another port
  chat serve --config ./server.toml     with settings from a file
  chat serve --db :memory:              keeping nothing

Settings come from flags, then CHAT_... variables, then the file (--config, or ./server.toml if there
is one), then the defaults.

`;

/** Resolves with the exit code when the server has been told to stop. */
export async function serve(args: string[]): Promise<number> {
  const line = readFlags(args, { options: OPTIONS, config: true });
  const print = writer(Deno.stdout);
  if (line.help) return await print(HELP + usage(OPTIONS, { config: true }));
  if (line.version) return await print(`chat ${VERSION}\n`);
  const settings = readSettings(line);
  const log = openLog(settings);
  // Before the first connection: registering needs a file descriptor, and there may be none left then.
  let node: Node | undefined;
  const stop = stopSignals(() => reload(node, log));
  const path = databasePath(settings.db);
  makeDataDirectory(settings.db);
  const history = openHistory({
    path,
    durability: settings.durability,
    keep: keepOf(settings),
    onDamage: (what) => log("error", `DATABASE DAMAGED: ${what}`),
  });
  try {
    node = await startNode({ settings, history, log });
    for (const { hostname, port } of node.addresses) log("info", "listening", { hostname, port });
    if (Deno.stdout.isTerminal()) {
      await print(await greeting({ settings, addresses: node.addresses, path }));
    }
    const signal = await stop;
    log("info", "stopping", { signal });
    await node.shutDown("the server is shutting down");
    return EXIT.ok;
  } finally {
    history.close();
  }
}

function readSettings(line: ReturnType<typeof readFlags>): ServerSettings {
  const [port, ...more] = line.positionals;
  if (more.length > 0) {
    throw new ConfigError(`serve takes one port, not also ${more.join(" ")}`, { exitCode: 2 });
  }
  const settings = loadServer(OPTIONS, {
    flags: port === undefined ? line.values : { ...line.values, port },
    environment: Deno.env.toObject(),
    file: readSettingsFile(line.config, "server.toml"),
  });
  refuseContradictions(settings);
  const lobby = roomName(settings.lobby);
  if (lobby === undefined) throw new ConfigError(`lobby cannot be called ${settings.lobby}`);
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

/** A text that is allowed must fit through: some wires write six bytes for one of its own. */
function refuseContradictions(
  { max_text_bytes, max_message_bytes, max_queue_bytes }: ServerSettings,
) {
  const message = 6 * max_text_bytes + 1024;
  if (max_message_bytes < message) {
    throw new ConfigError(
      `max_message_bytes must be at least ${message} where max_text_bytes is ${max_text_bytes}`,
    );
  }
  if (max_queue_bytes < 2 * message) {
    throw new ConfigError(
      `max_queue_bytes must be at least ${2 * message} where max_text_bytes is ${max_text_bytes}`,
    );
  }
}

function keepOf({ keep_days, keep_messages, keep_megabytes, room }: ServerSettings): Keep {
  return {
    days: keep_days,
    messages: keep_messages,
    megabytes: keep_megabytes,
    rooms: new Map(
      room.map((it) => [it.name, { days: it.keep_days, messages: it.keep_messages }]),
    ),
  };
}

function openLog({ log }: ServerSettings): Log {
  const automatic = Deno.stderr.isTerminal() ? "text" : "json";
  const encoder = new TextEncoder();
  return makeLog({
    format: log === "auto" ? automatic : log,
    write(line) {
      try {
        Deno.stderr.writeSync(encoder.encode(line));
      } catch {
        // Nobody reads the log, or its disk is full: people go on talking all the same.
      }
    },
    now: Date.now,
  });
}

function reload(node: Node | undefined, log: Log) {
  try {
    node?.reload();
    log("info", "reloaded");
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    log("error", "not reloaded: all stays as it was", { why: error.message });
  }
}

/**
 * Resolves with the name of the first signal to stop; the second one ends the program at once. SIGHUP is a
 * signal to reload, unless it says that the terminal is gone.
 */
function stopSignals(reload: () => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  let isStopping = false;
  const stop = (signal: string) => {
    if (isStopping) Deno.exit(EXIT.interrupted);
    isStopping = true;
    resolve(signal);
  };
  const isWindows = Deno.build.os === "windows";
  const signals: Deno.Signal[] = isWindows ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
  for (const signal of signals) Deno.addSignalListener(signal, () => stop(signal));
  if (!isWindows) {
    const hadTerminal = hasTerminal();
    const isHungUp = () => hadTerminal && !hasTerminal();
    Deno.addSignalListener("SIGHUP", () => isHungUp() ? stop("SIGHUP") : reload());
  }
  return promise;
}

/** Whether there is a terminal that can still be asked for its size. */
function hasTerminal(): boolean {
  try {
    Deno.consoleSize();
    return true;
  } catch {
    return false;
  }
}
