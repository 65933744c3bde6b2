import { assertEquals } from "@std/assert";
import { readToml } from "../../src/config/toml.ts";
import { refused } from "./refused.ts";

const read = (text: string) => readToml({ name: "server.toml", text });

Deno.test("a file of Windows, with byte order mark and carriage returns, is read like any", () => {
  const { values, where } = read('\ufeffhost = "a"\r\n# note\r\nport = 1\r\n');
  assertEquals({ ...values }, { host: "a", port: 1 });
  assertEquals(where("port"), "server.toml:3");
});

Deno.test("the line of a key is found past comments, long strings and lists", () => {
  const { where } = read([
    '# port = 1 """',
    'host = "# port = 2" # port = 3',
    'text = """',
    "port = 4",
    '\\""" port = 5',
    '""""',
    "raw = '''",
    "port = 6",
    "''' # '''",
    "list = [",
    '  "port", # port = 7',
    "]",
    '  "port" = 8',
    "'quoted key' = 9",
    "table.inner = 10",
    "inline = { inner = 11 }",
  ].join("\n"));
  const lines = { host: 2, text: 3, raw: 7, list: 10, port: 13, "quoted key": 14, table: 15 };
  for (const [key, line] of Object.entries(lines)) assertEquals(where(key), `server.toml:${line}`);
  assertEquals(where("table", "inner"), "server.toml:15");
  assertEquals(where("inline", "inner"), "server.toml:16");
});

Deno.test("the tables of an array each have their own lines", () => {
  const { where } = read("[[listen]]\na = 1\n\n[[listen]]\na = 2\n[listen.b]\nc = 3\n");
  assertEquals(where("listen"), "server.toml:1");
  assertEquals(where("listen", 0, "a"), "server.toml:2");
  assertEquals(where("listen", 1), "server.toml:4");
  assertEquals(where("listen", 1, "a"), "server.toml:5");
  assertEquals(where("listen", 1, "b", "c"), "server.toml:7");
});

Deno.test("a key whose line is not found is placed by its table, or else by its file", () => {
  const { where } = read('[[listen]]\n"p\\u006frt" = 1\n');
  assertEquals(where("listen", 0, "port"), "server.toml:1");
  assertEquals(where("port"), "server.toml");
});

Deno.test("a key that is set twice is refused", () => {
  const cases: [string, string][] = [
    ["port = 1\nhost = 'a'\nport = 1", 'server.toml:3: "port" is set already on line 1'],
    ["port = 1\n'port' = 2", 'server.toml:2: "port" is set already on line 1'],
    ["a.b = 1\na . b = 2", 'server.toml:2: "b" is set already on line 1'],
    ["a.b = 1\na = 2", 'server.toml:2: "a" is set already on line 1'],
    ["[[listen]]\na = 1\na = 2", 'server.toml:3: "a" is set already on line 2'],
    ["listen = 1\n\n[[listen]]\na = 1", 'server.toml:3: "listen" is set already on line 1'],
    ["a = 1\n[a]\nb = 1", 'server.toml:2: "a" is set already on line 1'],
    ["[a]\nb = 1\n[a]\nc = 1", 'server.toml:3: "a" is set already on line 1'],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => read(text));
    assertEquals([error.message, error.exitCode], [message, 78]);
  }
});

Deno.test("a key may be set once in each table", () => {
  read("a = 1\n'b.c' = 1\nb.c = 2\n[[listen]]\na = 2\n[[listen]]\na = 3\n[other]\na = 4\n");
  read("[a]\nc = 1\n[a.b]\nc = 1\n[[d]]\nc = 1\n[[d]]\nc = 1\n[d.e]\nc = 1\n");
});

Deno.test("what is not TOML is refused with its line and a reason on one line", () => {
  const noValue = "no value that TOML knows (text stands in quotes): ";
  const cases: [string, string][] = [
    ["port = 1\nhost", 'server.toml:2: key/value pair doesn\'t have "="'],
    ["\nhost = localhost\n", `server.toml:2: ${noValue}host = localhost`],
    ['port =\n\nhost = "a"\n', `server.toml:1: ${noValue}port =`],
    ["port =", `server.toml:1: ${noValue}port =`],
    ["\n\nport = .5", `server.toml:3: ${noValue}port = .5`],
    ["= 1", 'server.toml:1: Unexpected character: "="'],
    ['host = "abc', "server.toml:1: Single-line string is not closed"],
    ['host = "a\nb"', "server.toml:1: Single-line string cannot contain EOL"],
    ['port = 1\nhost = "\\e"', "server.toml:2: Invalid escape sequence: \\e"],
    ["port = [1", "server.toml:1: Array is not closed"],
    ["\nport = 1\x1b[2J", 'server.toml:2: Unexpected character: "\\u{1b}"'],
    ["host = \x1b[2J", `server.toml:1: ${noValue}host = \\u{1b}[2J`],
    [`host = ${"x".repeat(100)}`, `server.toml:1: ${noValue}host = ${"x".repeat(33)}…`],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => read(text));
    assertEquals([error.message, error.exitCode], [message, 78]);
  }
});

Deno.test("a list nested past all reason is an error of the file, not of ours", () => {
  refused(() => read("a = " + "[".repeat(100_000)));
});
