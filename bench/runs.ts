/**
 * Measures scenarios: a new server for each run, the variants in turn, round after round. Runs
 * alternate so that what slows the machine down for a while slows all of them.
 */
import { join } from "@std/path";
import { stop } from "./children.ts";
import { FAULTS, measure, type Measured } from "./load.ts";
import { pastOf } from "./past.ts";
import { missingFor, type Programs } from "./programs.ts";
import type { Chosen } from "./scenarios.ts";
import type { Bounds, Scenario, Variant } from "./scenarios/scenario.ts";
import { CHAT, REFERENCE } from "./scenarios/variants.ts";
import { DATABASE, type Running, start } from "./servers.ts";

/** One server measured once. */
export interface Run extends Measured {
  scenario: string;
  variant: string;
  round: number;
  /** Why it was not measured, where that is no fault. */
  skipped?: string;
}

export interface Bench {
  /** The load generator. */
  chatload: string;
  programs: Programs;
  /** The words of the `serve` task. */
  task: readonly string[];
  /** For what lives only as long as the benchmark. */
  directory: string;
  bounds: Bounds;
  /** Whether a program that is not there is a fault. */
  requiresAll: boolean;
  /** Told of each run when it is over. */
  report: (run: Run, scenario: Scenario) => void;
  /** Aborted when the benchmark has had its time. */
  signal: AbortSignal;
}

export async function measureScenario(
  bench: Bench,
  { name, scenario, rounds }: Chosen,
): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 1; round <= rounds; round++) {
    for (const [id, variant] of Object.entries(scenario.variants)) {
      const directory = join(bench.directory, `${name}-${id}-${round}`);
      const measured = await measureIfThere(bench, { variant, directory, scenario });
      runs.push({ scenario: name, variant: id, round, ...measured });
      bench.report(runs.at(-1)!, scenario);
    }
  }
  return runs;
}

/** The first start of a program also compiles it. */
export async function warmCaches(bench: Bench) {
  for (const variant of [REFERENCE, CHAT]) {
    await measureOnce(bench, { variant, directory: join(bench.directory, variant.program) });
  }
}

/** What holds for a run: the variant's bounds before the scenario's, and those before everybody's. */
export function boundsOf(bounds: Bounds, scenario: Scenario, variant: Variant): Bounds {
  return { ...bounds, ...scenario.bounds, ...variant.bounds };
}

/** What went wrong with the runs, and what came of the messages; `isGood` if nothing went wrong. */
export function verdict(runs: readonly Run[]): { text: string; isGood: boolean } {
  const faults = FAULTS.map((fault) => {
    const total = runs.reduce((sum, { figures }) => sum + (figures[fault] ?? 0), 0);
    return `${fault} ${total}`;
  });
  const skipped = runs.filter((run) => run.skipped !== undefined).length;
  const counts = `${runs.length - skipped} runs: ${faults.join(", ")}` +
    `${skipped > 0 ? `; ${skipped} skipped` : ""}\n`;
  const bad = runs.filter(({ problem }) => problem !== undefined);
  if (bad.length === 0) return { text: counts, isGood: true };
  const lines = bad.map((it) =>
    `  ${it.scenario}, ${it.variant}, round ${it.round}: ${it.problem}\n`
  );
  return { text: `${counts}\n*** FAILED ***\n${lines.join("")}`, isGood: false };
}

type Outcome = Measured & { skipped?: string };

interface Once {
  variant: Variant;
  /** Each server has one of its own, so that none starts with another's database. */
  directory: string;
  /** Without one, only the start is measured. */
  scenario?: Scenario;
}

async function measureIfThere(bench: Bench, once: Once): Promise<Outcome> {
  const missing = missingFor(once.variant, bench.programs);
  if (missing === undefined) return await measureOnce(bench, once);
  const why = `no ${missing}`;
  return { figures: {}, ...(bench.requiresAll ? { problem: why } : { skipped: why }) };
}

async function measureOnce(bench: Bench, once: Once): Promise<Measured> {
  if (bench.signal.aborted) return { figures: {}, problem: "the benchmark's time was over" };
  await Deno.mkdir(once.directory);
  try {
    return await measureIn(bench, once);
  } finally {
    await Deno.remove(once.directory, { recursive: true });
  }
}

async function measureIn(bench: Bench, { variant, directory, scenario }: Once): Promise<Measured> {
  const { task, programs, signal } = bench;
  let server: Running;
  try {
    if (variant.history) {
      await Deno.copyFile(await pastOf(variant.history, bench), join(directory, DATABASE));
    }
    server = await start({ variant, task, programs, directory, signal });
  } catch (error) {
    return { figures: {}, problem: (error as Error).message };
  }
  try {
    const { startMilliseconds } = server;
    if (!scenario?.load) return { figures: { startMilliseconds } };
    const { figures, ...rest } = await measure({
      program: bench.chatload,
      args: argumentsOf(scenario, variant, server),
      bounds: boundsOf(bench.bounds, scenario, variant),
      signal,
    });
    return { figures: { startMilliseconds, ...figures }, ...rest };
  } finally {
    await stop(server.process);
  }
}

function argumentsOf(
  { load = [] }: Scenario,
  { wire, load: further = [] }: Variant,
  { process, address }: Running,
): string[] {
  return [...load, ...further, "--proto", wire, "--pid", `${process.pid}`, address];
}
