import { assertEquals } from "@std/assert";
import { type Headers, isLocal, refusal } from "../../src/http/access.ts";

const OPTIONS = { hosts: ["localhost", "chat.example"], origins: ["https://friend.example"] };

const own = (origin: string) => ({ host: "localhost:3490", origin });

const TABLE: [what: string, isRefused: boolean, headers: Headers][] = [
  ["a known name", false, { host: "localhost" }],
  ["in any letters, with a port", false, { host: "Chat.EXAMPLE:3490" }],
  ["with the dot of a whole name", false, { host: "chat.example.:80" }],
  ["an address", false, { host: "192.168.0.7:3490" }],
  ["an address of IPv6", false, { host: "[::1]:3490" }],
  ["no name", true, {}],
  ["an empty one", true, { host: "" }],
  ["an unknown one", true, { host: "evil.example" }],
  ["one that begins like ours", true, { host: "chat.example.evil.example" }],
  ["one that ends like ours", true, { host: "evilchat.example" }],
  ["one that begins like an address", true, { host: "127.0.0.1.evil.example" }],
  ["an address as one number", true, { host: "2130706433" }],
  ["two", true, { host: "localhost, evil.example" }],
  ["somebody before it", true, { host: "evil@localhost" }],
  ["a path after it", true, { host: "localhost/evil" }],
  ["white space", true, { host: "localhost evil" }],
  ["a port that is none", true, { host: "localhost:x" }],

  ["its own page", false, own("http://localhost:3490")],
  ["its own page, encrypted on the way here", false, own("https://localhost:3490")],
  ["a friend's page", false, own("https://friend.example")],
  ["a friend's page without encryption", true, own("http://friend.example")],
  ["a friend's page of another port", true, own("https://friend.example:1")],
  ["a page of another port", true, own("http://localhost:3491")],
  ["a page of the standard port", true, own("http://localhost")],
  ["a page of a name within ours", true, own("http://x.localhost:3490")],
  ["a page of nowhere", true, own("null")],
  ["a file", true, own("file://")],
  ["an extension", true, own("chrome-extension://localhost:3490")],
  ["two pages", true, own("http://localhost:3490, https://evil.example")],
  ["a page of no name", true, own("")],

  ["a picture in another page", true, { host: "localhost", "sec-fetch-site": "cross-site" }],
  ["a link on another page", false, {
    host: "localhost",
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
  }],
  ["a form on another page", true, {
    ...own("https://evil.example"),
    "sec-fetch-site": "cross-site",
    "sec-fetch-mode": "navigate",
  }],
  ["its own picture", false, { host: "localhost", "sec-fetch-site": "same-origin" }],
];

Deno.test("who may ask is decided by the name that is asked and the page that asks", () => {
  for (const [what, isRefused, headers] of TABLE) {
    assertEquals(refusal(headers, OPTIONS) !== undefined, isRefused, what);
  }
});

Deno.test("this machine is its own addresses, unless somebody speaks for another", () => {
  for (const peer of ["127.0.0.1:5", "127.9.9.9:5", "[::1]:5", "[::ffff:127.0.0.1]:5"]) {
    assertEquals(isLocal(peer, {}), true, peer);
    for (const header of ["forwarded", "x-forwarded-for", "x-real-ip", "via"]) {
      assertEquals(isLocal(peer, { [header]: "" }), false, header);
    }
  }
  for (const peer of ["10.0.0.1:5", "1.127.0.0:5", "[::2]:5", "[::1:2]:5", "[fe80::1]:5", ""]) {
    assertEquals(isLocal(peer, {}), false, peer);
  }
});
