import { type Event, EVENTS } from "../../src/chat/event.ts";
import { BLANK, type Given } from "../../src/chat/shape.ts";

/** An event with its type, what is left out filled in: `tell("told", { nick, to, at, text })`. */
export function tell<Type extends Event["type"]>(
  type: Type,
  given: Given<(typeof EVENTS)[Type]>,
): Extract<Event, { type: Type }> {
  const blanks = Object.entries<unknown>(EVENTS[type])
    .filter(([, kind]) => String(kind) in BLANK)
    .map(([name, kind]) => [name, BLANK[kind as keyof typeof BLANK]]);
  return { type, ...Object.fromEntries(blanks), ...given };
}

/** Something said in the lobby, or elsewhere; what does not matter to a test is filled in. */
export function message(
  given: Partial<Extract<Event, { type: "message" }>> = {},
): Extract<Event, { type: "message" }> {
  return tell("message", { room: "lobby", seq: 7, at: 5, nick: "chris", text: "hi", ...given });
}
