import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dirname } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import type { History } from "../../src/store/history.ts";
import { ALL, direct, kept, message, NOON, open, say, tendAll, texts, withPath } from "./said.ts";

const PAGE = 4096;
/** More than SQLite keeps in memory, so that what is on the disk is read again. */
const LONG = "a long story ".repeat(300);

/** A history of ours that notes what it is told of damage. */
function openNoting(path: string): { history: History; damages: string[] } {
  const damages: string[] = [];
  return { history: open(path, { onDamage: (what) => damages.push(what) }), damages };
}

/** Says so much that it fills `megabytes`, and more than that in the lobby. */
function fill(history: History, megabytes = 4) {
  const count = Math.ceil(megabytes * 1024 * 1024 / LONG.length / 3);
  for (let index = 0; index < count; index++) {
    const said = ["lobby", "dev"].map((room) => message(`${room} ${index} ${LONG}`, { room }));
    history.append([...said.map(kept), direct(`psst ${index} ${LONG}`)]);
  }
  tendAll(history);
  history.tend(NOON);
  return count;
}

function overwrite(path: string, place: number, bytes: Uint8Array) {
  using file = Deno.openSync(path, { read: true, write: true });
  file.seekSync(place, Deno.SeekMode.Start);
  file.writeSync(bytes);
}

function truncate(path: string, bytes: number) {
  using file = Deno.openSync(path, { write: true });
  file.truncateSync(bytes);
}

/** The files that have been set aside, without their logs. */
function aside(path: string): string[] {
  return [...Deno.readDirSync(dirname(path))].map(({ name }) => name)
    .filter((name) => /^chat\.db\.damaged-[\dTZ-]+$/.test(name));
}

/** Says something in the lobby; returns its number, or undefined if it could not be stored. */
function seqOfNext(history: History): number | undefined {
  const next = message("next");
  try {
    say(history, [next]);
    return next.seq;
  } catch {
    return undefined;
  }
}

function readAll(history: History) {
  for (const room of ["lobby", "dev"]) history.page(room, ALL);
  history.directs("c", ALL);
}

const garbage = (pages: number) => new Uint8Array(pages * PAGE).fill(0xa5);

Deno.test("a file that is damaged while it is open is set aside, and its numbers go on", () => {
  withPath((path) => {
    const { history, damages } = openNoting(path);
    const count = fill(history);
    const pages = Deno.statSync(path).size / PAGE;
    overwrite(path, PAGE, garbage(pages - 1));
    const error = assertThrows(() => readAll(history), Error);
    assertMatch(error.message, /malformed/);
    const [name] = aside(path);
    assertEquals(damages.length, 1);
    assert(damages[0]!.includes(`is now ${dirname(path)}/${name}`), damages[0]);
    assertEquals(
      Deno.readFileSync(`${dirname(path)}/${name}`).subarray(PAGE, 3 * PAGE),
      garbage(2),
    );
    const next = [
      message("next"),
      message("next", { room: "dev" }),
      message("new", { room: "new" }),
    ];
    const told = direct("psst");
    history.append([...next.map(kept), told]);
    const [lobby, dev, unknown] = next.map((it) => it.seq);
    assertEquals([lobby, dev, told.fact.seq], [count + 1, count + 1, count + 1]);
    // Of this one nothing was known: for all that can be told it had more messages than any other.
    assert(unknown! > 1e9, `${unknown}`);
    assertEquals(texts(history.page("lobby", ALL)), ["next"]);
    history.close();
    // And on, once more.
    const again = openNoting(path);
    assertEquals(seqOfNext(again.history), count + 2);
    assertEquals(again.damages, []);
    again.history.close();
  });
});

Deno.test("no page of what cannot be read is shown as if it were all", () => {
  withPath((path) => {
    const { history } = openNoting(path);
    fill(history);
    const pages = Deno.statSync(path).size / PAGE;
    overwrite(path, Math.floor(pages / 2) * PAGE, garbage(50));
    assertThrows(() => readAll(history));
    history.close();
  });
});

