/**
 * The web: commands and events as JSON, one in each WebSocket message (RFC 6455). Who speaks HTTP has taken
 * the browser's frames apart and hands over whole messages, so what comes in here is
 *
 *      0        1        2        3        4        5
 *     +--------+--------+--------+--------+--------+-----------
 *     | opcode |     length of the payload         | payload...
 *     +--------+--------+--------+--------+--------+-----------
 *
 * and what goes out are frames as the browser reads them, made once for all who are told the same.
 */
import type { Command } from "../chat/command.ts";
import { type ByteReader, ProtocolError, type Reading } from "./byte_reader.ts";
import { type Dialect, type Heard, opensWith, utf8 } from "./dialect.ts";
import { readCommand, readEvent, toldOf } from "./own_json.ts";

/** What a message or a frame is, as RFC 6455 numbers them. */
export const OPCODE = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const HEADER_BYTES = 5;
/** The first byte's top bit: nothing of this message follows in another frame. */
const WHOLE = 0x80;

export const web: Dialect = {
  name: "web",
  summary: "http://HOST:PORT/ in a browser",
  overHttp: true,

  detect: opensWith(
    ...["GET ", "POST ", "HEAD ", "PUT ", "DELETE ", "OPTIONS ", "PATCH ", "CONNECT ", "TRACE "],
    "PRI *",
  ),

  server: ({ maxMessageBytes }) => ({
    *decode(input) {
      for (;;) {
        const { opcode, payload } = yield* readRecord(input, maxMessageBytes);
        yield heardIn(opcode, payload);
      }
    },
    encoder: {
      encode(event) {
        const told = toldOf(event);
        return told && frameOf(told);
      },
      replays: true,
      ignoresOwn: true,
      proves: true,
    },
  }),

  client: ({ maxMessageBytes }) => ({
    *decode(input) {
      for (;;) {
        const { opcode, payload } = yield* readFrame(input, maxMessageBytes);
        const event = opcode === OPCODE.text ? readEvent(payload) : undefined;
        if (event) yield event;
      }
    },
    encoder: { encode: (command) => record(OPCODE.text, utf8(JSON.stringify(command))) },
  }),

  resumes: true,
};

/** A message as it is handed over. */
export function record(opcode: number, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + payload.length);
  bytes[0] = opcode;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, HEADER_BYTES);
  return bytes;
}

function heardIn(opcode: number, payload: Uint8Array): Heard<Command> {
  switch (opcode) {
    case OPCODE.ping:
      return { type: "answer", bytes: frame(OPCODE.pong, payload) };
    case OPCODE.pong:
      return { type: "ignored" };
    case OPCODE.close:
      // What is handed over so has broken the protocol of frames.
      throw new ProtocolError(new TextDecoder().decode(payload));
  }
  const heard = readCommand(payload);
  return heard.type === "failed" ? { type: "answer", bytes: frameOf(heard) } : heard;
}

function* readRecord(input: ByteReader, maxBytes: number) {
  input.begin();
  const opcode = (yield* input.exactly(1))[0]!;
  const length = bounded(yield* input.u32(), maxBytes);
  return { opcode, payload: yield* input.exactly(length) };
}

function frameOf(message: unknown): Uint8Array {
  return frame(OPCODE.text, utf8(JSON.stringify(message)));
}

/** A whole message as a server's frame: unmasked, with its length in 1, 3 or 9 bytes. */
function frame(opcode: number, payload: Uint8Array): Uint8Array {
  const { length } = payload;
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const bytes = new Uint8Array(header + length);
  const view = new DataView(bytes.buffer);
  bytes[0] = WHOLE | opcode;
  bytes[1] = header === 2 ? length : header === 4 ? 126 : 127;
  if (header === 4) view.setUint16(2, length);
  if (header === 10) view.setBigUint64(2, BigInt(length));
  bytes.set(payload, header);
  return bytes;
}

/** A server's frame, as ours writes it. */
function* readFrame(
  input: ByteReader,
  maxBytes: number,
): Reading<{ opcode: number; payload: Uint8Array }> {
  input.begin();
  const first = yield* input.u16();
  let length = first & 0x7f;
  if (length === 126) length = yield* input.u16();
  else if (length === 127) length = (yield* input.u32()) * 2 ** 32 + (yield* input.u32());
  return {
    opcode: first >> 8 & 0x0f,
    payload: yield* input.exactly(bounded(length, maxBytes)),
  };
}

function bounded(length: number, maxBytes: number): number {
  if (length <= maxBytes) return length;
  throw new ProtocolError(`a message is longer than ${maxBytes} bytes`);
}
