import { assertEquals } from "@std/assert";
import { Metrics } from "../../src/server/metrics.ts";
import { TurnedAway } from "../../src/server/turned_away.ts";

Deno.test("however many are turned away, the log has one line a second, and the metrics all of them", () => {
  const metrics = new Metrics({ now: 0 });
  const lines: unknown[] = [];
  const log = (...line: unknown[]) => void lines.push(line);
  const turnedAway = new TurnedAway({ log, metrics });
  turnedAway.check();
  assertEquals(lines, []);
  for (let index = 0; index < 1000; index++) turnedAway.add("too-often-from-address", "10.0.0.1:1");
  turnedAway.add("banned-address", "10.0.0.2:2");
  turnedAway.check();
  turnedAway.check();
  assertEquals(lines, [[
    "warning",
    "connections refused",
    { "too-often-from-address": 1000, "banned-address": 1, lastFrom: "10.0.0.2:2" },
  ]]);
  assertEquals(metrics.turnedAway["too-often-from-address"], 1000);
  assertEquals(metrics.turnedAway["banned-address"], 1);
});
