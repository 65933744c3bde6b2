/** What somebody can wish for on the browser's page beside typing: to go somewhere, to see more, to search. */
import { ask } from "../chat/command.ts";
import { roomName } from "../chat/names.ts";
import { look, lookAway } from "./buffer.ts";
import type { Page, Target } from "./page_model.ts";
import { type Action, send } from "./person.ts";
import { currentRoom, goTo, hasBuffer, withBuffer } from "./talk.ts";
import { close, join } from "./talk_lines.ts";
import { loadOlder, PIECE } from "./talk_past.ts";

export type Wish =
  /** To "#dev" or "@pat". */
  | { type: "go"; place: string }
  | { type: "step"; by: number }
  | { type: "number"; index: number }
  | { type: "close"; place: string }
  | { type: "focus"; isFocused: boolean }
  /** Somebody has scrolled up to the oldest that there is, or to a gap that ends with that message. */
  | { type: "older" }
  | { type: "between"; before: number }
  | { type: "search"; text: string; room: string }
  | { type: "search on" }
  | { type: "search no more" }
  | { type: "show"; target: Target }
  | { type: "shown" }
  | { type: "directory" }
  /** Into a locked room, or away from its door. */
  | { type: "knock"; room: string; password: string }
  | { type: "knock no more" }
  | { type: "token seen" }
  /** No key is proved, for that reason; one is, if it is "". */
  | { type: "keyless"; why: string };

type Step = [model: Page, actions: Action[]];

export function fulfil(model: Page, wish: Wish): Step {
  switch (wish.type) {
    case "go":
      return go(model, wish.place);
    case "step":
      return [step(model, wish.by), []];
    case "number":
      return [toPlace(model, wish.index), []];
    case "close":
      return close(model, wish.place);
    case "focus":
      return [focus(model, wish.isFocused), []];
    case "older":
      return loadOlder(model);
    case "between":
      return between(model, wish.before);
    case "search":
      return search(model, wish);
    case "search on":
      return searchOn(model);
    case "search no more":
      return [{ ...model, search: undefined }, []];
    case "show":
      return show(model, wish.target);
    case "shown":
      return [{ ...model, target: undefined }, []];
    case "directory":
      return [model, [send(ask("rooms", {}))]];
    case "knock":
      return join(model, wish.room, wish.password);
    case "knock no more":
      return [{ ...model, knock: undefined }, []];
    case "token seen":
      return [{ ...model, token: undefined }, []];
    case "keyless":
      return [{ ...model, keyless: wish.why }, []];
  }
}

/** The names of the places as the page lists them: rooms, then people. */
function listed({ buffers }: Page): string[] {
  const names = buffers.map(({ name }) => name);
  return [...names.filter((it) => it.startsWith("#")), ...names.filter((it) => it[0] !== "#")];
}

function step(model: Page, by: number): Page {
  const names = listed(model);
  const index = names.indexOf(model.current) + by;
  return toPlace(model, (index + names.length) % names.length);
}

function toPlace(model: Page, index: number): Page {
  const name = listed(model)[index];
  return name === undefined ? model : goTo(model, name);
}

function go(model: Page, place: string): Step {
  if (!place.startsWith("#")) return [goTo(model, place), []];
  const room = roomName(place.slice(1));
  return join(model, room ?? place.slice(1));
}

/** What comes while nobody looks at the page is new when somebody does. */
function focus(model: Page, isFocused: boolean): Page {
  if (isFocused === model.isFocused) return model;
  const next = { ...model, isFocused };
  return withBuffer(next, next.current, isFocused ? look : lookAway);
}

function between(model: Page, before: number): Step {
  const room = currentRoom(model);
  if (room === undefined) return [model, []];
  return [model, [send(ask("history", { room, before, limit: PIECE }))]];
}

function search(model: Page, { text, room }: { text: string; room: string }): Step {
  if (text.trim() === "") return [{ ...model, search: undefined }, []];
  return [
    { ...model, search: { text, room, found: [], next: 0, isWaiting: true } },
    [send(ask("search", { room, text }))],
  ];
}

function searchOn(model: Page): Step {
  const { search } = model;
  if (!search || search.next === 0 || search.isWaiting) return [model, []];
  const { room, text, next: before } = search;
  return [
    { ...model, search: { ...search, isWaiting: true } },
    [send(ask("search", { room, text, before }))],
  ];
}

/** Goes to a message among its neighbours, which are asked for if they are not there. */
function show(model: Page, target: Target): Step {
  if (!hasBuffer(model, target.place)) return [model, []];
  const next = { ...goTo(model, target.place), target };
  const isThere = next.buffers.some(({ name, entries }) =>
    name === target.place && entries.some(({ seq }) => seq === target.seq)
  );
  if (isThere) return [next, []];
  const around = { room: target.place.slice(1), around: target.seq, limit: NEIGHBOURS };
  return [next, [send(ask("history", around))]];
}

/** As many as fill a window or two. */
const NEIGHBOURS = 60;
