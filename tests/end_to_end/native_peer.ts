/** A client of the native protocol, written from its description and not from its code. */
import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { Peer } from "./peer.ts";

export type Json = Record<string, unknown>;

const MORE = 0x80000000;
const CHUNK_BYTES = 65_535;

/** Chunks of a 32-bit length, whose top bit says that more follow, a 32-bit CRC, and JSON. */
export function nativePacket(message: Json): Uint8Array {
  const payload = new TextEncoder().encode(JSON.stringify(message));
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < payload.length; at += CHUNK_BYTES) {
    const chunk = payload.subarray(at, at + CHUNK_BYTES);
    const isLast = at + CHUNK_BYTES >= payload.length;
    chunks.push(header(chunk.length + (isLast ? 0 : MORE), crc32(chunk)), chunk);
  }
  return joined(chunks);
}

function header(length: number, sum: number): Uint8Array {
  const bigEndian = (number: number) => [24, 16, 8, 0].map((shift) => number >>> shift & 0xff);
  return Uint8Array.of(...bigEndian(length), ...bigEndian(sum));
}

function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export class NativePeer implements AsyncDisposable {
  readonly raw: Peer;
  #pings = 0;
  #nick = "";
  /** The room that it has just come into: what follows is its past. */
  #joined = "";

  constructor(raw: Peer) {
    this.raw = raw;
  }

  static async connect(port: number): Promise<NativePeer> {
    return new NativePeer(await Peer.connect(port));
  }

  /** Connects, says hello, joins the room, and waits until it is there. */
  static async enter(port: number, nick: string, room = "lobby"): Promise<NativePeer> {
    const peer = await NativePeer.connect(port);
    await peer.send({ type: "hello", nick }, { type: "join", room });
    await peer.expect({ type: "entered", nick }, { type: "joined", room, nick });
    return peer;
  }

  /** Sends the commands, all in one write. */
  async send(...commands: Json[]) {
    await this.raw.write(joined(commands.map(nativePacket)));
  }

  async say(text: string, { room = "lobby", id = "" } = {}) {
    await this.send({ type: "say", room, text, id });
  }

  /**
   * The next event; undefined if there is none before the connection's end. That a room has no past, which
   * everybody is told who joins one, is passed over.
   */
  async next(): Promise<Json | undefined> {
    for (;;) {
      const event = await this.#read();
      const isPast = event?.type === "history" && event.room === this.#joined;
      this.#follow(event);
      if (!isPast || (event.messages as Json[]).length > 0) return event;
    }
  }

  #follow(event: Json | undefined) {
    this.#joined = "";
    if (event?.type === "entered") this.#nick = event.nick as string;
    if (event?.nick !== this.#nick) return;
    if (event.type === "renamed") this.#nick = event.to as string;
    if (event.type === "joined") this.#joined = event.room as string;
  }

  async #read(): Promise<Json | undefined> {
    const chunks: Uint8Array[] = [];
    for (;;) {
      const header = await this.raw.take(8);
      if (!header) return undefined;
      const view = new DataView(header.buffer);
      const length = view.getUint32(0) & 0x7fffffff;
      const chunk = await this.raw.take(length);
      if (!chunk) return undefined;
      assertEquals(crc32(chunk), view.getUint32(4), "the checksum of a chunk");
      chunks.push(chunk);
      if (view.getUint32(0) < MORE) return JSON.parse(new TextDecoder().decode(joined(chunks)));
    }
  }

  /** The next events must have at least these fields, with these values; returns the last one. */
  async expect(...events: Json[]): Promise<Json> {
    let event: Json | undefined;
    for (const expected of events) {
      event = await this.next();
      const fields = Object.keys(expected).map((name) => [name, event?.[name]]);
      assertEquals(Object.fromEntries(fields), expected, `received: ${JSON.stringify(event)}`);
    }
    return event!;
  }

  /** All that was sent has been answered, and nothing else has come. */
  async expectQuiet() {
    const token = `quiet ${++this.#pings}`;
    await this.send({ type: "ping", token });
    await this.expect({ type: "pong", token });
  }

  /** Nothing more may come before the connection's end. */
  async expectEnd() {
    assertEquals(await this.next(), undefined);
    assertEquals(new TextDecoder().decode(await this.raw.untilEnd()), "");
  }

  async [Symbol.asyncDispose]() {
    await this.raw.vanish();
  }
}
