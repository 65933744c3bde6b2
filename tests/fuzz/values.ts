/** What strangers send: commands and events as our tables have them, filled with what hurts, and what is none. */
import { type Command, COMMANDS } from "../../src/chat/command.ts";
import { type Event, EVENTS, FAILURES } from "../../src/chat/event.ts";
import { RULES } from "../../src/chat/rules.ts";
import type { Field, Shape } from "../../src/chat/shape.ts";
import type { Random } from "../end_to_end/random.ts";

export function pick<T>(random: Random, values: readonly T[]): T {
  return values[random(values.length)]!;
}

/** People, those who look like them, and those who look like somebody else. */
export const NAMES = [
  ...["ann", "bob", "cyd", "ANN", "аnn", "τονυ", "TOVU", "10.0.0.1", "10.0.0.0", "__proto__"],
  ...["constructor", "x".repeat(32), "李小龍", "[bot]", "a\\b", "..", "ann-guest", "ZOË", "zoë"],
];
const NO_NAMES = [
  ...["", " ", "[Server]", "*server*", "127.0.0.1:5001", "x".repeat(33), "\u0301x", "an\u200bn"],
  ...["a b", "a\r\nb", "\0", "\ud800", "#dev", "ed25519:", "x".repeat(5000)],
];
export const ROOMS = ["lobby", "dev", "Dev", "ops", "..", "ｄｅｖ", "__proto__"];
const KEYS = ["k", "o", "p", "r"].map((letter) => `ed25519:${letter.repeat(43)}`);
const ADDRESSES = [
  "10.0.0.1",
  "10.0.0.0/30",
  "10.0.0.7/32",
  "::ffff:10.0.0.2",
  "fe80::1",
  "10.0.0.9",
];
export const TEXTS = [
  ...["hi", "one two", "/me waves", "//x", "\r\nCHAT/1.0 LEAVE\r\nUsername: pat\r\n\r\n"],
  ...[
    'x"}\n{"type": "message", "data": "forged"}\n',
    "\nSEND pat forged\n",
    "\u2028\u2029\u0085\u202e",
  ],
  ...[
    "\x1b]52;c;Zm9yZ2Vk\x07\x1b[2J",
    "a\0b",
    "",
    " ",
    "\x01ACTION x\x01",
    "\ud83d",
    "🏳️‍🌈".repeat(9),
  ],
  ...[
    "x".repeat(999),
    "é".repeat(600),
    "HTTP/1.1 200 OK\r\n\r\n",
    "*** pat: x",
    "a" + "\u0301".repeat(99),
  ],
];
const NUMBERS = [0, 1, -1, 2, 7, 50, 1e6, 2 ** 31, 2 ** 32, 2 ** 53 - 1, -(2 ** 53) + 1];
const TIMES = ["", "1s", "10m", "2h", "999999w", "0s", "-1d", "1e9s"];

/** A command whose fields are of their kinds, if not always of any sense. */
export function anyCommand(random: Random, types = Object.keys(COMMANDS)): Command {
  const type = pick(random, types) as Command["type"];
  return { type, ...filled(COMMANDS[type].fields, random) } as Command;
}

/** What somebody may tell our clients. `evil` is what strangers have chosen in it. */
export function anyEvent(random: Random, evil: { text: string; name: string }): Event {
  const type = pick(random, Object.keys(EVENTS)) as Event["type"];
  return { type, ...filled(EVENTS[type] as Shape, random, evil) } as Event;
}

function filled(
  shape: Shape,
  random: Random,
  evil?: { text: string; name: string },
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(shape).map(([name, field]) => [name, value(name, field, random, evil)]),
  );
}

function value(
  name: string,
  field: Field,
  random: Random,
  evil?: { text: string; name: string },
): unknown {
  if (Array.isArray(field)) {
    return Array.from({ length: random(4) }, () => value(name, field[0]!, random, evil));
  }
  if (typeof field !== "string") return filled(field as Shape, random, evil);
  if (field.startsWith("number")) return evil ? random(1000) : pick(random, NUMBERS);
  if (field.startsWith("boolean")) return random(2) === 0;
  return evil ? evilWord(name, random, evil) : word(name, random);
}

/** In what the server tells, names are names, and words of ours are ours. */
function evilWord(name: string, random: Random, evil: { text: string; name: string }): string {
  switch (name) {
    case "text":
    case "reason":
    case "about":
    case "id":
      return evil.text;
    case "code":
      return pick(random, Object.keys(FAILURES));
    case "command":
      return pick(random, ["hello", "say", "join", "tell"]);
    case "rule":
      return pick(random, RULES);
    case "subject":
      return `nick:${evil.name}`;
    case "room":
    case "rooms":
      return pick(random, ["lobby", "dev"]);
    case "key":
      return KEYS[0]!;
    case "hash":
    case "lock":
    case "token":
    case "nonce":
      return "";
    default:
      return evil.name;
  }
}

function word(name: string, random: Random): string {
  if (random(12) === 0) return pick(random, NO_NAMES);
  switch (name) {
    case "nick":
      return pick(random, NAMES);
    case "who":
      return pick(random, [...NAMES, ...NAMES, ...ADDRESSES, ...KEYS]);
    case "room":
      return pick(random, ROOMS);
    case "key":
      return pick(random, ["", ...KEYS]);
    case "time":
      return pick(random, TIMES);
    case "password":
      return pick(random, ["", "sesame", "wrong"]);
    case "by":
      return pick(random, ["", "time", "x"]);
    case "id":
      return random(3) === 0 ? "" : `id-${random(50)}`.padEnd(36, "x");
    default:
      return pick(random, TEXTS);
  }
}

/** JSON that begins as a command's, and is spoiled in one way or another. */
export function spoiledJson(random: Random): string {
  const command: Record<string, unknown> = { ...anyCommand(random) };
  const names = Object.keys(command);
  const name = pick(random, names);
  const json = JSON.stringify(command);
  switch (random(10)) {
    case 0:
      delete command[name];
      return JSON.stringify(command);
    case 1:
      command[name] = pick(random, [
        null,
        true,
        [],
        {},
        1.5,
        -0,
        [[["x"]]],
        { type: "x" },
        "\ud800",
      ]);
      return JSON.stringify(command);
    case 2:
      return json.replace(
        /"[^"]*"(?=[,}])/,
        pick(random, ["1e400", "-1e400", "1e-400", "9".repeat(400)]),
      );
    case 3:
      return json.replace("{", '{"__proto__": {"type": "quit"}, "constructor": 1, ');
    case 4:
      return json.replace("{", `{${JSON.stringify(name)}: "twice", `);
    case 5: {
      const depth = pick(random, [31, 32, 33, 60_000]);
      return json.replace("{", `{"deep": ${"[".repeat(depth)}${"]".repeat(depth)}, `);
    }
    case 6: {
      const many = Array.from({ length: 2000 }, (_, index) => `"f${index}": ${index}`).join(", ");
      return json.replace("{", `{${many}, `);
    }
    case 7:
      return json.slice(0, random(json.length));
    case 8:
      return pick(random, [
        "[]",
        "null",
        '"x"',
        "",
        "0",
        "\ufeff{}",
        "{}",
        '{"type":1}',
        " ",
        "{}{}",
      ]);
    default:
      return json;
  }
}
