/**
 * `deno task bench`: measures the server from outside, against IRC servers and against a plain loop in
 * the same runtime, and prints ratios. It must never hold a figure of its own, but for what is aimed at.
 */
import { dirname, fromFileUrl } from "@std/path";
import { compile, secondsOf } from "./load.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { findPrograms } from "./programs.ts";
import { Progress } from "./progress.ts";
import { writeRecord } from "./record.ts";
import { type Bench, boundsOf, measureScenario, type Run, verdict, warmCaches } from "./runs.ts";
import type { Chosen } from "./scenarios.ts";
import { wordsOf } from "./servers.ts";
import { drawScenario } from "./table.ts";
import { withDirectory } from "./temporary.ts";
import { HELP, list, readWish, type Wish } from "./wish.ts";

/** For compiling, and for databases with a past. */
const PREPARATION_SECONDS = 600;

if (import.meta.main) {
  Deno.chdir(dirname(dirname(fromFileUrl(import.meta.url))));
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) return print(HELP);
  if (args.includes("--list")) return print(list());
  const wish = readWish(args);
  if (!wish) return print(HELP, 2);
  if (Deno.build.os !== "linux") return print("skipped: the figures come from Linux's /proc\n");
  return await withDirectory((directory) => prepare(directory, wish));
}

async function prepare(directory: string, wish: Wish): Promise<number> {
  const seconds = wish.minutes === undefined ? longest(wish) : wish.minutes * 60;
  const signal = AbortSignal.timeout(seconds * 1000);
  const chatload = await compile(directory, signal);
  if (chatload === undefined) return print("skipped: no C compiler\n");
  const task = wordsOf(JSON.parse(Deno.readTextFileSync("deno.json")).tasks.serve);
  const programs = await findPrograms(directory, signal);
  const { chosen, bounds, requiresAll } = wish;
  const progress = new Progress(chosen);
  const report = progress.report.bind(progress);
  return await bench(
    { chatload, programs, task, directory, bounds, requiresAll, report, signal },
    wish,
  );
}

/** That all runs may take together, if each takes as long as it may. */
function longest({ chosen, bounds }: Wish): number {
  const seconds = chosen.flatMap(({ scenario, rounds }) =>
    Object.values(scenario.variants).map((variant) =>
      rounds * secondsOf(boundsOf(bounds, scenario, variant))
    )
  );
  return seconds.reduce((sum, one) => sum + one, PREPARATION_SECONDS);
}

async function bench(bench: Bench, { chosen, name }: Wish): Promise<number> {
  const machine = await describeMachine(bench.directory, bench.signal);
  print(heading(machine, chosen));
  await warmCaches(bench);
  const runs: Run[] = [];
  for (const one of chosen) {
    const those = await measureScenario(bench, one);
    runs.push(...those);
    print(drawScenario(one.scenario, those));
  }
  const path = await writeRecord(name, { machine, chosen, runs });
  const { text, isGood } = verdict(runs);
  return print(`all figures: ${path}\n${text}`, isGood ? 0 : 1);
}

function heading(machine: Machine, chosen: readonly Chosen[]): string {
  const { commit, cores, cpu, kernel, versions, fileSystem, load } = machine;
  const rounds = [...new Set(chosen.map((one) => one.rounds))].join(" or ");
  const peers = ["inspircd", "ngircd"].filter((it) => versions[it] !== undefined)
    .map((it) => `, ${it} ${versions[it]}`);
  return `chat ${commit}, Deno ${versions.deno}${peers.join("")}, ${cores} x ${cpu}, ` +
    `Linux ${kernel}, databases on ${fileSystem}, load before ${load[0]?.toFixed(2)}\n` +
    `medians of ${rounds} rounds (least-most); x is times the first row in the same round; ` +
    "of deliveries and connects more is better, of all else less\n\n";
}

function print(text: string, code = 0): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return code;
}
