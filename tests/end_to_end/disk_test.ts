/** What becomes of people's talk when the disk under it is full, taken by somebody else, damaged or cut short. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Json, NativePeer } from "./native_peer.ts";
import { testNeeding } from "./needs.ts";
import { dial, OurClient } from "./our_client.ts";
import { Home, run } from "./process.ts";
import { freePort, Server, UNTHROTTLED } from "./server.ts";
import { MOUNT, SmallDisk } from "./small_disk.ts";
import { Watched } from "./watched.ts";

const PAUSED = {
  type: "notice",
  text: "history is paused: what is said now cannot be stored, so nobody is shown it",
};
const GOES_ON = { type: "notice", text: "history goes on: messages are stored again" };
/** Somebody who says as much as this fills any log that is there. */
const LONG = "x".repeat(20_000);
const MAX_SAID = 500;

interface Row {
  seq: number;
  text: string;
}

/** What the database holds of the lobby. */
function kept(path: string): Row[] {
  using database = new DatabaseSync(path, { readOnly: true });
  return database.prepare(
    "SELECT seq, text FROM message JOIN room ON room.number = message.room " +
      "WHERE room.name = 'lobby' ORDER BY seq",
  ).all().map(({ seq, text }) => ({ seq, text }) as Row);
}

const DAMAGED = /DATABASE DAMAGED: .* is damaged .* and a new database is begun/;

/** Says it and waits for what becomes of it: its number, or 0 if it is refused. What else it is told is put aside. */
async function say(peer: NativePeer, text: string, notices: Json[] = []): Promise<number> {
  await peer.say(text, { id: text.slice(0, 36) });
  for (;;) {
    const event = await peer.next();
    if (event?.type === "notice") notices.push(event);
    if (event?.type === "notice" || event?.type === "history") continue;
    if (event?.type === "failed") {
      assertEquals([event.code, event.id], ["not-stored", text.slice(0, 36)]);
      return 0;
    }
    assertEquals([event?.type, event?.text], ["message", text]);
    return event!.seq as number;
  }
}

/** Messages and notices only: all that is told until the answer to this ping. */
async function heardUntilNow(peer: NativePeer): Promise<Json[]> {
  await peer.send({ type: "ping", token: "now" });
  const heard: Json[] = [];
  for (;;) {
    const event = await peer.next();
    if (event?.type === "pong") return heard;
    if (event) heard.push(event);
  }
}

interface Fault {
  begin(): void;
  end(): void;
}

/** People talk, the fault begins, nothing can be stored, and it ends: nobody is shown what is not kept. */
async function talkThrough({ server, path, fault }: {
  server: Server;
  path: string;
  fault: Fault;
}) {
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
  const told: Row[] = [];
  const notices: Json[] = [];
  const talk = async (text: string) => {
    const seq = await say(pat, text, notices);
    if (seq > 0) told.push({ seq, text });
    return seq;
  };
  for (let i = 0; i < 5; i++) await talk(`before ${i}`);

  fault.begin();
  let said = 0;
  // The log may have room for some more.
  while (await talk(`${said} ${LONG}`) > 0) assert(++said < MAX_SAID, "it can still be stored");
  await talk(`not kept`);
  await pat.send({ type: "who", room: "lobby" }, { type: "rename", nick: "patricia" });
  await pat.expect({ type: "roster", nicks: ["pat", "leslie"] }, { type: "renamed" });
  await pat.send({ type: "join", room: "dev" }, { type: "ping", token: "" });
  await pat.expect({ type: "joined", room: "dev" }, { type: "pong" });
  await talk("not kept either");
  assertEquals(notices.map(({ text }) => text), [PAUSED.text]);

  fault.end();
  // By itself, though nobody says anything.
  await pat.expect(GOES_ON);
  for (let i = 0; i < 5; i++) assert(await talk(`after ${i}`) > 0);
  assertEquals(notices.length, 1);

  const heard = await heardUntilNow(leslie);
  const messages = heard.filter(({ type }) => type === "message").map(toRow);
  assertEquals(short(messages), short(told));
  assertEquals(
    heard.filter(({ type }) => type === "notice"),
    [PAUSED, GOES_ON].map((notice) => ({ ...notice, urgent: true })),
  );
  assertEquals(short(kept(path)), short(told));
  assertEquals(told.map(({ seq }) => seq), told.map((_, index) => index + 1));
}

function toRow({ seq, text }: Json): Row {
  return { seq, text } as Row;
}

