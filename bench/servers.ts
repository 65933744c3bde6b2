/** Starts the servers that are measured, in the way that they are started in earnest. */
import { join } from "@std/path";
import { launch, stop } from "./children.ts";
import type { Variant } from "./scenarios.ts";

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
  /** An empty directory for the database. */
  directory: string;
  /** Ends the waiting. */
  signal: AbortSignal;
}

const START_MILLISECONDS = 15_000;
const ENTRYPOINT = "main.ts";

/** Throws an Error if the server does not listen in time. */
export async function start(options: StartOptions): Promise<Running> {
  const port = freePort();
  const before = performance.now();
  const process = launch(commandOf(options, port), environment());
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

function commandOf({ variant, task, directory }: StartOptions, port: number): string[] {
  // The reference gets the same runtime with the same flags.
  if (variant.program === "reference") {
    const runtime = task.slice(0, task.indexOf(ENTRYPOINT));
    return [...runtime, "bench/reference.ts", `${port}`];
  }
  return [
    ...task,
    ...["--host", "127.0.0.1", "--port", `${port}`],
    ...["--db", join(directory, "chat.db"), "--log", "off"],
    // The load is faster than any person, and connections that say nothing are a part of it.
    ...["--commands-per-second", "0", "--hello-timeout-seconds", "3600"],
    // All of it comes from one address, at once.
    ...["--max-connections-per-address", "100000", "--connections-per-second-per-address", "0"],
    // Of a flag given twice the last counts.
    ...variant.flags,
  ];
}

/** Ours without CHAT_... variables, which would be settings. */
function environment(): Record<string, string> {
  const variables = Object.entries(Deno.env.toObject());
  return Object.fromEntries(variables.filter(([name]) => !name.startsWith("CHAT_")));
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
  return Deno.readTextFileSync("/proc/net/tcp").includes(`: 0100007F:${hex} 00000000:0000 0A `);
}
