/** The file with all figures of a benchmark, as it is written and read again. */
import { dirname, join } from "@std/path";
import { judge } from "./judging.ts";
import type { Machine } from "./machine.ts";
import type { Run } from "./runs.ts";
import type { Chosen } from "./scenarios.ts";
import type { Metric, Variant } from "./scenarios/scenario.ts";
import type { Summary } from "./statistics.ts";

export interface Recording {
  machine: Machine;
  scenarios: { [name: string]: RecordedScenario };
  runs: readonly Run[];
}

interface RecordedScenario {
  title: string;
  rounds: number;
  /** Arguments of the load generator, beside the variant's. */
  load: readonly string[];
  metrics: readonly Metric[];
  variants: { readonly [name: string]: Variant };
  targets: RecordedTarget[];
}

/** With the median, least and most, if it was measured. */
interface RecordedTarget extends Partial<Summary> {
  metric: string;
  variant: string;
  against: readonly string[];
  atLeast?: number;
  atMost?: number;
  isMet?: boolean;
}

/** Returns the file's path. */
export async function writeRecord(
  name: string,
  { machine, chosen, runs }: { machine: Machine; chosen: readonly Chosen[]; runs: readonly Run[] },
): Promise<string> {
  const path = join("bench", "results", `${name}.json`);
  const scenarios = Object.fromEntries(chosen.map((it) => [it.name, recorded(it, runs)]));
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify({ machine, scenarios, runs }, null, 1) + "\n");
  return path;
}

/** Throws an Error if there is none. */
export function readRecord(path: string): Recording {
  return JSON.parse(Deno.readTextFileSync(path));
}

function recorded({ name, scenario, rounds }: Chosen, all: readonly Run[]): RecordedScenario {
  const { title, load = [], metrics, variants } = scenario;
  const runs = all.filter((run) => run.scenario === name);
  const targets = judge(scenario, runs).map(({ target, summary, isMet }) => {
    const { metric, against = [], ...rest } = target;
    return {
      ...rest,
      metric: metric.field,
      against,
      ...summary,
      ...(summary && { isMet: !!isMet }),
    };
  });
  return { title, rounds, load, metrics, variants, targets };
}
