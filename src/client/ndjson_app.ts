/** The client that the newline-JSON document describes: its commands, and its lines on the screen. */
import { ask } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { type Action, type App, broken, send, show } from "./person.ts";

export interface Model {
  room: string;
  isLeaving: boolean;
}

export const ndjsonApp: App<Model> = {
  start({ nick, isNickGiven, room }) {
    // The server has a name for whoever names none.
    return [{ room, isLeaving: false }, isNickGiven ? [send({ type: "rename", nick })] : []];
  },

  update(model, input) {
    switch (input.type) {
      case "line":
        return typed(model, input.line);
      case "event":
        return [model, told(input.event)];
      case "input ended":
        return quit(model);
      case "broken":
        return [model, broken(input.reason)];
      case "disconnected":
        return [model, [...disconnected(model), { type: "exit", code: 0 }]];
      default:
        return [model, []];
    }
  },
};

type Step = [model: Model, actions: Action[]];

function typed(model: Model, line: string): Step {
  const { room } = model;
  const [word = "", ...rest] = line.trim().split(/\s+/);
  switch (word) {
    case "":
      return [model, []];
    case "/setname":
      if (rest.length === 0) return [model, [show("Usage: /setname <name>")]];
      return [model, [send({ type: "rename", nick: rest.join(" ") })]];
    case "/users":
      return [model, [send({ type: "who", room: "" })]];
    case "/history":
      return [model, [send(ask("history", { room }))]];
    case "/q":
    case "/quit":
      return quit(model);
    default:
      return [model, [send({ type: "say", room, text: line, id: "" })]];
  }
}

function quit(model: Model): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason: "" })]];
}

function told(event: Event): Action[] {
  switch (event.type) {
    case "message":
      return [show(`${event.nick}: ${event.text}`)];
    case "notice":
      return [show(`[Server]: ${event.text}`)];
    default:
      return [];
  }
}

/** The document: if the server disconnects, print this and exit. */
function disconnected({ isLeaving }: Model): Action[] {
  return isLeaving ? [] : [show("Server disconnected")];
}
