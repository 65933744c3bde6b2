/**
 * The server is killed with SIGKILL while several people talk as fast as they can, again and again on one
 * database. Whatever anybody was shown must be in it, once and in order. CHAT_TEST_KILLS is how often
 * (default 8), CHAT_TEST_SEED repeats the choices of a run that failed.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Json, NativePeer } from "./native_peer.ts";
import { Home } from "./process.ts";
import { type Random, random } from "./random.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const KILLS = Number(Deno.env.get("CHAT_TEST_KILLS") ?? 8);
const SEED = Number(Deno.env.get("CHAT_TEST_SEED") ?? Date.now() % 1e9);
const ROOMS = ["lobby", "dev"];
const TALKERS = 5;
/** How many messages a talker sends before it waits for its own to come back. */
const MAX_AHEAD = 40;
/** The server dies once all of them together have been shown so many, at the most. */
const MAX_SHOWN = 3000;
const REPLAYED = 50;

interface Message {
  room: string;
  seq: number;
  nick: string;
  text: string;
  id: string;
}

Deno.test(`what anybody was shown survives ${KILLS} times kill -9 (seed ${SEED})`, async () => {
  using home = new Home();
  for (let round = 0; round < KILLS; round++) {
    const seed = SEED + round;
    try {
      await talkUntilKilled(home, round, random(seed));
    } catch (error) {
      throw new Error(`round ${round} with CHAT_TEST_SEED=${seed}: ${error}`, { cause: error });
    }
  }
  await assertGoesOn(home);
});

async function talkUntilKilled(home: Home, round: number, random: Random) {
  const kept = keptMessages(home);
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  await using stack = new AsyncDisposableStack();
  const talkers: Talker[] = [];
  for (let i = 0; i < TALKERS; i++) {
    const nick = `talker${i}`;
    const talker = new Talker(nick, stack.use(await NativePeer.connect(server.port)), random);
    await talker.enter(kept);
    talkers.push(talker);
  }

  let left = 1 + random(MAX_SHOWN);
  const onShown = () => {
    if (--left === 0) server.signal("SIGKILL");
  };
  const latecomer = new Talker(
    "latecomer",
    stack.use(await NativePeer.connect(server.port)),
    random,
  );
  talkers.push(latecomer);
  await latecomer.rushIn();
  await Promise.all(talkers.map((talker) => talker.talk(round, onShown)));
  assertEquals((await server.ended()).code, 128 + 9);
  assert(left <= 0, "it was not killed, it ended by itself");

  const now = keptMessages(home);
  assertSame(now.slice(0, kept.length), kept, "kept before");
  assertNumbered(now);
  assertOnce(now);
  for (const talker of talkers) assertShownIsKept(talker, now);
}

/** Started once more, the server shows what was kept, and its numbers go on. */
async function assertGoesOn(home: Home) {
  const kept = keptMessages(home);
  await using server = await Server.start({ home });
  await using peer = await NativePeer.connect(server.port);
  await new Talker("newcomer", peer, random(SEED)).enter(kept);
  for (const room of ROOMS) {
    await peer.say("and on", { room });
    const seq = kept.filter((message) => message.room === room).length + 1;
    await peer.expect({ type: "message", room, seq, text: "and on" });
  }
}

/** All that the database holds, in the order in which it was stored. */
function keptMessages(home: Home): Message[] {
  const path = home.file("chat.db");
  try {
    Deno.statSync(path);
  } catch {
    return [];
  }
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const query = "SELECT room.name AS room, seq, nick, text, id " +
      "FROM message JOIN room ON room.number = message.room ORDER BY message.number";
    return database.prepare(query).all().map((row) => ({ ...row }) as unknown as Message);
  } finally {
    database.close();
  }
}

/** Each room's numbers are 1, 2, 3 ..., stored in this order. */
function assertNumbered(kept: Message[]) {
  for (const room of ROOMS) {
    const numbers = kept.filter((message) => message.room === room).map(({ seq }) => seq);
    assertEquals(numbers, Array.from(numbers, (_, index) => index + 1), room);
  }
}

