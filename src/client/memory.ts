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
  /** The server's password, and those of rooms: both are asked for again when one comes back. */
  password: string;
  passwords: ReadonlyMap<string, string>;
  /** Whom we have logged in as, and what we were called before. */
  login: Login | undefined;
  /** Where we are, or want to be once the server lets us. */
  rooms: ReadonlyMap<string, Seen>;
  /** Those of them that we have asked to leave: until we are told that we have, we are there. */
  leaving: ReadonlySet<string>;
  directs: Seen;
  /** What was said and has not come back, oldest first. */
  pending: readonly Pending[];
  /** Whether the server has ever let us in. */
  wasIn: boolean;
}

type Login = Of<"login", Command> & { from: string };

export type Pending = Extract<Command, { type: "say" | "act" | "tell" }>;

/** How far something has been seen. */
interface Seen {
  /** The number of the newest message; undefined before the first answer. */
  upTo: number | undefined;
  /**
   * What follows has been asked for, from this number on: until it comes, nothing else counts. 0 if nothing
   * was asked for, FAILED if it was in vain, COMING as long as we are not told that we have come there: what
   * is said before that is of the past, and comes with it.
   */
  awaited: number;
}

const FAILED = -1;
const COMING = -2;

/** What comes of hearing an event: what to show, in order, and what to send. */
export interface Outcome {
  memory: Memory;
  show: Event[];
  send: Command[];
}

const UNSEEN: Seen = { upTo: undefined, awaited: COMING };
/** How many earlier direct messages somebody is shown who has just come. */
const EARLIER_DIRECTS = 20;
/** No server lets anybody into as many; what is said in still others is shown, and not caught up with. */
const MAX_ROOMS = 1000;

export function remember(
  { nick, token, room, password = "", login }: {
    nick: string;
    token: string;
    room: string;
    password?: string;
    login?: { nick: string; token: string } | undefined;
  },
): Memory {
  return {
    nick,
    token,
    password,
    passwords: new Map(),
    login: login && { ...ask("login", login), from: nick },
    rooms: new Map([[room, UNSEEN]]),
    leaving: new Set(),
    directs: UNSEEN,
    pending: [],
    wasIn: false,
  };
}

/**
 * The first words on a connection. The first time all is said at once: if we are not let in, there is nothing
 * to be lost. Later the rest waits for the answer.
 */
export function greet(memory: Memory): Command[] {
  const { nick, token, password, rooms, wasIn, login } = memory;
  // A name that one has logged in to is not given to those who have not.
  const hello = ask("hello", { nick: login?.from ?? nick, token, password });
  if (wasIn) return [hello];
  return [
    hello,
    ...login ? [withoutFrom(login)] : [],
    ...[...rooms.keys()].map((room) => join(memory, room)),
    ask("directs", { limit: EARLIER_DIRECTS }),
  ];
}

function join({ passwords }: Memory, room: string, from = 0): Command {
  return ask("join", { room, from, password: passwords.get(room) ?? "" });
}

/** Something is said: it is kept until it comes back. */
export function say(memory: Memory, command: Pending): Memory {
  return { ...memory, pending: [...memory.pending, command] };
}

/** We go into a room: there we are, or want to be. */
export function go(memory: Memory, room: string, password = ""): Memory {
  if (memory.rooms.has(room)) return { ...memory, leaving: remaining(memory.leaving, room) };
  const next = withRoom(memory, room, UNSEEN);
  if (password === "" || !next.rooms.has(room)) return next;
  return { ...next, passwords: new Map(memory.passwords).set(room, password) };
}

/** We log in as somebody, and do so again when we come back. */
export function logIn(memory: Memory, command: Of<"login", Command>): Memory {
  return { ...memory, login: { ...command, from: memory.login?.from ?? memory.nick } };
}

/** We ask to leave a room. */
export function leave(memory: Memory, room: string): Memory {
  if (!memory.rooms.has(room)) return memory;
  return { ...memory, leaving: new Set(memory.leaving).add(room) };
}

function without(memory: Memory, room: string): Memory {
  const rooms = new Map(memory.rooms);
  rooms.delete(room);
  const passwords = new Map(memory.passwords);
  passwords.delete(room);
  return { ...memory, rooms, passwords, leaving: remaining(memory.leaving, room) };
}