Deno.test("a file that is found damaged when it is opened is set aside as it is", () => {
  const damaging: Record<string, (path: string) => void> = {
    "its header": (path) => overwrite(path, 0, garbage(1)),
    "its schema": (path) => overwrite(path, 100, garbage(1).subarray(100)),
    "half of it": (path) => overwrite(path, 0, garbage(Deno.statSync(path).size / PAGE / 2)),
    "cut short": (path) => truncate(path, PAGE + 77),
    "cut within its header": (path) => truncate(path, 50),
    "some other file's": (path) => Deno.writeTextFileSync(path, "shopping list: milk ".repeat(99)),
  };
  for (const [what, damage] of Object.entries(damaging)) {
    withPath((path) => {
      const first = open(path);
      fill(first, 0.1);
      first.close();
      damage(path);
      const bytes = Deno.readFileSync(path);
      const { history, damages } = openNoting(path);
      assertEquals(damages.length, 1, what);
      assertEquals(Deno.readFileSync(`${dirname(path)}/${aside(path)[0]}`), bytes, what);
      assertEquals(Deno.statSync(path).mode! & 0o777, 0o600);
      assert(seqOfNext(history) !== undefined, what);
      history.close();
    });
  }
});

/** On which page of the file a table or an index begins. */
function rootOf(path: string, name: string): number {
  using database = new DatabaseSync(path, { readOnly: true });
  const found = database.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?").get(name);
  return Number(found?.rootpage);
}

Deno.test("numbers go on from what can still be read of them", () => {
  const broken = [
    { name: "state", isExact: true },
    // How many there are in the room is not to be known then, only how many there are in all.
    { name: "sqlite_autoindex_message_1", isExact: false },
  ];
  for (const { name, isExact } of broken) {
    withPath((path) => {
      const first = open(path);
      const count = fill(first);
      first.close();
      overwrite(path, (rootOf(path, name) - 1) * PAGE, garbage(1));
      const { history, damages } = openNoting(path);
      for (let attempt = 0; attempt < 2 && damages.length === 0; attempt++) {
        try {
          history.tend(NOON);
          readAll(history);
        } catch {
          // It has been mended for the next time.
        }
      }
      assertEquals(damages.length, 1);
      assertEquals(seqOfNext(history), (isExact ? count : 2 * count) + 1);
      const told = direct("psst");
      history.append([told]);
      assertEquals(told.fact.seq, count + 1);
      history.close();
    });
  }
});

Deno.test("a log that is cut short under an open history costs one try at most", () => {
  withPath((path) => {
    const { history, damages } = openNoting(path);
    const count = fill(history);
    say(history, Array.from({ length: 2000 }, () => message(LONG)));
    truncate(`${path}-wal`, 1000);
    let failed = 0;
    try {
      readAll(history);
    } catch {
      failed++;
    }
    const next = seqOfNext(history);
    assertEquals([failed, damages.length, next], [1, 1, count + 2001]);
    history.close();
  });
});

Deno.test("a log that was cut short while nobody had it open costs what was in it, no more", () => {
  withPath((path) => {
    const first = open(path);
    say(first, [message("one")]);
    first.tend(NOON);
    first.tend(NOON);
    first.tend(NOON);
    say(first, [message("two")]);
    const files = ["", "-wal"].map((suffix) => Deno.readFileSync(path + suffix));
    first.close();
    Deno.writeFileSync(path, files[0]!);
    Deno.writeFileSync(`${path}-wal`, files[1]!.subarray(0, 1000));
    const { history, damages } = openNoting(path);
    assertEquals([texts(history.page("lobby", ALL)), damages], [["one"], []]);
    assertEquals(seqOfNext(history), 2);
    history.close();
  });
});

