/**
 * CHAT/1.0: messages that look like HTTP's. A start line, headers, an empty line, and for TEXT a payload
 * of Msg-len bytes with nothing after it. Everything goes to all but the one who caused it.
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { writeLine } from "../chat/slash.ts";
import { type ByteReader, ProtocolError, type Reading } from "./byte_reader.ts";
import {
  asciiOnly,
  concat,
  type Dialect,
  type Heard,
  oneLine,
  opensWith,
  utf8,
  type WireOptions,
} from "./dialect.ts";
import { FirstJoin, isRefusedHello, Place, type Saying, sayings, SERVER_NICK } from "./one_room.ts";

const VERSION = "CHAT/1.0 ";
const MAX_HEADER_BYTES = 8192;
const LINE_END_BYTES = 2;

interface Message {
  method: string;
  /** "" if it has none. */
  username: string;
  text: string;
}

export const chat10: Dialect = {
  name: "chat10",
  summary: "any CHAT/1.0 client: --target HOST --port PORT --username NAME",
  port: 8765,

  detect: opensWith(VERSION),

  server(options) {
    return {
      *decode(input) {
        const place = new Place(options);
        let hasJoined = false;
        for (;;) {
          const message = yield* readMessage(input, options.maxMessageBytes);
          // A message without a name says nothing. The name of later ones is ignored: it is that of JOIN.
          if (message.username === "") {
            yield { type: "ignored" };
            continue;
          }
          if (!hasJoined && message.method !== "LEAVE") {
            hasJoined = true;
            yield ask("hello", { nick: message.username });
            yield ask("join", { room: options.lobby });
            if (message.method === "JOIN") continue;
          }
          yield* hear(message, place);
        }
      },
      encoder: {
        encode: (event, own) => encodeEvent(event, own, options),
        ends: (event) => isRefusedHello(event, options),
        // Programs written for it are known to take what one recv() returns for one message.
        paceMilliseconds: options.paceMilliseconds,
      },
    };
  },

  client(options) {
    let nick = "";
    const firstJoin = new FirstJoin(options);
    return {
      *decode(input) {
        for (;;) yield* understand(yield* readMessage(input, options.maxMessageBytes), options);
      },
      encoder: {
        encode(command) {
          if (command.type === "hello") nick = command.nick;
          return firstJoin.is(command) ? undefined : encodeCommand(command, nick);
        },
      },
    };
  },

  // The document: the user's own message is displayed by the client at once.
  repeatsToAuthor: false,
};

// Reading.

function* readMessage(input: ByteReader, maxBytes: number): Reading<Message> {
  yield* findStart(input);
  const lines = yield* readHeaders(input);
  const method = lines[0]!.slice(VERSION.length).trim().toUpperCase();
  const headers = parseHeaders(lines.slice(1));
  const length = payloadLength(headers);
  if (length > maxBytes) throw new ProtocolError(`Msg-len is more than ${maxBytes}`);
  const payload = yield* input.exactly(length);
  return { method, username: headers.get("username") ?? "", text: decodePayload(payload) };
}

/**
 * Passes over what is no start line. Some clients count the characters of a payload, not its bytes, and
 * so leave the rest of it before the next message.
 */
function* findStart(input: ByteReader): Reading<void> {
  for (;;) {
    input.begin();
    const head = String.fromCharCode(...input.peek(VERSION.length));
    if (head === VERSION) return;
    if (VERSION.startsWith(head)) yield;
    else input.skipTo(VERSION.charCodeAt(0));
  }
}

/** The start line and the headers, up to the empty line after them. */
function* readHeaders(input: ByteReader): Reading<string[]> {
  const lines: string[] = [];
  let bytes = 0;
  for (;;) {
    const line = yield* input.line(Math.max(0, MAX_HEADER_BYTES - bytes));
    if (line.length === 0) return lines;
    bytes += line.length + LINE_END_BYTES;
    lines.push(lossy.decode(line));
  }
}

/** Also `"Name" : "Value"`, as the document writes it, and in any case. */
function parseHeaders(lines: string[]): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    if (colon < 0) continue;
    const name = unquoted(line.slice(0, colon)).toLowerCase();
    const known = name === "mesg-len" ? "msg-len" : name;
    if (headers.has(known)) throw new ProtocolError(`there are two headers ${known}`);
    headers.set(known, unquoted(line.slice(colon + 1)));
  }
  return headers;
}

