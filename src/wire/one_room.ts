/**
 * What wires have in common that know one room and hardly a word beyond join, leave and chat: which of
 * these is nearest to each event, and how what their people type is understood.
 */
import type { Command } from "../chat/command.ts";
import type { Event, Said } from "../chat/event.ts";
import { roomName } from "../chat/names.ts";
import { help, holdsSecret, readLine } from "../chat/slash.ts";
import { describe, explain } from "../chat/words.ts";
import type { WireOptions } from "./dialect.ts";

/** All that such a wire has words for. */
export type Saying =
  | { type: "join"; nick: string }
  | { type: "leave"; nick: string }
  | { type: "rename"; nick: string; to: string }
  | { type: "chat"; from: string; text: string }
  /** The server itself has something to say. */
  | { type: "server"; text: string };

/** Who speaks when the server does, on wires where only somebody can. Nobody may be called so. */
export const SERVER_NICK = "*server*";

/**
 * An event in the nearest words; none for what such a wire's clients would not understand. `own` is whether it
 * is of their own making.
 */
export function sayings(event: Event, options: WireOptions, own = false): Saying[] {
  switch (event.type) {
    case "message":
      return [chat(event, options)];
    case "told":
      return [{ type: "chat", from: `${event.nick} -> ${event.to}`, text: event.text }];
    case "joined":
      return [moved("join", event.nick, event.room, options)];
    case "parted":
      return [moved("leave", event.nick, event.room, options)];
    case "quitted": {
      // Seen by those in another room only, it is that room which is left.
      const isSeen = event.rooms.includes(options.lobby) || event.rooms.length === 0;
      return [moved("leave", event.nick, isSeen ? options.lobby : event.rooms[0]!, options)];
    }
    case "renamed":
      return [{ type: "rename", nick: event.nick, to: event.to }];
    case "kicked":
      // Nobody says leave for them in another way, and they would stay in everybody's list.
      if (event.room !== options.lobby) return [server(wordsOf(event))];
      return [moved("leave", event.nick, event.room, options), server(wordsOf(event))];
    case "topic":
    case "ruled":
    case "lifted":
    case "locked":
    case "unlocked":
      // Whoever has asked, or ordered it, is answered; to all others it is a notice.
      return own || options.notices ? [server(wordsOf(event))] : [];
    case "roster":
    case "rooms":
    case "seen":
    case "claimed":
    case "allowed":
    case "released":
    case "token":
    case "rules":
      return [server(wordsOf(event))];
    case "history":
      return [
        server(`the last ${event.messages.length} messages of ${event.room}:`),
        ...event.messages.map((message) => chat(message, options)),
      ];
    case "found":
      return [
        server(wordsOf(event)),
        ...event.messages.map((message) => chat(message, options)),
      ];
    case "failed":
      return isHeard(event, options) ? [server(explain(event))] : [];
    case "notice":
      return options.notices || event.urgent ? [server(event.text)] : [];
    case "closing":
      return [server(event.reason)];
    case "directs":
    case "entered":
    case "passed":
    case "challenge":
    case "identified":
    case "sent":
    case "ping":
    case "pong":
      return [];
  }
}

/**
 * Their clients say hello once and never look for an answer: one that is refused would wait for ever. So would
 * who is kept out of the lobby, the only room that they know; but into a locked one somebody may let them.
 */
export function isRefusedHello(event: Event, { lobby }: WireOptions): boolean {
  if (event.type !== "failed") return false;
  if (event.command === "join") return event.code === "banned" && event.about === lobby;
  return event.command === "hello" && event.code !== "already-entered";
}

/** The client's first join of the lobby: on such wires the hello has brought it there, so it is not said. */
export class FirstJoin {
  #lobby: string;
  #isOver = false;

  constructor({ lobby }: WireOptions) {
    this.#lobby = lobby;
  }

  /** Whether this command is that join. */
  is(command: Command): boolean {
    if (command.type !== "join" || this.#isOver) return false;
    this.#isOver = true;
    // A password has to be said.
    return command.password === "" && roomName(command.room) === this.#lobby;
  }
}

/** Where somebody speaks who can only speak: in the room that was joined last. */
export class Place {
  room: string;
  #options: WireOptions;

  constructor(options: WireOptions) {
    this.#options = options;
    this.room = options.lobby;
  }

  /**
   * What a typed text means: a command, or what to answer. A slash command is obeyed; any other text
   * with a slash is said, unless it resembles one: "/mesage bob secret" is not for everybody. What has a
   * secret in it is never said, even where no command is obeyed.
   */
  hear(text: string): Command | { type: "answer"; lines: string[] } {
    const isSecret = holdsSecret(text);
    if (isSecret && !this.#options.slashCommands) return { type: "answer", lines: [NOT_OBEYED] };
    if (!isSecret && !(this.#options.slashCommands && text.startsWith("/"))) return this.#say(text);
    const line = readLine(text, this.room);
    if (line.type === "help") return { type: "answer", lines: help(line.about) };
    if (line.type !== "mistake") return this.follow(line);
    return line.resembles ? { type: "answer", lines: [line.text] } : this.#say(text);
  }

  /** Goes where a command leads, and returns it. */
  follow(command: Command): Command {
    if (command.type === "join") this.room = roomName(command.room) ?? this.room;
    if (command.type === "part" && roomName(command.room) === this.room) {
      this.room = this.#options.lobby;
    }
    return command;
  }

  #say(text: string): Command {
    return { type: "say", room: this.room, text, id: "" };
  }
}

/** What somebody hears whose secret was kept from the others, where no command is obeyed. */
export const NOT_OBEYED =
  "no command is obeyed here; this one has a secret in it, and nobody saw it";

/** What our own client shows, without what marks it as the server's. */
function wordsOf(event: Event): string {
  return describe(event)!.replace("*** ", "");
}

/** Another room than the lobby is marked, for who is in two would else not know which is which. */
function chat({ room, nick, text, emote }: Said, { lobby }: WireOptions): Saying {
  const from = room === lobby ? nick : `#${room} ${nick}`;
  return { type: "chat", from, text: emote ? `[${text}]` : text };
}

function moved(type: "join" | "leave", nick: string, room: string, { lobby }: WireOptions): Saying {
  if (room === lobby) return { type, nick };
  const text = `${nick} has ${type === "join" ? "joined" : "left"}`;
  return { type: "chat", from: `#${room}`, text };
}

/**
 * Their documents have no word for errors, so their clients hear of none but these: a hello in vain, a
 * message that is lost, and a slash command (or what follows from one), which only a person types.
 */
function isHeard(failed: { command: string; code: string }, { notices }: WireOptions): boolean {
  return notices || LOST.has(failed.code) ||
    failed.command !== "say" && failed.code !== "not-entered";
}

/** Why a message is lost that its author takes for said. */
const LOST = new Set(["not-stored", "not-a-member", "muted"]);

function server(text: string): Saying {
  return { type: "server", text };
}
