/** What happens to a place when several things happen to it in one turn. */
import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { concat } from "../../src/wire/dialect.ts";
import { native } from "../../src/wire/native.ts";
import { tell } from "../chat/events.ts";
import { OPTIONS } from "../wire/decoded.ts";
import { Evening, type EveningOptions, type Peer, turn } from "./evening.ts";

const TOKEN = "pat's own secret";

const KEPT_MILLISECONDS = 120_000;
/** Whoever waits for minutes in these tests is not asked whether they are alive. */
const NEVER_PINGED = { pingMilliseconds: 1e9 };

const clientBytes = native.client(OPTIONS).encoder;
const hello = ask("hello", { nick: "pat", token: TOKEN });
const joins = ask("join", { room: "lobby" });
const quits = ask("quit", { reason: "" });

/** Chris and pat in the lobby, and a connection that has said nothing yet. */
async function setUp(options: EveningOptions = {}) {
  const evening = new Evening({ ...options, limits: { ...options.limits, ...NEVER_PINGED } });
  const chris = await evening.person("chris");
  const pat = await evening.owner("pat", TOKEN);
  pat.says(joins);
  await pat.catchesUp();
  await chris.catchesUp();
  return { evening, chris, pat, back: evening.connect() };
}

/**
 * Pat is one person in the lobby, at the end of this connection, for as long as it is there, and keeps the
 * place when it breaks.
 */
async function isPat(peer: Peer, { evening, chris }: { evening: Evening; chris: Peer }) {
  evening.pass(KEPT_MILLISECONDS);
  chris.says({ type: "who", room: "lobby" });
  const roster = await chris.hears((event) => event.type === "roster");
  assertEquals(roster.type === "roster" && roster.nicks, ["chris", "pat"]);
  chris.say("are you there?");
  assertEquals(await peer.hearsText(), "are you there?");
  await peer.isCutOff();
  const again = await evening.owner("pat", TOKEN);
  assertEquals(again.heard, [tell("entered", { nick: "pat", rooms: ["lobby"] })]);
}

/** Lets everything happen that has been set off. */
async function settles() {
  for (let turns = 0; turns < 20; turns++) await turn();
}

function typesOf(events: Event[]): string[] {
  return events.map((event) => event.type);
}

Deno.test("of two who come with one new token in one turn the last has the place", async () => {
  const evening = new Evening({ limits: NEVER_PINGED });
  const chris = await evening.person("chris");
  const [first, second] = [evening.connect(), evening.connect()];
  for (const peer of [first, second]) peer.says(hello, joins);
  await second.hears((event) => event.type === "entered");
  assertEquals(typesOf(first.heard).filter((it) => it === "failed"), []);
  await first.hears((event) => event.type === "closing");
  await second.hears((event) => event.type === "joined");
  await settles();
  second.passesOver();
  await isPat(second, { evening, chris });
});

Deno.test("of two who come back with one token in one turn the last has the place", async () => {
  const { evening, chris, pat, back } = await setUp();
  await pat.isCutOff();
  const second = evening.connect();
  for (const peer of [back, second]) peer.says(hello);
  await second.hears((event) => event.type === "entered");
  await back.hears((event) => event.type === "closing");
  assertEquals(await chris.catchesUp(), []);
  await isPat(second, { evening, chris });
});

Deno.test("two who come with one token and two names in one turn are one person", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const [first, second] = [evening.connect(), evening.connect()];
  first.says(hello);
  second.says(ask("hello", { nick: "patty", token: TOKEN }));
  const entered = await second.hears((event) => event.type === "entered");
  assertEquals(entered, tell("entered", { nick: "pat", rooms: [] }));
  chris.says({ type: "who", room: "" });
  const roster = await chris.hears((event) => event.type === "roster");
  assertEquals(roster.type === "roster" && roster.nicks, ["chris", "pat"]);
});

Deno.test("of two with one new token in one turn, the first refused, the second is let in", async () => {
  const { evening } = await setUp();
  const token = "somebody else's secret";
  const [first, second] = [evening.connect(), evening.connect()];
  first.says(ask("hello", { nick: "chris", token }));
  second.says(ask("hello", { nick: "leslie", token }));
  const answers = await Promise.all([first, second].map((peer) => peer.hears(() => true)));
  assertEquals(answers, [
    tell("failed", { command: "hello", code: "nick-in-use", about: "chris" }),
    tell("entered", { nick: "leslie", rooms: [] }),
  ]);
});

/** The old connection's end and the new one's hello, in both orders, in one turn. */
const ORDERS: [what: string, happens: (pat: Peer, back: Peer) => void][] = [
  ["before the connection ends", (pat, back) => {
    back.says(hello);
    pat.connection.hangsUp();
  }],
  ["after the connection ends", (pat, back) => {
    pat.connection.hangsUp();
    back.says(hello);
  }],
];

