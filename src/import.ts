/** `chat import`: takes in what `chat export` wrote, into a database that no server has open. */
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { importOptions } from "./config/reading_options.ts";
import { usage } from "./config/usage.ts";
import { findDatabase, makeDataDirectory } from "./database.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { readLines, writer } from "./lines.ts";
import { progress } from "./progress.ts";
import { importMessages } from "./store/importing.ts";
import { json, LineError, MAX_LINE_LENGTH } from "./store/record.ts";
import { VERSION } from "./version.ts";

const HELP = `Take in what chat export wrote: all of it, or nothing if a line cannot be used.

  chat import chat.jsonl                        while no server runs on the database
  ssh old chat export | chat import -           from another machine
  chat import chat.jsonl --db ./chat.db         into this file, which is made if need be

Messages keep their rooms, numbers and times. Those that are here already are skipped.

`;

/** Resolves with the exit code. */
export async function importFile(args: string[]): Promise<number> {
  const given = readFlags(args, { options: importOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(importOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  const [file, ...more] = given.positionals;
  if (file === undefined || more.length > 0) {
    throw new ConfigError("import takes one file, or - for stdin", { exitCode: 2 });
  }
  const options = load(importOptions, { flags: given.values });
  const { db, path } = findDatabase(given);
  const bytes = file === "-" ? Deno.stdin.readable : open(file);
  makeDataDirectory(db);
  const result = await take(path, bytes);
  if (options.json) return await print(json(result) + "\n");
  const { imported, skipped } = result;
  return await print(`${imported} imported, ${skipped} skipped that were here already\n`);
}

async function take(path: string, bytes: ReadableStream<Uint8Array>) {
  using shown = progress(Deno.stderr.isTerminal());
  const lines = readLines(bytes, { maxLength: MAX_LINE_LENGTH, fatal: true });
  try {
    return await importMessages(path, lines, (done, what) => {
      shown.show(what === "lines" ? `${done} lines` : `indexing their words, part ${done}`);
    });
  } catch (error) {
    if (!(error instanceof LineError)) throw error;
    throw new ProgramError(`${error.message}; nothing was imported`, EXIT.failure);
  }
}

function open(file: string): ReadableStream<Uint8Array> {
  try {
    return Deno.openSync(file).readable;
  } catch (error) {
    if (error instanceof Deno.errors.PermissionDenied) {
      throw new ProgramError(`cannot read ${file}: not permitted`, EXIT.noPermission);
    }
    const isMissing = error instanceof Deno.errors.NotFound;
    const why = isMissing ? "there is no such file" : (error as Error).message;
    throw new ProgramError(`cannot read ${file}: ${why}`, EXIT.failure);
  }
}
