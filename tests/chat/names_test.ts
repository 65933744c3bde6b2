import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { fits, isNick, isReserved, isText, nickKeys, roomName } from "../../src/chat/names.ts";

Deno.test("names of many scripts and with common signs are nicks", () => {
  const names = [
    "chris",
    "Zoë",
    "r2-d2",
    "李小龍",
    "Ünal",
    "дима",
    "a",
    "_x_",
    "[bot]",
    "pat'",
    "o~o",
  ];
  for (const name of [...names, "x".repeat(32), "नमस्ते"]) assert(isNick(name), name);
});

Deno.test("what some wire could not carry, or what shows nothing, is no nick", () => {
  const names = [
    "",
    " ",
    "a b",
    "a\tb",
    "a\nb",
    "a,b",
    "a:b",
    "a@b",
    "#a",
    "a!",
    "$a",
    "%",
    "^a",
    "&a",
  ];
  const invisible = ["a\u200bb", "\u202ea", "a\u00ad", "\u3164", "\ufeffa", "a\u034fb", "\u115f"];
  const odd = [
    "*server*",
    "x".repeat(33),
    "\u0301a",
    "a" + "\u0301".repeat(4),
    "---",
    "\ud800",
    "\0",
  ];
  const numbers = ["127.0.0.1:57354", "[::1]:80"];
  for (const name of [...names, ...invisible, ...odd, ...numbers]) {
    assert(!isNick(name), JSON.stringify(name));
  }
});

Deno.test("a nick has 32 code points at the most, however many units they are", () => {
  assert(isNick("𝒳".repeat(32)));
  assert(!isNick("𝒳".repeat(33)));
});

Deno.test("names that could be taken for the server's own are reserved", () => {
  for (
    const name of [
      "server",
      "[Server]",
      "SYSTEM",
      "s.e.r.v.e.r",
      "ѕеrvеr",
      "ｓｅｒｖｅｒ",
      "ꓢerver",
      "sᴇʀᴠᴇʀ",
      "sérver",
    ]
  ) {
    assert(isReserved(name), name);
  }
  for (const name of ["observer", "serverus", "chris"]) assert(!isReserved(name), name);
});

Deno.test("twins share a key: case, width, Kelvin sign, Cyrillic, Greek in either case", () => {
  const twins = [
    ["chris", "CHRIS"],
    ["kim", "\u212aim"],
    ["paul", "Рaul"],
    ["tony", "ΤΟΝΥ"],
    ["tony", "τονυ"],
    ["Straße", "STRASSE"],
    ["ａｂｃ", "abc"],
    ["Ηelen", "HELEN"],
    ["café", "cafe\u0301"],
    ["\u1fd2", "\u1fd2".toUpperCase()],
    ["zoë", "zoё"],
    ["pát", "pа\u0301t"],
    ["o'brien", "oʼbrien"],
    ["pat", "ꓑꓮꓔ"],
  ];
  for (const [one, other] of twins) {
    assert(nickKeys(one!).some((key) => nickKeys(other!).includes(key)), `${one} ${other}`);
  }
});

Deno.test("different names share no key", () => {
  const names = [
    "chris",
    "cris",
    "pat",
    "leslie",
    "user1",
    "userl",
    "ali",
    "all",
    "дима",
    "zoë",
    "zoe",
  ];
  const keys = names.flatMap(nickKeys);
  assertEquals(new Set(keys).size, keys.length);
});

Deno.test("law: a name in another case has a key in common with it", () => {
  fc.assert(fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (name) => {
    const keys = nickKeys(name);
    for (const other of [name.toUpperCase(), name.toLowerCase(), name.normalize("NFKC")]) {
      if (other.toUpperCase() !== name.normalize("NFKC").toUpperCase()) continue;
      assert(nickKeys(other).some((key) => keys.includes(key)), JSON.stringify([name, other]));
    }
  }));
});

Deno.test("a room has one name however it is written", () => {
  assertEquals(["Dev", "DEV", "ｄｅｖ"].map(roomName), ["dev", "dev", "dev"]);
  assertEquals(["", "#dev", "a b", "../x", "a/b"].map(roomName), Array(5).fill(undefined));
});

Deno.test("law: a room's name is a room's name, the same", () => {
  const odd = fc.constantFrom("1½", "\u037a\u{1f101}x", "\ufdfa".repeat(3), "ﬁle", "İ");
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "grapheme", maxLength: 8 }), odd), (text) => {
      const name = roomName(text);
      if (name !== undefined) assertEquals(roomName(name), name, JSON.stringify([text, name]));
    }),
    { numRuns: 1000 },
  );
});

Deno.test("a text has something in it, no NUL and no half character", () => {
  assertEquals(["hi", " ", "a\nb", "\x1b[2J"].map(isText), [true, true, true, true]);
  assertEquals(["", "\0", "a\ud800", "\udc00a"].map(isText), [false, false, false, false]);
});

Deno.test("law: what fits is what its UTF-8 says", () => {
  const text = fc.string({ unit: "binary", maxLength: 60 });
  fc.assert(fc.property(text, fc.nat(120), (text, max) => {
    assertEquals(fits(text, max), new TextEncoder().encode(text).length <= max);
  }));
});
