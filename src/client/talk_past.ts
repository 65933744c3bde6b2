/** Reading more from the server of what was said before. */
import { ask } from "../chat/command.ts";
import { oldest } from "./buffer.ts";
import { type Action, send } from "./person.ts";
import { currentBuffer, currentRoom, type Talk, withBuffer } from "./talk.ts";

/** How many older messages are asked for at once. */
export const PIECE = 200;

/** Asks for what is older than all that is in the place that one looks at, once. */
export function loadOlder<Model extends Talk>(model: Model): [model: Model, actions: Action[]] {
  const { name, isLoading, isWhole } = currentBuffer(model);
  if (isLoading || isWhole) return [model, []];
  const older = question(model);
  if (!older) return [model, []];
  return [withBuffer(model, name, (it) => ({ ...it, isLoading: true })), [send(older)]];
}

function question(model: Talk) {
  const room = currentRoom(model);
  if (room !== undefined) {
    const before = oldest(currentBuffer(model));
    return before > 1 ? ask("history", { room, before, limit: PIECE }) : undefined;
  }
  if (!model.current.startsWith("@")) return undefined;
  // The server keeps one list of all that one has spoken with anybody alone.
  const places = model.buffers.filter(({ name }) => name.startsWith("@"));
  const numbers = places.map(oldest).filter((seq) => seq > 0);
  const before = numbers.length === 0 ? 0 : Math.min(...numbers);
  return before === 1 ? undefined : ask("directs", { before, limit: PIECE });
}
