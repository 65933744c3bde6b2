import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { dirname } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { StoreError } from "../../src/store/error.ts";
import { ALL, message, NOON, open, say, texts, withPath } from "./said.ts";

function namesBeside(path: string): string[] {
  return [...Deno.readDirSync(dirname(path))].map(({ name }) => name).sort();
}

Deno.test("a file that was never ours is refused, as often as anybody tries, and stays as it is", () => {
  const strangers: Record<string, (path: string) => void> = {
    "a text": (path) => Deno.writeTextFileSync(path, "shopping list: milk, eggs ".repeat(100)),
    "a short text": (path) => Deno.writeTextFileSync(path, "milk"),
    "a database": (path) => {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE notes (text); INSERT INTO notes VALUES ('milk')");
      database.close();
    },
    "a database that is damaged": (path) => {
      const database = new DatabaseSync(path);
      database.exec("CREATE TABLE notes (text)");
      database.close();
      const bytes = Deno.readFileSync(path);
      Deno.writeFileSync(path, bytes.fill(0xa5, 100));
    },
  };
  for (const [what, make] of Object.entries(strangers)) {
    withPath((path) => {
      make(path);
      const bytes = Deno.readFileSync(path);
      for (let round = 0; round < 3; round++) {
        const damages: string[] = [];
        const error = assertThrows(
          () => open(path, { onDamage: (what) => damages.push(what) }),
          StoreError,
        );
        assertEquals([error.kind, damages], ["not-ours", []], what);
        assertMatch(error.message, /^[^\n]+$/);
        assertEquals(Deno.readFileSync(path), bytes, what);
      }
      assertEquals(namesBeside(path), ["chat.db", "chat.db-lock"]);
    });
  }
});

Deno.test("a directory, and a file below a file, are refused in one line", () => {
  withPath((path) => {
    Deno.mkdirSync(path);
    assertMatch(assertThrows(() => open(path), StoreError).message, /^cannot write .*$/);
    Deno.removeSync(path);
    Deno.writeTextFileSync(path, "");
    assertMatch(assertThrows(() => open(`${path}/chat.db`), StoreError).message, /^cannot .*$/);
  });
});

const isRoot = Deno.build.os !== "windows" && Deno.uid() === 0;

// Root may write whatever it likes.
if (!isRoot) Deno.test("what may not be written is refused in one line", mayNotBeWritten);

function mayNotBeWritten() {
  withPath((path) => {
    open(path).close();
    for (const [place, mode] of [[path, 0o400], [dirname(path), 0o500]] as const) {
      Deno.chmodSync(place, mode);
      const target = place === path ? path : `${dirname(path)}/other.db`;
      const error = assertThrows(() => open(target), StoreError);
      assertEquals([error.kind, error.message], [
        "no-permission",
        `cannot write ${target}: not permitted`,
      ]);
      Deno.chmodSync(place, 0o700);
    }
  });
}

Deno.test("so is what Deno was not allowed to write", { permissions: { read: true } }, () => {
  const error = assertThrows(() => open("/tmp/chat-not-allowed.db"), StoreError);
  assertEquals([error.kind, error.message], [
    "no-permission",
    "cannot write /tmp/chat-not-allowed.db: not permitted",
  ]);
});

Deno.test("while another program holds the database nothing is stored, and nobody waits for it long", () => {
  withPath((path) => {
    const history = open(path);
    say(history, [message("one")]);
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    const lost = [message("lost"), message("lost", { room: "new" })];
    for (
      const write of [() => say(history, lost), () => history.probe(), () => history.tend(NOON)]
    ) {
      const start = performance.now();
      assertThrows(write);
      // A hundred times what is waited for, and what whoever opens a database waits.
      assert(performance.now() - start < 2000);
    }
    // What is there can be read and searched.
    assertEquals(texts(history.page("lobby", ALL)), ["one"]);
    history.search({ rooms: ["lobby"], words: "one", limit: 1, before: 0, maxBytes: 1e9 });
    other.exec("ROLLBACK");
    other.close();
    history.probe();
    const next = [message("two"), message("first", { room: "new" })];
    say(history, next);
    assertEquals(next.map((it) => it.seq), [2, 1]);
    assertEquals(history.tend(NOON), true);
    history.close();
  });
});

Deno.test("to look whether something can be stored changes nothing", () => {
  withPath((path) => {
    const history = open(path);
    say(history, [message("one")]);
    history.probe();
    assertEquals(texts(history.page("lobby", ALL)), ["one"]);
    history.close();
  });
});
