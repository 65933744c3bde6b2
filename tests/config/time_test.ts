import { assertEquals } from "@std/assert";
import { readTime } from "../../src/config/time.ts";
import { refused } from "./refused.ts";

const NOW = Date.UTC(2026, 10, 20, 21, 14);
const read = (text: string) => readTime(text, { flag: "after", now: NOW });

Deno.test("a date is its midnight here, and a time is by the clock here", () => {
  assertEquals(read("2026-11-20"), new Date(2026, 10, 20).getTime());
  assertEquals(read("2026-11-20T21:14"), new Date(2026, 10, 20, 21, 14).getTime());
  assertEquals(read("2026-11-20 21:14:05"), new Date(2026, 10, 20, 21, 14, 5).getTime());
  assertEquals(read("2024-02-29"), new Date(2024, 1, 29).getTime());
});

Deno.test("a time with a zone is the same everywhere", () => {
  assertEquals(read("2026-11-20T21:14Z"), NOW);
  assertEquals(read("2026-11-20t21:14:00.5z"), NOW + 500);
  assertEquals(read("2026-11-20T22:14+01:00"), NOW);
  assertEquals(read("2026-11-20T15:44-0530"), NOW);
});

Deno.test("an age counts back from now", () => {
  assertEquals(read("90m"), NOW - 90 * 60_000);
  assertEquals(read("36h"), NOW - 36 * 3_600_000);
  assertEquals(read("7d"), NOW - 7 * 86_400_000);
  assertEquals(read("0s"), NOW);
});

Deno.test("no time is none", () => {
  assertEquals(read(""), undefined);
});

Deno.test("what is no time is refused, by the name of its flag", () => {
  const wrong = [
    "yesterday",
    "2026-02-30",
    "2026-13-01",
    "2026-00-10",
    "2026-11-20T24:00",
    "2026-11-20T21:60",
    "2026-11-20T21",
    "2026-11-20Z",
    "2026-11-20T21:14+25:00",
    "12:00",
    "7",
    "7 d",
    "-7d",
    "7y",
    "1e9d",
    "20261120",
    " 7d",
  ];
  for (const text of wrong) {
    const error = refused(() => read(text));
    assertEquals([error.exitCode, error.message.split(" must be ")[0]], [2, "--after"], text);
  }
});
