import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { clipRow, clipText, padRow, rowColumns } from "../../src/terminal/screen.ts";
import {
  type Colour,
  type ColourDepth,
  colourDepth,
  reduceColour,
  styleCode,
  type TerminalHints,
} from "../../src/terminal/style.ts";
import { columnsOf, graphemesOf } from "../../src/terminal/width.ts";
import { rows, texts } from "./screens.ts";

Deno.test("a wide character that would straddle the edge is left out", () => {
  const row = [{ text: "ab", style: {} }, { text: "李小", style: { bold: true } }];
  assertEquals(clipRow(row, 5), [row[0]!, { text: "李", style: { bold: true } }]);
  assertEquals(clipText("a李", 2), "a");
  assertEquals(rowColumns(row), 6);
});

Deno.test("a row that fits is the same row", () => {
  const row = [{ text: "ab", style: {} }];
  assert(clipRow(row, 2) === row);
  assert(padRow(row, { columns: 2, style: {} }) === row);
});

Deno.test("law: a clipped row fits and is the beginning, a padded row is exactly as wide as asked", () => {
  fc.assert(fc.property(rows, fc.nat(30), (row, columns) => {
    const clipped = clipRow(row, columns);
    assert(rowColumns(clipped) <= columns);
    assert(textOf(row).startsWith(textOf(clipped)));
    assertEquals(rowColumns(padRow(row, { columns, style: { inverse: true } })), columns);
  }));
});

Deno.test("law: a clipped text fits, and one more would not", () => {
  fc.assert(fc.property(texts(), fc.nat(20), (text, columns) => {
    const clipped = clipText(text, columns);
    assert(text.startsWith(clipped));
    const next = graphemesOf(text)[graphemesOf(clipped).length];
    assert(columnsOf(clipped) <= columns);
    assert(!next || columnsOf(clipped) + next.columns > columns);
  }));
});

const DEPTHS: [hints: TerminalHints, depth: ColourDepth][] = [
  [{ TERM: "xterm" }, "16"],
  [{ TERM: "xterm-256color" }, "256"],
  [{ TERM: "tmux-256color", COLORTERM: "truecolor" }, "24-bit"],
  [{ TERM: "xterm-kitty" }, "24-bit"],
  [{ TERM: "linux" }, "16"],
  [{ TERM: "vt100" }, "none"],
  [{ TERM: "dumb", COLORTERM: "truecolor" }, "none"],
  [{}, "none"],
  [{ isWindows: true }, "24-bit"],
  [{ TERM: "xterm-256color", NO_COLOR: "1" }, "none"],
  [{ TERM: "xterm-256color", NO_COLOR: "" }, "256"],
  [{ TERM: "xterm-256color", NO_COLOR: "1", FORCE_COLOR: "1" }, "16"],
  [{ TERM: "dumb", FORCE_COLOR: "3" }, "24-bit"],
  [{ TERM: "xterm-256color", FORCE_COLOR: "0" }, "none"],
  [{ TERM: "xterm-256color", FORCE_COLOR: "" }, "256"],
  [{ TERM: "dumb", FORCE_COLOR: "true" }, "16"],
];

for (const [hints, depth] of DEPTHS) {
  Deno.test(`colours of ${JSON.stringify(hints)}: ${depth}`, () => {
    assertEquals(colourDepth(hints), depth);
  });
}

const RED = { red: 250, green: 3, blue: 5 };

const REDUCED: [colour: Colour, depth: ColourDepth, shown: Colour | undefined][] = [
  [RED, "24-bit", RED],
  [RED, "256", 196],
  [RED, "16", 9],
  [RED, "none", undefined],
  [196, "256", 196],
  [196, "16", 9],
  [244, "16", 8],
  [3, "16", 3],
  [3, "none", undefined],
];

for (const [colour, depth, shown] of REDUCED) {
  Deno.test(`${JSON.stringify(colour)} is ${JSON.stringify(shown)} at ${depth}`, () => {
    assertEquals(reduceColour(colour, depth), shown);
  });
}

Deno.test("without colours the rest of a style remains", () => {
  assertEquals(styleCode({ bold: true, foreground: 2 }, "none"), "\x1b[0;1m");
  assertEquals(styleCode({ foreground: 2 }, "none"), "\x1b[m");
  assertEquals(
    styleCode({ dim: true, inverse: true, foreground: 12, background: RED }, "256"),
    "\x1b[0;2;7;94;48;5;196m",
  );
});

function textOf(row: readonly { text: string }[]): string {
  return row.map(({ text }) => text).join("");
}
