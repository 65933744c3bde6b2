/**
 * `deno task bench:chart`: makes docs/images/bench.svg of the figures in bench/results/full.json. It must
 * never hold a figure of its own: what it shows, and where and when that was measured, is in that file.
 */
import { dirname, fromFileUrl } from "@std/path";
import { run } from "./children.ts";
import { type Bar, type Chart, drawChart, type Panel } from "./chart_svg.ts";
import { ratioOf } from "./figures.ts";
import { readRecord, type Recording } from "./record.ts";
import { CPU, type Metric, P99, THROUGHPUT } from "./scenarios/scenario.ts";

const HELP = `deno task bench:chart [bench/results/full.json]

Draws docs/images/bench.svg from a file that deno task bench:full has written.
`;

const SOURCE = "bench/results/full.json";
const TARGET = "docs/images/bench.svg";
const FMT_MILLISECONDS = 10_000;
const BASE = "inspircd";
const SHOWN = ["ngircd", BASE, "inspircd-undelayed", "chat", "limit"];
const BASE_TITLE = "InspIRCd";

if (import.meta.main) {
  Deno.chdir(dirname(dirname(fromFileUrl(import.meta.url))));
  Deno.exit(await main(Deno.args));
}

async function main(args: string[]): Promise<number> {
  const [source = SOURCE, ...others] = args;
  if (source.startsWith("-") || others.length > 0) {
    return print(HELP, source === "--help" ? 0 : 2);
  }
  let record: Recording;
  try {
    record = readRecord(source);
  } catch (error) {
    return print(`cannot read ${source}: ${(error as Error).message}\n`, 1);
  }
  const lacking = ["pipelined-100", "pipelined-1000", "ping-1000"].filter((name) =>
    barsOf(record, { name, metric: CPU }).length < 2
  );
  if (lacking.length > 0) return print(`${source} does not tell of ${lacking.join(", ")}\n`, 1);
  Deno.writeTextFileSync(TARGET, drawChart(chartOf(record)));
  // What is kept in the repository looks as everything there does.
  await run([Deno.execPath(), "fmt", "--quiet", TARGET], AbortSignal.timeout(FMT_MILLISECONDS));
  return print(`${TARGET}, from ${source}\n`);
}

function chartOf(record: Recording): Chart {
  return {
    title: "chat beside IRC servers",
    subtitle: `Each as a multiple of ${BASE_TITLE} in the same round`,
    panels: [bulk(record), quiet(record)],
    notes: [...legend(record), ...origin(record)],
  };
}

function bulk(record: Recording): Panel {
  return {
    title: "Messages in bulk",
    hint: "deliveries a second; longer is better",
    groups: [
      {
        title: "100 in the room",
        bars: barsOf(record, { name: "pipelined-100", metric: THROUGHPUT }),
      },
      {
        title: "1,000 in the room",
        bars: barsOf(record, { name: "pipelined-1000", metric: THROUGHPUT }),
      },
    ],
  };
}

function quiet(record: Recording): Panel {
  return {
    title: "One message at a time",
    hint: "1,000 in the room; shorter is better",
    groups: [
      { title: "CPU for each delivery", bars: barsOf(record, { name: "ping-1000", metric: CPU }) },
      {
        title: "time until 99 of 100 have it",
        bars: barsOf(record, { name: "ping-1000", metric: P99 }),
      },
    ],
  };
}

/** What was not measured is not shown. */
function barsOf(
  { scenarios, runs }: Recording,
  { name, metric }: { name: string; metric: Metric },
): Bar[] {
  const those = runs.filter(({ scenario }) => scenario === name);
  return SHOWN.flatMap((variant) => {
    const ratio = ratioOf(metric.field, those, [variant, BASE]);
    const title = scenarios[name]?.variants[variant]?.title ?? variant;
    return ratio
      ? [{ title, ratio, isOurs: variant === "chat", isBound: variant === "limit" }]
      : [];
  });
}

/** Says of those bars that do not speak for themselves what they are. */
function legend({ runs }: Recording): string[] {
  const has = (name: string) => runs.some((it) => it.variant === name && it.skipped === undefined);
  return [
    ...(has("inspircd-undelayed")
      ? ["Undelayed: with TCP_NODELAY, which InspIRCd leaves off."]
      : []),
    ...(has("limit") ? ["The limit: a bare loop in C that checks and keeps nothing."] : []),
  ];
}

function origin({ machine, scenarios }: Recording): string[] {
  const { versions, cores, cpu, commit, kernel } = machine;
  const rounds = scenarios["pipelined-100"]?.rounds;
  return [
    `Medians of ${rounds} rounds, thin lines from the least to the most. chat ${commit}, ` +
    `Deno ${versions.deno}, InspIRCd ${versions.inspircd}, ngIRCd ${versions.ngircd}; ` +
    `${cores} cores (${cpu}) that also ran the load, Linux ${kernel}`,
  ];
}

function print(text: string, code = 0): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return code;
}
