/**
 * Beej's multiuser chat (the bgnet0 project): a 16-bit big-endian length, then so many bytes of JSON.
 * Its document has four packets - hello, chat, join, leave - and one room. All else is said in the
 * nearest words of these or, to clients whose hello lists it as "extensions", in packets of its own.
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import { roomName } from "../chat/names.ts";
import { writeLine } from "../chat/slash.ts";
import { EXTENSIONS, type Knows, type Packet, say, words } from "./bgnet0_say.ts";
import type { ByteReader, Reading } from "./byte_reader.ts";
import { concat, type Dialect, type Encoder, type Heard, type WireOptions } from "./dialect.ts";
import { dumps, parseObject, textOf } from "./json.ts";
import { FirstJoin, isRefusedHello, Place } from "./one_room.ts";

const encoder = new TextEncoder();
const MAX_PAYLOAD_BYTES = 0xffff;
const MAX_ENCODERS = 8;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;

export const bgnet0: Dialect = {
  name: "bgnet0",
  summary: "any client of the bgnet0 chat project: NAME HOST PORT",

  detect(head) {
    // A short name and Enter, typed by a person, is no hello of eight thousand bytes and more.
    if (head[1] === LINE_FEED && (head[0]! >= 0x20 || head[0] === CARRIAGE_RETURN)) return "no";
    if (head.length < 3) return head[0] === 0 && head[1] === 0 ? "no" : "more";
    return head[2] === 0x7b && (head[0]! << 8 | head[1]!) >= 2 ? "yes" : "no";
  },

  server(options) {
    const encoderFor = encoders(options);
    return {
      *decode(input) {
        const place = new Place(options);
        for (;;) {
          const packet = yield* readPacket(input);
          const known = extensionsOf(packet);
          if (known.length > 0) yield { type: "switch", encoder: encoderFor(known) };
          yield* hear(packet, place, options);
        }
      },
      encoder: encoderFor([]),
    };
  },

  client(options) {
    const firstJoin = new FirstJoin(options);
    return {
      *decode(input) {
        for (;;) yield* understand(yield* readPacket(input), options.lobby);
      },
      encoder: {
        encode(command) {
          if (firstJoin.is(command)) return undefined;
          const packet = options.extensions ? extended(command, options) : plain(command);
          return packet && frame(packet);
        },
      },
    };
  },
};

function* readPacket(input: ByteReader): Reading<Packet> {
  input.begin();
  return parseObject(yield* input.exactly(yield* input.u16()));
}

// The server hears.

/** What a client's packet means, from somebody who is at `place`. */
function hear(packet: Packet, place: Place, options: WireOptions): Heard<Command>[] {
  const room = textOf(packet, "room") ?? place.room;
  // Clients written in a hurry are known to call the fields so.
  const text = textOf(packet, "message", "text", "chat", "contents") ?? "";
  const nick = textOf(packet, "nick", "nickname") ?? "";
  switch (packet.type) {
    case "hello":
      // The document: the hello has the nick. Without one it is refused, as a name of one space is.
      return [ask("hello", { nick: nick || " " }), ask("join", { room: options.lobby })];
    case "chat": {
      if (Object.hasOwn(packet, "room")) return [{ type: "say", room, text, id: "" }];
      const heard = place.hear(text);
      return [heard.type === "answer" ? answer(...heard.lines) : heard];
    }
    case "leave":
      return [{ type: "quit", reason: "" }];
    case "emote":
      return [{ type: "act", room, text, id: "" }];
    case "direct":
      return [{ type: "tell", nick: textOf(packet, "to") ?? "", text, id: "" }];
    case "users":
      return [{ type: "who", room }];
    case "rooms":
      return [{ type: "rooms" }];
    case "join":
    case "part":
      return [
        place.follow(packet.type === "join" ? ask("join", { room }) : { type: "part", room }),
      ];
    case "rename":
      return [{ type: "rename", nick }];
    case "history":
      return [ask("history", { room })];
    default:
      return [options.notices ? answer("there is no such type of packet") : { type: "ignored" }];
  }
}

function answer(...lines: string[]): Heard<Command> {
  return { type: "answer", bytes: concat(lines.map((line) => frame(words(line)))) };
}

function extensionsOf(packet: Packet): string[] {
  const listed = packet.type === "hello" ? packet.extensions : undefined;
  return Array.isArray(listed) ? EXTENSIONS.filter((name) => listed.includes(name)) : [];
}

// The server says.

/** One encoder for each set of extensions, so that all who know the same share their bytes. */
function encoders(options: WireOptions): (known: readonly string[]) => Encoder<Event> {
  const plain = serverEncoder(new Set(), options);
  const made = new Map([["", plain]]);
  return (known) => {
    const key = known.join();
    const encoder = made.get(key);
    // Each costs an encoding of every message: past a few, the document's own words must do.
    if (encoder || made.size >= MAX_ENCODERS) return encoder ?? plain;
    const another = serverEncoder(new Set(known), options);
    made.set(key, another);
    return another;
  };
}

