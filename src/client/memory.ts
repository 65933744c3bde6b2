/**
 * What a client remembers so that nothing is lost and nothing comes twice, whatever becomes of its
 * connections: what it has said and not seen come back, and how far it has seen each room. It stands between
 * the wire and the screen, and is pure: what is told goes in, what to show and what to send come out.
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event, Message } from "../chat/event.ts";

export interface Memory {
  nick: string;
  /** The secret by which the server knows us again. */
  token: string;
  /** Where we are, or want to be once the server lets us. */
  rooms: ReadonlyMap<string, Seen>;
  directs: Seen;
  /** What was said and has not come back, oldest first. */
  pending: readonly Pending[];
  /** Whether the server has ever let us in. */
  wasIn: boolean;
}

export type Pending = Extract<Command, { type: "say" | "act" | "tell" }>;

/** How far something has been seen. */
interface Seen {
  /** The number of the newest message; undefined before the first answer. */
  upTo: number | undefined;
  /**
   * What follows has been asked for, from this number on: until it comes, nothing else counts. 0 if nothing
   * was asked for, FAILED if it was in vain.
   */
  awaited: number;
}

const FAILED = -1;

/** What comes of hearing an event: what to show, in order, and what to send. */
export interface Outcome {
  memory: Memory;
  show: Event[];
  send: Command[];
}

const UNSEEN: Seen = { upTo: undefined, awaited: 0 };
/** How many earlier direct messages somebody is shown who has just come. */
const EARLIER_DIRECTS = 20;

export function remember(
  { nick, token, room }: { nick: string; token: string; room: string },
): Memory {
  return {
    nick,
    token,
    rooms: new Map([[room, UNSEEN]]),
    directs: UNSEEN,
    pending: [],
    wasIn: false,
  };
}

/**
 * The first words on a connection. The first time all is said at once: if we are not let in, there is nothing
 * to be lost. Later the rest waits for the answer.
 */
export function greet({ nick, token, rooms, wasIn }: Memory): Command[] {
  const hello = ask("hello", { nick, token });
  if (wasIn) return [hello];
  return [
    hello,
    ...[...rooms.keys()].map((room) => ask("join", { room })),
    ask("directs", { limit: EARLIER_DIRECTS }),
  ];
}

/** Something is said: it is kept until it comes back. */
export function say(memory: Memory, command: Pending): Memory {
  return { ...memory, pending: [...memory.pending, command] };
}

export function hear(memory: Memory, event: Event): Outcome {
  switch (event.type) {
    case "entered":
      return entered(memory, event);
    case "message":
      return heardMessage(memory, event);
    case "history":
      return heardHistory(memory, event);
    case "told":
      return heardTold(memory, event);
    case "directs":
      return heardDirects(memory, event);
    case "sent":
      return { memory: confirm(memory, event.id), show: [], send: [] };
    case "failed":
      return failed(memory, event);
    case "joined": {
      // Back in a room that one has seen: nobody has noticed that one was gone.
      const isBack = event.nick === memory.nick && memory.rooms.get(event.room)?.upTo !== undefined;
      return { memory: moved(memory, event), show: isBack ? [] : [event], send: [] };
    }
    case "parted":
    case "renamed":
      return { memory: moved(memory, event), show: [event], send: [] };
    default:
      return { memory, show: [event], send: [] };
  }
}

type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** Let in. */
function entered(memory: Memory, event: Of<"entered">): Outcome {
  const rooms = new Map(memory.rooms);
  for (const room of event.rooms) if (!rooms.has(room)) rooms.set(room, UNSEEN);
  const next = { ...memory, nick: event.nick, rooms, wasIn: true };
  if (memory.wasIn) return { ...comeBack(next), show: [event] };
  const others = event.rooms.filter((room) => !memory.rooms.has(room));
  return { memory: next, show: [event], send: others.map((room) => ask("join", { room })) };
}

/** Goes to its rooms, asks for what it lacks there, and says again what has not come back. */
function comeBack(memory: Memory): { memory: Memory; send: Command[] } {
  const rooms = new Map(memory.rooms);
  const send: Command[] = [];
  for (const [room, { upTo }] of rooms) {
    const awaited = upTo === undefined ? 0 : upTo + 1;
    send.push(ask("join", { room, from: awaited }));
    rooms.set(room, { upTo, awaited });
  }
  const { upTo } = memory.directs;
  const awaited = upTo === undefined ? 0 : upTo + 1;
  send.push(ask("directs", awaited > 0 ? { from: awaited } : { limit: EARLIER_DIRECTS }));
  return {
    memory: { ...memory, rooms, directs: { upTo, awaited } },
    send: [...send, ...memory.pending],
  };
}

