/** What the full screen knows: the talk, the line being typed, and how things are to look. */
import { EMPTY, type Line } from "../terminal/line_editor.ts";
import { NOTHING, type Recall } from "../terminal/recall.ts";
import type { Entry } from "./buffer.ts";
import type { Completion } from "./complete.ts";
import type { Look } from "./entry_rows.ts";
import { notice } from "./entries.ts";
import { startTalk, type Talk } from "./talk.ts";

export interface Model extends Talk {
  line: Line;
  recall: Recall;
  /** What is looked for among the lines entered before, and the one found last. */
  search: { text: string; at: number } | undefined;
  completion: Completion | undefined;
  /** Several lines that were pasted, until it is said whether they are meant. */
  pasted: string | undefined;
  columns: number;
  rows: number;
  /** Whether what helps a newcomer is still to be said. */
  hints: boolean;
  /** What keys do, by their names. */
  keys: ReadonlyMap<string, string>;
  time: Look["time"];
  nickColours: boolean;
  ambiguousIsWide: boolean;
}

export function startModel(
  { time, nickColours, ambiguousIsWide, keys, hints, ...talk }:
    & { nick: string; room: string; echoes: boolean }
    & { keys: ReadonlyMap<string, string>; hints: boolean }
    & Omit<Look, "columns">,
): Model {
  return {
    ...startTalk(talk),
    line: EMPTY,
    recall: NOTHING,
    search: undefined,
    completion: undefined,
    pasted: undefined,
    columns: 80,
    rows: 24,
    hints,
    keys,
    time,
    nickColours,
    ambiguousIsWide,
  };
}

let latest: Look | undefined;

/** How entries look now; the same object for the same answer, so that nothing is laid out twice. */
export function lookOf({ columns, time, nickColours, ambiguousIsWide }: Model): Look {
  const isSame = latest?.columns === columns && latest.time === time &&
    latest.nickColours === nickColours && latest.ambiguousIsWide === ambiguousIsWide;
  if (!isSame) latest = { columns, time, nickColours, ambiguousIsWide };
  return latest!;
}

/** What went over the wire. */
export function traceEntry(text: string, at: number): Entry {
  return { ...notice(text, at), kind: "trace" };
}
