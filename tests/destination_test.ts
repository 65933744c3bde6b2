import { assertEquals, assertThrows } from "@std/assert";
import { ConfigError } from "../src/config/error.ts";
import { atServer, destination, type Given } from "../src/destination.ts";

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

const WORK = {
  name: "work",
  address: "chat.example.org:1234",
  nick: "chris",
  room: "dev",
  identify: false,
  tls: true,
  tls_ca: "",
  key: "work.pem",
  password_file: "",
};
const NAMED = {
  ...NOTHING,
  nick: "pat",
  room: "lobby",
  dialect: "native",
  identify: true,
  tls: false,
  tls_ca: "",
  key: "",
  password_file: "",
  servers: [
    { ...WORK, dialect: "bgnet0", default: false },
    { ...WORK, name: "near", address: "::1", dialect: "vu", default: false },
  ],
};

Deno.test("a server that has a name is meant by all of it, wherever a host may stand alone", () => {
  const usual = { nick: "user", isNickNeeded: true, port: 5378 };
  const there: [given: Partial<Given>, words: string[], meant: [string, string, number]][] = [
    [{}, ["work"], ["chris", "chat.example.org", 1234]],
    [{}, ["leslie", "work"], ["leslie", "chat.example.org", 1234]],
    [{ server: "work" }, [], ["chris", "chat.example.org", 1234]],
    [{ target: "work" }, [], ["chris", "chat.example.org", 1234]],
    [{ target: "work" }, ["leslie", "elsewhere"], ["leslie", "chat.example.org", 1234]],
    [{ port: 99 }, ["work"], ["chris", "chat.example.org", 99]],
    [{}, ["near"], ["chris", "::1", 5378]],
  ];
  const elsewhere: typeof there = [
    [{}, ["Work"], ["pat", "Work", 5378]],
    [{}, ["work:80"], ["pat", "work", 80]],
    [{}, ["work", "80"], ["pat", "work", 80]],
    [{}, ["leslie", "work", "80"], ["leslie", "work", 80]],
    [{}, ["work", "example.org"], ["work", "example.org", 5378]],
    [{ server: "work" }, ["example.org"], ["pat", "example.org", 5378]],
    [{ target: "example.org" }, ["work"], ["pat", "example.org", 5378]],
    [{}, [], ["pat", "localhost", 5378]],
  ];
  for (const [given, words, [nick, host, port]] of [...there, ...elsewhere]) {
    const settings = atServer({ ...NAMED, ...given }, words);
    const meant = { nick, isNickGiven: true, host, port };
    assertEquals(destination(settings, words, usual), meant, words.join(" "));
  }
});

Deno.test("at a server that has a name what its table sets are the settings", () => {
  const { nick, room, dialect, identify, key, tls } = atServer(NAMED, ["near"]);
  assertEquals([nick, room, dialect, identify, key, tls], [
    ...["chris", "dev", "vu", false, "work.pem", true],
  ]);
  assertEquals(atServer(NAMED, ["elsewhere"]), NAMED);
});
