import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../src/config/error.ts";
import { destination, type Given } from "../src/destination.ts";

const NOTHING: Given = { nick: "", server: "", target: "", port: 0 };

const FORMS: [given: Partial<Given>, words: string[], meant: [string, string, number]][] = [
  [{ nick: "chris" }, ["example.org:3490"], ["chris", "example.org", 3490]],
  [{}, ["chris", "localhost", "3490"], ["chris", "localhost", 3490]],
  [{}, ["127.0.0.1", "5555"], ["user", "127.0.0.1", 5555]],
  [{}, ["chris", "example.org"], ["chris", "example.org", 3490]],
  [{ target: "example.org", port: 8765, nick: "bob" }, [], ["bob", "example.org", 8765]],
  [{ target: "example.org" }, [], ["user", "example.org", 3490]],
  [{ port: 5378 }, [], ["user", "localhost", 5378]],
  [{}, [], ["user", "localhost", 3490]],
  [{ server: "work.example:1234" }, [], ["user", "work.example", 1234]],
  [{ server: "work.example:1234" }, ["other.example"], ["user", "other.example", 3490]],
  [{}, ["[::1]:3490"], ["user", "::1", 3490]],
  [{}, ["::1", "3490"], ["user", "::1", 3490]],
  [{}, ["chris", "::1", "3490"], ["chris", "::1", 3490]],
  [{ nick: "pat" }, ["chris", "localhost", "3490"], ["chris", "localhost", 3490]],
];

for (const [given, words, [nick, host, port]] of FORMS) {
  Deno.test(`connect ${JSON.stringify(given)} ${words.join(" ")}`, () => {
    const isNickGiven = nick !== "user";
    const usual = { nick: "user", isNickNeeded: true };
    const meant = { nick, isNickGiven, host, port };
    assertEquals(destination({ ...NOTHING, ...given }, words, usual), meant);
  });
}

const MISTAKES: [given: Partial<Given>, words: string[], says: string][] = [
  [{ nick: "" }, ["localhost"], "a nick is needed"],
  [{ nick: "a b" }, ["localhost"], '"a b" cannot be a nick'],
  [{ nick: "chris" }, ["local host"], '"local host" is no HOST:PORT'],
  [{ nick: "chris" }, ["localhost:99999"], '"localhost:99999" is no HOST:PORT'],
  [{ nick: "chris" }, ["localhost:0"], '"localhost:0" is no HOST:PORT'],
  [{}, ["chris", "localhost", "3490", "now"], "too many arguments: now"],
];

for (const [given, words, says] of MISTAKES) {
  Deno.test(`connect ${words.join(" ")}: ${says}`, () => {
    const error = assertThrows(
      () => destination({ ...NOTHING, ...given }, words, { nick: "", isNickNeeded: true }),
      ConfigError,
      says,
    );
    assertEquals(error.exitCode, 2);
  });
}

Deno.test("the port is that of the dialect's own servers, unless one is named", () => {
  const usual = { nick: "user", isNickNeeded: true, port: 8765 };
  assertEquals(destination(NOTHING, [], usual).port, 8765);
  assertEquals(destination(NOTHING, ["example.org"], usual).port, 8765);
  assertEquals(destination(NOTHING, ["example.org:1"], usual).port, 1);
  assertEquals(destination({ ...NOTHING, server: "example.org:2" }, [], usual).port, 2);
});

Deno.test("who needs no nick may have none, or one that is none of ours; who asks for one may not", () => {
  for (const nick of ["", "not a nick"]) {
    assertEquals(destination(NOTHING, [], { nick, isNickNeeded: false }).isNickGiven, false);
  }
  const usual = { nick: "", isNickNeeded: false };
  assertThrows(() => destination({ ...NOTHING, nick: "a b" }, [], usual), ConfigError);
});
