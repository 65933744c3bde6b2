/**
 * What a person types, read by the table of commands: plain text is said, "/me waves" is done, and
 * "//x" says "/x". A line that begins with a slash and is no command is never said.
 */
import { ABOUT, type Command, COMMANDS } from "./command.ts";
import { nearest } from "./nearest.ts";

/** What a typed line means: a command, a wish to see the commands, or what is wrong with it. */
export type Line =
  | Command
  | { type: "help"; about: string }
  /** `resembles` is whether a command was clearly meant. */
  | { type: "mistake"; text: string; resembles: boolean };

interface Parameter {
  name: string;
  needed: boolean;
}

interface Grammar {
  type: Command["type"];
  usage: string;
  help: string;
  about: string;
  parameters: Parameter[];
}

/** By the word that is typed. */
const GRAMMARS = new Map<string, Grammar>();
for (const [type, row] of Object.entries(COMMANDS)) {
  if (!("typed" in row)) continue;
  const [word = "", ...parameters] = row.typed.split(" ");
  GRAMMARS.set(word.slice(1), {
    type: type as Command["type"],
    usage: row.typed,
    help: row.help,
    about: "about" in row ? row.about : "",
    parameters: parameters.map((it) => ({ name: it.slice(1, -1), needed: it.startsWith("<") })),
  });
}

/** What people are used to from elsewhere. */
const SHORT_WORDS = new Map([
  ["q", "quit"],
  ["msg", "message"],
  ["who", "users"],
  ["names", "users"],
  ["list", "rooms"],
  ["leave", "part"],
]);

function fullWord(typed: string): string {
  const word = typed.toLowerCase();
  return SHORT_WORDS.get(word) ?? word;
}

/** Reads a line typed by somebody who is in `room`. */
export function readLine(line: string, room: string): Line {
  if (holdsSecret(line) && !isCommand(line)) return notSaid(line);
  if (line.startsWith("//")) return { type: "say", room, text: line.slice(1), id: "" };
  if (!line.startsWith("/")) return { type: "say", room, text: line, id: "" };
  const [typed, rest] = cut(line.slice(1));
  if (typed.toLowerCase() === "help") return { type: "help", about: rest.trim().toLowerCase() };
  const grammar = GRAMMARS.get(fullWord(typed));
  if (!grammar) return unknown(typed);
  return readFields(grammar, rest, room) ??
    { type: "mistake", text: `usage: ${grammar.usage}`, resembles: true };
}

/** The line that one types for a command; undefined if there is none. */
export function writeLine(command: Command): string | undefined {
  if (command.type === "say") return command.text.replace(/^\//, "//");
  for (const [word, { type, parameters }] of GRAMMARS) {
    if (type !== command.type) continue;
    const fields: Record<string, string | number> = command;
    const values = parameters.map(({ name }) => String(fields[name] || ""));
    return ["/" + word, ...values].join(" ").trimEnd();
  }
  return undefined;
}

/** The commands that can be typed about something, a line each. */
export function help(about = ""): string[] {
  const rows = helpRows(about);
  const width = Math.max(...rows.map(([usage]) => usage.length)) + 2;
  return rows.map(([usage, help]) => `${usage.padEnd(width)}${help}`);
}

/** The commands that can be typed, and what each does; those for talking, if nobody knows about what. */
export function helpRows(about = ""): (readonly [usage: string, help: string])[] {
  const known = Object.hasOwn(ABOUT, about) ? about : "";
  const rows = [...GRAMMARS.values()]
    .filter((it) => it.about === known)
    .map(({ usage, help }) => [usage, help] as const);
  if (known !== "") return rows;
  const more = Object.entries(ABOUT).map(([about, what]) => [`/help ${about}`, what] as const);
  return [
    ...rows,
    ["/help", "show this list"],
    ...more,
    ["//text", "say a text that begins with /"],
  ];
}

/** Words of ours that are followed by a secret, and from which word after them on. */
const SECRETS = new Map([["login", 1], ["lock", 1], ["join", 2]]);
/** ... and words of other programs. */
const SECRETS_ELSEWHERE = [
  "identify",
  "auth",
  "authenticate",
  "register",
  "password",
  "pass",
  "oper",
];

/**
 * Whether a line has a secret in it, or would have if it were typed as it was meant: no such line is ever said
 * to others, whatever else becomes of it.
 */
export function holdsSecret(line: string): boolean {
  const [, word = "", rest = ""] =
    /^\s*\/\s*([^\s/:,;=]+)[:,;=]?\s*(.*)$/s.exec(line.slice(0, 1000)) ?? [];
  if (word === "" || rest === "") return false;
  const typed = fullWord(word);
  if (SECRETS_ELSEWHERE.includes(typed)) return true;
  const meant = GRAMMARS.has(typed) ? typed : nearest(typed, [...SECRETS.keys()]) ?? "";
  return rest.trim().split(/\s+/).length >= (SECRETS.get(meant) ?? Infinity);
}

/** Whether it begins with a command's word, and is read as that command. */
function isCommand(line: string): boolean {
  return line.startsWith("/") && GRAMMARS.has(fullWord(cut(line.slice(1))[0]));
}

function notSaid(line: string): Line {
  const typed = line.trimStart();
  const text = isCommand(typed)
    ? "a command has nothing before it"
    : unknown(cut(typed.slice(1))[0]).text;
  return { type: "mistake", text, resembles: true };
}

function readFields({ type, parameters }: Grammar, rest: string, room: string) {
  const fields: Record<string, string | number> = { type };
  for (const [field, kind] of Object.entries(COMMANDS[type].fields)) {
    fields[field] = field === "room" ? room : kind === "number?" ? 0 : "";
  }
  for (const [index, { name, needed }] of parameters.entries()) {
    const isLast = index === parameters.length - 1;
    const [value, after] = isLast ? [rest.trim(), ""] : cut(rest);
    rest = after;
    if (value === "" && needed) return undefined;
    if (value === "") continue;
    if (typeof fields[name] === "number") {
      if (!/^\d{1,9}$/.test(value)) return undefined;
      fields[name] = Number(value);
    } else {
      fields[name] = name === "room" ? value.replace(/^#/, "") : value;
    }
  }
  return fields as Command;
}

/** A text's first word, and what follows it. */
function cut(text: string): [word: string, rest: string] {
  const trimmed = text.trimStart();
  const end = trimmed.search(/\s/);
  return end < 0 ? [trimmed, ""] : [trimmed.slice(0, end), trimmed.slice(end).trimStart()];
}

function unknown(word: string): Extract<Line, { type: "mistake" }> {
  const isElsewhere = SECRETS_ELSEWHERE.includes(word.toLowerCase());
  const meant = isElsewhere ? "login" : nearest(word, ["help", ...GRAMMARS.keys()]);
  const hint = meant ? `did you mean /${meant}?` : "/help lists what there is";
  return {
    type: "mistake",
    text: `there is no /${word.slice(0, 40)}: ${hint}`,
    resembles: meant !== undefined,
  };
}
