/** Where and on what a benchmark ran: figures without it mean nothing. */
import { run } from "./children.ts";

export interface Machine {
  cores: number;
  cpu: string;
  kernel: string;
  memoryMegabytes: number;
  /** Of the directory with the databases: on tmpfs an fsync costs nothing. */
  fileSystem: string;
  /** Averages over 1, 5 and 15 minutes, before the benchmark began. */
  load: number[];
  versions: Record<string, string>;
  /** With "+" if the tree differs from it; "of no commit" outside of a repository. */
  commit: string;
}

export async function describeMachine(directory: string, signal: AbortSignal): Promise<Machine> {
  return {
    cores: navigator.hardwareConcurrency,
    cpu: /^model name\s*: (.*)$/m.exec(Deno.readTextFileSync("/proc/cpuinfo"))?.[1] ?? "unknown",
    kernel: Deno.osRelease(),
    memoryMegabytes: Math.round(Deno.systemMemoryInfo().total / 2 ** 20),
    fileSystem: await outputOf(["stat", "-f", "-c", "%T", directory], signal),
    load: Deno.loadavg(),
    versions: { ...Deno.version },
    commit: await describeCommit(signal),
  };
}

async function describeCommit(signal: AbortSignal): Promise<string> {
  const git = ["git", "--no-optional-locks"];
  const commit = await outputOf([...git, "rev-parse", "--short=12", "HEAD"], signal);
  if (commit === "") return "of no commit";
  const changes = await outputOf([...git, "status", "--porcelain", "src", "main.ts"], signal);
  return changes === "" ? commit : `${commit}+`;
}

/** "" if there is no such program. */
async function outputOf(command: readonly string[], signal: AbortSignal): Promise<string> {
  try {
    return (await run(command, signal)).output;
  } catch {
    return "";
  }
}
