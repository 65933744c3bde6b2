/** `chat key`: the key that proves who one is: to see it, and to take it along to another computer. */
import { nearest } from "./chat/nearest.ts";
import { CLIENT_OPTIONS, clientSources, readClientSettings } from "./client_settings.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { keyOptions } from "./config/key_options.ts";
import { load } from "./config/load.ts";
import type { Options } from "./config/options.ts";
import { usage } from "./config/usage.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { createSettingsFile } from "./files.ts";
import { keyPath } from "./identity.ts";
import {
  type Key,
  makeKey,
  parseKey,
  readKey,
  readOrMakeKey,
  replaceKey,
  storeKey,
} from "./key_file.ts";
import { readLines, writer } from "./lines.ts";
import { json } from "./store/record.ts";
import { visible } from "./terminal/visible.ts";
import { VERSION } from "./version.ts";

const HELP =
  `The key by which your name is yours. chat connect makes one when it first needs it, and
proves to servers that it has it; /claim there makes your name yours alone.

  chat key show                 the public key, which everybody may know
  chat key show --json          the same, for another program
  chat key export ./key.pem     the private key, into a new file: whoever has it is you
  chat key import ./key.pem     take it in on another computer
  chat key export - | ssh laptop chat key import -
  chat key new                  a new one, where there is none or with --force

One can do without taking it along: /allow KEY, typed where your name is yours, lets
another key of yours use it too.

`;

const OPTIONS: Options = { key: CLIENT_OPTIONS.key, ...keyOptions };

interface Asked {
  /** Where the key is, or would be. */
  path: string;
  json: boolean;
  force: boolean;
}

/** What each takes beside the flags, and does. */
const ACTIONS: Record<
  string,
  { takes: string[]; run(asked: Asked, other: string): Promise<number> }
> = {
  show: { takes: [], run: show },
  export: { takes: ["PATH"], run: exportKey },
  import: { takes: ["PATH"], run: importKey },
  new: { takes: [], run: renew },
};

/** Resolves with the exit code. */
export async function key(args: string[]): Promise<number> {
  const print = writer(Deno.stdout);
  const line = readFlags(args, { options: OPTIONS, config: true });
  if (line.help) return await print(HELP + usage(OPTIONS, { config: true }));
  if (line.version) return await print(`chat ${VERSION}\n`);
  const [action = "", ...words] = line.positionals;
  if (!Object.hasOwn(ACTIONS, action)) throw unknown(action);
  const { takes, run } = ACTIONS[action]!;
  if (words.length !== takes.length) {
    throw new ConfigError(usageOf(action, words), { exitCode: EXIT.usage });
  }
  const { key: named, json: _json, force: _force, ...others } = line.values;
  const values = { ...others, ...(named !== undefined && { key: named }) };
  const settings = readClientSettings(clientSources({ ...line, values }));
  const { json, force } = load(keyOptions, { flags: line.values });
  return await run({ path: keyPath(settings), json, force }, words[0] ?? "");
}

async function show({ path, json: isJson }: Asked): Promise<number> {
  const { key, isNew } = await readOrMakeKey(path);
  if (isNew) await remark("made a new key");
  if (isJson) return await writer(Deno.stdout)(`${json({ key, file: path })}\n`);
  // Exactly, for another program to take it.
  await writer(Deno.stdout)(`${key}\n`);
  return await remark(`it is kept in ${path}${isOpen(path) ? OPEN : ""}`);
}

const OPEN = ", which others on this computer can read: chmod 600 would end that";

async function exportKey({ path }: Asked, to: string): Promise<number> {
  const { pem, key } = await existing(path);
  if (to !== "-") {
    createSettingsFile(to, { text: pem });
    return await remark(`wrote the private key of ${key}: whoever has it is you`);
  }
  if (Deno.stdout.isTerminal()) {
    throw new ProgramError(
      "a private key is not shown on a terminal, where it stays to be read: name a file, or pipe it",
      EXIT.usage,
    );
  }
  return await writer(Deno.stdout)(pem);
}

async function importKey(asked: Asked, from: string): Promise<number> {
  const key = from === "-"
    ? await parseKey((await Array.fromAsync(readLines(Deno.stdin.readable))).join("\n"), "it")
    : await readKey(from);
  if (!key) throw new ProgramError(`there is no file ${from}`, EXIT.configuration);
  return await take(key, asked);
}

async function renew(asked: Asked): Promise<number> {
  return await take(await makeKey(), asked);
}

/** The key is the one from here on. */
async function take(key: Key, { path, force }: Asked): Promise<number> {
  if (force) {
    const before = replaceKey(key, path);
    if (before !== undefined) await remark(`the key before is kept in ${before}`);
  } else if (!storeKey(key, path)) {
    const found = await readKey(path).catch(() => undefined);
    if (found?.key !== key.key) {
      throw new ProgramError(
        `there is a key already, in ${path}; --force takes the new one, and keeps it beside it`,
        EXIT.cannotCreate,
      );
    }
  }
  await writer(Deno.stdout)(`${key.key}\n`);
  return await remark(`it is kept in ${path}`);
}

async function existing(path: string): Promise<Key> {
  const key = await readKey(path);
  if (key) return key;
  throw new ProgramError(
    `there is no key in ${path} yet; chat key new makes one`,
    EXIT.configuration,
  );
}

async function remark(text: string): Promise<number> {
  return await writer(Deno.stderr)(`${visible(text)}\n`);
}

/** Whether others on this computer can read the file. */
function isOpen(path: string): boolean {
  if (Deno.build.os === "windows") return false;
  return ((Deno.statSync(path).mode ?? 0) & 0o077) !== 0;
}

function usageOf(action: string, words: string[]): string {
  const { takes } = ACTIONS[action]!;
  if (takes.length === 0) return `key ${action} takes no ${words.join(" ")}`;
  return `key ${action} takes a PATH, or - for ${action === "import" ? "stdin" : "stdout"}`;
}

function unknown(action: string): ProgramError {
  const meant = nearest(action, Object.keys(ACTIONS));
  const hint = meant ? `did you mean ${meant}?` : "chat key --help tells of them";
  const found = action === "" ? "" : `, not ${JSON.stringify(action)}`;
  return new ProgramError(`key takes show, export, import or new${found}: ${hint}`, EXIT.usage);
}
