/** The load generator: compiled from bench/load/, run against a server, its line of JSON read. */
import { join } from "@std/path";
import { run } from "./children.ts";
import { compileC } from "./compiler.ts";
import { type Bounds, words } from "./scenarios/scenario.ts";

export type Figures = Record<string, number>;

/** What a run's deliveries must not be. The load generator counts each. */
export const FAULTS = ["lost", "twice", "misordered", "corrupt", "dead"] as const;

export interface Measured {
  figures: Figures;
  /** What went wrong, in one line; the figures are not to be trusted then. */
  problem?: string;
}

const SOURCES = "bench/load";
/** In which it has to end when its bounds are over. */
const GRACE = 5;

/** Returns the program's path, or undefined if there is no C compiler. Throws if it does not compile. */
export async function compile(directory: string, signal: AbortSignal): Promise<string | undefined> {
  const program = join(directory, "chatload");
  const sources = [...Deno.readDirSync(SOURCES)].map(({ name }) => join(SOURCES, name))
    .filter((path) => path.endsWith(".c"));
  return await compileC({ sources, program, signal }) ? program : undefined;
}

/** Runs it within the bounds, and some seconds of grace. */
export async function measure({ program, args, bounds, signal }: {
  program: string;
  args: readonly string[];
  bounds: Bounds;
  signal: AbortSignal;
}): Promise<Measured> {
  const limit = AbortSignal.timeout(secondsOf(bounds) * 1000);
  const command = [program, ...words({ ...bounds }), ...args];
  const { code, output, complaints } = await run(command, AbortSignal.any([signal, limit]));
  if (signal.aborted) return { figures: {}, problem: "stopped at the benchmark's bound" };
  if (output === "") return { figures: {}, problem: complaints || `ended with code ${code}` };
  const figures = JSON.parse(output) as Figures;
  const problem = FAULTS.filter((fault) => figures[fault]).map((it) => `${it} ${figures[it]}`);
  if (problem.length > 0) return { figures, problem: problem.join(", ") };
  return code === 0 ? { figures } : { figures, problem: `ended with code ${code}` };
}

/** The most that a run may take. */
export function secondsOf({ setup, warmup, time, drain }: Bounds): number {
  return setup + warmup + time + drain + GRACE;
}
