/**
 * Our own wire: every command and every event, as JSON in checked frames.
 *
 *      0        1        2        3        4        5        6        7        8
 *     +--------+--------+--------+--------+--------+--------+--------+--------+-----------
 *     |more|      length of this chunk    |    CRC-32 of this chunk's payload | payload...
 *     +--------+--------+--------+--------+--------+--------+--------+--------+-----------
 *
 * Both numbers are big-endian. A message longer than a chunk travels in several; the length's top bit
 * says that more follow, and the message is whole when a chunk without it has arrived.
 */
import type { Event } from "../chat/event.ts";
import { type ByteReader, ProtocolError, type Reading } from "./byte_reader.ts";
import { crc32 } from "./crc32.ts";
import { type Decoding, type Dialect, utf8 } from "./dialect.ts";
import { readCommand, readEvent, toldOf } from "./own_json.ts";

const HEADER_BYTES = 8;
const MAX_CHUNK_BYTES = 65_536;
/** One less, so that the first two bytes of a connection are 0 and tell this wire from all others. */
const SENT_CHUNK_BYTES = MAX_CHUNK_BYTES - 1;
const MORE = 0x80000000;

export const native: Dialect = {
  name: "native",
  summary: "chat connect --nick NAME HOST:PORT",

  detect(head) {
    if (head[0] !== 0 || (head.length > 1 && head[1] !== 0)) return "no";
    if (head.length < 4) return "more";
    return (head[2]! << 8 | head[3]!) >= 2 ? "yes" : "no";
  },

  server: ({ maxMessageBytes }) => ({
    *decode(input) {
      for (;;) {
        const heard = readCommand(yield* readMessage(input, maxMessageBytes));
        yield heard.type === "failed" ? { type: "answer", bytes: frame(heard) } : heard;
      }
    },
    encoder: {
      encode(event) {
        const told = toldOf(event);
        return told && frame(told);
      },
      replays: true,
      ignoresOwn: true,
      proves: true,
    },
  }),

  client: ({ maxMessageBytes }) => ({
    *decode(input): Decoding<Event> {
      for (;;) {
        const event = readEvent(yield* readMessage(input, maxMessageBytes));
        if (event) yield event;
      }
    },
    encoder: { encode: frame },
  }),

  resumes: true,
  proves: true,
};

function* readMessage(input: ByteReader, maxBytes: number): Reading<Uint8Array> {
  input.begin();
  let whole = new Uint8Array(0);
  let length = 0;
  for (;;) {
    const header = yield* input.u32();
    const hasMore = header >= MORE;
    const chunkBytes = hasMore ? header - MORE : header;
    if (chunkBytes > MAX_CHUNK_BYTES) {
      throw new ProtocolError(`a chunk has ${chunkBytes} bytes, at most ${MAX_CHUNK_BYTES} may be`);
    }
    if (chunkBytes === 0) throw new ProtocolError("a chunk is empty");
    if (length + chunkBytes > maxBytes) {
      throw new ProtocolError(`a message is longer than ${maxBytes} bytes`);
    }
    const sum = yield* input.u32();
    const chunk = yield* input.exactly(chunkBytes);
    if (crc32(chunk) !== sum) throw new ProtocolError("a chunk's checksum does not match");
    if (length === 0 && !hasMore) return chunk;
    whole = withRoom(whole, length + chunkBytes);
    whole.set(chunk, length);
    length += chunkBytes;
    if (!hasMore) return whole.subarray(0, length);
  }
}

/** The same bytes in a buffer of at least `needed`, doubled so that many small chunks cost little. */
function withRoom(bytes: Uint8Array<ArrayBuffer>, needed: number): Uint8Array<ArrayBuffer> {
  if (needed <= bytes.length) return bytes;
  const larger = new Uint8Array(Math.max(needed, 2 * bytes.length));
  larger.set(bytes);
  return larger;
}

/** A command or an event as chunks, one after the other. */
function frame(message: unknown): Uint8Array {
  const payload = utf8(JSON.stringify(message));
  const chunks = Math.ceil(payload.length / SENT_CHUNK_BYTES);
  const bytes = new Uint8Array(payload.length + chunks * HEADER_BYTES);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (let from = 0; from < payload.length; from += SENT_CHUNK_BYTES) {
    const chunk = payload.subarray(from, from + SENT_CHUNK_BYTES);
    const hasMore = from + chunk.length < payload.length;
    view.setUint32(at, (hasMore ? MORE : 0) + chunk.length);
    view.setUint32(at + 4, crc32(chunk));
    bytes.set(chunk, at + HEADER_BYTES);
    at += HEADER_BYTES + chunk.length;
  }
  return bytes;
}
