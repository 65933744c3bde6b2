/** `chat serve`: reads its settings, opens the database, listens, and ends in good order. */
import { type CommandLine, readFlags } from "./config/flags.ts";
import type { ServerSettings } from "./config/listeners.ts";
import { reloaded } from "./config/reload.ts";
import { usage } from "./config/usage.ts";
import { databasePath, makeDataDirectory } from "./database.ts";
import { EXIT, verdict } from "./exit.ts";
import { greeting } from "./greeting.ts";
import { type Limits, limitsOf } from "./limits.ts";
import { writer } from "./lines.ts";
import { type Node, startNode } from "./node.ts";
import { type Log, makeLog } from "./server/log.ts";
import { OPTIONS, readSettings, refuseContradictions } from "./server_settings.ts";
import { openHistory } from "./store/open.ts";
import { VERSION } from "./version.ts";

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
  let settings = readSettings(line);
  const limits = limitsOf(settings);
  const log = openLog(limits.log);
  // Before the first connection: registering needs a file descriptor, and there may be none left then.
  let node: Node | undefined;
  const stop = stopSignals(() => {
    if (node) settings = reload(node, { line, settings, log });
  });
  const path = databasePath(settings.db);
  makeDataDirectory(settings.db);
  const history = openHistory({
    path,
    durability: settings.durability,
    keep: limits.keep,
    onDamage: (what) => log("error", `DATABASE DAMAGED: ${what}`),
  });
  try {
    node = await startNode({ settings, limits, history, log });
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

/** The format may change while it is used. */
function openLog(limits: Limits["log"]): Log {
  const automatic = Deno.stderr.isTerminal() ? "text" : "json";
  const encoder = new TextEncoder();
  const write = (line: string) => {
    try {
      Deno.stderr.writeSync(encoder.encode(line));
    } catch {
      // Nobody reads the log, or its disk is full: people go on talking all the same.
    }
  };
  const logs = new Map(
    FORMATS.map((format) => [format, makeLog({ format, write, now: Date.now })]),
  );
  return (level, message, fields) => {
    const format = limits.format === "auto" ? automatic : limits.format;
    logs.get(format)!(level, message, fields);
  };
}

const FORMATS = ["text", "json", "off"] as const;

/** Goes on with what the settings are now; returns what holds then. If anything is wrong nothing changes. */
function reload(
  node: Node,
  { line, settings: before, log }: {
    line: CommandLine;
    settings: ServerSettings;
    log: Log;
  },
): ServerSettings {
  try {
    const { settings, changed, waiting } = reloaded(OPTIONS, { before, after: readSettings(line) });
    // What waits for a restart may be what something else was changed for.
    refuseContradictions(settings);
    node.reload(settings);
    log("info", "reloaded", { changed: changed.join(", ") });
    if (waiting.length > 0) log("warning", "needs a restart", { settings: waiting.join(", ") });
    return settings;
  } catch (error) {
    log("error", "not reloaded: all stays as it was", { why: verdict(error).message });
    return before;
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
