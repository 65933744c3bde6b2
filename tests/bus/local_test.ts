import { assertEquals, assertThrows } from "@std/assert";
import type { Stored } from "../../src/bus/bus.ts";
import { LocalBus } from "../../src/bus/local.ts";
import { type Aside, NO_ASIDE } from "../../src/chat/effect.ts";
import type { Fact } from "../../src/chat/event.ts";
import { message as said, tell } from "../chat/events.ts";

interface Options {
  fails?(): boolean;
  /** What of what is kept was stored before. */
  repeats?: ReadonlyMap<Fact, Stored>;
}

/** A bus whose turns end when the test says so, and what it has done. */
function setUp({ fails = () => false, repeats = new Map() }: Options = {}) {
  const happened: string[] = [];
  const turns: (() => void)[] = [];
  const bus = new LocalBus({
    keep(kept) {
      if (fails()) throw new Error("the disk is full");
      const texts = kept.map(({ fact, origin, aside }) =>
        `${"text" in fact ? fact.text : fact.type} of ${origin}${words(aside)}`
      );
      happened.push(`keep ${texts.join(", ")}`);
      return repeats;
    },
    afterTurn: (run) => turns.push(run),
  });
  bus.subscribe({
    apply: (fact, origin, aside) => {
      happened.push(`apply ${fact.type} of ${origin}${words(aside)}`);
    },
    repeat: (fact, origin, { seq, at }) => {
      happened.push(`repeat ${fact.type} of ${origin}, stored as ${seq} at ${at}`);
    },
    refuse: (fact, origin) => happened.push(`refuse ${fact.type} of ${origin}`),
  });
  return {
    bus,
    happened,
    turns,
    publish: (fact: Fact, origin: number, aside = NO_ASIDE) => bus.publish(fact, origin, aside),
    endTurn: () => turns.splice(0).forEach((run) => run()),
  };
}

function words({ to, from }: Aside): string {
  return (to ? ` to ${to}` : "") + (from ? ` from ${from}` : "");
}

const message = (text: string): Fact => said({ text });
const joined: Fact = { type: "joined", room: "lobby", nick: "pat" };
const told: Fact = tell("told", { nick: "chris", to: "pat", at: 0, text: "psst" });

Deno.test("a turn's facts are kept together, and only then happen, in their order", () => {
  const { publish, happened, endTurn } = setUp();
  publish(message("one"), 1);
  publish(joined, 2, { from: 7 });
  publish(told, 1, { to: 2 });
  assertEquals(happened, []);
  endTurn();
  assertEquals(happened, [
    "keep one of 1, psst of 1 to 2",
    "apply message of 1",
    "apply joined of 2 from 7",
    "apply told of 1 to 2",
  ]);
});

Deno.test("what was stored before does not happen again: its author is told, the rest happens", () => {
  const [again, toldAgain] = [message("again"), { ...told } as Fact];
  const repeats = new Map([[again, { seq: 7, at: 99 }], [toldAgain, { seq: 3, at: 50 }]]);
  const { publish, happened, endTurn } = setUp({ repeats });
  for (const fact of [message("one"), again, joined, toldAgain]) publish(fact, 1);
  publish(message("two"), 2);
  endTurn();
  assertEquals(happened.slice(1), [
    "apply message of 1",
    "repeat message of 1, stored as 7 at 99",
    "apply joined of 1",
    "repeat told of 1, stored as 3 at 50",
    "apply message of 2",
  ]);
});

Deno.test("what cannot be kept is refused, and the rest happens all the same", () => {
  let isFull = true;
  const { publish, happened, endTurn } = setUp({ fails: () => isFull });
  publish(message("one"), 1);
  publish(joined, 2);
  publish(told, 1);
  endTurn();
  assertEquals(happened, ["refuse message of 1", "apply joined of 2", "refuse told of 1"]);
  isFull = false;
  publish(message("two"), 1);
  endTurn();
  assertEquals(happened.slice(3), ["keep two of 1", "apply message of 1"]);
});

Deno.test("a turn in which nobody speaks keeps nothing", () => {
  const { publish, happened, endTurn } = setUp();
  publish(joined, 2);
  endTurn();
  assertEquals(happened, ["apply joined of 2"]);
});

Deno.test("whoever waits goes on, even if a fact of the turn fails", async () => {
  const turns: (() => void)[] = [];
  const bus = new LocalBus({ keep: () => new Map(), afterTurn: (run) => turns.push(run) });
  bus.subscribe({
    apply: () => {
      throw new Error("a mistake of ours");
    },
    repeat: () => {},
    refuse: () => {},
  });
  bus.publish(joined, 1, NO_ASIDE);
  const settled = bus.settled();
  assertThrows(() => turns[0]!(), Error, "a mistake of ours");
  await settled;
});

Deno.test("settled waits for what has been published, and for nothing else", async () => {
  const { bus, publish, happened, endTurn, turns } = setUp();
  assertEquals(bus.settled(), undefined);
  publish(joined, 1);
  publish(joined, 2);
  assertEquals(turns.length, 1);
  const settled = bus.settled()!.then(() => happened.push("settled"));
  endTurn();
  await settled;
  assertEquals(happened, ["apply joined of 1", "apply joined of 2", "settled"]);
  assertEquals(bus.settled(), undefined);
});

Deno.test("whoever joins is told before which message of the same turn, for the rest will be told", () => {
  const joins: Aside[] = [];
  let seq = 0;
  const bus = new LocalBus({
    keep: (said) => {
      for (const { fact } of said) if ("seq" in fact) fact.seq = ++seq;
      return new Map();
    },
    afterTurn: (run) => turns.push(run),
  });
  const turns: (() => void)[] = [];
  bus.subscribe({
    apply: (fact, _, aside) => fact.type === "joined" && joins.push(aside),
    repeat: () => {},
    refuse: () => {},
  });
  bus.publish(message("one"), 1, NO_ASIDE);
  bus.publish(joined, 2, { from: 1 });
  bus.publish(message("two"), 1, NO_ASIDE);
  bus.publish(joined, 3, NO_ASIDE);
  turns[0]!();
  assertEquals(joins, [{ from: 1, before: 2 }, { before: 0 }]);
});

Deno.test("all who subscribe are told of each fact, in its order, before the next", () => {
  const turns: (() => void)[] = [];
  const told: string[] = [];
  const bus = new LocalBus({ keep: () => new Map(), afterTurn: (run) => turns.push(run) });
  for (const name of ["first", "second"]) {
    bus.subscribe({
      apply: (_fact, origin) => told.push(`${name} ${origin}`),
      repeat: () => {},
      refuse: () => {},
    });
  }
  for (const origin of [1, 2]) bus.publish(said(), origin, NO_ASIDE);
  for (const end of turns) end();
  assertEquals(told, ["first 1", "second 1", "first 2", "second 2"]);
});
