/**
 * What an option accepts. Whatever reaches the program as a setting has passed through here.
 */
import { ConfigError } from "./error.ts";
import type { Option, Value } from "./options.ts";
import { quote } from "./quote.ts";

/** Digits with at most one point: neither "0x10" nor "1e400", which nobody means as a setting. */
const DECIMAL = /^[+-]?\d+(\.\d+)?$/;

const SWITCH_WORDS = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

/** Where a value was found, for the message when it is refused. */
export interface Found {
  /** `server.toml:12`, `CHAT_PORT` or `--port`. */
  where: string;
  key: string;
  exitCode: ConfigError["exitCode"];
}

/** The value if the option accepts it; otherwise throws a ConfigError that says what it would. */
export function checkValue(option: Option, value: unknown, found: Found): Value {
  if (accepts(option, value)) return value;
  throw refusal(option, value, found);
}

/** The value that a flag's or a variable's text stands for, checked like any other. */
export function readText(option: Option, text: string, found: Found): Value {
  const value = convert(option, text);
  if (accepts(option, value)) return value;
  throw refusal(option, text, found);
}

/** What the option accepts, in words that follow "must be". */
export function expected(option: Option): string {
  if (option.choices) return `one of ${option.choices.join(", ")}`;
  switch (option.kind) {
    case "text":
      return "text in quotes";
    case "switch":
      return "true or false";
    case "integer":
      return `a whole number${range(option)}`;
    case "number":
      return `a number${range(option)}`;
  }
}

function accepts(option: Option, value: unknown): value is Value {
  return isOfKind(option, value) && (option.choices?.includes(value) ?? true);
}

function isOfKind(option: Option, value: unknown): value is Value {
  switch (option.kind) {
    case "text":
      return typeof value === "string";
    case "switch":
      return typeof value === "boolean";
    case "integer":
      return Number.isInteger(value) && isInRange(option, Number(value));
    case "number":
      return Number.isFinite(value) && isInRange(option, Number(value));
  }
}

function isInRange({ min = -Infinity, max = Infinity }: Option, value: number): boolean {
  return min <= value && value <= max;
}

function range({ min, max }: Option): string {
  if (min !== undefined && max !== undefined) return ` from ${min} to ${max}`;
  if (min !== undefined) return ` of at least ${min}`;
  return max === undefined ? "" : ` of at most ${max}`;
}

/** Text that means nothing for the option stays text, which the option then does not accept. */
function convert(option: Option, text: string): Value {
  switch (option.kind) {
    case "text":
      return text;
    case "switch":
      return SWITCH_WORDS.get(text.toLowerCase()) ?? text;
    case "integer":
    case "number":
      return DECIMAL.test(text) ? Number(text) : text;
  }
}

function refusal(option: Option, value: unknown, { where, key, exitCode }: Found): ConfigError {
  const message = `${where}: ${key} must be ${expected(option)}, not ${quote(value)}`;
  return new ConfigError(message, { exitCode });
}

/** What a text names with commas between. */
export function listed(names: string): string[] {
  return names.split(",").map((name) => name.trim()).filter((name) => name !== "");
}
