/** How long people wait for an answer while something else goes on. */
import type { EventPeer } from "./event_peer.ts";

/**
 * Of so many answers the one in the middle: a busy machine may delay some of them, and whoever waits for somebody
 * else waits each time. In milliseconds.
 */
export async function usualDelay(peer: EventPeer, answers: number): Promise<number> {
  const delays: number[] = [];
  while (delays.length < answers) {
    const since = performance.now();
    await peer.expectQuiet();
    delays.push(performance.now() - since);
  }
  return delays.toSorted((a, b) => a - b)[answers >> 1]!;
}