function unquoted(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > 1 && trimmed.startsWith('"') && trimmed.endsWith('"')
    ? trimmed.slice(1, -1)
    : trimmed;
}

/** The document: if this header is not set, the length is assumed to be 0. */
function payloadLength(headers: Map<string, string>): number {
  const length = headers.get("msg-len") ?? "0";
  if (!/^\d{1,9}$/.test(length)) throw new ProtocolError("Msg-len is not a number of bytes");
  return Number(length);
}

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** A payload that was counted in characters may end within one, which is left out. */
function decodePayload(payload: Uint8Array): string {
  return lossy.decode(payload).replace(/\ufffd+$/, "");
}

function* hear({ method, text }: Message, place: Place): Generator<Heard<Command>> {
  if (method === "LEAVE") return yield { type: "quit", reason: "" };
  // The document: a TEXT without a payload is ignored.
  if (method !== "TEXT" || text === "") {
    return yield { type: "ignored" };
  }
  const heard = place.hear(text);
  if (heard.type !== "answer") yield heard;
  else yield { type: "answer", bytes: frame("TEXT", SERVER_NICK, heard.lines.join("\n")) };
}

function* understand(message: Message, { lobby: room }: WireOptions): Generator<Event> {
  const { method, username: nick, text } = message;
  if (nick === "") return;
  if (method === "JOIN") yield { type: "joined", room, nick };
  if (method === "LEAVE") yield { type: "quitted", nick, rooms: [room], reason: "" };
  if (method === "TEXT" && text !== "") {
    yield { type: "message", room, seq: 0, at: 0, nick, text, emote: false, id: "" };
  }
}

// Writing.

function encodeEvent(event: Event, own: boolean, options: WireOptions): Uint8Array | undefined {
  // Nobody is told what they did themselves; what they asked for they are told.
  if (own && ABOUT_ONESELF.has(event.type)) return undefined;
  const pieces = sayingsOf(event, own, options).map((saying) => encodeSaying(saying, options));
  return pieces.length === 0 ? undefined : concat(pieces);
}

/** One message to a write: so history comes without a title, and what was found in one text of lines. */
function sayingsOf(event: Event, own: boolean, options: WireOptions): Saying[] {
  if (event.type === "history") {
    return event.messages.flatMap((message) => sayings({ ...message, type: "message" }, options));
  }
  const said = sayings(event, options, own);
  // Others see that somebody has left, as they see it of all who leave; the one who was sent out hears why.
  if (event.type === "kicked") return own ? said.slice(-1) : said.slice(0, 1);
  if (event.type !== "found") return said;
  const lines = said.flatMap((saying) => {
    if (saying.type === "chat") return [oneLine(`${saying.from}: ${saying.text}`)];
    return saying.type === "server" ? [oneLine(saying.text)] : [];
  });
  return [{ type: "server", text: lines.join("\n") }];
}

/** A new name is not among them: the document has none, so it was asked for by a slash command. */
const ABOUT_ONESELF = new Set(["message", "told", "joined", "parted"]);

function encodeSaying(saying: Saying, { ascii }: WireOptions): Uint8Array {
  const word = (text: string) => ascii ? asciiOnly(text) : text;
  switch (saying.type) {
    case "join":
      return frame("JOIN", word(saying.nick));
    case "leave":
      return frame("LEAVE", word(saying.nick));
    case "rename":
      return frame("TEXT", SERVER_NICK, word(`${saying.nick} is now known as ${saying.to}`));
    case "chat":
      return frame("TEXT", word(saying.from), word(saying.text));
    case "server":
      return frame("TEXT", SERVER_NICK, word(saying.text));
  }
}

function encodeCommand(command: Command, nick: string) {
  switch (command.type) {
    case "hello":
      return frame("JOIN", nick);
    case "say":
      return frame("TEXT", nick, command.text);
    case "quit":
      return frame("LEAVE", nick);
  }
  const line = writeLine(command);
  return line === undefined ? undefined : frame("TEXT", nick, line);
}

function frame(method: string, username: string, text?: string): Uint8Array {
  const start = `${VERSION}${method}\r\nUsername: ${oneLine(username)}\r\n`;
  if (text === undefined) return utf8(`${start}\r\n`);
  const payload = utf8(text);
  return concat([utf8(`${start}Msg-len: ${payload.length}\r\n\r\n`), payload]);
}
