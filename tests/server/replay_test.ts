import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { pages } from "../../src/server/replay.ts";

Deno.test("law: pages hold the same messages in the same order, none too long", () => {
  const text = fc.integer({ min: 1, max: 100_000 }).map((length) => "x".repeat(length));
  fc.assert(
    fc.property(fc.array(text, { maxLength: 300 }), (texts) => {
      const messages = texts.map((text, seq) => (
        { room: "r", seq, at: 0, nick: "n", text, emote: false, id: "" }
      ));
      const split = pages(messages);
      assertEquals(split.flat().map((it) => it.seq), messages.map((it) => it.seq));
      for (const page of split) {
        const length = page.reduce((sum, it) => sum + it.text.length, 0);
        assert(page.length <= 100 && (length <= 65_536 || page.length === 1));
      }
    }),
    { numRuns: 30 },
  );
  assertEquals(pages([]), [[]]);
});
