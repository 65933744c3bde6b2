/** How an entry looks: its rows on a screen of some width. Made once, and again when the width changes. */
import type { Row, Span } from "../terminal/screen.ts";
import { PLAIN, type Style } from "../terminal/style.ts";
import { visible, visibleLines } from "../terminal/visible.ts";
import { wrapSpans } from "../terminal/wrap.ts";
import type { Entry } from "./buffer.ts";
import { nickColour } from "./nick_colour.ts";

/** How a person wants things to look. */
export interface Look {
  columns: number;
  /** Before each entry; "off" for none. */
  time: "off" | "hh:mm" | "hh:mm:ss";
  nickColours: boolean;
  ambiguousIsWide: boolean;
}

export const DIM: Style = { dim: true };
const BOLD: Style = { bold: true };
const MENTION: Style = { bold: true, foreground: 3 };

/** No row that goes on may look like the first of another message. */
const MIN_INDENT = 2;

/** The rows of those that were looked at last: what was scrolled past is laid out anew if need be. */
const MADE = new Map<Entry, { look: Look; rows: Row[] }>();
const MAX_MADE = 500;

export function entryRows(entry: Entry, look: Look): Row[] {
  const made = MADE.get(entry);
  if (made?.look === look) return made.rows;
  const time = timeOf(entry.at, look.time);
  const spans = [...time === "" ? [] : [{ text: time, style: DIM }], ...spansOf(entry, look)];
  const { columns, ambiguousIsWide } = look;
  const indent = Math.max(MIN_INDENT, time.length);
  const rows = wrapSpans(spans, { columns, ambiguousIsWide, indent });
  if (MADE.size >= MAX_MADE) MADE.delete(MADE.keys().next().value!);
  MADE.set(entry, { look, rows });
  return rows;
}

/** What is said but not yet confirmed, as it will look. */
export function pendingRows(entry: Entry, look: Look): Row[] {
  return entryRows(entry, look).map((row) =>
    row.map(({ text, style }) => ({ text, style: { ...style, dim: true } }))
  );
}

/** The lines of a text go on in rows of their own that are set in, so none looks like another's. */
function spansOf(entry: Entry, look: Look): Span[] {
  const text: Span = { text: visibleLines(entry.text), style: entry.isMention ? MENTION : PLAIN };
  const nick: Span = { text: visible(entry.nick), style: nickStyle(entry, look) };
  switch (entry.kind) {
    case "message":
      return [nick, plain(": "), text];
    case "emote":
      return [plain("["), nick, plain(" "), text, plain("]")];
    case "direct":
      return [nick, plain(` -> ${visible(entry.to)}: `), { ...text, style: PLAIN }];
    case "notice":
      return [{ text: `*** ${visibleLines(entry.text)}`, style: DIM }];
    case "trace":
      return [{ text: visibleLines(entry.text), style: PLAIN }];
  }
}

function plain(text: string): Span {
  return { text, style: PLAIN };
}

function nickStyle({ nick, isOwn }: Entry, { nickColours }: Look): Style {
  if (isOwn) return BOLD;
  return nickColours ? { foreground: nickColour(nick) } : PLAIN;
}

function timeOf(at: number, format: Look["time"]): string {
  if (format === "off") return "";
  const date = dateOf(at);
  const parts = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const shown = format === "hh:mm" ? parts.slice(0, 2) : parts;
  return `${shown.map((part) => String(part).padStart(2, "0")).join(":")} `;
}

/** "2026-11-20", by the clock of the person who reads it. */
export function dayOf(at: number): string {
  const date = dateOf(at);
  const two = (number: number) => String(number).padStart(2, "0");
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** A time that no calendar has is the beginning of all. */
function dateOf(at: number): Date {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? new Date(0) : date;
}