function remaining(leaving: ReadonlySet<string>, room: string): ReadonlySet<string> {
  return leaving.has(room) ? new Set([...leaving].filter((it) => it !== room)) : leaving;
}

/** Asks once more for what could not be read. */
export function askAgain(memory: Memory): { memory: Memory; send: Command[] } {
  const send: Command[] = [];
  let next = memory;
  const take = (asked: Outcome) => {
    next = asked.memory;
    send.push(...asked.send);
  };
  for (const [room, { upTo, awaited }] of memory.rooms) {
    if (awaited === FAILED && upTo !== undefined) take(askFrom(next, room, upTo + 1));
  }
  const { directs: { upTo, awaited }, login, nick } = memory;
  if (awaited === FAILED && upTo !== undefined) take(askDirects(next, upTo + 1));
  if (login && login.nick !== nick) send.push(withoutFrom(login));
  return { memory: next, send };
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
    case "sent": {
      // Only if it is news: the screen counts what has come back, and not what was said to one person.
      const said = memory.pending.find(({ id }) => id === event.id);
      const isNews = said !== undefined && said.type !== "tell";
      return { memory: confirm(memory, event.id), show: isNews ? [event] : [], send: [] };
    }
    case "failed":
      return failed(memory, event);
    case "joined": {
      // Back in a room that one has seen: nobody has noticed that one was gone.
      const isBack = event.nick === memory.nick && memory.rooms.get(event.room)?.upTo !== undefined;
      return { memory: moved(memory, event), show: isBack ? [] : [event], send: [] };
    }
    case "parted":
    case "kicked":
    case "renamed":
      return { memory: moved(memory, event), show: [event], send: [] };
    default:
      return { memory, show: [event], send: [] };
  }
}

type Of<Type extends All["type"], All extends { type: string } = Event> = Extract<
  All,
  { type: Type }
>;

/** Let in. */
function entered(memory: Memory, event: Of<"entered">): Outcome {
  const others = event.rooms.slice(0, MAX_ROOMS).filter((room) => !memory.rooms.has(room));
  const next = others.reduce((memory, room) => go(memory, room), {
    ...memory,
    nick: event.nick,
    wasIn: true,
  });
  if (memory.wasIn) return { ...comeBack(next), show: [event] };
  return { memory: next, show: [event], send: others.map((room) => ask("join", { room })) };
}

/** Goes to its rooms, asks for what it lacks there, and says and does again what has not come back. */
function comeBack(memory: Memory): { memory: Memory; send: Command[] } {
  const rooms = new Map(memory.rooms);
  const send: Command[] = [];
  const { login } = memory;
  if (login && login.nick !== memory.nick) send.push(withoutFrom(login));
  for (const [room, { upTo }] of rooms) {
    send.push(join(memory, room, upTo === undefined ? 0 : upTo + 1));
    rooms.set(room, upTo === undefined ? UNSEEN : { upTo, awaited: upTo + 1 });
  }
  const { upTo } = memory.directs;
  const directs = upTo === undefined ? UNSEEN : { upTo, awaited: upTo + 1 };
  send.push(ask("directs", upTo === undefined ? { limit: EARLIER_DIRECTS } : { from: upTo + 1 }));
  return {
    memory: { ...memory, rooms, directs },
    send: [...send, ...memory.pending, ...[...memory.leaving].map((room) => ask("part", { room }))],
  };
}

function withoutFrom({ nick, token }: Login): Command {
  return ask("login", { nick, token });
}

/** In its place it is shown. After a gap it is not: it comes again with what lies between. */
function heardMessage(memory: Memory, event: Message): Outcome {
  const seen = memory.rooms.get(event.room);
  if (!seen) return { memory: confirm(memory, event.id), show: [event], send: [] };
  const { upTo = event.seq - 1, awaited } = seen;
  if (awaited > 0 || awaited === COMING) return { memory, show: [], send: [] };
  if (event.seq <= upTo && awaited !== FAILED) return { memory, show: [], send: [] };
  if (event.seq !== upTo + 1) return askFrom(memory, event.room, upTo + 1);
  const next = withRoom(memory, event.room, { upTo: event.seq, awaited: 0 });
  return { memory: confirm(next, event.id), show: [event], send: [] };
}

