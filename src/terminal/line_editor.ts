/**
 * The input line as a value: a key goes in, the line as it is then comes out. The cursor never stands within
 * what people see as one character, and nothing in the text can move a terminal's cursor.
 */
import type { Key, KeyName } from "./keys.ts";

export interface Line {
  readonly text: string;
  /** In UTF-16 units, always on the boundary of a grapheme. */
  readonly cursor: number;
  /** What ctrl-y brings back. */
  readonly killed: string;
  /** Where it was, if the last key killed it: kills that follow each other are one. */
  readonly killedAt: number | undefined;
  /** What can be undone, oldest first. */
  readonly past: readonly Change[];
  /** The text never grows longer than this; what does not fit is not inserted. */
  readonly maxUnits: number;
}

interface Change {
  at: number;
  removed: string;
  insertedUnits: number;
  /** Where the cursor was before. */
  cursor: number;
}

interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Enough to undo what one regrets, and little enough to forget. */
const MAX_CHANGES = 200;
const MAX_CHANGED_UNITS = 400_000;

export const EMPTY: Line = {
  text: "",
  cursor: 0,
  killed: "",
  killedAt: undefined,
  past: [],
  maxUnits: 100_000,
};

/** What a key makes of a line: undefined if this key does not edit. */
export function edit(line: Line, key: Key): Line | undefined {
  switch (key.type) {
    case "text":
    case "paste":
      return insert(line, key.text);
    case "key":
      return EDITS[key.name]?.(line);
    case "wheel":
    case "focus":
      return undefined;
  }
}

/** Inserts at the cursor what is fit to be in a line, as far as there is room. */
export function insert(line: Line, text: string): Line {
  return replace(line, { start: line.cursor, end: line.cursor, text });
}

/** Puts a text in the place of what is between two indexes, for completion and recall; it can be undone. */
export function replace(line: Line, { start, end, text }: Replacement): Line {
  const [from, to] = [boundaryUpTo(line.text, start), boundaryFrom(line.text, end)];
  const fit = clean(text);
  const room = line.maxUnits - line.text.length + (to - from);
  return changed(line, { start: from, end: to, text: fit.slice(0, boundaryUpTo(fit, room)) });
}

/** The line after its text was entered or given up: ctrl-y still brings back what was killed. */
export function cleared({ killed, maxUnits }: Line): Line {
  return { ...EMPTY, killed, maxUnits };
}

/** A line feed is the only control in a line: other line ends become one, a tab a space, the rest nothing. */
function clean(text: string): string {
  return text
    .replace(/\r\n?|[\u2028\u2029]/g, "\n")
    .replaceAll("\t", " ")
    .replace(/(?!\n)[\p{Cc}\p{Cs}]/gu, "");
}

/** Every edit but undo comes through here. The cursor is after what was put in. */
function changed(line: Line, { start, end, text }: Replacement): Line {
  const removed = line.text.slice(start, end);
  const units = line.text.length - removed.length + text.length;
  if (removed === text || units > line.maxUnits) {
    return moved(line, removed === text ? end : line.cursor);
  }
  const whole = line.text.slice(0, start) + text + line.text.slice(end);
  const change = { at: start, removed, insertedUnits: text.length, cursor: line.cursor };
  return {
    ...line,
    text: whole,
    // What was put in may have grown together with what follows.
    cursor: boundaryFrom(whole, start + text.length),
    killedAt: undefined,
    past: bounded([...line.past, change]),
  };
}

function moved(line: Line, cursor: number): Line {
  return { ...line, cursor, killedAt: undefined };
}

/** Kills from the cursor to an index before or after it. */
function killed(line: Line, index: number): Line {
  if (index === line.cursor) return line;
  const [start, end] = [Math.min(index, line.cursor), Math.max(index, line.cursor)];
  const text = line.text.slice(start, end);
  const before = line.killedAt === line.cursor ? line.killed : "";
  return {
    ...changed(line, { start, end, text: "" }),
    killed: index < line.cursor ? text + before : before + text,
    killedAt: start,
  };
}

