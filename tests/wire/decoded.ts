import { DecodeStream } from "../../src/wire/decode_stream.ts";
import { Decoder } from "../../src/wire/decoder.ts";
import type { Codec, Heard, WireOptions } from "../../src/wire/dialect.ts";

export const OPTIONS: WireOptions = {
  lobby: "lobby",
  maxMessageBytes: 200_000,
  notices: true,
  slashCommands: true,
  roomTalk: true,
  ascii: false,
  paceMilliseconds: 5,
  extensions: false,
};

/** What a codec says and does when it was chosen before its peer has said anything. */
export function greeted<In>(codec: Codec<In, never>): Promise<Heard<In>[]> {
  return heardBy(new Decoder<In>(() => codec), []);
}

/** What a codec that was chosen by the first bytes hears in these pieces, the connection ended after them. */
export function decoded<In>(codec: Codec<In, never>, pieces: Uint8Array[]): Promise<Heard<In>[]> {
  return heardBy(new Decoder<In>((head) => head.length > 0 ? codec : undefined), pieces);
}

async function heardBy<In>(decoder: Decoder<In>, pieces: Uint8Array[]): Promise<Heard<In>[]> {
  const heard: Heard<In>[] = [];
  const stream = new DecodeStream(decoder);
  const writing = write(stream.writable, pieces);
  for await (const batch of stream.readable) heard.push(...batch);
  await writing;
  return heard;
}

async function write(writable: WritableStream<Uint8Array>, pieces: Uint8Array[]) {
  const writer = writable.getWriter();
  try {
    for (const piece of pieces) await writer.write(piece);
    await writer.close();
  } catch {
    // The bytes were no protocol, and the decoder has stopped listening.
  }
}

/** Bytes cut at these places. */
export function cut(bytes: Uint8Array, places: number[]): Uint8Array[] {
  const ends = [...new Set(places.map((it) => it % (bytes.length + 1)))].sort((a, b) => a - b);
  return [0, ...ends].map((from, index) => bytes.slice(from, ends[index] ?? bytes.length));
}

/** Every byte a piece of its own. */
export function singly(bytes: Uint8Array): Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte));
}

/** A big-endian length of so many bytes, before a payload of ASCII or UTF-8. */
export function lengthPrefixed(lengthBytes: 2 | 4, payload: string | Uint8Array): Uint8Array {
  const body = typeof payload === "string" ? new TextEncoder().encode(payload) : payload;
  const bytes = new Uint8Array(lengthBytes + body.length);
  const view = new DataView(bytes.buffer);
  if (lengthBytes === 2) view.setUint16(0, body.length);
  else view.setUint32(0, body.length);
  bytes.set(body, lengthBytes);
  return bytes;
}
