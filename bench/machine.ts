/** Where and on what a benchmark ran: figures without it mean nothing. */
import { run } from "./children.ts";
import { peerPaths } from "./programs.ts";

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
    versions: { ...Deno.version, ...await describePrograms(signal) },
    commit: await describeCommit(signal),
  };
}

/** The versions of what is compiled with and compared with, as far as it is there. */
async function describePrograms(signal: AbortSignal): Promise<Record<string, string>> {
  const versions: Record<string, string> = {};
  for (const [name, path] of Object.entries({ gcc: "gcc", ...peerPaths() })) {
    const output = await outputOf([path, "--version"], signal);
    // "gcc (Debian 12.2.0-14) 12.2.0", "InspIRCd-3.15.0", "ngIRCd 26.1-IDENT+..."
    const version = /[- ](\d+\.[\d.]*\d)/.exec(output.replace(/\(.*?\)/, ""))?.[1];
    if (version !== undefined) versions[name] = version;
  }
  return versions;
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
