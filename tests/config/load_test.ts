import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { load, type Sources } from "../../src/config/load.ts";
import type { Options } from "../../src/config/options.ts";
import { refused } from "./refused.ts";

/** One option of every kind, with every kind of bound. */
const options = {
  name: { kind: "text", default: "chris", help: "" },
  colour: { kind: "text", default: "red", help: "", choices: ["red", "green"] },
  port: { kind: "integer", default: 3490, help: "", min: 0, max: 65535 },
  level: { kind: "integer", default: 1, help: "", choices: [1, 2] },
  floor: { kind: "integer", default: 1, help: "", min: 1 },
  ceiling: { kind: "number", default: 1, help: "", max: 2.5 },
  seconds: { kind: "number", default: 30, help: "", min: 0.1, max: 60 },
  any_number: { kind: "number", default: 0, help: "" },
  loud: { kind: "switch", default: false, help: "" },
  only_flag: { kind: "text", default: "", help: "", flagOnly: true },
} satisfies Options;

const file = (text: string): Sources => ({ file: { name: "server.toml", text } });
const environment = (name: string, text: string): Sources => ({ environment: { [name]: text } });
const flag = (key: string, value: string | number | boolean): Sources => ({
  flags: { [key]: value },
});

Deno.test("without any source everything has its default", () => {
  assertEquals(load(options, {}), {
    name: "chris",
    colour: "red",
    port: 3490,
    level: 1,
    floor: 1,
    ceiling: 1,
    seconds: 30,
    any_number: 0,
    loud: false,
    only_flag: "",
  });
});

Deno.test("the values have the types of their options", () => {
  const { name, port, loud } = load(options, {});
  const typed: [string, number, boolean] = [name, port, loud];
  assertEquals(typed, ["chris", 3490, false]);
});

Deno.test("law: flags outrank variables, variables the file, the file the defaults", () => {
  const port = fc.option(fc.integer({ min: 0, max: 65535 }), { nil: undefined });
  fc.assert(fc.property(port, port, port, (flag, variable, inFile) => {
    const sources = {
      flags: { port: flag?.toString() },
      environment: { CHAT_PORT: variable?.toString() },
      file: { name: "server.toml", text: inFile === undefined ? "" : `port = ${inFile}` },
    };
    assertEquals(load(options, sources).port, flag ?? variable ?? inFile ?? 3490);
  }));
});

Deno.test("a source that sets one key leaves the others to the sources below it", () => {
  const { name, port, seconds, loud } = load(options, {
    flags: { name: "flag" },
    environment: { CHAT_NAME: "variable", CHAT_PORT: "1" },
    file: { name: "server.toml", text: 'name = "file"\nport = 2\nseconds = 3' },
  });
  assertEquals([name, port, seconds, loud], ["flag", 1, 3, false]);
});

Deno.test("an empty variable counts as unset, and so does one for a flag alone", () => {
  const { port, only_flag } = load(options, {
    environment: { CHAT_PORT: "", CHAT_ONLY_FLAG: "x" },
  });
  assertEquals([port, only_flag], [3490, ""]);
  assertEquals(load(options, flag("only_flag", "x")).only_flag, "x");
});

Deno.test("text from flags and variables becomes what the option holds", () => {
  const cases: [keyof typeof options, string, string | number][] = [
    ["name", "007", "007"],
    ["name", "true", "true"],
    ["port", "0", 0],
    ["port", "65535", 65535],
    ["port", "+080", 80],
    ["port", "80.0", 80],
    ["level", "2", 2],
    ["seconds", "0.1", 0.1],
    ["seconds", "60", 60],
    ["any_number", "-2.50", -2.5],
  ];
  for (const [key, text, value] of cases) {
    assertEquals(load(options, flag(key, text))[key], value);
    assertEquals(load(options, environment(`CHAT_${key.toUpperCase()}`, text))[key], value);
  }
});

Deno.test("a switch is written in any of the usual words", () => {
  for (const text of ["true", "1", "yes", "on", "ON", "Yes"]) {
    assertEquals(load(options, environment("CHAT_LOUD", text)).loud, true);
  }
  for (const text of ["false", "0", "no", "off", "False"]) {
    assertEquals(load(options, { ...file("loud = true"), ...flag("loud", text) }).loud, false);
  }
});

Deno.test("one past each bound is refused, with what was expected", () => {
  const cases: [string, string, string][] = [
    ["port", "-1", "a whole number from 0 to 65535"],
    ["port", "65536", "a whole number from 0 to 65535"],
    ["port", "1.5", "a whole number from 0 to 65535"],
    ["level", "3", "one of 1, 2"],
    ["floor", "0", "a whole number of at least 1"],
    ["ceiling", "2.6", "a number of at most 2.5"],
    ["seconds", "0.09", "a number from 0.1 to 60"],
    ["seconds", "60.01", "a number from 0.1 to 60"],
  ];
  for (const [key, text, expected] of cases) {
    const inFile = refused(() => load(options, file(`\n${key} = ${text}`)));
    assertEquals(inFile.message, `server.toml:2: ${key} must be ${expected}, not ${text}`);
    assertEquals(inFile.exitCode, 78);

    const variable = `CHAT_${key.toUpperCase()}`;
    const inVariable = refused(() => load(options, environment(variable, text)));
    assertEquals(inVariable.message, `${variable}: ${key} must be ${expected}, not "${text}"`);
    assertEquals(inVariable.exitCode, 78);

    const inFlag = refused(() => load(options, flag(key, text)));
    assertEquals(inFlag.message, `--${key}: ${key} must be ${expected}, not "${text}"`);
    assertEquals(inFlag.exitCode, 2);
  }
});

