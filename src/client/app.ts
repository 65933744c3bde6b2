/** The client of this program's own, in line mode: also for other wires, as far as they can say what it can. */
import { ask, type Command } from "../chat/command.ts";
import type { Direct, Event, Said } from "../chat/event.ts";
import { roomName } from "../chat/names.ts";
import { help, readLine } from "../chat/slash.ts";
import { describe } from "../chat/words.ts";
import { advise } from "./advice.ts";
import { isGuestOf } from "./guest.ts";
import {
  type Action,
  type App,
  broken,
  type Input,
  remark,
  send,
  show,
  type Start,
} from "./person.ts";

type Step = [model: Model, actions: Action[]];

export const app: App<Model> = { start, update };

export interface Model {
  nick: string;
  /** The room that one comes into first. */
  lobby: string;
  /** The room that plain text is said to. */
  room: string;
  rooms: readonly string[];
  /** Whether to show what was said before one came, when the server tells it unasked. */
  showsReplay: boolean;
  /** Whether what one says has to be shown here, because the server does not repeat it. */
  echoes: boolean;
  /** How much of what was said has not come back. */
  unconfirmed: number;
  /** Whether something that was said has been refused. */
  hasFailed: boolean;
  /** The server has said that it is about to close. */
  isClosing: boolean;
  /** Whether a quit has been sent: the connection's end is then no accident. */
  isLeaving: boolean;
  /** Whether the next line is the server's password. */
  wantsPassword: boolean;
}

function start({ nick, room, showsReplay, echoes }: Start): Step {
  const model = {
    nick,
    lobby: room,
    room,
    rooms: [],
    showsReplay,
    echoes,
    unconfirmed: 0,
    hasFailed: false,
    isClosing: false,
    isLeaving: false,
    wantsPassword: false,
  };
  return [model, [send(ask("hello", { nick })), send(ask("join", { room }))]];
}

function update(model: Model, input: Input): Step {
  switch (input.type) {
    case "line":
      return input.line.trim() === "" ? [model, []] : typed(model, input.line);
    case "event":
      return told(model, input.event);
    case "status":
      return [{ ...model, wantsPassword: input.status.wantsPassword ?? false }, []];
    case "input ended":
      return quit(model);
    case "broken":
      return [model, broken(input.reason)];
    case "disconnected":
      return [model, disconnected(model)];
    default:
      return [model, []];
  }
}

function typed(model: Model, line: string): Step {
  if (model.wantsPassword) {
    return [model, [send(ask("hello", { nick: model.nick, password: line }))]];
  }
  const read = readLine(line, model.room);
  switch (read.type) {
    case "help":
      return [model, help(read.about).map(note)];
    case "mistake":
      return [model, [note(read.text)]];
    case "quit":
      return quit(model, read.reason);
    case "history":
      return [{ ...model, showsReplay: true }, [send(read)]];
    case "join":
      return goTo(model, { ...read, room: roomName(read.room) ?? read.room });
    case "say":
    case "act": {
      // What comes back has been taken. A wire on which nothing does leaves us in the dark.
      const unconfirmed = model.unconfirmed + (model.echoes ? 0 : 1);
      return [{ ...model, unconfirmed }, [...echo(model, read), send(read)]];
    }
    default:
      return [model, [...echo(model, read), send(read)]];
  }
}

/** A room that one is in already is gone to at once; others when the server says so. */
function goTo(model: Model, command: Extract<Command, { type: "join" }>): Step {
  const { room } = command;
  const join = send(command);
  if (!model.rooms.includes(room)) return [model, [join]];
  // Servers of wires with one room have to know as well where one speaks now.
  return [{ ...model, room }, [note(`you are in #${room} now`), join]];
}

/** Whoever piped something in wants to know whether it was said. */
function disconnected({ isClosing, isLeaving, unconfirmed, hasFailed }: Model): Action[] {
  if (isClosing && !isLeaving) return [{ type: "exit", code: 1 }];
  if (!isLeaving) return [note("the server has closed the connection"), { type: "exit", code: 1 }];
  if (unconfirmed === 0) return [{ type: "exit", code: hasFailed ? 1 : 0 }];
  return [note(`the server has not confirmed ${unconfirmed} of the messages`), {
    type: "exit",
    code: 1,
  }];
}

/** What one says oneself, as others see it. */
function echo({ nick, room, echoes }: Model, command: Command): Action[] {
  if (!echoes) return [];
  const said = { room, seq: 0, at: 0, nick, id: "", emote: command.type === "act" };
  switch (command.type) {
    case "say":
    case "act":
      return [show(describe({ ...said, type: "message", text: command.text })!)];
    case "tell":
      return [show(describe({ ...said, type: "told", to: command.nick, text: command.text })!)];
    default:
      return [];
  }
}

function quit(model: Model, reason = ""): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason })]];
}

