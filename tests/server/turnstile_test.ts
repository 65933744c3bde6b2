import { assertEquals } from "@std/assert";
import { Turnstile } from "../../src/server/turnstile.ts";

Deno.test("so many go through in a turn, the others in the next ones, in their order", async () => {
  const turns: (() => void)[] = [];
  const turnstile = new Turnstile(2, (run) => turns.push(run));
  const passed: number[] = [];
  const waits = Array.from({ length: 5 }, (_, index) => {
    const wait = turnstile.enter();
    if (!wait) passed.push(index);
    return wait?.then(() => passed.push(index));
  });
  assertEquals(passed, [0, 1]);
  turns.shift()!();
  await waits[3];
  assertEquals(passed, [0, 1, 2, 3]);
  turns.shift()!();
  await waits[4];
  assertEquals(passed, [0, 1, 2, 3, 4]);
});

Deno.test("whoever comes while others wait does not go before them", async () => {
  const turns: (() => void)[] = [];
  const turnstile = new Turnstile(1, (run) => turns.push(run));
  assertEquals(turnstile.enter(), undefined);
  const second = turnstile.enter()!;
  turns.shift()!();
  const third = turnstile.enter();
  await second;
  assertEquals(third instanceof Promise, true);
  turns.shift()!();
  await third;
  turns.shift()!();
  assertEquals(turnstile.enter(), undefined);
});
