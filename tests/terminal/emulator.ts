/** A terminal that remembers what it shows, of any opinion about how wide characters are. */
import xterm from "@xterm/headless";
import type { Colour, Style } from "../../src/terminal/style.ts";
import { columnsOf } from "../../src/terminal/width.ts";

/** How a terminal measures: as xterm long did, by code points of today, or by whole graphemes as we do. */
export type Opinion = "6" | "points" | "graphemes";

export const OPINIONS: Opinion[] = ["6", "points", "graphemes"];

export interface ShownCell {
  text: string;
  width: number;
  /** Colours and attributes, in any form that is equal for equal looks. */
  look: string;
}

export class Emulator {
  readonly #terminal: xterm.Terminal;
  /** What no text may ever cause. */
  readonly outrages: string[] = [];

  constructor(size: { columns: number; rows: number }, opinion: Opinion = "graphemes") {
    this.#terminal = new xterm.Terminal({
      cols: size.columns,
      rows: size.rows,
      scrollback: 1000,
      allowProposedApi: true,
    });
    this.#terminal.unicode.register(pointsProvider());
    this.#terminal.unicode.register(graphemesProvider());
    this.#terminal.unicode.activeVersion = opinion;
    this.#terminal.onTitleChange((title) => this.outrages.push(`title ${title}`));
    this.#terminal.onBell(() => this.outrages.push("bell"));
    this.#terminal.onData((answer) => this.outrages.push(`answer ${answer}`));
    for (const code of [0, 1, 2, 8, 9, 52, 777]) {
      this.#terminal.parser.registerOscHandler(code, () => {
        this.outrages.push(`OSC ${code}`);
        return false;
      });
    }
  }

  write(text: string): Promise<void> {
    return new Promise((resolve) => this.#terminal.write(text, resolve));
  }

  resize({ columns, rows }: { columns: number; rows: number }): void {
    this.#terminal.resize(columns, rows);
  }

  dispose(): void {
    this.#terminal.dispose();
  }

  get cells(): ShownCell[][] {
    const buffer = this.#terminal.buffer.active;
    const reused = buffer.getNullCell();
    return Array.from({ length: this.#terminal.rows }, (_, row) => {
      const line = buffer.getLine(buffer.baseY + row)!;
      return Array.from({ length: this.#terminal.cols }, (_, column) => {
        const cell = line.getCell(column, reused)!;
        const width = cell.getWidth();
        const text = cell.getChars() || (width === 0 ? "" : " ");
        const colours = [cell.getFgColorMode(), cell.getFgColor()]
          .concat(cell.getBgColorMode(), cell.getBgColor());
        const attributes = [cell.isBold(), cell.isDim(), cell.isItalic()]
          .concat(cell.isUnderline(), cell.isInverse()).map((it) => (it ? 1 : 0));
        return { text, width, look: [...attributes, ...colours].join(" ") };
      });
    });
  }

  /** The rows as text, with the blanks at their ends. */
  get texts(): string[] {
    return this.cells.map((row) => row.map(({ text }) => text).join(""));
  }

  get cursor(): { row: number; column: number } | undefined {
    const { cursorX, cursorY } = this.#terminal.buffer.active;
    // The public interface does not tell.
    const core = this.#terminal as unknown as {
      _core: { coreService: { isCursorHidden: boolean } };
    };
    return core._core.coreService.isCursorHidden ? undefined : { row: cursorY, column: cursorX };
  }

  /** How many rows have left the screen at its top. */
  get scrolledOff(): number {
    return this.#terminal.buffer.active.baseY;
  }

  get isAlternate(): boolean {
    return this.#terminal.buffer.active.type === "alternate";
  }
}

/** The look of a cell that a style of 24-bit depth has been painted in. */
export function lookOf(style: Style): string {
  const attributes = [style.bold, style.dim, style.italic, style.underline, style.inverse]
    .map((it) => (it ? 1 : 0));
  return [...attributes, ...colourOf(style.foreground), ...colourOf(style.background)].join(" ");
}

/** Mode and number, as xterm.js keeps them. */
function colourOf(colour: Colour | undefined): [number, number] {
  if (colour === undefined) return [0, -1];
  if (typeof colour !== "number") {
    return [3 << 24, colour.red << 16 | colour.green << 8 | colour.blue];
  }
  return [(colour < 16 ? 1 : 2) << 24, colour];
}

/** As xterm.js packs it: a state that is not 0, a width, and whether the character joins the one before it. */
function properties(width: number, joins: boolean): number {
  return 1 << 3 | (width & 3) << 1 | (joins ? 1 : 0);
}

function widthOfPoint(point: number): 0 | 1 | 2 {
  const text = String.fromCodePoint(point);
  if (/[\p{M}\p{Cf}\p{Default_Ignorable_Code_Point}\u1160-\u11ff]/u.test(text)) return 0;
  return columnsOf(text) as 1 | 2;
}

function pointsProvider() {
  const wcwidth = widthOfPoint;
  return {
    version: "points",
    wcwidth,
    charProperties(point: number, preceding: number) {
      const width = wcwidth(point);
      const joins = width === 0 && preceding !== 0;
      return properties(joins ? preceding >> 1 & 3 : width, joins);
    },
  };
}

function graphemesProvider() {
  let written = "";
  const segmenter = new Intl.Segmenter();
  return {
    version: "graphemes",
    wcwidth: widthOfPoint,
    charProperties(point: number, preceding: number) {
      const character = String.fromCodePoint(point);
      const joined = written + character;
      const joins = preceding !== 0 && [...segmenter.segment(joined)].length === 1;
      written = joins ? joined : character;
      return properties(Math.min(3, columnsOf(written)), joins);
    },
  };
}
