/** What the server's own choices cost: a file, an fsync, telling the dialect, WebSockets. */
import { idle, ping, pipelined } from "./loads.ts";
import { CONNECTS, CPU, MEMBER, MEMORY, P50, P99, type Scenarios, THROUGHPUT } from "./scenario.ts";
import { CHAT, FIXED, MEMORY_ONLY, NATIVE, POWER, WEB } from "./variants.ts";

export const CHOICES: Scenarios = {
  "choices-100": {
    title: "pipelined into a room of 100",
    variants: { chat: CHAT, fixed: FIXED, memory: MEMORY_ONLY, power: POWER },
    load: pipelined(100),
    metrics: [THROUGHPUT, CPU, P99],
  },
  "choices-1000": {
    title: "pipelined into a room of 1,000",
    variants: { chat: CHAT, memory: MEMORY_ONLY, power: POWER },
    load: pipelined(1000),
    metrics: [THROUGHPUT, CPU, P99],
  },
  "choices-ping": {
    title: "one message at a time into a room of 1,000",
    variants: { chat: CHAT, memory: MEMORY_ONLY, power: POWER },
    load: ping(1000),
    metrics: [CPU, P50, P99],
  },
};

export const BROWSERS: Scenarios = {
  "web-idle": {
    title: "3,000 WebSockets that say nothing, against 3,000 native connections",
    variants: { native: NATIVE, web: WEB },
    load: idle(3000),
    metrics: [CONNECTS, MEMORY],
  },
  "web-pipelined": {
    title: "pipelined into a room of 1,000 WebSockets, against 1,000 native members",
    variants: { native: NATIVE, web: WEB },
    load: pipelined(1000),
    metrics: [THROUGHPUT, CPU, P99, MEMBER],
  },
  "web-ping": {
    title: "one message at a time into a room of 1,000 WebSockets, against 1,000 native members",
    variants: { native: NATIVE, web: WEB },
    load: ping(1000),
    metrics: [CPU, P50, P99],
  },
};