/** Thousands of letters say too much when they differ. */
function short(rows: Row[]): string[] {
  return rows.map(({ seq, text }) => `${seq} ${text.slice(0, 20)} ${text.length}`);
}

testNeeding(
  MOUNT,
  "a full disk pauses the history, and it goes on when there is room",
  async () => {
    using home = new Home();
    using disk = new SmallDisk(home.file("disk"), "2m");
    const db = "disk/chat.db";
    await using server = await Server.start({ home, db, flags: UNTHROTTLED });
    const fault = { begin: () => disk.fill(), end: () => disk.free() };
    await talkThrough({ server, path: home.file(db), fault });
  },
);

Deno.test("a database that somebody else has locked pauses the history until it is free", async () => {
  using home = new Home();
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  using other = new DatabaseSync(home.file("chat.db"));
  const fault = {
    begin: () => other.exec("BEGIN IMMEDIATE"),
    end: () => other.exec("ROLLBACK"),
  };
  await talkThrough({ server, path: home.file("chat.db"), fault });
});

testNeeding(MOUNT, "on a disk that can only be read the server says so in one line", async () => {
  using home = new Home();
  using disk = new SmallDisk(home.file("disk"), "2m");
  {
    await using server = await Server.start({ home, db: "disk/chat.db" });
    await using pat = await NativePeer.enter(server.port, "pat");
    assertEquals(await say(pat, "kept"), 1);
    server.signal("SIGTERM");
    await server.ended();
  }
  disk.setReadOnly();
  const args = ["serve", "--port", "0", "--db", disk.file("chat.db")];
  const { code, stdout, stderr } = await run(args, { home });
  assertMatch(stderr, /^chat: cannot write [^\n]+\n$/);
  assertEquals([code, stdout], [73, ""]);
  assertEquals(kept(`file:${disk.file("chat.db")}?immutable=1`), [{ seq: 1, text: "kept" }]);
});

/** Damages the file, from a place in it on. */
function garble(path: string, from: number, length: number) {
  using file = Deno.openSync(path, { write: true });
  file.seekSync(from, Deno.SeekMode.Start);
  const noise = new Uint8Array(length).map((_, index) => index * 167 + 13);
  for (let at = 0; at < length;) at += file.writeSync(noise.subarray(at));
}

function setAside(home: Home): string[] {
  return [...Deno.readDirSync(home.path)].map(({ name }) => name)
    .filter((name) => /^chat\.db\.damaged-.*Z$/.test(name));
}

/** A native client of our own that is there from the beginning to the end, and counts what it sees. */
class Witness {
  readonly lines: string[] = [];
  readonly client: OurClient;
  #watched = new Watched();

  constructor(port: number) {
    this.client = new OurClient({
      nick: "wanda",
      token: crypto.randomUUID(),
      connect: () => dial(port),
      onLine: (line) => {
        this.lines.push(line);
        this.#watched.changed();
      },
    });
  }

  async sees(line: string) {
    await this.#watched.until(() => this.lines.includes(line) || undefined, {
      missing: () => `${line} is not among ${JSON.stringify(this.lines.slice(-10), null, 1)}`,
      milliseconds: 10_000,
    });
  }
}

const PLACES: Record<string, (size: number) => [from: number, length: number]> = {
  "its header": () => [0, 100],
  "its first pages": () => [0, 64 * 1024],
  "its middle": (size) => [4096, size - 8192],
  "all of it": (size) => [0, size],
};

