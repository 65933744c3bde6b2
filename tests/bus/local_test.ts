import { assertEquals, assertThrows } from "@std/assert";
import { LocalBus } from "../../src/bus/local.ts";
import type { Fact } from "../../src/chat/event.ts";

/** A bus whose turns end when the test says so, and what it has done. */
function setUp(fails: () => boolean = () => false) {
  const happened: string[] = [];
  const turns: (() => void)[] = [];
  const bus = new LocalBus({
    keep(said) {
      if (fails()) throw new Error("the disk is full");
      happened.push(`keep ${said.map((it) => it.text).join()}`);
    },
    onFailure: (error) => happened.push(String(error)),
    afterTurn: (run) => turns.push(run),
  });
  bus.subscribe({
    apply: (fact, origin) => happened.push(`apply ${fact.type} of ${origin}`),
    refuse: (fact, origin) => happened.push(`refuse ${fact.type} of ${origin}`),
  });
  return { bus, happened, endTurn: () => turns.splice(0).forEach((run) => run()), turns };
}

const message = (text: string): Fact => (
  { type: "message", room: "lobby", seq: 0, at: 0, nick: "chris", text, emote: false, id: "" }
);
const joined: Fact = { type: "joined", room: "lobby", nick: "pat" };
const told: Fact = { type: "told", nick: "chris", to: "pat", at: 0, text: "psst", id: "" };

Deno.test("a turn's facts are kept together, and only then happen, in their order", () => {
  const { bus, happened, endTurn } = setUp();
  bus.publish(message("one"), 1);
  bus.publish(joined, 2);
  bus.publish(told, 1);
  assertEquals(happened, []);
  endTurn();
  assertEquals(happened, [
    "keep one,psst",
    "apply message of 1",
    "apply joined of 2",
    "apply told of 1",
  ]);
});

Deno.test("what cannot be kept is refused, and the rest happens all the same", () => {
  let isFull = true;
  const { bus, happened, endTurn } = setUp(() => isFull);
  bus.publish(message("one"), 1);
  bus.publish(joined, 2);
  endTurn();
  assertEquals(happened, ["Error: the disk is full", "refuse message of 1", "apply joined of 2"]);
  isFull = false;
  bus.publish(message("two"), 1);
  endTurn();
  assertEquals(happened.slice(3), ["keep two", "apply message of 1"]);
});

Deno.test("a turn in which nobody speaks keeps nothing", () => {
  const { bus, happened, endTurn } = setUp();
  bus.publish(joined, 2);
  endTurn();
  assertEquals(happened, ["apply joined of 2"]);
});

Deno.test("whoever waits goes on, even if a fact of the turn fails", async () => {
  const turns: (() => void)[] = [];
  const bus = new LocalBus({
    keep: () => {},
    onFailure: () => {},
    afterTurn: (run) => turns.push(run),
  });
  bus.subscribe({
    apply: () => {
      throw new Error("a mistake of ours");
    },
    refuse: () => {},
  });
  bus.publish(joined, 1);
  const settled = bus.settled();
  assertThrows(() => turns[0]!(), Error, "a mistake of ours");
  await settled;
});

Deno.test("settled waits for what has been published, and for nothing else", async () => {
  const { bus, happened, endTurn, turns } = setUp();
  assertEquals(bus.settled(), undefined);
  bus.publish(joined, 1);
  bus.publish(joined, 2);
  assertEquals(turns.length, 1);
  const settled = bus.settled()!.then(() => happened.push("settled"));
  endTurn();
  await settled;
  assertEquals(happened, ["apply joined of 1", "apply joined of 2", "settled"]);
  assertEquals(bus.settled(), undefined);
});
