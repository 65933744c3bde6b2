/** What the full screen knows: its places, the line being typed, who is where, and how the connection does. */
import type { Event } from "../chat/event.ts";
import { EMPTY, type Line } from "../terminal/line_editor.ts";
import { NOTHING, type Recall } from "../terminal/recall.ts";
import { append, type Buffer, emptyBuffer, type Entry, look, lookAway } from "./buffer.ts";
import type { Look } from "./entry_rows.ts";
import type { Completion } from "./complete.ts";
import type { Status } from "./person.ts";

export interface Model {
  nick: string;
  lobby: string;
  /** In the order of Alt-1, Alt-2 ... */
  buffers: readonly Buffer[];
  /** The name of the one that is looked at. */
  current: string;
  line: Line;
  recall: Recall;
  /** What is looked for among the lines entered before, and the one found last. */
  search: { text: string; at: number } | undefined;
  completion: Completion | undefined;
  /** Several lines that were pasted, until it is said whether they are meant. */
  pasted: string | undefined;
  /** Who is in each room, and of how many rooms we have asked it ourselves. */
  rosters: ReadonlyMap<string, ReadonlySet<string>>;
  asked: ReadonlyMap<string, number>;
  columns: number;
  rows: number;
  /** Milliseconds since 1970, as of the last look at the clock. */
  now: number;
  status: Status;
  /** When it is tried again to connect; it counts while there is no connection. */
  retryAt: number;
  /** When a ping is under way, and how long the last one took; 0 and undefined for neither. */
  pingedAt: number;
  lag: number | undefined;
  /** When it was last asked. */
  lastPing: number;
  isFocused: boolean;
  /** A goodbye has been sent. */
  isLeaving: boolean;
  /** The server has said that it closes, and why. */
  isClosing: boolean;
  /** Whether what one says has to be shown here, because the server does not repeat it. */
  echoes: boolean;
  /** Whether what helps a newcomer is still to be said. */
  hints: boolean;
  /** What keys do, by their names. */
  keys: ReadonlyMap<string, string>;
  time: Look["time"];
  nickColours: boolean;
  ambiguousIsWide: boolean;
}

export const CONNECTING: Status = {
  isIn: true,
  wasIn: false,
  retryMilliseconds: 0,
  pending: [],
};

export function startModel(
  { nick, room, echoes, time, nickColours, ambiguousIsWide, keys, hints }:
    & { nick: string; room: string; echoes: boolean }
    & { keys: ReadonlyMap<string, string>; hints: boolean }
    & Omit<Look, "columns">,
): Model {
  const name = `#${room}`;
  return {
    nick,
    lobby: room,
    buffers: [emptyBuffer(name)],
    current: name,
    line: EMPTY,
    recall: NOTHING,
    search: undefined,
    completion: undefined,
    pasted: undefined,
    rosters: new Map(),
    asked: new Map(),
    columns: 80,
    rows: 24,
    now: 0,
    status: CONNECTING,
    retryAt: 0,
    pingedAt: 0,
    lag: undefined,
    lastPing: 0,
    isFocused: true,
    isLeaving: false,
    isClosing: false,
    echoes,
    hints,
    keys,
    time,
    nickColours,
    ambiguousIsWide,
  };
}

let latest: Look | undefined;

/** How entries look now; the same object for the same answer, so that nothing is laid out twice. */
export function lookOf({ columns, time, nickColours, ambiguousIsWide }: Model): Look {
  const isSame = latest?.columns === columns && latest.time === time &&
    latest.nickColours === nickColours && latest.ambiguousIsWide === ambiguousIsWide;
  if (!isSame) latest = { columns, time, nickColours, ambiguousIsWide };
  return latest!;
}

export function currentBuffer(model: Model): Buffer {
  return model.buffers.find(({ name }) => name === model.current)!;
}

/** The room that plain text is said to; undefined where one speaks to a person, or to nobody. */
export function currentRoom({ current }: Model): string | undefined {
  return current.startsWith("#") ? current.slice(1) : undefined;
}

export function hasBuffer(model: Model, name: string): boolean {
  return model.buffers.some((buffer) => buffer.name === name);
}

