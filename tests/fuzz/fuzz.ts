/**
 * `deno task fuzz [--seconds 60] [--seed N] [DIALECT...]`: throws bytes at the decoders, commands at the hub and
 * strangers at a server, until something breaks or the time is over. The same seed makes the same choices,
 * as long as no coverage is looked at (`--blind`).
 */
import { parseArgs } from "@std/cli/parse-args";
import { dialectNames } from "../../src/wire/dialects.ts";
import { random } from "../end_to_end/random.ts";
import { Coverage } from "./coverage.ts";
import { EveningFuzz } from "./evenings.ts";
import { HubFuzz } from "./hubs.ts";
import { WireFuzz } from "./wires.ts";

interface Target {
  runs: number;
  batch(random: (below: number) => number): void | Promise<void>;
}

export interface FuzzOptions {
  milliseconds: number;
  seed: number;
  dialects: string[];
  isBlind: boolean;
  /** Called now and then. */
  progress?: (line: string) => void;
}

const REPORT_MILLISECONDS = 30_000;

/** Returns how often each target was tried; throws what it finds, with the seed that finds it again. */
export async function fuzz(
  { milliseconds, seed, dialects, isBlind, progress = () => {} }: FuzzOptions,
): Promise<string> {
  const coverage = isBlind ? undefined : new Coverage();
  const wires = new WireFuzz(dialects, coverage);
  const targets: Record<string, Target> = {
    wires,
    hubs: new HubFuzz(),
    evenings: new EveningFuzz(),
  };
  const end = performance.now() + milliseconds;
  let reported = performance.now();
  const summary = () => {
    const runs = Object.entries(targets).map(([name, { runs }]) => `${runs} ${name}`);
    return `${runs.join(", ")}; ${wires.kept.length} inputs kept, ${
      coverage?.size ?? 0
    } ranges run`;
  };
  try {
    for (let round = 0; performance.now() < end; round++) {
      for (const [name, target] of Object.entries(targets)) {
        // Each batch has a seed of its own, so that what it finds can be found again.
        await tried(name, target, seed + round);
        // What only the others reach says nothing about what the decoders were given.
        if (target !== wires) await coverage?.grown();
      }
      if (performance.now() - reported < REPORT_MILLISECONDS) continue;
      reported = performance.now();
      progress(summary());
    }
  } finally {
    coverage?.end();
  }
  return summary();
}

async function tried(name: string, target: Target, seed: number) {
  try {
    await target.batch(random(seed));
  } catch (error) {
    throw new Error(`${name}, seed ${seed}: ${error}`, { cause: error });
  }
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, {
    string: ["seconds", "seed"],
    boolean: ["blind"],
  });
  const seed = Number(flags.seed ?? Date.now() % 1e9);
  const dialects = flags._.map(String);
  const unknown = dialects.find((it) => !dialectNames.includes(it));
  if (unknown) throw new Error(`there is no dialect ${unknown}`);
  const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  print(`seed ${seed}`);
  print(
    await fuzz({
      milliseconds: Number(flags.seconds ?? 60) * 1000,
      seed,
      dialects,
      isBlind: flags.blind === true,
      progress: print,
    }),
  );
}
