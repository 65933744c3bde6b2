/** What becomes of the full screen when the server says something. */
import { ask } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { describe } from "../chat/words.ts";
import { append, oldest, prepend } from "./buffer.ts";
import { dayOf } from "./entry_rows.ts";
import { type Action, send } from "./person.ts";
import {
  addEntry,
  addNotice,
  closeBuffer,
  cutNick,
  directEntry,
  goTo,
  hasBuffer,
  messageEntry,
  type Model,
  withBuffer,
} from "./screen_model.ts";

type Step = [model: Model, actions: Action[]];
type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

export function told(model: Model, event: Event): Step {
  switch (event.type) {
    case "entered":
      return entered(model, event);
    case "message":
      return message(model, event);
    case "told":
      return direct(model, event);
    case "joined":
      return joined(model, event);
    case "parted":
      return [parted(model, event), []];
    case "quitted":
      return [quitted(model, event), []];
    case "renamed":
      return [renamed(model, event), []];
    case "roster":
      return [roster(model, event), []];
    case "history":
      return [history(model, event), []];
    case "directs":
      return [directs(model, event), []];
    case "found":
      return [found(model, event), []];
    case "ping":
      return [model, [send({ type: "pong", token: event.token })]];
    case "pong":
      if (model.pingedAt === 0) return [model, []];
      return [{ ...model, lag: model.now - model.pingedAt, pingedAt: 0 }, []];
    case "failed":
      return failed(model, event);
    case "closing":
      return [{ ...said(model, event), isClosing: true }, []];
    default:
      return [said(model, event), []];
  }
}

/** In the words that every client of ours has for it, where one looks. */
function said(model: Model, event: Event, name = model.current): Model {
  const text = describe(event, model.lobby);
  return text === undefined ? model : addNotice(model, text.replace("*** ", ""), name);
}

function entered(model: Model, event: Of<"entered">): Step {
  let next: Model = { ...model, nick: cutNick(event.nick), isClosing: false };
  for (const room of event.rooms) next = withBuffer(next, `#${room}`, (buffer) => buffer);
  // Who is where may have changed while one was away.
  const rooms = [...next.rosters.keys()];
  return rooms.reduce<Step>(([model, actions], room) => {
    const [after, more] = askWho(model, room);
    return [after, [...actions, ...more]];
  }, [next, []]);
}

function askWho(model: Model, room: string): Step {
  const asked = new Map(model.asked).set(room, (model.asked.get(room) ?? 0) + 1);
  return [{ ...model, asked }, [send(ask("who", { room }))]];
}

function message(model: Model, event: Of<"message">): Step {
  const entry = messageEntry(model, event);
  const next = addEntry(model, `#${event.room}`, entry);
  return [next, entry.isMention ? [ring(`${event.nick}: ${event.text}`)] : []];
}

/** It has a place of its own. Where one looks stands only that it came: others may be looking too. */
function direct(model: Model, event: Of<"told">): Step {
  const entry = directEntry(model, event);
  const name = `@${entry.isOwn ? event.to : event.nick}`;
  let next = addEntry(model, name, entry);
  if (name !== model.current) next = addNotice(next, elsewhere(next, name, entry.isOwn));
  return [next, entry.isOwn ? [] : [ring(`${event.nick}: ${event.text}`)]];
}

/** Where a direct message is that one does not see, and the key that leads there. */
function elsewhere({ buffers }: Model, name: string, isOwn: boolean): string {
  const number = buffers.findIndex((buffer) => buffer.name === name) + 1;
  const where = number <= 9 ? `Alt-${number}` : "Alt-A";
  const what = isOwn ? `you have spoken to ${name.slice(1)}` : `${name.slice(1)} speaks to you`;
  return `${what} alone: ${where} shows it`;
}

function ring(text: string): Action {
  return { type: "ring", text };
}

