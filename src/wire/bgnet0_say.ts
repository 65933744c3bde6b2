/** What a bgnet0 server says: every event as packets, in the words that its client knows. */
import type { Event, Said } from "../chat/event.ts";
import { describe, explain } from "../chat/words.ts";
import type { WireOptions } from "./dialect.ts";
import type { JsonObject } from "./json.ts";
import { type Saying, sayings, SERVER_NICK } from "./one_room.ts";

export type Packet = JsonObject;

/** What a client may say in its hello that it knows beyond the document's four packets. */
export const EXTENSIONS = [
  "direct",
  "emote",
  "users",
  "rooms",
  "rename",
  "history",
  "errors",
] as const;
export type Knows = ReadonlySet<string>;

/** The packets that tell an event. The author hears what all hear: clients print nothing themselves. */
export function say(event: Event, knows: Knows, options: WireOptions, own = false): Packet[] {
  return extended(event, knows, options) ?? sayings(event, options, own).flatMap(packets);
}

/** Something that the server itself says, in the only packet that shows text. */
export function words(message: string): Packet {
  return { type: "chat", nick: SERVER_NICK, message };
}

function packets(saying: Saying): Packet[] {
  switch (saying.type) {
    case "join":
    case "leave":
      return [{ type: saying.type, nick: saying.nick }];
    case "rename":
      return [{ type: "leave", nick: saying.nick }, { type: "join", nick: saying.to }];
    case "chat":
      return [{ type: "chat", nick: saying.from, message: saying.text }];
    case "server":
      return [words(saying.text)];
  }
}

/** The packets of extensions; undefined for what the client knows none for. */
function extended(event: Event, knows: Knows, options: WireOptions): Packet[] | undefined {
  switch (event.type) {
    case "message":
      return extendedMessage(event, knows, options);
    case "joined":
    case "parted":
      if (!knows.has("rooms") || event.room === options.lobby) return undefined;
      return [{
        type: event.type === "joined" ? "join" : "leave",
        room: event.room,
        nick: event.nick,
      }];
    case "told":
      if (!knows.has("direct")) return undefined;
      return [{ type: "direct", nick: event.nick, to: event.to, message: event.text }];
    case "renamed":
      return knows.has("rename") ? [{ ...event, type: "rename" }] : undefined;
    case "roster":
      return knows.has("users") ? [{ ...event, type: "users" }] : undefined;
    case "rooms":
      return knows.has("rooms") ? [event] : undefined;
    case "history":
      if (!knows.has("history")) return undefined;
      return event.messages.flatMap((message) =>
        say({ ...message, type: "message" }, knows, options)
          .map((packet) => ({ ...packet, seq: message.seq, at: message.at }))
      );
    case "failed": {
      const { command, code, about } = event;
      if (!knows.has("errors")) return undefined;
      return [{ type: "error", command, code, about, message: explain(event) }];
    }
    case "topic":
    case "ruled":
    case "lifted":
    case "locked":
    case "unlocked":
      if (!knows.has("errors")) return undefined;
      return [{ type: "notice", message: describe(event)!.replace("*** ", "") }];
    case "notice":
      return knows.has("errors") ? [{ type: "notice", message: event.text }] : undefined;
    default:
      return undefined;
  }
}

function extendedMessage(message: Said, knows: Knows, { lobby }: WireOptions) {
  const { room, nick, text, emote } = message;
  const isElsewhere = room !== lobby;
  if (isElsewhere ? !knows.has("rooms") : !(emote && knows.has("emote"))) return undefined;
  const place = isElsewhere ? { room } : {};
  if (emote && knows.has("emote")) return [{ type: "emote", ...place, nick, message: text }];
  return [{ type: "chat", ...place, nick, message: emote ? `[${text}]` : text }];
}
