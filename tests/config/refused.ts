/** The error that the action must throw: one line that a terminal can show, fit for its exit code. */
import { assertInstanceOf, assertMatch, assertThrows } from "@std/assert";
import { ConfigError } from "../../src/config/error.ts";

export function refused(action: () => unknown): ConfigError {
  const error = assertThrows(action, ConfigError);
  assertInstanceOf(error, ConfigError);
  assertMatch(error.message, /^[^\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+$/u);
  return error;
}
