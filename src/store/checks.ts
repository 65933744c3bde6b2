/** What can be wrong inside of a database of ours, and what there is to count in it. */
import type { DatabaseSync } from "node:sqlite";
import { deedIn } from "./deeds.ts";

/** As many of a kind as a person reads. */
const MAX_SHOWN = 10;

/** Something to look at: what, in words that follow "looking at", and what is wrong with it, a line each. */
export interface Check {
  what: string;
  /** Whether databases of older versions can be asked too. */
  ofAnyVersion: boolean;
  run(database: DatabaseSync): string[];
}

export const CHECKS: readonly Check[] = [
  { what: "every page of the file", ofAnyVersion: true, run: pages },
  { what: "what refers to what", ofAnyVersion: true, run: references },
  { what: "the rooms' numbers", ofAnyVersion: false, run: gaps },
  { what: "the messages' ids", ofAnyVersion: false, run: sharedIds },
  { what: "whose names are and what operators ordered", ofAnyVersion: false, run: deeds },
];

export interface Counts {
  rooms: number;
  messages: number;
  directs: number;
  /** When the first and the last message was said; null if there is none. */
  oldest: string | null;
  newest: string | null;
  /** Messages that the index of words does not have yet. */
  unindexed: number;
  /** Bytes in the file that are free for messages to come. */
  free: number;
}

export function countAll(database: DatabaseSync): Counts {
  const row = database.prepare(
    "SELECT (SELECT count(*) FROM room) AS rooms, (SELECT count(*) FROM message) AS messages, " +
      "(SELECT count(*) FROM told) AS directs, (SELECT min(at) FROM message) AS oldest, " +
      "(SELECT max(at) FROM message) AS newest, (SELECT count(*) FROM message " +
      "WHERE number > (SELECT value FROM state WHERE name = 'indexed')) AS unindexed, " +
      "(SELECT freelist_count * page_size FROM pragma_freelist_count, pragma_page_size) AS free",
  ).get() as unknown as Counts & { oldest: number | null; newest: number | null };
  const date = (at: number | null) => at === null ? null : new Date(at).toISOString();
  return { ...row, oldest: date(row.oldest), newest: date(row.newest) };
}

function pages(database: DatabaseSync): string[] {
  return database.prepare(`PRAGMA integrity_check(${MAX_SHOWN})`).all()
    .map(({ integrity_check }) => String(integrity_check))
    .filter((line) => line !== "ok");
}

function references(database: DatabaseSync): string[] {
  return database.prepare(
    'SELECT "table", parent, count(*) AS rows FROM pragma_foreign_key_check GROUP BY "table", parent',
  ).all().map(({ table, parent, rows }) => `${rows} of ${table} belong to no ${parent}`);
}

/** A room's messages are numbered one after the other, from the first that has not been deleted. */
function gaps(database: DatabaseSync): string[] {
  return database.prepare(
    "SELECT name, deleted, count(seq) AS here, min(seq) AS first, max(seq) AS last " +
      "FROM room JOIN message ON message.room = room.number GROUP BY room.number " +
      "HAVING first <> deleted + 1 OR here <> last - deleted LIMIT ?",
  ).all(MAX_SHOWN).map(({ name, deleted, here, first, last }) =>
    `room ${name} should have the messages ${Number(deleted) + 1} to ${last}, and has ${here} ` +
    `from ${first}`
  );
}

/** An id as long as a UUID is one message's alone. */
function sharedIds(database: DatabaseSync): string[] {
  return ["message", "told"].flatMap((table) =>
    database.prepare(
      `SELECT id, count(*) AS rows FROM ${table} WHERE length(id) = 36 GROUP BY id HAVING rows > 1 LIMIT ?`,
    ).all(MAX_SHOWN).map(({ id, rows }) => `${rows} of ${table} share the id ${id}`)
  );
}

/** Each row is a deed, and none is missing. */
function deeds(database: DatabaseSync): string[] {
  const problems: string[] = [];
  let count = 0;
  for (const { number, fact } of database.prepare("SELECT number, fact FROM deed").iterate()) {
    count++;
    if (!deedIn(String(fact))) problems.push(`deed ${number} cannot be made out`);
    if (problems.length >= MAX_SHOWN) return problems;
  }
  const last = database.prepare("SELECT seq FROM sqlite_sequence WHERE name = 'deed'").get()?.seq;
  if (count !== Number(last ?? 0)) problems.push(`of ${last} deeds there are ${count}`);
  return problems;
}
