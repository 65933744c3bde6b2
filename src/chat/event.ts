/**
 * What a client may be told. Every dialect encodes these events to its bytes, or to nothing when its
 * wire has no words for them.
 */
import type { OneOf, Value } from "./shape.ts";

/**
 * Something said to a room. `seq` counts the room's messages from 1, and is 0 until the message is
 * stored; `at` is in milliseconds since 1970; `id` is the author's own name for it, or "".
 */
const MESSAGE = {
  room: "string",
  seq: "number",
  at: "number",
  nick: "string",
  text: "string",
  emote: "boolean?",
  id: "string?",
} as const;

/** Said by `nick` to `to` alone. `seq` rises from each direct message to the next; 0 until it is stored. */
const TOLD = {
  nick: "string",
  to: "string",
  seq: "number?",
  at: "number",
  text: "string",
  id: "string?",
} as const;

/** Somebody of whom something holds in a room, or everywhere if it is "": see rules.ts. */
const RULE = {
  room: "string?",
  rule: "string",
  subject: "string",
  by: "string",
  until: "number?",
  reason: "string?",
  /** What they were called by whoever ordered it, where that is not the subject itself. */
  who: "string?",
} as const;

/**
 * Deeds: facts that go on holding when all who were there have left. They are kept, and happen again when the
 * server starts. `at` is in milliseconds since 1970.
 */
export const DEEDS = {
  /** The nick belongs to those who have the key, or is used by them once more. */
  claimed: { nick: "string", key: "string", at: "number" },
  /** ... and no longer to this key, or to any if it is "". */
  released: { nick: "string", key: "string?", at: "number" },
  /** Whoever comes with this key under the nick makes it theirs as well. */
  allowed: { nick: "string", key: "string", at: "number" },
  /** Whoever knows what the digest was made of may be this nick as well, as the holder of the key is. */
  passed: { nick: "string", hash: "string", key: "string?", at: "number" },
  topic: { room: "string", nick: "string", text: "string?", at: "number" },
  ruled: { ...RULE, at: "number" },
  lifted: {
    room: "string?",
    rule: "string",
    subject: "string",
    by: "string",
    who: "string?",
    at: "number",
  },
  /**
   * `hash` is a digest of the password, and "" if only the invited may come in. Whoever is told of it is told
   * HIDDEN in its place.
   */
  locked: { room: "string", by: "string", hash: "string?", at: "number" },
  unlocked: { room: "string", by: "string", at: "number" },
} as const;

/** What is told in the place of a digest. */
export const HIDDEN = "*";

/** Facts: what has happened. They are published, and every node applies them in the same order. */
export const FACTS = {
  /** Let in. `rooms` is where somebody still is who has come back. */
  entered: { nick: "string", rooms: ["string"] },
  quitted: { nick: "string", rooms: ["string"], reason: "string?" },
  renamed: { nick: "string", to: "string" },
  joined: { room: "string", nick: "string" },
  parted: { room: "string", nick: "string" },
  message: MESSAGE,
  told: TOLD,
  kicked: { room: "string", nick: "string", by: "string", reason: "string?" },
  ...DEEDS,
} as const;

