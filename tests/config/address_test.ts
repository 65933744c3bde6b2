import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { formatAddress, parseAddress } from "../../src/config/address.ts";

const defaults = { host: "default", port: 3490 };

Deno.test("what an address leaves out comes from the defaults", () => {
  const cases: [string, string, number][] = [
    ["127.0.0.1:8765", "127.0.0.1", 8765],
    ["localhost:0", "localhost", 0],
    ["chat.example.:65535", "chat.example.", 65535],
    ["my_host:1", "my_host", 1],
    ["bücher.example:1", "bücher.example", 1],
    ["localhost", "localhost", 3490],
    ["127.0.0.1", "127.0.0.1", 3490],
    [":8765", "default", 8765],
    ["8765", "default", 8765],
    ["[::1]:8765", "::1", 8765],
    ["[::1]", "::1", 3490],
    ["::1", "::1", 3490],
    ["::", "::", 3490],
    ["fe80::1%eth0", "fe80::1%eth0", 3490],
    ["[fe80::1%eth0]:1", "fe80::1%eth0", 1],
    ["::ffff:127.0.0.1", "::ffff:127.0.0.1", 3490],
  ];
  for (const [text, host, port] of cases) {
    assertEquals(parseAddress(text, defaults), { host, port });
  }
});

Deno.test("what is no address is refused", () => {
  const ports = [
    "a:",
    "a:65536",
    "70000",
    "a:-1",
    "a:+1",
    "a:1.5",
    "a:1e3",
    "a:0x1",
    "a: 1",
    "a:b",
  ];
  const hosts = ["", ":", "a b:1", "a\n:1", "\x1b:1", "http://a", "a/b", "bob@a", "a?b", "\u202ea"];
  const v6 = [
    "[::1",
    "[::1]8765",
    "[::1]:",
    "[]:1",
    "[a]:1",
    "[127.0.0.1]:1",
    "1:2:3",
    "::g",
    ":::",
  ];
  for (const text of [...ports, ...hosts, ...v6, "[::1]:65536", "[::1]:8765\n", "a:١٢"]) {
    assertEquals(parseAddress(text, defaults), undefined, text);
  }
});

Deno.test("law: an address is read back as it was written", () => {
  const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6());
  fc.assert(fc.property(host, fc.integer({ min: 0, max: 65535 }), (host, port) => {
    assertEquals(parseAddress(formatAddress({ host, port }), defaults), { host, port });
  }));
});
