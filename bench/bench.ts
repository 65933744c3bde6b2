/**
 * `deno task bench`: measures the server from outside against a plain loop in the same runtime. Runs
 * alternate, so that what slows the machine down slows both, and what is printed are ratios.
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, fromFileUrl, join } from "@std/path";
import { killAll, stop } from "./children.ts";
import { compile, FAULTS, type Figures, measure } from "./load.ts";
import { describeMachine } from "./machine.ts";
import { type Scenario, SCENARIOS, type VariantName, VARIANTS } from "./scenarios.ts";
import { type Running, start, wordsOf } from "./servers.ts";
import { drawScenario } from "./table.ts";

/** One server measured once. */
export interface Run {
  scenario: string;
  variant: VariantName;
  round: number;
  figures: Figures;
  problem?: string;
}

interface Bench {
  /** The load generator. */
  program: string;
  task: readonly string[];
  /** For what lives only as long as the benchmark. */
  directory: string;
  rounds: number;
  /** Aborted when the benchmark has had its time. */
  signal: AbortSignal;
}

const HELP = `deno task bench [--rounds 3] [--minutes 5] [--name local/TIME] [SCENARIO ...]

Measures the scenarios, by default all but those in brackets, and writes all figures to
bench/results/NAME.json. Exit code 1 if a message was lost, came twice or out of order, or if
something could not be measured within the minutes.

Scenarios: ${
  Object.entries(SCENARIOS).map(([name, { isExtra }]) => isExtra ? `[${name}]` : name).join(", ")
}
`;

if (import.meta.main) {
  Deno.chdir(dirname(dirname(fromFileUrl(import.meta.url))));
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  const flags = parseArgs(args, { string: ["rounds", "minutes", "name"], boolean: ["help"] });
  if (flags.help) return print(HELP, 0);
  if (Deno.build.os !== "linux") return print("skipped: it reads Linux's /proc\n", 0);
  const chosen = flags._.map(String);
  const unknown = chosen.find((name) => !Object.hasOwn(SCENARIOS, name));
  if (unknown !== undefined) return print(`there is no scenario ${unknown}\n${HELP}`, 2);
  const scenarios = Object.entries(SCENARIOS).filter(([name, { isExtra }]) =>
    chosen.length > 0 ? chosen.includes(name) : !isExtra
  );
  const signal = AbortSignal.timeout(Number(flags.minutes ?? 5) * 60_000);
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  return await withDirectory(async (directory) => {
    const program = await compile(directory, signal);
    if (program === undefined) return print("skipped: no C compiler\n", 0);
    const rounds = Number(flags.rounds ?? 3);
    const bench = { program, task: serveTask(), directory, rounds, signal };
    return await report(bench, { scenarios, name: String(flags.name ?? `local/${time}`) });
  });
}

/** Removes the directory, and whatever process still runs, however the benchmark ends. */
async function withDirectory(use: (directory: string) => Promise<number>): Promise<number> {
  const directory = await Deno.makeTempDir({ prefix: "chat-bench-" });
  const interrupt = () => {
    killAll();
    Deno.removeSync(directory, { recursive: true });
    Deno.exit(130);
  };
  for (const name of ["SIGINT", "SIGTERM"] as const) Deno.addSignalListener(name, interrupt);
  try {
    return await use(directory);
  } finally {
    killAll();
    await Deno.remove(directory, { recursive: true });
  }
}

async function report(bench: Bench, { scenarios, name }: {
  scenarios: [string, Scenario][];
  name: string;
}): Promise<number> {
  const machine = await describeMachine(bench.directory, bench.signal);
  const { cores, cpu, kernel, fileSystem, load, versions, commit } = machine;
  print(
    `chat ${commit} on ${cores} x ${cpu}, Linux ${kernel}, Deno ${versions.deno}, ` +
      `databases on ${fileSystem}, load before ${load[0]?.toFixed(2)}\n` +
      `medians of ${bench.rounds} rounds (least-most); x: times the reference of the same round\n\n`,
    0,
  );
  await warmCaches(bench);
  const runs: Run[] = [];
  for (const [name, scenario] of scenarios) {
    const those = await measureScenario(bench, name, scenario);
    runs.push(...those);
    print(drawScenario(scenario, those), 0);
  }
  const path = join("bench", "results", `${name}.json`);
  await Deno.mkdir(dirname(path), { recursive: true });
  await Deno.writeTextFile(path, JSON.stringify({ machine, variants: VARIANTS, runs }, null, 1));
  return print(`all figures: ${path}\n${verdict(runs)}`, runs.some(isBad) ? 1 : 0);
}

/** The first start of a program also compiles it. */
async function warmCaches(bench: Bench) {
  for (const name of ["reference", "chat"] as const) {
    await stop((await startIn(bench, name, "warm-up")).process);
  }
}

async function measureScenario(bench: Bench, name: string, scenario: Scenario): Promise<Run[]> {
  const runs: Run[] = [];
  for (let round = 1; round <= bench.rounds; round++) {
    for (const variant of scenario.variants) {
      const measured = await measureOnce(bench, `${name}-${variant}-${round}`, {
        variant,
        load: scenario.load,
      });
      runs.push({ scenario: name, variant, round, ...measured });
    }
  }
  return runs;
}

async function measureOnce(bench: Bench, place: string, { variant, load }: {
  variant: VariantName;
  load: readonly string[] | undefined;
}) {
  const { signal, program } = bench;
  if (signal.aborted) return { figures: {}, problem: "the benchmark's time was over" };
  const { process, address, startMilliseconds } = await startIn(bench, variant, place);
  try {
    if (!load) return { figures: { startMilliseconds } };
    const args = [...load, "--proto", VARIANTS[variant].wire, "--pid", `${process.pid}`, address];
    const { figures, ...rest } = await measure({ program, args, signal });
    return { figures: { ...figures, startMilliseconds }, ...rest };
  } finally {
    await stop(process);
  }
}

/** Each server has a directory of its own, so that none starts with another's database. */
async function startIn(bench: Bench, variant: VariantName, place: string): Promise<Running> {
  const directory = join(bench.directory, `${place}-${variant}`);
  await Deno.mkdir(directory);
  return await start({ variant: VARIANTS[variant], task: bench.task, directory });
}

function verdict(runs: readonly Run[]): string {
  const bad = runs.filter(isBad);
  const faults = FAULTS.map((name) => {
    const total = runs.reduce((sum, { figures }) => sum + (figures[name] ?? 0), 0);
    return `${name} ${total}`;
  });
  const counts = `${runs.length} runs: ${faults.join(", ")}\n`;
  if (bad.length === 0) return counts;
  const lines = bad.map((it) =>
    `  ${it.scenario}, ${it.variant}, round ${it.round}: ${it.problem}`
  );
  return `${counts}\n*** FAILED ***\n${lines.join("\n")}\n`;
}

function isBad({ problem }: Run): boolean {
  return problem !== undefined;
}

function serveTask(): string[] {
  return wordsOf(JSON.parse(Deno.readTextFileSync("deno.json")).tasks.serve);
}

function print(text: string, code: number): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return code;
}
