import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Event } from "../../src/chat/event.ts";
import type { View } from "../../src/server/arena.ts";
import type { Session } from "../../src/server/session.ts";
import { Teller } from "../../src/server/teller.ts";
import type { Encoder } from "../../src/wire/dialect.ts";
import { message, tell } from "../chat/events.ts";

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);

/** Says who said what, in words of its own, and to its author something else if it does not ignore that. */
function encoder(name: string, rest: Partial<Encoder<Event>> = {}): Encoder<Event> {
  return {
    encode(event, own) {
      if (event.type === "parted" && name === "deaf") return undefined;
      const said = event.type === "message" ? event.text : event.type;
      return bytes(`${name}${own && !rest.ignoresOwn ? " own" : ""}: ${said}\n`);
    },
    ...rest,
  };
}

const ENCODERS = [
  encoder("shared", { ignoresOwn: true }),
  encoder("deaf", { ignoresOwn: true }),
  encoder("own"),
  encoder("paced", { ignoresOwn: true, paceMilliseconds: 5 }),
];

/** A session that keeps what it is told, and in how many pieces. */
class Listener {
  heard = "";
  pieces = 0;

  constructor(readonly encoder: Encoder<Event>) {}

  deliver({ segment, start, end }: View) {
    this.heard += text(segment.subarray(start, end));
    this.pieces++;
  }

  tell(event: Event, own: boolean) {
    this.heard += text(this.encoder.encode(event, own)!);
  }
}

function room(kinds: readonly number[]) {
  const listeners = kinds.map((kind) => new Listener(ENCODERS[kind]!));
  const sessions = new Map(listeners.map((it, index) => [index, it as unknown as Session]));
  const metrics = { deliveries: 0 };
  const members = new Set(sessions.keys());
  return { listeners, members, metrics, teller: new Teller({ sessions, metrics }) };
}

const said = (text: string) => message({ seq: 1, nick: "pat", text });
const LEFT = tell("parted", { room: "lobby", nick: "pat" });

Deno.test("law: everybody is told all of it, in its order, whatever is said in one go", () => {
  const step = fc.record({
    what: fc.constantFrom("message", "message", "message", "elsewhere", "parted", "settle"),
    author: fc.nat(6),
    length: fc.constantFrom(1, 10, 50_000, 100_000),
  });
  const kinds = fc.array(fc.nat(3), { minLength: 1, maxLength: 6 });
  fc.assert(fc.property(kinds, fc.array(step, { maxLength: 30 }), (kinds, steps) => {
    const { listeners, members, teller } = room(kinds);
    const elsewhere = new Set([0]);
    const expected = listeners.map(() => "");
    for (const [index, { what, author, length }] of steps.entries()) {
      if (what === "settle") {
        teller.settle();
        continue;
      }
      const event = what === "parted" ? LEFT : said(`${index} ${"x".repeat(length)}`);
      const to = what === "elsewhere" ? elsewhere : members;
      for (const id of to) {
        const bytes = listeners[id]!.encoder.encode(event, id === author);
        if (bytes) expected[id] += text(bytes);
      }
      teller.tell(to, event, author);
    }
    teller.settle();
    assertEquals(listeners.map(({ heard }) => heard), expected);
  }));
});

Deno.test("what is said in a room in one go is handed to each member in two pieces at the most", () => {
  const { listeners, members, metrics, teller } = room([0, 1, 0]);
  for (let count = 0; count < 100; count++) teller.tell(members, said("hi"), count % 3);
  teller.settle();
  assertEquals(listeners.map(({ pieces }) => pieces), [2, 2, 2]);
  assertEquals(metrics.deliveries, 300);
});

Deno.test("a client that takes what it receives at once for one message is handed each by itself", () => {
  const { listeners, members, teller } = room([0, 3]);
  for (let count = 0; count < 10; count++) teller.tell(members, said("hi"), 0);
  teller.settle();
  assertEquals(listeners[1]!.pieces, 10);
});
