/** A message as one line of JSON, for other programs and for another server: written, and read with every check. */
import type { Said } from "../chat/event.ts";
import { fits, isNick, isText, roomName } from "../chat/names.ts";

/** No server takes a longer text, or a longer id. */
const MAX_TEXT_BYTES = 1024 * 1024;
const MAX_ID_LENGTH = 200;
/** Long enough for a text all of whose characters are written as "\u001b". */
export const MAX_LINE_LENGTH = 6 * MAX_TEXT_BYTES + 2000;

/** What is wrong with a line. */
export class LineError extends Error {
  override name = "LineError";
}

const TYPES = {
  room: "string",
  seq: "number",
  at: "string",
  nick: "string",
  text: "string",
  emote: "boolean",
  id: "string",
} as const;

/** Who is there without having said a name goes by an address: "127.0.0.1:4242", "[::1]:4242". */
const STAND_IN = /^(\[[\da-f:.]+(%[\w.-]+)?\]|[\d.]+):\d{1,5}$/i;

/** What JSON leaves as it is and a terminal, or a reader of lines, might obey or hide. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** One line of JSON without its end, safe to show. `at` is written as "2026-11-20T21:14:00.000Z". */
export function encodeRecord({ room, seq, at, nick, text, emote, id }: Said): string {
  return json({ room, seq, at: new Date(at).toISOString(), nick, text, emote, id });
}

/** JSON in which every character that does not show is escaped. */
export function json(value: unknown): string {
  return JSON.stringify(value).replace(UNSEEN, escaped);
}

/** Throws a LineError. */
export function decodeRecord(line: string): Said {
  const record = parse(line);
  for (const key of Object.keys(record)) {
    if (!Object.hasOwn(TYPES, key)) throw new LineError(`there is no field ${json(key)}`);
  }
  for (const [key, type] of Object.entries(TYPES)) {
    if (kindOf(record[key]) !== type) throw new LineError(`${key} must be a ${type}`);
  }
  const { at, ...rest } = record as Omit<Said, "at"> & { at: string };
  return checked({ ...rest, at: milliseconds(at) });
}

function kindOf(value: unknown): string {
  return typeof value;
}

function parse(line: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new LineError("it is not JSON");
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new LineError("it is not an object");
}

function checked(said: Said): Said {
  const { room, seq, nick, text, id } = said;
  if (roomName(room) !== room) throw new LineError(`no room is called ${json(room)}`);
  if (!Number.isSafeInteger(seq) || seq < 1) {
    throw new LineError("seq must be a whole number from 1");
  }
  if (!isNick(nick) && !STAND_IN.test(nick)) throw new LineError(`nobody is called ${json(nick)}`);
  if (!isText(text)) throw new LineError("the text is empty, or has a character that is none");
  if (!fits(text, MAX_TEXT_BYTES)) {
    throw new LineError(`the text is longer than ${MAX_TEXT_BYTES} bytes`);
  }
  if (id.length > MAX_ID_LENGTH || !id.isWellFormed()) {
    throw new LineError("the id is too long, or no text");
  }
  return said;
}

function milliseconds(at: string): number {
  const time = new Date(at);
  // Only the one form that encodeRecord writes: no other says the same on every machine.
  if (time.getTime() >= 0 && time.toISOString() === at) return time.getTime();
  throw new LineError(`at must be like "2026-11-20T21:14:00.000Z"`);
}

function escaped(character: string): string {
  let units = "";
  for (let i = 0; i < character.length; i++) {
    units += `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
  }
  return units;
}
