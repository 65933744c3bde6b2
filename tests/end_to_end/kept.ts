/** What a database holds, and whether what people were shown is the same. */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Talker, View } from "./talker.ts";

export interface Kept {
  /** Each room's messages in their order. */
  rooms: Map<string, KeptLine[]>;
  /** All direct messages in their order. */
  directs: KeptLine[];
}

interface KeptLine {
  /** The first word of the text. */
  key: string;
  /** As it is shown. */
  line: string;
}

/** Reads it, and sees that each room's numbers are 1, 2, 3 ... and that nothing is there twice. */
export function readKept(path: string): Kept {
  using database = new DatabaseSync(path, { readOnly: true });
  const check = database.prepare("PRAGMA integrity_check").all();
  assertEquals(check.map((row) => row.integrity_check), ["ok"]);
  const rooms = new Map<string, KeptLine[]>();
  const messages = database.prepare(
    "SELECT room.name AS room, seq, nick, text, emote " +
      "FROM message JOIN room ON room.number = message.room ORDER BY message.number",
  ).all() as { room: string; seq: number; nick: string; text: string; emote: number }[];
  for (const { room, seq, nick, text, emote } of messages) {
    const lines = rooms.get(room) ?? [];
    rooms.set(room, lines);
    assertEquals(seq, lines.length + 1, `the numbers of ${room}`);
    lines.push({ key: firstWord(text), line: emote ? `[${nick} ${text}]` : `${nick}: ${text}` });
  }
  const told = database.prepare("SELECT nick, recipient, text FROM told ORDER BY number")
    .all() as { nick: string; recipient: string; text: string }[];
  const directs = told.map(({ nick, recipient, text }) => (
    { key: firstWord(text), line: `${nick} -> ${recipient}: ${text}` }
  ));
  const keys = [...rooms.values(), directs].flat().map(({ key }) => key);
  assertEquals(keys.filter((key, index) => keys.indexOf(key) !== index), [], "kept twice");
  return { rooms, directs };
}

/** What somebody said is kept once, in the order in which they said it, and what was refused is not kept. */
export function assertSaidIsKept({ name, spoken, gaveUp }: Talker, { rooms, directs }: Kept) {
  assertEquals(gaveUp, []);
  const isKept = new Set([...rooms.values(), directs].flat().map(({ key }) => key));
  const wrong = [...spoken].filter(([key, { fate }]) =>
    fate === "acknowledged" ? !isKept.has(key) : fate === "unknown" ? false : isKept.has(key)
  );
  assertEquals(wrong, [], `${name} said`);
  for (const lines of [...rooms.values(), directs]) {
    const numbers = lines.map(({ key }) => key.split(".")).filter(([by]) => by === name)
      .map(([, number]) => Number(number));
    assertEquals(numbers, numbers.toSorted((a, b) => a - b), `what ${name} said, in order`);
  }
}

/**
 * From the moment somebody came into a room on, the view has the room's messages with no gap, none twice and
 * in order, up to the end if it is the `last` view; likewise their direct messages.
 */
export function assertSame(
  { nick, lines }: View,
  { rooms, directs }: Kept,
  { isLast, rooms: last }: { isLast: boolean; rooms: readonly string[] },
) {
  const roomOf = new Map<string, string>();
  for (const [room, lines] of rooms) for (const { key } of lines) roomOf.set(key, room);
  for (const it of lines) {
    if (it.type !== "message") continue;
    assert(roomOf.has(it.key), `${nick} was shown what is not kept: ${it.line.slice(0, 100)}`);
    if (it.room !== "") assertEquals(it.room, roomOf.get(it.key), it.line.slice(0, 100));
  }
  for (const [room, kept] of rooms) {
    let stay: string[] = [];
    for (const it of lines) {
      if (it.type === "comes" && it.room === room) {
        assertStretch(stay, kept, `shown to ${nick} in ${room}`);
        stay = [];
      }
      if (it.type === "message" && roomOf.get(it.key) === room) stay.push(it.line);
    }
    const isWhole = isLast && last.includes(room);
    assertStretch(stay, kept, `shown to ${nick} in ${room} last`, isWhole);
  }
  const own = directs.filter(({ line }) => involves(line, nick));
  const shown = lines.filter((it) => it.type === "direct").map(({ line }) => line);
  assertStretch(shown, own, `told to ${nick}`, isLast);
}

/** `shown` is a part of what is kept, and goes to its end if it `isWhole`. */
function assertStretch(shown: string[], kept: KeptLine[], about: string, isWhole = false) {
  const [first] = shown;
  if (first === undefined) return assert(!isWhole || kept.length === 0, `${about}: nothing`);
  const from = kept.findIndex(({ line }) => line === first);
  assert(from >= 0, `${about}: not kept so: ${short(first)}`);
  for (const [index, line] of shown.entries()) {
    const should = kept[from + index]?.line;
    if (line === should) continue;
    const around = (lines: (string | undefined)[], at: number) =>
      lines.slice(Math.max(0, at - 2), at + 4).map(short);
    assertEquals(
      around(shown, index),
      around(kept.map(({ line }) => line), from + index),
      `${about}: line ${index} of ${shown.length}, from ${from} of ${kept.length}`,
    );
  }
  if (isWhole) assertEquals(from + shown.length, kept.length, `${about}: the end is lacking`);
}

function involves(line: string, name: string): boolean {
  const [, by = "", to = ""] = /^(\S+) -> (\S+): /.exec(line) ?? [];
  return [by, to].some((nick) => nick === name || nick === `${name}_2`);
}

function firstWord(text: string): string {
  return text.split(" ", 1)[0]!;
}

function short(line: string | undefined): string {
  return line?.slice(0, 60) ?? "(nothing)";
}