/** Straight after a kill, what was killed comes to its old place even if the cursor could not stay there. */
function yanked(line: Line): Line {
  const at = line.killedAt ?? line.cursor;
  return changed(line, { start: at, end: at, text: line.killed });
}

function undone(line: Line): Line {
  const last = line.past.at(-1);
  if (last === undefined) return moved(line, line.cursor);
  const { at, removed, insertedUnits, cursor } = last;
  const text = line.text.slice(0, at) + removed + line.text.slice(at + insertedUnits);
  return { ...line, text, cursor, killedAt: undefined, past: line.past.slice(0, -1) };
}

function bounded(past: readonly Change[]): readonly Change[] {
  let first = Math.max(past.length - MAX_CHANGES, 0);
  let units = past.slice(first).reduce((sum, it) => sum + unitsOf(it), 0);
  while (units > MAX_CHANGED_UNITS && first < past.length - 1) units -= unitsOf(past[first++]!);
  return first === 0 ? past : past.slice(first);
}

function unitsOf({ removed }: Change): number {
  return removed.length;
}

function deleted(line: Line, index: number): Line {
  const [start, end] = [Math.min(index, line.cursor), Math.max(index, line.cursor)];
  return changed(line, { start, end, text: "" });
}

/** Swaps the characters around the cursor, at the end the last two. */
function transposed(line: Line): Line {
  const { text, cursor } = line;
  const middle = cursor === text.length ? boundaryBefore(text, cursor) : cursor;
  const [start, end] = [boundaryBefore(text, middle), boundaryAfter(text, middle)];
  if (start === middle) return moved(line, cursor);
  return changed(line, { start, end, text: text.slice(middle, end) + text.slice(start, middle) });
}

function recased(line: Line, recase: (word: string) => string): Line {
  const [start, end] = [line.cursor, wordEnd(line)];
  return changed(line, { start, end, text: recase(line.text.slice(start, end)) });
}

function capitalized(word: string): string {
  return word.toLowerCase().replace(/\p{L}/u, (it) => it.toUpperCase());
}

// Where things are. Intl.Segmenter looks only at the neighbourhood of an index, however long the text is.

const GRAPHEMES = new Intl.Segmenter("en", { granularity: "grapheme" });

function boundaryBefore(text: string, index: number): number {
  return index <= 0 ? 0 : boundaryUpTo(text, index - 1);
}

function boundaryAfter(text: string, index: number): number {
  return boundaryFrom(text, index + 1);
}

/** The last boundary that is not after an index. */
function boundaryUpTo(text: string, index: number): number {
  return GRAPHEMES.segment(text).containing(Math.max(index, 0))?.index ?? text.length;
}

/** The first boundary that is not before an index. */
function boundaryFrom(text: string, index: number): number {
  const found = GRAPHEMES.segment(text).containing(index);
  if (found === undefined) return text.length;
  return found.index === index ? index : found.index + found.segment.length;
}

/** Words are letters and digits with what belongs to them; backwards they are found from their end. */
const WORD_BEFORE = /(?<=((?:[\p{L}\p{N}][\p{M}\u200c\u200d]*)*[^\p{L}\p{N}]*))/uy;
const WORD_AFTER = /([^\p{L}\p{N}]*(?:[\p{L}\p{N}][\p{M}\u200c\u200d]*)*)/uy;
const BLANK_WORD_BEFORE = /(?<=(\S*\s*))/uy;

function wordStart({ text, cursor }: Line): number {
  return boundaryUpTo(text, cursor - lengthAt(WORD_BEFORE, text, cursor));
}

function wordEnd({ text, cursor }: Line): number {
  return boundaryFrom(text, cursor + lengthAt(WORD_AFTER, text, cursor));
}

function blankWordStart({ text, cursor }: Line): number {
  return boundaryUpTo(text, cursor - lengthAt(BLANK_WORD_BEFORE, text, cursor));
}

