/**
 * The course protocol of HELLO-FROM: a command or a reply on each line. It knows direct messages only and
 * has no rooms; where the listener wants it, the lobby's talk is delivered as if from "#lobby".
 */
import { ask, type Command } from "../chat/command.ts";
import type { Event, Told } from "../chat/event.ts";
import { describe } from "../chat/words.ts";
import type { ByteReader } from "./byte_reader.ts";
import {
  asciiOnly,
  type Decoding,
  type Dialect,
  type Heard,
  oneLine,
  opensWith,
  utf8,
  type WireOptions,
} from "./dialect.ts";
import { SERVER_NICK } from "./one_room.ts";

const BAD_HEADER = "BAD-RQST-HDR";
const BAD_BODY = "BAD-RQST-BODY";

export const vu: Dialect = {
  name: "vu",
  summary: "any HELLO-FROM client: --address HOST --port PORT",
  port: 5378,

  // LIST and SEND open no conversation, and are answered as the document answers them.
  detect: opensWith("HELLO-FROM", "SEND ", "LIST\n", "LIST\r\n"),

  server: (options) => ({
    *decode(input) {
      for (;;) {
        input.begin();
        yield* hear(decode(yield* input.line(options.maxMessageBytes)), options);
      }
    },
    encoder: { encode: (event, own) => encodeEvent(event, own, options) },
  }),

  client: (options) => new Client(options),
};

const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

function decode(line: Uint8Array): string {
  return lossy.decode(line);
}

// The server hears.

function* hear(line: string, options: WireOptions): Generator<Heard<Command>> {
  const [, word = "", space = "", rest = ""] = /^(\S*)( *)(.*)$/s.exec(line) ?? [];
  switch (word) {
    case "HELLO-FROM":
      // No name is none, and no wish for the address as a name.
      yield ask("hello", { nick: rest || " " });
      if (options.roomTalk) yield ask("join", { room: options.lobby });
      return;
    case "LIST":
    case "WHO":
      return yield space === "" ? { type: "who", room: "" } : reply(BAD_HEADER);
    case "SEND":
      return yield hearSend(rest);
    default:
      // "SENDbob hi": the header is known, what follows it is not as it should be.
      return yield word.startsWith("SEND") ? NOTHING_SENT : reply(BAD_HEADER);
  }
}

/** A SEND without what it needs: the hub knows whether its sender may send at all, which comes first. */
const NOTHING_SENT: Command = { type: "tell", nick: "", text: "", id: "" };

function hearSend(rest: string): Heard<Command> {
  const [, to = "", text = ""] = /^(\S+) +([^ ].*)$/s.exec(rest) ?? [];
  if (to === "") return NOTHING_SENT;
  return to.startsWith("#")
    ? { type: "say", room: to.slice(1), text, id: "" }
    : { type: "tell", nick: to, text, id: "" };
}

function reply(line: string): Heard<Command> {
  return { type: "answer", bytes: utf8(line + "\n") };
}

// The server says.

function encodeEvent(event: Event, own: boolean, options: WireOptions): Uint8Array | undefined {
  const line = lineOf(event, own, options);
  if (line === undefined) return undefined;
  return utf8(`${options.ascii ? asciiOnly(line) : line}\n`);
}

function lineOf(event: Event, own: boolean, { roomTalk }: WireOptions): string | undefined {
  switch (event.type) {
    case "entered":
      return `HELLO ${event.nick}`;
    case "told":
      return told(event, own);
    case "message": {
      if (own) return "SEND-OK";
      const text = event.emote ? `[${event.text}]` : event.text;
      return roomTalk ? `DELIVERY #${event.room} ${event.nick}: ${oneLine(text)}` : undefined;
    }
    case "kicked":
      // Who is told a room's talk has to know why there is no more of it.
      return own && roomTalk
        ? `DELIVERY #${event.room} ${SERVER_NICK}: ${oneLine(describe(event)!.replace("*** ", ""))}`
        : undefined;
    case "roster":
      return `LIST-OK ${event.nicks.join(",")}`;
    case "failed":
      return refusal(event.command, event.code);
    default:
      // Its clients match each line to what they have asked, so nothing unasked may come in between.
      return undefined;
  }
}

