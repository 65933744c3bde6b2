/**
 * Rows of the table of deeds, read whatever may have become of them. A row is never changed and none is
 * deleted by itself, so that they are numbered from 1 without gaps.
 */
import { DatabaseSync } from "node:sqlite";
import { type Deed, DEEDS } from "../chat/event.ts";
import { BLANK, type Kind } from "../chat/shape.ts";

/** A row as it is. */
export interface DeedRow {
  number: number;
  at: number;
  fact: string;
}

/** What of a damaged database can still be read. */
export interface Salvage {
  rows: DeedRow[];
  /** Whether that is all that there was. */
  isWhole: boolean;
}

/** Far more than a damaged file should make anybody look for. */
const MAX_LOOKED_FOR = 1_000_000;
const ROWS = "SELECT number, at, fact FROM deed";

/** A row's deed; undefined if it is none, or one that a newer program knows. */
export function deedIn(fact: string): Deed | undefined {
  const value = parse(fact);
  if (!value || !Object.hasOwn(DEEDS, value.type)) return undefined;
  const { type } = value;
  const deed: Record<string, unknown> = { type };
  for (const [name, kind] of Object.entries<Kind>(DEEDS[type as Deed["type"]])) {
    deed[name] = value[name] ?? BLANK[kind as keyof typeof BLANK];
    const found: string = typeof deed[name];
    if (found !== kind.replace("?", "")) return undefined;
  }
  return deed as Deed;
}

/** Reads what can be read of the deeds in a file, damaged or not. */
export function salvageDeeds(path: string): Salvage {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const { tables } = database.prepare(
      "SELECT count(*) AS tables FROM sqlite_schema WHERE name = 'deed'",
    ).get()!;
    // An older program knew of none.
    if (tables === 0) return { rows: [], isWhole: true };
    return salvageFrom(database);
  } catch {
    return { rows: [], isWhole: false };
  }
}

function salvageFrom(database: DatabaseSync): Salvage {
  const rows = new Map<number, DeedRow>();
  const take = (row: object | undefined) => {
    const { number, at, fact } = (row ?? {}) as DeedRow;
    if (Number.isSafeInteger(number) && parse(String(fact))) {
      rows.set(number, { number, at: Number.isSafeInteger(at) ? at : 0, fact });
    }
  };
  // From either end up to what is damaged, and then one by one what lies between.
  attempt(() => {
    for (const row of database.prepare(`${ROWS} ORDER BY number`).iterate()) take(row);
  });
  const last = lastNumber(database);
  if (rows.size < last) {
    const one = database.prepare(`${ROWS} WHERE number = ?`);
    for (let number = last; number > 0 && last - number < MAX_LOOKED_FOR; number--) {
      if (!rows.has(number)) attempt(() => take(one.get(number)));
    }
  }
  const found = [...rows.values()].sort((one, other) => one.number - other.number);
  return { rows: found, isWhole: last >= 0 && found.length === last };
}

/** The number of the newest row that was ever written; -1 if it cannot be told. */
function lastNumber(database: DatabaseSync): number {
  let last = -1;
  attempt(() => {
    const row = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'deed'").get();
    last = Number(row?.seq ?? 0);
  });
  return last;
}

function attempt(run: () => void) {
  try {
    run();
  } catch {
    // It is damaged there.
  }
}

function parse(fact: string): { type: string; [name: string]: unknown } | undefined {
  try {
    const value = JSON.parse(fact);
    return typeof value?.type === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}
