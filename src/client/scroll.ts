/** Scrolling back through what was said, and reading more of it from the server. */
import type { Action } from "./person.ts";
import { lookOf, type Model } from "./screen_model.ts";
import { currentBuffer, withBuffer } from "./talk.ts";
import { loadOlder } from "./talk_past.ts";
import { heightOf } from "./view.ts";
import { moved } from "./window.ts";

type Step = [model: Model, actions: Action[]];

/** Up if `lines` is negative. At the top the server is asked for what is older. */
export function scroll(model: Model, lines: number): Step {
  const buffer = currentBuffer(model);
  const height = heightOf(model);
  const { anchor, isAtTop } = moved(buffer, lines, { height, look: lookOf(model) });
  const next = withBuffer(model, buffer.name, (it) => ({ ...it, anchor }));
  return lines < 0 && isAtTop ? loadOlder(next) : [next, []];
}

export function toBottom(model: Model): Model {
  return withBuffer(model, model.current, (it) => ({ ...it, anchor: undefined }));
}
