/**
 * Decoders against bytes of any kind: they never throw anything but a ProtocolError, end, keep no more than
 * they may, and hear the same in whatever pieces the bytes come. Inputs that reach new code are kept, and
 * changed further.
 */
import { assert, assertEquals } from "@std/assert";
import { ByteReader, ProtocolError } from "../../src/wire/byte_reader.ts";
import type { Codec, Decoding, Dialect, Heard } from "../../src/wire/dialect.ts";
import { detect, dialects } from "../../src/wire/dialects.ts";
import { HEAD_BYTES } from "../../src/wire/decoder.ts";
import type { Random } from "../end_to_end/random.ts";
import { OPTIONS, singly } from "../wire/decoded.ts";
import { clientTalk, serverTalk } from "./conversations.ts";
import type { Coverage } from "./coverage.ts";
import { chunked, mutated } from "./mutation.ts";
import { anyEvent, NAMES, pick, TEXTS } from "./values.ts";

type Side = "server" | "client";

interface Input {
  dialect: Dialect;
  side: Side;
  bytes: Uint8Array;
}

/** So many inputs between two looks at the coverage. */
const BATCH = 16;
const MAX_KEPT = 2000;
/** Nothing as short as these inputs takes so long by itself, again and again. */
const SLOW_MILLISECONDS = 3000;
const TRIES = 5;

export class WireFuzz {
  runs = 0;
  kept: Input[] = [];
  #dialects: readonly Dialect[];
  #coverage: Coverage | undefined;

  constructor(names: readonly string[], coverage?: Coverage) {
    this.#dialects = dialects.filter(({ name }) => names.length === 0 || names.includes(name));
    this.#coverage = coverage;
  }

  /** Tries a few inputs; throws what it finds. */
  async batch(random: Random): Promise<void> {
    const inputs = Array.from({ length: BATCH }, () => this.#make(random));
    for (const input of inputs) check(input, random);
    checkEncoders(pick(random, this.#dialects), random);
    this.runs += BATCH;
    if (!await this.#coverage?.grown()) return;
    this.kept.push(...inputs);
    while (this.kept.length > MAX_KEPT) this.kept.splice(random(this.kept.length), 1);
  }

  #make(random: Random): Input {
    const other = clientTalk(pick(random, dialects), random);
    if (this.kept.length > 0 && random(2) === 0) {
      const { dialect, side, bytes } = pick(random, this.kept);
      return { dialect, side, bytes: mutated(bytes, random, other) };
    }
    const dialect = pick(random, this.#dialects);
    const side = random(3) === 0 ? "client" : "server";
    const talk = (side === "server" ? clientTalk : serverTalk)(dialect, random);
    return { dialect, side, bytes: random(5) === 0 ? talk : mutated(talk, random, other) };
  }
}

function check({ dialect, side, bytes }: Input, random: Random) {
  const what = `${dialect.name} ${side} ${bytes.length < 4000 ? bytes.toBase64() : bytes.length}`;
  const pieces = chunked(bytes, random);
  let took = Infinity;
  // A busy machine may run others in between.
  for (let tries = 0; took >= SLOW_MILLISECONDS; tries++) {
    assert(tries < TRIES, `${what}: took ${took} ms`);
    const started = performance.now();
    try {
      const whole = heardBy(dialect, side, [bytes]);
      assertEquals(heardBy(dialect, side, pieces), whole);
      if (bytes.length < 1500) assertEquals(heardBy(dialect, side, singly(bytes)), whole);
      checkDetection(bytes);
    } catch (error) {
      throw new Error(`${what}: ${error}`, { cause: error });
    }
    took = performance.now() - started;
  }
}

/** What a decoder makes of these pieces, a line for each item. */
export function heardBy(dialect: Dialect, side: Side, pieces: Uint8Array[]): string[] {
  const codec: Codec<unknown, never> = dialect[side](OPTIONS);
  const input = new ByteReader();
  const heard: string[] = [];
  let decoding: Decoding<unknown> | undefined;
  let arrived = 0;
  const decode = () => {
    for (;;) {
      const { value, done } = decoding!.next();
      if (done || value === undefined) return;
      heard.push(lineOf(value));
      assert(heard.length <= 3 * arrived + 10, "it hears more than was said");
    }
  };
  try {
    for (const piece of pieces) {
      if (piece.length === 0) continue;
      input.push(piece);
      arrived += piece.length;
      decoding ??= codec.decode(input);
      decode();
      const most = OPTIONS.maxMessageBytes + piece.length + 10_000;
      assert(input.length <= most, `${input.length} bytes are kept`);
    }
    input.end();
    if (decoding) decode();
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    heard.push(`broken: ${error.message}`);
  }
  return heard;
}

function lineOf(heard: Heard<unknown>): string {
  const { type } = heard as { type: string };
  if (type === "switch") return type;
  return JSON.stringify(
    heard,
    (_name, value) => value instanceof Uint8Array ? value.toHex() : value,
  );
}

/** What is taken for a dialect with few bytes is taken for it with more. */
function checkDetection(bytes: Uint8Array) {
  let known: unknown;
  for (let length = 0; length <= Math.min(HEAD_BYTES, bytes.length); length++) {
    const found = detect(bytes.subarray(0, length));
    if (known !== undefined) assertEquals(nameOf(found), nameOf(known));
    known = found;
  }
  if (bytes.length >= HEAD_BYTES) assert(known !== undefined);
}

function nameOf(found: unknown): string {
  return typeof found === "object" ? (found as { name: string }).name : String(found);
}

/** Whatever strangers chose in an event, its client hears as many units as of a tame one. */
function checkEncoders(dialect: Dialect, random: Random) {
  const seed = random(1 << 30);
  const own = random(2) === 0;
  const texts = TEXTS.filter((it) => it.isWellFormed() && it.trim() !== "");
  const evil = { text: pick(random, texts), name: pick(random, NAMES) };
  const units = (chosen: { text: string; name: string }) => {
    // The same choices otherwise.
    const event = anyEvent(repeatable(seed), chosen);
    const bytes = dialect.server(OPTIONS).encoder.encode(event, own);
    const heard = bytes ? heardBy(dialect, "client", [bytes]) : [];
    assert(heard.every((it) => !it.startsWith("broken")), `${dialect.name}: ${heard}`);
    return { count: heard.length, event };
  };
  const tame = units({ text: "tame", name: "tame" });
  const wild = units(evil);
  const what = `${dialect.name}: ${JSON.stringify(wild.event)}`;
  assertEquals(wild.count, tame.count, what);
}

function repeatable(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  };
}
