/** Whoever has a token finds their place again after their connection broke, and nobody has noticed. */
import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { tell } from "../chat/events.ts";
import { Evening, type EveningOptions, type Peer, turn } from "./evening.ts";

const TOKEN = "pat's own secret";
const OTHER = "not pat's secret";
const KEPT_MILLISECONDS = 120_000;

const joins = (room: string, from = 0) => ask("join", { room, from });
const quits = ask("quit", { reason: "" });

/** An evening with chris in the lobby, and pat in the lobby and in dev. */
async function setUp(options: EveningOptions = {}) {
  // Whoever waits for minutes in these tests is not asked whether they are alive.
  const evening = new Evening({ ...options, limits: { pingMilliseconds: 1e9 } });
  const chris = await evening.person("chris");
  const pat = await evening.owner("pat", TOKEN);
  pat.says(joins("lobby"), joins("dev"));
  await pat.catchesUp();
  await chris.catchesUp();
  return { evening, chris, pat };
}

/** The texts of all messages in these events, those of a history too. */
function texts(events: Event[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "history") return event.messages.map((it) => it.text);
    return event.type === "message" ? [event.text] : [];
  });
}

/** The first answer to a hello. */
async function answer(evening: Evening, nick: string, token: string): Promise<Event> {
  const peer = evening.connect();
  peer.says(ask("hello", { nick, token }));
  return await peer.hears(() => true);
}

Deno.test("who comes back finds name and rooms, what was missed, and then what is said", async () => {
  const { evening, chris, pat } = await setUp();
  chris.say("one");
  await pat.hearsText();
  await pat.isCutOff();
  for (const text of ["two", "three", "four"]) chris.say(text);
  await chris.catchesUp();

  const back = await evening.owner("whoever", TOKEN);
  assertEquals(back.heard, [tell("entered", { nick: "pat", rooms: ["lobby", "dev"] })]);
  back.says(joins("lobby", 2));
  const [joined, history, ...more] = await back.catchesUp();
  assertEquals(joined, { type: "joined", room: "lobby", nick: "pat" });
  assert(history?.type === "history");
  assertEquals(texts([history]), ["two", "three", "four"]);
  assertEquals([history.from, history.more, history.last, more.length], [2, false, 4, 0]);
  chris.say("five");
  assertEquals(await back.hearsText(), "five");
  back.say("six");
  assertEquals(texts(await chris.catchesUp()), ["five", "six"]);
  assertEquals(chris.heard.filter((it) => it.type === "joined" && it.nick === "pat").length, 1);
  assertEquals(chris.heard.filter((it) => it.type === "quitted" || it.type === "renamed"), []);
});

Deno.test("nobody is told of a broken connection until the place is given up, and its name is free then", async () => {
  const { evening, chris, pat } = await setUp();
  await pat.isCutOff();
  evening.pass(KEPT_MILLISECONDS - 1);
  assertEquals(await chris.catchesUp(), []);
  assertEquals(await answer(evening, "pat", ""), inUse("pat"));
  evening.pass(1);
  const left = await chris.hears((event) => event.type === "quitted");
  assertEquals(left, tell("quitted", { nick: "pat", rooms: ["lobby", "dev"] }));
  assertEquals(await answer(evening, "pat", OTHER), tell("entered", { nick: "pat", rooms: [] }));
});

Deno.test("a place that is broken off again is kept for the whole time again", async () => {
  const { evening, chris, pat } = await setUp();
  await pat.isCutOff();
  evening.pass(KEPT_MILLISECONDS - 1);
  const back = await evening.owner("pat", TOKEN);
  await back.isCutOff();
  evening.pass(KEPT_MILLISECONDS - 1);
  const again = await evening.owner("pat", TOKEN);
  assertEquals(again.heard, [tell("entered", { nick: "pat", rooms: ["lobby", "dev"] })]);
  assertEquals(await chris.catchesUp(), []);
});

for (const token of [OTHER, ""]) {
  Deno.test(`nobody gets a kept place by its name${token && " and a token of their own"}`, async () => {
    const { evening, chris, pat } = await setUp();
    await pat.isCutOff();
    assertEquals(await answer(evening, "pat", token), inUse("pat"));
    assertEquals(await chris.catchesUp(), []);
    assertEquals((await evening.owner("pat", TOKEN)).heard.length, 1);
  });
}

