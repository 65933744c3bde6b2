import { assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { pieces } from "../../src/client/links.ts";

/** What is said, and the links that it has. */
const SAID: [text: string, ...links: string[]][] = [
  ["nothing here", ...[]],
  ["https://deno.com", "https://deno.com"],
  ["see http://example.org/a?b=c#d.", "http://example.org/a?b=c#d"],
  ["(https://example.org/)", "https://example.org/"],
  ["https://example.org/wiki/A_(b)", "https://example.org/wiki/A_(b)"],
  ["(https://example.org/wiki/A_(b)).", "https://example.org/wiki/A_(b)"],
  ["[https://example.org/a]!?", "https://example.org/a"],
  ["HTTPS://EXAMPLE.ORG/", "HTTPS://EXAMPLE.ORG/"],
  [
    "https://a.org, https://b.org; https://c.org...",
    "https://a.org",
    "https://b.org",
    "https://c.org",
  ],
  ["'https://example.org'", "https://example.org"],
  ["<https://example.org/x>", "https://example.org/x"],
  ["https://example.org/ünï", "https://example.org/ünï"],
  ["https://[::1]:8080/", "https://[::1]:8080/"],
  ["javascript:alert(1)"],
  ["data:text/html,<script>alert(1)</script>"],
  ["xhttps://example.org"],
  ["https://"],
  ["https://good.org@evil.org/"],
  ["https://good.org:secret@evil.org/"],
  ["https://a b", "https://a"],
  ["https://example.org/<U+202E>gpj", "https://example.org/"],
  ['https://example.org/"onclick=alert(1)', "https://example.org/"],
  [`https://example.org/${"a".repeat(3000)}`],
  [`https://example.org/${")".repeat(1500)}`, "https://example.org/"],
];

for (const [text, ...links] of SAID) {
  Deno.test(`links in ${text.slice(0, 60)}`, () => {
    const found = pieces(text).filter((it) => it.type === "link");
    assertEquals(found.map((it) => it.text), links);
  });
}

Deno.test("law: the pieces joined are the text, and what they link to is the web", () => {
  const part = fc.oneof(
    fc.string({ unit: "grapheme" }),
    fc.constantFrom("https://", "http://a.org", "@", "(", ")", ".", " ", "javascript:", "\\", "//"),
  );
  fc.assert(fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
    const text = parts.join("");
    const found = pieces(text);
    assertEquals(found.map((it) => it.text).join(""), text);
    for (const piece of found) {
      if (piece.type !== "link") continue;
      const { protocol, username, password } = new URL(piece.href);
      assertEquals([/^https?:$/.test(protocol), username, password], [true, "", ""]);
    }
  }));
});

Deno.test("a text of nothing but brackets and links is read in no time", () => {
  // The quickest of some times is the reading's own: a busy machine takes all of them from nobody.
  const times = Array.from({ length: 9 }, () => {
    const start = performance.now();
    pieces("https://a.org/" + "(".repeat(4000) + ")".repeat(4000));
    pieces("https://a.org/) ".repeat(500));
    return performance.now() - start;
  });
  assertEquals(Math.min(...times) < 200, true);
});
