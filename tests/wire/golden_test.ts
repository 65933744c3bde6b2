/** The conversations of golden.ts with a whole server: however the bytes arrive, each answer is the same. */
import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Evening, type Peer } from "../server/evening.ts";
import { detect } from "../../src/wire/dialects.ts";
import { cut, singly } from "./decoded.ts";
import { type Play, PLAYS, type Step } from "./golden.ts";

/** Into which pieces the bytes are cut that somebody sends at once. */
type Cut = (bytes: Uint8Array) => Uint8Array[];

for (const play of PLAYS) {
  Deno.test(`golden: ${play.what}`, () => perform(play, (bytes) => [bytes]));

  Deno.test(`golden: ${play.what}; a byte at a time`, () => perform(play, singly));

  Deno.test(`golden: ${play.what}; each saying all they can before they listen`, () => {
    return perform({ ...play, steps: withoutWaiting(play.steps) }, (bytes) => [bytes]);
  });

  Deno.test(`golden: ${play.what}; cut anywhere`, async () => {
    const places = fc.array(fc.nat({ max: 100_000 }), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(places, (places) => perform(play, (bytes) => cut(bytes, places))),
      { seed: 3, numRuns: 20 },
    );
  });
}

Deno.test("what a connection speaks does not depend on how its first bytes are cut", () => {
  const openings = fc.constantFrom(...[
    "pat\n",
    "pa\x01",
    "HELLO-FROM ",
    "{",
    "CHAT/1.0 ",
    "GET /",
  ]);
  const rest = fc.string({
    unit: fc.constantFrom("a", " ", "\n", "\x01", "\xff"),
    maxLength: 12,
  });
  fc.assert(
    fc.property(openings, rest, (opening, rest) => {
      const bytes = bytesOf(opening + rest).slice(0, 16);
      const lengths = Array.from({ length: bytes.length }, (_, index) => index + 1);
      const decided = lengths.map((length) => detect(bytes.subarray(0, length)))
        .filter((it) => it !== undefined)
        .map((it) => it === "unknown" ? it : it.name);
      assertEquals(new Set(decided).size <= 1, true, `${decided}`);
    }),
    { seed: 3 },
  );
});

async function perform({ dialect, steps }: Play, cut: Cut) {
  const evening = new Evening({ dialect, hub: { maxTextBytes: 100_000 } });
  const cast = new Map<string, Listener>();
  for (const [who, does, bytes] of steps) {
    for (const name of who.split(" ")) {
      if (does === "connects") cast.set(name, new Listener(name, evening.connect()));
      const { peer } = cast.get(name)!;
      if (does === "sends") {
        for (const piece of cut(bytesOf(bytes))) peer.connection.sends(piece);
      }
      if (does === "is let in") await turnsUntil(() => evening.logged.includes("entered"));
      if (does === "receives") await cast.get(name)!.expect(bytes);
      if (does === "hangs up") peer.connection.hangsUp();
      if (does === "is hung up on") await cast.get(name)!.expectEnd();
    }
  }
}

/** Somebody whose every byte is looked at. */
class Listener {
  #name: string;
  #taken = 0;

  constructor(name: string, readonly peer: Peer) {
    this.#name = name;
  }

  async expect(text: string) {
    const { connection } = this.peer;
    const end = this.#taken + text.length;
    await inTime(connection.until(() => connection.written.length >= end), () => this.#missing());
    assertEquals(textOf(connection.written.slice(this.#taken, end)), text, this.#name);
    this.#taken = end;
  }

  /** Nothing more has come, and clients that take a read for a message had a write for each. */
  async expectEnd() {
    const { connection, ended } = this.peer;
    if (!connection.isClosed) {
      await inTime(connection.until(() => connection.isWriteClosed || connection.isClosed), () => {
        return `${this.#name} should be hung up on`;
      });
      connection.hangsUp();
    }
    await inTime(ended, () => `${this.#name} should be forgotten`);
    assertEquals(textOf(connection.written.slice(this.#taken)), "", this.#name);
    const messages = textOf(connection.written).split("CHAT/1.0 ").length - 1;
    if (messages > 0) assertEquals(connection.writes, messages, `the writes to ${this.#name}`);
  }

  #missing(): string {
    const rest = textOf(this.peer.connection.written.slice(this.#taken));
    return `${this.#name} should receive more than ${JSON.stringify(rest.slice(0, 500))}`;
  }
}

/** The same, but nobody waits for an answer before the next thing that they say by themselves. */
function withoutWaiting(steps: readonly Step[]): Step[] {
  const merged: Step[] = [];
  for (const step of steps) {
    const last = merged.findLastIndex(([, does]) => does !== "receives");
    const before = merged[last];
    if (step[1] === "sends" && before?.[1] === "sends" && before[0] === step[0]) {
      merged[last] = [step[0], "sends", before[2] + step[2]];
    } else merged.push(step);
  }
  return merged;
}

/** Lets the server do its work, turn by turn of the event loop, until this holds and for one turn more. */
async function turnsUntil(holds: () => boolean) {
  for (let turn = 0, after = 0; after < 2; turn++) {
    if (turn > 10_000) throw new Error("nothing more happens");
    await new Promise((resolve) => setImmediate(resolve));
    if (holds()) after++;
  }
}

/** Only for what will never come: 70,000 pieces take less on the busiest machine, and all else a hundredth of it. */
const DEADLINE_MILLISECONDS = 120_000;

async function inTime(work: Promise<void>, missing: () => string) {
  const { promise, reject } = Promise.withResolvers<never>();
  const deadline = setTimeout(() => reject(new Error(missing())), DEADLINE_MILLISECONDS);
  try {
    await Promise.race([work, promise]);
  } finally {
    clearTimeout(deadline);
  }
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder("latin1").decode(bytes);
}
