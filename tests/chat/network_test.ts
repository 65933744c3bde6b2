import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { householdOf, isWithin, parseNetwork } from "../../src/chat/network.ts";

const within = (address: string, ...networks: string[]) =>
  isWithin(address, networks.map((it) => parseNetwork(it)!));

Deno.test("an address lies in the networks that begin as it does", () => {
  assert(within("10.1.2.3", "10.0.0.0/8"));
  assert(!within("11.1.2.3", "10.0.0.0/8"));
  assert(within("127.0.0.1", "127.0.0.1/8"), "bits beyond the prefix count for nothing");
  assert(within("192.168.0.7", "192.168.0.7"));
  assert(!within("192.168.0.8", "192.168.0.7"));
  assert(within("2001:db8::5", "10.0.0.0/8", "2001:db8::/32"));
  assert(!within("2001:db9::5", "2001:db8::/32"));
  assert(within("8.8.8.8", "0.0.0.0/0") && within("::1", "::/0"));
});

Deno.test("an IPv4 address is the same one when it is written as an IPv6 one", () => {
  assert(within("::ffff:10.0.0.1", "10.0.0.0/8"));
  assert(within("10.0.0.1", "::ffff:a00:0/104"));
  assertEquals(householdOf("::ffff:10.0.0.1"), householdOf("10.0.0.1"));
});

Deno.test("no IPv6 address lies in a network of all IPv4 addresses", () => {
  assert(!within("2001:db8::1", "0.0.0.0/0"));
});

const NO_NETWORKS = [
  ...[
    "",
    "x",
    "10",
    "10.0.0",
    "10.0.0.256",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/8/8",
    "1.2.3.4.5",
  ],
  ...[
    "::1/129",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "g::",
    "::1/",
    "::1.2.3",
    "1.2.3.4::",
  ],
];

Deno.test("what is no network is none", () => {
  for (const text of NO_NETWORKS) assertEquals(parseNetwork(text), undefined, text);
});

Deno.test("IPv6 addresses with the same 64 bits in front are one household", () => {
  assertEquals(householdOf("2001:db8:1:2::1"), householdOf("2001:db8:1:2:ffff::9"));
  assert(householdOf("2001:db8:1:2::1") !== householdOf("2001:db8:1:3::1"));
  assert(householdOf("10.0.0.1") !== householdOf("10.0.0.2"));
});

Deno.test("law: an address lies in each network made of its own first bits, and in none of another's", () => {
  const groups = fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 });
  fc.assert(
    fc.property(groups, fc.nat(7), fc.integer({ min: 1, max: 0xffff }), (address, at, change) => {
      const text = (groups: number[]) => groups.map((it) => it.toString(16)).join(":");
      const other = address.with(at, address[at]! ^ change);
      assert(within(text(address), `${text(address)}/${16 * (at + 1)}`));
      assert(within(text(other), `${text(address)}/${16 * at}`));
      assert(!within(text(other), `${text(address)}/${16 * (at + 1)}`));
    }),
  );
});
