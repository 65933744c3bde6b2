import { assertEquals } from "@std/assert";
import { loadClient } from "../../src/config/client.ts";
import type { Sources } from "../../src/config/load.ts";
import { connectOptions, SERVER } from "../../src/config/options.ts";
import { serverOptions } from "../../src/config/servers.ts";
import { refused } from "./refused.ts";

const options = connectOptions(["native", "bgnet0"]);
const names = {
  actions: ["next", "page-up"],
  keyNames: ["alt-j", "f5", "page-up"],
  isKeyName: (name: string) => /^(alt-.|f\d)$/.test(name),
};
const settings = (text: string, sources: Sources = {}) =>
  loadClient(options, { ...sources, file: { name: "client.toml", text } }, names);

const WORK = '[[server]]\nname = "work"\naddress = "chat.example.org:3490"\n';

Deno.test("there need be no file, no servers and no keys", () => {
  const { servers, keys, ...values } = loadClient(options, {}, names);
  assertEquals([servers, keys], [[], new Map()]);
  assertEquals([values.time, values.notify, values.mouse], ["hh:mm", "bell", true]);
  assertEquals(settings(""), { ...values, servers, keys });
  assertEquals(settings("server = []"), { ...values, servers, keys });
});

Deno.test("how it looks and behaves is set by flags and variables too", () => {
  const flags = { plain: "true", nick_colors: "false", mouse: "off", json: "true" };
  const environment = { CHAT_TIME: "off", CHAT_NOTIFY: "osc9", CHAT_WIDE_AMBIGUOUS: "yes" };
  const values = loadClient(options, { flags, environment }, names);
  assertEquals([values.plain, values.nick_colors, values.mouse, values.json], [
    true,
    false,
    false,
    true,
  ]);
  assertEquals([values.time, values.notify, values.wide_ambiguous], ["off", "osc9", true]);
});

Deno.test("a server has its name, its address and every option that may differ", () => {
  const [server] = settings(WORK).servers;
  assertEquals(server, {
    name: "work",
    address: "chat.example.org:3490",
    default: false,
    nick: "",
    dialect: "native",
    room: "lobby",
    identify: true,
    key: "",
    password_file: "",
    tls: false,
    tls_ca: "",
  });
  const keys = Object.keys(serverOptions(options)).filter((key) => !(key in SERVER));
  assertEquals(keys, [
    ...["nick", "dialect", "room", "identify", "key", "password_file", "tls", "tls_ca"],
  ]);
});

Deno.test("flags and variables outrank a server's table, which outranks the rest of the file", () => {
  const text = `nick = "file"\nroom = "file"\n${WORK}nick = "table"\ndialect = "bgnet0"`;
  const cases: [Sources, nick: string, room: string, dialect: string][] = [
    [{}, "table", "file", "bgnet0"],
    [{ flags: { nick: "flag" } }, "flag", "file", "bgnet0"],
    [{ environment: { CHAT_NICK: "variable" } }, "variable", "file", "bgnet0"],
    [{ environment: { CHAT_NICK: "" } }, "table", "file", "bgnet0"],
    [{ flags: { dialect: "native", room: "flag" } }, "table", "flag", "native"],
  ];
  for (const [sources, ...expected] of cases) {
    const { nick, room, dialect } = settings(text, sources).servers[0]!;
    assertEquals([nick, room, dialect], expected);
  }
  assertEquals(settings(text).nick, "file");
});

Deno.test("one server may be the default, unless a flag or a variable names another", () => {
  const text = `${WORK}default = true\n${WORK.replace("work", "home")}`;
  assertEquals(settings(text).server, "work");
  assertEquals(settings(text, { flags: { server: "home" } }).server, "home");
  assertEquals(settings(text, { environment: { CHAT_SERVER: "a:1" } }).server, "a:1");
  assertEquals(settings(WORK).server, "");
  assertEquals(settings('server = "a:1"').server, "a:1");
});

