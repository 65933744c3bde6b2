/** `chat config`: where the client's settings are, what they are, and a file to begin with. */
import { nearest } from "./chat/nearest.ts";
import {
  CLIENT_OPTIONS,
  clientPath,
  clientSources,
  createClientFile,
  readClientSettings,
} from "./client_settings.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import type { Options } from "./config/options.ts";
import { asToml, showClient } from "./config/show.ts";
import { usage } from "./config/usage.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { writer } from "./lines.ts";
import { json } from "./store/record.ts";
import { visible } from "./terminal/visible.ts";
import { VERSION } from "./version.ts";

const HELP = `See the settings of chat connect, and begin a file of them.

  chat config path           where client.toml is
  chat config show           what is set, and by what
  chat config show --json    the same, for another program
  chat config init           write client.toml: every setting, and what it means

Settings come from flags, then CHAT_... variables, then client.toml, then the defaults. show takes
all options of chat connect, and shows what would come of them.

`;

const JSON_ONLY: Options = {
  json: { ...CLIENT_OPTIONS.json, help: "With show: write JSON, for other programs." },
};

const ACTIONS: Record<string, (args: string[]) => Promise<number>> = { path, show, init };

/** Resolves with the exit code. */
export async function config([action = "", ...args]: string[]): Promise<number> {
  const print = writer(Deno.stdout);
  const asked = [action, ...args];
  if (asked.some((it) => it === "-h" || it === "--help")) {
    return await print(HELP + usage(JSON_ONLY, { config: true }));
  }
  if (asked.some((it) => it === "-V" || it === "--version")) {
    return await print(`chat ${VERSION}\n`);
  }
  if (Object.hasOwn(ACTIONS, action)) return await ACTIONS[action]!(args);
  const meant = nearest(action, Object.keys(ACTIONS));
  const hint = meant ? `did you mean ${meant}?` : "chat config --help tells of them";
  const found = action === "" ? "" : `, not ${JSON.stringify(action)}`;
  throw new ProgramError(`config takes path, show or init${found}: ${hint}`, EXIT.usage);
}

async function path(args: string[]): Promise<number> {
  const named = read("path", args, {}).config;
  const file = named ?? clientPath();
  // Exactly, for another program to open it.
  await writer(Deno.stdout)(`${file}\n`);
  const state = isThere(file) ? "it is there" : "it is not there; chat config init writes it";
  await writer(Deno.stderr)(`${state}\n`);
  return EXIT.ok;
}

async function show(args: string[]): Promise<number> {
  const line = read("show", args, CLIENT_OPTIONS);
  const sources = clientSources(line);
  const settings = readClientSettings(sources);
  const shown = showClient(CLIENT_OPTIONS, { sources, settings });
  const text = settings.json
    ? `${json({ file: sources.file?.name ?? null, ...shown })}\n`
    : asToml(shown);
  return await writer(Deno.stdout)(text);
}

async function init(args: string[]): Promise<number> {
  const created = createClientFile(read("init", args, {}).config);
  return await writer(Deno.stderr)(`wrote ${visible(created)}\n`);
}

function read(action: string, args: string[], options: Options) {
  const line = readFlags(args, { options, config: true });
  if (line.positionals.length === 0) return line;
  throw new ConfigError(`config ${action} takes no ${line.positionals.join(" ")}`, {
    exitCode: EXIT.usage,
  });
}

function isThere(file: string): boolean {
  try {
    return Deno.statSync(file).isFile;
  } catch {
    return false;
  }
}