Deno.test("an index that is damaged is made anew, and nothing else is touched", () => {
  withPath((path) => {
    const first = open(path);
    say(first, Array.from({ length: 500 }, (_, index) => message(`hello ${index}`)));
    tendAll(first);
    first.close();
    const database = new DatabaseSync(path);
    // deno-lint-ignore no-explicit-any
    (database as any).enableDefensive(false);
    database.exec("UPDATE word_data SET block = zeroblob(9) WHERE id > 10");
    database.close();
    const { history, damages } = openNoting(path);
    const search = () =>
      history.search({ rooms: ["lobby"], words: "hello", limit: 999, before: 0, maxBytes: 1e9 });
    assertThrows(search);
    assertEquals(damages, ["the index of words is damaged, and is made anew"]);
    assertEquals(search().messages.length, 500);
    assertEquals([seqOfNext(history), aside(path)], [501, []]);
    history.close();
  });
});

Deno.test("what a damaged file says of itself cannot move anybody's cursor", () => {
  withPath((path) => {
    open(path).close();
    const database = new DatabaseSync(path);
    // deno-lint-ignore no-explicit-any
    (database as any).enableDefensive(false);
    database.exec(
      "PRAGMA writable_schema = ON; " +
        "UPDATE sqlite_schema SET sql = 'x' || char(27, 10), name = char(27, 10) WHERE name = 'state'",
    );
    database.close();
    const { history, damages } = openNoting(path);
    assertEquals(damages.length, 1);
    assertMatch(damages[0]!, /^\P{Cc}+$/u);
    history.close();
  });
});

/** Some bytes at some places of a file, as fractions of its length. */
const places = fc.array(
  fc.tuple(
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.uint8Array({ minLength: 1, maxLength: 5000 }),
  ),
  { minLength: 1, maxLength: 20 },
);

Deno.test("whatever happens to the file, at most one message is refused and no number comes again", () => {
  withPath((path) => {
    const first = open(path);
    fill(first, 0.5);
    first.close();
    const whole = Deno.readFileSync(path);
    const isOpen = fc.boolean();
    const suffix = fc.constantFrom("", "", "-wal");
    const cut = fc.option(fc.double({ min: 0, max: 1, noNaN: true }));
    let round = 0;
    fc.assert(
      fc.property(isOpen, suffix, places, cut, (isOpen, suffix, places, cut) => {
        const copy = `${path}.${round++}`;
        Deno.writeFileSync(copy, whole);
        let history = open(copy);
        // The log is there, with something in it.
        const last = seqOfNext(history)!;
        if (!isOpen) {
          const log = Deno.readFileSync(`${copy}-wal`);
          history.close();
          Deno.writeFileSync(`${copy}-wal`, log);
        }
        const { size } = Deno.statSync(copy + suffix);
        for (const [place, bytes] of places) {
          // Whose program and version it is cannot be told from a wrong one.
          const start = Math.max(suffix === "" ? 100 : 0, Math.floor(place * size));
          overwrite(copy + suffix, start, bytes);
        }
        if (cut !== null) truncate(copy + suffix, Math.ceil(cut * size));
        if (!isOpen) history = open(copy);
        for (let attempt = 0; attempt < 3; attempt++) {
          try {
            history.tend(NOON);
            readAll(history);
          } catch {
            // What is mended by that is mended.
          }
        }
        const seqs = Array.from({ length: 4 }, () => seqOfNext(history));
        const stored = seqs.filter((seq) => seq !== undefined);
        assert(stored.length >= 3, `${seqs}`);
        assertEquals(stored, stored.toSorted((a, b) => a - b));
        if (isOpen) assert(stored[0]! > last, `${stored} ${last}`);
        history.close();
        for (const { name } of Deno.readDirSync(dirname(path))) {
          if (name.startsWith("chat.db.")) Deno.removeSync(`${dirname(path)}/${name}`);
        }
      }),
      { numRuns: 60 },
    );
  });
});

Deno.test("where nothing can be read any more, numbers begin beyond all that were given", () => {
  withPath((path) => {
    const { history } = openNoting(path);
    fill(history);
    history.close();
    overwrite(path, 0, new Uint8Array(Deno.statSync(path).size).fill(0xa5));
    const { history: anew, damages } = openNoting(path);
    assertEquals(damages.length, 1);
    const told = direct("psst");
    const said = message("next");
    anew.append([kept(said), told]);
    assert(said.seq > 1e9 && told.fact.seq > 1e9, `${said.seq} ${told.fact.seq}`);
    anew.close();
  });
});
