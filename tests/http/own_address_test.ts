import { assertEquals } from "@std/assert";
import { ownAddresses } from "../../src/http/own_address.ts";
import type { Visit } from "../../src/server/door.ts";

const HERE: Visit = { peer: "127.0.0.1:50000", addresses: ["127.0.0.1:3490"] };
const FAR: Visit = { peer: "203.0.113.9:50000", addresses: ["192.0.2.1:3490"] };
const FAR_V6: Visit = { peer: "[2001:db8::9]:50000", addresses: ["[2001:db8::1]:3490"] };
const SECURE: Visit = { ...FAR, addresses: ["192.0.2.1:443"], isSecure: true };
const OPEN: Visit = { ...FAR, addresses: ["192.0.2.1:80"] };
const FORWARDED = { "x-forwarded-for": "203.0.113.9" };
const hosts = ["localhost", "chat.example", "pi.lan"];

const TABLE: [
  what: string,
  host: string,
  visit: Visit,
  counts: boolean,
  headers?: Record<string, string>,
][] = [
  ["a name of its own", "chat.example", FAR, true],
  ["... with a port, which may be another's in between", "Chat.Example:8443", FAR, true],
  ["... by way of a proxy", "chat.example", HERE, true, FORWARDED],
  ["a machine's name", "pi.lan:3490", FAR, true],
  ["somebody else's name", "relay.example", FAR, false],
  ["the address that was connected to", "192.0.2.1:3490", FAR, true],
  ["... of the other kind", "[2001:DB8::1]:3490", FAR_V6, true],
  ["... at the port that goes without saying", "192.0.2.1", OPEN, true],
  ["... at the other such port", "192.0.2.1", SECURE, true],
  ["... at the wrong one", "192.0.2.1", FAR, false],
  ["a relay's address", "198.51.100.7:3490", FAR, false],
  ["another port of this machine's", "192.0.2.1:3491", FAR, false],
  ["localhost, at this machine", "localhost:3490", HERE, true],
  ["... through a tunnel to it, at any port", "localhost:8080", HERE, true],
  ["... by its address", "127.0.0.1:8080", HERE, true],
  ["localhost of somebody far away", "localhost:3490", FAR, false],
  ["... by its address", "127.0.0.1:3490", { ...FAR, addresses: HERE.addresses! }, false],
  ["... by its other address", "[::1]:3490", FAR_V6, false],
  ["... by way of a proxy", "localhost:3490", HERE, false, FORWARDED],
  ["no host", "", HERE, false],
];

for (const [what, host, visit, counts, headers = {}] of TABLE) {
  Deno.test(`a proof ${counts ? "counts" : "does not count"} that was made for ${what}: ${host}`, () => {
    const addresses = ownAddresses({ host, ...headers }, { visit, hosts });
    assertEquals(addresses, counts ? [host.toLowerCase()] : []);
  });
}
