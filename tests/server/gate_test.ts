import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Gate, type GateLimits } from "../../src/server/gate.ts";
import { parseNetwork } from "../../src/chat/network.ts";

const LIMITS: GateLimits = {
  maxConnections: 10,
  maxPerAddress: 3,
  pace: { burst: 1000, perSecond: 0 },
  changes: { burst: 2, perSecond: 1 },
  trusted: [],
};

const BANNED = "10.6.6.6";
const gate = (limits: Partial<GateLimits> = {}) =>
  new Gate({ limits: { ...LIMITS, ...limits }, isBanned: (address) => address === BANNED });
const answer = (gate: Gate, address: string, now = 0) => {
  const entered = gate.enter(address, now);
  if (typeof entered === "string") return entered;
  return entered.isBusy ? "in to be told" : "in";
};

Deno.test("the last of the connections from one address is let in, and one more is only told", () => {
  const it = gate();
  assertEquals([1, 2, 3, 4].map(() => answer(it, "10.0.0.1")), [
    ...["in", "in", "in", "in to be told"],
  ]);
  assertEquals(answer(it, "10.0.0.2"), "in", "others come in all the same");
});

Deno.test("all from one address change things at one pace, and those elsewhere and the trusted at theirs", () => {
  const it = gate({ trusted: [parseNetwork("10.9.0.0/16")!] });
  const changes = (address: string) => {
    const entry = it.enter(address, 0);
    return typeof entry === "string" ? undefined : entry.changes;
  };
  assertEquals(changes("10.0.0.1"), changes("10.0.0.1"));
  for (let times = 0; times < 2; times++) changes("10.0.0.1")!.take(0);
  assertEquals(changes("10.0.0.1")!.wait(0), 1000);
  assertEquals(changes("10.0.0.2")!.wait(0), 0);
  assertEquals(changes("10.9.0.1"), undefined);
});

Deno.test("the last of all connections is let in, and one more is not", () => {
  const it = gate();
  for (let i = 0; i < 10; i++) assertEquals(answer(it, `10.0.0.${i}`), "in");
  assertEquals(answer(it, "10.0.1.0"), "too-many");
});

Deno.test("so many are told at once that they are too many, and one more is closed unheard", () => {
  const it = gate({ maxConnections: 1000, maxPerAddress: 1 });
  assertEquals(answer(it, "10.0.0.1"), "in");
  const told = Array.from({ length: 64 }, () => it.enter("10.0.0.1", 0));
  assertEquals(told.every((one) => typeof one !== "string" && one.isBusy), true);
  assertEquals(answer(it, "10.0.0.1"), "too-many-from-address");
  assertEquals(answer(it, "10.0.0.2"), "in");
  if (typeof told[0] === "object") told[0].leave();
  assertEquals(answer(it, "10.0.0.1"), "in to be told");
  assertEquals(it.connections, 66);
});

Deno.test("whoever comes from where nobody may come from is not let in, trusted or not", () => {
  const trusted = [parseNetwork("10.0.0.0/8")!];
  for (const it of [gate(), gate({ trusted })]) {
    assertEquals(answer(it, BANNED), "banned-address");
    assertEquals(it.connections, 0);
  }
});

Deno.test("limits that change hold for those who come next, and throw nobody out", () => {
  const limits = { ...LIMITS, pace: { burst: 1, perSecond: 1 } };
  const it = new Gate({ limits, isBanned: () => false });
  assertEquals([0, 0].map((now) => answer(it, "10.0.0.1", now)), ["in", "too-often-from-address"]);
  limits.pace.burst = 3;
  assertEquals(answer(it, "10.0.0.1"), "in");
  limits.maxPerAddress = 1;
  assertEquals(answer(it, "10.0.0.1"), "in to be told");
  assertEquals(it.connections, 3);
});

Deno.test("who leaves makes room for the next", () => {
  const it = gate({ maxPerAddress: 1 });
  const entered = it.enter("10.0.0.1", 0);
  assertEquals(answer(it, "10.0.0.1"), "in to be told");
  if (typeof entered !== "string") entered.leave();
  assertEquals(answer(it, "10.0.0.1"), "in");
});

Deno.test("a household's whole IPv6 network counts as one address", () => {
  const it = gate({ maxPerAddress: 1 });
  assertEquals(answer(it, "2001:db8::1"), "in");
  assertEquals(answer(it, "2001:db8::2"), "in to be told");
  assertEquals(answer(it, "2001:db8:0:1::2"), "in");
});

Deno.test("who connects too often waits, and what was refused does not count", () => {
  const it = gate({
    maxPerAddress: 1000,
    maxConnections: 1000,
    pace: { burst: 2, perSecond: 1 },
  });
  assertEquals([0, 0, 0, 0, 500, 999].map((now) => answer(it, "10.0.0.1", now)), [
    ...["in", "in", ...Array(4).fill("too-often-from-address")],
  ]);
  assertEquals(answer(it, "10.0.0.1", 1000), "in");
  assertEquals(answer(it, "10.0.0.2", 1000), "in");
});

Deno.test("only the limit in all holds for those who are trusted", () => {
  const trusted = [parseNetwork("127.0.0.1/8")!];
  const it = gate({ maxPerAddress: 1, pace: { burst: 1, perSecond: 1 }, trusted });
  for (let i = 0; i < 10; i++) assertEquals(answer(it, "127.0.0.1"), "in");
  assertEquals(answer(it, "127.0.0.1"), "too-many");
});

Deno.test("law: nobody is counted twice or forgotten, whatever order they come and go in", () => {
  const step = fc.record({ address: fc.nat(4), leaves: fc.boolean() });
  fc.assert(fc.property(fc.array(step), (steps) => {
    const it = gate();
    const here: { address: number; isBusy: boolean; leave(): void }[] = [];
    for (const [now, { address, leaves }] of steps.entries()) {
      it.tidy(1e9 * now);
      const index = here.findIndex((one) => one.address === address);
      if (leaves && index >= 0) {
        here.splice(index, 1)[0]!.leave();
        continue;
      }
      const hasRoom = here.length < 10;
      const isBusy = here.filter((one) => one.address === address && !one.isBusy).length >= 3;
      const entered = it.enter(`10.0.0.${address}`, 1e9 * now);
      assertEquals(typeof entered !== "string", hasRoom);
      assertEquals(typeof entered !== "string" && entered.isBusy, hasRoom && isBusy);
      if (typeof entered !== "string") here.push({ address, ...entered });
    }
    assertEquals(it.connections, here.length);
  }));
});
