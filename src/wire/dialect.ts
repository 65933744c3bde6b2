/** A dialect is one wire protocol, as pure translations between its bytes and the chat. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";
import type { ByteReader } from "./byte_reader.ts";

export interface Dialect {
  name: string;
  /** How its clients connect, in one line for people. */
  summary: string;
  /** Whether a connection whose first bytes (at most 16 of them) are these speaks this dialect. */
  detect(head: Uint8Array): "yes" | "no" | "more";
  /** The server's side, made once for each listener. */
  server(options: WireOptions): Codec<Command, Event>;
  /** The client's side, made once for each connection. */
  client(options: WireOptions): Codec<Event, Command>;
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
  /** Whether somebody who joins a room is shown what was said there before. */
  replays?: boolean;
}

export type Decoding<In> = Generator<Heard<In> | undefined, void, void>;

/** What a decoder has read. */
export type Heard<In> =
  | In
  /** Bytes that the dialect answers by itself, without troubling the hub. */
  | { type: "answer"; bytes: Uint8Array }
  /** The peer has said what it understands: speak to it with this encoder from here on. */
  | { type: "switch"; encoder: Encoder<Event> }
  /** The peer broke the protocol; nothing follows. */
  | { type: "broken"; reason: string };

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
