/**
 * The newline-JSON chat: each message is `{"type": ..., "data": ...}` on a line of its own. Its clients never
 * introduce themselves: the server calls them by their address until they choose a name.
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { writeLine } from "../chat/slash.ts";
import { explain } from "../chat/words.ts";
import { type ByteReader, ProtocolError, type Reading } from "./byte_reader.ts";
import {
  concat,
  type Decoding,
  type Dialect,
  type Heard,
  utf8,
  type WireOptions,
} from "./dialect.ts";
import { dumps, type JsonObject, parseObject, textOf } from "./json.ts";
import { isRefusedHello, Place, sayings } from "./one_room.ts";

const SERVER = "[Server]";
/** Somebody who debugs a client is told each mistake; a program gone wild need not be told for ever. */
const MAX_MISTAKES_IN_A_ROW = 10;

export const ndjson: Dialect = {
  name: "ndjson",
  summary: "any newline-JSON client: HOST PORT",

  detect: (head) => head[0] === OPENING_BRACE ? "yes" : "no",

  server: (options) => ({
    decode: (input) => decodeCommands(input, options),
    encoder: {
      encode: (event) => encodeEvent(event, options),
      ends: (event) => isRefusedHello(event, options),
      ignoresOwn: true,
    },
  }),

  client: (options) => ({
    *decode(input) {
      for (;;) {
        input.begin();
        yield* understand(parseObject(yield* input.line(options.maxMessageBytes)), options);
      }
    },
    encoder: { encode: (command) => encodeCommand(command, options) },
  }),
};

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;

// The server hears.

function* decodeCommands(input: ByteReader, options: WireOptions): Decoding<Command> {
  const place = new Place(options);
  // A listener of this dialect alone announces a newcomer before it has said anything. Elsewhere its first
  // message is what it was known by, and is read first: it may be another protocol's.
  let first = input.length > 0 ? yield* readFirst(input, options.maxMessageBytes) : undefined;
  yield ask("hello", { nick: "" });
  yield ask("join", { room: options.lobby });
  let mistakes = 0;
  for (;;) {
    input.begin();
    const line = first ?? (yield* input.line(options.maxMessageBytes));
    first = undefined;
    const heard = hear(line, place);
    mistakes = typeof heard === "string" ? mistakes + 1 : 0;
    if (typeof heard === "string") yield answer(heard);
    else yield heard ?? { type: "ignored" };
    if (mistakes >= MAX_MISTAKES_IN_A_ROW) throw new ProtocolError("these are too many mistakes");
  }
}

/** A line's command, nothing if it is to be ignored, or what is wrong with it. */
function hear(line: Uint8Array, place: Place): Heard<Command> | undefined | string {
  let message: JsonObject;
  try {
    message = parseObject(line);
  } catch (error) {
    if (error instanceof ProtocolError) return error.message;
    throw error;
  }
  const data = textOf(message, "data");
  switch (message.type) {
    case "message": {
      if (data === undefined) return '"data" should be the text of the message';
      if (data === "") return undefined;
      const heard = place.hear(data);
      return heard.type === "answer" ? answer(...heard.lines) : heard;
    }
    case "set-name":
      return data ? { type: "rename", nick: data } : '"data" should be the name';
    case "users":
      return { type: "who", room: "" };
    case "history":
      return ask("history", { room: place.room });
    default:
      return '"type" should be message, set-name, users or history';
  }
}

function answer(...lines: string[]): Heard<Command> {
  return { type: "answer", bytes: concat(lines.map((text) => frame(SERVER, text))) };
}

/**
 * The first line, whose JSON may span several. A bgnet0 packet without its length, the most common mistake
 * of those who write such a client, has no line's end to wait for: it is refused when its JSON is whole.
 */
function* readFirst(input: ByteReader, maxBytes: number): Reading<Uint8Array> {
  let depth = 0;
  let isInString = false;
  for (let at = 0;; at++) {
    while (input.length <= at) yield;
    if (at >= maxBytes) throw new ProtocolError(`a message is longer than ${maxBytes} bytes`);
    const byte = input.at(at);
    if (byte === LINE_FEED && (isInString || depth <= 0)) {
      // No string of JSON goes on over a line's end, so nothing more can make this one whole.
      return yield* input.exactly(at + 1);
    }
    if (isInString) {
      if (byte === BACKSLASH) at++;
      else if (byte === QUOTE) isInString = false;
    } else if (byte === QUOTE) {
      isInString = true;
    } else if (byte === OPENING_BRACE) {
      depth++;
    } else if (byte === CLOSING_BRACE) {
      if (--depth === 0) refuseUnframed(input.peek(at + 1));
    }
  }
}

function refuseUnframed(value: Uint8Array) {
  if (!isHello(value)) return;
  throw new ProtocolError(
    "this looks like a bgnet0 packet without its length: before the JSON send the number of its " +
      "bytes, as 2 bytes, big-endian",
  );
}

function isHello(value: Uint8Array): boolean {
  try {
    return parseObject(value).type === "hello";
  } catch {
    // What it is instead is found out when its line is whole.
    return false;
  }
}

// The server says.

function encodeEvent(event: Event, options: WireOptions): Uint8Array | undefined {
  const lines = linesOf(event, options);
  return lines.length === 0 ? undefined : concat(lines);
}

function linesOf(event: Event, options: WireOptions): Uint8Array[] {
  switch (event.type) {
    case "roster":
      return [frame(SERVER, `Users: ${event.nicks.join(", ")}`)];
    case "history":
      return event.messages.flatMap((message) => linesOf({ ...message, type: "message" }, options));
    case "failed":
      return [frame(SERVER, explain(event))];
    case "notice":
      return [frame(SERVER, event.text)];
  }
  // What the server has to say is said by its own name, and needs no leave.
  return sayings(event, { ...options, notices: true }).map((saying) => {
    switch (saying.type) {
      case "join":
        return frame(SERVER, `${saying.nick} has entered the chat`);
      case "leave":
        return frame(SERVER, `${saying.nick} has left the chat`);
      case "rename":
        return frame(SERVER, `${saying.nick} renamed to ${saying.to}`);
      case "chat":
        return frame(saying.from, saying.text);
      case "server":
        return frame(SERVER, saying.text);
    }
  });
}

function frame(source: string, message: string): Uint8Array {
  return line({ type: "message", data: { source, message } });
}

function line(message: JsonObject): Uint8Array {
  return utf8(dumps(message) + "\n");
}

// The client hears and says.

function* understand(message: JsonObject, { lobby: room }: WireOptions): Generator<Event> {
  const { data } = message;
  if (message.type !== "message" || typeof data !== "object" || data === null) return;
  const nick = textOf(data as JsonObject, "source") ?? "";
  const text = textOf(data as JsonObject, "message") ?? dumps((data as JsonObject).message ?? "");
  if (nick === SERVER) yield { type: "notice", text, urgent: false };
  else yield { type: "message", room, seq: 0, at: 0, nick, text, emote: false, id: "" };
}

function encodeCommand(command: Command, { lobby }: WireOptions): Uint8Array | undefined {
  switch (command.type) {
    case "hello":
    case "rename":
      return line({ type: "set-name", data: command.nick });
    case "say":
      return line({ type: "message", data: command.text });
    case "who":
      return line({ type: "users", data: "" });
    case "history":
      return line({ type: "history", data: "" });
    case "quit":
      return undefined;
    case "join":
      if (command.room === lobby) return undefined;
  }
  const typed = writeLine(command);
  return typed === undefined ? undefined : line({ type: "message", data: typed });
}
