/** A screen for other programs: each event as a line of JSON, in ASCII, so that no terminal obeys any of it. */
import type { Event } from "../chat/event.ts";
import type { App } from "./person.ts";

export function jsonApp<Model>(app: App<Model>): App<Model> {
  return {
    ...app,
    update(model, input) {
      const [next, wanted] = app.update(model, input);
      const actions = wanted.filter(({ type }) => type !== "show");
      if (input.type !== "event") return [next, actions];
      return [next, [{ type: "show", text: json(input.event) }, ...actions]];
    },
  };
}

function json(event: Event): string {
  return JSON.stringify(event).replace(
    /[\x7f-\uffff]/g,
    (unit) => "\\u" + unit.charCodeAt(0).toString(16).padStart(4, "0"),
  );
}
