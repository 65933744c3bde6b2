/** Conversations as bytes, in every dialect, by what the dialect's own client or server would say. */
import { ask } from "../../src/chat/command.ts";
import { concat, type Dialect, utf8 } from "../../src/wire/dialect.ts";
import { crc32 } from "../../src/wire/crc32.ts";
import { OPCODE, record } from "../../src/wire/web.ts";
import type { Random } from "../end_to_end/random.ts";
import { OPTIONS } from "../wire/decoded.ts";
import { anyCommand, anyEvent, NAMES, pick, spoiledJson, TEXTS } from "./values.ts";

/** What a client says, the JSON of it not always good where there is JSON. */
export function clientTalk(dialect: Dialect, random: Random): Uint8Array {
  const { encoder } = dialect.client(OPTIONS);
  const pieces: (Uint8Array | undefined)[] = [
    encoder.encode(ask("hello", { nick: pick(random, NAMES) }), true),
  ];
  for (let count = random(6); count > 0; count--) {
    const frame = FRAMES[dialect.name];
    if (frame && random(2) === 0) pieces.push(frame(utf8(spoiledJson(random)), random));
    else pieces.push(encoder.encode(anyCommand(random), true));
  }
  return concat(pieces.filter((it) => it !== undefined));
}

/** What a server says. */
export function serverTalk(dialect: Dialect, random: Random): Uint8Array {
  const { encoder } = dialect.server(OPTIONS);
  const pieces = Array.from({ length: 1 + random(6) }, () => {
    const event = anyEvent(random, { text: pick(random, TEXTS), name: pick(random, NAMES) });
    return encoder.encode(event, random(2) === 0);
  });
  return concat(pieces.filter((it) => it !== undefined));
}

type Frame = (payload: Uint8Array, random: Random) => Uint8Array;

/** How wires wrap their JSON, right in its length whatever the JSON is like. */
const FRAMES: Readonly<Record<string, Frame>> = {
  native(payload, random) {
    const cut = random(4) === 0 ? random(payload.length + 1) : 0;
    const chunks = cut > 0 ? [payload.subarray(0, cut), payload.subarray(cut)] : [payload];
    return concat(chunks.flatMap((chunk, index) => {
      const header = new DataView(new ArrayBuffer(8));
      header.setUint32(0, chunk.length + (index < chunks.length - 1 ? 0x80000000 : 0));
      header.setUint32(4, crc32(chunk));
      return [new Uint8Array(header.buffer), chunk];
    }));
  },
  bgnet0(payload) {
    const sent = payload.subarray(0, 65_535);
    return concat([Uint8Array.of(sent.length >> 8, sent.length & 0xff), sent]);
  },
  ndjson: (payload) => concat([payload, utf8("\n")]),
  web: (payload, random) => record(pick(random, Object.values(OPCODE)), payload),
};