/** Who speaks to themselves are told that it was sent, and then are sent it. */
function told({ nick, to, text }: Told, own: boolean): string {
  const delivery = `DELIVERY ${nick} ${oneLine(text)}`;
  if (!own) return delivery;
  return nick === to ? `SEND-OK\n${delivery}` : "SEND-OK";
}

function refusal(command: string, code: string): string | undefined {
  // The lobby is joined for them, not by them.
  if (command === "join") return undefined;
  switch (code) {
    case "nick-in-use":
    case "nick-owned":
      return "IN-USE";
    case "server-full":
    case "bad-password":
    case "banned":
      // No other name would do, so their clients need not ask for one.
      return "BUSY";
    case "no-such-nick":
    case "not-a-member":
      return "BAD-DEST-USER";
    case "not-entered":
    case "already-entered":
      return BAD_HEADER;
    default:
      return BAD_BODY;
  }
}

// The client.

/** Replies do not say what they answer: the client remembers, in order, what it has asked. */
class Client {
  #options: WireOptions;
  #nick = "";
  #asked: Command[] = [];

  constructor(options: WireOptions) {
    this.#options = options;
  }

  *decode(input: ByteReader): Decoding<Event> {
    for (;;) {
      input.begin();
      yield this.#understand(decode(yield* input.line(this.#options.maxMessageBytes)));
    }
  }

  encoder = {
    encode: (command: Command): Uint8Array | undefined => {
      const line = lineFor(command);
      if (line === undefined) return undefined;
      this.#asked.push(command);
      return utf8(line + "\n");
    },
  };

  #understand(line: string): Event {
    const [, word = "", rest = ""] = /^(\S*) ?(.*)$/s.exec(line) ?? [];
    if (word === "DELIVERY") return this.#delivery(rest);
    const asked = this.#asked.shift();
    switch (word) {
      case "HELLO":
        this.#nick = rest;
        return { type: "entered", nick: rest, rooms: [] };
      case "LIST-OK":
      case "WHO-OK":
        return { type: "roster", room: "", nicks: rest.split(",").filter(Boolean) };
      case "SEND-OK":
        return {
          type: "sent",
          to: asked?.type === "tell" ? asked.nick : "",
          id: "",
          seq: 0,
          at: 0,
        };
      default:
        return this.#failed(word, asked);
    }
  }

  #delivery(rest: string): Event {
    const [, from = "", text = ""] = /^(\S*) ?(.*)$/s.exec(rest) ?? [];
    if (!from.startsWith("#")) {
      return { type: "told", nick: from, to: this.#nick, seq: 0, at: 0, text, id: "" };
    }
    const [, nick = "", said = ""] = /^(\S*): (.*)$/s.exec(text) ?? [];
    return {
      type: "message",
      room: from.slice(1),
      seq: 0,
      at: 0,
      nick,
      text: said,
      emote: false,
      id: "",
    };
  }

  #failed(word: string, asked: Command | undefined): Event {
    const isBadName = asked?.type === "hello" && word === BAD_BODY;
    const code = isBadName ? "bad-nick" : REFUSALS.get(word);
    const about = code && asked && "nick" in asked ? asked.nick : word;
    return {
      type: "failed",
      command: asked?.type ?? "",
      code: code ?? "bad-request",
      about,
      id: "",
    };
  }
}

const REFUSALS = new Map([
  ["IN-USE", "nick-in-use"],
  ["BUSY", "server-full"],
  ["BAD-DEST-USER", "no-such-nick"],
  ["UNKNOWN", "no-such-nick"],
]);

function lineFor(command: Command): string | undefined {
  switch (command.type) {
    case "hello":
      return `HELLO-FROM ${oneLine(command.nick)}`;
    case "who":
      return "LIST";
    case "tell":
      return `SEND ${command.nick} ${oneLine(command.text)}`;
    case "say":
      return `SEND #${command.room} ${oneLine(command.text)}`;
    default:
      return undefined;
  }
}
