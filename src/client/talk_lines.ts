/** What becomes of any screen when somebody enters a line, or goes to another place. */
import { ask, type Command, COMMANDS } from "../chat/command.ts";
import { nickKeys, roomName } from "../chat/names.ts";
import { help, readLine } from "../chat/slash.ts";
import { oldest } from "./buffer.ts";
import { directEntry, messageEntry } from "./entries.ts";
import { type Action, send } from "./person.ts";
import {
  addEntry,
  addNotice,
  closeBuffer,
  currentBuffer,
  currentRoom,
  goTo,
  hasBuffer,
  type Talk,
  withBuffer,
} from "./talk.ts";

type Step<Model> = [model: Model, actions: Action[]];

/** What can be typed on a screen beyond the commands of the table. */
export const PLACE_COMMANDS: readonly [usage: string, help: string][] = [
  ["/query <nick>", "go to the place of your messages with somebody"],
  ["/close", "leave a room, or put such a place away"],
];

/** The words that begin a command, with their slash. */
export const COMMAND_WORDS: readonly string[] = [
  ...Object.values(COMMANDS).flatMap((row) => "typed" in row ? [row.typed.split(" ")[0]!] : []),
  "/help",
  "/close",
  "/query",
];

export function enter<Model extends Talk>(model: Model, text: string): Step<Model> {
  if (text.trim() === "/close") return close(model);
  const [, nick] = /^\/query +(\S+)\s*$/.exec(text) ?? [];
  if (nick !== undefined) return [goTo(model, placeWith(model, nick.replace(/^@/, ""))), []];
  const line = readLine(text, currentRoom(model) ?? "");
  switch (line.type) {
    case "help":
      return [help(line.about).reduce((model, it) => addNotice(model, it), model), []];
    case "mistake":
      return [addNotice(model, line.text), []];
    case "say":
    case "act":
      return say(model, line);
    case "tell":
      return tell(model, line);
    case "join":
      return join(model, roomName(line.room) ?? line.room, line.password);
    case "history":
      return older(model, line);
    case "quit":
      return [{ ...model, isLeaving: true }, [send(line)]];
    default:
      return [model, [send(line)]];
  }
}

/** The place where one speaks to somebody alone, whatever way their nick is written. */
function placeWith({ buffers, rosters }: Talk, nick: string): string {
  const [key] = nickKeys(nick);
  const known = [
    ...buffers.filter(({ name }) => name.startsWith("@")).map(({ name }) => name.slice(1)),
    ...[...rosters.values()].flatMap((nicks) => [...nicks]),
  ];
  return `@${known.find((it) => nickKeys(it)[0] === key) ?? nick}`;
}

/** What can be completed here. */
export function wordsOf(model: Talk) {
  const room = currentRoom(model);
  const here = room === undefined ? [model.current.slice(1)] : model.rosters.get(room) ?? [];
  return {
    commands: COMMAND_WORDS,
    nicks: [...here].filter((nick) => nick !== model.nick),
    rooms: model.buffers.filter(({ name }) => name.startsWith("#")).map(({ name }) =>
      name.slice(1)
    ),
  };
}

function say<Model extends Talk>(
  model: Model,
  command: Extract<Command, { type: "say" | "act" }>,
): Step<Model> {
  const { nick, now: at } = model;
  if (currentRoom(model) !== undefined) {
    const entry = messageEntry(model, {
      at,
      nick,
      text: command.text,
      seq: 0,
      emote: command.type === "act",
    });
    return [model.echoes ? addEntry(model, model.current, entry) : model, [send(command)]];
  }
  if (!model.current.startsWith("@")) return [addNotice(model, "nobody hears you here"), []];
  const text = command.type === "act" ? `[${command.text}]` : command.text;
  return tell(model, ask("tell", { nick: model.current.slice(1), text }));
}

function tell<Model extends Talk>(
  model: Model,
  command: Extract<Command, { type: "tell" }>,
): Step<Model> {
  const { nick, now: at } = model;
  const entry = directEntry(model, { at, nick, to: command.nick, text: command.text, seq: 0 });
  return [model.echoes ? addEntry(model, model.current, entry) : model, [send(command)]];
}

/** A place that one has left may be there still: one goes into it anew. */
export function join<Model extends Talk>(model: Model, room: string, password = ""): Step<Model> {
  const name = `#${room}`;
  if (hasBuffer(model, name) && model.rosters.has(room)) return [goTo(model, name), []];
  return [hasBuffer(model, name) ? goTo(model, name) : model, [
    send(ask("join", { room, password })),
  ]];
}

/** What is here already need not come again. */
function older<Model extends Talk>(
  model: Model,
  line: Extract<Command, { type: "history" }>,
): Step<Model> {
  const before = oldest(currentBuffer(model));
  if (before === 1) return [addNotice(model, "there is nothing older"), []];
  const noted = addNotice(model, "what is older comes in above: scroll up to it");
  const next = withBuffer(noted, noted.current, (buffer) => ({ ...buffer, isLoading: true }));
  return [next, [send({ ...line, before })]];
}

/** A room is left; a place for a person is only put away. */
export function close<Model extends Talk>(model: Model, name = model.current): Step<Model> {
  if (name.startsWith("#")) return [model, [send({ type: "part", room: name.slice(1) })]];
  return [closeBuffer(model, name), []];
}

// Going elsewhere.

/** To the next place, or the one before. */
export function step<Model extends Talk>(model: Model, by: number): Model {
  const { buffers, current } = model;
  const index = buffers.findIndex(({ name }) => name === current);
  return toNumber(model, (index + by + buffers.length) % buffers.length);
}

export function toNumber<Model extends Talk>(model: Model, index: number): Model {
  const buffer = model.buffers[index];
  return buffer ? goTo(model, buffer.name) : model;
}

/** Where one was spoken to first, then where anything was said. */
export function toUnread<Model extends Talk>(model: Model): Model {
  const buffer = model.buffers.find(({ mentions }) => mentions > 0) ??
    model.buffers.find(({ unread }) => unread > 0) ?? currentBuffer(model);
  return goTo(model, buffer.name);
}
