/** A dialect is one wire protocol, as pure translations between its bytes and the chat. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import type { ByteReader } from "./byte_reader.ts";

export interface Dialect {
  name: string;
  /** How its clients connect, in one line for people. */
  summary: string;
  /** The port of its document's servers, where that is not this program's own. */
  port?: number;
  /** Whether a connection whose first bytes (at most 16 of them) are these speaks this dialect. */
  detect(head: Uint8Array): "yes" | "no" | "more";
  /** The server's side, made once for each listener. */
  server(options: WireOptions): Codec<Command, Event>;
  /** The client's side, made once for each connection. */
  client(options: WireOptions): Codec<Event, Command>;
  /** False if its servers do not repeat to people what they said, so that the client has to show it. */
  repeatsToAuthor?: false;
  /** Whether a client that has lost its connection can go on where it was: it has tokens, ids and numbers. */
  resumes?: true;
  /** Whether a client can prove that it has a key. */
  proves?: true;
  /** Its connections begin with HTTP: whoever speaks that has them first, and hands over messages. */
  overHttp?: true;
}

/** What an operator, or a person who connects, chooses about a wire. */
export interface WireOptions {
  /** The room of wires that have no rooms. */
  lobby: string;
  /** The longest message accepted, its chunks together. */
  maxMessageBytes: number;
  /** Tell notices to clients whose document has no word for them. */
  notices: boolean;
  /** Obey slash commands that clients send as text. */
  slashCommands: boolean;
  /** Tell the lobby's talk to clients whose document knows direct messages only. */
  roomTalk: boolean;
  /** Replace what is not ASCII by "?", for clients that can read nothing else. */
  ascii: boolean;
  /** Time between two messages to clients that take what they receive at once for one. */
  paceMilliseconds: number;
  /** As a client: say that we know this server's extra packets. */
  extensions: boolean;
}

/** One side's translations: what it hears, and what it says. */
export interface Codec<In, Out> {
  /**
   * A coroutine that yields what it has read, and undefined when it needs more bytes. It calls
   * `input.begin()` before each message, so that one that takes too long to arrive can be told.
   */
  decode(input: ByteReader): Decoding<In>;
  encoder: Encoder<Out>;
}

export interface Encoder<Out> {
  /**
   * Whole units of the wire, or undefined for what it has no words for. `own` is whether the peer told
   * is the one that caused it: some wires repeat to people what they said, and some do not.
   */
  encode(out: Out, own: boolean): Uint8Array | undefined;
  /** Whether the conversation is over once this has been said. */
  ends?(out: Out): boolean;
  /** Its clients take what they receive at once for one message: leave this much time between two. */
  paceMilliseconds?: number;
  /** Before somebody has a name, what they say is taken to be it. */
  takesTalkForName?: boolean;
  /** Whether somebody who joins a room is shown what was said there before. */
  replays?: boolean;
  /** Whether it says the same to the author of what is said: then all share the same bytes. */
  ignoresOwn?: boolean;
  /** Whether it has words for proving that one has a key. */
  proves?: boolean;
}

export type Decoding<In> = Generator<Heard<In> | undefined, void, void>;

/** What a decoder has read. */
export type Heard<In> =
  | In
  /** Bytes that the dialect answers by itself, without troubling the hub. */
  | { type: "answer"; bytes: Uint8Array }
  /** The peer has said what it understands: speak to it with this encoder from here on. */
  | { type: "switch"; encoder: Encoder<Event> }
  /** A message that means nothing here. It is said so because reading it costs time, as any other does. */
  | { type: "ignored" }
  /** The peer broke the protocol; nothing follows. */
  | { type: "broken"; reason: string };

/** Matches a connection's first bytes against the words that it may open with. */
export function opensWith(...words: string[]): Dialect["detect"] {
  return (head) => {
    const text = String.fromCharCode(...head);
    if (words.some((word) => text.startsWith(word))) return "yes";
    return words.some((word) => word.startsWith(text)) ? "more" : "no";
  };
}

/** A text as wires carry it whose messages end with their line: nothing in it may look like a line's end. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[\0\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+/g, " ");
}

export function asciiOnly(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replace(/[^\x00-\x7f]/gu, "?");
}

const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}

export function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
