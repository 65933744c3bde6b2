/** Whether what is aimed at was met: by the median of the rounds. */
import { figureOf, ratioOf, ratioToChosen, short } from "./figures.ts";
import type { Run } from "./runs.ts";
import type { Scenario, Target } from "./scenarios/scenario.ts";
import type { Summary } from "./statistics.ts";

export interface Judged {
  target: Target;
  /** A ratio, or a figure in the metric's unit; undefined if it was not measured. */
  summary: Summary | undefined;
  isMet: boolean | undefined;
  /** Of several that it is compared with, each ratio. */
  ratios: { against: string; summary: Summary | undefined }[];
}

export function judge({ targets = [] }: Scenario, runs: readonly Run[]): Judged[] {
  return targets.map((target) => {
    const { metric, variant, against = [] } = target;
    const summary = summaryOf(target, runs);
    const ratios = against.map((it) => ({
      against: it,
      summary: ratioOf(metric.field, runs, [variant, it]),
    }));
    return { target, summary, isMet: summary && isMet(target, summary), ratios };
  });
}

function summaryOf(
  { metric, variant, against, atLeast }: Target,
  runs: readonly Run[],
): Summary | undefined {
  if (!against) return figureOf(metric, runs, variant);
  // The worst is the one that does least of what there should be much of.
  const choose = atLeast === undefined ? Math.max : Math.min;
  return ratioToChosen(metric.field, runs, { variant, against, choose });
}

function isMet({ atLeast = -Infinity, atMost = Infinity }: Target, { median }: Summary): boolean {
  return median >= atLeast && median <= atMost;
}

/** "deliveries >= 5x InspIRCd: met" */
export function describe({ target, summary, isMet, ratios }: Judged, scenario: Scenario): string {
  const { metric, against = [], atLeast, atMost } = target;
  const bound = atLeast === undefined ? `<= ${atMost}` : `>= ${atLeast}`;
  const titles = against.map((it) => scenario.variants[it]?.title ?? it);
  const worst = titles.length > 1 ? "the worst" : titles[0];
  const aim = against.length === 0 ? `${bound} ${metric.unit}` : `${bound}x ${worst}`;
  const result = isMet === undefined ? "not measured" : isMet ? "met" : "MISSED";
  const details = ratios.map((it) =>
    `${it.against} ${it.summary ? `${short(it.summary.median)}x` : "?"}`
  );
  const figure = against.length === 0 ? ` ${metric.unit}` : "x";
  // A ratio to one other stands in the table already.
  const all = summary && against.length !== 1
    ? ` (${[`${short(summary.median)}${figure}`, ...details].join(", ")})`
    : "";
  return `${metric.title} ${aim}: ${result}${all}`;
}