/** In its place it is shown. After a gap it is not: it comes again with what lies between. */
function heardMessage(memory: Memory, event: Message): Outcome {
  const seen = memory.rooms.get(event.room);
  if (!seen) return { memory: confirm(memory, event.id), show: [event], send: [] };
  const { upTo = event.seq - 1, awaited } = seen;
  if (awaited > 0 || event.seq <= upTo) return { memory, show: [], send: [] };
  if (event.seq > upTo + 1) return askFrom(memory, event.room, upTo + 1);
  const next = withRoom(memory, event.room, { upTo: event.seq, awaited });
  return { memory: confirm(next, event.id), show: [event], send: [] };
}

function heardHistory(memory: Memory, event: Of<"history">): Outcome {
  const { room, messages, from, more, last } = event;
  const seen = memory.rooms.get(room);
  const newest = messages.at(-1)?.seq ?? 0;
  if (seen && seen.upTo === undefined) {
    const next = withRoom(memory, room, { upTo: Math.max(last, newest), awaited: 0 });
    return { memory: confirmAll(next, messages), show: [event], send: [] };
  }
  const isFollowing = seen?.upTo !== undefined && from > 0 && from === seen.awaited;
  if (!isFollowing) return { memory, show: [event], send: [] };
  // The server counts from the beginning again: its history was lost, or is another's.
  if (last < seen.upTo!) return askFrom(memory, room, 1);
  const upTo = Math.max(from - 1, newest);
  const next = confirmAll(withRoom(memory, room, { upTo, awaited: 0 }), messages);
  const show = messages.map((said): Event => ({ type: "message", ...said }));
  if (!more || messages.length === 0) return { memory: next, show, send: [] };
  return { ...askFrom(next, room, upTo + 1), show };
}

/** Asks for what follows; until it comes, nothing else of that room counts. */
function askFrom(memory: Memory, room: string, from: number): Outcome {
  return {
    memory: withRoom(memory, room, { upTo: from - 1, awaited: from }),
    show: [],
    send: [ask("history", { room, from })],
  };
}

function heardTold(memory: Memory, event: Of<"told">): Outcome {
  const { upTo = 0, awaited } = memory.directs;
  if (awaited > 0 || event.seq <= upTo) return { memory, show: [], send: [] };
  if (awaited === FAILED) return askDirects(memory, upTo + 1);
  const next = { ...memory, directs: { upTo: event.seq, awaited } };
  return { memory: confirm(next, event.id), show: [event], send: [] };
}

function heardDirects(memory: Memory, event: Of<"directs">): Outcome {
  const { messages, from, more } = event;
  const { upTo: before, awaited } = memory.directs;
  const newest = messages.at(-1)?.seq ?? 0;
  if (before === undefined) {
    return {
      memory: { ...memory, directs: { upTo: newest, awaited: 0 } },
      show: [event],
      send: [],
    };
  }
  if (from === 0 || from !== awaited) return { memory, show: [event], send: [] };
  const upTo = Math.max(before, newest);
  const next = confirmAll({ ...memory, directs: { upTo, awaited: 0 } }, messages);
  const show = messages.map((direct): Event => ({ type: "told", ...direct }));
  if (!more || messages.length === 0) return { memory: next, show, send: [] };
  return { ...askDirects(next, upTo + 1), show };
}

function askDirects(memory: Memory, from: number): Outcome {
  const directs = { upTo: from - 1, awaited: from };
  return { memory: { ...memory, directs }, show: [], send: [ask("directs", { from })] };
}

function failed(memory: Memory, event: Of<"failed">): Outcome {
  const next = confirm(memory, event.id);
  const show = [event];
  // What could not be read now is asked for again when the next message shows that it is lacking.
  const room = event.command === "history" ? memory.rooms.get(event.about) : undefined;
  if (room) return { memory: withRoom(next, event.about, { ...room, awaited: 0 }), show, send: [] };
  if (event.command !== "directs") return { memory: next, show, send: [] };
  const directs = { ...memory.directs, awaited: FAILED };
  return { memory: { ...next, directs }, show, send: [] };
}

function moved(memory: Memory, event: Of<"joined" | "parted" | "renamed">): Memory {
  if (event.nick !== memory.nick) return memory;
  if (event.type === "renamed") return { ...memory, nick: event.to };
  const { room } = event;
  if (event.type === "joined") {
    return memory.rooms.has(room) ? memory : withRoom(memory, room, UNSEEN);
  }
  const rooms = new Map(memory.rooms);
  rooms.delete(room);
  return { ...memory, rooms };
}

function withRoom(memory: Memory, room: string, seen: Seen): Memory {
  return { ...memory, rooms: new Map(memory.rooms).set(room, seen) };
}

function confirm(memory: Memory, id: string): Memory {
  const isPending = id !== "" && memory.pending.some((said) => said.id === id);
  if (!isPending) return memory;
  return { ...memory, pending: memory.pending.filter((said) => said.id !== id) };
}

function confirmAll(memory: Memory, said: readonly { id: string }[]): Memory {
  return said.reduce((memory, { id }) => confirm(memory, id), memory);
}
