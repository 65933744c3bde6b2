import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { LoopWatch } from "../../src/server/loop_watch.ts";
import { type Ending, ENDINGS, Metrics } from "../../src/server/metrics.ts";
import { bgnet0 } from "../../src/wire/bgnet0.ts";
import { utf8 } from "../../src/wire/dialect.ts";
import { Evening, type EveningOptions, turn } from "./evening.ts";

const TOKEN = "an owner's token, as long as one must be";
const EVERYBODY = { people: 100, rooms: 100, roomsOfEach: 100 };

Deno.test("what is asked and said is counted, and how many were told", async () => {
  const evening = new Evening();
  const { metrics } = evening;
  const chris = await evening.person("chris");
  const pat = await evening.person("pat", bgnet0);
  await evening.person("leslie");
  const { commands, receivedBytes, sentBytes } = metrics;
  chris.say("hi");
  chris.say("there");
  chris.says({ type: "tell", nick: "pat", text: "psst", id: "" });
  await chris.catchesUp();
  await pat.hearsText();
  assertEquals([metrics.messages, metrics.directs], [2, 1]);
  assertEquals(metrics.commands - commands, 4, "two messages, a direct one and a ping");
  assertEquals(metrics.deliveries, 2 * 3 + 2);
  assert(metrics.receivedBytes > receivedBytes && metrics.sentBytes > sentBytes);
});

Deno.test("what is said again is told to nobody, and counted once", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const id = crypto.randomUUID();
  for (let time = 0; time < 2; time++) chris.say("hi", id);
  await chris.catchesUp();
  assertEquals([evening.metrics.messages, evening.metrics.deliveries], [1, 1]);
});

Deno.test("refusals are counted by their code, and by nothing that a stranger chose", async () => {
  const evening = new Evening();
  const codes = Object.keys(evening.metrics.refused);
  const chris = await evening.person("chris");
  chris.says(ask("join", { room: "no room" }), ask("tell", { nick: "nobody", text: "hi" }));
  chris.says(ask("tell", { nick: "nobody either", text: "hi" }));
  await chris.catchesUp();
  assertEquals(evening.metrics.refused["bad-room"], 1);
  assertEquals(evening.metrics.refused["no-such-nick"], 2);
  evening.metrics.refuse("__proto__");
  evening.metrics.refuse("something new");
  assertEquals(Object.keys(evening.metrics.refused), codes);
});

Deno.test("messages that cannot be stored are counted, and none of them as said", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  evening.diskIsFull = true;
  for (const text of ["one", "two"]) chris.say(text);
  await chris.catchesUp();
  chris.say("three");
  await chris.catchesUp();
  const { notStored, messages, deliveries, refused } = evening.metrics;
  assertEquals([notStored, messages, deliveries, refused["not-stored"]], [3, 0, 0, 3]);
});

Deno.test("each commit is timed, and none that failed", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.say("one");
  await chris.catchesUp();
  evening.diskIsFull = true;
  chris.say("two");
  await chris.catchesUp();
  assertEquals(evening.metrics.commits.count, 1);
});

/** How a session ends, by the name under which that is counted. */
const ENDS: Record<Ending, (evening: Evening) => Promise<unknown>> = {
  "quit": async (evening) => {
    const pat = await evening.person("pat");
    pat.says(ask("quit", {}));
    await pat.connection.until(() => pat.connection.isWriteClosed);
    await pat.isCutOff();
  },
  "hung-up": async (evening) => await (await evening.person("pat")).isCutOff(),
  "backlog": async (evening) => {
    const pat = await evening.person("pat");
    // Slowed for minutes, it has gone long before all of it is heard.
    for (let line = 0; line < 1500; line++) pat.say(`${line}`);
    pat.connection.breaks();
    const isOver = pat.ended.then(() => true);
    while (!await Promise.race([isOver, turn()])) evening.pass(100);
  },
  "came-back": async (evening) => {
    const before = await evening.owner("pat", TOKEN);
    await evening.owner("pat", TOKEN);
    await before.connection.until(() => before.connection.isWriteClosed);
    await before.isCutOff();
  },
  "no-hello": async (evening) => {
    const pat = evening.connect();
    evening.pass(300_001);
    await closes(evening, pat);
  },
  "no-pong": async (evening) => {
    const pat = await evening.person("pat");
    evening.pass(60_001);
    evening.pass(60_001);
    await closes(evening, pat);
  },
  "slow-message": async (evening) => {
    const pat = evening.connect();
    pat.connection.sends(utf8("\0\0\0\x20\0"));
    await turn();
    evening.pass(30_001);
    await closes(evening, pat);
  },
  "slow-reader": async (evening) => {
    const pat = await evening.person("pat");
    pat.connection.takes = 0;
    pat.say("hi");
    while (evening.server.snapshot(EVERYBODY).queuedBytes === 0) await turn();
    await turn();
    evening.pass(30_001);
    await closes(evening, pat);
  },
  "protocol": async (evening) => {
    const pat = await evening.person("pat");
    pat.connection.sends(utf8("\0\0\0\x02\0\0\0\0{}"));
    await closes(evening, pat);
  },
  "unknown-protocol": async (evening) => {
    const pat = evening.connect();
    pat.connection.sends(Uint8Array.of(1, 2, 3, 4));
    await pat.connection.until(() => pat.connection.isWriteClosed);
    await closes(evening, pat);
  },
  "shutdown": async (evening) => {
    const pat = await evening.person("pat");
    const sleep = async () => {
      await turn();
      pat.connection.hangsUp();
    };
    await evening.server.shutDown({ reason: "the end", milliseconds: 1000, sleep });
    await pat.ended;
  },
  "error": async (evening) => {
    const pat = await evening.person("pat");
    evening.server.handle = () => {
      throw new Error("a mistake of ours");
    };
    pat.says(ask("ping", {}));
    await closes(evening, pat);
  },
};

