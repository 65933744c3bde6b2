/** How long people wait for an answer while something else goes on. */
import { assert } from "@std/assert";
import type { EventPeer } from "./event_peer.ts";

/** For nearly all, and for the few that a busy machine keeps for longer. */
const LATE_MILLISECONDS = 1000;
const LATEST_MILLISECONDS = 5000;

/** Asks so often, one question after another: all answers but one in twenty come soon, and none very late. */
export async function assertHeardSoon(peer: EventPeer, questions: number) {
  const delays: number[] = [];
  while (delays.length < questions) {
    const since = performance.now();
    await peer.expectQuiet();
    delays.push(performance.now() - since);
  }
  delays.sort((one, other) => one - other);
  const [late, latest] = [delays[Math.floor(questions * 0.95)]!, delays.at(-1)!];
  assert(late < LATE_MILLISECONDS, `one answer in twenty took ${late} ms`);
  assert(latest < LATEST_MILLISECONDS, `an answer took ${latest} ms`);
}
