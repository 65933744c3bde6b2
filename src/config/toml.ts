/**
 * Reads a TOML file, and says of each of its keys on which line it stands.
 */
import { parse } from "@std/toml";
import { ConfigError } from "./error.ts";
import { keyLines, pathName } from "./key_lines.ts";
import { shorten } from "./quote.ts";

/** A file that has been read already. */
export interface ConfigFile {
  /** As messages name it. */
  name: string;
  text: string;
}

/** What a file says, and where. */
export interface Toml {
  values: Record<string, unknown>;
  /**
   * `server.toml:12` for the key at this path; the line of the table that it is in where its own is
   * not known, and only the file's name where that is not either.
   */
  where: (...path: (string | number)[]) => string;
}

/** Reads the file; throws ConfigErrors that name file and line. */
export function readToml({ name, text }: ConfigFile): Toml {
  // Editors on Windows may begin a file with a byte order mark.
  const toml = text.replace(/^\u{feff}/u, "");
  const values = parseToml(toml, name);
  const lines = keyLines(toml, name);
  const where = (...path: (string | number)[]) => {
    for (let length = path.length; length > 0; length--) {
      const line = lines.get(pathName(path.slice(0, length)));
      if (line !== undefined) return `${name}:${line}`;
    }
    return name;
  };
  return { values, where };
}

function parseToml(toml: string, name: string): Record<string, unknown> {
  try {
    return parse(toml);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    // Of these it says neither what they are nor where.
    if (TAKEN.test(error.message)) keyLines(toml, name);
    throw syntaxError(error.message, name);
  }
}

/** What the parser says of a table whose name is taken. */
const TAKEN = /Unexpected assign|key length is not a positive number/;
const PLACE = /^(?:Parse error on line (\d+), column \d+: )+/;
const NO_VALUE = /^Cannot parse value on line '(.*)'$/s;

/** The parser's message may hold its place twice, and lines of the file: ours is one line. */
function syntaxError(message: string, name: string): ConfigError {
  const line = Number(PLACE.exec(message)?.[1] ?? 1);
  const reason = message.replace(PLACE, "");
  const statement = NO_VALUE.exec(reason)?.[1];
  if (statement === undefined) {
    return new ConfigError(`${name}:${line}: ${shortReason(reason)}`);
  }
  // Looking for a value, the parser went on to later lines, and quotes all that it went over.
  const [first = "", ...passed] = statement.split("\n");
  return new ConfigError(
    `${name}:${line - passed.length}: no value that TOML knows (text stands in quotes): ` +
      shorten(first.trim()),
  );
}

function shortReason(reason: string): string {
  const [first = ""] = reason.split("\n");
  return first.replace(/:$/, "");
}
