/** All that can be measured, in sets, and what of it is told in two minutes. */
import { BROWSERS, CHOICES } from "./scenarios/choices.ts";
import { GROWTH } from "./scenarios/growth.ts";
import type { Scenario, Scenarios } from "./scenarios/scenario.ts";
import { TARGETS } from "./scenarios/targets.ts";

interface ScenarioSet {
  scenarios: Scenarios;
  /** In the full benchmark. */
  rounds: number;
}

export const SETS: Readonly<Record<string, ScenarioSet>> = {
  targets: { scenarios: TARGETS, rounds: 5 },
  choices: { scenarios: CHOICES, rounds: 3 },
  browsers: { scenarios: BROWSERS, rounds: 3 },
  growth: { scenarios: GROWTH, rounds: 3 },
};

const QUICK_SCENARIOS = ["start", "pipelined-100", "pipelined-1000", "ping-1000"];
const QUICK_VARIANTS = ["inspircd", "reference", "chat"];
const QUICK_ROUNDS = 2;

/** A scenario, with its name and how often it is measured. */
export interface Chosen {
  name: string;
  scenario: Scenario;
  rounds: number;
}

export const ALL: readonly Chosen[] = Object.values(SETS).flatMap(({ scenarios, rounds }) =>
  Object.entries(scenarios).map(([name, scenario]) => ({ name, scenario, rounds }))
);

/** The most telling, on the servers that tell most. */
export const QUICK: readonly Chosen[] = ALL.filter(({ name }) => QUICK_SCENARIOS.includes(name))
  .map(({ name, scenario }) => {
    const variants = Object.entries(scenario.variants).filter(([it]) =>
      QUICK_VARIANTS.includes(it)
    );
    return {
      name,
      scenario: { ...scenario, variants: Object.fromEntries(variants) },
      rounds: QUICK_ROUNDS,
    };
  });

/** By the names of scenarios and sets; undefined if there is none of such a name. */
export function choose(names: readonly string[]): readonly Chosen[] | undefined {
  const known = new Set([...Object.keys(SETS), ...ALL.map(({ name }) => name)]);
  if (!names.every((name) => known.has(name))) return undefined;
  const wanted = new Set(
    names.flatMap((name) => Object.keys(SETS[name]?.scenarios ?? { [name]: 0 })),
  );
  return ALL.filter(({ name }) => wanted.has(name));
}
