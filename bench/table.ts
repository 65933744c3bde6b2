/** The benchmark's table: the first variant in figures, all else as ratios to it. */
import { figureOf, ratioOf, short } from "./figures.ts";
import { describe, judge } from "./judging.ts";
import type { Run } from "./runs.ts";
import type { Metric, Scenario } from "./scenarios/scenario.ts";
import type { Summary } from "./statistics.ts";

const FIRST_WIDTH = 26;
const WIDTH = 24;

export function drawScenario(scenario: Scenario, runs: readonly Run[]): string {
  const { title, metrics, variants, targets = [] } = scenario;
  const base = baseOf(scenario, runs);
  const judged = judge(scenario, runs);
  const rows = Object.entries(variants).map(([name, variant]) => {
    const skipped = runs.find((run) => run.variant === name)?.skipped;
    const cells = skipped === undefined
      ? metrics.map((metric) => cell(metric, runs, { name, base }))
      : [`skipped: ${skipped}`];
    const aims = judged.filter(({ target }) => target.variant === name)
      .map((it) => describe(it, scenario)).join("; ");
    const row = skipped === undefined ? [...cells, aims] : cells;
    return line([`  ${variant.title}`, ...row]);
  });
  const heads = [...metrics.map((it) => it.title), ...(targets.length > 0 ? ["target"] : [])];
  return `${title}\n${line(["", ...heads])}${rows.join("")}\n`;
}

/** The first that was measured: what the others are to be compared with may not be installed. */
function baseOf({ variants }: Scenario, runs: readonly Run[]): string | undefined {
  return Object.keys(variants).find((name) =>
    runs.some((run) => run.variant === name && !run.skipped && !run.problem)
  );
}

function line([first = "", ...cells]: string[]): string {
  const padded = cells.map((it) => it.padEnd(WIDTH)).join("");
  return `${first.padEnd(FIRST_WIDTH)}${padded}`.trimEnd() + "\n";
}

function cell(
  metric: Metric,
  runs: readonly Run[],
  { name, base }: { name: string; base: string | undefined },
): string {
  return name === base || base === undefined
    ? draw(figureOf(metric, runs, name), ` ${metric.unit}`)
    : draw(ratioOf(metric.field, runs, [name, base]), "x");
}

function draw(summary: Summary | undefined, unit: string): string {
  if (!summary) return "not measured";
  const { median, least, most } = summary;
  return `${short(median)}${unit} (${short(least)}-${short(most)})`;
}
