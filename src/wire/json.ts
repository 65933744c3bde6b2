/** JSON from strangers, read with a limit on everything, and JSON as other people's programs write it. */
import { ProtocolError } from "./byte_reader.ts";

const MAX_DEPTH = 32;

export type JsonObject = Record<string, unknown>;

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes UTF-8 JSON that must be an object; throws ProtocolError. */
export function parseObject(bytes: Uint8Array): JsonObject {
  const text = decodeText(bytes);
  if (isDeep(text)) throw new ProtocolError(`the JSON is more than ${MAX_DEPTH} levels deep`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new ProtocolError("this is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as JsonObject;
  }
  throw new ProtocolError("the JSON is not an object");
}

export function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw new ProtocolError("this is not UTF-8");
  }
}

/** The first of the fields that holds a text. */
export function textOf(object: JsonObject, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = Object.hasOwn(object, name) ? object[name] : undefined;
    if (typeof value === "string") return value;
  }
  return undefined;
}

/** Whether brackets outside of strings nest deeper than any message of ours. */
function isDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (inString) {
      if (unit === BACKSLASH) i++;
      else if (unit === QUOTE) inString = false;
    } else if (unit === QUOTE) inString = true;
    else if ((unit | 0x20) === OPENING && ++depth > MAX_DEPTH) return true;
    else if ((unit | 0x20) === CLOSING) depth--;
  }
  return false;
}

const BACKSLASH = 0x5c;
const QUOTE = 0x22;
/** "{", and with bit 5 set "[" too; likewise the closing ones. */
const OPENING = 0x7b;
const CLOSING = 0x7d;

/**
 * JSON with a space after each colon and comma and nothing but ASCII: byte for byte what Python's
 * json.dumps writes, which most programs written for these protocols send and have been tested with.
 */
export function dumps(value: unknown): string {
  if (typeof value === "string") return quote(value);
  if (Array.isArray(value)) return `[${value.map(dumps).join(", ")}]`;
  if (typeof value === "object" && value !== null) {
    let fields = "";
    for (const name of Object.keys(value)) {
      const field = (value as JsonObject)[name];
      if (field === undefined) continue;
      fields += `${fields === "" ? "" : ", "}${quote(name)}: ${dumps(field)}`;
    }
    return `{${fields}}`;
  }
  return JSON.stringify(value);
}

export function quote(text: string): string {
  const quoted = JSON.stringify(text);
  // Most text is ASCII, and a test costs less than a replacement that replaces nothing.
  return NOT_ASCII.test(quoted) ? quoted.replace(EACH_NOT_ASCII, escaped) : quoted;
}

const NOT_ASCII = /[\x7f-\uffff]/;
const EACH_NOT_ASCII = /[\x7f-\uffff]/g;

function escaped(unit: string): string {
  return "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0");
}