Deno.test("who comes again while the first connection is open takes over, and nobody else notices", async () => {
  const { evening, chris, pat } = await setUp();
  const back = await evening.owner("pat", TOKEN);
  assertEquals(back.heard, [tell("entered", { nick: "pat", rooms: ["lobby", "dev"] })]);
  const word = await pat.hears((event) => event.type === "closing");
  const reason = "you have come back by another connection";
  assertEquals(word, { type: "closing", reason, final: true });
  await pat.connection.until(() => pat.connection.isWriteClosed);
  pat.connection.hangsUp();
  chris.say("hello");
  assertEquals(await back.hearsText(), "hello");
  back.say("hello, too");
  assertEquals(await back.hearsText(), "hello, too");
  const told = await chris.catchesUp();
  assertEquals(texts(told), ["hello", "hello, too"]);
  assertEquals(told.length, 2);
});

Deno.test("who was taken over from and does not hang up is closed after a while, and counted until then", async () => {
  const { evening, pat } = await setUp();
  await evening.owner("pat", TOKEN);
  await pat.connection.until(() => pat.connection.isWriteClosed);
  assertEquals(evening.server.sessionCount, 3);
  evening.pass(3001);
  assert(pat.connection.isClosed);
  await pat.ended;
  assertEquals(evening.server.sessionCount, 2);
});

Deno.test("who was taken over from and reads nothing more is closed at the queue's deadline", async () => {
  const { evening, chris, pat } = await setUp();
  pat.connection.takes = 0;
  chris.say("unread");
  await chris.catchesUp();
  await evening.owner("pat", TOKEN);
  evening.pass(30_001);
  assert(pat.connection.isClosed);
});

Deno.test("who quits leaves at once, token or not, and comes anew", async () => {
  const { evening, chris, pat } = await setUp();
  pat.says(quits);
  await chris.hears((event) => event.type === "quitted" && event.nick === "pat");
  pat.connection.hangsUp();
  const again = await evening.owner("pat", TOKEN);
  assertEquals(again.heard, [tell("entered", { nick: "pat", rooms: [] })]);
});

Deno.test("where places are kept for no time, a broken connection leaves at once", async () => {
  const { evening, chris, pat } = await setUp({ places: { milliseconds: 0 } });
  await pat.isCutOff();
  await chris.hears((event) => event.type === "quitted" && event.nick === "pat");
  const again = await evening.owner("patty", TOKEN);
  assertEquals(again.heard, [tell("entered", { nick: "patty", rooms: [] })]);
});

Deno.test("a token that could be guessed, or is too long, is refused, and a better one is taken", async () => {
  const evening = new Evening();
  const peer = evening.connect();
  const tokens = ["x".repeat(15), "x".repeat(201), "x".repeat(16)];
  peer.says(...tokens.map((token) => ask("hello", { nick: "pat", token })));
  const refused = tell("failed", { command: "hello", code: "bad-request", about: "token" });
  assertEquals(await peer.catchesUp(), [
    refused,
    refused,
    tell("entered", { nick: "pat", rooms: [] }),
  ]);
});

Deno.test("a second hello in vain does not change whose the place is", async () => {
  const { evening, pat } = await setUp();
  pat.says(ask("hello", { nick: "pat", token: OTHER }));
  const [failure] = await pat.catchesUp();
  assertEquals(failure?.type === "failed" && failure.code, "already-entered");
  await pat.isCutOff();
  assertEquals(await answer(evening, "pat", OTHER), inUse("pat"));
  assertEquals((await evening.owner("pat", TOKEN)).heard.length, 1);
});

Deno.test("a hello in vain leaves its token free for the next", async () => {
  const evening = new Evening();
  await evening.person("chris");
  const peer = evening.connect();
  for (const nick of ["chris", "a b", "pat"]) peer.says(ask("hello", { nick, token: TOKEN }));
  const answers = (await peer.catchesUp()).map((it) => it.type === "failed" ? it.code : it.type);
  assertEquals(answers, ["nick-in-use", "bad-nick", "entered"]);
  await peer.isCutOff();
  assertEquals((await evening.owner("pat", TOKEN)).heard.length, 1);
});

