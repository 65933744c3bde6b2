import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { paint } from "../../src/terminal/paint.ts";
import type { Row, Screen } from "../../src/terminal/screen.ts";
import type { Style } from "../../src/terminal/style.ts";
import { type Grapheme, graphemesOf } from "../../src/terminal/width.ts";
import { Emulator, lookOf, type Opinion, OPINIONS, type ShownCell } from "./emulator.ts";
import { films, type Frame, type Size } from "./screens.ts";

const DEPTH = "24-bit";
const ALTERNATE_SCREEN = "\x1b[?1049h";

/** Every escape code that paint may write. What is left must be text. */
const OURS =
  // deno-lint-ignore no-control-regex
  /\x1b\[(\?2026[hl]|\?25[hl]|\?7[hl]|m|0(;\d+)+m|r|\d+;\d+r|\d+H|\d+;\d+H|K|\d+[ML])/g;

for (const opinion of OPINIONS) {
  Deno.test(`law: painting what changed shows what painting all does, widths by "${opinion}"`, () =>
    fc.assert(
      fc.asyncProperty(films, async (frames) => {
        await assertAlike(frames, opinion);
      }),
      { numRuns: 100 },
    ));
}

Deno.test("law: a terminal that agrees on widths shows exactly the screen", () =>
  fc.assert(
    fc.asyncProperty(films, async (frames) => {
      await play(frames, "graphemes", (emulator, { screen, size }) => {
        // The emulator keeps no more than two columns for one character.
        const isKept = (_: unknown, row: number) =>
          (screen.rows[row] ?? []).every(({ text }) =>
            graphemesOf(text).every((it) => it.columns < 3)
          );
        assertSameCells(emulator.cells.filter(isKept), modelOf(screen, size).filter(isKept));
      });
    }),
    { numRuns: 100 },
  ));

for (const opinion of OPINIONS) {
  Deno.test(`law: what terminals agree on is in its column, widths by "${opinion}"`, () =>
    fc.assert(
      fc.asyncProperty(films, async (frames) => {
        await play(frames, opinion, (emulator, { screen, size }) => {
          const cells = emulator.cells;
          forEachGrapheme(screen, size, ({ row, column, shown, isSettled }) => {
            if (isSettled) assertEquals(cells[row]![column]!.text, shown);
          });
        });
      }),
      { numRuns: 100 },
    ));
}

Deno.test("law: only our own codes reach the terminal, whatever a text says", () => {
  fc.assert(fc.property(films, (frames) => {
    for (const code of codesOf(frames)) {
      const rest = code.replace(OURS, "");
      assert(!/[\p{Cc}\p{Bidi_C}\p{Zl}\p{Zp}\p{Cs}]/u.test(rest), JSON.stringify(code));
    }
  }));
});

Deno.test("law: the same screen again costs nothing", () => {
  fc.assert(fc.property(films, ([frame]) => {
    const { screen, size } = frame!;
    const options = { ...size, depth: DEPTH } as const;
    assertEquals(paint(screen, screen, options), "");
    assertEquals(paint(screen, structuredClone(screen), options), "");
  }));
});

const plain = (...texts: string[]): Row[] => texts.map((text) => [{ text, style: {} }]);
const frame = (body: string, end = "") =>
  `\x1b[?2026h\x1b[?25l\x1b[?7l${body}\x1b[?7h${end}\x1b[?2026l`;

const PAINTED: [what: string, before: string[], after: string[], body: string][] = [
  ["the one column that changed", ["lag 12 ms"], ["lag 13 ms"], "\x1b[1;6H3"],
  ["the end of a row that grew", ["hi"], ["hi pat"], "\x1b[1;4Hpat"],
  ["an end that became shorter", ["hi pat"], ["hi"], "\x1b[1;4H\x1b[K"],
  [
    "what follows an emoji, which may have been drawn over",
    ["a  d e", "b"],
    ["a🎉d e", "b"],
    "\x1b[1;2H  \x1b[1;2H🎉\x1b[1;4Hd e\x1b[K",
  ],
  [
    "one row where messages moved up",
    ["a", "b", "c", "[room]"],
    ["b", "c", "d", "[room]"],
    "\x1b[1;3r\x1b[1H\x1b[1M\x1b[r\x1b[3Hd",
  ],
  [
    "one row where messages moved down",
    ["a", "b", "c", "[room]"],
    ["z", "a", "b", "[room]"],
    "\x1b[1;3r\x1b[1H\x1b[1L\x1b[r\x1b[1Hz",
  ],
  ["a sign for a wide character that has no room", ["x"], ["123456789李"], "\x1b[1H123456789"],
];

for (const [what, before, after, body] of PAINTED) {
  Deno.test(`paints only ${what}`, () => {
    const options = { columns: 10, rows: 4, depth: DEPTH } as const;
    const [old, now] = [before, after].map((it) => ({ rows: plain(...it), cursor: undefined }));
    assertEquals(paint(old, now!, options), frame(body));
  });
}

Deno.test("a cursor that alone moved is only moved", () => {
  const options = { columns: 10, rows: 4, depth: DEPTH } as const;
  const at = (column: number | undefined): Screen => ({
    rows: [],
    cursor: column === undefined ? undefined : { row: 3, column },
  });
  assertEquals(paint(at(1), at(2), options), "\x1b[4;3H");
  assertEquals(paint(at(1), at(undefined), options), "\x1b[?25l");
  assertEquals(paint(at(undefined), at(2), options), "\x1b[4;3H\x1b[?25h");
  assertEquals(paint(at(10), at(99), options), "");
});

/** Every frame leaves the terminal as the frame alone would, painted on a terminal that is full of something else. */
async function assertAlike(frames: Frame[], opinion: Opinion) {
  await play(frames, opinion, async (emulator, { screen, size }) => {
    const fresh = new Emulator(size, opinion);
    await fresh.write(ALTERNATE_SCREEN + "\x1b[31;7m" + "#".repeat(size.columns * size.rows));
    await fresh.write(paint(undefined, screen, { ...size, depth: DEPTH }));
    assertSameCells(emulator.cells, fresh.cells);
    assertEquals(emulator.cursor, fresh.cursor);
    fresh.dispose();
  });
}

/** What assertEquals says of tens of thousands of cells takes it long, so that it is asked only when they differ. */
function assertSameCells(actual: ShownCell[][], expected: ShownCell[][]) {
  const told = (cells: ShownCell[][]) =>
    cells.map((row) => row.map((it) => `${it.text}|${it.width}|${it.look}`).join("\n")).join(
      "\n\n",
    );
  if (told(actual) !== told(expected)) assertEquals(actual, expected);
}

async function play(
  frames: Frame[],
  opinion: Opinion,
  check: (emulator: Emulator, frame: Frame) => void | Promise<void>,
) {
  const emulator = new Emulator(frames[0]!.size, opinion);
  await emulator.write(ALTERNATE_SCREEN);
  const codes = codesOf(frames);
  for (const [index, frame] of frames.entries()) {
    emulator.resize(frame.size);
    await emulator.write(codes[index]!);
    assertEquals(emulator.cursor, clamped(frame));
    assertEquals(emulator.outrages, []);
    assertEquals(emulator.scrolledOff, 0);
    await check(emulator, frame);
  }
  emulator.dispose();
}

function codesOf(frames: Frame[]): string[] {
  return frames.map(({ screen, size }, index) => {
    const before = frames[index - 1];
    const isResized = before?.size !== size;
    return paint(isResized ? undefined : before?.screen, screen, { ...size, depth: DEPTH });
  });
}

function clamped({ screen: { cursor }, size }: Frame) {
  if (!cursor) return undefined;
  return {
    row: Math.max(0, Math.min(cursor.row, size.rows - 1)),
    column: Math.max(0, Math.min(cursor.column, size.columns - 1)),
  };
}

/** What a screen looks like, said without escape codes. */
function modelOf(screen: Screen, size: Size): ShownCell[][] {
  const blank = { text: " ", width: 1, look: lookOf({}) };
  const cells = Array.from(
    { length: size.rows },
    () => Array.from({ length: size.columns }, () => blank),
  );
  forEachGrapheme(screen, size, ({ row, column, shown, columns, style }) => {
    const look = lookOf(style);
    cells[row]![column] = { text: shown, width: columns, look };
    cells[row]!.fill({ text: "", width: 0, look }, column + 1, column + columns);
  });
  return cells;
}

type Placed = Grapheme & { row: number; column: number; style: Style };

function forEachGrapheme(screen: Screen, size: Size, each: (placed: Placed) => void) {
  for (const [row, spans] of screen.rows.slice(0, size.rows).entries()) {
    let column = 0;
    const graphemes = spans.flatMap(({ text, style }) =>
      graphemesOf(text).map((it) => ({ ...it, style }))
    );
    for (const grapheme of graphemes) {
      if (column + grapheme.columns > size.columns) break;
      each({ ...grapheme, row, column });
      column += grapheme.columns;
    }
  }
}
