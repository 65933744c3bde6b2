import { assertEquals } from "@std/assert";
import { readFlags } from "../../src/config/flags.ts";
import { connectOptions } from "../../src/config/options.ts";
import { serveOptions } from "../../src/config/serve_options.ts";
import { refused } from "./refused.ts";

const connect = {
  options: connectOptions(["native", "bgnet0"]),
  aliases: { host: "target", username: "nick" },
};
const serve = { options: serveOptions(["native", "bgnet0"]), config: true };

Deno.test("every way to write a flag gives the same value", () => {
  const lines = [
    ["--nick", "chris"],
    ["--nick=chris"],
    ["-n", "chris"],
    ["-n=chris"],
    ["-nchris"],
    ["--username", "chris"],
    ["--username=chris"],
  ];
  for (const line of lines) assertEquals(readFlags(line, connect).values, { nick: "chris" });
});

Deno.test("a value stays the text that was typed", () => {
  for (const text of ["007", "1e3", "0x10", " ", "true", "a=b", "@", "😀", "a\nb", "bob1"]) {
    for (const line of [["--nick", text], [`--nick=${text}`], ["-n", text], [`-n${text}`]]) {
      assertEquals(readFlags(line, connect).values, { nick: text });
    }
  }
});

Deno.test("a flag of several words is written with hyphens", () => {
  assertEquals(readFlags(["--max-text-bytes", "500"], serve).values, { max_text_bytes: "500" });
});

Deno.test("a switch is turned on, off or to what is spelled out, and left out when not given", () => {
  const cases: [string[], Record<string, string>][] = [
    [["--notices"], { notices: "true" }],
    [["--no-notices"], { notices: "false" }],
    [["--notices=off"], { notices: "off" }],
    [["--no-notices", "--notices"], { notices: "true" }],
    [["--notices", "--no-notices"], { notices: "false" }],
    [[], {}],
  ];
  for (const [line, values] of cases) assertEquals(readFlags(line, serve).values, values);
});

Deno.test("a switch leaves the argument after it alone", () => {
  const { values, positionals } = readFlags(["--listen", "true", "localhost"], connect);
  assertEquals(values, { listen: "true" });
  assertEquals(positionals, ["true", "localhost"]);
});

Deno.test("positional arguments stay exactly as typed, in order, among flags", () => {
  const line = ["007", "--nick", "a", "1e3", "0x1F", "", "-", "1.0", "true"];
  assertEquals(readFlags(line, connect).positionals, [
    "007",
    "1e3",
    "0x1F",
    "",
    "-",
    "1.0",
    "true",
  ]);
});

Deno.test("after -- nothing is an option", () => {
  const { values, positionals, help } = readFlags(
    ["-n", "a", "b", "--", "--nick", "-h", "007", "--"],
    connect,
  );
  assertEquals(values, { nick: "a" });
  assertEquals(positionals, ["b", "--nick", "-h", "007", "--"]);
  assertEquals(help, false);
});

Deno.test("of a flag given twice the last counts, under whichever name", () => {
  assertEquals(readFlags(["--nick", "a", "-nb"], connect).values, { nick: "b" });
  assertEquals(readFlags(["--username=a", "--nick=b", "--username=c"], connect).values, {
    nick: "c",
  });
});

Deno.test("help and version are answered even on a line that is wrong", () => {
  for (const flag of ["-h", "--help"]) {
    assertEquals(readFlags(["--bogus", flag, "--nick"], connect), {
      values: {},
      positionals: [],
      help: true,
      version: false,
    });
  }
  for (const flag of ["-V", "--version"]) {
    assertEquals(readFlags([flag], connect).version, true);
  }
});

Deno.test("--config names a file where the command takes one, and is unknown elsewhere", () => {
  assertEquals(readFlags(["--config", "a.toml", "--port=1"], serve), {
    values: { port: "1" },
    positionals: [],
    help: false,
    version: false,
    config: "a.toml",
  });
  assertEquals(refused(() => readFlags(["--config", "a"], connect)).unknown?.word, "config");
});

Deno.test("a value that begins with a hyphen is given after an equals sign only", () => {
  assertEquals(readFlags(["--port=-1"], serve).values, { port: "-1" });
  assertEquals(readFlags(["-p=-1"], serve).values, { port: "-1" });
  assertEquals(refused(() => readFlags(["--port", "-1"], serve)).message, "unknown option -1");
});

Deno.test("a flag without its value is refused", () => {
  const cases: [string[], string][] = [
    [["--nick"], "--nick needs a value"],
    [["-n"], "--nick needs a value"],
    [["--nick="], "--nick needs a value"],
    [["-n="], "--nick needs a value"],
    [["--nick", ""], "--nick needs a value"],
    [["--nick", "--port", "1"], "--nick needs a value"],
    [["--connect-timeout-seconds"], "--connect-timeout-seconds needs a value"],
    [["--nick", "--", "bob"], "--nick needs a value"],
    [["--no-extensions=yes"], "--no-extensions takes no value"],
  ];
  for (const [line, message] of cases) {
    const error = refused(() => readFlags(line, connect));
    assertEquals([error.message, error.exitCode], [message, 2]);
  }
});

Deno.test("an unknown flag is named with the flags that there are", () => {
  const cases: [string[], string, string][] = [
    [["--prot", "1"], "unknown option --prot", "prot"],
    [["--prot=1"], "unknown option --prot", "prot"],
    [["-x"], "unknown option -x", "x"],
    [["-xyz=1"], "unknown option -xyz", "xyz"],
    [["---port"], "unknown option ---port", "port"],
    [["--no-nick"], "unknown option --no-nick", "no-nick"],
    [["--no-port=5"], "unknown option --no-port", "no-port"],
    [["--max_text_bytes=5"], "unknown option --max_text_bytes", "max_text_bytes"],
    [["--_", "a", "b"], "unknown option --_", "_"],
    [["--nick.x=1"], "unknown option --nick.x", "nick.x"],
    [["--__proto__=1"], "unknown option --__proto__", "__proto__"],
    [["--constructor"], "unknown option --constructor", "constructor"],
    [["--\x1b[2J\n"], "unknown option --\\u{1b}[2J\\u{a}", "\x1b[2J\n"],
    [["-😀"], "unknown option -😀", "😀"],
  ];
  for (const [line, message, word] of cases) {
    const error = refused(() => readFlags(line, connect));
    assertEquals([error.message, error.exitCode], [message, 2]);
    assertEquals(error.unknown?.word, word);
  }
});

Deno.test("what could have been meant holds flags, aliases and switches turned off", () => {
  const known = refused(() => readFlags(["--prot"], connect)).unknown?.known ?? [];
  for (const name of ["port", "connect-timeout-seconds", "username", "no-extensions", "help"]) {
    assertEquals(known.includes(name), true, name);
  }
  assertEquals(known.includes("n"), false);
});