for (const [what, happens] of ORDERS) {
  Deno.test(`who comes back ${what}, in the same turn, has the place, and nobody notices`, async () => {
    const { evening, chris, pat, back } = await setUp();
    happens(pat, back);
    const entered = await back.hears((event) => event.type === "entered");
    assertEquals(entered, tell("entered", { nick: "pat", rooms: ["lobby"] }));
    await pat.ended;
    assertEquals(await chris.catchesUp(), []);
    await isPat(back, { evening, chris });
  });

  Deno.test(`who comes back ${what}, while others talk, has the place`, async () => {
    const { evening, chris, pat, back } = await setUp();
    chris.say("in the same turn");
    happens(pat, back);
    await back.hears((event) => event.type === "entered");
    await pat.ended;
    assertEquals(typesOf(await chris.catchesUp()), ["message"]);
    back.passesOver();
    await isPat(back, { evening, chris });
  });
}

/** A goodbye on the old connection and a hello on the new one. */
const GOODBYES: [what: string, happens: (pat: Peer, back: Peer) => void][] = [
  ["before the goodbye", (pat, back) => {
    back.says(hello, joins);
    pat.says(quits);
  }],
  ["after the goodbye", (pat, back) => {
    pat.says(quits);
    back.says(hello, joins);
  }],
];

for (const [what, happens] of GOODBYES) {
  for (const talk of [false, true]) {
    const others = talk ? ", while others talk" : "";
    Deno.test(`who comes ${what}, in the same turn${others}, is let in and stays`, async () => {
      const { evening, chris, pat, back } = await setUp();
      if (talk) chris.say("in the same turn");
      happens(pat, back);
      await back.hears((event) => event.type === "entered");
      await back.hears((event) => event.type === "joined");
      pat.connection.hangsUp();
      await pat.ended;
      await settles();
      assert(!back.connection.isWriteClosed);
      await back.catchesUp();
      await isPat(back, { evening, chris });
    });
  }
}

Deno.test("what is asked by a connection that has been taken over from is not answered to the other", async () => {
  const { chris, pat, back } = await setUp();
  // While this is being stored, answers wait, and so does whoever comes back.
  chris.say("in the same turn");
  back.says(hello);
  pat.says({ type: "who", room: "lobby" }, ask("history", { room: "lobby" }));
  await back.hears((event) => event.type === "entered");
  await settles();
  await back.catchesUp();
  assertEquals(typesOf(back.heard), ["entered", "pong"]);
});

Deno.test("what a throttled connection had still to say is not said once it is taken over from", async () => {
  const { evening, chris, pat, back } = await setUp({
    limits: { pace: { burst: 3, perSecond: 1 } },
  });
  const lines = Array.from({ length: 50 }, (_, index) => ({
    type: "say" as const,
    room: "lobby",
    text: `line ${index}`,
    id: "",
  }));
  pat.connection.sends(concat(lines.map((it) => clientBytes.encode(it, true)!)));
  await chris.hearsText();
  back.says(hello);
  await back.hears((event) => event.type === "entered");
  pat.connection.hangsUp();
  await pat.ended;
  const said = evening.history.page("lobby", { limit: 100, maxBytes: 1e6 }).messages;
  assert(said.length < 50, `${said.length}`);
  await chris.catchesUp();
  await settles();
  assertEquals(typesOf(await chris.catchesUp()), []);
  await isPat(back, { evening, chris });
});

Deno.test("a direct message in the turn in which a place is given up is its owner's all the same", async () => {
  const { evening, chris, pat } = await setUp();
  await pat.isCutOff();
  chris.says({ type: "tell", nick: "pat", text: "psst", id: "" });
  while (!evening.server.settled()) await Promise.resolve();
  evening.pass(KEPT_MILLISECONDS);
  await chris.hears((event) => event.type === "quitted" && event.nick === "pat");
  const again = await evening.owner("pat", TOKEN);
  again.says(ask("directs", {}));
  const directs = await again.hears((event) => event.type === "directs");
  assertEquals(directs.type === "directs" && directs.messages.map((it) => it.text), ["psst"]);
});

Deno.test("who comes back in the turn in which a place is given up comes anew", async () => {
  const { evening, chris, pat, back } = await setUp();
  await pat.isCutOff();
  chris.say("in the same turn");
  back.says(hello, joins);
  while (!evening.server.settled()) await Promise.resolve();
  evening.pass(KEPT_MILLISECONDS);
  const entered = await back.hears((event) => event.type === "entered");
  assertEquals(entered, tell("entered", { nick: "pat", rooms: [] }));
  await back.hears((event) => event.type === "joined");
  await chris.catchesUp();
  await isPat(back, { evening, chris });
});