for (const [what, where] of Object.entries(PLACES)) {
  Deno.test(`a database with noise over ${what} is set aside, and those who are there go on`, async () => {
    using home = new Home();
    const port = freePort();
    const path = home.file("chat.db");
    let last = 0;
    let witness: Witness | undefined;
    let isFound: boolean;
    try {
      {
        await using server = await Server.start({ home, port, flags: UNTHROTTLED });
        await using pat = await NativePeer.enter(port, "pat");
        for (let i = 0; i < 100; i++) last = await say(pat, `${i} ${LONG}`);
        // Writes all that is in the log to the file, so that the damage is all there is.
        server.signal("SIGTERM");
        await server.ended();
      }
      {
        await using server = await Server.start({ home, port, flags: UNTHROTTLED });
        witness = new Witness(port);
        await witness.sees("*** wanda has joined the chat");
        await using pat = await NativePeer.enter(port, "pat");
        const size = Deno.statSync(path).size;
        garble(path, ...where(size));
        for (let i = 0; i < 5; i++) {
          const seq = await say(pat, `damaged ${i}`);
          if (seq === 0) continue;
          assert(seq > last, "numbers never go back");
          last = seq;
          await witness.sees(`pat: damaged ${i}`);
        }
        server.signal("SIGKILL");
        const { stderr } = await server.ended();
        // It may have come across it already: once a second it looks after its database.
        isFound = DAMAGED.test(stderr);
      }
      await using server = await Server.start({ home, port, flags: UNTHROTTLED });
      await witness.sees("*** connected again");
      await using leslie = await NativePeer.enter(port, "leslie");
      assert(await say(leslie, "and on") > 0);
      await witness.sees("leslie: and on");
      assertEquals(witness.lines.filter((line) => line === "leslie: and on").length, 1);
      for (let i = 0; i < 5; i++) {
        const times = witness.lines.filter((line) => line === `pat: damaged ${i}`).length;
        assert(times <= 1, `damaged ${i} was shown ${times} times`);
      }
      const numbers = kept(path).map(({ seq }) => seq);
      assertEquals(numbers, numbers.map((_, index) => numbers[0]! + index));
      if (!isFound) await server.logged(DAMAGED);
      assertEquals(setAside(home).length, 1);
      server.signal("SIGTERM");
      await server.ended();
    } finally {
      witness?.client.die();
    }
  });
}

Deno.test("damage that is found while people talk is set aside at once, and numbers go on", async () => {
  using home = new Home();
  const port = freePort();
  await using stack = new AsyncDisposableStack();
  {
    await using server = await Server.start({ home, port, flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(port, "pat");
    for (let i = 0; i < 200; i++) await say(pat, `${i} ${LONG}`);
    server.signal("SIGTERM");
    await server.ended();
  }
  await using server = await Server.start({ home, port, flags: UNTHROTTLED });
  const witness = new Witness(port);
  stack.defer(() => witness.client.die());
  await witness.sees("*** wanda has joined the chat");
  await using pat = await NativePeer.enter(port, "pat");
  assertEquals(await say(pat, "before"), 201);
  garble(home.file("chat.db"), 0, Deno.statSync(home.file("chat.db")).size);
  // What is long past has to be read from the file.
  await pat.send({ type: "history", room: "lobby", before: 100 });
  await server.logged(DAMAGED);
  const answer = await pat.next();
  // Unless it has come across it by itself a moment before: once a second it looks after its database.
  if (answer?.type === "history") assertEquals(answer.messages, []);
  else assertEquals([answer?.type, answer?.code], ["failed", "unavailable"]);
  assertEquals(await say(pat, "after"), 202);
  await witness.sees("pat: after");
  await pat.send({ type: "history", room: "lobby" });
  const { messages } = await pat.expect({ type: "history", last: 202 });
  assertEquals((messages as Json[]).map(({ text }) => text), ["after"]);
  assertEquals(setAside(home).length, 1);
});

Deno.test("a log that was cut short after kill -9 keeps the beginning of what was said", async () => {
  using home = new Home();
  const said = 60;
  {
    await using server = await Server.start({ home, flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    for (let i = 0; i < said; i++) await say(pat, `line ${i} ${"x".repeat(i * 50)}`);
    server.signal("SIGKILL");
    await server.ended();
  }
  const size = Deno.statSync(home.file("chat.db-wal")).size;
  const all = kept(home.file("chat.db"));
  assertEquals(all.length, said);
  const lengths = [0, 1, 31, 32, 33, 56, 4152, size >> 2, size >> 1, size - 4096, size - 1];
  await Promise.all(lengths.map(async (length) => {
    using copy = new Home();
    for (const suffix of ["", "-wal"]) {
      Deno.copyFileSync(home.file(`chat.db${suffix}`), copy.file(`chat.db${suffix}`));
    }
    Deno.truncateSync(copy.file("chat.db-wal"), length);
    await using server = await Server.start({ home: copy, flags: UNTHROTTLED });
    await using leslie = await NativePeer.connect(server.port);
    await leslie.send({ type: "hello", nick: "leslie" }, { type: "join", room: "lobby" });
    await leslie.expect({ type: "entered" }, { type: "joined" });
    await leslie.send({ type: "ping", token: "shown" });
    while ((await leslie.next())?.type !== "pong");
    const seq = await say(leslie, "and on");
    const now = kept(copy.file("chat.db"));
    assertEquals(short(now.slice(0, -1)), short(all.slice(0, now.length - 1)), `cut at ${length}`);
    assertEquals(now.at(-1), { seq, text: "and on" });
    assertEquals(now.map(({ seq }) => seq), now.map((_, index) => index + 1));
  }));
});
