/**
 * The lines that were entered before, to be had again. What was being typed, and what was changed in an earlier
 * line, is never lost by looking at others: it is kept until a line is entered.
 */

export interface Recall {
  /** Oldest first. */
  readonly entries: readonly string[];
  /** The entry that is being shown; the number of entries if it is none of them but the draft. */
  readonly at: number;
  /** What was being typed when others were looked at. */
  readonly draft: string;
  /** What entries were changed to, by their index. */
  readonly changed: ReadonlyMap<number, string>;
}

/** What is to be shown now. */
export interface Recalled {
  recall: Recall;
  text: string;
}

/** As many as one may want to go back, and no more than a few megabytes of them. */
const MAX_ENTRIES = 500;
const MAX_UNITS = 1_000_000;

export const NOTHING: Recall = { entries: [], at: 0, draft: "", changed: new Map() };

/** A line was entered: it is the newest now, unless it was that before or is blank. */
export function add({ entries }: Recall, text: string): Recall {
  const isNew = text.trim() !== "" && text !== entries.at(-1);
  const kept = isNew ? bounded([...entries, text]) : entries;
  return { ...NOTHING, entries: kept, at: kept.length };
}

/** The line before the one that is shown, and is `text` by now; undefined if there is none. */
export function older(recall: Recall, text: string): Recalled | undefined {
  return visit(recall, { at: recall.at - 1, text });
}

/** The line after it, at last the draft. */
export function newer(recall: Recall, text: string): Recalled | undefined {
  return visit(recall, { at: recall.at + 1, text });
}

/** Goes to a line, for example one that was found, from the one that is shown and is `text` by now. */
export function visit(
  recall: Recall,
  { at, text }: { at: number; text: string },
): Recalled | undefined {
  if (at < 0 || at > recall.entries.length) return undefined;
  const left = leave(recall, text);
  return { recall: { ...left, at }, text: textAt(left, at) };
}

/**
 * The newest entry that contains a text. With `before`, the index of the last one found, the next older that is
 * not the same.
 */
export function find(
  { entries }: Recall,
  text: string,
  { before }: { before?: number } = {},
): { at: number; text: string } | undefined {
  if (text === "") return undefined;
  const shown = before === undefined ? undefined : entries[before];
  const at = entries.slice(0, before).findLastIndex((it) => it.includes(text) && it !== shown);
  return at < 0 ? undefined : { at, text: entries[at]! };
}

function leave(recall: Recall, text: string): Recall {
  const { entries, at } = recall;
  if (at === entries.length) return { ...recall, draft: text };
  if (text === textAt(recall, at)) return recall;
  return { ...recall, changed: new Map(recall.changed).set(at, text) };
}

function textAt({ entries, draft, changed }: Recall, at: number): string {
  return changed.get(at) ?? entries[at] ?? draft;
}

/** Drops the oldest, never the newest. */
function bounded(entries: readonly string[]): readonly string[] {
  let first = Math.max(entries.length - MAX_ENTRIES, 0);
  let units = entries.slice(first).reduce((sum, it) => sum + it.length, 0);
  while (units > MAX_UNITS && first < entries.length - 1) units -= entries[first++]!.length;
  return entries.slice(first);
}
