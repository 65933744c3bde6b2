/** What one has said and the server has not confirmed, as entries of the place that one looks at. */
import type { Pending } from "./memory.ts";
import type { Entry } from "./buffer.ts";
import { directEntry, messageEntry } from "./entries.ts";
import { currentRoom, type Talk } from "./talk.ts";

/** The same entry each time, so that it is laid out once. */
const MADE = new WeakMap<Pending, Entry>();

export function pendingEntries(model: Talk): Entry[] {
  const room = currentRoom(model);
  return model.status.pending
    .filter((said) => said.type === "tell" ? `@${said.nick}` === model.current : said.room === room)
    .map((said) => {
      const entry = MADE.get(said) ?? entryOf(model, said);
      MADE.set(said, entry);
      return entry;
    });
}

function entryOf(model: Talk, said: Pending): Entry {
  const { now: at, nick } = model;
  const { text } = said;
  if (said.type === "tell") return directEntry(model, { at, nick, to: said.nick, text, seq: 0 });
  return messageEntry(model, { at, nick, text, seq: 0, emote: said.type === "act" });
}
