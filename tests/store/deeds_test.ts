import { assertEquals, assertMatch, assertThrows } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Deed } from "../../src/chat/event.ts";
import { Archive } from "../../src/store/archive.ts";
import { examine } from "../../src/store/doctor.ts";
import type { History, Kept } from "../../src/store/history.ts";
import { ALL, DAY, kept, message, NOON, open, texts, withPath } from "./said.ts";

const KEY = "ed25519:" + "A".repeat(43);
const CLAIMED: Deed = { type: "claimed", nick: "pat", key: KEY, at: NOON };
const PASSED: Deed = { type: "passed", nick: "pat", hash: "a digest", key: "", at: NOON + 1 };
const LOCKED: Deed = { type: "locked", room: "dev", by: "pat", hash: "another", at: NOON + 2 };
const UNLOCKED: Deed = { type: "unlocked", room: "dev", by: "pat", at: NOON + 3 };
const RULE = {
  room: "",
  rule: "ban",
  subject: "nick:eve",
  by: "pat",
  until: 0,
  reason: "spam",
  who: "",
};
const BANNED: Deed = { type: "ruled", ...RULE, at: NOON + 4 };
const DEEDS = [CLAIMED, PASSED, LOCKED, UNLOCKED, BANNED];

const done = (fact: Deed): Kept => ({ fact, sender: "", receiver: "" });
const topic = (text: string, at = NOON): Deed => (
  { type: "topic", room: "lobby", nick: "pat", text, at }
);

function doneIn(history: History, deeds: readonly Deed[]) {
  history.append(deeds.map(done));
}

function sql(path: string, statement: string) {
  using database = new DatabaseSync(path);
  database.exec(statement);
}

Deno.test("deeds are there again in their order after a restart", () => {
  withPath((path) => {
    const first = open(path);
    assertEquals(first.deeds(), []);
    doneIn(first, DEEDS.slice(0, 2));
    doneIn(first, DEEDS.slice(2));
    assertEquals(first.deeds(), DEEDS);
    first.close();
    const second = open(path);
    assertEquals(second.deeds(), DEEDS);
    second.close();
  });
});

Deno.test("deeds and messages of one turn are stored together or not at all", () => {
  withPath((path) => {
    const history = open(path);
    history.append([done(CLAIMED), kept(message("one")), done(BANNED)]);
    // Nothing can be bound in its place.
    const broken = message("two", { nick: {} as string });
    assertThrows(() => history.append([done(LOCKED), kept(broken)]));
    assertEquals(history.deeds(), [CLAIMED, BANNED]);
    assertEquals(texts(history.page("lobby", ALL)), ["one"]);
    history.close();
  });
});

Deno.test("what a newer program has kept is left alone, and what is none keeps nobody from starting", () => {
  withPath((path) => {
    const first = open(path);
    doneIn(first, [CLAIMED]);
    first.close();
    const rows = ['{"type":"crowned","at":1}', "no JSON", "[1]", '{"type":"claimed","nick":7}'];
    for (const row of rows) sql(path, `INSERT INTO deed (at, fact) VALUES (1, '${row}')`);
    const second = open(path);
    doneIn(second, [BANNED]);
    assertEquals(second.deeds(), [CLAIMED, BANNED]);
    second.close();
    using database = new DatabaseSync(path);
    assertEquals(database.prepare("SELECT count(*) AS rows FROM deed").get()!.rows, 6);
  });
});

Deno.test("fewer deeds take the place of all, and those that are kept are as they were", () => {
  withPath((path) => {
    const history = open(path);
    doneIn(history, DEEDS);
    const newer = [
      '{"type":"crowned","at":1}',
      '{"type":"unlocked","room":"dev","by":"pat","at":1,"why":"new"}',
    ];
    for (const fact of newer) sql(path, `INSERT INTO deed (at, fact) VALUES (1, '${fact}')`);
    const seen: string[] = [];
    const count = history.thinDeeds((deeds) => {
      seen.push(...deeds.map((deed) => deed?.type ?? "?"));
      return { made: [CLAIMED], kept: [4, 5, 6] };
    });
    assertEquals(seen, ["claimed", "passed", "locked", "unlocked", "ruled", "?", "unlocked"]);
    assertEquals(count, 4);
    doneIn(history, [LOCKED]);
    history.close();
    using database = new DatabaseSync(path);
    const rows = database.prepare("SELECT number, fact FROM deed").all();
    const facts = [CLAIMED, BANNED].map((deed) => JSON.stringify(deed));
    assertEquals(rows.map(({ fact }) => fact), [...facts, ...newer, JSON.stringify(LOCKED)]);
    assertEquals(rows.map(({ number }) => number), [1, 2, 3, 4, 5]);
    assertEquals(examine(path, () => {}).problems, ["deed 3 cannot be made out"]);
  });
});