Deno.test("of more places than are kept those go first that were left first", async () => {
  const evening = new Evening({ places: { max: 2 } });
  const chris = await evening.person("chris");
  const people: Peer[] = [];
  for (const nick of ["ada", "bea", "cal", "dan"]) {
    const peer = await evening.owner(nick, `${nick}'s own secret`);
    peer.says(joins("lobby"));
    await peer.catchesUp();
    people.push(peer);
  }
  for (const index of [2, 0, 1, 3]) await people[index]!.isCutOff();
  chris.passesOver();
  evening.pass(0);
  const left = (await chris.catchesUp()).flatMap((it) => it.type === "quitted" ? [it.nick] : []);
  assertEquals(left, ["cal", "ada"]);
  for (const nick of ["bea", "dan"]) {
    const back = await evening.owner(nick, `${nick}'s own secret`);
    assertEquals(back.heard, [tell("entered", { nick, rooms: ["lobby"] })]);
  }
});

Deno.test("a place that is kept is not one of those that a door has", async () => {
  const evening = new Evening({ maxUsers: 1 });
  const pat = await evening.owner("pat", TOKEN);
  await pat.isCutOff();
  await evening.owner("leslie", "leslie's own secret");
});

Deno.test("who is kept is one of the people here: listed, and spoken to", async () => {
  const { chris, pat } = await setUp();
  await pat.isCutOff();
  chris.says({ type: "who", room: "lobby" }, ask("seen", { nick: "pat" }));
  chris.says({ type: "tell", nick: "pat", text: "psst", id: "" });
  const [roster, seen, told] = await chris.catchesUp();
  assertEquals(roster?.type === "roster" && roster.nicks, ["chris", "pat"]);
  assertEquals(seen, tell("seen", { nick: "pat", isHere: true }));
  assertEquals(told?.type === "told" && [told.to, told.text], ["pat", "psst"]);
});

Deno.test("whoever is back is there for as long as they like", async () => {
  const { evening, chris, pat } = await setUp();
  await pat.isCutOff();
  const back = await evening.owner("pat", TOKEN);
  evening.pass(2 * KEPT_MILLISECONDS);
  assertEquals(await chris.catchesUp(), []);
  await back.catchesUp();
});

Deno.test("of those who have left, and of those who were never let in, no token is remembered", async () => {
  const { evening, chris, pat } = await setUp();
  const leslie = await evening.owner("leslie", OTHER);
  const mallory = evening.connect();
  mallory.says(ask("hello", { nick: "chris", token: "mallory's own secret" }));
  await mallory.hears((event) => event.type === "failed");
  const tokens = () => [1, 2, 3, 4].map((place) => evening.server.ownerOf(place) !== "");
  assertEquals(tokens(), [false, true, true, false]);
  pat.says(quits);
  await chris.hears((event) => event.type === "quitted" && event.nick === "pat");
  await leslie.isCutOff();
  assertEquals(tokens(), [false, false, true, false]);
  evening.pass(KEPT_MILLISECONDS);
  await chris.catchesUp();
  assertEquals(tokens(), [false, false, false, false]);
});

Deno.test("a shutdown waits for nobody whose place is kept, and closes who was taken over from", async () => {
  const { evening, chris, pat } = await setUp();
  const leslie = await evening.owner("leslie", "leslie's own secret");
  await leslie.isCutOff();
  const back = await evening.owner("pat", TOKEN);
  const done = evening.server.shutDown({ reason: "bye", milliseconds: 100, sleep: turn });
  for (const peer of [chris, back]) {
    await peer.hears((event) => event.type === "closing");
    peer.connection.hangsUp();
  }
  await done;
  await Promise.all([chris, back, pat].map((peer) => peer.ended));
  assertEquals(evening.server.sessionCount, 0);
});

function inUse(nick: string): Event {
  return tell("failed", { command: "hello", code: "nick-in-use", about: nick });
}

Deno.test("who comes back passes a full door, for the place is theirs", async () => {
  const { evening } = await setUp({ maxUsers: 2 });
  assertEquals(
    await answer(evening, "leslie", OTHER),
    tell("failed", {
      command: "hello",
      code: "server-full",
    }),
  );
  const back = await evening.owner("pat", TOKEN);
  assertEquals(back.heard[0], tell("entered", { nick: "pat", rooms: ["lobby", "dev"] }));
});

Deno.test("the past that is shown on joining ends where what is told begins", async () => {
  const { evening, chris } = await setUp();
  const leslie = await evening.owner("leslie", OTHER);
  chris.say("before");
  await chris.catchesUp();
  // All of it comes in one turn.
  chris.say("one");
  leslie.says(joins("lobby"));
  chris.say("two");
  const told = texts(await leslie.catchesUp());
  await chris.catchesUp();
  assertEquals(new Set(told).size, told.length, told.join());
  assertEquals(told[0], "before");
});
