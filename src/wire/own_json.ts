/** Commands and events as the JSON of this program's own wires: each is one object, with its type. */
import { type Command, COMMANDS } from "../chat/command.ts";
import { type Event, EVENTS, HIDDEN } from "../chat/event.ts";
import { parseObject } from "./json.ts";
import { readOneOf } from "./read_shape.ts";

const SHAPES = Object.fromEntries(
  Object.entries(COMMANDS).map(([type, row]) => [type, row.fields]),
) as { [Type in keyof typeof COMMANDS]: (typeof COMMANDS)[Type]["fields"] };

/**
 * A client's message. Valid JSON that is no command is a refusal: the sender is told, and may go on. Throws
 * ProtocolError for what is no JSON object.
 */
export function readCommand(json: Uint8Array): Command | Extract<Event, { type: "failed" }> {
  const command = readOneOf(SHAPES, parseObject(json));
  if (typeof command !== "string") return command;
  return { type: "failed", command: "", code: "bad-request", about: command, id: "" };
}

/**
 * What a client is told of an event; undefined if nothing. Digests of secrets are facts like others to the
 * chat, and go to nobody: the hub sees to that, and so does whoever writes.
 */
export function toldOf(event: Event): Event | undefined {
  if (event.type === "passed") return undefined;
  return event.type === "locked" && event.hash !== "" ? { ...event, hash: HIDDEN } : event;
}

/** A server's message; undefined if this program does not know it, as a newer server may say more. */
export function readEvent(json: Uint8Array): Event | undefined {
  const event = readOneOf(EVENTS, parseObject(json));
  return typeof event === "string" ? undefined : event;
}
