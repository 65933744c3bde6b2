/**
 * Reads Prometheus' text format as its description has it, and refuses what it does not have: names, labels and
 * values, a TYPE before each sample and no name twice, rising histograms whose last bucket is their count.
 */
import { assert, assertEquals } from "@std/assert";

export interface Exposed {
  types: Map<string, string>;
  help: Map<string, string>;
  samples: ExposedSample[];
}

export interface ExposedSample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(?:,|$)/;

export function parseMetrics(text: string): Exposed {
  assert(text === "" || text.endsWith("\n"), "the last line ends");
  const exposed: Exposed = { types: new Map(), help: new Map(), samples: [] };
  for (const line of text.split("\n").slice(0, -1)) {
    if (line.startsWith("#")) readComment(line, exposed);
    else exposed.samples.push(readSample(line, exposed));
  }
  const named = exposed.samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  assertEquals(new Set(named).size, named.length, "no sample comes twice");
  for (const [name, type] of exposed.types) {
    if (type === "histogram") checkHistogram(name, exposed.samples);
  }
  return exposed;
}

/** The one sample with this name and these labels. */
export function valueOf(exposed: Exposed, name: string, labels: Record<string, string> = {}) {
  const found = exposed.samples.filter((sample) =>
    sample.name === name && JSON.stringify(sample.labels) === JSON.stringify(labels)
  );
  assertEquals(found.length, 1, `${name} ${JSON.stringify(labels)}`);
  return found[0]!.value;
}

function readComment(line: string, { types, help }: Exposed) {
  const [, kind = "", name = "", rest = ""] = /^# (HELP|TYPE) (\S+) (.+)$/s.exec(line) ?? [];
  assert(NAME.test(name), line);
  const into = kind === "TYPE" ? types : help;
  assert(!into.has(name), `${line}: said twice`);
  if (kind === "TYPE") assert(/^(counter|gauge|histogram)$/.test(rest), line);
  else assert(/^(?:[^\\]|\\\\|\\n)*$/.test(rest), line);
  into.set(name, rest);
}

function readSample(line: string, { types }: Exposed): ExposedSample {
  const [, name = "", braced = "", number = ""] = /^([^{ ]+)(?:\{(.*)\})? (\S+)$/s.exec(line) ?? [];
  assert(NAME.test(name), line);
  const family = name.replace(/_(bucket|sum|count)$/, "");
  const type = types.get(name) ?? types.get(family);
  assert(type !== undefined, `${line}: no TYPE before it`);
  assertEquals(type === "histogram", !types.has(name), line);
  assert(type !== "counter" || name.endsWith("_total"), line);
  assert(/^([+-]Inf|NaN|-?[0-9.]+(e[+-]?[0-9]+)?)$/.test(number), line);
  const value = Number(number.replace("Inf", "Infinity"));
  return { name, labels: readLabels(braced), value };
}

function readLabels(text: string): Record<string, string> {
  const labels: Record<string, string> = {};
  for (let rest = text; rest !== "";) {
    const [whole = "", label = "", escaped = ""] = LABEL.exec(rest) ?? [];
    assert(whole !== "" && !(label in labels), text);
    labels[label] = escaped.replace(/\\(.)/gs, (_, sign) => sign === "n" ? "\n" : sign);
    rest = rest.slice(whole.length);
  }
  return labels;
}

function checkHistogram(name: string, samples: ExposedSample[]) {
  const buckets = samples.filter((sample) => sample.name === `${name}_bucket`);
  const ends = buckets.map(({ labels }) => Number(labels["le"]!.replace("Inf", "Infinity")));
  assertEquals(ends, ends.toSorted((one, other) => one - other), `${name}: its bounds rise`);
  assertEquals(ends.at(-1), Infinity, name);
  const counts = buckets.map(({ value }) => value);
  assertEquals(counts, counts.toSorted((one, other) => one - other), `${name}: it is cumulative`);
  for (const part of ["sum", "count"]) {
    assertEquals(samples.filter((sample) => sample.name === `${name}_${part}`).length, 1, name);
  }
  assertEquals(
    samples.find((sample) => sample.name === `${name}_count`)?.value,
    counts.at(-1),
    name,
  );
}