function joined(model: Model, event: Of<"joined">): Step {
  const name = `#${event.room}`;
  if (event.nick !== model.nick) {
    return [said(withMember(model, event.room, event.nick), event, name), []];
  }
  const there = withBuffer(model, name, (buffer) => buffer);
  const next = said(hasBuffer(model, name) ? there : goTo(there, name), event, name);
  if (!model.hints) return askWho(next, event.room);
  // Who comes for the first time is shown the answer as well.
  const greeted = { ...addNotice(next, HINT), hints: false };
  return [greeted, [send(ask("who", { room: event.room }))]];
}

const HINT = "/help lists what can be typed, PgUp scrolls back, /q leaves";

function parted(model: Model, event: Of<"parted">): Model {
  const name = `#${event.room}`;
  if (event.nick !== model.nick) {
    return said(withoutMember(model, event.room, event.nick), event, name);
  }
  const rosters = new Map(model.rosters);
  rosters.delete(event.room);
  return said(closeBuffer({ ...model, rosters }, name), event);
}

function quitted(model: Model, event: Of<"quitted">): Model {
  let next = model;
  for (const [room, nicks] of model.rosters) {
    if (!nicks.has(event.nick)) continue;
    next = said(withoutMember(next, room, event.nick), event, `#${room}`);
  }
  return next;
}

function renamed(model: Model, event: Of<"renamed">): Model {
  let next = event.nick === model.nick ? { ...model, nick: cutNick(event.to) } : model;
  for (const [room, nicks] of model.rosters) {
    if (!nicks.has(event.nick)) continue;
    next = withMember(withoutMember(next, room, event.nick), room, event.to);
    next = said(next, event, `#${room}`);
  }
  return next;
}

function withMember(model: Model, room: string, nick: string): Model {
  const nicks = new Set(model.rosters.get(room)).add(nick);
  return { ...model, rosters: new Map(model.rosters).set(room, nicks) };
}

function withoutMember(model: Model, room: string, nick: string): Model {
  const nicks = new Set(model.rosters.get(room));
  nicks.delete(nick);
  return { ...model, rosters: new Map(model.rosters).set(room, nicks) };
}

/** An answer that nobody typed a question for is only remembered. */
function roster(model: Model, event: Of<"roster">): Model {
  const due = model.asked.get(event.room) ?? 0;
  const isMember = event.nicks.includes(model.nick) && event.room !== "";
  const rosters = isMember
    ? new Map(model.rosters).set(event.room, new Set(event.nicks))
    : model.rosters;
  const next = { ...model, rosters };
  if (due === 0) return said(next, event);
  return { ...next, asked: new Map(model.asked).set(event.room, due - 1) };
}

/** Only what is older than all that is there already is new. */
function history(model: Model, event: Of<"history">): Model {
  const entries = event.messages.map((it) => messageEntry(model, it));
  return withBuffer(model, `#${event.room}`, (buffer) => {
    const wasAsked = buffer.isLoading;
    const next = prepend(buffer, entries);
    const first = oldest(next);
    return { ...next, isWhole: first <= 1 || wasAsked && first === oldest(buffer) };
  });
}

function directs(model: Model, event: Of<"directs">): Model {
  return event.messages.reduce((model, it) => {
    const entry = directEntry(model, it);
    const name = `@${entry.isOwn ? it.to : it.nick}`;
    return withBuffer(
      model,
      name,
      (buffer) => append(buffer, { ...entry, isMention: false }, true),
    );
  }, model);
}

function found(model: Model, event: Of<"found">): Model {
  return event.messages.reduce((model, it) => {
    const time = new Date(it.at).toTimeString().slice(0, 5);
    return addNotice(model, `#${it.room} ${dayOf(it.at)} ${time} ${it.nick}: ${it.text}`);
  }, said(model, event));
}

function failed(model: Model, event: Of<"failed">): Step {
  const next = said(model, event);
  const isHopeless = event.command === "hello" && !model.status.wasIn;
  return [next, isHopeless ? [{ type: "exit", code: 1 }] : []];
}
