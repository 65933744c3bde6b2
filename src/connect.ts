/** `chat connect`: finds out where to and as whom, connects, and runs the client in line mode. */
import { join } from "@std/path/join";
import { needsNick } from "./client/apps.ts";
import { identify } from "./client/identify.ts";
import { Link, type Trace } from "./client/link.ts";
import { uuid } from "./client/uuid.ts";
import {
  CLIENT_OPTIONS,
  clientSources,
  createFirstClientFile,
  readClientSettings,
} from "./client_settings.ts";
import { formatAddress } from "./config/address.ts";
import { readFlags } from "./config/flags.ts";
import { directory } from "./config/paths.ts";
import { usage } from "./config/usage.ts";
import { dial, tooLate, unreachable } from "./dial.ts";
import { atServer, destination } from "./destination.ts";
import { identityOf, readPassword } from "./identity.ts";
import { writer } from "./lines.ts";
import { type ColourDepth, colourDepth } from "./terminal/style.ts";
import { token } from "./token.ts";
import { VERSION } from "./version.ts";
import { dialectNamed } from "./wire/dialects.ts";

const HELP = `Join a chat.

  chat connect --nick chris localhost:3490
  chat connect chris localhost 3490             the same
  chat connect work                             a [[server]] of client.toml by its name
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
    options: CLIENT_OPTIONS,
    aliases: { host: "target", address: "target", username: "nick" },
    config: true,
  });
  const print = writer(Deno.stdout);
  if (line.help) return await print(HELP + usage(CLIENT_OPTIONS, { config: true }));
  if (line.version) return await print(`chat ${VERSION}\n`);

  const settings = atServer(readClientSettings(clientSources(line)), line.positionals);
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
  const start = {
    nick,
    isNickGiven,
    room: settings.room,
    showsReplay: Deno.stdout.isTerminal(),
    echoes: dialect.repeatsToAuthor === false,
    token: dialect.resumes ? await token({ directory: tokens(), server, nick }) : "",
    reconnectMilliseconds: settings.reconnect_seconds * 1000,
    password: readPassword(settings.password_file),
    // Without eyes on the screen nobody would answer.
    canAsk: Deno.stdin.isTerminal() && Deno.stdout.isTerminal(),
  };
  const { identity, problem } = dialect.proves ? await identityOf(settings) : {};
  const surroundings = {
    newId: () => uuid(Date.now(), crypto.getRandomValues(new Uint8Array(16))),
    now: () => performance.now(),
    chance: () => Math.random(),
    sleep: (milliseconds: number) => new Promise<void>((done) => setTimeout(done, milliseconds)),
    patienceMilliseconds: PATIENCE_MILLISECONDS,
    lastWordMilliseconds: LAST_WORD_MILLISECONDS,
    silenceMilliseconds: dialect.resumes ? SILENCE_MILLISECONDS : 0,
  };
  const connect = async (trace?: Trace) => {
    const { tls, tls_ca } = settings;
    const connection = await dial({ host, port, seconds, tls, tls_ca });
    const link = new Link(connection, dialect.client(options), trace);
    if (!identity) return link;
    const { hostname, port: itsPort } = connection.remoteAddr;
    const address = formatAddress({ host: hostname, port: itsPort });
    const isAnswered = await within(seconds, identify(link, { identity, address }));
    if (isAnswered) return link;
    link.close();
    throw unreachable(server, tooLate(seconds));
  };
  // Some documents draw a screen of their own.
  if (!isFullScreen(settings) || !needsNick(dialect.name)) {
    const { json, listen: staysToListen } = settings;
    const { runLineMode } = await import("./line_mode.ts");
    return await runLineMode(
      { dialect: dialect.name, start, json, connect, staysToListen, problem },
      surroundings,
    );
  }
  createFirstClientFile(line);
  const { runFullScreen } = await import("./full_screen.ts");
  return await runFullScreen({
    start,
    display: displayOf(settings),
    depth: depthOf(settings),
    mouse: settings.mouse,
    notify: settings.notify,
    title: `chat ${server}`,
    connect,
    problem,
    remark: async (text) => void await writer(Deno.stderr)(text + "\n"),
  }, surroundings);
}

type Settings = ReturnType<typeof readClientSettings>;

function isFullScreen({ plain, json }: Settings): boolean {
  const isTerminal = Deno.stdin.isTerminal() && Deno.stdout.isTerminal();
  return isTerminal && !plain && !json && Deno.env.get("TERM") !== "dumb";
}

function displayOf({ time, nick_colors, wide_ambiguous, keys }: Settings) {
  return { time, nickColours: nick_colors, ambiguousIsWide: wide_ambiguous, keys, hints: true };
}

function depthOf({ color }: Settings): ColourDepth {
  if (color === "never") return "none";
  const depth = colourDepth({ ...Deno.env.toObject(), isWindows: Deno.build.os === "windows" });
  return color === "always" && depth === "none" ? "16" : depth;
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

function userName(): string {
  return Deno.env.get("USER") ?? Deno.env.get("LOGNAME") ?? Deno.env.get("USERNAME") ?? "";
}

/** Whether it is done in time. */
async function within(seconds: number, work: Promise<void>): Promise<boolean> {
  const late = Promise.withResolvers<false>();
  const timer = setTimeout(() => late.resolve(false), seconds * 1000);
  return await Promise.race([work.then(() => true), late.promise]).finally(() =>
    clearTimeout(timer)
  );
}
