/**
 * Many people talk for a long time by our own client, while the server is killed with SIGKILL and started
 * again, connections are cut, and clients die and are started again, all at moments that chance picks: by what
 * has been shown, not by time. In the end everybody has been shown what the database holds, and it holds
 * what was said, once and in order. CHAT_TEST_KILLS is how often the server dies, CHAT_TEST_SEED repeats the
 * choices of a run.
 */
import { assertSaidIsKept, assertSame, readKept } from "./kept.ts";
import { Home } from "./process.ts";
import { type Random, random } from "./random.ts";
import { freePort, Server, UNTHROTTLED } from "./server.ts";
import { Talker } from "./talker.ts";

const KILLS = Number(Deno.env.get("CHAT_TEST_KILLS") ?? 10);
const SEED = Number(Deno.env.get("CHAT_TEST_SEED") ?? Date.now() % 1e9);
const NAMES = ["pat", "leslie", "chris", "kim", "robin", "sasha", "alex"];
const ROOMS = ["lobby", "dev", "ops"];
/** Few, so that who was away for long asks several times for what they lack. */
const FLAGS = [...UNTHROTTLED, "--history-messages", "20", "--replay-messages", "10"];

Deno.test(`everybody's view is the database's, after ${KILLS} kills of the server (seed ${SEED})`, async () => {
  try {
    await evening(random(SEED));
  } catch (error) {
    throw new Error(`CHAT_TEST_SEED=${SEED}: ${error}`, { cause: error });
  }
});

async function evening(random: Random) {
  using home = new Home();
  const port = freePort(random);
  const fate = new Fate(random);
  const talkers = NAMES.map((name): Talker =>
    new Talker({
      name,
      rooms: ROOMS,
      port,
      random,
      pickOther: () => {
        const others = talkers.filter((it) => it.name !== name);
        return others[random(others.length)]!.nick;
      },
      onShown: () => fate.shown(),
    })
  );
  fate.talkers = talkers;
  const startServer = () => Server.start({ home, port, flags: FLAGS });
  let talking: Promise<unknown> | undefined;
  let isOver = false;
  try {
    for (let kill = 0; kill < KILLS; kill++) {
      await using server = await startServer();
      if (!talking) {
        for (const talker of talkers) talker.start();
        talking = Promise.all(talkers.map((talker) => talker.talk(() => isOver)));
      }
      // That takes as long as it takes to say so much; only then is its end due.
      await Promise.race([fate.strikes(server), talking]);
      await server.ended();
    }
    await using server = await startServer();
    isOver = true;
    await talking;
    fate.rests();
    const last = (await Promise.all(talkers.map((talker) => talker.sayLast()))).flat();
    await Promise.all(talkers.map((talker) => talker.hasSeen(last)));
    await Promise.all(talkers.map((talker) => talker.finish()));
    server.signal("SIGKILL");
    await server.ended();
  } finally {
    for (const talker of talkers) talker.end();
  }
  const kept = readKept(home.file("chat.db"));
  for (const talker of talkers) {
    assertSaidIsKept(talker, kept);
    for (const view of talker.views) {
      assertSame(view, kept, { isLast: view === talker.views.at(-1), rooms: ROOMS });
    }
  }
  report(talkers, fate);
}

/** Counts what is shown to anybody, and lets something happen when it has been so much. */
class Fate {
  talkers: Talker[] = [];
  kills = 0;
  cuts = 0;
  crashes = 0;
  seen = 0;
  #random: Random;
  #server: Server | undefined;
  #struck = Promise.withResolvers<void>();
  #killAt = 0;
  #cutAt: number;
  #crashAt: number;

  constructor(random: Random) {
    this.#random = random;
    this.#cutAt = random(300);
    this.#crashAt = random(600);
  }

  /** Resolves when it has: half of the time while people are still coming back to the server. */
  strikes(server: Server): Promise<void> {
    this.#server = server;
    this.#struck = Promise.withResolvers();
    this.#killAt = this.seen + this.#random(this.#random(2) === 0 ? 30 : 800);
    return this.#struck.promise;
  }

  rests() {
    this.#cutAt = this.#crashAt = Infinity;
  }

  shown() {
    this.seen++;
    if (this.#server && this.seen >= this.#killAt) {
      this.kills++;
      // Now and then it is only asked to end.
      this.#server.signal(this.#random(10) === 0 ? "SIGTERM" : "SIGKILL");
      this.#server = undefined;
      this.#struck.resolve();
    }
    const unlucky = () => this.talkers[this.#random(this.talkers.length)]!;
    if (this.seen >= this.#cutAt) {
      this.cuts++;
      this.#cutAt = this.seen + 1 + this.#random(300);
      unlucky().cut();
    }
    if (this.seen >= this.#crashAt) {
      this.crashes++;
      this.#crashAt = this.seen + 1 + this.#random(600);
      unlucky().crash();
    }
  }
}

/** What the long runs are reported by. */
function report(talkers: Talker[], { kills, cuts, crashes, seen }: Fate) {
  if (!Deno.env.has("CHAT_TEST_KILLS")) return;
  const fates = talkers.flatMap((talker) => [...talker.spoken.values()]).map(({ fate }) => fate);
  const count = (fate: string) => fates.filter((it) => it === fate).length;
  const figures = { kills, cuts, crashes, shown: seen, said: fates.length };
  const became = { refused: count("refused"), unknown: count("unknown") };
  // deno-lint-ignore no-console
  console.log(`seed ${SEED}: ${JSON.stringify({ ...figures, ...became })}`);
}
