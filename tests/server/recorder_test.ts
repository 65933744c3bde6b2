import { assertEquals, assertThrows } from "@std/assert";
import type { Published } from "../../src/bus/bus.ts";
import type { Message, Told } from "../../src/chat/event.ts";
import { Metrics } from "../../src/server/metrics.ts";
import { Recorder } from "../../src/server/recorder.ts";
import type { Kept, Repeats } from "../../src/store/history.ts";
import { message, tell } from "../chat/events.ts";

/** A recorder, and all that it does to the world. */
class World {
  time = 5000;
  happened: string[] = [];
  kept: Kept[] = [];
  repeats: Repeats = new Map();
  isFull = false;
  /** How often there is more to do; Infinity for always. */
  work = 0;
  recorder: Recorder;
  #wake: (() => void) | undefined;

  constructor() {
    this.recorder = new Recorder({
      history: {
        append: (said) => {
          this.#write("append");
          this.kept.push(...said);
          return this.repeats;
        },
        probe: () => this.#write("probe"),
        tend: (now) => {
          this.#write(`tend at ${now}`);
          return this.work-- > 0;
        },
      },
      ownerOf: (place) => ["", "ada", "bea"][place] ?? "",
      announce: (text) => this.happened.push(`announce: ${text.split(":")[0]}`),
      log: (level, _message, fields = {}) => {
        this.happened.push([level, ...Object.values(fields)].join(" "));
      },
      metrics: new Metrics({ now: 0 }),
      now: () => this.time,
      monotonic: () => this.time,
      sleep: () => new Promise((resolve) => this.#wake = resolve),
    });
  }

  /** What happens until then is none of the test's business. */
  forgets() {
    this.happened = [];
  }

  /** The pause between two pieces of work is over. */
  async wakes() {
    this.#wake?.();
    this.#wake = undefined;
    for (let turn = 0; turn < 3; turn++) await Promise.resolve();
  }

  says(...texts: string[]) {
    this.time += 100;
    return this.recorder.keep(texts.map((text) => published(message({ text }))));
  }

  #write(what: string) {
    if (this.isFull) throw new Error(`no ${what.split(" ")[0]}: the disk is full`);
    this.happened.push(what);
  }
}

function published(fact: Message | Told, origin = 1, to = 0): Published<Message | Told> {
  return { fact, origin, aside: { to } };
}

Deno.test("a direct message is stored with whose it is, and others are nobody's", () => {
  const world = new World();
  const told = tell("told", { nick: "chris", to: "pat", at: 5, text: "psst" });
  world.recorder.keep([
    published(message(), 1, 2),
    published(told, 1, 2),
    published(told, 2, 1),
    published(told, 2, 9),
  ]);
  assertEquals(world.kept.map((it) => [it.fact.type, it.sender, it.receiver]), [
    ["message", "", ""],
    ["told", "ada", "bea"],
    ["told", "bea", "ada"],
    ["told", "bea", ""],
  ]);
});

Deno.test("what was stored before is handed back", () => {
  const world = new World();
  world.repeats = new Map([[message(), { seq: 3, at: 4 }]]);
  assertEquals(world.says("again"), world.repeats);
});

Deno.test("that nothing can be stored is announced once, however much is refused", () => {
  const world = new World();
  world.isFull = true;
  for (const texts of [["one"], ["two", "three"]]) {
    assertThrows(() => world.says(...texts), Error, "the disk is full");
  }
  assertEquals(world.happened, [
    "error Error: no append: the disk is full",
    "announce: history is paused",
  ]);
});

Deno.test("as soon as a message is stored again that is announced, with how many were refused", () => {
  const world = new World();
  world.isFull = true;
  for (const texts of [["one"], ["two", "three"]]) assertThrows(() => world.says(...texts));
  world.forgets();
  world.isFull = false;
  world.says("four");
  world.says("five");
  assertEquals(world.happened, [
    "append",
    "warning 3",
    "announce: history goes on",
    "append",
  ]);
});

Deno.test("while nothing can be stored it is tried again, and announced when it can, though nobody speaks", async () => {
  const world = new World();
  world.isFull = true;
  assertThrows(() => world.says("one"));
  world.forgets();
  await world.recorder.tend();
  await world.recorder.tend();
  assertEquals(world.happened, []);
  world.isFull = false;
  await world.recorder.tend();
  await world.recorder.tend();
  assertEquals(world.happened, [
    "probe",
    "warning 1",
    "announce: history goes on",
    "tend at 5100",
    "tend at 5100",
  ]);
});

Deno.test("where a try has just been in vain the next one is not made, and refused all the same", () => {
  const world = new World();
  world.isFull = true;
  assertThrows(() => world.says("one"));
  world.isFull = false;
  world.time -= 50;
  assertThrows(() => world.says("two"), Error, "nothing can be stored now");
  assertEquals(world.kept, []);
  world.says("three");
  assertEquals(world.kept.length, 1);
});

Deno.test("a second pause is announced like the first", () => {
  const world = new World();
  for (const isFull of [true, false, true]) {
    world.isFull = isFull;
    try {
      world.says("one");
    } catch {
      // It is refused.
    }
  }
  const announced = world.happened.filter((it) => it.startsWith("announce"));
  assertEquals(announced, [
    "announce: history is paused",
    "announce: history goes on",
    "announce: history is paused",
  ]);
});

Deno.test("a history that cannot be looked after is logged, and people are not told", async () => {
  const world = new World();
  world.isFull = true;
  await world.recorder.tend();
  assertEquals(world.happened, ["warning Error: no tend: the disk is full"]);
});

Deno.test("work that can wait is done piece by piece, with a pause after each", async () => {
  const world = new World();
  world.work = 2;
  const done = world.recorder.tend();
  assertEquals(world.happened.length, 1);
  await world.wakes();
  assertEquals(world.happened.length, 2);
  await world.wakes();
  await done;
  assertEquals(world.happened, Array(3).fill("tend at 5000"));
});

Deno.test("two who look after the history at once do its work once", async () => {
  const world = new World();
  world.work = 1;
  const done = Promise.all([world.recorder.tend(), world.recorder.tend()]);
  assertEquals(world.happened.length, 1);
  await world.wakes();
  await done;
  assertEquals(world.happened.length, 2);
});

Deno.test("while people talk only one piece is done each time, however much there is to do", async () => {
  const world = new World();
  world.work = Infinity;
  for (let second = 1; second <= 3; second++) {
    world.says("hi");
    await world.recorder.tend();
    const tended = world.happened.filter((it) => it.startsWith("tend"));
    assertEquals(tended.length, second);
  }
});

Deno.test("who begins to talk has the work stop at its next pause", async () => {
  const world = new World();
  world.work = Infinity;
  const done = world.recorder.tend();
  world.says("hi");
  await world.wakes();
  await done;
  assertEquals(world.happened, ["tend at 5000", "append", "tend at 5100"]);
});

Deno.test("once told to stop it touches the history no more, and whoever waits for it goes on", async () => {
  const world = new World();
  world.work = Infinity;
  const done = world.recorder.tend();
  world.recorder.stop();
  await world.wakes();
  await done;
  await world.recorder.tend();
  assertEquals(world.happened, ["tend at 5000"]);
});
