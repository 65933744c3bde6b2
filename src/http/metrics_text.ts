/** Numbers in, Prometheus' text format out (version 0.0.4). Pure. */

/** One kind of number; those with different labels are samples of it. */
export type Family =
  & {
    /** In Prometheus' manner: "chat_sent_bytes_total". */
    name: string;
    help: string;
  }
  & (
    | { type: "counter" | "gauge"; samples: readonly Sample[] }
    | { type: "histogram"; histogram: Buckets }
  );

export interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

export interface Buckets {
  /** The upper ends, rising. */
  bounds: readonly number[];
  /** How many are in each alone, and last how many are beyond all. */
  counts: readonly number[];
  sum: number;
}

export const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

export function formatMetrics(families: readonly Family[]): string {
  return families.map(formatFamily).join("");
}

function formatFamily(family: Family): string {
  const { name, type, help } = family;
  const lines = type === "histogram"
    ? histogramLines(name, family.histogram)
    : family.samples.map((sample) => line(name, sample));
  return [`# HELP ${name} ${escaped(help)}`, `# TYPE ${name} ${type}`, ...lines, ""].join("\n");
}

/** Each bucket counts those before it as well. */
function histogramLines(name: string, { bounds, counts, sum }: Buckets): string[] {
  let count = 0;
  const buckets = counts.map((more, index) => {
    count += more;
    const le = number(bounds[index] ?? Infinity);
    return line(`${name}_bucket`, { labels: { le }, value: count });
  });
  return [
    ...buckets,
    line(`${name}_sum`, { value: sum }),
    line(`${name}_count`, { value: count }),
  ];
}

function line(name: string, { labels = {}, value }: Sample): string {
  const pairs = Object.entries(labels).map(([label, text]) =>
    `${label}="${escaped(text).replaceAll('"', '\\"')}"`
  );
  const braces = pairs.length > 0 ? `{${pairs.join(",")}}` : "";
  return `${name}${braces} ${number(value)}`;
}

function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll("\n", "\\n");
}

function number(value: number): string {
  if (value === Infinity) return "+Inf";
  return value === -Infinity ? "-Inf" : String(value);
}