Deno.test("where fewer deeds cannot be stored, or none are chosen, all are there as they were", () => {
  withPath((path) => {
    const history = open(path);
    doneIn(history, DEEDS);
    const broken = { ...BANNED, at: {} as number };
    assertThrows(() => history.thinDeeds(() => ({ made: [CLAIMED, broken], kept: [] })));
    assertEquals(history.thinDeeds(() => undefined), 5);
    assertEquals(history.deeds(), DEEDS);
    history.close();
    assertEquals(examine(path, () => {}).problems, []);
  });
});

Deno.test("the doctor says which rows are no deeds, and how many are missing", () => {
  withPath((path) => {
    const history = open(path);
    doneIn(history, DEEDS);
    history.close();
    assertEquals(examine(path, () => {}).problems, []);
    sql(path, 'UPDATE deed SET fact = \'{"type":"ruled"}\' WHERE number = 2');
    sql(path, "DELETE FROM deed WHERE number = 4");
    assertEquals(examine(path, () => {}).problems, [
      "deed 2 cannot be made out",
      "of 5 deeds there are 4",
    ]);
  });
});

Deno.test("the newest deeds are found, of one room or of all, the oldest of them first", () => {
  withPath((path) => {
    const history = open(path);
    const many = Array.from({ length: 2500 }, (_, index) => topic(`${index}`, NOON + index));
    doneIn(history, [...DEEDS, ...many]);
    using archive = new Archive(path);
    const found = (options: { room?: string; limit?: number; since?: number }) =>
      archive.deeds({ limit: 10_000, ...options });
    assertEquals(found({}), [...DEEDS, ...many]);
    assertEquals(found({ limit: 3 }), many.slice(-3));
    assertEquals(found({ room: "dev" }), [LOCKED, UNLOCKED]);
    assertEquals(found({ room: "dev", limit: 1 }), [UNLOCKED]);
    assertEquals(found({ room: "nowhere" }), []);
    assertEquals(found({ since: NOON + 2499 }), many.slice(-1));
    assertEquals(found({ since: NOON + DAY }), []);
    history.close();
  });
});

const PAGE = 4096;

/** A database with so many deeds that they fill pages, and messages among them. */
function fill(path: string): Deed[] {
  const history = open(path);
  const deeds = Array.from({ length: 500 }, (_, index) => topic(`${index} ${"x".repeat(200)}`));
  for (const [index, deed] of deeds.entries()) {
    history.append([done(deed), kept(message(`${index} ${"y".repeat(2000)}`))]);
  }
  history.close();
  return deeds;
}

/** The pages that hold the rows of a table. */
function pagesOf(path: string, table: string): number[] {
  using database = new DatabaseSync(path);
  return database.prepare("SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf'")
    .all(table).map(({ pageno }) => Number(pageno));
}

function overwrite(path: string, pages: number[]) {
  using file = Deno.openSync(path, { read: true, write: true });
  for (const page of pages) {
    file.seekSync((page - 1) * PAGE, Deno.SeekMode.Start);
    file.writeSync(new Uint8Array(PAGE).fill(0xa5));
  }
}

/** What is told when the messages turn out to be damaged. */
function openDamaged(path: string): { history: History; damages: string[] } {
  const damages: string[] = [];
  const history = open(path, { onDamage: (what) => damages.push(what) });
  assertThrows(() => history.page("lobby", ALL));
  return { history, damages };
}

Deno.test("claims and orders of a damaged database are there in the new one, and the log says so", () => {
  withPath((path) => {
    const deeds = fill(path);
    overwrite(path, pagesOf(path, "message").slice(3, 9));
    const { history, damages } = openDamaged(path);
    assertMatch(damages[0]!, /a new database is begun with all 500 claims and orders$/);
    assertEquals(history.deeds(), deeds);
    doneIn(history, [BANNED]);
    history.close();
    const again = open(path);
    assertEquals(again.deeds(), [...deeds, BANNED]);
    again.close();
    assertEquals(examine(path, () => {}).problems, []);
  });
});

Deno.test("where some of them are damaged all others are carried over, and the log says how many", () => {
  withPath((path) => {
    const deeds = fill(path);
    const leaves = pagesOf(path, "deed");
    overwrite(path, [...pagesOf(path, "message").slice(3, 9), leaves[2]!, leaves[9]!]);
    const { history, damages } = openDamaged(path);
    const carried = history.deeds();
    const lost = deeds.filter((deed) =>
      !carried.some((it) => it.type === "topic" && it.text === (deed as typeof it).text)
    );
    assertEquals(carried.length + lost.length, 500);
    assertEquals(lost.length > 0 && lost.length < 100, true, `${lost.length}`);
    assertMatch(
      damages[0]!,
      new RegExp(`with ${carried.length} claims and orders, all that could be read$`),
    );
    history.close();
  });
});

Deno.test("where none can be read the log says that they are lost", () => {
  withPath((path) => {
    fill(path);
    overwrite(path, [1]);
    const damages: string[] = [];
    const history = open(path, { onDamage: (what) => damages.push(what) });
    assertEquals(history.deeds(), []);
    assertMatch(damages[0]!, /whose names were and what operators ordered could not be read$/);
    history.close();
  });
});
