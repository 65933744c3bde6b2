import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { rowColumns } from "../../src/terminal/screen.ts";
import { graphemesOf } from "../../src/terminal/width.ts";
import { wrapSpans, wrapText } from "../../src/terminal/wrap.ts";
import { rows, texts } from "./screens.ts";

const WRAPPED: [
  what: string,
  text: string,
  options: [columns: number, indent: number],
  rows: string[],
][] = [
  ["nothing into one row", "", [10, 0], [""]],
  ["at blanks", "the quick brown fox", [10, 0], ["the quick", "brown fox"]],
  ["exactly full rows", "1234567890 123", [10, 0], ["1234567890", "123"]],
  ["a long word at the edge", "see https://example.org", [10, 0], [
    "see",
    "https://ex",
    "ample.org",
  ]],
  ["with a hanging indent", "pat: one two three", [10, 5], ["pat: one", "     two", "     three"]],
  ["with an indent of at most half", "pat: hello", [6, 5], ["pat:", "   hel", "   lo"]],
  ["at line feeds", "one\ntwo\r\n\nthree\n", [10, 0], ["one", "two", "", "three", ""]],
  ["keeping blanks that stand between and before", "  a  b  c", [6, 0], ["  a  b", "c"]],
  ["dropping all blanks that it is cut at", "hello      world", [7, 0], ["hello", "world"]],
  ["without a row for blanks at the end", "hello      ", [7, 0], ["hello"]],
  ["without a row for blanks before a line feed", "hello      \nx", [7, 0], ["hello", "x"]],
  ["wide characters anywhere", "見る李小龍です", [5, 0], ["見る", "李小", "龍で", "す"]],
  ["no row that begins with a full stop", "李小龍。", [6, 0], ["李小", "龍。"]],
  ["never through a picture", "ab👨‍👩‍👧c", [3, 0], ["ab", "👨‍👩‍👧c"]],
  ["a sign for what has no room at all", "a🎉b", [1, 0], ["a", "?", "b"]],
  ["not at blanks that are made not to", "one two\u00a03", [8, 0], ["one", "two\u00a03"]],
];

for (const [what, text, [columns, indent], rows] of WRAPPED) {
  Deno.test(`wraps ${what}`, () => assertEquals(wrapText(text, { columns, indent }), rows));
}

Deno.test("styles stay with their words", () => {
  const nick = { text: "pat", style: { bold: true } };
  const said = { text: ": hello there", style: {} };
  assertEquals(wrapSpans([nick, said], { columns: 10, indent: 5 }), [
    [nick, { text: ": hello", style: {} }],
    [{ text: "     ", style: {} }, { text: "there", style: {} }],
  ]);
});

const widths = fc.integer({ min: 1, max: 30 });

Deno.test("law: every row fits, whatever is in it and however narrow", () => {
  fc.assert(fc.property(rows, widths, fc.nat(40), (spans, columns, indent) => {
    for (const row of wrapSpans(spans, { columns, indent })) {
      assert(rowColumns(row) <= columns, JSON.stringify(row));
    }
  }));
});

Deno.test("law: the rows joined are the text, but for the blanks and line ends it was cut at", () => {
  fc.assert(
    fc.property(texts(), fc.integer({ min: 8, max: 30 }), fc.nat(9), (text, columns, indent) => {
      const hanging = Math.min(indent, Math.floor(columns / 2), columns - 2);
      const rows = wrapText(text, { columns, indent });
      const joined = rows.map((row, index) => (index === 0 ? row : row.slice(hanging))).join("");
      // What is too wide for half of the columns could have become a sign.
      fc.pre(graphemesOf(text).every((it) => it.columns <= 4));
      assertEquals(withoutBlanks(joined), withoutBlanks(text));
      for (const [index, row] of rows.entries()) {
        assert(text.includes(index === 0 ? row : row.slice(hanging)), JSON.stringify(rows));
      }
    }),
  );
});

Deno.test("law: what fits is left as it is", () => {
  fc.assert(fc.property(texts(4), (text) => {
    fc.pre(!/\n/.test(text));
    assertEquals(wrapText(text, { columns: 1000, indent: 9 }), [text]);
  }));
});

Deno.test("a text without an end is wrapped in no time", () => {
  const started = performance.now();
  wrapText("a".repeat(65_000), { columns: 2 });
  wrapText(" ".repeat(65_000), { columns: 2 });
  wrapText("ab ".repeat(20_000), { columns: 79, indent: 12 });
  // Fifty times what it takes.
  assert(performance.now() - started < 5000);
});

function withoutBlanks(text: string): string {
  return text.replace(/[ \n\u1680\u2000-\u2006\u2008-\u200a\u205f\u3000]|\r(?=\n)/g, "");
}
