/** Tells on stderr how far a benchmark is, one line for each run. */
import { short } from "./figures.ts";
import type { Run } from "./runs.ts";
import type { Chosen } from "./scenarios.ts";
import type { Scenario } from "./scenarios/scenario.ts";

export class Progress {
  #done = 0;
  readonly #total: number;

  constructor(chosen: readonly Chosen[]) {
    this.#total = chosen.reduce(
      (sum, { scenario, rounds }) => sum + rounds * Object.keys(scenario.variants).length,
      0,
    );
  }

  report(run: Run, scenario: Scenario) {
    const count = `[${`${++this.#done}`.padStart(`${this.#total}`.length)}/${this.#total}]`;
    const line = `${count} ${run.scenario}, ${run.variant}, round ${run.round}: ${
      said(run, scenario)
    }\n`;
    Deno.stderr.writeSync(new TextEncoder().encode(line));
  }
}

function said({ skipped, problem, figures }: Run, { metrics }: Scenario): string {
  if (skipped !== undefined) return `skipped: ${skipped}`;
  if (problem !== undefined) return `*** ${problem} ***`;
  return metrics.map(({ field, title, unit, per }) => {
    const value = figures[field];
    return `${title} ${value === undefined ? "not measured" : `${short(value / per)} ${unit}`}`;
  }).join(", ");
}
