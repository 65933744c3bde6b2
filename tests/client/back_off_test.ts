import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { backOff } from "../../src/client/back_off.ts";

Deno.test("each wait may be twice as long as the one before it, up to half a minute", () => {
  const waits = Array.from({ length: 8 }, (_, attempt) => backOff(attempt, 1));
  assertEquals(waits, [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

Deno.test("law: a wait is between half of the longest and the longest, as chance has it", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(fc.property(fc.nat({ max: 100_000 }), chance, (attempt, chance) => {
    const longest = backOff(attempt, 1);
    const wait = backOff(attempt, chance);
    assert(wait >= longest / 2 && wait <= longest && longest <= 30_000);
    assertEquals(wait, Math.round(longest * (1 + chance) / 2));
  }));
});
