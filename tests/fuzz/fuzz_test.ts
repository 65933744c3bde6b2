import { fuzz } from "./fuzz.ts";

const SEED = Number(Deno.env.get("CHAT_TEST_SEED") ?? Date.now() % 1e9);

Deno.test(`ten seconds of anything break no decoder, no hub and no server (seed ${SEED})`, async () => {
  await fuzz({ milliseconds: 10_000, seed: SEED, dialects: [], isBlind: true });
});
