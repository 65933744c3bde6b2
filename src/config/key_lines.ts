/**
 * Finds the line of each key of a TOML file, which the parser does not tell; and refuses what the
 * parser lets pass in silence: a key that is set twice, and the key __proto__, which it drops.
 */
import { ConfigError, unknownKey } from "./error.ts";
import { quote } from "./quote.ts";

/** Keys from the outside in; the tables of an array count from 0. */
type Path = readonly (string | number)[];

/** A path as one string: no key that is found here holds a line's end, so none clash. */
export function pathName(path: Path): string {
  return path.join("\n");
}

// Keys written with escapes are not found: nobody writes them, and a message can do without a line.
const KEY = String.raw`(?:[\w-]+|"[^"\\\n]*"|'[^'\n]*')`;
const DOTTED = String.raw`((?:${KEY}\s*\.\s*)*${KEY})`;
const ENTRY = new RegExp(String.raw`^\s*${DOTTED}\s*=`);
const HEADER = new RegExp(String.raw`^\s*(\[\[?)\s*${DOTTED}\s*\]`);

/**
 * The line, counted from 1, on which each key stands first, by the name of its path. Of a text
 * that is no TOML it finds what looks like one. `file` is its name for messages.
 */
export function keyLines(toml: string, file: string): Map<string, number> {
  const lines = new Map<string, number>();
  const set = new Map<string, number>();
  const arrays = new Map<string, number>();
  let table: Path = [];
  for (const [index, text] of withoutProse(toml).split("\n").entries()) {
    const where = `${file}:${index + 1}`;
    const [, bracket, header] = HEADER.exec(text) ?? [];
    const [, entry] = ENTRY.exec(text) ?? [];
    const keys = split(header ?? entry ?? "");
    if (keys.includes("__proto__")) throw unknownKey("__proto__", [], where);
    if (header !== undefined) {
      const isNext = bracket === "[[";
      table = tablePath(keys, isNext, arrays);
      // A list has many tables of its name; all else is there once.
      refuseSecond(isNext ? table.slice(0, -1) : table, where, set);
      if (!isNext) set.set(pathName(table), index + 1);
      note(table, index + 1, lines);
    } else if (entry !== undefined) {
      const path = [...table, ...keys];
      refuseSecond(path, where, lines);
      set.set(pathName(path), index + 1);
      note(path, index + 1, lines);
    }
  }
  return lines;
}

/** The text without comments and without the lines of long strings, neither of which hold keys. */
function withoutProse(toml: string): string {
  const pieces = /"""(?:\\[^]|[^\\])*?"{3,5}|'''[^]*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#[^\n]*/g;
  return toml.replace(pieces, (piece) => {
    if (piece.startsWith("#")) return "";
    return /^("""|''')/.test(piece) ? piece.replace(/[^\n]+/g, "") : piece;
  });
}

/** The path of a table, with the number of the table in each array on the way. */
function tablePath(keys: string[], isNext: boolean, arrays: Map<string, number>): Path {
  const path: (string | number)[] = [];
  for (const [index, key] of keys.entries()) {
    path.push(key);
    const array = pathName(path);
    if (isNext && index === keys.length - 1) arrays.set(array, (arrays.get(array) ?? -1) + 1);
    const number = arrays.get(array);
    if (number !== undefined) path.push(number);
  }
  return path;
}

function refuseSecond(path: Path, where: string, lines: Map<string, number>): void {
  const line = lines.get(pathName(path));
  if (line === undefined) return;
  throw new ConfigError(`${where}: ${quote(path.at(-1))} is set already on line ${line}`);
}

/** Notes the line for the path, and for the tables that it is in if they have none yet. */
function note(path: Path, line: number, lines: Map<string, number>): void {
  for (let length = 1; length <= path.length; length++) {
    const name = pathName(path.slice(0, length));
    if (!lines.has(name)) lines.set(name, line);
  }
}

function split(dotted: string): string[] {
  const keys = dotted.match(new RegExp(KEY, "g")) ?? [];
  return keys.map((key) => /^["']/.test(key) ? key.slice(1, -1) : key);
}
