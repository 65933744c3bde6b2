/** What a bgnet0 server says: every event as packets, in the words that its client knows. */
import type { Event, Said } from "../chat/event.ts";
import { describe, explain } from "../chat/words.ts";
import type { WireOptions } from "./dialect.ts";
import type { JsonObject } from "./json.ts";

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

/** Who speaks when the server itself has something to say. Nobody may be called so. */
const SERVER_NICK = "*server*";

/** The packets that tell an event. The author hears what all hear: clients print nothing themselves. */
export function say(event: Event, knows: Knows, options: WireOptions): Packet[] {
  switch (event.type) {
    case "message":
      return [sayMessage(event, knows, options)];
    case "told":
      return knows.has("direct")
        ? [{ type: "direct", nick: event.nick, to: event.to, message: event.text }]
        : [chat(`${event.nick} -> ${event.to}`, event.text)];
    case "joined":
      return [sayMove({ ...event, type: "join" }, knows, options)];
    case "parted":
      return [sayMove({ ...event, type: "leave" }, knows, options)];
    case "quitted": {
      // Seen by those in another room only, it is that room which is left.
      const room = event.rooms.includes(options.lobby) ? options.lobby : event.rooms[0];
      return [
        sayMove({ type: "leave", room: room ?? options.lobby, nick: event.nick }, knows, options),
      ];
    }
    case "renamed":
      return knows.has("rename")
        ? [{ type: "rename", nick: event.nick, to: event.to }]
        : [{ type: "leave", nick: event.nick }, { type: "join", nick: event.to }];
    case "roster":
      if (!knows.has("users")) break;
      return [{ type: "users", room: event.room, nicks: event.nicks }];
    case "rooms":
      if (!knows.has("rooms")) break;
      return [{ type: "rooms", rooms: event.rooms }];
    case "history":
      return sayHistory(event, knows, options);
    case "failed":
      return sayFailed(event, knows, options);
    case "notice":
      if (knows.has("errors")) return [{ type: "notice", message: event.text }];
      return options.notices ? [words(event.text)] : [];
    case "closing":
      return [words(event.reason)];
    case "entered":
    case "ping":
    case "pong":
      return [];
  }
  return [words((describe(event) ?? "").replace(/^\*\*\* /, ""))];
}

function sayMessage(message: Said, knows: Knows, { lobby }: WireOptions): Packet {
  const { room, nick, text } = message;
  const isLobby = room === lobby;
  const place = isLobby || !knows.has("rooms") ? {} : { room };
  const speaker = isLobby || knows.has("rooms") ? nick : `#${room} ${nick}`;
  if (!message.emote) return { type: "chat", ...place, nick: speaker, message: text };
  return knows.has("emote")
    ? { type: "emote", ...place, nick: speaker, message: text }
    : { type: "chat", ...place, nick: speaker, message: `[${text}]` };
}

function sayMove(
  { type, room, nick }: { type: "join" | "leave"; room: string; nick: string },
  knows: Knows,
  { lobby }: WireOptions,
): Packet {
  if (room === lobby) return { type, nick };
  if (knows.has("rooms")) return { type, room, nick };
  return chat(`#${room}`, `${nick} has ${type === "join" ? "joined" : "left"}`);
}

function sayHistory(
  { room, messages }: Extract<Event, { type: "history" }>,
  knows: Knows,
  options: WireOptions,
): Packet[] {
  if (knows.has("history")) {
    return messages.map((it) => ({ ...sayMessage(it, knows, options), seq: it.seq, at: it.at }));
  }
  const title = `the last ${messages.length} messages of ${room}:`;
  return [words(title), ...messages.map((it) => sayMessage(it, knows, options))];
}

/**
 * The document has no packet for errors, so its clients hear of none but these: a hello in vain, a
 * message that is lost, and a slash command, which only a person types.
 */
function sayFailed(
  event: Extract<Event, { type: "failed" }>,
  knows: Knows,
  { notices }: WireOptions,
): Packet[] {
  if (knows.has("errors")) {
    const { command, code, about } = event;
    return [{ type: "error", command, code, about, message: explain(event) }];
  }
  const isHeard = notices || event.command !== "say" && event.code !== "not-entered" ||
    event.code === "not-stored";
  return isHeard ? [words(explain(event))] : [];
}

function chat(nick: string, message: string): Packet {
  return { type: "chat", nick, message };
}

/** Something that the server itself says, in the only packet that shows text. */
export function words(message: string): Packet {
  return chat(SERVER_NICK, message);
}
