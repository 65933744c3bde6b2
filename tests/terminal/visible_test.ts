import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { visible } from "../../src/terminal/visible.ts";

const SHOWN: [what: string, text: string, shown: string][] = [
  ["plain text as it is", "hi, žluť 李小龍 🎉", "hi, žluť 李小龍 🎉"],
  ["an escape sequence as signs", "\x1b[2J\x1b]52;c;Zm9v\x07", "␛[2J␛]52;c;Zm9v␇"],
  ["a line feed within its line", "one\r\ntwo", "one␍␊two"],
  ["overprinting as signs", "good\b\b\b\bevil\r", "good␈␈␈␈evil␍"],
  ["eight-bit controls by number", "\x9b2J\x85", "<U+009B>2J<U+0085>"],
  ["reordering by number", "\u202etxt.exe\u2066", "<U+202E>txt.exe<U+2066>"],
  ["what cannot be seen by number", "a\u200bb\ufeff\u2028", "a<U+200B>b<U+FEFF><U+2028>"],
  ["DEL and NUL", "\x7f\0", "␡␀"],
  ["half a character by number", "a\ud800b", "a<U+D800>b"],
  ["a family as one picture", "👨‍👩‍👧", "👨‍👩‍👧"],
  [
    "piled marks cut to four, joiners between them or not",
    "e" + ("\u0301".repeat(4) + "\u200d").repeat(9),
    "e" + "\u0301".repeat(4) + "\u200d",
  ],
  ["piled marks cut to four", "e" + "\u0301".repeat(1000), "e" + "\u0301".repeat(4)],
];

Deno.test("no text takes long to be made visible, whatever clings in it", () => {
  for (const unit of ["\u200d", "\u0301", "e\u0301", "\u200d\u0301", "\x9b", "👨\u200d"]) {
    const start = performance.now();
    visible(unit.repeat(300_000));
    // Some hundred times what it takes; a quadratic one takes a thousand times as long.
    assert(performance.now() - start < 20_000, unit);
  }
});

for (const [what, text, shown] of SHOWN) {
  Deno.test(`shows ${what}`, () => assertEquals(visible(text), shown));
}

Deno.test("law: nothing that a terminal could obey is left, whatever is shown", () => {
  fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 500 }), (text) => {
    assert(!/[\p{Cc}\p{Bidi_C}\u2028\u2029]/u.test(visible(text)), JSON.stringify(text));
  }));
});
