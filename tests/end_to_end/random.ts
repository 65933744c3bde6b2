/** Whole numbers below a bound, the same for the same seed: a linear congruential generator. */
export type Random = (below: number) => number;

export function random(seed: number): Random {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) % below;
  };
}
