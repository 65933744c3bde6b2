import { assert, assertEquals } from "@std/assert";
import { loadServer } from "../../src/config/listeners.ts";
import { load } from "../../src/config/load.ts";
import { connectOptions, type Options, serveOptions } from "../../src/config/options.ts";
import { clientTemplate, serverTemplate } from "../../src/config/template.ts";
import { dialectNames } from "../../src/wire/dialects.ts";

const SERVER_TOML = new URL("../../server.toml", import.meta.url);
const ROOMS = "# [[room]]";

/** The file after somebody removed the "# " before each key and each table. */
function uncomment(text: string, keys: readonly string[]): string {
  const key = new RegExp(`^# (?=(${keys.join("|")}) = |\\[\\[(listen|room)\\]\\]$)`, "gm");
  return text.replace(key, "");
}

function keysOf(options: Options): string[] {
  return Object.keys(options).filter((key) => !options[key]?.flagOnly);
}

Deno.test("server.toml is what the table says", async () => {
  const expected = serverTemplate(dialectNames);
  if (Deno.env.has("UPDATE")) await Deno.writeTextFile(SERVER_TOML, expected);
  const actual = await Deno.readTextFile(SERVER_TOML);
  assertEquals(
    actual,
    expected,
    "it is out of date: UPDATE=1 deno test -A tests/config writes it anew",
  );
});

Deno.test("as it comes, server.toml sets nothing", () => {
  const options = serveOptions(dialectNames);
  const file = { name: "server.toml", text: serverTemplate(dialectNames) };
  assertEquals(loadServer(options, { file }), loadServer(options, {}));
});

Deno.test("with every key uncommented, server.toml sets exactly the defaults", () => {
  const options = serveOptions(dialectNames);
  const [settings = ""] = serverTemplate(dialectNames).split(ROOMS);
  const text = uncomment(settings, keysOf(options));
  for (const key of keysOf(options)) assert(text.includes(`\n${key} = `), key);
  assertEquals(loadServer(options, { file: { name: "", text } }), loadServer(options, {}));
});

Deno.test("with its tables uncommented too, server.toml has the rooms and listeners of the example", () => {
  const options = serveOptions(dialectNames);
  const [, tables = ""] = serverTemplate(dialectNames).split(ROOMS);
  const text = uncomment(ROOMS + tables, [...keysOf(options), "address", "name"]);
  const { listen, room, ...values } = loadServer(options, { file: { name: "", text } });
  const { listen: [standard], room: _, ...defaults } = loadServer(options, {});
  assertEquals(values, defaults);
  assertEquals(room, [{ name: "random", keep_days: 0, keep_messages: 0 }]);
  assertEquals(listen, [standard, { ...standard, host: "127.0.0.1", port: 8765 }]);
});

Deno.test("client.toml does the same for the client, without what is only a flag", () => {
  const options = connectOptions(dialectNames);
  const template = clientTemplate(dialectNames);
  assert(!template.includes("# target = "));
  for (const text of [template, uncomment(template, keysOf(options))]) {
    assertEquals(load(options, { file: { name: "client.toml", text } }), load(options, {}));
  }
});

Deno.test("no line of a template is longer than 90 columns", () => {
  for (const text of [serverTemplate(dialectNames), clientTemplate(dialectNames)]) {
    for (const line of text.split("\n")) assert(line.length <= 90, line);
  }
});