function lengthAt(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index;
  return pattern.exec(text)?.[1]?.length ?? 0;
}

function rowStart({ text, cursor }: Line): number {
  return cursor === 0 ? 0 : text.lastIndexOf("\n", cursor - 1) + 1;
}

function rowEnd({ text, cursor }: Line): number {
  const end = text.indexOf("\n", cursor);
  return end < 0 ? text.length : end;
}

/** To the same column of the row above; undefined in the first row, where the key means something else. */
function up(line: Line): Line | undefined {
  const start = rowStart(line);
  if (start === 0) return undefined;
  return toColumn(line, moved(line, start - 1));
}

function down(line: Line): Line | undefined {
  const end = rowEnd(line);
  if (end === line.text.length) return undefined;
  return toColumn(line, moved(line, end + 1));
}

function toColumn(from: Line, to: Line): Line {
  const start = rowStart(to);
  const column = graphemes(from.text.slice(rowStart(from), from.cursor)).length;
  const passed = graphemes(to.text.slice(start, rowEnd(to))).slice(0, column);
  return moved(to, start + passed.join("").length);
}

function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) => segment);
}

// Which key does what.

type Edit = (line: Line) => Line | undefined;

const left: Edit = (line) => moved(line, boundaryBefore(line.text, line.cursor));
const right: Edit = (line) => moved(line, boundaryAfter(line.text, line.cursor));
const wordLeft: Edit = (line) => moved(line, wordStart(line));
const wordRight: Edit = (line) => moved(line, wordEnd(line));
const home: Edit = (line) => moved(line, rowStart(line));
const end: Edit = (line) => moved(line, rowEnd(line));
const newLine: Edit = (line) => insert(line, "\n");
const backspace: Edit = (line) => deleted(line, boundaryBefore(line.text, line.cursor));
const deleteNext: Edit = (line) => deleted(line, boundaryAfter(line.text, line.cursor));
const killWordBefore: Edit = (line) => killed(line, wordStart(line));
const killWordAfter: Edit = (line) => killed(line, wordEnd(line));

const EDITS: Partial<Record<KeyName, Edit>> = {
  ...{ left, right, "ctrl-b": left, "ctrl-f": right, up, down },
  ...{ "alt-b": wordLeft, "alt-left": wordLeft, "ctrl-left": wordLeft },
  ...{ "alt-f": wordRight, "alt-right": wordRight, "ctrl-right": wordRight },
  ...{ home, end, "ctrl-a": home, "ctrl-e": end },
  "ctrl-home": (line) => moved(line, 0),
  "ctrl-end": (line) => moved(line, line.text.length),
  ...{ "alt-enter": newLine, "shift-enter": newLine, "ctrl-j": newLine },
  ...{ backspace, "shift-backspace": backspace, "ctrl-h": backspace, delete: deleteNext },
  // On an empty line it asks to leave.
  "ctrl-d": (line) => line.text === "" ? undefined : deleteNext(line),
  "ctrl-w": (line) => killed(line, blankWordStart(line)),
  ...{ "alt-backspace": killWordBefore, "ctrl-alt-h": killWordBefore },
  ...{ "ctrl-backspace": killWordBefore, "alt-d": killWordAfter },
  ...{ "ctrl-delete": killWordAfter, "alt-delete": killWordAfter },
  // At the end of a row there is only the line feed left to be killed; so it is at its start.
  "ctrl-u": (line) => killed(line, Math.min(rowStart(line), Math.max(line.cursor - 1, 0))),
  "ctrl-k": (line) => killed(line, Math.max(rowEnd(line), boundaryAfter(line.text, line.cursor))),
  "ctrl-y": yanked,
  "ctrl-t": transposed,
  "alt-u": (line) => recased(line, (word) => word.toUpperCase()),
  "alt-l": (line) => recased(line, (word) => word.toLowerCase()),
  "alt-c": (line) => recased(line, capitalized),
  ...{ "ctrl-_": undone, "ctrl-/": undone },
};
