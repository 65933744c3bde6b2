/**
 * A person's side of the chat as a pure state machine: lines typed and events told go in, a model and what
 * to do come out. It knows nothing of sockets, terminals or the wire.
 */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { help, readLine } from "../chat/slash.ts";
import { describe, explain } from "../chat/words.ts";
import { visible } from "../terminal/visible.ts";

export interface Model {
  nick: string;
  /** The room that plain text is said to. */
  room: string;
  rooms: readonly string[];
  /** Whether to show what was said before one came, when the server tells it unasked. */
  showsReplay: boolean;
  /** Whether a quit has been sent: the connection's end is then no accident. */
  isLeaving: boolean;
}

export type Input =
  | { type: "line"; line: string }
  | { type: "event"; event: Event }
  | { type: "input ended" }
  | { type: "disconnected" };

export type Action =
  | { type: "send"; command: Command }
  /** A line of the conversation. */
  | { type: "show"; text: string }
  /** A line about it: what went wrong, or help. */
  | { type: "remark"; text: string }
  | { type: "exit"; code: number };

export type Step = [model: Model, actions: Action[]];

export interface Start {
  nick: string;
  room: string;
  showsReplay: boolean;
}

export function start({ nick, room, showsReplay }: Start): Step {
  const model = { nick, room, rooms: [], showsReplay, isLeaving: false };
  return [model, [send({ type: "hello", nick }), send({ type: "join", room })]];
}

export function update(model: Model, input: Input): Step {
  switch (input.type) {
    case "line":
      return input.line.trim() === "" ? [model, []] : typed(model, input.line);
    case "event":
      return told(model, input.event);
    case "input ended":
      return quit(model);
    case "disconnected":
      return model.isLeaving
        ? [model, [{ type: "exit", code: 0 }]]
        : [model, [remark("the server has closed the connection"), { type: "exit", code: 1 }]];
  }
}

function typed(model: Model, line: string): Step {
  const read = readLine(line, model.room);
  switch (read.type) {
    case "help":
      return [model, help().map(remark)];
    case "mistake":
      return [model, [remark(read.text)]];
    case "quit":
      return quit(model, read.reason);
    case "history":
      return [{ ...model, showsReplay: true }, [send(read)]];
    default:
      return [model, [send(read)]];
  }
}

function quit(model: Model, reason = ""): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason })]];
}

function told(model: Model, event: Event): Step {
  switch (event.type) {
    case "entered":
      return [{ ...model, nick: event.nick }, []];
    case "ping":
      return [model, [send({ type: "pong", token: event.token })]];
    case "history":
      return [model, model.showsReplay ? event.messages.map((it) => show(dated(it))) : []];
    case "failed":
      return failed(model, event);
    default: {
      const text = describe(event);
      const actions = text === undefined ? [] : [show(where(model, event) + visible(text))];
      return [follow(model, event), actions];
    }
  }
}

function failed(model: Model, event: Extract<Event, { type: "failed" }>): Step {
  const actions: Action[] = [remark(explain(event))];
  // Without a name there is nothing to be done here.
  if (event.command === "hello") actions.push({ type: "exit", code: 1 });
  return [model, actions];
}

/** What an event means for where we are and what we are called. */
function follow(model: Model, event: Event): Model {
  if (event.type === "renamed" && event.nick === model.nick) return { ...model, nick: event.to };
  if (event.type === "joined" && event.nick === model.nick) {
    const others = model.rooms.filter((room) => room !== event.room);
    return { ...model, room: event.room, rooms: [...others, event.room] };
  }
  if (event.type === "parted" && event.nick === model.nick) {
    const rooms = model.rooms.filter((room) => room !== event.room);
    const room = event.room === model.room ? rooms.at(-1) ?? model.room : model.room;
    return { ...model, room, rooms };
  }
  return model;
}

/** "#dev " before what happens in another room than the one we look at. */
function where(model: Model, event: Event): string {
  const isElsewhere = "room" in event && event.room !== "" && event.room !== model.room &&
    !(event.type === "joined" && event.nick === model.nick);
  return isElsewhere ? `#${visible(event.room)} ` : "";
}

/** An earlier message with its time: "[2026-11-20 21:14] pat: hello". */
function dated(said: { at: number; nick: string; text: string; emote: boolean }): string {
  const line = visible(describe({ ...said, type: "message", room: "", seq: 0, id: "" })!);
  const at = new Date(said.at);
  if (said.at === 0 || Number.isNaN(at.getTime())) return line;
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `[${day} ${two(at.getHours())}:${two(at.getMinutes())}] ${line}`;
}

function send(command: Command): Action {
  return { type: "send", command };
}

function show(text: string): Action {
  return { type: "show", text };
}

function remark(text: string): Action {
  return { type: "remark", text: `*** ${visible(text)}` };
}
