/** The client that the HELLO-FROM document describes, whose screen is tested to the letter. */
import { ask, type Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { type Action, type App, broken, type Input, remark, send, show } from "./person.ts";

export interface Model {
  /** Asking for a name, waiting for the server's word on it, or talking. */
  state: "login" | "waiting" | "talking";
  /** What was typed while waiting, its end included: it is read when it is known what it means. */
  held: readonly Typing[];
  /** How many answers are still due. */
  due: number;
  /** The name asked for last, and how many were refused before it. */
  nick: string;
  refusals: number;
  /** "!quit" was typed, but not all that was asked before it is answered. */
  isQuitting: boolean;
  isLeaving: boolean;
}

type Typing = Extract<Input, { type: "line" | "input ended" }>;

const MAX_HELD = 10_000;

export const vuApp: App<Model> = {
  start({ nick, isNickGiven }) {
    if (isNickGiven) return login(BLANK, nick);
    return [BLANK, [show("Welcome to Chat Client. Enter your login:")]];
  },

  update(model, input) {
    switch (input.type) {
      case "line":
      case "input ended":
        return typed(model, input);
      case "event":
        return told(model, input.event);
      case "broken":
        return [model, broken(input.reason)];
      case "disconnected":
        return disconnected(model);
      default:
        return [model, []];
    }
  },
};

const BLANK: Model = {
  state: "login",
  held: [],
  due: 0,
  nick: "",
  refusals: 0,
  isQuitting: false,
  isLeaving: false,
};

type Step = [model: Model, actions: Action[]];

function login(model: Model, nick: string): Step {
  return request({ ...model, state: "waiting", nick }, ask("hello", { nick }));
}

/** Sends what the server will answer. */
function request(model: Model, command: Command): Step {
  return [{ ...model, due: model.due + 1 }, [send(command)]];
}

function typed(model: Model, typing: Typing): Step {
  if (model.isQuitting) return [model, []];
  if (model.state === "waiting") {
    const held = model.held.length < MAX_HELD ? [...model.held, typing] : model.held;
    return [{ ...model, held }, []];
  }
  return typing.type === "line" ? obey(model, typing.line) : quit(model);
}

function obey(model: Model, line: string): Step {
  if (line === "!quit") return finish({ ...model, isQuitting: true });
  if (model.state === "login") return line === "" ? [model, []] : login(model, line);
  if (line === "!who") return request(model, { type: "who", room: "" });
  const [, nick, text = ""] = /^@(\S+) (.*)$/s.exec(line) ?? [];
  // The document: any input that does not match one of the formats must be ignored.
  return nick === undefined ? [model, []] : request(model, { type: "tell", nick, text, id: "" });
}

/** Ends as soon as everything is answered; nothing is sent to say goodbye. */
function finish(model: Model): Step {
  return [model, [model.due === 0 ? { type: "exit", code: 0 } : { type: "hang up" }]];
}

function quit(model: Model): Step {
  return [{ ...model, isLeaving: true }, [send({ type: "quit", reason: "" })]];
}

function told(model: Model, event: Event): Step {
  const [next, actions] = heard(model, event);
  if (!ANSWERS.has(event.type)) return [next, actions];
  const [last, more] = readHeld({ ...next, due: Math.max(0, next.due - 1) });
  const isDone = last.isQuitting && last.due === 0;
  const exit: Action[] = isDone ? [{ type: "exit", code: 0 }] : [];
  return [last, [...actions, ...more, ...exit]];
}

const ANSWERS = new Set(["entered", "sent", "roster", "failed"]);

/** Reads what was typed while the server had not decided about the name. */
function readHeld(model: Model): Step {
  const actions: Action[] = [];
  let now = model;
  while (now.state !== "waiting" && now.held.length > 0) {
    const [typing, ...held] = now.held;
    const [next, more] = typed({ ...now, held }, typing!);
    now = next;
    actions.push(...more);
  }
  return [now, actions];
}

function heard(model: Model, event: Event): Step {
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
  const again: Model = { ...model, state: "login", refusals: model.refusals + 1 };
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
  if (model.isLeaving || model.isQuitting) return [model, [{ type: "exit", code: 0 }]];
  if (model.state === "login") {
    return [{ ...model, due: 0 }, [{ type: "reconnect", afterMilliseconds: 0 }]];
  }
  // It had hung up on the name before this one, and has not seen this one.
  if (model.state === "waiting" && model.refusals > 0) {
    const [next, actions] = login({ ...model, due: 0, refusals: 0 }, model.nick);
    return [next, [{ type: "reconnect", afterMilliseconds: 0 }, ...actions]];
  }
  return [model, [remark("the server has closed the connection"), { type: "exit", code: 1 }]];
}
