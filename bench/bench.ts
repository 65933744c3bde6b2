/**
 * `deno task bench`: measures the server from outside, against a plain loop in the same runtime, and
 * prints ratios. It must never hold a figure of its own: all that it says was measured in this run.
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, fromFileUrl, join } from "@std/path";
import { killAll } from "./children.ts";
import { compile } from "./load.ts";
import { describeMachine, type Machine } from "./machine.ts";
import { type Bench, measureScenario, type Run, verdict, warmCaches } from "./runs.ts";
import { type Scenario, SCENARIOS, VARIANTS } from "./scenarios.ts";
import { wordsOf } from "./servers.ts";
import { drawScenario } from "./table.ts";

const NAMES = Object.entries(SCENARIOS).map(([name, { isExtra }]) => isExtra ? `[${name}]` : name);

const HELP = `deno task bench [--rounds 3] [--minutes 5] [--name local/TIME] [SCENARIO ...]

Measures the scenarios, all but those in brackets unless some are named, and writes all figures to
bench/results/NAME.json. Exit code 1 if a message was lost, came twice or out of order, or if
something could not be measured within the minutes.

Scenarios: ${NAMES.join(", ")}
`;

interface Wish {
  scenarios: [string, Scenario][];
  rounds: number;
  minutes: number;
  /** Of the file with the results. */
  name: string;
}

if (import.meta.main) {
  Deno.chdir(dirname(dirname(fromFileUrl(import.meta.url))));
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  if (args.includes("--help")) return print(HELP);
  const wish = readWish(args);
  if (!wish) return print(HELP, 2);
  if (Deno.build.os !== "linux") return print("skipped: the figures come from Linux's /proc\n");
  return await withDirectory(async (directory) => {
    const signal = AbortSignal.timeout(wish.minutes * 60_000);
    const program = await compile(directory, signal);
    if (program === undefined) return print("skipped: no C compiler\n");
    const task = wordsOf(JSON.parse(Deno.readTextFileSync("deno.json")).tasks.serve);
    return await bench({ program, task, directory, rounds: wish.rounds, signal }, wish);
  });
}

/** Undefined if it makes no sense. */
function readWish(args: string[]): Wish | undefined {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  const { _: words, rounds = 3, minutes = 5, name = `local/${time}`, ...others } = parseArgs(args);
  const chosen = words.map(String);
  const isKnown = chosen.every((it) => Object.hasOwn(SCENARIOS, it));
  const isPositive = Number(rounds) >= 1 && Number(minutes) > 0;
  if (!isKnown || !isPositive || Object.keys(others).length > 0) return undefined;
  const scenarios = Object.entries(SCENARIOS).filter(([it, { isExtra }]) =>
    chosen.length > 0 ? chosen.includes(it) : !isExtra
  );
  return { scenarios, rounds: Number(rounds), minutes: Number(minutes), name: String(name) };
}

/** Removes the directory, and whatever process still runs, however the benchmark ends. */
async function withDirectory(use: (directory: string) => Promise<number>): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "chat-bench-" });
  const cleanUp = () => {
    killAll();
    Deno.removeSync(directory, { recursive: true });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => {
      cleanUp();
      Deno.exit(130);
    });
  }
  try {
    return await use(directory);
  } finally {
    cleanUp();
  }
}

async function bench(bench: Bench, { scenarios, name: file }: Wish): Promise<number> {
  const machine = await describeMachine(bench.directory, bench.signal);
  print(heading(machine, bench.rounds));
  await warmCaches(bench);
  const runs: Run[] = [];
  for (const [name, scenario] of scenarios) {
    const those = await measureScenario(bench, { name, scenario });
    runs.push(...those);
    print(drawScenario(scenario, those));
  }
  const path = join("bench", "results", `${file}.json`);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify({ machine, variants: VARIANTS, runs }, null, 1));
  const { text, isGood } = verdict(runs);
  return print(`all figures: ${path}\n${text}`, isGood ? 0 : 1);
}

function heading(
  { commit, cores, cpu, kernel, versions, fileSystem, load }: Machine,
  rounds: number,
) {
  return `chat ${commit}, Deno ${versions.deno}, ${cores} x ${cpu}, Linux ${kernel}, ` +
    `databases on ${fileSystem}, load before ${load[0]?.toFixed(2)}\n` +
    `medians of ${rounds} rounds (least-most); x is times the first row in the same round; ` +
    "of deliveries and connects more is better, of all else less\n\n";
}

function print(text: string, code = 0): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return code;
}