function told(model: Model, event: Event): Step {
  switch (event.type) {
    case "entered": {
      const rooms = [...new Set([...event.rooms, ...model.rooms])];
      return [{ ...model, nick: event.nick, rooms }, []];
    }
    case "ping":
      return [model, [send({ type: "pong", token: event.token })]];
    case "history":
      return [model, model.showsReplay ? event.messages.map((it) => show(dated(it))) : []];
    case "directs":
      return [model, model.showsReplay ? event.messages.map((it) => show(datedDirect(it))) : []];
    case "found":
      return [model, [show(describe(event)!), ...event.messages.map((it) => show(found(it)))]];
    case "failed":
      return failed(model, event);
    default: {
      const next = follow(model, event);
      const text = moved(model, next, event) ?? describe(event, model.lobby);
      const isClosing = event.type === "closing";
      const actions = text === undefined ? [] : [show(where(model, event) + text)];
      return [isClosing ? { ...next, isClosing } : next, actions];
    }
  }
}

function failed(model: Model, event: Extract<Event, { type: "failed" }>): Step {
  const isSaid = event.command === "say" || event.command === "act";
  const unconfirmed = Math.max(0, model.unconfirmed - (isSaid ? 1 : 0));
  const hasFailed = model.hasFailed || isSaid || event.command === "tell";
  const actions: Action[] = [note(advise(event))];
  // Without a name there is nothing to be done here.
  if (event.command === "hello") actions.push({ type: "exit", code: 1 });
  // What one was in may be closed to those who come back.
  const next = event.command === "join" ? without(model, event.about) : model;
  return [{ ...next, unconfirmed, hasFailed }, actions];
}

/** No longer in a room, and speaking in the one before it if it was the one. */
function without(model: Model, left: string): Model {
  const rooms = model.rooms.filter((room) => room !== left);
  return { ...model, rooms, room: left === model.room ? rooms.at(-1) ?? model.room : model.room };
}

/** What an event means for where we are, what we are called, and what we have said. */
function follow(model: Model, event: Event): Model {
  // Wires with one room mark what is said in others: "#dev pat".
  if (event.type === "message" && event.nick.replace(/^#\S+ /, "") === model.nick) {
    return { ...model, unconfirmed: Math.max(0, model.unconfirmed - 1) };
  }
  if (event.type === "sent") return { ...model, unconfirmed: Math.max(0, model.unconfirmed - 1) };
  if (event.type === "renamed" && event.nick === model.nick) return { ...model, nick: event.to };
  if (event.type === "joined" && isOurs(model, event)) {
    const others = model.rooms.filter((room) => room !== event.room);
    return { ...model, nick: event.nick, room: event.room, rooms: [...others, event.room] };
  }
  if (isOut(event) && event.nick === model.nick) return without(model, event.room);
  return model;
}

/** Where we are after going somewhere ourselves; undefined if we have not. */
function moved(before: Model, { nick, room, rooms }: Model, event: Event): string | undefined {
  if (event.type === "joined" && event.nick === nick && event.room !== before.lobby) {
    return `*** you are in #${event.room} now`;
  }
  if (!isOut(event) || event.nick !== nick) return undefined;
  const now = rooms.length === 0 ? "in no room: /join one" : `in #${room} now`;
  const why = event.type === "parted" ? `*** you have left #${event.room},` : `${describe(event)};`;
  return `${why} ${event.type === "parted" ? "and" : "you"} are ${now}`;
}

/** The first who comes in under our name, or one that is made of it, is us. */
function isOurs({ nick, rooms }: Model, joined: { nick: string }): boolean {
  return joined.nick === nick || rooms.length === 0 && isGuestOf(joined.nick, nick);
}

/** Whether somebody is not in a room any more, by their own will or not. */
function isOut(event: Event): event is Extract<Event, { type: "parted" | "kicked" }> {
  return event.type === "parted" || event.type === "kicked";
}

/** "#dev " before what is said in another room than the one we look at. */
function where(model: Model, event: Event): string {
  return event.type === "message" && event.room !== model.room ? `#${event.room} ` : "";
}

/** An earlier message with its time: "[2026-11-20 21:14] pat: hello". */
function dated(said: Said): string {
  return stamp(said.at) + describe({ ...said, type: "message" })!;
}

function datedDirect(direct: Direct): string {
  return stamp(direct.at) + describe({ ...direct, type: "told" })!;
}

function found(said: Said): string {
  return `#${said.room} ${dated(said)}`;
}

function stamp(milliseconds: number): string {
  const at = new Date(milliseconds);
  if (milliseconds === 0 || Number.isNaN(at.getTime())) return "";
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `[${day} ${two(at.getHours())}:${two(at.getMinutes())}] `;
}

function note(text: string): Action {
  return remark(`*** ${text}`);
}
