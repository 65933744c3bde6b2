/**
 * Measures scenarios: a new server for each run, the variants in turn, round after round. Runs
 * alternate so that what slows the machine down for a while slows all of them.
 */
import { join } from "@std/path";
import { stop } from "./children.ts";
import { FAULTS, type Figures, measure, type Measured } from "./load.ts";
import { type Scenario, type Variant, type VariantName, VARIANTS } from "./scenarios.ts";
import { type Running, start } from "./servers.ts";
import { stoppedReaders } from "./stopped.ts";

/** One server measured once. */
export interface Run extends Measured {
  scenario: string;
  variant: VariantName;
  round: number;
}

export interface Bench {
  /** The load generator. */
  program: string;
  /** The words of the `serve` task. */
  task: readonly string[];
  /** For what lives only as long as the benchmark. */
  directory: string;
  rounds: number;
  /** Aborted when the benchmark has had its time. */
  signal: AbortSignal;
}

export async function measureScenario(
  bench: Bench,
  { name, scenario }: { name: string; scenario: Scenario },
): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 1; round <= bench.rounds; round++) {
    for (const variant of scenario.variants) {
      const directory = join(bench.directory, `${name}-${variant}-${round}`);
      const measured = await measureOnce(bench, { variant, directory, load: scenario.load });
      runs.push({ scenario: name, variant, round, ...measured });
    }
  }
  return runs;
}

/** The first start of a program also compiles it. */
export async function warmCaches(bench: Bench) {
  for (const variant of ["reference", "chat"] as const) {
    await measureOnce(bench, { variant, directory: join(bench.directory, variant) });
  }
}

/** What went wrong with the runs, and what came of the messages; `isGood` if nothing went wrong. */
export function verdict(runs: readonly Run[]): { text: string; isGood: boolean } {
  const faults = FAULTS.map((fault) => {
    const total = runs.reduce((sum, { figures }) => sum + (figures[fault] ?? 0), 0);
    return `${fault} ${total}`;
  });
  const counts = `${runs.length} runs: ${faults.join(", ")}\n`;
  const bad = runs.filter(({ problem }) => problem !== undefined);
  if (bad.length === 0) return { text: counts, isGood: true };
  const lines = bad.map((it) =>
    `  ${it.scenario}, ${it.variant}, round ${it.round}: ${it.problem}\n`
  );
  return { text: `${counts}\n*** FAILED ***\n${lines.join("")}`, isGood: false };
}

interface Once {
  variant: VariantName;
  /** Each server has one of its own, so that none starts with another's database. */
  directory: string;
  load?: readonly string[] | undefined;
}

async function measureOnce(bench: Bench, { variant, directory, load }: Once): Promise<Measured> {
  const { task, signal } = bench;
  if (signal.aborted) return { figures: {}, problem: "the benchmark's time was over" };
  await Deno.mkdir(directory);
  let server: Running;
  try {
    server = await start({ variant: VARIANTS[variant], task, directory, signal });
  } catch (error) {
    return { figures: {}, problem: (error as Error).message };
  }
  try {
    const { startMilliseconds } = server;
    const { figures, ...rest } = await underLoad(bench, { server, variant, load });
    return { figures: { startMilliseconds, ...figures }, ...rest };
  } finally {
    await stop(server.process);
    await Deno.remove(directory, { recursive: true });
  }
}

async function underLoad({ program, signal }: Bench, { server, variant, load }: {
  server: Running;
  variant: VariantName;
  load: readonly string[] | undefined;
}): Promise<Measured> {
  if (!load) return { figures: {} as Figures };
  const { process, address } = server;
  const { stopped = 0 }: Variant = VARIANTS[variant];
  using _stopped = await stoppedReaders(address, stopped);
  const args = [...load, "--proto", VARIANTS[variant].wire, "--pid", `${process.pid}`, address];
  return await measure({ program, args, signal });
}
