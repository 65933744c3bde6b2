/** Starts the servers that are measured, in the way that they are started in earnest. */
import { join } from "@std/path";
import { launch, stop } from "./children.ts";
import { preparePeer } from "./peers.ts";
import type { Programs } from "./programs.ts";
import type { Variant } from "./scenarios/scenario.ts";

export interface Running {
  process: Deno.ChildProcess;
  /** "127.0.0.1:40123" */
  address: string;
  /** From the start of the process to a socket that listens. */
  startMilliseconds: number;
}

export interface StartOptions {
  variant: Variant;
  /** The words of the `serve` task: what runs, and with which permissions. */
  task: readonly string[];
  programs: Programs;
  /** For the database; empty, but for that if there is a past. */
  directory: string;
  /** Ends the waiting. */
  signal: AbortSignal;
}

const START_MILLISECONDS = 15_000;
const ENTRYPOINT = "main.ts";
/** More than any scenario has, of connections, people, members and rooms. */
const ENOUGH = "100000";
export const DATABASE = "chat.db";

/** Throws an Error if the server does not listen in time. */
export async function start(options: StartOptions): Promise<Running> {
  const port = freePort();
  const before = performance.now();
  const process = launch(commandOf(options, port), environment(options));
  let hasEnded = false;
  process.status.then(() => hasEnded = true);
  while (!isListening(port)) {
    if (hasEnded) throw new Error("the server ended before it listened");
    if (options.signal.aborted || performance.now() - before > START_MILLISECONDS) {
      await stop(process);
      throw new Error("the server did not listen in time");
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return {
    process,
    address: `127.0.0.1:${port}`,
    startMilliseconds: performance.now() - before,
  };
}

/** The words of a task of deno.json that is one plain command. */
export function wordsOf(task: string | { command: string }): string[] {
  return (typeof task === "string" ? task : task.command).split(" ");
}

function commandOf({ variant, task, programs, directory }: StartOptions, port: number): string[] {
  const { program } = variant;
  const path = program === "chat" || program === "reference" ? "" : programs[program] ?? "";
  switch (program) {
    case "chat":
      return [...task, ...flagsOf(directory, port), ...variant.flags ?? []];
    case "reference":
      // It gets the same runtime with the same flags.
      return [...task.slice(0, task.indexOf(ENTRYPOINT)), "bench/reference.ts", `${port}`];
    case "limit":
      return [path, `${port}`];
    case "inspircd":
    case "ngircd":
      return preparePeer({ name: program, path, port, directory });
  }
}

/** Those that every run has. Of a flag given twice the last counts. */
function flagsOf(directory: string, port: number): string[] {
  return [
    ...["--host", "127.0.0.1", "--port", `${port}`],
    ...["--db", join(directory, DATABASE), "--log", "off"],
    // The load is faster than any person, and comes from one address; those who flood from another
    // meet the limits that everybody meets.
    ...["--trusted", "127.0.0.1/32"],
    // Connections that say nothing are a part of it.
    ...["--hello-timeout-seconds", "3600"],
    ...["--max-connections", ENOUGH, "--max-users", ENOUGH],
    ...["--max-members-per-room", ENOUGH, "--max-rooms", ENOUGH],
  ];
}

/** Ours without CHAT_... variables, which would be settings. */
function environment({ variant, programs }: StartOptions): Record<string, string> {
  const variables = Object.entries(Deno.env.toObject());
  const inherited = Object.fromEntries(variables.filter(([name]) => !name.startsWith("CHAT_")));
  return variant.isUndelayed && programs.undelay !== undefined
    ? { ...inherited, LD_PRELOAD: programs.undelay }
    : inherited;
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return port;
}

/** Asks the system instead of connecting: the server's first connection is to be the load's. */
function isListening(port: number): boolean {
  const hex = port.toString(16).toUpperCase().padStart(4, "0");
  return new RegExp(`: (0100007F|00000000):${hex} 00000000:0000 0A `).test(
    Deno.readTextFileSync("/proc/net/tcp"),
  );
}
