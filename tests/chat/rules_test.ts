import { assertEquals } from "@std/assert";
import { EVERYWHERE, Rules } from "../../src/chat/rules.ts";

const NOON = 1_700_000_000_000;
const HOUR = 3_600_000;

const ban = (subject: string, { room = EVERYWHERE, until = 0 } = {}) => (
  { room, rule: "ban", subject, by: "pat", until, reason: "", who: "" } as const
);

Deno.test("an address is kept out by a ban of it or of its network, everywhere or not at all", () => {
  const rules = new Rules();
  rules.set(ban("address:10.0.0.0/8"), NOON);
  rules.set(ban("address:2001:db8::/32"), NOON);
  rules.set(ban("address:192.0.2.1", { room: "dev" }), NOON);
  rules.set(ban("nick:192.0.2.2"), NOON);
  rules.set({ ...ban("address:192.0.2.3"), rule: "mute" }, NOON);
  const kept = ["10.9.9.9", "::ffff:10.0.0.1", "2001:db8::1"];
  for (const address of kept) assertEquals(rules.isBanned(address, NOON), true, address);
  const others = ["11.0.0.1", "192.0.2.1", "192.0.2.2", "192.0.2.3", "2001:db9::1", "", "bot ci"];
  for (const address of others) assertEquals(rules.isBanned(address, NOON), false, address);
});

Deno.test("a ban of an address is over when it says so, or when it is lifted", () => {
  const rules = new Rules();
  rules.set(ban("address:10.0.0.1", { until: NOON + HOUR }), NOON);
  assertEquals(rules.isBanned("10.0.0.1", NOON + HOUR - 1), true);
  assertEquals(rules.isBanned("10.0.0.1", NOON + HOUR), false);
  rules.lift(EVERYWHERE, "ban", "address:10.0.0.1");
  assertEquals(rules.isBanned("10.0.0.1", NOON), false);
});

Deno.test("a rule that was made while the clock was years ahead holds for as long as was meant", () => {
  const rules = new Rules();
  const ahead = NOON + 10_000 * HOUR;
  rules.set(ban("address:10.0.0.1", { until: ahead + HOUR }), ahead);
  rules.set(ban("address:10.0.0.2"), ahead);
  // The clock is set right.
  rules.tidy(NOON);
  assertEquals(rules.isBanned("10.0.0.1", NOON + HOUR - 1), true);
  rules.tidy(NOON + 1000);
  assertEquals(rules.isBanned("10.0.0.1", NOON + HOUR), false);
  assertEquals(rules.isBanned("10.0.0.2", NOON + 99 * HOUR), true, "for ever is for ever");
});