function serverEncoder(knows: Knows, options: WireOptions): Encoder<Event> {
  return {
    encode(event, own) {
      const packets = say(event, knows, options, own);
      if (packets.length === 0) return undefined;
      return packets.length === 1 ? frame(packets[0]!) : concat(packets.map(frame));
    },
    ignoresOwn: true,
    ends: (event) => isRefusedHello(event, options) && !knows.has("errors"),
  };
}

// The client hears and says.

function* understand(packet: Packet, lobby: string): Generator<Event> {
  const nick = textOf(packet, "nick") ?? "";
  const room = textOf(packet, "room") ?? lobby;
  const text = textOf(packet, "message") ?? "";
  const to = textOf(packet, "to") ?? "";
  const at = Number.isSafeInteger(packet.at) ? packet.at as number : 0;
  const seq = Number.isSafeInteger(packet.seq) ? packet.seq as number : 0;
  switch (packet.type) {
    case "chat":
    case "emote":
      yield {
        type: "message",
        room,
        seq,
        at,
        nick,
        text,
        emote: packet.type === "emote",
        id: "",
      };
      break;
    case "direct":
      yield { type: "told", nick, to, seq, at, text, id: "" };
      break;
    case "join":
      yield { type: "joined", room, nick };
      break;
    case "leave":
      if (room !== lobby) yield { type: "parted", room, nick };
      else yield { type: "quitted", nick, rooms: [lobby], reason: "" };
      break;
    case "rename":
      yield { type: "renamed", nick, to };
      break;
    case "users":
      yield { type: "roster", room, nicks: strings(packet.nicks) };
      break;
    case "notice":
      yield { type: "notice", text, urgent: false };
      break;
    case "error":
      yield {
        type: "failed",
        command: textOf(packet, "command") ?? "",
        code: textOf(packet, "code") ?? "bad-request",
        about: textOf(packet, "about") ?? "",
        id: "",
      };
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/** Commands beyond the document go as the line that a person would type: our server obeys it. */
function plain(command: Command): Packet | undefined {
  switch (command.type) {
    case "hello":
      return { type: "hello", nick: command.nick };
    case "say":
      return { type: "chat", message: command.text };
    // The document: "Nothing is sent to the server in this case."
    case "quit":
      return undefined;
  }
  const line = writeLine(command);
  return line === undefined ? undefined : { type: "chat", message: line };
}

function extended(command: Command, { lobby }: WireOptions): Packet | undefined {
  const place = (room: string) => roomName(room) === lobby ? {} : { room };
  switch (command.type) {
    case "hello":
      return { type: "hello", nick: command.nick, extensions: EXTENSIONS };
    case "say":
      return { type: "chat", ...place(command.room), message: command.text };
    case "act":
      return { type: "emote", ...place(command.room), message: command.text };
    case "tell":
      return { type: "direct", to: command.nick, message: command.text };
    case "who":
      return { type: "users", ...place(command.room) };
    case "rooms":
      return { type: "rooms" };
    case "join":
    case "part":
      return { type: command.type, room: command.room };
    case "rename":
      return { type: "rename", nick: command.nick };
    case "history":
      return { type: "history", ...place(command.room) };
    case "quit":
      return { type: "leave" };
    default:
      return plain(command);
  }
}

// Framing.

/** A packet's frame; one that is too long for 16 bits becomes several, cut between code points. */
function frame(packet: Packet): Uint8Array {
  const payload = dumps(packet);
  // It is nothing but ASCII, so its length is that of its bytes.
  if (payload.length > MAX_PAYLOAD_BYTES) return concat(halves(packet).map(frame));
  const bytes = new Uint8Array(2 + payload.length);
  bytes[0] = payload.length >> 8;
  bytes[1] = payload.length;
  encoder.encodeInto(payload, bytes.subarray(2));
  return bytes;
}

function halves(packet: Packet): Packet[] {
  for (const field of ["message", "nicks", "rooms"]) {
    const whole = packet[field];
    if (typeof whole === "string" && whole.length > 1) {
      const middle = codePointBoundary(whole, whole.length >> 1);
      return [
        { ...packet, [field]: whole.slice(0, middle) },
        { ...packet, [field]: whole.slice(middle) },
      ];
    }
    if (Array.isArray(whole) && whole.length > 1) {
      const middle = whole.length >> 1;
      return [
        { ...packet, [field]: whole.slice(0, middle) },
        { ...packet, [field]: whole.slice(middle) },
      ];
    }
  }
  return [];
}

/** `at`, or one less where it would cut a surrogate pair. */
function codePointBoundary(text: string, at: number): number {
  return (text.charCodeAt(at) & 0xfc00) === 0xdc00 ? at - 1 : at;
}
