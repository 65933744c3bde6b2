import { assertEquals } from "@std/assert";
import { loadServer } from "../../src/config/listeners.ts";
import type { Sources } from "../../src/config/load.ts";
import { ROOM, serveOptions } from "../../src/config/serve_options.ts";
import { roomOptions } from "../../src/config/rooms.ts";
import { refused } from "./refused.ts";

const options = serveOptions(["native"]);
const settings = (text: string, sources: Sources = {}) =>
  loadServer(options, { ...sources, file: { name: "server.toml", text } });

Deno.test("a room has its name and every option that may differ, its own or the server's", () => {
  const cases: [string, { keep_days: number; keep_messages: number }][] = [
    ["", { keep_days: 30, keep_messages: 1000 }],
    ["keep_days = 0.5", { keep_days: 0.5, keep_messages: 1000 }],
    ["keep_messages = 7", { keep_days: 30, keep_messages: 7 }],
    ["keep_days = 0\nkeep_messages = 0", { keep_days: 0, keep_messages: 0 }],
  ];
  for (const [own, values] of cases) {
    const { room } = settings(
      `keep_days = 30\nkeep_messages = 1000\n[[room]]\nname = "dev"\n${own}`,
    );
    assertEquals(room, [{ name: "dev", ...values }]);
    const keys = Object.keys(roomOptions(options)).filter((key) => !(key in ROOM));
    assertEquals(Object.keys(values).sort(), keys.sort());
  }
});

Deno.test("what the command line says of all rooms is so in those that say nothing else", () => {
  const { room } = settings('[[room]]\nname = "a"\n[[room]]\nname = "b"\nkeep_days = 2', {
    flags: { keep_days: "9" },
  });
  assertEquals(room.map((it) => [it.name, it.keep_days]), [["a", 9], ["b", 2]]);
});

Deno.test("there need not be any", () => {
  assertEquals(loadServer(options, {}).room, []);
  assertEquals(settings("room = []").room, []);
});

Deno.test("what is wrong with a table of a room is told with its line", () => {
  const NAMED = '[[room]]\nname = "dev"\n';
  const tables = "room must be [[room]] tables";
  const whole = "must be a whole number from 0 to 1000000000000, not";
  const cases: [string, string][] = [
    ["\n[[room]]\n", "2: [[room]] needs a name"],
    ['[[room]]\nname = ""', "2: [[room]] needs a name"],
    ["[[room]]\nkeep_days = 1", "1: [[room]] needs a name"],
    ["[[room]]\nname = 5", "2: name must be text in quotes, not 5"],
    [`${NAMED}keep_days = "30"`, '3: keep_days must be a number from 0 to 100000, not "30"'],
    [`${NAMED}keep_days = -1`, "3: keep_days must be a number from 0 to 100000, not -1"],
    [`${NAMED}keep_messages = 1.5`, `3: keep_messages ${whole} 1.5`],
    [`${NAMED}keep_messages = true`, `3: keep_messages ${whole} true`],
    [`${NAMED}keep_megabytes = 1`, "3: keep_megabytes must stand above the first [[room]]"],
    [`${NAMED}port = 1`, "3: port must stand above the first [[room]]"],
    [`${NAMED}[[room]]\nnane = "x"`, '4: unknown key "nane"'],
    [`${NAMED}__proto__ = 1`, '3: unknown key "__proto__"'],
    ["\nroom = 5", `2: ${tables}, not 5`],
    ["\nroom = [5]", `2: ${tables}, not 5`],
    ['[room]\nname = "x"', `1: ${tables}, not a table`],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => settings(text));
    assertEquals([error.message, error.exitCode], [`server.toml:${message}`, 78]);
  }
});

Deno.test("what an unknown key of a room could have meant is one of a room's", () => {
  const inner = refused(() => settings("[[room]]\nkeep_day = 1")).unknown?.known;
  assertEquals(inner, ["name", "keep_days", "keep_messages"]);
  const top = refused(() => settings("[[rooms]]")).unknown?.known ?? [];
  assertEquals([top.includes("room"), top.includes("name")], [true, false]);
});

Deno.test("how long things are kept and waited for is set wherever other things are", () => {
  const numbers = {
    keep_days: 0.5,
    keep_messages: 10,
    keep_megabytes: 1.5,
    resume_seconds: 0,
    max_kept_places: 3,
  };
  const text = Object.entries(numbers).map(([key, value]) => `${key} = ${value}`).join("\n");
  const environment = Object.fromEntries(
    Object.entries(numbers).map(([key, value]) => [`CHAT_${key.toUpperCase()}`, `${value}`]),
  );
  for (const values of [settings(text), loadServer(options, { environment })]) {
    for (const [key, value] of Object.entries(numbers)) {
      assertEquals(values[key as keyof typeof numbers], value, key);
    }
  }
  const { keep_days, keep_messages, keep_megabytes, resume_seconds } = loadServer(options, {});
  assertEquals([keep_days, keep_messages, keep_megabytes, resume_seconds], [0, 0, 0, 120]);
});
