/** `chat connect`: finds out where to and as whom, connects, and runs the client in line mode. */
import { join } from "@std/path";
import { appFor, needsNick } from "./client/apps.ts";
import { run } from "./client/run.ts";
import { Link } from "./client/link.ts";
import { uuid } from "./client/uuid.ts";
import { formatAddress } from "./config/address.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { connectOptions } from "./config/options.ts";
import { directory } from "./config/paths.ts";
import { usage } from "./config/usage.ts";
import { destination } from "./destination.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { readSettingsFile } from "./files.ts";
import { readLines, withoutKeys, writer } from "./lines.ts";
import { token } from "./token.ts";
import { VERSION } from "./version.ts";
import { dialectNamed, dialectNames } from "./wire/dialects.ts";

const OPTIONS = connectOptions(dialectNames);

const HELP = `Join a chat.

  chat connect --nick chris localhost:3490
  chat connect chris localhost 3490             the same
  chat connect --dialect bgnet0 chris HOST PORT    to anybody's bgnet0 server
  echo "build done" | chat connect --nick ci HOST:PORT    say it and leave

Settings come from flags, then CHAT_... variables, then client.toml in the system's configuration
directory, then the defaults. /help lists what can be typed.

`;

/** The longest message that a server may send us. */
const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;
const PATIENCE_MILLISECONDS = 5000;
const LAST_WORD_MILLISECONDS = 2000;
/** Soon enough for a person who has come out of a tunnel; seldom enough for the server. */
const SILENCE_MILLISECONDS = 20_000;

/** Resolves with the exit code when the conversation is over. */
export async function connect(args: string[]): Promise<number> {
  const line = readFlags(args, {
    options: OPTIONS,
    aliases: { host: "target", address: "target", username: "nick" },
    config: true,
  });
  const print = writer(Deno.stdout);
  if (line.help) return await print(HELP + usage(OPTIONS, { config: true }));
  if (line.version) return await print(`chat ${VERSION}\n`);

  const settings = readSettings(line);
  const dialect = dialectNamed(settings.dialect)!;
  const { nick, isNickGiven, host, port } = destination(settings, line.positionals, {
    nick: userName(),
    isNickNeeded: needsNick(dialect.name),
    port: dialect.port,
  });
  const options = {
    lobby: settings.room,
    maxMessageBytes: MAX_MESSAGE_BYTES,
    notices: true,
    slashCommands: true,
    roomTalk: true,
    ascii: false,
    paceMilliseconds: 0,
    extensions: settings.extensions,
  };
  const seconds = settings.connect_timeout_seconds;
  const server = formatAddress({ host, port });
  const interrupted = Promise.withResolvers<number>();
  onSignals(interrupted.resolve);
  const stdout = writer(Deno.stdout, () => interrupted.resolve(EXIT.ok));
  const stderr = writer(Deno.stderr, () => interrupted.resolve(EXIT.ok));
  return await run({
    app: appFor(dialect.name, {
      nick,
      isNickGiven,
      room: settings.room,
      showsReplay: Deno.stdout.isTerminal(),
      echoes: dialect.repeatsToAuthor === false,
      token: dialect.resumes ? await token({ directory: tokens(), server, nick }) : "",
      reconnectMilliseconds: settings.reconnect_seconds * 1000,
    }),
    connect: async () => new Link(await open({ host, port, seconds }), dialect.client(options)),
    lines: Deno.stdin.isTerminal()
      ? withoutKeys(readLines(Deno.stdin.readable))
      : readLines(Deno.stdin.readable),
    show: async (text) => void await stdout(text + "\n"),
    remark: async (text) => void await stderr(text + "\n"),
    newId: () => uuid(Date.now(), crypto.getRandomValues(new Uint8Array(16))),
    now: () => performance.now(),
    chance: () => Math.random(),
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    interrupted: interrupted.promise,
    staysToListen: settings.listen,
    patienceMilliseconds: PATIENCE_MILLISECONDS,
    lastWordMilliseconds: LAST_WORD_MILLISECONDS,
    silenceMilliseconds: dialect.resumes ? SILENCE_MILLISECONDS : 0,
  });
}

/** Resolves with the exit code when the program is told to end; the second time it ends at once. */
function onSignals(resolve: (code: number) => void) {
  let isEnding = false;
  const end = (code: number) => {
    if (isEnding) Deno.exit(code);
    isEnding = true;
    resolve(code);
  };
  Deno.addSignalListener("SIGINT", () => end(EXIT.interrupted));
  if (Deno.build.os === "windows") return;
  // As a shell tells of them: 128 and the signal's number.
  Deno.addSignalListener("SIGTERM", () => end(128 + 15));
  Deno.addSignalListener("SIGHUP", () => end(128 + 1));
}

function tokens(): string {
  try {
    const system = { os: Deno.build.os, env: Deno.env.toObject() };
    return join(directory("state", system), "tokens");
  } catch {
    // Without a home there is none; a client can do without.
    return "";
  }
}

function readSettings(line: ReturnType<typeof readFlags>) {
  const environment = Deno.env.toObject();
  const usual = join(directory("config", { os: Deno.build.os, env: environment }), "client.toml");
  const file = readSettingsFile(line.config, usual);
  return load(OPTIONS, { flags: line.values, environment, file });
}

function userName(): string {
  return Deno.env.get("USER") ?? Deno.env.get("LOGNAME") ?? Deno.env.get("USERNAME") ?? "";
}

async function open({ host, port, seconds }: { host: string; port: number; seconds: number }) {
  const address = formatAddress({ host, port });
  try {
    const connection = await Deno.connect({
      hostname: host,
      port,
      signal: AbortSignal.timeout(seconds * 1000),
    });
    connection.setNoDelay();
    return connection;
  } catch (error) {
    throw new ProgramError(`cannot reach ${address}: ${reason(error, seconds)}`, EXIT.unreachable);
  }
}

function reason(error: unknown, seconds: number): string {
  if (error instanceof Deno.errors.ConnectionRefused) return "no server listens there";
  if (error instanceof DOMException) return `no answer within ${seconds} seconds`;
  const message = error instanceof Error ? error.message : String(error);
  return /lookup|resolve|name or service/i.test(message) ? "there is no such host" : message;
}
