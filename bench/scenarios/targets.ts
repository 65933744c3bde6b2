/** What is aimed at, against InspIRCd and against the same server without what disturbs it. */
import { idle, LONG, ping, pipelined, STEADY } from "./loads.ts";
import {
  CONNECTS,
  CPU,
  MEMORY,
  P50,
  P99,
  type Scenarios,
  START,
  type Target,
  THROUGHPUT,
  words,
} from "./scenario.ts";
import {
  CHAT,
  INSPIRCD,
  LIMIT,
  MIXED,
  NATIVE,
  NGIRCD,
  REFERENCE,
  UNDELAYED_INSPIRCD,
  VU,
} from "./variants.ts";

const PEERS = {
  inspircd: INSPIRCD,
  ngircd: NGIRCD,
  chat: CHAT,
  native: NATIVE,
  reference: REFERENCE,
  limit: LIMIT,
};
const PEERS_IN_BULK = { ...PEERS, "inspircd-undelayed": UNDELAYED_INSPIRCD };

const STOPPED = { ...CHAT, title: "one who never reads", load: words({ stopped: 1 }) };
const DISTURBED = {
  stopped: STOPPED,
  trickle: { ...CHAT, title: "one who reads slowly", load: words({ trickle: 1 }) },
  flooder: { ...CHAT, title: "one who floods", load: words({ flooders: 1 }) },
  idle: { ...CHAT, title: "10,000 idle", load: words({ idle: 10_000 }), bounds: { setup: 30 } },
};

export const TARGETS: Scenarios = {
  start: {
    title: "process start to listening",
    variants: { reference: REFERENCE, chat: CHAT },
    metrics: [START],
    targets: [{ metric: START, variant: "chat", atMost: 250 }],
  },
  "pipelined-100": {
    title: "pipelined into a room of 100",
    variants: PEERS_IN_BULK,
    load: pipelined(100),
    metrics: [THROUGHPUT, CPU, P99],
    targets: [{ metric: THROUGHPUT, variant: "chat", against: ["inspircd"], atLeast: 5 }],
  },
  "pipelined-1000": {
    title: "pipelined into a room of 1,000",
    variants: PEERS_IN_BULK,
    load: pipelined(1000),
    metrics: [THROUGHPUT, CPU, P99],
    targets: [{ metric: THROUGHPUT, variant: "chat", against: ["inspircd"], atLeast: 2 }],
  },
  "ping-1000": {
    title: "one message at a time into a room of 1,000",
    variants: PEERS,
    load: ping(1000),
    metrics: [CPU, P50, P99],
    targets: [
      { metric: CPU, variant: "chat", against: ["inspircd"], atMost: 1.2 },
      { metric: P99, variant: "chat", against: ["inspircd"], atMost: 1.2 },
    ],
  },
  "steady-1000": {
    title: "50 messages a second into a room of 1,000",
    variants: PEERS,
    load: STEADY,
    bounds: LONG,
    metrics: [CPU, P50, P99],
    targets: [{ metric: P99, variant: "chat", against: ["inspircd"], atMost: 1.2 }],
  },
  "mixed-1000": {
    title: "pipelined into a room of 1,000, a third each of native, bgnet0 and vu",
    variants: { native: NATIVE, bgnet0: { ...CHAT, title: "chat, bgnet0" }, vu: VU, mixed: MIXED },
    load: pipelined(1000),
    metrics: [THROUGHPUT, CPU, P99],
    targets: [{
      metric: THROUGHPUT,
      variant: "mixed",
      against: ["native", "bgnet0", "vu"],
      atLeast: 0.8,
    }],
  },
  "idle-10000": {
    title: "10,000 connections that say nothing",
    variants: { inspircd: INSPIRCD, reference: REFERENCE, chat: CHAT },
    load: idle(10_000),
    bounds: { setup: 30 },
    metrics: [CONNECTS, MEMORY],
    targets: idleTargets("chat"),
  },
  "idle-10000-greeted": {
    title: "10,000 who have said their names and are in no room",
    variants: { inspircd: INSPIRCD, native: NATIVE },
    load: [...idle(10_000), "--greet"],
    bounds: { setup: 60 },
    metrics: [CONNECTS, MEMORY],
    targets: idleTargets("native"),
  },
  disturbed: {
    title: "50 messages a second into a room of 1,000, and beside it",
    variants: { chat: CHAT, ...DISTURBED },
    load: STEADY,
    bounds: LONG,
    metrics: [CPU, P50, P99],
    targets: Object.keys(DISTURBED).map(undisturbed),
  },
  "disturbed-pipelined": {
    title: "pipelined into a room of 1,000, and in it",
    variants: { chat: CHAT, stopped: STOPPED },
    load: pipelined(1000),
    bounds: LONG,
    metrics: [THROUGHPUT, CPU, P99],
    targets: [undisturbed("stopped")],
  },
};

function idleTargets(variant: string): Target[] {
  return [
    { metric: CONNECTS, variant, atLeast: 5 },
    { metric: MEMORY, variant, atMost: 20 },
  ];
}

/** The others notice nothing of it. */
function undisturbed(variant: string): Target {
  return { metric: P99, variant, against: ["chat"], atMost: 1.1 };
}
