import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Histogram } from "../../src/server/histogram.ts";

const BOUNDS = [0.1, 1, 10];

function histogramOf(...values: number[]): Histogram {
  const histogram = new Histogram(BOUNDS);
  for (const value of values) histogram.observe(value);
  return histogram;
}

Deno.test("a value is counted in the first bucket that it fits into, its bound included", () => {
  const { counts, sum, count } = histogramOf(0, 0.1, 0.5, 1, 2, 11);
  assertEquals(counts, [2, 2, 1, 1]);
  assertEquals([sum, count], [14.6, 6]);
});

Deno.test("it is known which bound most values stay within", () => {
  const histogram = histogramOf(...Array(98).fill(0.05), 0.5, 5);
  assertEquals([0.5, 0.98, 0.99, 1].map((part) => histogram.within(part)), [0.1, 0.1, 1, 10]);
  assertEquals(histogramOf(11).within(0.5), Infinity);
  assertEquals(histogramOf().within(0.99), 0);
});

Deno.test("law: so many values are counted as there are, and each bound has those within it", () => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 20, noNaN: true })), (values) => {
    const { counts, count } = histogramOf(...values);
    assertEquals(count, values.length);
    let within = 0;
    for (const [index, bound] of BOUNDS.entries()) {
      within += counts[index]!;
      assertEquals(within, values.filter((value) => value <= bound).length);
    }
  }));
});
