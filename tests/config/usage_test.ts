import { assert, assertEquals } from "@std/assert";
import { connectOptions, type Options } from "../../src/config/options.ts";
import { serveOptions } from "../../src/config/serve_options.ts";
import { usage } from "../../src/config/usage.ts";
import { dialectNames } from "../../src/wire/dialects.ts";

const options = {
  host: { kind: "text", default: "::", help: "Where to listen.", short: "H", section: "Network" },
  port: { kind: "integer", default: 3490, help: "The port.", max: 65535 },
  loud: { kind: "switch", default: true, help: "Whether it rings.", section: "Sound" },
  very_long_name_seconds: { kind: "number", default: 1, help: "Time." },
  listen: { kind: "switch", default: false, help: "Stay.", flagOnly: true },
  target: { kind: "text", default: "", help: "A host.", flagOnly: true },
} satisfies Options;

Deno.test("flags stand left, their help right, under headings", () => {
  const expected = `
Network:
  -H, --host TEXT    Where to listen. [default: ::]
      --port N       The port. From 0 to 65535.
                     [default: 3490]

Sound:
      --[no-]loud    Whether it rings. [default: on]
      --very-long-name-seconds N
                     Time. [default: 1]
      --listen       Stay.
      --target TEXT  A host.

General:
      --config PATH  Read the settings from this file.
  -h, --help         Show this help.
  -V, --version      Show the version.
`;
  assertEquals("\n" + usage(options, { width: 55, config: true }), expected);
});

Deno.test("no line is wider than the terminal, where it is one that people use", () => {
  for (const width of [60, 80, 120]) {
    for (const table of [serveOptions(dialectNames), connectOptions(dialectNames)]) {
      const text = usage(table, { width, config: true });
      for (const line of text.split("\n")) assert(line.length <= width, line);
    }
  }
});

Deno.test("even the narrowest terminal gets every flag", () => {
  const text = usage(serveOptions(dialectNames), { width: 1 });
  assert(text.includes("--hello-timeout-seconds N"));
});
