/**
 * How long to wait before trying again: longer each time, and partly by chance, so that all the clients of a
 * server that was restarted do not come back in the same moment.
 */

const FIRST_MILLISECONDS = 500;
const LONGEST_MILLISECONDS = 30_000;

/** `attempt` counts from 0, `chance` is from 0 to 1. In milliseconds. */
export function backOff(attempt: number, chance: number): number {
  const most = Math.min(FIRST_MILLISECONDS * 2 ** attempt, LONGEST_MILLISECONDS);
  return Math.round(most * (0.5 + chance / 2));
}
