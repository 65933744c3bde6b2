import { assertEquals, assertMatch } from "@std/assert";
import { listenerOptions, loadServer } from "../../src/config/listeners.ts";
import type { Sources } from "../../src/config/load.ts";
import { LISTEN, serveOptions } from "../../src/config/serve_options.ts";
import { refused } from "./refused.ts";

const options = serveOptions(["native", "bgnet0"]);
const settings = (text: string, sources: Sources = {}) =>
  loadServer(options, { ...sources, file: { name: "server.toml", text } });
const addresses = (text: string, sources: Sources = {}) =>
  settings(text, sources).listen.map(({ host, port }) => `${host} ${port}`);

const TWO = '[[listen]]\naddress = "127.0.0.1:1"\n[[listen]]\naddress = ":2"\n';

Deno.test("a listener holds its address and every option that may differ", () => {
  const [listener] = loadServer(options, {}).listen;
  assertEquals(listener, {
    host: "0.0.0.0",
    port: 3490,
    dialect: "auto",
    default_dialect: "",
    default_dialect_seconds: 3,
    room_talk: "auto",
    ascii: false,
    pace_milliseconds: 5,
    notices: false,
    slash_commands: true,
    max_users: 10_000,
    hello_timeout_seconds: 300,
    web: true,
    tls_cert: "",
    tls_key: "",
  });
  const keys = Object.keys(listenerOptions(options)).filter((key) => !(key in LISTEN));
  assertEquals(Object.keys(listener ?? {}).sort(), ["host", "port", ...keys].sort());
});

Deno.test("without tables, host and port are the one listener", () => {
  assertEquals(addresses('host = "::1"\nport = 5'), ["::1 5"]);
  assertEquals(addresses("", { flags: { port: "7" } }), ["0.0.0.0 7"]);
  assertEquals(addresses("listen = []"), ["0.0.0.0 3490"]);
});

Deno.test("tables take the place of host and port, which fill in what they leave out", () => {
  assertEquals(addresses(TWO), ["127.0.0.1 1", "0.0.0.0 2"]);
  assertEquals(addresses('host = "::"\nport = 9\n[[listen]]\naddress = "8"'), [":: 8"]);
  assertEquals(addresses('port = 9\n[[listen]]\naddress = "[::1]"'), ["::1 9"]);
  assertEquals(addresses('listen = [{ address = "a:1" }]'), ["a 1"]);
});

Deno.test("a host or port of the command line or a variable takes the place of all tables", () => {
  assertEquals(addresses(TWO, { flags: { port: "9" } }), ["0.0.0.0 9"]);
  assertEquals(addresses(TWO, { flags: { host: "::1" } }), ["::1 3490"]);
  assertEquals(addresses(TWO, { environment: { CHAT_PORT: "9" } }), ["0.0.0.0 9"]);
  assertEquals(addresses(TWO, { environment: { CHAT_PORT: "" } }).length, 2);
  assertEquals(addresses(TWO, { flags: { lobby: "hall" } }).length, 2);
});

Deno.test("a listener has its own value of an option, else the server's", () => {
  const { listen, dialect, max_users } = settings(
    `max_users = 7\n${TWO}dialect = "bgnet0"\nnotices = true\nmax_users = 3`,
    { flags: { dialect: "native" } },
  );
  assertEquals([dialect, max_users], ["native", 7]);
  assertEquals(
    listen.map(({ dialect, notices, max_users }) => [dialect, notices, max_users]),
    [["native", false, 7], ["bgnet0", true, 3]],
  );
});

Deno.test("what is wrong with a table of a listener is told with its line", () => {
  const port = "port must stand above the first [[listen]]";
  const like = 'address must be like "127.0.0.1:8765", "[::1]:8765" or "8765"';
  const tables = "listen must be [[listen]] tables";
  const cases: [string, string][] = [
    ["\n[[listen]]\n", "2: [[listen]] needs an address"],
    ["[[listen]]\naddress = 8765", "2: address must be text in quotes, not 8765"],
    ['[[listen]]\naddress = ""', `2: ${like}, not ""`],
    ['[[listen]]\naddress = "a:70000"', `2: ${like}, not "a:70000"`],
    ['[[listen]]\naddress = "\\u001b"', `2: ${like}, not "\\u{1b}"`],
    [`${TWO}port = 1`, `5: ${port}`],
    [`${TWO}max_users = 0`, "5: max_users must be a whole number from 1 to 1000000000000, not 0"],
    [`${TWO}dialect = "x"`, '5: dialect must be one of auto, native, bgnet0, not "x"'],
    [`${TWO}adress = "1"`, '5: unknown key "adress"'],
    [`${TWO}toString = "1"`, '5: unknown key "toString"'],
    [`${TWO}__proto__ = 1`, '5: unknown key "__proto__"'],
    ["\nlisten = 5", `2: ${tables}, not 5`],
    ["\nlisten = [5]", `2: ${tables}, not 5`],
    ["\nlisten = 1979-05-27", `2: ${tables}, not a date`],
    ['[listen]\naddress = "1"', `1: ${tables}, not a table`],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => settings(text));
    assertEquals([error.message, error.exitCode], [`server.toml:${message}`, 78]);
  }
});

Deno.test("tables are checked also when the command line takes their place", () => {
  refused(() => settings("[[listen]]", { flags: { port: "1" } }));
});

Deno.test("what an unknown key could have meant depends on the table that it is in", () => {
  const top = refused(() => settings("[[lisen]]")).unknown?.known ?? [];
  assertEquals([top.includes("listen"), top.includes("address")], [true, false]);
  const inner = refused(() => settings("[[listen]]\nadress = 1")).unknown?.known ?? [];
  assertEquals([inner.includes("address"), inner.includes("db")], [true, false]);
});

Deno.test("a certificate and its key may be written as one table, for all listeners or for one", () => {
  const both = (text: string) =>
    settings(text).listen.map(({ tls_cert, tls_key }) => [tls_cert, tls_key]);
  const table = 'tls = { cert = "a.pem", key = "a.key" }';
  assertEquals(both(table), [["a.pem", "a.key"]]);
  assertEquals(both('tls_cert = "a.pem"\ntls_key = "a.key"'), [["a.pem", "a.key"]]);
  assertEquals(both('[tls]\ncert = "a.pem"\nkey = "a.key"'), [["a.pem", "a.key"]]);
  const own = 'tls = { cert = "b.pem", key = "b.key" }\n';
  assertEquals(both(`${table}\n${TWO}${own}`), [["a.pem", "a.key"], ["b.pem", "b.key"]]);
  assertEquals(both(`${TWO}${own}`), [["", ""], ["b.pem", "b.key"]]);
});

Deno.test("what does not belong into a table of several keys is refused by its name", () => {
  assertMatch(
    refused(() => settings('tls = { cret = "a.pem" }')).message,
    /^server\.toml:1: unknown key "tls_cret"/,
  );
  assertMatch(refused(() => settings("tls = { cert = 1 }")).message, /tls_cert must be text/);
  assertMatch(refused(() => settings('tls = "a.pem"')).message, /^server\.toml:1: .*\btls\b/);
  assertMatch(refused(() => settings("port = { number = 1 }")).message, /^server\.toml:1: port/);
});