Deno.test("text that is no value of the option is refused", () => {
  const numbers = ["abc", "1e3", "1e400", "0x10", "1_000", " 1", "1 ", ".5", "5.", "--1", "NaN"];
  for (const text of [...numbers, "Infinity", "١٢", "9".repeat(400)]) {
    refused(() => load(options, flag("port", text)));
    refused(() => load(options, environment("CHAT_ANY_NUMBER", text)));
  }
  for (const text of ["maybe", "2", "y", "constructor"]) {
    const { message } = refused(() => load(options, environment("CHAT_LOUD", text)));
    assertEquals(message, `CHAT_LOUD: loud must be true or false, not "${text}"`);
  }
  const { message } = refused(() => load(options, flag("colour", "blue")));
  assertEquals(message, '--colour: colour must be one of red, green, not "blue"');
});

Deno.test("a key of several words is named as a flag where a flag was wrong", () => {
  const { message } = refused(() => load(options, flag("any_number", "x")));
  assertEquals(message, '--any-number: any_number must be a number, not "x"');
});

Deno.test("a value of the wrong kind in a file is refused by its kind", () => {
  const port = "a whole number from 0 to 65535";
  const cases: [string, string][] = [
    ['port = "abc"', `port must be ${port}, not "abc"`],
    ['port = "3490"', `port must be ${port}, not "3490"`],
    ["port = true", `port must be ${port}, not true`],
    ["port = inf", `port must be ${port}, not inf`],
    ["port = nan", `port must be ${port}, not nan`],
    ["port = 1e400", `port must be ${port}, not inf`],
    ["port = 99999999999999999999999", `port must be ${port}, not 1e+23`],
    ["port = 1979-05-27", `port must be ${port}, not a date`],
    ["port = [1]", `port must be ${port}, not a list`],
    ["port = {}", `port must be ${port}, not a table`],
    ["port.x = 1", `port must be ${port}, not a table`],
    ["[port]", `port must be ${port}, not a table`],
    ["[[port]]", `port must be ${port}, not a list`],
    ["name = 5", "name must be text in quotes, not 5"],
    ["name = 1979-05-27", "name must be text in quotes, not a date"],
    ["loud = 1", "loud must be true or false, not 1"],
    ['loud = "yes"', 'loud must be true or false, not "yes"'],
    ["any_number = -inf", "any_number must be a number, not -inf"],
  ];
  for (const [text, message] of cases) {
    const error = refused(() => load(options, file(`# comment\n${text}`)));
    assertEquals(error.message, `server.toml:2: ${message}`);
  }
});

Deno.test("a value that is outranked is checked all the same", () => {
  const sources = { ...file("port = -1"), ...flag("port", "1") };
  refused(() => load(options, sources));
});

Deno.test("an unknown key is named with its line and the keys that there are", () => {
  const keys = ["prot", "constructor", "toString", "hasOwnProperty", "listen"];
  for (const key of keys) {
    const error = refused(() => load(options, file(`port = 1\n${key} = 2`)));
    assertEquals(error.message, `server.toml:2: unknown key "${key}"`);
    assertEquals([error.exitCode, error.unknown?.word], [78, key]);
    assertEquals(error.unknown?.known.includes("port"), true);
    assertEquals(error.unknown?.known.includes("only_flag"), false);
  }
});

Deno.test("the key __proto__ is refused however it is written, and changes nothing", () => {
  const spellings = ["__proto__ = 1", "__proto__.port = 1", '"__proto__" = 1', "[__proto__]"];
  for (const text of [...spellings, "[[__proto__]]", "[port.__proto__]\nport = 1"]) {
    const { message } = refused(() => load(options, file(text)));
    assertEquals(message, 'server.toml:1: unknown key "__proto__"');
  }
  assertEquals(load(options, { flags: JSON.parse('{"__proto__": {"port": 1}}') }).port, 3490);
});

Deno.test("a key for a flag alone is refused in a file", () => {
  const { message } = refused(() => load(options, file('only_flag = "x"')));
  assertEquals(
    message,
    "server.toml:1: only_flag is no key of a file, only the flag --only-flag",
  );
});

Deno.test("no message shows a control character of a value, a key or a file's name", () => {
  const controls = fc.string({ unit: fc.constantFrom("\x1b", "\n", "\r", "\x9b", "\u202e", "a") });
  fc.assert(fc.property(controls, (text) => {
    const hostile = `\x07${text}`;
    const quoted = `"\\u0007${JSON.stringify(text).slice(1)}`;
    refused(() => load(options, flag("port", hostile)));
    refused(() => load(options, environment("CHAT_PORT", hostile)));
    refused(() => load(options, file(`port = ${quoted}`)));
    refused(() => load(options, file(`${quoted} = 1`)));
    refused(() => load(options, { file: { name: hostile, text: "port = 'x'" } }));
    refused(() => load(options, { file: { name: hostile, text: `${hostile} = 'x` } }));
  }));
});