function assertOnce(kept: Message[]) {
  const ids = kept.map(({ id }) => id);
  assertEquals(new Set(ids).size, ids.length, "a message was stored twice");
}

/** Each message that was shown is kept as it was shown, and none of a room was left out between two. */
function assertShownIsKept({ nick, shown }: Talker, kept: Message[]) {
  for (const room of ROOMS) {
    const seen = shown.filter((message) => message.room === room);
    if (seen.length === 0) continue;
    const from = seen[0]!.seq - 1;
    const there = kept.filter((message) => message.room === room);
    assertSame(there.slice(from, from + seen.length), seen, `shown to ${nick} in ${room}`);
  }
}

/** As assertEquals, but thousands of long messages would say too much. */
function assertSame(actual: Message[], expected: Message[], about: string) {
  const longest = Math.max(actual.length, expected.length);
  for (let i = 0; i < longest; i++) {
    const [is, should] = [actual[i], expected[i]].map((it) => JSON.stringify(it)?.slice(0, 200));
    assertEquals(is, should, `${about}: message ${i} of ${actual.length}, or ${expected.length}`);
    assertEquals(actual[i]!.text, expected[i]!.text);
  }
}

class Talker {
  readonly nick: string;
  /** All messages that it was shown while there was talk, in order. */
  readonly shown: Message[] = [];
  #peer: NativePeer;
  #random: Random;

  constructor(nick: string, peer: NativePeer, random: Random) {
    this.nick = nick;
    this.#peer = peer;
    this.#random = random;
  }

  /** Comes into every room, and is shown the last of what was kept. */
  async enter(kept: Message[]) {
    const { nick } = this;
    await this.#peer.send({ type: "hello", nick });
    await this.#peer.expect({ type: "entered", nick });
    for (const room of ROOMS) {
      await this.#peer.send({ type: "join", room });
      await this.#peer.expect({ type: "joined", room, nick });
      const last = kept.filter((message) => message.room === room).slice(-REPLAYED);
      if (last.length === 0) continue;
      const shown: Message[] = [];
      while (shown.length < last.length) {
        const { messages } = await this.#peer.expect({ type: "history", room });
        shown.push(...(messages as Json[]).map(messageOf));
      }
      assertSame(shown, last, `shown to ${nick} who came to ${room}`);
    }
  }

  /** Comes into every room while the others talk: what it is shown first, and then hears, must fit. */
  async rushIn() {
    const joins = ROOMS.map((room) => ({ type: "join", room }));
    await this.#peer.send({ type: "hello", nick: this.nick }, ...joins);
  }

  /** Talks until the connection breaks. */
  async talk(round: number, onShown: () => void) {
    let said = 0;
    let returned = 0;
    const say = async () => {
      while (said - returned < MAX_AHEAD) await this.#say(`${round}.${this.nick}.${++said}`);
    };
    try {
      await say();
      for (;;) {
        const event = await this.#peer.next();
        if (!event) return;
        this.#remember(event);
        if (event.type !== "message") continue;
        onShown();
        if (event.nick === this.nick) returned++;
        // Half of them gone: enough to say many in one go, and never to fall silent.
        if (said - returned < MAX_AHEAD / 2) await say();
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
      // It can say no more, and may have been told more than it has read.
      for (let event; (event = await this.#peer.next());) this.#remember(event);
    }
  }

  #remember(event: Json) {
    if (event.type === "message") this.shown.push(messageOf(event));
    if (event.type === "history") this.shown.push(...(event.messages as Json[]).map(messageOf));
  }

  #say(id: string): Promise<void> {
    const room = ROOMS[this.#random(ROOMS.length)]!;
    const length = this.#random(20) === 0 ? 20_000 : 100;
    const text = `${id} žluť 🙂 ${"x".repeat(this.#random(length))}`;
    return this.#peer.say(text, { room, id });
  }
}

function messageOf({ room, seq, nick, text, id }: Json): Message {
  return { room, seq, nick, text, id } as Message;
}

function isBroken(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BadResource;
}
