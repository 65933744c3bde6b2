/**
 * What a client may ask of the chat. Every dialect decodes its bytes to these commands, and a row
 * here is all that a new one needs beside its case in the hub: its type, its JSON on the native
 * wire, the line that a person types for it and its line of help are made from the row.
 */
import { BLANK, type Given, type OneOf, type Shape } from "./shape.ts";

interface Row {
  fields: Shape;
  /**
   * What a person types: a word, then the fields that follow it, `<needed>` or `[optional]`. The last
   * field takes the rest of the line. A room that is not typed is the one that the person is in.
   */
  typed?: string;
  help?: string;
  /** What it is about, for those who do not want to see all commands at once. */
  about?: About;
}

/** What one may want help with, beside talking. */
export const ABOUT = { names: "whose names are", order: "what operators may do" } as const;
export type About = keyof typeof ABOUT;

export const COMMANDS = {
  /**
   * To be somebody. Everything else but ping comes after it. Without a nick one goes by one's address.
   * `token` is a secret of the client's own: whoever has it may take up the place again that a broken
   * connection has left, and read the direct messages of those who had it. `password` is the server's,
   * where it has one.
   */
  hello: { fields: { nick: "string?", token: "string?", password: "string?" } },
  /** `from` is the first message that the client lacks; 0 shows it the last few. */
  join: {
    fields: { room: "string", from: "number?", password: "string?" },
    typed: "/join <room> [password]",
    help: "go into a room; the first one in makes it",
  },
  part: {
    fields: { room: "string" },
    typed: "/part [room]",
    help: "leave a room",
  },
  /** To speak to a room. `id` is the client's own name for the message: it comes back with it. */
  say: { fields: { room: "string", text: "string", id: "string?" } },
  act: {
    fields: { room: "string", text: "string", id: "string?" },
    typed: "/me <text>",
    help: "say what you do: [pat goes out]",
  },
  tell: {
    fields: { nick: "string", text: "string", id: "string?" },
    typed: "/message <nick> <text>",
    help: "speak to one person alone",
  },
  rename: {
    fields: { nick: "string" },
    typed: "/nick <nick>",
    help: "change your name",
  },
  /** Who is in a room, or in the whole chat if the room is "". */
  who: {
    fields: { room: "string?" },
    typed: "/users [room]",
    help: "list the people in a room",
  },
  rooms: { fields: {}, typed: "/rooms", help: "list the rooms" },
  /**
   * What was said before, from or around the message of that number; the newest if none is named. `by`
   * is "time" where these are times in milliseconds since 1970. `limit` 0 means the server's own choice.
   */
  history: {
    fields: {
      room: "string",
      limit: "number?",
      before: "number?",
      from: "number?",
      around: "number?",
      by: "string?",
    },
    typed: "/history [limit]",
    help: "show what was said before",
  },
  /** One's own direct messages, for those who have a token. */
  directs: { fields: { limit: "number?", before: "number?", from: "number?" } },
  /** What was said with all of these words, in a room or, if it is "", in all that one is in. */
  search: {
    fields: { room: "string?", text: "string", limit: "number?", before: "number?" },
    typed: "/search <text>",
    help: "find what was said with these words",
  },
  seen: {
    fields: { nick: "string" },
    typed: "/seen <nick>",
    help: "when somebody was last heard",
  },
  // Whose a nick is.
  /** The public key that one has, "ed25519:..."; answered with `challenge`. It may come before hello. */
  identify: { fields: { key: "string" } },
  /** The signature that the challenge asked for: see proof.ts. Answered with `identified`. */
  prove: { fields: { signature: "string", address: "string" } },
  claim: { fields: {}, typed: "/claim", help: "make your name yours alone", about: "names" },
  /** One key less that may use one's nick; none at all if it is "". */
  release: {
    fields: { key: "string?" },
    typed: "/release [key]",
    help: "let others have your name",
    about: "names",
  },
  allow: {
    fields: { key: "string" },
    typed: "/allow <key>",
    help: "let another key of yours use your name",
    about: "names",
  },
  token: {
    fields: {},
    typed: "/token",
    help: "make a secret to /login with from elsewhere",
    about: "names",
  },
  login: {
    fields: { nick: "string", token: "string" },
    typed: "/login <nick> <token>",
    help: "be yourself, in a client that has no key",
    about: "names",
  },
  // What operators may do.
  topic: {
    fields: { room: "string", text: "string?" },
    typed: "/topic [text]",
    help: "what a room is about: show it, or set it",
  },
  kick: {
    fields: { room: "string", nick: "string", reason: "string?" },
    typed: "/kick <nick> [reason]",
    help: "send somebody out of the room",
    about: "order",
  },
  /** `time` is "10m", "2h", "7d"; a word that is none belongs to the reason, and it is for ever. */
  ban: {
    fields: { room: "string", who: "string", time: "string?", reason: "string?" },
    typed: "/ban <who> [time] [reason]",
    help: "keep a nick, key or address out of the room",
    about: "order",
  },
  unban: {
    fields: { room: "string", who: "string" },
    typed: "/unban <who>",
    help: "let them in",
    about: "order",
  },
  mute: {
    fields: { room: "string", who: "string", time: "string?", reason: "string?" },
    typed: "/mute <who> [time] [reason]",
    help: "let them listen only",
    about: "order",
  },
  unmute: {
    fields: { room: "string", who: "string" },
    typed: "/unmute <who>",
    help: "let them speak",
    about: "order",
  },
  op: {
    fields: { room: "string", who: "string" },
    typed: "/op <who>",
    help: "make somebody with a key an operator of the room",
    about: "order",
  },
  deop: {
    fields: { room: "string", who: "string" },
    typed: "/deop <who>",
    help: "take it back",
    about: "order",
  },
  invite: {
    fields: { room: "string", who: "string" },
    typed: "/invite <who>",
    help: "let somebody into a locked room",
    about: "order",
  },
  uninvite: {
    fields: { room: "string", who: "string" },
    typed: "/uninvite <who>",
    help: "take it back; who is in stays in",
    about: "order",
  },
  /** With a password, whoever knows it may come in; without, only the invited. */
  lock: {
    fields: { room: "string", password: "string?" },
    typed: "/lock [password]",
    help: "close the room to all but the invited",
    about: "order",
  },
  unlock: {
    fields: { room: "string" },
    typed: "/unlock",
    help: "open it to everybody",
    about: "order",
  },
  banish: {
    fields: { who: "string", time: "string?", reason: "string?" },
    typed: "/banish <who> [time] [reason]",
    help: "keep them off the whole server",
    about: "order",
  },
  unbanish: {
    fields: { who: "string" },
    typed: "/unbanish <who>",
    help: "let them back",
    about: "order",
  },
  /** What holds in a room, or everywhere if it is "". */
  rules: { fields: { room: "string?" }, typed: "/rules [room]", help: "list a room's rules" },
  ping: { fields: { token: "string?" } },
  /** The answer to the server's ping. */
  pong: { fields: { token: "string?" } },
  quit: {
    fields: { reason: "string?" },
    typed: "/quit [reason]",
    help: "leave the chat; /q does too",
  },
} as const satisfies Record<string, Row>;

type Shapes = { [Name in keyof typeof COMMANDS]: (typeof COMMANDS)[Name]["fields"] };

/** For example `{ type: "say", room: "lobby", text: "hi", id: "" }`. */
export type Command = OneOf<Shapes>;

/** A command with its type, what is left out filled in: `ask("join", { room: "lobby" })`. */
export function ask<Type extends Command["type"]>(
  type: Type,
  given: Given<Shapes[Type]>,
): Extract<Command, { type: Type }> {
  const blanks = Object.entries<string>(COMMANDS[type].fields)
    .filter(([, kind]) => kind in BLANK)
    .map(([name, kind]) => [name, BLANK[kind as keyof typeof BLANK]]);
  return { type, ...Object.fromEntries(blanks), ...given };
}
