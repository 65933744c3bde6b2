/** What becomes of the full screen when the server says something: beyond the talk, where to find what is not seen. */
import { ask } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { dayOf } from "./entry_rows.ts";
import { type Action, send } from "./person.ts";
import type { Model } from "./screen_model.ts";
import { addNotice } from "./talk.ts";
import * as talk from "./talk_events.ts";

type Step = [model: Model, actions: Action[]];
type Of<Type extends Event["type"]> = Extract<Event, { type: Type }>;

export function told(model: Model, event: Event): Step {
  const [next, actions] = talk.told(model, event);
  switch (event.type) {
    case "told":
      return [direct(next, event), actions];
    case "joined":
      return event.nick === model.nick ? joined(model, next, event) : [next, actions];
    case "found":
      return [found(next, event), actions];
    default:
      return [next, actions];
  }
}

/** Where one looks stands only that it came: others may be looking too. */
function direct(model: Model, { nick, to }: Of<"told">): Model {
  const isOwn = nick === model.nick;
  const name = talk.placeOf({ isOwn, nick, to });
  return name === model.current ? model : addNotice(model, elsewhere(model, name, isOwn));
}

/** Where a direct message is that one does not see, and the key that leads there. */
function elsewhere({ buffers }: Model, name: string, isOwn: boolean): string {
  const number = buffers.findIndex((buffer) => buffer.name === name) + 1;
  const where = number <= 9 ? `Alt-${number}` : "Alt-A";
  const what = isOwn ? `you have spoken to ${name.slice(1)}` : `${name.slice(1)} speaks to you`;
  return `${what} alone: ${where} shows it`;
}

/** Who comes for the first time is shown who is there: the question counts as their own. */
function joined(before: Model, model: Model, { room }: Of<"joined">): Step {
  const next = { ...model, completion: undefined };
  if (!model.hints) return [next, [send(ask("who", { room }))]];
  const greeted = { ...addNotice(next, HINT), hints: false, asked: before.asked };
  return [greeted, [send(ask("who", { room }))]];
}

const HINT = "/help lists what can be typed, PgUp scrolls back, /q leaves";

function found(model: Model, event: Of<"found">): Model {
  return event.messages.reduce((model, it) => {
    const time = new Date(it.at).toTimeString().slice(0, 5);
    return addNotice(model, `#${it.room} ${dayOf(it.at)} ${time} ${it.nick}: ${it.text}`);
  }, model);
}
