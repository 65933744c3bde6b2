/** The benchmark's table: the reference in figures, all else as ratios to it. */
import type { Metric, Scenario, VariantName } from "./scenarios.ts";
import { VARIANTS } from "./scenarios.ts";
import { summarize, type Summary } from "./statistics.ts";
import type { Run } from "./runs.ts";

const FIRST_WIDTH = 28;
const WIDTH = 24;

export function drawScenario(scenario: Scenario, runs: readonly Run[]): string {
  const [base] = scenario.variants;
  const rows = scenario.variants.map((name) => [
    `  ${VARIANTS[name].title}`,
    ...scenario.metrics.map((metric) =>
      name === base ? figure(metric, runs, name) : ratio(metric, runs, [name, base!])
    ),
  ]);
  const titles = scenario.metrics.map(({ title }) => title);
  return `${scenario.title}\n${[["", ...titles], ...rows].map(line).join("")}\n`;
}

function line([first = "", ...cells]: string[]): string {
  const padded = cells.map((cell) => cell.padEnd(WIDTH)).join("");
  return `${first.padEnd(FIRST_WIDTH)}${padded}`.trimEnd() + "\n";
}

function figure({ field, unit, per }: Metric, runs: readonly Run[], name: VariantName): string {
  const values = [...byRound(field, runs, name).values()].map((value) => value / per);
  return draw(summarize(values), ` ${unit}`);
}

/** Each round's value is compared with the same round's: what slows a round down slows both. */
function ratio(
  { field }: Metric,
  runs: readonly Run[],
  [name, base]: [VariantName, VariantName],
): string {
  const bases = byRound(field, runs, base);
  const ratios = [...byRound(field, runs, name)].flatMap(([round, value]) => {
    const other = bases.get(round);
    return other ? [value / other] : [];
  });
  return draw(summarize(ratios), "x");
}

function byRound(field: string, runs: readonly Run[], name: VariantName): Map<number, number> {
  const values = new Map<number, number>();
  for (const { variant, round, figures, problem } of runs) {
    const value = figures[field];
    if (variant === name && problem === undefined && value !== undefined) values.set(round, value);
  }
  return values;
}

function draw(summary: Summary | undefined, unit: string): string {
  if (!summary) return "not measured";
  const { median, least, most } = summary;
  return `${short(median)}${unit} (${short(least)}-${short(most)})`;
}

/** Three digits that count. */
function short(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : value >= 1 ? 2 : 3);
}
