/** Which dialects have a screen of their own. */
import { app } from "./app.ts";
import { jsonApp } from "./json_app.ts";
import { ndjsonApp } from "./ndjson_app.ts";
import type { Action, App, Input, Start } from "./person.ts";
import { returning } from "./returning.ts";
import { vuApp } from "./vu_app.ts";

const OWN = new Map<string, (start: Start) => Running>([
  ["ndjson", (start) => begin(ndjsonApp, start)],
  ["vu", (start) => begin(vuApp, start)],
]);

/** An app that runs: what it wants done first, and what for each input. */
export interface Running {
  first: Action[];
  take(input: Input): Action[];
  /** Whether no more lines can be taken before something comes back. */
  isFull(): boolean;
}

/** Whether somebody must have a nick before they connect; some documents ask for it later, or never. */
export function needsNick(dialect: string): boolean {
  return !OWN.has(dialect);
}

/** With `json` each event is shown as it is, whatever the dialect. */
export function appFor(dialect: string, start: Start & { json?: boolean }): Running {
  const own = OWN.get(dialect);
  if (own && !start.json) return own(start);
  const screen = start.json ? jsonApp(app) : app;
  return start.token === "" ? begin(screen, start) : begin(returning(screen), start);
}

function begin<Model>(app: App<Model>, start: Start): Running {
  const [model, first] = app.start(start);
  let now = model;
  return {
    first,
    take(input) {
      const [next, actions] = app.update(now, input);
      now = next;
      return actions;
    },
    isFull: () => app.isFull?.(now) ?? false,
  };
}
