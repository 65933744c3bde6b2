import { assert, assertEquals } from "@std/assert";
import { loadClient } from "../../src/config/client.ts";
import { loadServer } from "../../src/config/listeners.ts";
import { connectOptions, type Options } from "../../src/config/options.ts";
import { BOT } from "../../src/config/serve_options.ts";
import { serveOptions } from "../../src/config/serve_options.ts";
import { type ClientNames, clientTemplate, serverTemplate } from "../../src/config/template.ts";
import { dialectNames } from "../../src/wire/dialects.ts";

const SERVER_TOML = new URL("../../server.toml", import.meta.url);
const ROOMS = "# [[room]]";
const SERVERS = "# [[server]]";
const NAMES = {
  dialects: dialectNames,
  keys: [
    ["enter", "enter", "send what is typed"],
    ["alt-.", "next", "go to the next room"],
  ],
} satisfies ClientNames;

/** The file after somebody removed the "# " before each key and each table. */
function uncomment(text: string, keys: readonly string[]): string {
  const key = new RegExp(
    `^# (?=(${keys.join("|")}) = |\\[\\[(listen|room|bot|server)\\]\\]$|\\[keys\\]$)`,
    "gm",
  );
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

Deno.test("with its tables uncommented too, server.toml has the rooms, bots and listeners of the example", () => {
  const options = serveOptions(dialectNames);
  const [, tables = ""] = serverTemplate(dialectNames).split(ROOMS);
  const keys = [...keysOf(options), ...keysOf(BOT), "address", "name"];
  const text = uncomment(ROOMS + tables, keys);
  const { listen, room, bot, ...values } = loadServer(options, { file: { name: "", text } });
  const { listen: [standard], room: _, bot: __, ...defaults } = loadServer(options, {});
  assertEquals(values, defaults);
  assertEquals(room, [{ name: "random", keep_days: 0, keep_messages: 0 }]);
  assertEquals(bot.map((it) => [it.nick, it.token_file, it.token_sha256.slice(0, 4), it.rooms]), [
    ["ci", "ci.token", "", ["dev", "lobby"]],
    ["weather", "", "e3b0", []],
  ]);
  assertEquals(listen, [standard, { ...standard, host: "127.0.0.1", port: 8765 }]);
});

/** The settings of a client that reads this. */
function client(text?: string) {
  const file = text === undefined ? undefined : { name: "client.toml", text };
  return loadClient(connectOptions(dialectNames), { file }, {
    actions: NAMES.keys.map(([, action]) => action),
    keyNames: [],
    isKeyName: (name) => NAMES.keys.some(([key]) => key === name),
  });
}

Deno.test("as it comes, client.toml sets nothing, and tells nothing of what is only a flag", () => {
  const template = clientTemplate(NAMES);
  assertEquals(client(template), client());
  for (const key of ["target", "port", "listen", "json"]) assert(!template.includes(`# ${key} = `));
});

Deno.test("with every key uncommented, client.toml sets exactly the defaults", () => {
  const keys = keysOf(connectOptions(dialectNames));
  const [settings = ""] = clientTemplate(NAMES).split(SERVERS);
  const text = uncomment(settings, keys);
  for (const key of keys) assert(text.includes(`\n${key} = `), key);
  assertEquals(client(text), client());
});

Deno.test("with its tables uncommented too, client.toml has the servers of the example and the usual keys", () => {
  const [, ...tables] = clientTemplate(NAMES).split(SERVERS);
  const keys = [...keysOf(connectOptions(dialectNames)), "name", "address", "default"];
  const usual = NAMES.keys.map(([key]) => key === "alt-." ? '"alt-\\."' : key);
  const text = uncomment([SERVERS, ...tables].join(SERVERS).slice(SERVERS.length), [
    ...keys,
    ...usual,
  ]);
  const { nick, dialect, room, identify, key, password_file, tls, tls_ca } = client();
  const own = {
    ...{ nick, dialect, room, identify, key, password_file, tls, tls_ca, default: false },
  };
  assertEquals(client(text), {
    ...client(),
    servers: [
      { name: "home", address: "localhost:3490", ...own },
      { name: "work", address: "chat.example.org:3490", ...own },
    ],
    keys: new Map([["enter", "enter"], ["alt-.", "next"]]),
  });
});

Deno.test("no line of a template is longer than 90 columns", () => {
  for (const text of [serverTemplate(dialectNames), clientTemplate(NAMES)]) {
    for (const line of text.split("\n")) assert(line.length <= 90, line);
  }
});
