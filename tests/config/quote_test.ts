import { assertEquals } from "@std/assert";
import { quote, shorten } from "../../src/config/quote.ts";

Deno.test("a found value is named so that its kind is plain", () => {
  const cases: [unknown, string][] = [
    ["abc", '"abc"'],
    ["", '""'],
    [3490, "3490"],
    [-0.5, "-0.5"],
    [Infinity, "inf"],
    [-Infinity, "-inf"],
    [NaN, "nan"],
    [true, "true"],
    [[1, 2], "a list"],
    [{ port: 1 }, "a table"],
    [new Date(0), "a date"],
    ["\x07", '"\\u{7}"'],
  ];
  for (const [value, shown] of cases) assertEquals(quote(value), shown);
});

Deno.test("a text of 40 characters is shown whole and one of 41 is cut", () => {
  assertEquals(shorten("x".repeat(40)), "x".repeat(40));
  assertEquals(shorten("x".repeat(41)), "x".repeat(40) + "…");
});

Deno.test("a long text is never cut inside a character", () => {
  assertEquals(shorten("😀".repeat(40)), "😀".repeat(40));
  assertEquals(shorten("😀".repeat(1000)), "😀".repeat(40) + "…");
});
