/** Scrolling back through what was said, and reading more of it from the server. */
import { ask } from "../chat/command.ts";
import { oldest } from "./buffer.ts";
import { type Action, send } from "./person.ts";
import { currentBuffer, currentRoom, lookOf, type Model, withBuffer } from "./screen_model.ts";
import { heightOf } from "./view.ts";
import { moved } from "./window.ts";

type Step = [model: Model, actions: Action[]];

/** How many older messages are asked for at once. */
const PIECE = 200;

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

function loadOlder(model: Model): Step {
  const buffer = currentBuffer(model);
  const room = currentRoom(model);
  const before = oldest(buffer);
  if (room === undefined || before <= 1 || buffer.isLoading || buffer.isWhole) return [model, []];
  const next = withBuffer(model, buffer.name, (it) => ({ ...it, isLoading: true }));
  return [next, [send(ask("history", { room, before, limit: PIECE }))]];
}
