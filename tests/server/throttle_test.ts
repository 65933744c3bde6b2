import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { assert } from "@std/assert";
import { Throttle } from "../../src/server/throttle.ts";

Deno.test("a burst passes at once, and then each command waits for its turn", () => {
  const throttle = new Throttle({ burst: 3, perSecond: 4 });
  assertEquals([1, 2, 3, 4, 5].map(() => throttle.take(1000)), [0, 0, 0, 250, 500]);
});

Deno.test("who has been silent has a full burst again, and no more than that", () => {
  const throttle = new Throttle({ burst: 2, perSecond: 1 });
  for (let index = 0; index < 5; index++) throttle.take(0);
  assertEquals([1, 2, 3].map(() => throttle.take(1e9)), [0, 0, 1000]);
});

Deno.test("a rate of 0 sets no limit", () => {
  const throttle = new Throttle({ burst: 1, perSecond: 0 });
  assertEquals(Array.from({ length: 100 }, () => throttle.take(0)), Array(100).fill(0));
});

Deno.test("however low the rate is, nobody waits for longer than a minute", () => {
  const throttle = new Throttle({ burst: 1, perSecond: 1e-9 });
  throttle.take(0);
  assertEquals(throttle.take(0), 60_000);
});

Deno.test("law: who waits as told never goes faster than the burst and the rate allow", () => {
  const gaps = fc.array(fc.nat(2000), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 }), gaps, (burst, gaps) => {
    const throttle = new Throttle({ burst: burst, perSecond: 4 });
    const times: number[] = [];
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      now += throttle.take(now);
      times.push(now);
    }
    for (let from = 0; from + burst < times.length; from++) {
      assert(times[from + burst]! - times[from]! >= 250 - 1e-6);
    }
  }));
});

Deno.test("law: how long one would wait is how long one waits, and asking takes nothing", () => {
  const gaps = fc.array(fc.nat(2000), { minLength: 1, maxLength: 50 });
  fc.assert(fc.property(fc.integer({ min: 1, max: 10 }), gaps, (burst, gaps) => {
    const throttle = new Throttle({ burst: burst, perSecond: 3 });
    let now = 0;
    for (const gap of gaps) {
      now += gap;
      throttle.wait(now);
      assertEquals(throttle.wait(now), throttle.take(now));
    }
  }));
});
