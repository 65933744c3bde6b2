/** What runs say: a variant's figures, and its ratios to another's in the same round. */
import type { Run } from "./runs.ts";
import type { Metric } from "./scenarios/scenario.ts";
import { summarize, type Summary } from "./statistics.ts";

type ByRound = Map<number, number>;

/** In the metric's unit; undefined if it was not measured. */
export function figureOf(
  { field, per }: Pick<Metric, "field" | "per">,
  runs: readonly Run[],
  variant: string,
): Summary | undefined {
  return summarize([...byRound(field, runs, variant).values()].map((value) => value / per));
}

/** Each round's value is compared with the same round's: what slows a round down slows both. */
export function ratioOf(
  field: string,
  runs: readonly Run[],
  [variant, base]: [string, string],
): Summary | undefined {
  return summarize(ratios(byRound(field, runs, variant), byRound(field, runs, base)));
}

/** To what `choose` makes of the others' values of a round, in which all have to be there. */
export function ratioToChosen(
  field: string,
  runs: readonly Run[],
  { variant, against, choose }: {
    variant: string;
    against: readonly string[];
    choose: (...values: number[]) => number;
  },
): Summary | undefined {
  const all = against.map((it) => byRound(field, runs, it));
  const rounds = [...all[0]?.keys() ?? []].filter((round) => all.every((it) => it.has(round)));
  const chosen = new Map(
    rounds.map((round) => [round, choose(...all.map((it) => it.get(round)!))]),
  );
  return summarize(ratios(byRound(field, runs, variant), chosen));
}

function ratios(values: ByRound, bases: ByRound): number[] {
  return [...values].flatMap(([round, value]) => {
    const base = bases.get(round);
    return base ? [value / base] : [];
  });
}

function byRound(field: string, runs: readonly Run[], name: string): ByRound {
  const values: ByRound = new Map();
  for (const { variant, round, figures, problem } of runs) {
    const value = figures[field];
    if (variant === name && problem === undefined && value !== undefined) values.set(round, value);
  }
  return values;
}

/** Three digits that count. */
export function short(value: number): string {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value.toFixed(Math.abs(value) >= 10 ? 1 : Math.abs(value) >= 1 ? 2 : 3);
}
