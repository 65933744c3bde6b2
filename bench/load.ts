/** The load generator: compiled from chatload.c, run against a server, its line of JSON read. */
import { join } from "@std/path";
import { run } from "./children.ts";

export type Figures = Record<string, number>;

/** What a run's deliveries must not be. The load generator counts each. */
export const FAULTS = ["lost", "twice", "misordered", "corrupt", "dead"] as const;

export interface Measured {
  figures: Figures;
  /** What went wrong, in one line; the figures are not to be trusted then. */
  problem?: string;
}

const COMPILERS = ["cc", "gcc", "clang"];
/** Bounds for one run, in seconds; the load generator keeps the first four itself. */
const SETUP = 15;
const WARMUP = 0.5;
const TIME = 1.5;
const DRAIN = 5;
const GRACE = 5;

/** Returns the program's path, or undefined if there is no C compiler. Throws if it does not compile. */
export async function compile(directory: string, signal: AbortSignal): Promise<string | undefined> {
  const program = join(directory, "chatload");
  for (const compiler of COMPILERS) {
    try {
      const { code, complaints } = await run(
        [compiler, "-O2", "-o", program, "bench/chatload.c"],
        signal,
      );
      if (code === 0) return program;
      throw new Error(`${compiler} could not compile bench/chatload.c: ${complaints}`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
  return undefined;
}

export async function measure({ program, args, signal }: {
  program: string;
  args: readonly string[];
  signal: AbortSignal;
}): Promise<Measured> {
  const limit = AbortSignal.timeout((SETUP + WARMUP + TIME + DRAIN + GRACE) * 1000);
  const command = [program, ...bounds(), ...args];
  const { code, output, complaints } = await run(command, AbortSignal.any([signal, limit]));
  if (signal.aborted) return { figures: {}, problem: "stopped at the benchmark's bound" };
  if (output === "") return { figures: {}, problem: complaints || `ended with code ${code}` };
  const figures = JSON.parse(output) as Figures;
  const problem = FAULTS.filter((fault) => figures[fault]).map((it) => `${it} ${figures[it]}`);
  if (problem.length > 0) return { figures, problem: problem.join(", ") };
  return code === 0 ? { figures } : { figures, problem: `ended with code ${code}` };
}

function bounds(): string[] {
  const seconds = { setup: SETUP, warmup: WARMUP, time: TIME, drain: DRAIN };
  return Object.entries(seconds).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
