/** The benchmark's command line: what somebody wants to have measured. */
import { parseArgs } from "@std/cli/parse-args";
import { ALL, choose, type Chosen, QUICK, SETS } from "./scenarios.ts";
import type { Bounds } from "./scenarios/scenario.ts";

export interface Wish {
  chosen: readonly Chosen[];
  /** Of runs that say nothing else. */
  bounds: Bounds;
  /** For all of it; undefined for as long as all runs may take. */
  minutes: number | undefined;
  requiresAll: boolean;
  /** Of the file with the results. */
  name: string;
}

const THOROUGH: Bounds = { setup: 60, warmup: 1, time: 3, drain: 5 };
const BRIEF: Bounds = { ...THOROUGH, warmup: 0.5, time: 1.5 };
const ROUNDS = 3;

export const HELP = `deno task bench [SCENARIO or SET ...]
deno task bench:full

Measures the most telling scenarios in about two minutes; bench:full measures all, thoroughly. All
figures go to bench/results/NAME.json. The exit code is 1 if a message was lost, came twice or out of
order, or if something could not be measured within its bounds; missing a target is no fault.

  --rounds N    how often each is measured
  --minutes M   what is not measured by then is given up
  --name NAME   of the file; else local/TIME, or full
  --full        all scenarios
  --require     a program that is not installed is a fault
  --list        says what there is

Sets: ${Object.keys(SETS).join(", ")}
`;

/** Undefined if it makes no sense. */
export function readWish(args: string[]): Wish | undefined {
  const { _, rounds, minutes, name, full, require: requiresAll, ...others } = parseArgs(args, {
    boolean: ["full", "require"],
    string: ["name"],
  });
  const names = _.map(String);
  const named = names.length > 0 ? choose(names) : full ? ALL : QUICK;
  const isPositive = (value: unknown) => value === undefined || Number(value) > 0;
  const isWrong = Object.keys(others).length > 0 || (full && names.length > 0);
  if (!named || isWrong || !isPositive(rounds) || !isPositive(minutes)) return undefined;
  const chosen = named.map((one) => ({
    ...one,
    rounds: Number(rounds ?? (names.length > 0 ? ROUNDS : one.rounds)),
  }));
  return {
    chosen,
    bounds: named === QUICK ? BRIEF : THOROUGH,
    minutes: minutes === undefined ? undefined : Number(minutes),
    requiresAll: Boolean(requiresAll),
    name: name === undefined ? defaultName(Boolean(full)) : String(name),
  };
}

function defaultName(isFull: boolean): string {
  return isFull ? "full" : `local/${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
}

/** Every scenario, by sets, with its variants. */
export function list(): string {
  const lines = Object.entries(SETS).flatMap(([set, { scenarios }]) => [
    `${set}\n`,
    ...Object.entries(scenarios).map(([name, { title, variants }]) =>
      `  ${name.padEnd(22)}${title}\n${"".padEnd(24)}${Object.keys(variants).join(", ")}\n`
    ),
  ]);
  return lines.join("");
}
