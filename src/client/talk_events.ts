/** What any screen makes of what the server says. */
import { ask } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { describe } from "../chat/words.ts";
import { advise } from "./advice.ts";
import { type Entry, oldest, prepend } from "./buffer.ts";
import { type Action, send } from "./person.ts";
import { isGuestOf } from "./guest.ts";
import { cutNick, directEntry, messageEntry } from "./entries.ts";
import {
  addEntry,
  addNotice,
  closeBuffer,
  goTo,
  hasBuffer,
  stillToLoad,
  type Talk,
  withBuffer,
} from "./talk.ts";

type Step<Model> = [model: Model, actions: Action[]];
type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

export function told<Model extends Talk>(model: Model, event: Event): Step<Model> {
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
    case "kicked":
      return [parted(model, event), []];
    case "topic":
      return [topic(model, event), []];
    case "ruled":
    case "lifted":
    case "locked":
    case "unlocked":
      return [saidIn(model, event), []];
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
function said<Model extends Talk>(model: Model, event: Event, name = model.current): Model {
  const text = describe(event, model.lobby);
  return text === undefined ? model : addNotice(model, text.replace("*** ", ""), name);
}

function entered<Model extends Talk>(model: Model, event: Of<"entered">): Step<Model> {
  let next: Model = { ...model, nick: cutNick(event.nick), isClosing: false };
  for (const room of event.rooms) next = withBuffer(next, `#${room}`, (buffer) => buffer);
  // Who is where may have changed while one was away.
  const rooms = [...next.rosters.keys()];
  return rooms.reduce<Step<Model>>(([model, actions], room) => {
    const [after, more] = askWho(model, room);
    return [after, [...actions, ...more]];
  }, [next, []]);
}

function askWho<Model extends Talk>(model: Model, room: string): Step<Model> {
  const asked = new Map(model.asked).set(room, (model.asked.get(room) ?? 0) + 1);
  return [{ ...model, asked }, [send(ask("who", { room }))]];
}

function message<Model extends Talk>(model: Model, event: Of<"message">): Step<Model> {
  const entry = messageEntry(model, event);
  const next = addEntry(model, `#${event.room}`, entry);
  return [next, entry.isMention ? [ring(`${event.nick}: ${event.text}`)] : []];
}

/** It has a place of its own. */
function direct<Model extends Talk>(model: Model, event: Of<"told">): Step<Model> {
  const entry = directEntry(model, event);
  const next = addEntry(model, placeOf(entry), entry);
  return [next, entry.isOwn ? [] : [ring(`${event.nick}: ${event.text}`)]];
}

/** Where a direct message stands: with whom it was spoken. */
export function placeOf({ isOwn, nick, to }: { isOwn: boolean; nick: string; to: string }): string {
  return `@${isOwn ? to : nick}`;
}

function ring(text: string): Action {
  return { type: "ring", text };
}

function joined<Model extends Talk>(before: Model, event: Of<"joined">): Step<Model> {
  const name = `#${event.room}`;
  // The first who comes in under our name, or one that is made of it, is us.
  const isGuest = before.rosters.size === 0 && isGuestOf(event.nick, before.nick);
  const model = isGuest ? { ...before, nick: event.nick } : before;
  if (event.nick !== model.nick) {
    return [said(withMember(model, event.room, event.nick), event, name), []];
  }
  const there = withBuffer(model, name, (buffer) => buffer);
  const next = said(hasBuffer(model, name) ? there : goTo(there, name), event, name);
  return askWho(next, event.room);
}

function parted<Model extends Talk>(model: Model, event: Of<"parted" | "kicked">): Model {
  const name = `#${event.room}`;
  if (event.nick !== model.nick) {
    return said(withoutMember(model, event.room, event.nick), event, name);
  }
  return said(closeBuffer(withoutRoster(model, event.room), name), event);
}

/** Nobody knows any more who is there. */
export function withoutRoster<Model extends Talk>(model: Model, room: string): Model {
  const rosters = new Map(model.rosters);
  rosters.delete(room);
  return { ...model, rosters };
}

function topic<Model extends Talk>(model: Model, event: Of<"topic">): Model {
  const topics = new Map(model.topics);
  if (event.text === "") topics.delete(event.room);
  else topics.set(event.room, event.text.slice(0, MAX_TOPIC));
  return saidIn(topics.size > MAX_TOPICS ? model : { ...model, topics }, event);
}

/** More rooms than anybody is in, and more words than any line has. */
const MAX_TOPICS = 1000;
const MAX_TOPIC = 300;

/** In the room that it is about, if one has a place for it. */
function saidIn<Model extends Talk>(model: Model, event: Event & { room: string }): Model {
  const name = `#${event.room}`;
  return said(model, event, hasBuffer(model, name) ? name : model.current);
}

function quitted<Model extends Talk>(model: Model, event: Of<"quitted">): Model {
  let next = model;
  for (const [room, nicks] of model.rosters) {
    if (!nicks.has(event.nick)) continue;
    next = said(withoutMember(next, room, event.nick), event, `#${room}`);
  }
  return next;
}

function renamed<Model extends Talk>(model: Model, event: Of<"renamed">): Model {
  let next = event.nick === model.nick ? { ...model, nick: cutNick(event.to) } : model;
  for (const [room, nicks] of model.rosters) {
    if (!nicks.has(event.nick)) continue;
    next = withMember(withoutMember(next, room, event.nick), room, event.to);
    next = said(next, event, `#${room}`);
  }
  return next;
}

function withMember<Model extends Talk>(model: Model, room: string, nick: string): Model {
  const nicks = new Set(model.rosters.get(room)).add(nick);
  return { ...model, rosters: new Map(model.rosters).set(room, nicks) };
}

function withoutMember<Model extends Talk>(model: Model, room: string, nick: string): Model {
  const nicks = new Set(model.rosters.get(room));
  nicks.delete(nick);
  return { ...model, rosters: new Map(model.rosters).set(room, nicks) };
}

/** An answer that nobody typed a question for is only remembered. */
function roster<Model extends Talk>(model: Model, event: Of<"roster">): Model {
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
function history<Model extends Talk>(model: Model, event: Of<"history">): Model {
  const entries = event.messages.map((it) => messageEntry(model, it));
  return withBuffer(model, `#${event.room}`, (buffer) => {
    const wasAsked = buffer.isLoading;
    const next = prepend(buffer, entries);
    const first = oldest(next);
    return { ...next, isWhole: first <= 1 || wasAsked && first === oldest(buffer) };
  });
}

function directs<Model extends Talk>(model: Model, event: Of<"directs">): Model {
  const places = new Map<string, Entry[]>();
  for (const it of event.messages) {
    const entry = { ...directEntry(model, it), isMention: false };
    const place = placeOf(entry);
    const entries = places.get(place) ?? [];
    entries.push(entry);
    places.set(place, entries);
  }
  const next = [...places].reduce(
    (model, [name, entries]) => withBuffer(model, name, (buffer) => prepend(buffer, entries)),
    model,
  );
  // What follows a message says nothing of what is older.
  const isWhole = event.from === 0 && !event.more;
  const buffers = next.buffers.map((it) =>
    it.name.startsWith("@") ? { ...it, isLoading: false, isWhole: it.isWhole || isWhole } : it
  );
  return { ...next, buffers };
}

function failed<Model extends Talk>(model: Model, event: Of<"failed">): Step<Model> {
  const heard = addNotice(stillToLoad(model), advise(event));
  // What one was in may be closed to those who come back.
  const next = event.command === "join" ? withoutRoster(heard, event.about) : heard;
  // What passes by itself is not told to any screen.
  const isHopeless = event.command === "hello";
  return [next, isHopeless ? [{ type: "exit", code: 1 }] : []];
}
