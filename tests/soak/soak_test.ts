import { assertEquals } from "@std/assert";
import { soak } from "./soak.ts";

Deno.test("a quarter of a minute of people of all wires who come and go loses and doubles nothing", async () => {
  const seed = Date.now() % 1e9;
  const { faults } = await soak({ milliseconds: 12_000, seed, sampleMilliseconds: 3000 });
  assertEquals(faults, [], `seed ${seed}`);
});
