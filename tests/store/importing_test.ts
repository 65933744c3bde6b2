import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import type { Said } from "../../src/chat/event.ts";
import { isText } from "../../src/chat/names.ts";
import { Archive } from "../../src/store/archive.ts";
import { StoreError } from "../../src/store/error.ts";
import { importMessages } from "../../src/store/importing.ts";
import { takeLock } from "../../src/store/open.ts";
import { encodeRecord, LineError } from "../../src/store/record.ts";
import { AT, fill, Folder } from "./filled.ts";

const HELLO: Said = {
  room: "lobby",
  seq: 1,
  at: AT,
  nick: "pat",
  text: "hello",
  emote: false,
  id: "",
};

function exported(path: string): Said[] {
  using archive = new Archive(path);
  return [...archive.all({})].flatMap(({ messages }) => messages);
}

async function* each(lines: readonly string[]) {
  yield* lines;
}

async function take(path: string, messages: readonly (Said | string)[]) {
  const lines = messages.map((it) => typeof it === "string" ? it : encodeRecord(it));
  return await importMessages(path, each(lines), () => {});
}

Deno.test("what is exported and imported is what was said, and twice is once", async () => {
  const text = fc.string({ unit: "binary", minLength: 1 }).filter(isText);
  const odd = fc.constantFrom(
    "\n",
    '"',
    "a,b\r\n",
    "🎉",
    "\x1b[2J",
    "\u2028",
    "\x9b",
    "\x7f",
    "\\",
  );
  const messages = fc.array(
    fc.record({
      text: fc.oneof(text, odd),
      room: fc.constantFrom("lobby", "dev", "zoë"),
      nick: fc.constantFrom("pat", "Zoë", "127.0.0.1:4242", "[::1]:4242"),
      emote: fc.boolean(),
      at: fc.integer({ min: 0, max: AT }),
      id: fc.oneof(fc.uuid(), fc.string({ maxLength: 20 })),
    }),
    { maxLength: 20 },
  );
  await fc.assert(
    fc.asyncProperty(messages, async (said) => {
      using folder = new Folder();
      fill(folder.file("from.db"), said).close();
      const original = exported(folder.file("from.db"));
      const lines = original.map(encodeRecord);
      for (const line of lines) assert(!/[\p{Cc}\p{Cf}\u2028\u2029]/u.test(line), line);
      const here = folder.file("to.db");
      assertEquals(await take(here, lines), { imported: lines.length, skipped: 0 });
      assertEquals(exported(here), original);
      assertEquals(await take(here, lines), { imported: 0, skipped: lines.length });
      assertEquals(exported(here), original);
    }),
    { numRuns: 15 },
  );
});

Deno.test("a line that cannot be used is named, and nothing is imported", async () => {
  const line = (part: Record<string, unknown>) =>
    JSON.stringify({
      ...HELLO,
      seq: 2,
      at: new Date(AT).toISOString(),
      ...part,
    });
  const uuid = crypto.randomUUID();
  const wrong: [why: string, line: string][] = [
    ["not JSON", ""],
    ["not JSON", '{"room"'],
    ["not an object", "[]"],
    ["not an object", "null"],
    ["room must be a string", "{}"],
    ["seq must be a number", line({ seq: "2" })],
    ["at must be a string", line({ at: AT })],
    ["emote must be a boolean", line({ emote: 0 })],
    ['no field "color"', line({ color: "red" })],
    ['no field "__proto__"', line({}).replace("{", '{"__proto__":1,')],
    ["no room is called", line({ room: "Lobby" })],
    ["no room is called", line({ room: "a b" })],
    ["seq must be", line({ seq: 1.5 })],
    ["seq must be", line({ seq: 0 })],
    ["nobody is called", line({ nick: "*server*" })],
    ["nobody is called", line({ nick: "" })],
    ["the text", line({ text: "" })],
    ["the text", line({ text: "\0" })],
    ["the text", line({ text: "\ud800" })],
    ["the text is longer", line({ text: "x".repeat(1024 * 1024 + 1) })],
    ["the id", line({ id: "x".repeat(201) })],
    ["at must be like", line({ at: "2026-11-20" })],
    ["at must be like", line({ at: "2026-11-20T21:14:00+01:00" })],
    ["at must be like", line({ at: "yesterday" })],
    ["some are missing", line({ seq: 3 })],
    ["is another one here", line({ seq: 1, text: "bye" })],
    ["another message has the id", line({ room: "dev", id: uuid })],
  ];
  for (const [why, bad] of wrong) {
    using folder = new Folder();
    const lines = [encodeRecord({ ...HELLO, id: uuid }), bad, "never read"];
    const error = await assertRejects(() => take(folder.file(), lines), LineError, why);
    assert(error.message.startsWith("line 2: "), error.message);
    assertEquals(exported(folder.file()), []);
  }
});

Deno.test("bytes that are no text are refused, and nothing is imported", async () => {
  using folder = new Folder();
  async function* broken() {
    yield* each([encodeRecord(HELLO)]);
    new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([0xff]));
  }
  const importing = () => importMessages(folder.file(), broken(), () => {});
  await assertRejects(importing, LineError, "after line 1: it is not UTF-8");
  assertEquals(exported(folder.file()), []);
});

Deno.test("messages keep their numbers, and a server goes on after them", async () => {
  using folder = new Folder();
  await take(folder.file(), [{ ...HELLO, seq: 41 }, { ...HELLO, seq: 42 }]);
  fill(folder.file(), [{ text: "next" }]).close();
  assertEquals(exported(folder.file()).map(({ seq }) => seq), [41, 42, 43]);
});

Deno.test("a room goes on where it ends here, and is never given back what was deleted", async () => {
  using folder = new Folder();
  await take(folder.file(), [{ ...HELLO, seq: 41 }]);
  const more = [{ ...HELLO, seq: 41 }, { ...HELLO, seq: 42 }];
  assertEquals(await take(folder.file(), more), { imported: 1, skipped: 1 });
  const deleted = [{ ...HELLO, seq: 43 }, { ...HELLO, seq: 40 }];
  await assertRejects(() => take(folder.file(), deleted), LineError, "line 2: message 40 of lobby");
  assertEquals(exported(folder.file()).length, 2);
});

Deno.test("what was imported is found by its words at once", async () => {
  using folder = new Folder();
  await take(folder.file(), [HELLO]);
  const history = fill(folder.file(), []);
  const found = history.search({
    rooms: ["lobby"],
    words: "hello",
    limit: 5,
    before: 0,
    maxBytes: 1e6,
  });
  assertEquals(found.messages, [HELLO]);
  assertEquals(history.seen("PAT", ["lobby"]), { room: "lobby", at: AT });
  history.close();
});

Deno.test("nothing is imported into a database that is taken, or is none", async () => {
  using folder = new Folder();
  const taken = folder.file("taken.db");
  using _lock = takeLock(taken);
  await assertRejects(() => take(taken, [HELLO]), StoreError, "a server keeps its messages there");
  const garbage = folder.file("garbage.db");
  Deno.writeTextFileSync(garbage, "no database, ".repeat(100));
  await assertRejects(() => take(garbage, [HELLO]), StoreError, "cannot use");
  const nowhere = folder.file("no/such/chat.db");
  await assertRejects(() => take(nowhere, [HELLO]), StoreError, "no such directory");
});
