/** The loads that several scenarios have in common. */
import { words } from "./scenario.ts";

/** Senders keep as much outstanding as they may: the most that a server can do. */
export function pipelined(receivers: number): string[] {
  return words({ receivers, senders: 4, window: 64 });
}

/** One message at a time: nothing can be gathered. */
export function ping(receivers: number): string[] {
  return words({ receivers, senders: 1, window: 1 });
}

/** By the clock, whatever has become of the messages before. */
export const STEADY = words({ mode: "latency", rate: 50, receivers: 1000, senders: 1 });

/** Connections that say nothing. */
export function idle(receivers: number): string[] {
  return words({ mode: "hold", receivers });
}

/** Long enough for 99 of 100 to mean something where few messages are sent. */
export const LONG = { time: 8 };
