/** How the server bears more of everything: as ratios to the least of it. */
import { ping, pipelined } from "./loads.ts";
import { CPU, P99, type Scenarios, THROUGHPUT, type Variant, words } from "./scenario.ts";
import { CHAT, NATIVE } from "./variants.ts";

const METRICS = [THROUGHPUT, CPU, P99];
const MEMBERS = [10, 100, 1000, 10_000];
const ROOMS = [10, 100, 1000];
const MEMBERS_OF_A_ROOM = 10;
const BYTES = [16, 100, 1000, 4000, 16_000];
const MESSAGES = [1e4, 1e5, 1e6];
const IDLE = [0, 1000, 10_000];

/** Everybody is told of everybody who comes in, so that coming in grows with the square. */
const CROWD = { setup: 120, warmup: 3, time: 6, drain: 15 };

export const GROWTH: Scenarios = {
  "growth-members": {
    title: "pipelined into one room",
    variants: each(MEMBERS, "members", (receivers) => ({
      ...CHAT,
      load: pipelined(receivers),
      ...(receivers > 1000 && { bounds: CROWD }),
    })),
    load: [],
    metrics: METRICS,
  },
  "growth-members-ping": {
    title: "one message at a time into one room",
    variants: each(MEMBERS, "members", (receivers) => ({
      ...CHAT,
      load: ping(receivers),
      ...(receivers > 1000 && { bounds: CROWD }),
    })),
    load: [],
    metrics: METRICS,
  },
  "growth-rooms": {
    title: `pipelined into rooms of ${MEMBERS_OF_A_ROOM}, each with a sender`,
    variants: each(ROOMS, "rooms", (rooms) => ({
      ...NATIVE,
      load: words({ rooms, senders: rooms, receivers: rooms * MEMBERS_OF_A_ROOM, window: 16 }),
      bounds: { setup: 30 },
    })),
    load: [],
    metrics: METRICS,
  },
  "growth-size": {
    // As much as is outstanding must fit into what may wait for a member.
    title: "pipelined into a room of 100, 64 messages outstanding",
    variants: each(BYTES, "bytes", (size) => ({ ...CHAT, load: words({ size }) })),
    load: words({ receivers: 100, senders: 4, window: 16 }),
    metrics: METRICS,
  },
  "growth-history": {
    title: "pipelined into a room of 100 with a past",
    variants: each(MESSAGES, "messages kept", (history) => ({ ...CHAT, history })),
    load: pipelined(100),
    metrics: METRICS,
  },
  "growth-idle": {
    title: "pipelined into a room of 100, and beside it",
    variants: each(IDLE, "idle", (count) => ({
      ...CHAT,
      load: words({ idle: count }),
      bounds: { setup: 30 },
    })),
    load: pipelined(100),
    metrics: METRICS,
  },
};

function each(
  counts: readonly number[],
  unit: string,
  variant: (count: number) => Variant,
): Record<string, Variant> {
  return Object.fromEntries(counts.map((count) => {
    const title = `${count.toLocaleString("en")} ${unit}`;
    return [`${count}-${unit.replaceAll(" ", "-")}`, { ...variant(count), title }];
  }));
}
