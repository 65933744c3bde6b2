import { assertEquals, assertThrows } from "@std/assert";
import { Turns } from "../../src/server/turns.ts";

/** An event loop whose turns, pauses and clock are the test's. */
class Loop {
  time = 1000;
  ran: string[] = [];
  waiting: (() => void)[] = [];
  pauses: (() => void)[] = [];
  turns = new Turns({
    now: () => this.time,
    next: (run) => this.waiting.push(run),
    pause: () => new Promise<void>((resolve) => this.pauses.push(resolve)),
  });

  after(name: string) {
    this.turns.after(() => this.ran.push(name));
  }

  /** What waits for the next turn runs, and takes so long. */
  turn(milliseconds = 0) {
    const runs = this.waiting.splice(0);
    this.time += milliseconds;
    for (const run of runs) run();
  }

  async pauseEnds() {
    this.pauses.shift()!();
    await new Promise((resolve) => setTimeout(resolve, 0));
  }
}

/** Turns that follow one another for longer than they may without a pause. */
function busy(): Loop {
  const loop = new Loop();
  for (let count = 0; count < 3; count++) {
    loop.after("work");
    loop.turn(2);
  }
  return loop;
}

Deno.test("what is to run after this turn runs in the next one, in its order", () => {
  const loop = new Loop();
  loop.after("one");
  loop.after("two");
  assertEquals(loop.ran, []);
  loop.turn();
  assertEquals(loop.ran, ["one", "two"]);
});

Deno.test("when turns have followed one another for a while there is a pause, and nothing is run in it", async () => {
  const loop = busy();
  loop.after("one");
  loop.after("two");
  loop.turn();
  assertEquals(loop.ran, ["work", "work", "work"]);
  assertEquals(loop.pauses.length, 1);
  await loop.pauseEnds();
  assertEquals(loop.ran.slice(3), ["one", "two"]);
});

Deno.test("after a pause turns may follow one another again", async () => {
  const loop = busy();
  loop.after("after the pause");
  await loop.pauseEnds();
  loop.after("next");
  loop.turn();
  assertEquals(loop.ran.slice(3), ["after the pause", "next"]);
  assertEquals(loop.pauses.length, 0);
});

Deno.test("nobody waits for a pause in a loop that has had nothing to do", () => {
  const loop = busy();
  loop.time += 2;
  loop.after("quiet");
  loop.turn();
  assertEquals(loop.ran.at(-1), "quiet");
});

Deno.test("what fails is not the end of the turns", () => {
  const loop = new Loop();
  loop.turns.after(() => {
    throw new Error("a mistake");
  });
  assertThrows(() => loop.turn(), Error, "a mistake");
  loop.after("next");
  loop.turn();
  assertEquals(loop.ran, ["next"]);
});
