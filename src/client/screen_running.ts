/** A full screen that runs: what is remarked about the conversation becomes a part of what it shows. */
import type { Screen } from "../terminal/screen.ts";
import type { Running } from "./apps.ts";
import type { Action, App, Input, Start } from "./person.ts";
import { returning } from "./returning.ts";
import { type Display, screenApp } from "./screen_app.ts";
import type { Model as ScreenModel } from "./screen_model.ts";
import { currentBuffer, hasBuffer } from "./talk.ts";
import { view } from "./view.ts";

export interface RunningScreen extends Running {
  /** What is to be seen now. */
  screen(): Screen;
  /** Whether anybody looks at what goes over the wire. */
  isTracing(): boolean;
  /** What it said last about the conversation: why it ended, if it did. */
  lastNotice(): string;
}

export function beginScreen(display: Display, start: Start): RunningScreen {
  const app = screenApp(display);
  if (start.token === "") return begin(app, start, (model) => model);
  return begin(returning(app), start, ({ inner }) => inner);
}

function begin<Model>(
  app: App<Model>,
  start: Start,
  screenOf: (model: Model) => ScreenModel,
): RunningScreen {
  const [model, first] = app.start(start);
  let now = model;

  function take(input: Input): Action[] {
    const [next, actions] = app.update(now, input);
    now = next;
    return actions.flatMap((action) => {
      if (action.type !== "remark") return [action];
      // The status line says so all the time.
      return action.again ? [] : take({ type: "note", text: action.text });
    });
  }

  return {
    first,
    take,
    isFull: () => false,
    screen: () => view(screenOf(now)),
    isTracing: () => hasBuffer(screenOf(now), "trace"),
    lastNotice: () =>
      currentBuffer(screenOf(now)).entries.findLast(({ kind }) => kind === "notice")?.text ?? "",
  };
}