Deno.test("what is wrong with a table of a server is told with its line", () => {
  const like = 'address must be like "chat.example.org:3490" or "[::1]:3490"';
  const tables = "server must be [[server]] tables";
  const NAME = '[[server]]\nname = "a"\n';
  const cases: [string, string][] = [
    ["\n[[server]]\n", "2: [[server]] needs a name"],
    ['[[server]]\naddress = "a:1"', "1: [[server]] needs a name"],
    ['[[server]]\nname = ""', "2: [[server]] needs a name"],
    ["[[server]]\nname = 5", "2: name must be text in quotes, not 5"],
    ...["a b", "a:1", "-a", "5555", "\\u001b"].map((name): [string, string] => [
      `[[server]]\nname = "${name}"\naddress = "a"`,
      `2: name must be one word, like "work", not "${name.replace("\\u001b", "\\u{1b}")}"`,
    ]),
    [NAME, "1: [[server]] needs an address"],
    [`${NAME}address = 3490`, "3: address must be text in quotes, not 3490"],
    [`${NAME}address = "a b"`, `3: ${like}, not "a b"`],
    [`${NAME}address = "a:0"`, `3: ${like}, not "a:0"`],
    [`${NAME}address = "a:70000"`, `3: ${like}, not "a:70000"`],
    [`${WORK}dialect = "x"`, '4: dialect must be one of native, bgnet0, not "x"'],
    [`${WORK}color = "never"`, "4: color must stand above the first [[server]]"],
    [`${WORK}port = 1`, '4: unknown key "port"'],
    [`${WORK}adress = "a"`, '4: unknown key "adress"'],
    [`${WORK}__proto__ = 1`, '4: unknown key "__proto__"'],
    [`${WORK}${WORK}`, '5: there is a [[server]] called "work" already'],
    [
      `${WORK}default = true\n${NAME}address = "a"\ndefault = true`,
      '8: "a" cannot be the default too',
    ],
    [`server = "a:1"\n${WORK}`, '2: "server" is set already on line 1'],
    ["\nserver = 5", "2: server must be text in quotes, not 5"],
    ["\nserver = [5]", `2: ${tables}, not 5`],
    ['[server]\nname = "a"', `1: ${tables}, not a table`],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => settings(text));
    assertEquals([error.message, error.exitCode], [`client.toml:${message}`, 78]);
  }
});

Deno.test("what an unknown key could have meant depends on the table that it is in", () => {
  const top = refused(() => settings("[[servers]]")).unknown?.known ?? [];
  assertEquals(["server", "keys", "address"].map((it) => top.includes(it)), [true, true, false]);
  const inner = refused(() => settings(`${WORK}adress = 1`)).unknown?.known;
  const own = ["nick", "dialect", "room", "identify", "key", "password_file", "tls", "tls_ca"];
  assertEquals(inner, ["name", "address", "default", ...own]);
});

Deno.test("a key does what the file says, or nothing", () => {
  const text = '[keys]\nalt-j = "next"\nf5 = ""\n"alt-." = "page-up"';
  const keys = [["alt-j", "next"], ["f5", ""], ["alt-.", "page-up"]] as const;
  assertEquals(settings(text).keys, new Map(keys));
  assertEquals(settings('keys = { alt-j = "next" }').keys, new Map([["alt-j", "next"]]));
  assertEquals(settings(`${WORK}[keys]\nf5 = ""`).keys, new Map([["f5", ""]]));
});

Deno.test("what is wrong with a key is told with its line, and what could have been meant", () => {
  const cases: [string, string, known?: readonly string[]][] = [
    ["\nkeys = 5", "2: keys must be a [keys] table, not 5"],
    ["[[keys]]", "1: keys must be a [keys] table, not a list"],
    ['[keys]\naltj = "next"', '2: unknown key "altj"', names.keyNames],
    ['[keys]\n"\\u001b" = "next"', '1: unknown key "\\u{1b}"', names.keyNames],
    ['[keys]\n__proto__ = "next"', '2: unknown key "__proto__"', []],
    ['[keys]\nf5 = "nxt"', '2: f5 cannot do "nxt"', names.actions],
    ["[keys]\nf5 = true", "2: f5 must be an action in quotes, not true"],
    ['[keys]\nf5.x = "next"', "2: f5 must be an action in quotes, not a table"],
    ['[keys]\nf5 = ""\nf5 = ""', '3: "f5" is set already on line 2'],
    ['[keys]\nf5 = ""\ncolor = "never"', "3: color must stand above [keys]"],
    ['[keys]\ntarget = "a"', '2: unknown key "target"', names.keyNames],
  ];
  for (const [text, message, known] of cases) {
    const error = refused(() => settings(text));
    assertEquals([error.message, error.exitCode], [`client.toml:${message}`, 78]);
    assertEquals(error.unknown?.known, known);
  }
});
