/** A client of the bgnet0 document. Packets are the very text of their JSON, so that each byte counts. */
import { assertEquals } from "@std/assert";
import { Peer } from "./peer.ts";

/** A 16-bit big-endian length, then so many bytes of UTF-8. */
export function bgnet0Packet(json: string): Uint8Array {
  const payload = new TextEncoder().encode(json);
  return Uint8Array.of(payload.length >> 8, payload.length & 0xff, ...payload);
}

export class Bgnet0Peer implements AsyncDisposable {
  readonly raw: Peer;

  constructor(raw: Peer) {
    this.raw = raw;
  }

  static async connect(port: number): Promise<Bgnet0Peer> {
    return new Bgnet0Peer(await Peer.connect(port));
  }

  /** Connects, says hello, and waits for its own join. */
  static async enter(port: number, nick: string): Promise<Bgnet0Peer> {
    const peer = await Bgnet0Peer.connect(port);
    await peer.send(`{"type": "hello", "nick": "${nick}"}`);
    await peer.expect(`{"type": "join", "nick": "${nick}"}`);
    return peer;
  }

  async send(json: string) {
    await this.raw.write(bgnet0Packet(json));
  }

  /** The next packet; undefined if there is none before the connection's end. */
  async next(): Promise<string | undefined> {
    const length = await this.raw.take(2);
    const payload = length && await this.raw.take(length[0]! * 256 + length[1]!);
    return payload && new TextDecoder().decode(payload);
  }

  /** The next packets must be these. */
  async expect(...packets: string[]) {
    for (const packet of packets) assertEquals(await this.next(), packet);
  }

  /** Nothing more may come before the connection's end. */
  async expectEnd() {
    assertEquals(new TextDecoder().decode(await this.raw.untilEnd()), "");
  }

  async [Symbol.asyncDispose]() {
    await this.raw.vanish();
  }
}
