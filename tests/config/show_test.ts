import { assertEquals } from "@std/assert";
import { loadClient } from "../../src/config/client.ts";
import type { Sources } from "../../src/config/load.ts";
import { connectOptions, ofFile } from "../../src/config/options.ts";
import { asToml, showClient } from "../../src/config/show.ts";

const options = connectOptions(["native", "bgnet0"]);
const names = { actions: ["next"], keyNames: [], isKeyName: () => true };
const load = (sources: Sources) => loadClient(options, sources, names);
const show = (sources: Sources) => showClient(options, { sources, settings: load(sources) });
const file = (text: string): Sources => ({ file: { name: "client.toml", text } });

const SERVERS = `nick = "file"
[[server]]
name = "work"
address = "a:1"
default = true
room = "dev"
[[server]]
name = "home"
address = "b:2"
[keys]
"alt-." = "next"
`;

Deno.test("each setting is shown with where it comes from", () => {
  const { settings, servers, keys } = show({
    ...file('nick = "file"\nroom = "file"\ntime = "off"\ncolor = "auto"'),
    environment: { CHAT_NICK: "variable", CHAT_ROOM: "variable", CHAT_TIME: "" },
    flags: { nick: "flag", mouse: "no", port: "5" },
  });
  const from = Object.entries(settings).filter(([, it]) => it.from !== "default");
  assertEquals(Object.fromEntries(from), {
    nick: { value: "flag", from: "--nick" },
    room: { value: "variable", from: "CHAT_ROOM" },
    color: { value: "auto", from: "client.toml:4" },
    time: { value: "off", from: "client.toml:3" },
    mouse: { value: false, from: "--mouse" },
  });
  assertEquals(Object.keys(settings), Object.keys(ofFile(options)));
  assertEquals([servers, keys], [[], {}]);
});

Deno.test("a server is shown with what is so there, and where that comes from", () => {
  // These are variables of somebody else.
  const environment = { CHAT_DIALECT: "bgnet0", CHAT_NAME: "x", CHAT_ADDRESS: "x" };
  const { settings, servers, keys } = show({ ...file(SERVERS), environment });
  assertEquals(settings.server, { value: "work", from: "client.toml:5" });
  const unset = {
    identify: { value: true, from: "default" },
    key: { value: "", from: "default" },
    password_file: { value: "", from: "default" },
    tls: { value: false, from: "default" },
    tls_ca: { value: "", from: "default" },
  };
  assertEquals(servers, [{
    name: { value: "work", from: "client.toml:3" },
    address: { value: "a:1", from: "client.toml:4" },
    default: { value: true, from: "client.toml:5" },
    nick: { value: "file", from: "client.toml:1" },
    dialect: { value: "bgnet0", from: "CHAT_DIALECT" },
    room: { value: "dev", from: "client.toml:6" },
    ...unset,
  }, {
    name: { value: "home", from: "client.toml:8" },
    address: { value: "b:2", from: "client.toml:9" },
    default: { value: false, from: "default" },
    nick: { value: "file", from: "client.toml:1" },
    dialect: { value: "bgnet0", from: "CHAT_DIALECT" },
    room: { value: "lobby", from: "default" },
    ...unset,
  }]);
  assertEquals(keys, { "alt-.": { value: "next", from: "client.toml:11" } });
});

Deno.test("without a default, no table is where server comes from", () => {
  const { settings } = show(file(SERVERS.replace("default = true", "")));
  assertEquals(settings.server, { value: "", from: "default" });
  assertEquals(show(file('server = "a:1"')).settings.server?.from, "client.toml:1");
});

Deno.test("keys that the file does not set come from nowhere else", () => {
  const sources = file(SERVERS);
  const settings = { ...load(sources), keys: new Map([["enter", "next"], ["alt-.", "next"]]) };
  assertEquals(showClient(options, { sources, settings }).keys, {
    enter: { value: "next", from: "default" },
    "alt-.": { value: "next", from: "client.toml:11" },
  });
});

Deno.test("law: as a file, what is shown sets what is in force", () => {
  const texts = ["", 'nick = "a\\"b"\nreconnect_seconds = 0.5', 'server = "a:1"', SERVERS];
  for (const text of texts) {
    const sources = { ...file(text), environment: { CHAT_TIME: "off" } };
    const again = load(file(asToml(show(sources))));
    assertEquals(again, load(sources));
  }
});

Deno.test("what is shown is a table's lines, with where they come from beside them", () => {
  const lines = asToml(show(file(SERVERS))).split("\n");
  assertEquals(lines.slice(0, 2), [
    '# server = "work"                # client.toml:5',
    'nick = "file"                    # client.toml:1',
  ]);
  assertEquals(lines.slice(-3), [
    "[keys]",
    '"alt-." = "next"                 # client.toml:11',
    "",
  ]);
});

Deno.test("nothing that is shown can control a terminal", () => {
  const text = asToml(show({ flags: { nick: "\x1b]0;x\x07\x9b\u202e" } }));
  assertEquals(/[^\P{C}\n]/u.test(text), false);
});
