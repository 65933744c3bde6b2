/** A full screen that runs: what is remarked about the conversation becomes a part of what it shows. */
import type { Screen } from "../terminal/screen.ts";
import type { Running } from "./apps.ts";
import type { Action, App, Input, Start } from "./person.ts";
import { returning } from "./returning.ts";
import { type Display, screenApp } from "./screen_app.ts";

export interface RunningScreen extends Running {
  /** What is to be seen now. */
  screen(): Screen;
}

export function beginScreen(display: Display, start: Start): RunningScreen {
  const app = screenApp(display);
  if (start.token === "") return begin(app, start, (model) => app.view(model));
  return begin(returning(app), start, ({ inner }) => app.view(inner));
}

function begin<Model>(
  app: App<Model>,
  start: Start,
  view: (model: Model) => Screen,
): RunningScreen {
  const [model, first] = app.start(start);
  let now = model;

  function take(input: Input): Action[] {
    const [next, actions] = app.update(now, input);
    now = next;
    return actions.flatMap((action) =>
      action.type === "remark" ? take({ type: "note", text: action.text }) : [action]
    );
  }

  return { first, take, isFull: () => false, screen: () => view(now) };
}
