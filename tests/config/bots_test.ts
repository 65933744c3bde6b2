import { assertEquals } from "@std/assert";
import { loadServer } from "../../src/config/listeners.ts";
import { serveOptions } from "../../src/config/serve_options.ts";
import { refused } from "./refused.ts";

const options = serveOptions(["native"]);
const settings = (text: string) => loadServer(options, { file: { name: "server.toml", text } });

const TOKEN = "0123456789abcdef";
const SHA256 = "aB".repeat(32);
const BOT = '[[bot]]\nnick = "ci"\n';
const NO_TOKEN = { token: "", token_file: "", token_sha256: "" };

Deno.test("a bot has a nick, a token told in one of three ways, and its rooms", () => {
  const cases: [string, object][] = [
    [`token = "${TOKEN}"`, { token: TOKEN, rooms: [] }],
    ['token_file = "ci.token"', { token_file: "ci.token", rooms: [] }],
    [`token_sha256 = "${SHA256}"`, { token_sha256: SHA256, rooms: [] }],
    [`token = "${TOKEN}"\nrooms = "dev, ops ,"`, { token: TOKEN, rooms: ["dev", "ops"] }],
    [`token = "${TOKEN}"\nrooms = ["dev", "ops"]`, { token: TOKEN, rooms: ["dev", "ops"] }],
    [`token = "${TOKEN}"\nrooms = []`, { token: TOKEN, rooms: [] }],
  ];
  for (const [text, own] of cases) {
    const expected = { nick: "ci", where: "server.toml:2", ...NO_TOKEN, ...own };
    assertEquals(settings(BOT + text).bot, [expected]);
  }
});

Deno.test("there may be no bots, and several", () => {
  assertEquals(loadServer(options, {}).bot, []);
  assertEquals(settings("bot = []").bot, []);
  const two = settings(`${BOT}token = "${TOKEN}"\n[[bot]]\nnick = "dj"\ntoken_file = "dj"`).bot;
  assertEquals(two.map(({ nick, where }) => [nick, where]), [
    ["ci", "server.toml:2"],
    ["dj", "server.toml:5"],
  ]);
});

Deno.test("what is wrong with a table of a bot is told with its line, and no secret with it", () => {
  const tables = "bot must be [[bot]] tables";
  const oneOf = "[[bot]] needs one of token, token_file or token_sha256";
  const token = "token must be 16 to 200 ASCII characters without a blank";
  const digits = "token_sha256 must be 64 hexadecimal digits";
  const cases: [string, string][] = [
    ["\n[[bot]]\n", "2: [[bot]] needs a nick"],
    ['[[bot]]\nnick = ""', "2: [[bot]] needs a nick"],
    ["[[bot]]\nnick = 5", "2: nick must be text in quotes, not 5"],
    [BOT, `1: ${oneOf}`],
    [`${BOT}token = ""`, `3: ${oneOf}`],
    [`${BOT}token = "${TOKEN}"\ntoken_file = "x"`, `4: ${oneOf}`],
    [`${BOT}token = "${TOKEN.slice(1)}"`, `3: ${token}`],
    [`${BOT}token = "${"x".repeat(201)}"`, `3: ${token}`],
    [`${BOT}token = "0123456789 abcdef"`, `3: ${token}`],
    [`${BOT}token = "0123456789abcdefé"`, `3: ${token}`],
    [`${BOT}token_sha256 = "abc"`, `3: ${digits}`],
    [`${BOT}token_sha256 = "${"g".repeat(64)}"`, `3: ${digits}`],
    [`${BOT}token_sha256 = "${SHA256}a"`, `3: ${digits}`],
    [`${BOT}rooms = 5`, "3: rooms must be text in quotes, not 5"],
    [`${BOT}rooms = ["dev", 5]`, "3: rooms must be names in quotes, not 5"],
    [`${BOT}rooms = ["dev,ops"]`, '3: rooms must be names in quotes, not "dev,ops"'],
    [`${BOT}port = 1`, "3: port must stand above the first [[bot]]"],
    [`${BOT}room = "dev"`, '3: unknown key "room"'],
    [`${BOT}__proto__ = 1`, '3: unknown key "__proto__"'],
    ["\nbot = 5", `2: ${tables}, not 5`],
    ['[bot]\nnick = "x"', `1: ${tables}, not a table`],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => settings(text));
    assertEquals([error.message, error.exitCode], [`server.toml:${message}`, 78]);
  }
});

Deno.test("what an unknown key of a bot could have meant is one of a bot's", () => {
  const inner = refused(() => settings("[[bot]]\nroom = 1")).unknown?.known;
  assertEquals(inner, ["nick", "token", "token_file", "token_sha256", "rooms"]);
  assertEquals(refused(() => settings("[[bots]]")).unknown?.known.includes("bot"), true);
});
