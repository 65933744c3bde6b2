/** Draws bars as an SVG that follows the reader's colours and that a phone can show. */
import type { Summary } from "./statistics.ts";

export interface Chart {
  title: string;
  subtitle: string;
  panels: readonly Panel[];
  /** Small, below. */
  notes: readonly string[];
}

/** Its groups have one scale. */
export interface Panel {
  title: string;
  hint: string;
  groups: readonly Group[];
}

export interface Group {
  title: string;
  bars: readonly Bar[];
}

export interface Bar {
  title: string;
  ratio: Summary;
  isOurs: boolean;
  /** What nobody can do better than. */
  isBound: boolean;
}

/** Narrow, so that letters are still large when a phone scales it down. */
const WIDTH = 640;
const MARGIN = 24;
const BAR = { left: 204, right: WIDTH - MARGIN - 64, height: 18, step: 25 };
const LETTERS_OF_A_NOTE = 80;
const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";

/** Of text on what is behind it, each at least 4.5 to 1. */
const STYLE = `
  .back { fill: #ffffff; stroke: #d0d7de }
  text { fill: #1f2328; font: 16px ${FONT} }
  .title { font-size: 21px; font-weight: 600 }
  .panel { font-size: 18px; font-weight: 600 }
  .quiet { fill: #59636e }
  .note { fill: #59636e; font-size: 13.5px }
  .ours { font-weight: 600 }
  .value { paint-order: stroke; stroke: #ffffff; stroke-width: 5px }
  rect.other { fill: #a9b4c0 }
  rect.ours { fill: #0969da }
  rect.bound { fill: none; stroke: #818b98; stroke-width: 1.5; stroke-dasharray: 4 3 }
  .one { stroke: #818b98; stroke-dasharray: 2 4 }
  .spread { stroke: #1f2328; stroke-width: 1.5; opacity: .65 }
  @media (prefers-color-scheme: dark) {
    .back { fill: #0d1117; stroke: #3d444d }
    text { fill: #f0f6fc }
    .quiet, .note { fill: #9198a1 }
    .value { stroke: #0d1117 }
    rect.other { fill: #56606c }
    rect.ours { fill: #4493f8 }
    rect.bound { stroke: #9198a1 }
    .one { stroke: #656c76 }
    .spread { stroke: #f0f6fc }
  }`;

export function drawChart({ title, subtitle, panels, notes }: Chart): string {
  const pen = new Pen();
  pen.text(title, { className: "title", down: 40 });
  pen.text(subtitle, { className: "quiet", down: 24 });
  for (const panel of panels) drawPanel(pen, panel);
  pen.skip(12);
  for (const note of notes.flatMap(wrap)) pen.text(note, { className: "note", down: 20 });
  const height = pen.y + MARGIN;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" ` +
    `height="${height}" role="img" aria-labelledby="title desc">`,
    `  <title id="title">${escape(title)}</title>`,
    `  <desc id="desc">${
      escape([`${subtitle}.`, ...panels.map(describe), ...notes].join(" "))
    }</desc>`,
    `  <style>${STYLE}`,
    "  </style>",
    `  <rect class="back" x=".5" y=".5" width="${WIDTH - 1}" height="${height - 1}" rx="8"/>`,
    ...pen.shapes,
    "</svg>",
    "",
  ].join("\n");
}

function drawPanel(pen: Pen, { title, hint, groups }: Panel) {
  const longest = Math.max(...groups.flatMap(({ bars }) => bars.map(({ ratio }) => ratio.most)));
  const scale = (BAR.right - BAR.left) / Math.max(longest, 1);
  pen.skip(10);
  pen.text(title, { className: "panel", down: 28 });
  pen.note(hint);
  for (const group of groups) {
    pen.text(group.title, { className: "quiet", down: 28 });
    pen.skip(9);
    const x = round(BAR.left + scale);
    const bottom = pen.y + group.bars.length * BAR.step - (BAR.step - BAR.height);
    pen.add(`<line class="one" x1="${x}" x2="${x}" y1="${pen.y}" y2="${bottom}"/>`);
    for (const bar of group.bars) drawBar(pen, bar, scale);
  }
}

function drawBar(pen: Pen, { title, ratio, isOurs, isBound }: Bar, scale: number) {
  const { y } = pen;
  const kind = isOurs ? "ours" : isBound ? "bound" : "other";
  const at = (value: number) => round(BAR.left + value * scale);
  const middle = y + BAR.height / 2;
  const baseline = y + BAR.height - 4;
  const words = isOurs ? "ours" : "";
  pen.add(
    `<text class="${words}" x="${BAR.left - 10}" y="${baseline}" text-anchor="end">${
      escape(title)
    }</text>`,
    `<rect class="${kind}" x="${BAR.left}" y="${y}" width="${round(ratio.median * scale)}" ` +
      `height="${BAR.height}" rx="2"/>`,
  );
  if (ratio.most > ratio.least) {
    pen.add(
      `<line class="spread" x1="${at(ratio.least)}" x2="${at(ratio.most)}" y1="${middle}" ` +
        `y2="${middle}"/>`,
    );
  }
  pen.add(
    `<text class="value ${words}" x="${round(at(ratio.most) + 8)}" y="${baseline}">${
      times(ratio.median)
    }</text>`,
  );
  pen.skip(BAR.step);
}

/** For those who do not see it. */
function describe({ title, hint, groups }: Panel): string {
  const sentences = groups.map((group) =>
    `${group.title}: ${
      group.bars.map((bar) => `${bar.title} ${times(bar.ratio.median)}`).join(", ")
    }.`
  );
  return `${title} (${hint}). ${sentences.join(" ")}`;
}

function times(ratio: number): string {
  // What is compared with is exactly 1.
  if (ratio === 1) return "1×";
  return `${ratio.toFixed(ratio >= 10 ? 0 : ratio >= 2 ? 1 : 2)}×`;
}

/** Into lines that fit: fonts differ, so that it is only known about how wide a letter is. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const longer = lines.length > 0 ? `${lines.at(-1)} ${word}` : word;
    if (lines.length > 0 && longer.length <= LETTERS_OF_A_NOTE) lines.splice(-1, 1, longer);
    else lines.push(word);
  }
  return lines;
}

/** Goes down the picture line by line. */
class Pen {
  y = 0;
  readonly shapes: string[] = [];

  add(...shapes: string[]) {
    this.shapes.push(...shapes.map((it) => `  ${it}`));
  }

  skip(height: number) {
    this.y += height;
  }

  text(words: string, { className, down }: { className: string; down: number }) {
    this.y += down;
    this.add(`<text class="${className}" x="${MARGIN}" y="${this.y}">${escape(words)}</text>`);
  }

  /** At the end of the line. */
  note(words: string) {
    this.add(
      `<text class="quiet" x="${WIDTH - MARGIN}" y="${this.y}" text-anchor="end">${
        escape(words)
      }</text>`,
    );
  }
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
