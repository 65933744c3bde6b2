/** `chat doctor`: says how a database is, and what is wrong with it if something is. */
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { doctorOptions } from "./config/reading_options.ts";
import { usage } from "./config/usage.ts";
import { findDatabase } from "./database.ts";
import { EXIT } from "./exit.ts";
import { writer } from "./lines.ts";
import { progress } from "./progress.ts";
import type { Counts } from "./store/checks.ts";
import { examine, type Findings } from "./store/doctor.ts";
import { json } from "./store/record.ts";
import { VERSION as TABLES } from "./store/schema.ts";
import { visible } from "./terminal/visible.ts";
import { VERSION } from "./version.ts";

const HELP = `Check a database, also while the server runs. Nothing is changed.

  chat doctor                       the one that the server would use
  chat doctor --db ./chat.db        this file
  chat doctor --json                for another program

The exit code is 0 if all is well, and 1 if something is wrong.

`;

/** Resolves with the exit code. */
export async function doctor(args: string[]): Promise<number> {
  const given = readFlags(args, { options: doctorOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(doctorOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  if (given.positionals.length > 0) {
    throw new ConfigError(`doctor takes no ${given.positionals.join(" ")}`, { exitCode: 2 });
  }
  const options = load(doctorOptions, { flags: given.values });
  const findings = look(findDatabase(given).path);
  await print(options.json ? json(findings) + "\n" : report(findings));
  return findings.problems.length === 0 ? EXIT.ok : EXIT.failure;
}

function look(path: string): Findings {
  using shown = progress(Deno.stderr.isTerminal());
  return examine(path, (what) => shown.show(`looking at ${what} ...`));
}

/** What a person reads. */
function report(findings: Findings): string {
  const { path, problems, counts, setAside } = findings;
  const lines = [
    path,
    ...about(findings),
    ...(counts ? contents(counts) : []),
    ...setAside.map((file) => `set aside because it was damaged: ${file}`),
    ...problems.map((problem) => `WRONG: ${problem}`),
    problems.length === 0 ? "all is well" : "something is wrong",
  ];
  return lines.map((line) => `${visible(line)}\n`).join("");
}

function about({ server, version, size, counts }: Findings): string[] {
  const lines: string[] = [];
  if (server) lines.push("a server has it open");
  if (version !== null && version < TABLES) {
    lines.push(`version ${version}: the next start of a server brings it to version ${TABLES}`);
  } else if (version !== null) lines.push(`version ${version}`);
  if (size.file > 0) {
    const free = counts ? `, ${megabytes(counts.free)} of it free` : "";
    const log = size.log > 0 ? `, and ${megabytes(size.log)} not yet written back to it` : "";
    lines.push(megabytes(size.file) + free + log);
  }
  return lines;
}

function contents({ rooms, messages, directs, oldest, newest, unindexed }: Counts): string[] {
  return [
    `messages: ${messages}, rooms: ${rooms}, direct messages: ${directs}`,
    ...(oldest === null ? [] : [`said from ${oldest} to ${newest}`]),
    ...(unindexed === 0 ? [] : [`yet to be indexed for searching: ${unindexed}`]),
  ];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
