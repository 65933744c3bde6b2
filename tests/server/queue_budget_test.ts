import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ask } from "../../src/chat/command.ts";
import { Arena, viewOf } from "../../src/server/arena.ts";
import { Flusher } from "../../src/server/flusher.ts";
import { Outbox } from "../../src/server/outbox.ts";
import { QueueBudget, toSacrifice } from "../../src/server/queue_budget.ts";
import { native } from "../../src/wire/native.ts";
import { Evening, type Peer, turn } from "./evening.ts";

const greedy = (ownQueuedBytes: number, slowSince: number) => ({ ownQueuedBytes, slowSince });

Deno.test("those are cut first who have taken nothing for longest, until the rest fits in", () => {
  const peers = [greedy(300, 5), greedy(300, 3), greedy(300, 4), greedy(300, Infinity)];
  const chosen = toSacrifice(peers, { bytes: 1200, maxBytes: 1000 });
  assertEquals(chosen.map(({ slowSince }) => slowSince), [3, 4]);
});

Deno.test("who has no more than a fair share is not cut, however slow", () => {
  const peers = [greedy(250, 1), greedy(251, 2), greedy(9000, 3), greedy(0, 4)];
  const chosen = toSacrifice(peers, { bytes: 9501, maxBytes: 1000 });
  assertEquals(chosen.map(({ slowSince }) => slowSince), [2, 3]);
});

Deno.test("one byte more than there may be has somebody cut, and one less has not", () => {
  const budget = new QueueBudget({ maxBytes: 100 });
  let calls = 0;
  budget.relieve = () => {
    calls++;
    // Whoever is cut is told so.
    budget.add(5);
  };
  budget.add(100);
  assertEquals(calls, 0);
  budget.add(1);
  assertEquals(calls, 1);
});

Deno.test("law: whatever is sent, written, cut or broken, the budget is what the outboxes hold", async () => {
  const step = fc.record({
    what: fc.constantFrom("own", "shared", "turn", "write", "break", "cut", "abandon", "close"),
    which: fc.nat(2),
    bytes: fc.integer({ min: 1, max: 300 }),
  });
  await fc.assert(fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
    const budget = new QueueBudget({ maxBytes: 1e9 });
    const arena = new Arena();
    let turns: (() => void)[] = [];
    const flusher = new Flusher(() => 0, (run) => turns.push(run));
    const writes: PromiseWithResolvers<number>[][] = [[], [], []];
    const lengths: number[][] = [[], [], []];
    const outboxes = writes.map((own, index) =>
      new Outbox({
        host: {
          flusher,
          budget,
          limits: { maxQueueBytes: 1000, maxQueueMilliseconds: 1 },
          sleep: () => Promise.resolve(),
          metrics: { sentBytes: 0 },
        },
        connection: {
          write: (bytes) => {
            lengths[index]!.push(bytes.length);
            own.push(Promise.withResolvers());
            return own.at(-1)!.promise;
          },
        },
        owner: { onSlow: () => {}, onBroken: () => {}, onWritten: () => {} },
      })
    );
    for (const { what, which, bytes } of steps) {
      const outbox = outboxes[which]!;
      if (what === "own") outbox.send(viewOf(new Uint8Array(bytes)));
      if (what === "shared") outbox.send(arena.append(new Uint8Array(bytes)));
      if (what === "turn") { for (const run of turns.splice(0)) run(); }
      if (what === "write") {
        const all = lengths[which]!.shift();
        if (all) writes[which]!.shift()!.resolve(Math.min(bytes, all));
      }
      if (what === "break") writes[which]!.shift()?.reject(new Error("broken"));
      if (what === "break") lengths[which]!.shift();
      if (what === "cut") outbox.cut(new Uint8Array(bytes));
      if (what === "abandon") outbox.abandon();
      if (what === "close") outbox.close();
      await turn();
      const held = outboxes.reduce((sum, it) => sum + it.ownBytes, 0);
      assertEquals(budget.bytes, held);
      assert(outboxes.every((it) => it.ownBytes >= 0));
    }
    turns = [];
  }));
});

/** Somebody who asks for all that was said, and reads nothing of it. */
async function deaf(evening: Evening, nick: string): Promise<Peer> {
  const peer = await evening.person(nick);
  peer.connection.takes = 0;
  return peer;
}

Deno.test("300 who ask for history and never read stay within the budget, and good readers read on", async () => {
  const maxTotalBytes = 2_000_000;
  const evening = new Evening({
    maxTotalBytes,
    maxUsers: 1000,
    hub: { maxUsers: 1000 },
    limits: { maxQueueBytes: 400_000 },
  });
  const chris = await evening.person("chris");
  for (let index = 0; index < 100; index++) chris.say("x".repeat(900));
  const crowd: Peer[] = [];
  let most = 0;
  for (let index = 0; index < 300; index++) {
    const peer = await deaf(evening, `deaf${index}`);
    crowd.push(peer);
    for (let times = 0; times < 5; times++) peer.says(ask("history", { room: "lobby", limit: 50 }));
    for (let turns = 0; turns < 6; turns++) await turn();
    most = Math.max(most, evening.budget.bytes);
  }
  assert(most <= maxTotalBytes, `${most}`);
  assert(crowd.some((peer) => peer.connection.isClosed), "nobody was cut");
  assert(evening.metrics.ended["slow-reader"] > 0);
  chris.passesOver();
  chris.says(ask("history", { room: "lobby", limit: 20 }));
  const answer = await chris.hears((event) => event.type === "history");
  assertEquals(answer.type === "history" && answer.messages.length, 20);
  assertEquals(chris.connection.isClosed, false);
  for (const { connection } of crowd) connection.close();
  await Promise.all(crowd.map((peer) => peer.ended));
  await turn();
  assertEquals(evening.budget.bytes, 0);
});

Deno.test("what many wait for is memory once, and nobody is cut for it", async () => {
  const evening = new Evening({ maxTotalBytes: 50_000 });
  const chris = await evening.person("chris", native);
  const crowd: Peer[] = [];
  for (let index = 0; index < 50; index++) crowd.push(await evening.person(`peer${index}`));
  for (const peer of crowd) peer.connection.takes = 0;
  for (let index = 0; index < 50; index++) chris.say("y".repeat(900));
  await chris.hears((event) => event.type === "message" && event.seq === 50);
  await turn();
  const { queuedBytes } = evening.server.snapshot({ people: 0, rooms: 0, roomsOfEach: 0 });
  assert(queuedBytes > 2_000_000, `${queuedBytes}`);
  assertEquals(evening.metrics.ended["slow-reader"], 0);
  for (const { connection } of crowd) connection.close();
  await Promise.all(crowd.map((peer) => peer.ended));
});
