/** The whole screen as rows: what was said, a status line, and the line that is being typed. Pure. */
import { clipRow, clipText, type Row, type Screen, type Span } from "../terminal/screen.ts";
import { padRow } from "../terminal/screen.ts";
import { PLAIN, type Style } from "../terminal/style.ts";
import { visible } from "../terminal/visible.ts";
import { columnsOf, graphemesOf } from "../terminal/width.ts";
import type { Buffer } from "./buffer.ts";
import { pendingRows } from "./entry_rows.ts";
import { linesOf } from "./paste.ts";
import { pendingEntries } from "./pending.ts";
import { lookOf, type Model } from "./screen_model.ts";
import { currentBuffer, currentRoom } from "./talk.ts";
import { windowRows } from "./window.ts";

/** The status line and the line that is being typed. */
const BARS = 2;
const BAR: Style = { inverse: true };
const BAR_MENTION: Style = { inverse: true, bold: true };

/** How many rows of what was said there is room for. */
export function heightOf({ rows }: Model): number {
  return Math.max(0, rows - BARS);
}

export function view(model: Model): Screen {
  const { columns, rows } = model;
  const height = heightOf(model);
  const look = lookOf(model);
  const below = pendingEntries(model).flatMap((entry) => pendingRows(entry, look));
  const said = windowRows(currentBuffer(model), { height, below, look });
  const blank: Row[] = Array.from({ length: height - said.length }, () => []);
  const { row, column } = inputRow(model);
  return {
    // On a screen of a single row there is room for what is typed alone.
    rows: [...blank, ...said, statusRow(model), row].slice(-rows),
    cursor: { row: rows - 1, column: Math.min(column, columns - 1) },
  };
}

/** What matters most comes first: on a narrow screen the rest is cut off. */
function statusRow(model: Model): Row {
  const { columns, current, ambiguousIsWide } = model;
  const { anchor, entries } = currentBuffer(model);
  const spans: Span[] = [{ text: ` ${visible(current)}`, style: BAR }];
  for (const text of [trouble(model), sending(model), people(model), slowness(model)]) {
    if (text !== "") spans.push({ text: ` · ${text}`, style: BAR });
  }
  if (anchor) {
    const what = anchor.newest === entries.at(-1) ? "more" : "new messages";
    spans.splice(1, 0, { text: ` · ${what} below`, style: BAR_MENTION });
  }
  const others = [...model.buffers.entries()].filter(([, { name }]) => name !== current);
  const marks = others.toSorted(([, one], [, other]) => weight(other) - weight(one));
  const urgent = marks.filter(([, it]) => it.unread > 0).map(([index, it]) => mark(it, index));
  const quiet = marks.filter(([, it]) => it.unread === 0).map(([index, it]) => mark(it, index));
  const row = [spans[0]!, ...urgent, ...spans.slice(1), ...quiet, ...topic(model)];
  return padRow(row, { columns, style: BAR, ambiguousIsWide });
}

/** Where one was spoken to comes first, then where anything was said. */
function weight({ mentions, unread }: Buffer): number {
  return mentions > 0 ? 2 : unread > 0 ? 1 : 0;
}

/** What the room is about, where there is room for it. */
function topic(model: Model): Span[] {
  const text = model.topics.get(currentRoom(model) ?? "");
  return text === undefined ? [] : [{ text: ` · ${visible(text)}`, style: BAR }];
}

function people(model: Model): string {
  const room = currentRoom(model);
  const count = room === undefined ? undefined : model.rosters.get(room)?.size;
  return count === undefined ? "" : `${count} here`;
}

function trouble({ status, now, retryAt }: Model): string {
  if (status.isIn) return status.wasIn ? "" : "connecting";
  if (status.retryMilliseconds === 0) return "connecting again";
  return `no connection, again in ${Math.max(0, Math.ceil((retryAt - now) / 1000))} s`;
}

/** A few are on their way all the time; more are held up. */
function sending({ status: { pending } }: Model): string {
  return pending.length > 5 ? `sending ${pending.length}` : "";
}

/** How long the server takes to answer, where one can notice it. */
function slowness({ lag }: Model): string {
  if (lag === undefined || lag < 100) return "";
  return lag > 9999 ? "answers take 9 s and more" : `answers take ${lag} ms`;
}

/** "2:dev 5" where something was said; in bold where it was to us. */
function mark({ name, unread, mentions }: Buffer, index: number): Span {
  const text = `  ${index + 1}:${visible(name)}${unread > 0 ? ` ${unread}` : ""}`;
  return { text: mentions > 0 ? `${text}!` : text, style: mentions > 0 ? BAR_MENTION : BAR };
}

/** The line that is typed, moved to the left as far as the cursor needs. */
function inputRow(model: Model): { row: Row; column: number } {
  const { columns, line, pasted, ambiguousIsWide } = model;
  if (pasted !== undefined) {
    const lines = linesOf(pasted);
    const question = `send ${lines.length} lines ("${clipText(shown(lines[0]!), 20)}" ...)? y/n `;
    const row = clipRow([{ text: question, style: { bold: true } }], columns);
    return { row, column: columnsOf(question) };
  }
  const isSecret = model.status.wantsPassword ?? false;
  const nick = clipText(visible(model.nick), Math.max(1, Math.floor(columns / 3)));
  const prompt: Span = { text: `${isSecret ? "password" : nick}> `, style: { bold: true } };
  const seen = (text: string) => isSecret ? "*".repeat([...text].length) : shown(text);
  const before = seen(line.text.slice(0, line.cursor));
  const after = seen(line.text.slice(line.cursor));
  const options = { ambiguousIsWide };
  const room = Math.max(1, columns - columnsOf(prompt.text, options) - 1);
  const start = tail(before, room, options);
  const row = clipRow([prompt, { text: start + after, style: PLAIN }], columns, options);
  return { row, column: columnsOf(prompt.text, options) + columnsOf(start, options) };
}

function shown(text: string): string {
  return visible(text.replaceAll("\n", "↵"));
}

/** The end of a text that fits. */
function tail(text: string, columns: number, options: { ambiguousIsWide: boolean }): string {
  let room = columns;
  let start = text.length;
  for (const grapheme of graphemesOf(text, options).reverse()) {
    room -= grapheme.columns;
    if (room < 0) break;
    start -= grapheme.text.length;
  }
  return text.slice(start);
}
