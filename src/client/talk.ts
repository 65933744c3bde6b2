/**
 * What any screen knows of the chat: its places and what was said there, who is where, and how the connection
 * does. A terminal's screen and a browser's page each add what only they have, and change the rest by these
 * functions. Pure.
 */
import { ask } from "../chat/command.ts";
import { append, type Buffer, emptyBuffer, type Entry, look, lookAway } from "./buffer.ts";
import { notice } from "./entries.ts";
import { type Action, send, type Status } from "./person.ts";

export interface Talk {
  nick: string;
  lobby: string;
  /** In the order in which they are shown. */
  buffers: readonly Buffer[];
  /** The name of the one that is looked at. */
  current: string;
  /** Who is in each room, and of how many rooms we have asked it ourselves. */
  rosters: ReadonlyMap<string, ReadonlySet<string>>;
  asked: ReadonlyMap<string, number>;
  /** What each room is about, where it is about something. */
  topics: ReadonlyMap<string, string>;
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
}

export const CONNECTING: Status = {
  isIn: true,
  wasIn: false,
  retryMilliseconds: 0,
  pending: [],
};

export function startTalk(
  { nick, room, echoes }: { nick: string; room: string; echoes: boolean },
): Talk {
  const name = `#${room}`;
  return {
    nick,
    lobby: room,
    buffers: [emptyBuffer(name)],
    current: name,
    rosters: new Map(),
    asked: new Map(),
    topics: new Map(),
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
  };
}

export function currentBuffer(model: Talk): Buffer {
  return model.buffers.find(({ name }) => name === model.current)!;
}

/** The room that plain text is said to; undefined where one speaks to a person, or to nobody. */
export function currentRoom({ current }: Talk): string | undefined {
  return current.startsWith("#") ? current.slice(1) : undefined;
}

export function hasBuffer(model: Talk, name: string): boolean {
  return model.buffers.some((buffer) => buffer.name === name);
}

/** Changes a buffer, which is made if there is none of that name. */
export function withBuffer<Model extends Talk>(
  model: Model,
  name: string,
  change: (buffer: Buffer) => Buffer,
): Model {
  if (!hasBuffer(model, name)) {
    if (model.buffers.length >= MAX_BUFFERS) return model;
    return { ...model, buffers: [...model.buffers, change(emptyBuffer(name))] };
  }
  const buffers = model.buffers.map((buffer) => buffer.name === name ? change(buffer) : buffer);
  return { ...model, buffers };
}

export function goTo<Model extends Talk>(model: Model, name: string): Model {
  if (name === model.current) return model;
  const left = withBuffer(model, model.current, lookAway);
  const next = withBuffer(left, name, look);
  return hasBuffer(next, name) ? { ...next, current: name } : model;
}

/** Somebody is gone from the places: the one before takes its place. */
export function closeBuffer<Model extends Talk>(model: Model, name: string): Model {
  if (model.buffers.length === 1 || !hasBuffer(model, name)) return model;
  const index = model.buffers.findIndex((buffer) => buffer.name === name);
  const buffers = model.buffers.toSpliced(index, 1);
  const neighbour = buffers[Math.max(0, index - 1)]!;
  if (model.current !== name) return { ...model, buffers };
  return { ...withBuffer({ ...model, buffers }, neighbour.name, look), current: neighbour.name };
}

export function addEntry<Model extends Talk>(model: Model, name: string, entry: Entry): Model {
  const isSeen = name === model.current && model.isFocused;
  return withBuffer(model, name, (buffer) => append(buffer, entry, isSeen));
}

/** A line about the conversation, in the place that is looked at or in another. */
export function addNotice<Model extends Talk>(
  model: Model,
  text: string,
  name = model.current,
): Model {
  return addEntry(model, name, notice(text, model.now));
}

/** What was asked for does not come: it may be asked for again. */
export function stillToLoad<Model extends Talk>(model: Model): Model {
  if (!model.buffers.some(({ isLoading }) => isLoading)) return model;
  return { ...model, buffers: model.buffers.map((it) => ({ ...it, isLoading: false })) };
}

/** The connection has changed. */
export function withStatus<Model extends Talk>(model: Model, status: Status): Model {
  const { retryMilliseconds, isIn } = status;
  const retryAt = retryMilliseconds === model.status.retryMilliseconds
    ? model.retryAt
    : model.now + retryMilliseconds;
  return {
    ...isIn ? model : stillToLoad(model),
    status,
    retryAt,
    lag: isIn ? model.lag : undefined,
    pingedAt: isIn ? model.pingedAt : 0,
  };
}

/** The clock has moved: now and then the server is asked how long an answer takes. */
export function tick<Model extends Talk>(
  model: Model,
  now: number,
): [model: Model, actions: Action[]] {
  const next = { ...model, now };
  const { pingedAt, status } = model;
  const isDue = status.isIn && status.wasIn && now - model.lastPing >= PING_MILLISECONDS;
  if (!isDue || pingedAt > 0) return [next, []];
  return [{ ...next, pingedAt: now, lastPing: now }, [send(ask("ping", {}))]];
}

/** More places than anybody looks at are somebody's mischief. */
const MAX_BUFFERS = 200;

/** How often the server is asked how long an answer takes. */
const PING_MILLISECONDS = 15_000;
