/** Bytes made worse: as lines do it that are noisy, programs that count wrong, and people who try things. */
import { concat } from "../../src/wire/dialect.ts";
import type { Random } from "../end_to_end/random.ts";
import { pick } from "./values.ts";

type Mutation = (bytes: Uint8Array, random: Random, other: Uint8Array) => Uint8Array;

const MAX_BYTES = 300_000;

/** One to four changes; `other` is another conversation, to be mixed in. */
export function mutated(bytes: Uint8Array, random: Random, other: Uint8Array): Uint8Array {
  for (let count = 1 + random(4); count > 0; count--) {
    if (bytes.length === 0) return other;
    bytes = pick(random, MUTATIONS)(bytes, random, other).subarray(0, MAX_BYTES);
  }
  return bytes;
}

const MUTATIONS: readonly Mutation[] = [
  /** A bit flips. */
  (bytes, random) => {
    const flipped = bytes.slice();
    const at = random(bytes.length);
    flipped[at] = flipped[at]! ^ (1 << random(8));
    return flipped;
  },
  (bytes, random) => bytes.subarray(0, random(bytes.length)),
  (bytes, random) => bytes.subarray(random(bytes.length)),
  /** A part comes twice, or is missing. */
  (bytes, random) => {
    const [from, to] = span(bytes, random);
    return concat([bytes.subarray(0, to), bytes.subarray(from)]);
  },
  (bytes, random) => {
    const [from, to] = span(bytes, random);
    return concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  /** Another conversation goes on in the midst of this one, of another dialect perhaps. */
  (bytes, random, other) =>
    concat([bytes.subarray(0, random(bytes.length)), other.subarray(random(other.length + 1))]),
  /** A number of 1, 2, 4 or 8 bytes is an extreme one. */
  (bytes, random) => {
    const changed = bytes.slice();
    const width = pick(random, [1, 2, 4, 8]);
    const at = random(bytes.length);
    changed.fill(pick(random, [0x00, 0xff, 0x7f, 0x80]), at, at + width);
    if (random(2) === 0) changed[Math.min(bytes.length - 1, at + width - 1)] = random(256);
    return changed;
  },
  /** A number in digits is an extreme one. */
  (bytes, random) => {
    const text = textOf(bytes).replace(
      /\d+/,
      pick(random, ["-1", "4294967296", "1e3", "0x10", "0", "999999999", "00", "1\r\nMsg-len: 2"]),
    );
    return bytesOf(text);
  },
  /** Bytes that mean something somewhere. */
  (bytes, random) => {
    const at = random(bytes.length + 1);
    const token = bytesOf(pick(random, TOKENS));
    return concat([bytes.subarray(0, at), token, bytes.subarray(at)]);
  },
];

const TOKENS = [
  ...[
    "\n",
    "\r\n",
    "\r",
    "\0",
    "\xff",
    "\xff\xfb\x01",
    "\xef\xbb\xbf",
    "\xed\xa0\x80",
    '"',
    "\\",
    "{",
  ],
  ...[
    "}",
    "CHAT/1.0 ",
    "Msg-len: 5\r\n",
    "Username:\r\n",
    "HELLO-FROM x\n",
    "SEND ",
    "LIST\n",
    "/nick ",
  ],
  ...[
    "\0\0\0\x02",
    "\x7f",
    "\b",
    "\x1b[2J",
    '{"type":',
    "\u00c3\u0028",
    "\x88\x00",
    "\x89\x7e\xff\xff",
  ],
];

/** From where to where a part goes. */
function span(bytes: Uint8Array, random: Random): [from: number, to: number] {
  const from = random(bytes.length);
  return [from, from + 1 + random(Math.min(bytes.length - from, 5000))];
}

/** Cut anywhere, more often near the beginning. */
export function chunked(bytes: Uint8Array, random: Random): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length;) {
    const length = 1 + random(pick(random, [1, 3, 20, 1000, 70_000]));
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** A character for each byte. */
function textOf(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