function heardHistory(memory: Memory, event: Of<"history">): Outcome {
  const { room, messages, from, more, last } = event;
  const { upTo: before, awaited } = memory.rooms.get(room) ?? UNSEEN;
  const newest = messages.at(-1)?.seq ?? 0;
  // The first answer, which may come in several events: what one has said oneself comes once more, as `sent`.
  const isFirst = before === undefined || awaited === 0 && messages[0]?.seq === before + 1;
  if (from === 0 && isFirst && memory.rooms.has(room)) {
    const next = withRoom(memory, room, { upTo: newest || last, awaited: 0 });
    return { memory: next, show: [event], send: [] };
  }
  if (before === undefined || !isAwaited({ upTo: before, awaited }, from)) {
    return notAwaited(memory, event);
  }
  // The server counts from the beginning again: its history was lost, or is another's.
  if (last < before) return askFrom(memory, room, 1);
  const upTo = Math.max(from - 1, newest);
  const next = confirmAll(withRoom(memory, room, { upTo, awaited: 0 }), messages);
  const show = messages.map((said): Event => ({ type: "message", ...said }));
  if (!more || messages.length === 0) return { memory: next, show, send: [] };
  return { ...askFrom(next, room, upTo + 1), show };
}

/** Whether this is what follows; it may come though a person's own question could not be answered meanwhile. */
function isAwaited({ upTo, awaited }: { upTo: number; awaited: number }, from: number): boolean {
  return from > 0 && (from === awaited || awaited === FAILED && from === upTo + 1);
}

/** A page for a person; what follows is asked for by nobody but us, and this has been asked for again. */
function notAwaited(memory: Memory, event: Of<"history" | "directs">): Outcome {
  return { memory, show: event.from === 0 ? [event] : [], send: [] };
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
  const { upTo = event.seq - 1, awaited } = memory.directs;
  if (awaited > 0 || awaited === COMING) return { memory, show: [], send: [] };
  if (awaited === FAILED && upTo < event.seq - 1) return askDirects(memory, upTo + 1);
  // A server that has lost its history counts from the beginning again.
  const next = { ...memory, directs: { upTo: event.seq, awaited: 0 } };
  return { memory: confirm(next, event.id), show: [event], send: [] };
}

function heardDirects(memory: Memory, event: Of<"directs">): Outcome {
  const { messages, from, more } = event;
  const { upTo: before = 0, awaited } = memory.directs;
  const newest = messages.at(-1)?.seq ?? 0;
  const isFirst = memory.directs.upTo === undefined || awaited === 0;
  if (from === 0 && isFirst) {
    const directs = { upTo: Math.max(before, newest), awaited: 0 };
    return { memory: { ...memory, directs }, show: [event], send: [] };
  }
  if (!isAwaited({ upTo: before, awaited }, from)) return notAwaited(memory, event);
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
  // It had been taken, was said again all the same, and its hearer has gone meanwhile.
  if (event.id !== "" && next === memory) return { memory, show: [], send: [] };
  return { memory: refused(next, event), show: [event], send: [] };
}

function refused(memory: Memory, { command, code, about }: Of<"failed">): Memory {
  const seen = memory.rooms.get(about);
  // What could not be read is asked for again with the next message, or when it has been quiet for a while.
  if (command === "history" && seen) return withRoom(memory, about, { ...seen, awaited: FAILED });
  if (command === "directs") {
    return { ...memory, directs: { ...memory.directs, awaited: FAILED } };
  }
  // What could not be looked at now may be right.
  if (command === "login") return code === "bad-proof" ? { ...memory, login: undefined } : memory;
  return command === "join" || command === "part" ? without(memory, about) : memory;
}

function moved(memory: Memory, event: Of<"joined" | "parted" | "kicked" | "renamed">): Memory {
  if (event.nick !== memory.nick) return memory;
  if (event.type === "renamed") {
    const isStill = memory.login?.nick === event.to;
    return { ...memory, nick: event.to, login: isStill ? memory.login : undefined };
  }
  const { room } = event;
  if (event.type === "joined") {
    const isSeen = memory.rooms.get(room)?.upTo !== undefined;
    return isSeen ? memory : withRoom(memory, room, { upTo: undefined, awaited: 0 });
  }
  return without(memory, room);
}

function withRoom(memory: Memory, room: string, seen: Seen): Memory {
  if (memory.rooms.size >= MAX_ROOMS && !memory.rooms.has(room)) return memory;
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