/** Replies: told to the one session that asked, or that the server has something to say to. */
export const REPLIES = {
  /** Who is in the room, or in the whole chat if the room is "". */
  roster: { room: "string?", nicks: ["string"] },
  rooms: { rooms: [{ room: "string", members: "number" }] },
  /**
   * Oldest first. `from` is what was asked for, if it was what follows a message; `more` is whether there
   * are more in the direction asked for; `last` is the number of the room's newest message.
   */
  history: {
    room: "string",
    messages: [MESSAGE],
    from: "number?",
    more: "boolean?",
    last: "number?",
  },
  directs: { messages: [TOLD], from: "number?", more: "boolean?" },
  /** What a search found, oldest first; `next` is what to search before for more of it, 0 if there is none. */
  found: { room: "string?", text: "string", messages: [MESSAGE], next: "number?" },
  /** When somebody was last heard, in milliseconds before now, and in which room; 0 and "" if never. */
  seen: { nick: "string", isHere: "boolean?", room: "string?", ago: "number?" },
  /** What was said has been taken: on wires that do not repeat it to its author, or when it comes again. */
  sent: { to: "string", id: "string?", seq: "number?", at: "number?" },
  /** What is to be signed by those who have a key: see docs/protocols.md. */
  challenge: { key: "string", nonce: "string" },
  /** The key is proved; the nicks that belong to it. */
  identified: { key: "string", nicks: ["string"] },
  /** A secret to log in with: it is told once, and known to nobody else. */
  token: { nick: "string", token: "string" },
  /** `at` is when it was asked, in milliseconds since 1970, so that all can say how long a rule still holds. */
  rules: { room: "string?", topic: "string?", lock: "string?", rules: [RULE], at: "number?" },
  ping: { token: "string?" },
  pong: { token: "string?" },
  /** `urgent` is what everybody should hear, on whatever wire. */
  notice: { text: "string", urgent: "boolean?" },
  /** A wish was refused: which command, why, and what of it ("nick-in-use", "chris"). */
  failed: { command: "string?", code: "string", about: "string?", id: "string?" },
  /** The server's last word on this connection; `final` if there is no use in coming back. */
  closing: { reason: "string", final: "boolean?" },
} as const;

export const EVENTS = { ...FACTS, ...REPLIES } as const;

export type Fact = OneOf<typeof FACTS>;
export type Event = OneOf<typeof EVENTS>;
export type Deed = OneOf<typeof DEEDS>;
export type Message = Extract<Fact, { type: "message" }>;
export type Told = Extract<Fact, { type: "told" }>;
/** A message as it is kept and shown again, without its `type`. */
export type Said = Value<typeof MESSAGE>;
/** A direct message likewise. */
export type Direct = Value<typeof TOLD>;

/** Whether a fact goes on holding when all who were there have left. */
export function isDeed(event: Event): event is Deed {
  return Object.hasOwn(DEEDS, event.type);
}

/** Why a wish was refused, in words that follow "chris: ". */
export const FAILURES = {
  "bad-request": "that makes no sense here",
  "bad-nick": "a name is 1 to 32 letters, digits, marks or any of -_.[]{}|\\`'~+",
  "reserved-nick": "that name could be taken for the server's own",
  "nick-in-use": "somebody here has that name, or one that looks like it",
  "bad-room": "a room's name is 1 to 32 letters, digits, marks or any of -_.[]{}|\\`'~+",
  "bad-text": "a message needs some text, and no character that is none",
  "too-long": "that message is too long",
  "no-such-nick": "nobody here has that name",
  "not-a-member": "you are not in that room: /join it first",
  "not-entered": "say hello with your name first",
  "already-entered": "you have said hello already",
  "server-full": "the server is full",
  "too-many-rooms": "there are too many rooms",
  "room-full": "that room is full",
  "too-fast": "not so fast: try again in a while",
  "unavailable": "the history cannot be read just now",
  "no-token": "say hello with a token to have your direct messages kept for you",
  "nick-owned": "that name belongs to somebody: /login if it is you",
  "no-key": "that takes a key, and this client has shown none",
  "bad-proof": "that does not prove it",
  "too-many-claims": "no more names can be claimed",
  "not-claimed": "that name belongs to nobody",
  "not-allowed": "only operators may do that",
  "bad-subject": "that is no nick, key or address",
  "bad-time": "that is no time: 10m, 2h and 7d are",
  "no-such-rule": "there is no such rule",
  "too-many-rules": "there are too many rules already",
  "banned": "you are kept out",
  "muted": "you may listen only",
  "not-invited": "only the invited may come in",
  "bad-password": "that takes a password, and this is not it",
  "not-stored": "the message could not be stored, so nobody was shown it",
} as const;

export type FailureCode = keyof typeof FAILURES;
