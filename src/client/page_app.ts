/** The browser's page as an app: lines, wishes and events go in, a model comes out, and the page shows it. */
import type { Event } from "../chat/event.ts";
import { ask } from "../chat/command.ts";
import { pageAdvice } from "./page_advice.ts";
import { type Before, type Page, startPage } from "./page_model.ts";
import { fulfil } from "./page_wishes.ts";
import { type Action, type App, type Input, send } from "./person.ts";
import { addNotice, goTo, stillToLoad, tick, withBuffer, withStatus } from "./talk.ts";
import * as talk from "./talk_events.ts";
import { enter } from "./talk_lines.ts";

type Step = [model: Page, actions: Action[]];
type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

/** `before` is what there was before the page was loaded anew. */
export function pageApp(before?: Before): App<Page> {
  return { start: (start) => [startPage({ ...start, before }), []], update };
}

function update(model: Page, input: Input): Step {
  switch (input.type) {
    case "line":
      return input.line.trim() === "" ? [model, []] : enter(model, input.line);
    case "wish":
      return fulfil(model, input.wish);
    case "event":
      return told(model, input.event);
    case "tick":
      return tick(model, input.now);
    case "status":
      return [withStatus(model, input.status), []];
    case "note":
      return [addNotice(model, input.text.replace(/^\*\*\* /, "")), []];
    case "broken":
      return [{ ...model, farewell: input.reason }, [{ type: "exit", code: 1 }]];
    case "disconnected":
      return [model, [{ type: "exit", code: model.isLeaving ? 0 : 1 }]];
    default:
      return [model, []];
  }
}

function told(model: Page, event: Event): Step {
  switch (event.type) {
    case "entered":
      return entered(model, event);
    case "history":
      return history(model, event);
    case "found":
      return [found(model, event), []];
    case "rooms":
      return [{ ...model, directory: event.rooms }, []];
    case "joined":
      return talk.told(atOpenDoor(model, event), event);
    case "token":
      return [{ ...model, token: event }, []];
    case "failed":
      return failed(model, event);
    case "closing":
      return [{ ...model, isClosing: true, farewell: event.reason }, []];
    case "told":
      return direct(model, event);
    default:
      return talk.told(model, event);
  }
}

/** What one says to somebody alone, and does not see where one is, has been said all the same. */
function direct(model: Page, event: Of<"told">): Step {
  const [next, actions] = talk.told(model, event);
  const isUnseen = event.nick === model.nick && `@${event.to}` !== model.current;
  return [isUnseen ? addNotice(next, `you have spoken to ${event.to} alone`) : next, actions];
}

/** Let in: after a reload one is where one was, and what the server has not confirmed is said again. */
function entered(model: Page, event: Of<"entered">): Step {
  const [next, actions] = talk.told(model, event);
  if (!next.before) return [next, actions];
  const { rooms, place, pending } = next.before;
  const back = place.startsWith("@") ? goTo(next, place) : next;
  const others = rooms.filter((room) => `#${room}` !== next.current);
  return [
    {
      ...others.reduce((model, room) => withBuffer(model, `#${room}`, same), back),
      before: undefined,
    },
    [...actions, ...others.map((room) => send(ask("join", { room }))), ...pending.map(send)],
  ];
}

function same<Value>(value: Value): Value {
  return value;
}

function history(model: Page, event: Of<"history">): Step {
  const [next, actions] = talk.told(model, event);
  return [withVoids(model, next, event), actions];
}

/** A gap that was asked for, and of which nothing came, is one for ever. */
function withVoids(before: Page, after: Page, { room, messages, last }: Of<"history">): Page {
  const name = `#${room}`;
  const count = (model: Page) =>
    model.buffers.find((buffer) => buffer.name === name)?.entries.length;
  const newest = messages.at(-1)?.seq ?? 0;
  if (newest === 0 || newest >= last || count(before) !== count(after)) return after;
  const entries = after.buffers.find((buffer) => buffer.name === name)?.entries ?? [];
  const end = entries.find(({ seq }) => seq > newest)?.seq;
  return end === undefined
    ? after
    : { ...after, voids: new Set(after.voids).add(`${name} ${end}`) };
}

/** The newest first, and what was asked for beyond them after them. */
function found(model: Page, { text, room, messages, next }: Of<"found">): Page {
  const { search } = model;
  const goesOn = search?.isWaiting && search.text === text && search.room === room;
  const before = goesOn ? search.found : [];
  const all = [...before, ...messages.toReversed()];
  return {
    ...model,
    search: { text, room, found: all, next: all.length < MAX_FOUND ? next : 0, isWaiting: false },
  };
}

/** Nobody knocks any more who is in. */
function atOpenDoor(model: Page, { nick, room }: Of<"joined">): Page {
  const isIn = nick === model.nick && room === model.knock?.room;
  return isIn ? { ...model, knock: undefined } : model;
}

function failed(model: Page, event: Of<"failed">): Step {
  const { command, code, about: room } = event;
  if (command === "hello") return [{ ...model, refusal: event }, [{ type: "exit", code: 1 }]];
  if (command === "join" && code === "bad-password") {
    const isWrong = model.knock?.room === room;
    return [{ ...talk.withoutRoster(model, room), knock: { room, isWrong } }, []];
  }
  const search = command === "search" ? undefined : model.search;
  const target = command === "history" ? undefined : model.target;
  const noted = addNotice(stillToLoad(model), pageAdvice(event, model.keyless));
  const next = command === "join" ? talk.withoutRoster(noted, room) : noted;
  return [{ ...next, search, target }, []];
}

/** Who looks for more should look for other words. */
const MAX_FOUND = 1000;
