import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { columnsOf, graphemesOf } from "../../src/terminal/width.ts";
import { texts } from "./screens.ts";

const COLUMNS: [what: string, text: string, columns: number][] = [
  ["nothing", "", 0],
  ["letters", "hello, world", 12],
  ["accents of either kind", "e\u0301é", 2],
  ["wide characters", "李小龍", 6],
  ["an emoji", "🎉", 2],
  ["a family as one picture", "👨‍👩‍👧", 2],
  ["a hand with a colour", "👍🏽", 2],
  ["a flag", "🇨🇿", 2],
  ["a heart made a picture", "❤️", 2],
  ["a key", "1️⃣", 2],
  ["joined letters one by one", "क्ष", 2],
  ["a mark without a letter on a circle", "\u0301", 1],
  ["half a character as a sign", "\ud83d", 1],
  ["what a terminal would obey as a sign", "\x1b", 1],
  ["half-width kana with its voice", "ｶﾞ", 2],
];

for (const [what, text, columns] of COLUMNS) {
  Deno.test(`counts ${what}`, () => assertEquals(columnsOf(text), columns));
}

Deno.test("what is ambiguous takes what it is told to", () => {
  assertEquals(columnsOf("…я"), 2);
  assertEquals(columnsOf("…я", { ambiguousIsWide: true }), 4);
});

const UNSETTLED = ["🎉", "❤️", "☺", "👨‍👩‍👧", "🇨", "क्ष", "e\u0301", "\u0301", "\ue0b0", "䷀"];
const SETTLED = ["a", "é", "я", "李", "한", "…", "␛", "│", "?", "𠀀"];

Deno.test("terminals agree on letters and disagree on pictures", () => {
  const isSettled = (text: string) => graphemesOf(`${text}é`)[0]!.isSettled;
  for (const text of UNSETTLED) assert(!isSettled(text), text);
  for (const text of SETTLED) assert(isSettled(text), text);
});

Deno.test("law: the graphemes of a text are the text, and each takes a column", () => {
  fc.assert(fc.property(texts(), fc.boolean(), (text, ambiguousIsWide) => {
    const graphemes = graphemesOf(text, { ambiguousIsWide });
    assertEquals(graphemes.map((it) => it.text).join(""), text);
    assert(graphemes.every(({ columns }) => columns >= 1));
  }));
});

Deno.test("law: nothing that a terminal could obey is shown, nor anything without end", () => {
  fc.assert(fc.property(texts(), (text) => {
    for (const { shown } of graphemesOf(text)) {
      assert(!/[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}\p{Cs}]/u.test(shown), JSON.stringify(text));
      assert(shown.length <= 33, JSON.stringify(text));
    }
  }));
});

Deno.test("law: what a text takes does not depend on what was counted before it", () => {
  fc.assert(
    fc.property(texts(), (text) => {
      const first = graphemesOf(text);
      for (let code = 0x4e00; code < 0x4e00 + 10_000; code++) columnsOf(String.fromCodePoint(code));
      assertEquals(graphemesOf(text), first);
    }),
    { numRuns: 5 },
  );
});