const OPTIONS: Partial<Record<Ending, EveningOptions>> = {
  backlog: { limits: { pace: { burst: 10, perSecond: 4 } } },
};

/** The server has ended it, and the peer does not hurry to hang up. */
async function closes(
  evening: Evening,
  { connection, ended }: { connection: { hangsUp(): void }; ended: Promise<void> },
) {
  await turn();
  await turn();
  connection.hangsUp();
  evening.pass(3001);
  await ended;
}

for (const ending of ENDINGS) {
  Deno.test(`a session that ends so is counted under ${ending}, once, and nowhere else`, async () => {
    const evening = new Evening(OPTIONS[ending]);
    await ENDS[ending](evening);
    const counted = Object.entries(evening.metrics.ended).filter(([, count]) => count > 0);
    assertEquals(counted, [[ending, 1]]);
  });
}

Deno.test("what was said in each of the last sixty seconds is known", () => {
  const metrics = new Metrics({ now: 0 });
  for (let second = 1; second <= 70; second++) {
    metrics.messages += second;
    if (second === 70) metrics.directs += 5;
    metrics.tick();
  }
  assertEquals(metrics.pace, [
    ...Array.from({ length: 59 }, (_, index) => index + 11),
    75,
  ]);
});

Deno.test("a timer that comes late tells how late the event loop is", () => {
  const metrics = new Metrics({ now: 0 });
  let time = 0;
  const watch = new LoopWatch({ metrics, milliseconds: 100, now: () => time });
  for (const milliseconds of [100, 400, 90, 101]) {
    time += milliseconds;
    watch.sample();
  }
  assertEquals(metrics.delays.count, 4);
  assertEquals(metrics.worstDelay, 0, "of the second that is over");
  metrics.tick();
  assertEquals(metrics.worstDelay, 0.3);
  metrics.tick();
  assertEquals(metrics.worstDelay, 0);
});

Deno.test("a snapshot tells who is where by which protocol, for how long, and how much waits", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  await evening.person("pat", bgnet0);
  evening.connect();
  chris.says(ask("join", { room: "dev" }));
  await chris.catchesUp();
  evening.time += 5000;
  const snapshot = evening.server.snapshot(EVERYBODY);
  assertEquals(snapshot.people, [
    {
      nick: "chris",
      dialect: "native",
      peer: "127.0.0.1:5001",
      rooms: ["lobby", "dev"],
      ageMilliseconds: 5000,
      queuedBytes: 0,
    },
    {
      nick: "pat",
      dialect: "bgnet0",
      peer: "127.0.0.1:5002",
      rooms: ["lobby"],
      ageMilliseconds: 5000,
      queuedBytes: 0,
    },
  ]);
  assertEquals(snapshot.rooms, [{ room: "lobby", members: 2 }, { room: "dev", members: 1 }]);
  assertEquals([...snapshot.sessions], [["native", 1], ["bgnet0", 1], ["", 1]]);
});

Deno.test("somebody whose connection broke is there without one", async () => {
  const evening = new Evening();
  const pat = await evening.owner("pat", TOKEN);
  await pat.isCutOff();
  const { people, sessions } = evening.server.snapshot(EVERYBODY);
  assertEquals(people.map(({ nick, dialect, peer }) => [nick, dialect, peer]), [["pat", "", ""]]);
  assertEquals(sessions.size, 0);
});

Deno.test("bytes that wait for a peer that does not read are counted, its own and all together", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.person("pat");
  pat.connection.takes = 0;
  for (let line = 0; line < 9; line++) chris.say("x".repeat(1000));
  await chris.catchesUp();
  const { people, queuedBytes } = evening.server.snapshot(EVERYBODY);
  const waits = people.find(({ nick }) => nick === "pat")!.queuedBytes;
  assert(waits > 9000 && queuedBytes >= waits, `${waits} of ${queuedBytes}`);
});

Deno.test("a snapshot has no more people and rooms than it may, the largest rooms, and counts all", async () => {
  const evening = new Evening();
  for (const nick of ["ann", "bob", "eve"]) {
    const peer = await evening.person(nick);
    peer.says(ask("join", { room: "b" }), ask("join", { room: `room-of-${nick}` }));
    await peer.catchesUp();
  }
  const { people, peopleCount, rooms, roomCount } = evening.server.snapshot({
    people: 2,
    rooms: 2,
    roomsOfEach: 1,
  });
  assertEquals(people.map(({ nick, rooms }) => [nick, ...rooms]), [
    ["ann", "lobby"],
    ["bob", "lobby"],
  ]);
  assertEquals(rooms, [{ room: "lobby", members: 3 }, { room: "b", members: 3 }]);
  assertEquals([peopleCount, roomCount], [3, 5]);
});

Deno.test("what was said to one alone is not among what was said last", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  await evening.person("pat");
  chris.say("for all");
  chris.says({ type: "tell", nick: "pat", text: "psst", id: "" });
  await chris.catchesUp();
  assertEquals(evening.server.recent.map(({ text }) => text), ["for all"]);
});
