import { assertEquals } from "@std/assert";
import type { Option } from "../../src/config/options.ts";
import { describe, wrap } from "../../src/config/prose.ts";

Deno.test("an option says its bounds where they tell a reader something", () => {
  const number: Option = { kind: "integer", default: 1, help: "Some." };
  const cases: [Partial<Option>, string][] = [
    [{}, "Some."],
    [{ min: 0, max: 1e12 }, "Some."],
    [{ min: 1, max: 1e9 }, "Some. At least 1."],
    [{ min: 0, max: 9 }, "Some. From 0 to 9."],
    [{ max: 9 }, "Some. From 0 to 9."],
    [{ choices: [1, 2] }, "Some. One of: 1, 2."],
  ];
  for (const [more, said] of cases) assertEquals(describe({ ...number, ...more }), said);
});

Deno.test("choices that the help names already are not listed again", () => {
  const option: Option = { kind: "text", default: "a", help: "a = one, b = two.", choices: ["a"] };
  assertEquals(describe({ ...option, choices: ["a", "b"] }), "a = one, b = two.");
  assertEquals(describe({ ...option, choices: ["a", "tw"] }), "a = one, b = two. One of: a, tw.");
});

Deno.test("lines are filled up to the width, and a word that is longer is left whole", () => {
  const words = "one two three eleven".split(" ");
  assertEquals(wrap(words, 7), ["one two", "three", "eleven"]);
  assertEquals(wrap(words, 6), ["one", "two", "three", "eleven"]);
  assertEquals(wrap(words, 3), ["one", "two", "three", "eleven"]);
  assertEquals(wrap(words, 100), ["one two three eleven"]);
});
