/** What a scenario is made of: servers, a load, the figures that count, and what is aimed at. */

/** "reference" is bench/reference.ts, "chat" what the `serve` task starts; "limit" is bench/limit.c. */
export type Program = "chat" | "reference" | "limit" | "inspircd" | "ngircd";

/** One way to run and to load a server. The first of a scenario's is what the others are compared with. */
export interface Variant {
  title: string;
  program: Program;
  /** What the load generator speaks: "bgnet0", or several with commas between them. */
  wire: string;
  /** Flags of `chat serve`, beside those that every run has. */
  flags?: readonly string[];
  /** Arguments for the load generator, beside the scenario's. */
  load?: readonly string[];
  bounds?: Partial<Bounds>;
  /** Its sockets send at once: TCP_NODELAY is set for a program that does not set it. */
  isUndelayed?: boolean;
  /** Messages that are in the database before it starts. */
  history?: number;
}

/** Of one run, in seconds. */
export interface Bounds {
  /** To come in. */
  setup: number;
  /** Under load, before anything counts. */
  warmup: number;
  time: number;
  /** For the last messages to arrive. */
  drain: number;
}

export interface Metric {
  /** Its name in what the load generator prints, or "startMilliseconds". */
  field: string;
  title: string;
  unit: string;
  /** What the field is divided by to be in that unit. */
  per: number;
}

/** What is aimed at. Missing it is no fault, but is said. */
export interface Target {
  metric: Metric;
  variant: string;
  /** Of several the worst, in each round; without, the figure itself is what is aimed at. */
  against?: readonly string[];
  /** A ratio, or a figure in the metric's unit. */
  atLeast?: number;
  atMost?: number;
}

export interface Scenario {
  title: string;
  variants: Readonly<Record<string, Variant>>;
  /** Arguments for the load generator; none if only the start is measured. */
  load?: readonly string[];
  bounds?: Partial<Bounds>;
  metrics: readonly Metric[];
  targets?: readonly Target[];
}

export type Scenarios = Readonly<Record<string, Scenario>>;

export const THROUGHPUT: Metric = {
  field: "deliveriesPerSecond",
  title: "deliveries",
  unit: "M/s",
  per: 1e6,
};
export const CPU: Metric = {
  field: "cpuSecondsPerMillion",
  title: "CPU each",
  unit: "µs",
  // Seconds for a million are microseconds for one.
  per: 1,
};
export const P50: Metric = { field: "p50Microseconds", title: "p50", unit: "ms", per: 1000 };
export const P99: Metric = { field: "p99Microseconds", title: "p99", unit: "ms", per: 1000 };
export const START: Metric = { field: "startMilliseconds", title: "start", unit: "ms", per: 1 };
export const CONNECTS: Metric = {
  field: "connectsPerSecond",
  title: "connects",
  unit: "k/s",
  per: 1000,
};
export const MEMORY: Metric = {
  field: "kbPerConnection",
  title: "memory each",
  unit: "KB",
  per: 1,
};
/** Of one that is in the room. */
export const MEMBER: Metric = { ...MEMORY, field: "kbPerMember" };

/** `--receivers 100 --window 64` */
export function words(options: Record<string, string | number>): string[] {
  return Object.entries(options).flatMap(([name, value]) => [`--${name}`, `${value}`]);
}
