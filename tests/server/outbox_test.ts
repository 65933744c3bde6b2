import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Arena, viewOf } from "../../src/server/arena.ts";
import { Flusher } from "../../src/server/flusher.ts";
import { QueueBudget } from "../../src/server/queue_budget.ts";
import { Outbox } from "../../src/server/outbox.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

/** A peer whose turns and writes happen when the test says so. */
class Desk {
  written: string[] = [];
  happened: string[] = [];
  turns: (() => void)[] = [];
  #settle: { resolve(count: number): void; reject(error: Error): void }[] = [];
  time = 0;
  budget = new QueueBudget({ maxBytes: 1e9 });
  flusher = new Flusher(() => this.time, (run) => this.turns.push(run));

  outbox({ maxBytes = 1000, maxMilliseconds = 1000 } = {}): Outbox {
    const limits = { maxQueueBytes: maxBytes, maxQueueMilliseconds: maxMilliseconds };
    const { flusher, budget } = this;
    const sleep = () => Promise.resolve();
    return new Outbox({
      host: { flusher, budget, limits, sleep, metrics: { sentBytes: 0 } },
      connection: {
        write: (bytes) => {
          this.written.push(text(bytes));
          return new Promise((resolve, reject) => this.#settle.push({ resolve, reject }));
        },
      },
      owner: {
        onSlow: () => this.happened.push("slow"),
        onBroken: () => this.happened.push("broken"),
        onWritten: () => this.happened.push("end"),
      },
    });
  }

  turn() {
    for (const run of this.turns.splice(0)) run();
  }

  async takes(count: number) {
    this.#settle.shift()!.resolve(count);
    await Promise.resolve();
  }

  async breaks() {
    this.#settle.shift()!.reject(new Error("broken"));
    await Promise.resolve();
  }
}

Deno.test("what continues the last view of an arena extends it, and leaves without a copy", () => {
  const desk = new Desk();
  const arena = new Arena();
  const outbox = desk.outbox();
  for (const word of ["one ", "two ", "three"]) outbox.send(arena.append(bytes(word)));
  desk.turn();
  assertEquals(desk.written, ["one two three"]);
});

Deno.test("private and shared bytes leave in the order in which they were sent", () => {
  const desk = new Desk();
  const arena = new Arena();
  const outbox = desk.outbox();
  outbox.send(arena.append(bytes("a")));
  outbox.send(viewOf(bytes("b")));
  arena.append(bytes("for others"));
  outbox.send(arena.append(bytes("c")));
  desk.turn();
  assertEquals(desk.written, ["abc"]);
});

Deno.test("while a write is under way all else waits, and then leaves in one", async () => {
  const desk = new Desk();
  const outbox = desk.outbox();
  outbox.send(viewOf(bytes("one")));
  desk.turn();
  outbox.send(viewOf(bytes("two")));
  outbox.send(viewOf(bytes("three")));
  desk.turn();
  assertEquals(desk.written, ["one"]);
  await desk.takes(3);
  desk.turn();
  assertEquals(desk.written, ["one", "twothree"]);
});

Deno.test("a write that takes only a part is followed by the rest", async () => {
  const desk = new Desk();
  const outbox = desk.outbox();
  outbox.send(viewOf(bytes("abcdef")));
  outbox.close();
  desk.turn();
  await desk.takes(2);
  await desk.takes(3);
  assertEquals(desk.happened, []);
  await desk.takes(1);
  assertEquals([desk.written, desk.happened], [["abcdef", "cdef", "f"], ["end"]]);
});

Deno.test("one byte past the limit is too slow, the bytes being written included", () => {
  const desk = new Desk();
  const outbox = desk.outbox({ maxBytes: 10 });
  outbox.send(viewOf(bytes("12345")));
  desk.turn();
  outbox.send(viewOf(bytes("67890")));
  assertEquals(desk.happened, []);
  outbox.send(viewOf(bytes("1")));
  assertEquals(desk.happened, ["slow"]);
});

Deno.test("one that is cut gets a last word after what is being written, and nothing else", async () => {
  const desk = new Desk();
  const outbox = desk.outbox({ maxBytes: 10 });
  outbox.send(viewOf(bytes("12345")));
  desk.turn();
  outbox.send(viewOf(bytes("never")));
  outbox.cut(bytes("that was too slow"));
  outbox.send(viewOf(bytes("never")));
  await desk.takes(5);
  desk.turn();
  await desk.takes(17);
  assertEquals(desk.written, ["12345", "that was too slow"]);
  assertEquals(desk.happened, ["end"]);
});

Deno.test("a byte that waits longer than it may makes the outbox late, not sooner", async () => {
  const desk = new Desk();
  const outbox = desk.outbox({ maxMilliseconds: 1000 });
  outbox.send(viewOf(bytes("abc")));
  desk.turn();
  await desk.takes(1);
  assertEquals([outbox.isLate(1000), outbox.isLate(1001)], [false, true]);
  await desk.takes(2);
  assertEquals(outbox.isLate(9999), false);
});

Deno.test("a broken connection takes nothing more, and ends when it is closed", async () => {
  const desk = new Desk();
  const outbox = desk.outbox();
  outbox.send(viewOf(bytes("abc")));
  desk.turn();
  await desk.breaks();
  outbox.send(viewOf(bytes("def")));
  desk.turn();
  assertEquals([desk.written, desk.happened, outbox.pendingBytes], [["abc"], ["broken"], 0]);
  outbox.close();
  outbox.close();
  assertEquals(desk.happened, ["broken", "end"]);
});

Deno.test("an outbox with nothing to say ends as soon as it is closed", () => {
  const desk = new Desk();
  const outbox = desk.outbox();
  outbox.close();
  assertEquals(desk.happened, ["end"]);
});

Deno.test("a room of hundreds is flushed in slices, a turn each, and everybody once", () => {
  const desk = new Desk();
  for (let index = 0; index < 150; index++) desk.outbox().send(viewOf(bytes(`${index}`)));
  const sizes = [1, 2, 3].map(() => {
    desk.turn();
    return desk.written.length;
  });
  assertEquals(sizes, [64, 128, 150]);
  assertEquals(desk.turns.length, 0);
});

Deno.test("a flusher that is never idle does not go on holding what it has written", () => {
  const desk = new Desk();
  const flushed: number[] = [];
  let added = 0;
  const add = (count: number) => {
    for (const end = added + count; added < end; added++) {
      const index = added;
      desk.flusher.add({ flush: () => flushed.push(index) });
    }
  };
  add(1000);
  for (let turn = 0; turn < 1000; turn++) {
    add(64);
    desk.turn();
    assert(desk.flusher.size <= 1000 + 64 + 4096, `${desk.flusher.size}`);
  }
  while (desk.turns.length > 0) desk.turn();
  assertEquals(flushed, Array.from({ length: added }, (_, index) => index));
});

Deno.test("law: whatever is sent arrives, in order, however the peer takes it", async () => {
  const message = fc.record({ size: fc.nat(30_000), isShared: fc.boolean(), takes: fc.nat(100) });
  await fc.assert(
    fc.asyncProperty(fc.array(message, { maxLength: 30 }), async (messages) => {
      const desk = new Desk();
      const arena = new Arena();
      const outbox = desk.outbox({ maxBytes: Infinity });
      let sent = "";
      let taken = "";
      const take = async (count: number) => {
        const writing = desk.written.shift();
        if (writing === undefined) return false;
        const part = Math.min(Math.max(1, count), writing.length);
        taken += writing.slice(0, part);
        await desk.takes(part);
        return true;
      };
      for (const [index, { size, isShared, takes }] of messages.entries()) {
        const piece = new Uint8Array(size + 1).fill(65 + index);
        sent += text(piece);
        outbox.send(isShared ? arena.append(piece) : viewOf(piece));
        arena.append(bytes("for others"));
        desk.turn();
        await take(takes);
      }
      outbox.close();
      do desk.turn(); while (await take(Infinity) || desk.turns.length > 0);
      assert(taken === sent);
      assertEquals(desk.happened, ["end"]);
    }),
    { numRuns: 30 },
  );
});