/** Changes a buffer, which is made if there is none of that name. */
export function withBuffer(model: Model, name: string, change: (buffer: Buffer) => Buffer): Model {
  if (!hasBuffer(model, name)) {
    if (model.buffers.length >= MAX_BUFFERS) return model;
    return { ...model, buffers: [...model.buffers, change(emptyBuffer(name))] };
  }
  const buffers = model.buffers.map((buffer) => buffer.name === name ? change(buffer) : buffer);
  return { ...model, buffers };
}

export function goTo(model: Model, name: string): Model {
  if (name === model.current) return model;
  const left = withBuffer(model, model.current, lookAway);
  return { ...withBuffer(left, name, look), current: name, completion: undefined };
}

/** Somebody is gone from the places: the one before takes its place. */
export function closeBuffer(model: Model, name: string): Model {
  if (model.buffers.length === 1 || !hasBuffer(model, name)) return model;
  const index = model.buffers.findIndex((buffer) => buffer.name === name);
  const buffers = model.buffers.toSpliced(index, 1);
  const neighbour = buffers[Math.max(0, index - 1)]!;
  if (model.current !== name) return { ...model, buffers };
  return { ...withBuffer({ ...model, buffers }, neighbour.name, look), current: neighbour.name };
}

export function addEntry(model: Model, name: string, entry: Entry): Model {
  const isSeen = name === model.current && model.isFocused;
  return withBuffer(model, name, (buffer) => append(buffer, entry, isSeen));
}

/** A line about the conversation, in the place that is looked at or in another. */
export function addNotice(model: Model, text: string, name = model.current): Model {
  return addEntry(model, name, notice(text, model.now));
}

export function notice(text: string, at: number): Entry {
  return { ...BLANK, kind: "notice", at, text: cut(text) };
}

const BLANK: Entry = {
  kind: "notice",
  at: 0,
  nick: "",
  to: "",
  text: "",
  seq: 0,
  isOwn: false,
  isMention: false,
};

type Said = Pick<
  Extract<Event, { type: "message" }>,
  "at" | "nick" | "text" | "seq" | "emote"
>;

export function messageEntry(model: Model, said: Said): Entry {
  const { at, nick, text, seq, emote } = said;
  const isOwn = nick === model.nick;
  return {
    ...BLANK,
    kind: emote ? "emote" : "message",
    at: at || model.now,
    nick: cutNick(nick),
    text: cut(text),
    seq,
    isOwn,
    isMention: !isOwn && mentions(text, model.nick),
  };
}

export function directEntry(
  model: Model,
  { at, nick, to, text, seq }: { at: number; nick: string; to: string; text: string; seq: number },
): Entry {
  const isOwn = nick === model.nick;
  const when = at || model.now;
  const people = { nick: cutNick(nick), to: cutNick(to) };
  return {
    ...BLANK,
    kind: "direct",
    at: when,
    ...people,
    text: cut(text),
    seq,
    isOwn,
    isMention: !isOwn,
  };
}

export function traceEntry(text: string, at: number): Entry {
  return { ...BLANK, kind: "trace", at, text: cut(text) };
}

/** Whether a text has the nick as a word of its own, in any case. */
export function mentions(text: string, nick: string): boolean {
  const folded = text.toLowerCase();
  const word = nick.toLowerCase();
  if (word === "") return false;
  for (let at = folded.indexOf(word); at >= 0; at = folded.indexOf(word, at + 1)) {
    const isWord = !LETTER.test(folded[at - 1] ?? "") &&
      !LETTER.test(folded[at + word.length] ?? "");
    if (isWord) return true;
  }
  return false;
}

/** More places than anybody looks at are somebody's mischief. */
const MAX_BUFFERS = 200;
/** What is beyond it is not shown: a text that fills many screens is no talk. */
const MAX_SHOWN_LENGTH = 8000;
const MAX_NICK_LENGTH = 64;

function cut(text: string): string {
  if (text.length <= MAX_SHOWN_LENGTH) return text;
  const more = text.length - MAX_SHOWN_LENGTH;
  return `${text.slice(0, MAX_SHOWN_LENGTH).toWellFormed()} ... (${more} characters more)`;
}

export function cutNick(nick: string): string {
  return nick.slice(0, MAX_NICK_LENGTH);
}

const LETTER = /[\p{L}\p{N}_]/u;
