import { assertEquals } from "@std/assert";
import { ConfigError, CONFIGURATION, USAGE } from "../../src/config/error.ts";

Deno.test("a configuration error exits with 78 unless the command line is at fault", () => {
  assertEquals(new ConfigError("a file").exitCode, CONFIGURATION);
  assertEquals(CONFIGURATION, 78);
  assertEquals(new ConfigError("a flag", { exitCode: USAGE }).exitCode, 2);
});

Deno.test("a message is one line whatever went into it", () => {
  const error = new ConfigError("a\nb\r\x1b[2Jc\u202ed\u2028e\ud800");
  assertEquals(error.message, "a\\u{a}b\\u{d}\\u{1b}[2Jc\\u{202e}d\\u{2028}e\\u{d800}");
});

Deno.test("an error printed whole shows no stack", () => {
  assertEquals(new ConfigError("port is taken").stack, "ConfigError: port is taken");
});
