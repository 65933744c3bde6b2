/**
 * The server is killed with SIGKILL while several people talk as fast as they can, again and again on one
 * database. Whatever anybody was shown must be in it, once and in order. CHAT_TEST_KILLS is how often
 * (default 6), CHAT_TEST_SEED repeats the choices of a run that failed.
 */
import { assert, assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { type Json, NativePeer } from "./native_peer.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const KILLS = Number(Deno.env.get("CHAT_TEST_KILLS") ?? 6);
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

type Random = (below: number) => number;

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
  await Promise.all(talkers.map((talker) => talker.talk(round, onShown)));
  assertEquals((await server.ended()).code, 128 + 9);
  assert(left <= 0, "it was not killed, it ended by itself");

  const now = keptMessages(home);
  assertEquals(now.slice(0, kept.length), kept, "what was kept before has changed");
  assertNumbered(now);
  assertOnce(now);
  for (const talker of talkers) assertShownIsKept(talker, now);
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
    const query = "SELECT room, seq, nick, text, id FROM message ORDER BY number";
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
    assertEquals(seen, there.slice(from, from + seen.length), `${nick} in ${room}`);
  }
}

class Talker {
  readonly nick: string;
  /** All messages that it was shown as they were said, in order. */
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
      const { messages } = await this.#peer.expect({ type: "history", room });
      assertEquals(
        (messages as Json[]).map(messageOf),
        last,
        `shown to ${nick} who came to ${room}`,
      );
    }
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
        if (event.type !== "message") continue;
        this.shown.push(messageOf(event));
        onShown();
        if (event.nick === this.nick) returned++;
        // Half of them gone: enough to say many in one go, and never to fall silent.
        if (said - returned < MAX_AHEAD / 2) await say();
      }
    } catch (error) {
      if (!isBroken(error)) throw error;
      // It can say no more, and may have been told more than it has read.
      for (let event; (event = await this.#peer.next());) {
        if (event.type === "message") this.shown.push(messageOf(event));
      }
    }
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

/** Whole numbers below a bound, the same for the same seed: a linear congruential generator. */
function random(seed: number): Random {
  let state = BigInt(seed);
  return (below) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffff_ffff_ffff_ffffn;
    return Number(state >> 33n) % below;
  };
}
