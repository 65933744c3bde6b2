/** What is measured, on which servers, and which figures are shown. */

/** One way to run a server. The first of a scenario's is what the others are compared with. */
export interface Variant {
  title: string;
  /** "reference" is bench/reference.ts, "chat" is what the `serve` task starts. */
  program: "reference" | "chat";
  wire: "bgnet0" | "native" | "web";
  /** Flags of `chat serve`, beside those that every run has. */
  flags: readonly string[];
  /** How many more are in the room that never read what they are told. */
  stopped?: number;
}

export interface Metric {
  /** Its name in what the load generator prints, or "startMilliseconds". */
  field: string;
  title: string;
  unit: string;
  /** What the field is divided by to be in that unit. */
  per: number;
}

export interface Scenario {
  title: string;
  variants: readonly VariantName[];
  /** Arguments for the load generator; none if only the start is measured. */
  load?: readonly string[];
  metrics: readonly Metric[];
  /** Runs only when it is asked for by name. */
  isExtra?: boolean;
}

const IN_FILE = ["--durability", "process"];

export const VARIANTS = {
  reference: { title: "reference", program: "reference", wire: "bgnet0", flags: [] },
  chat: { title: "chat", program: "chat", wire: "bgnet0", flags: IN_FILE },
  memory: {
    title: "chat --db :memory:",
    program: "chat",
    wire: "bgnet0",
    flags: [...IN_FILE, "--db", ":memory:"],
  },
  power: {
    title: "chat --durability power",
    program: "chat",
    wire: "bgnet0",
    flags: ["--durability", "power"],
  },
  fixed: {
    title: "chat --dialect bgnet0",
    program: "chat",
    wire: "bgnet0",
    flags: [...IN_FILE, "--dialect", "bgnet0"],
  },
  native: { title: "chat, native wire", program: "chat", wire: "native", flags: IN_FILE },
  stopped: {
    title: "chat, one stopped",
    program: "chat",
    wire: "bgnet0",
    flags: IN_FILE,
    stopped: 1,
  },
  web: { title: "chat, WebSockets", program: "chat", wire: "web", flags: IN_FILE },
} as const satisfies Record<string, Variant>;

export type VariantName = keyof typeof VARIANTS;

const THROUGHPUT: Metric = {
  field: "deliveriesPerSecond",
  title: "deliveries",
  unit: "M/s",
  per: 1e6,
};
const CPU: Metric = {
  field: "cpuSecondsPerMillion",
  title: "CPU each",
  unit: "µs",
  // Seconds for a million are microseconds for one.
  per: 1,
};
const P50: Metric = { field: "p50Microseconds", title: "p50", unit: "ms", per: 1000 };
const P99: Metric = { field: "p99Microseconds", title: "p99", unit: "ms", per: 1000 };
const START: Metric = { field: "startMilliseconds", title: "start", unit: "ms", per: 1 };
const CONNECTS: Metric = {
  field: "connectsPerSecond",
  title: "connects",
  unit: "k/s",
  per: 1000,
};
const MEMORY: Metric = { field: "kbPerConnection", title: "memory each", unit: "KB", per: 1 };
/** Of one that is in the room. */
const MEMBER: Metric = { ...MEMORY, field: "kbPerMember" };

const IDLE = ["--mode", "hold", "--receivers", "3000", "--time", "0.5"];
const PIPELINED_1000 = ["--receivers", "1000", "--senders", "4", "--window", "64"];
const STEADY = ["--mode", "latency", "--rate", "50", "--receivers", "1000", "--senders", "1"];
const PING = ["--receivers", "1000", "--senders", "1", "--window", "1"];

export const SCENARIOS: Record<string, Scenario> = {
  start: {
    title: "process start to listening",
    variants: ["reference", "chat"],
    metrics: [START],
  },
  idle: {
    title: "3,000 connections that say nothing",
    variants: ["reference", "chat"],
    // Fewer than 4,096: many systems give a process no more file descriptors than that.
    load: IDLE,
    metrics: [CONNECTS, MEMORY],
  },
  "pipelined-100": {
    title: "pipelined into a room of 100",
    variants: ["reference", "chat", "fixed", "memory", "power", "native"],
    load: ["--receivers", "100", "--senders", "4", "--window", "64"],
    metrics: [THROUGHPUT, CPU, P99],
  },
  "pipelined-1000": {
    title: "pipelined into a room of 1,000",
    variants: ["reference", "chat", "memory", "power", "native"],
    load: PIPELINED_1000,
    metrics: [THROUGHPUT, CPU, P99],
  },
  ping: {
    title: "one message at a time into a room of 1,000",
    variants: ["reference", "chat", "power"],
    load: PING,
    metrics: [CPU, P50, P99],
  },
  steady: {
    title: "50 messages a second into a room of 1,000",
    variants: ["reference", "chat", "memory", "power"],
    load: STEADY,
    metrics: [CPU, P50, P99],
    isExtra: true,
  },
  stopped: {
    title: "pipelined into a room of 1,000, one more of whom never reads",
    variants: ["chat", "stopped"],
    load: [...PIPELINED_1000, "--time", "8"],
    metrics: [THROUGHPUT, CPU, P99],
    isExtra: true,
  },
  "stopped-steady": {
    title: "50 messages a second into a room of 1,000, one more of whom never reads",
    variants: ["chat", "stopped"],
    load: [...STEADY, "--time", "8"],
    metrics: [CPU, P50, P99],
    isExtra: true,
  },
  "web-idle": {
    title: "3,000 WebSockets that say nothing, against 3,000 native connections",
    variants: ["native", "web"],
    load: IDLE,
    metrics: [CONNECTS, MEMORY],
    isExtra: true,
  },
  "web-pipelined": {
    title: "pipelined into a room of 1,000 WebSockets, against 1,000 native members",
    variants: ["native", "web"],
    load: PIPELINED_1000,
    metrics: [THROUGHPUT, CPU, P99, MEMBER],
    isExtra: true,
  },
  "web-ping": {
    title: "one message at a time into a room of 1,000 WebSockets, against 1,000 native members",
    variants: ["native", "web"],
    load: PING,
    metrics: [CPU, P50, P99],
    isExtra: true,
  },
};
