import { assertEquals } from "@std/assert";
import type { Deed } from "../../src/chat/event.ts";
import { Thinning } from "../../src/server/thinning.ts";
import type { Choose } from "../../src/store/history.ts";
import { LIMITS } from "../chat/limits.ts";

class Kept {
  all: Deed[] = [];
  logged: string[] = [];
  tries = 0;
  isBroken = false;
  thinning = this.startsAgain();

  /** As after a restart. */
  startsAgain(): Thinning {
    const history = {
      deeds: () => this.all,
      thinDeeds: (choose: Choose) => {
        this.tries++;
        if (this.isBroken) throw new Error("the disk is full");
        const chosen = choose(this.all);
        if (chosen) this.all = [...chosen.made, ...chosen.kept.map((place) => this.all[place]!)];
        return this.all.length;
      },
    };
    const log = (_level: string, message: string) => void this.logged.push(message);
    this.thinning = new Thinning({ history, limits: LIMITS, log });
    this.thinning.begin();
    return this.thinning;
  }

  does(count: number, deed: (index: number) => Deed) {
    for (let index = 0; index < count; index++) {
      this.all.push(deed(index));
      this.thinning.apply(deed(index));
    }
    this.thinning.check();
  }
}

const topic = (): Deed => ({ type: "topic", room: "lobby", nick: "pat", text: "tea", at: 1 });
const ban = (index: number): Deed => ({
  ...{ type: "ruled", room: "", rule: "ban", subject: `nick:n${index}`, by: "pat" },
  ...{ until: 0, reason: "", who: "", at: 1 },
});

Deno.test("what has no effect any more is not kept for longer than it takes to be very many", () => {
  const kept = new Kept();
  kept.does(9_999, topic);
  assertEquals(kept.all.length, 9_999);
  kept.does(1, topic);
  assertEquals([kept.all.length, kept.logged], [1, ["thinned"]]);
});

Deno.test("what was there before a restart is thinned before anybody is there", () => {
  const kept = new Kept();
  kept.all = Array.from({ length: 50_000 }, topic);
  assertEquals(kept.startsAgain().begin().length, 1);
  assertEquals(kept.all.length, 1);
});

Deno.test("where all of it is needed it is left alone, and not looked through again and again", () => {
  const kept = new Kept();
  kept.does(10_000, ban);
  assertEquals([kept.all.length, kept.tries], [10_000, 1]);
  for (let second = 0; second < 100; second++) kept.does(100, ban);
  assertEquals([kept.all.length, kept.tries, kept.logged], [20_000, 1, []]);
});

Deno.test("what would take long waits for the next start", () => {
  const kept = new Kept();
  kept.does(20_001, topic);
  assertEquals([kept.all.length, kept.tries], [20_001, 0]);
  kept.startsAgain();
  assertEquals(kept.all.length, 1);
});

Deno.test("while nothing can be stored all stays as it was, and is not tried each second", () => {
  const kept = new Kept();
  kept.isBroken = true;
  kept.does(10_000, topic);
  kept.thinning.check();
  assertEquals([kept.all.length, kept.tries, kept.logged.length], [10_000, 1, 1]);
  kept.isBroken = false;
  kept.startsAgain();
  assertEquals(kept.all.length, 1);
});
