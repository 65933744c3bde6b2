/** A client of the native protocol, written from its description and not from its code. */
import { assertEquals } from "@std/assert";
import { crc32 } from "node:zlib";
import { EventPeer, type Json } from "./event_peer.ts";
import { Peer } from "./peer.ts";

export type { Json };

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

export function joined(pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

export class NativePeer extends EventPeer {
  readonly raw: Peer;

  constructor(raw: Peer) {
    super();
    this.raw = raw;
  }

  static async connect(port: number): Promise<NativePeer> {
    return new NativePeer(await Peer.connect(port));
  }

  /** Connects, says hello, joins the room, and waits until it is there. */
  static async enter(port: number, nick: string, room = "lobby"): Promise<NativePeer> {
    const peer = await NativePeer.connect(port);
    await peer.enters(nick, room);
    return peer;
  }

  /** Sends the commands, all in one write. */
  async send(...commands: Json[]) {
    await this.raw.write(joined(commands.map(nativePacket)));
  }

  /** Nothing more may come before the connection's end. */
  async expectEnd() {
    assertEquals(await this.next(), undefined);
    assertEquals(new TextDecoder().decode(await this.raw.untilEnd()), "");
  }

  async [Symbol.asyncDispose]() {
    await this.raw.vanish();
  }

  protected async read(): Promise<Json | undefined> {
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
}
