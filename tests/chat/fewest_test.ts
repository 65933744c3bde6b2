import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Deed } from "../../src/chat/event.ts";
import { fewest } from "../../src/chat/fewest.ts";
import { Hub } from "../../src/chat/hub.ts";
import { LIMITS } from "./limits.ts";

const DAY = 86_400_000;
const KEYS = ["a", "b", "c"].map((letter) => `ed25519:${letter.repeat(43)}`);
/** Some of them look alike. */
const NICKS = ["chris", "CHRIS", "\u0441hris", "pat"];
const ROOMS = ["lobby", "dev"];
const LIMITED = { ...LIMITS, claimMilliseconds: 10 * DAY };

const nick = fc.constantFrom(...NICKS);
const key = fc.constantFrom(...KEYS);
const room = fc.constantFrom(...ROOMS);

/** What may come at any time; `at` is how long after the one before. */
const any: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ type: fc.constant("claimed" as const), nick, key, at: later() }),
  fc.record({ type: fc.constant("claimed" as const), nick, key, at: later() }),
  fc.record({
    type: fc.constant("released" as const),
    nick,
    key: fc.constantFrom("", ...KEYS),
    at: later(),
  }),
  fc.record({ type: fc.constant("allowed" as const), nick, key, at: later() }),
  fc.record({ type: fc.constant("passed" as const), nick, key, hash: fc.string(), at: later() }),
  fc.record({
    type: fc.constant("topic" as const),
    room,
    nick,
    text: fc.constantFrom("", "tea", "roses"),
    at: later(),
  }),
  fc.record({
    type: fc.constant("ruled" as const),
    room,
    rule: fc.constantFrom("ban", "op"),
    subject: fc.constantFrom("nick:eve", `key:${KEYS[0]}`),
    by: nick,
    until: fc.constant(0),
    reason: fc.constant(""),
    who: fc.constant(""),
    at: later(),
  }),
  fc.record({ type: fc.constant("unlocked" as const), room, by: nick, at: later() }),
);

function later() {
  return fc.oneof(fc.constant(0), fc.constant(DAY), fc.constant(11 * DAY));
}

function dated(deeds: readonly Deed[], from = 1_700_000_000_000): Deed[] {
  let time = from;
  return deeds.map((deed) => ({ ...deed, at: time += deed.at }));
}

/** What holds, whichever of a name's keys was its first. */
function heldBy(...all: (readonly Deed[])[]) {
  const hub = new Hub(LIMITED);
  for (const deed of all.flat()) hub.restore(deed);
  const { claims, topics, ...others } = hub.snapshot();
  const sorted = claims.map(([nick, keys, passes, allowed]) => {
    return [nick, keys.toSorted(), passes, allowed.toSorted()];
  });
  return { claims: sorted.sort(), topics: topics.sort(), ...others };
}

/** The deeds themselves. */
function few(deeds: readonly Deed[]): Deed[] {
  const { made, kept } = fewest(deeds, LIMITED);
  return [...made, ...kept.map((place) => deeds[place]!)];
}

Deno.test("law: fewer deeds lead to the same, and so does whatever follows them", () => {
  fc.assert(fc.property(fc.array(any, { maxLength: 60 }), fc.array(any), (before, after) => {
    const deeds = dated(before);
    const fewer = few(deeds);
    const next = dated(after, deeds.at(-1)?.at);
    assertEquals(heldBy(fewer), heldBy(deeds));
    assertEquals(heldBy(fewer, next), heldBy(deeds, next));
    assertEquals(few(fewer).length, fewer.length, "there is no less");
  }));
});

Deno.test("what people do over and over is kept once, and what operators order always", () => {
  const at = 1_700_000_000_000;
  const claim: Deed[] = [
    { type: "claimed", nick: "pat", key: KEYS[0]!, at },
    { type: "topic", room: "lobby", nick: "pat", text: "tea", at },
    { type: "released", nick: "pat", key: "", at },
  ];
  const ban: Deed = {
    ...{ type: "ruled", room: "", rule: "ban", subject: "nick:eve", by: "pat" },
    ...{ until: 1, reason: "", who: "", at },
  };
  const lifted: Deed = {
    ...{ type: "lifted", room: "", rule: "ban", subject: "nick:eve", by: "pat", who: "", at },
  };
  const many = Array.from({ length: 1000 }, () => claim).flat();
  const types = few([...many, ban, lifted, ban, lifted]).map(({ type }) => type);
  assertEquals(types, ["topic", "ruled", "lifted", "ruled", "lifted"]);
});
