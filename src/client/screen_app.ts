/** The full screen as an app: keys and events go in, a model comes out, and a screen is made of it. */
import type { Screen } from "../terminal/screen.ts";
import { ask } from "../chat/command.ts";
import { type Action, type App, type Input, send } from "./person.ts";
import { told } from "./screen_events.ts";
import { press } from "./screen_keys.ts";
import { type Model, startModel, traceEntry } from "./screen_model.ts";
import { addEntry, addNotice, CONNECTING, hasBuffer, tick, withStatus } from "./talk.ts";
import { view } from "./view.ts";

export type { Model } from "./screen_model.ts";

export interface Display {
  time: "off" | "hh:mm" | "hh:mm:ss";
  nickColours: boolean;
  ambiguousIsWide: boolean;
  /** What keys do, by their names. */
  keys: ReadonlyMap<string, string>;
  /** Whether somebody who comes is told how to find more. */
  hints: boolean;
}

export function screenApp(display: Display): App<Model> & { view(model: Model): Screen } {
  return {
    start(start) {
      const { nick, room, token } = start;
      const model = startModel({ ...start, ...display });
      if (token !== "") return [model, []];
      // On wires where one cannot come back there is nothing to be waited for.
      const status = { ...CONNECTING, wasIn: true };
      const hello = [ask("hello", { nick }), ask("join", { room })].map(send);
      return [{ ...model, status }, hello];
    },
    update,
    view,
  };
}

function update(model: Model, input: Input): [model: Model, actions: Action[]] {
  switch (input.type) {
    case "key":
      return press(model, input.key);
    case "event":
      return told(model, input.event);
    case "input ended":
      return [{ ...model, isLeaving: true }, [send(ask("quit", {}))]];
    case "note":
      return [addNotice(model, input.text.replace(/^\*\*\* /, "")), []];
    case "resize":
      return [{ ...model, columns: input.columns, rows: input.rows }, []];
    case "tick":
      return tick(model, input.now);
    case "status":
      return [withStatus(model, input.status), []];
    case "trace":
      return [trace(model, input.text), []];
    case "broken":
      return [addNotice(model, `the server's bytes make no sense: ${input.reason}`), [
        { type: "exit", code: 1 },
      ]];
    case "disconnected":
      return disconnected(model);
    default:
      return [model, []];
  }
}

function disconnected(model: Model): [model: Model, actions: Action[]] {
  if (model.isLeaving) return [model, [{ type: "exit", code: 0 }]];
  const next = model.isClosing ? model : addNotice(model, "the server has closed the connection");
  return [next, [{ type: "exit", code: 1 }]];
}

/** Kept only while somebody looks at it, or has it open. */
function trace(model: Model, text: string): Model {
  return hasBuffer(model, "trace") ? addEntry(model, "trace", traceEntry(text, model.now)) : model;
}
