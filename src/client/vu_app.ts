/** The client that the HELLO-FROM document describes, whose screen is tested to the letter. */
import type { Event } from "../chat/event.ts";
import { type Action, type App, broken, remark, send, show } from "./person.ts";

export interface Model {
  /** Asking for a name, waiting for the server's word on it, or talking. */
  state: "login" | "waiting" | "talking";
  isLeaving: boolean;
}

export const vuApp: App<Model> = {
  start({ nick, isNickGiven }) {
    if (isNickGiven) return [logsIn, [send({ type: "hello", nick })]];
    return [{ state: "login", isLeaving: false }, [
      show("Welcome to Chat Client. Enter your login:"),
    ]];
  },

  update(model, input) {
    switch (input.type) {
      case "line":
        return typed(model, input.line);
      case "event":
        return told(model, input.event);
      case "input ended":
        return quit(model);
      case "broken":
        return [model, broken(input.reason)];
      case "disconnected":
        return disconnected(model);
    }
  },
};

const logsIn: Model = { state: "waiting", isLeaving: false };

type Step = [model: Model, actions: Action[]];

function typed(model: Model, line: string): Step {
  if (line === "!quit") return [model, [{ type: "exit", code: 0 }]];
  if (model.state === "login") {
    return line === "" ? [model, []] : [logsIn, [send({ type: "hello", nick: line })]];
  }
  if (line === "!who") return [model, [send({ type: "who", room: "" })]];
  const [, nick, text = ""] = /^@(\S+) (.*)$/s.exec(line) ?? [];
  // The document: any input that does not match one of the formats must be ignored.
  if (nick === undefined) return [model, []];
  return [model, [send({ type: "tell", nick, text, id: "" })]];
}

function quit(model: Model): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason: "" })]];
}

function told(model: Model, event: Event): Step {
  switch (event.type) {
    case "entered":
      return [{ ...model, state: "talking" }, [show(`Successfully logged in as ${event.nick}!`)]];
    case "sent":
      return [model, [show("The message was sent successfully")]];
    case "told":
      return [model, [show(`From ${event.nick}: ${event.text}`)]];
    case "message":
      return [model, [show(`From #${event.room}: ${event.nick}: ${event.text}`)]];
    case "roster":
      return [model, [
        show(`There are ${event.nicks.length} online users:`),
        ...event.nicks.map(show),
      ]];
    case "failed":
      return event.command === "hello" ? refused(model, event) : [model, [failed(event)]];
    default:
      return [model, []];
  }
}

type Failed = Extract<Event, { type: "failed" }>;

/** The name was not taken: another may be typed, on this connection or, if it ends, on the next one. */
function refused(model: Model, { code, about }: Failed): Step {
  const again: Model = { ...model, state: "login" };
  switch (code) {
    case "nick-in-use":
      return [again, [show(`Cannot log in as ${about}. That username is already in use.`)]];
    case "server-full":
      return [model, [show("Cannot log in. The server is full!"), { type: "exit", code: 0 }]];
    case "bad-nick":
      return [again, [
        show(`Cannot log in as ${about}. That username contains disallowed characters.`),
      ]];
    default:
      return [again, [failed({ code, about })]];
  }
}

function failed({ code, about }: { code: string; about: string }): Action {
  if (code === "no-such-nick") return show("The destination user does not exist");
  const part = about === "BAD-RQST-BODY" ? "body" : "header";
  return show(`Error: Unknown issue in previous message ${part}.`);
}

function disconnected(model: Model): Step {
  if (model.isLeaving) return [model, [{ type: "exit", code: 0 }]];
  if (model.state === "login") return [model, [{ type: "reconnect" }]];
  return [model, [remark("the server has closed the connection"), { type: "exit", code: 1 }]];
}
