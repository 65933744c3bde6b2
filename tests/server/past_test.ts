/** What was said before, as people at the ends of connections get to see it, and what is said twice. */
import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { chat10 } from "../../src/wire/chat10.ts";
import { tell } from "../chat/events.ts";
import { Evening, type Peer } from "./evening.ts";

const TOKEN = "pat's own secret";
const ID = "123e4567-e89b-12d3-a456-426614174000";

const joins = (room: string, from = 0) => ask("join", { room, from });
const tells = (nick: string, text: string, id = ""): Command => ({ type: "tell", nick, text, id });
const says = (text: string, id = "", room = "lobby"): Command => ({ type: "say", room, text, id });

/** What all direct messages are that somebody can ask for. */
async function directs(peer: Peer, given: { limit?: number; before?: number; from?: number } = {}) {
  peer.says(ask("directs", given));
  const event = await peer.hears((event) => event.type === "directs");
  assert(event.type === "directs");
  return event;
}

async function directTexts(peer: Peer): Promise<string[]> {
  return (await directs(peer)).messages.map((it) => it.text);
}

async function history(peer: Peer, given: Partial<Extract<Command, { type: "history" }>> = {}) {
  const from = peer.heard.length;
  peer.says(ask("history", { room: "lobby", ...given }));
  await peer.catchesUp();
  return peer.heard.slice(from).flatMap((it) => it.type === "history" ? [it] : []);
}

/** Has somebody say so many lines in the lobby, and returns when they are said. */
async function fills(peer: Peer, count: number) {
  for (let index = 0; index < count; index++) peer.say(`line ${index + 1}`);
  await peer.catchesUp();
}

Deno.test("direct messages come back to both who have a token, in the order they were said", async () => {
  const evening = new Evening();
  const pat = await evening.owner("pat", TOKEN);
  const chris = await evening.owner("chris", "chris's own secret");
  chris.says(tells("pat", "one"));
  await chris.catchesUp();
  pat.says(tells("chris", "two"), tells("pat", "three"));
  await pat.catchesUp();
  assertEquals(await directTexts(pat), ["one", "two", "three"]);
  assertEquals(await directTexts(chris), ["one", "two"]);
  const [first] = (await directs(chris)).messages;
  assertEquals([first?.nick, first?.to], ["chris", "pat"]);
});

Deno.test("direct messages said while somebody is away are theirs when they come back", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.owner("pat", TOKEN);
  chris.says(tells("pat", "one"));
  const told = await pat.hears((event) => event.type === "told");
  assert(told.type === "told");
  await pat.isCutOff();
  chris.says(tells("pat", "two"), tells("pat", "three"));
  await chris.catchesUp();
  const back = await evening.owner("pat", TOKEN);
  const missed = await directs(back, { from: told.seq + 1 });
  assertEquals(missed.messages.map((it) => it.text), ["two", "three"]);
  assertEquals([missed.from, missed.more], [told.seq + 1, false]);
});

Deno.test("nobody sees the direct messages of those who had their nick before", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.owner("pat", TOKEN);
  chris.says(tells("pat", "for pat"));
  await chris.catchesUp();
  pat.says(ask("quit", { reason: "" }));
  await pat.connection.until(() => pat.connection.isWriteClosed);
  const mallory = await evening.owner("pat", "mallory's own secret");
  chris.says(tells("pat", "for mallory"));
  await chris.catchesUp();
  assertEquals(await directTexts(mallory), ["for mallory"]);
  const back = await evening.owner("patty", TOKEN);
  assertEquals(await directTexts(back), ["for pat"]);
});

Deno.test("who has no token cannot ask for direct messages, not even their own", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.says(tells("chris", "note to self"), ask("directs", {}));
  const answers = await chris.catchesUp();
  assertEquals(answers.at(-1), tell("failed", { command: "directs", code: "no-token" }));
  assertEquals(answers.filter((event) => event.type === "directs"), []);
});

Deno.test("a message sent twice is stored and told once, and its sender is told where it is", async () => {
  const evening = new Evening();
  const [chris, pat] = [await evening.person("chris"), await evening.person("pat")];
  chris.passesOver();
  chris.says(says("before"), says("hello", ID), says("hello", ID));
  await chris.catchesUp();
  chris.says(says("hello", ID), says("after"));
  await chris.catchesUp();
  const texts = (await pat.catchesUp()).map((it) => it.type === "message" ? it.text : it.type);
  assertEquals(texts, ["before", "hello", "after"]);
  const [page] = await history(pat);
  assertEquals(page?.messages.map((it) => [it.seq, it.text]), [
    [1, "before"],
    [2, "hello"],
    [3, "after"],
  ]);
  const at = page!.messages[1]!.at;
  const sent = tell("sent", { to: "lobby", id: ID, seq: 2, at });
  assertEquals(chris.heard.filter((event) => event.type === "sent"), [sent, sent]);
});

Deno.test("a direct message sent twice is told once, and its sender is told where it is", async () => {
  const evening = new Evening();
  const chris = await evening.owner("chris", "chris's own secret");
  const pat = await evening.owner("pat", TOKEN);
  chris.says(tells("pat", "psst", ID));
  await chris.catchesUp();
  chris.says(tells("pat", "psst", ID));
  const [sent] = await chris.catchesUp();
  const [kept, ...more] = (await directs(pat)).messages;
  assertEquals(sent, tell("sent", { to: "pat", id: ID, seq: kept!.seq, at: kept!.at }));
  assertEquals(more, []);
  assertEquals(pat.heard.filter((event) => event.type === "told").length, 1);
});

Deno.test("what was sent before a connection broke, and again after it, is there once", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.owner("pat", TOKEN);
  pat.says(joins("lobby"));
  await pat.catchesUp();
  pat.connection.breaks();
  pat.says(says("did you get this?", ID));
  await pat.isCutOff();
  const back = await evening.owner("pat", TOKEN);
  back.says(says("did you get this?", ID));
  const [sent] = await back.catchesUp();
  assertEquals(sent?.type === "sent" && [sent.id, sent.seq], [ID, 1]);
  const texts = (await chris.catchesUp()).flatMap((it) => it.type === "message" ? [it.text] : []);
  assertEquals(texts, ["did you get this?"]);
});

for (const id of ["", "x1", ID.slice(1), ID + "0"]) {
  Deno.test(`messages may share an id of ${id.length} characters`, async () => {
    const evening = new Evening();
    const chris = await evening.person("chris");
    chris.says(says("one", id), says("two", id));
    const texts = (await chris.catchesUp()).map((it) => it.type === "message" && it.text);
    assertEquals(texts, ["one", "two"]);
  });
}

/** How many lines there are, what is asked for, and what comes: how many and which, and whether more do. */
const PAGES: [
  lines: number,
  asked: Partial<Extract<Command, { type: "history" }>>,
  answer: [count: number, first: number, more: boolean][],
][] = [
  [0, {}, [[0, 0, false]]],
  [30, {}, [[30, 1, false]]],
  [30, { limit: 30 }, [[30, 1, false]]],
  [30, { limit: 29 }, [[29, 2, true]]],
  [30, { before: 11, limit: 10 }, [[10, 1, false]]],
  [30, { before: 12, limit: 10 }, [[10, 2, true]]],
  [30, { from: 21, limit: 10 }, [[10, 21, false]]],
  [30, { from: 20, limit: 10 }, [[10, 20, true]]],
  [30, { from: 31, limit: 10 }, [[0, 0, false]]],
  [30, { around: 15, limit: 10 }, [[10, 10, true]]],
  [130, { limit: 130 }, [[100, 1, false], [30, 101, false]]],
  [130, { limit: 120 }, [[100, 11, false], [20, 111, true]]],
  [130, { from: 1, limit: 120 }, [[100, 1, true]]],
  [130, { from: 31, limit: 120 }, [[100, 31, false]]],
];

for (const [lines, asked, answer] of PAGES) {
  Deno.test(`of ${lines} messages, ${JSON.stringify(asked)} brings ${JSON.stringify(answer)}`, async () => {
    const evening = new Evening();
    const chris = await evening.person("chris");
    await fills(chris, lines);
    const pages = await history(chris, asked);
    assertEquals(
      pages.map(({ messages, more }) => [messages.length, messages[0]?.seq ?? 0, more]),
      answer,
    );
    for (const { last, messages } of pages) {
      assertEquals(last, lines);
      const first = messages[0]?.seq ?? 0;
      assertEquals(messages.map((it) => it.seq), messages.map((_, index) => first + index));
    }
  });
}

Deno.test("history is cut by its bytes as well, and says so", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  for (let index = 0; index < 100; index++) {
    chris.say("x".repeat(999));
    await chris.catchesUp();
  }
  const [page] = await history(chris, { from: 1 });
  assert(page && page.messages.length > 10 && page.messages.length < 100);
  assertEquals([page.more, page.last], [true, 100]);
});

Deno.test("who follows what there is more of sees each message once, while others go on talking", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  await fills(chris, 270);
  const pat = await evening.person("pat");
  const seen: number[] = [];
  const says = () => chris.say("and another");
  pat.passesOver();
  for (let more = true; more;) {
    says();
    pat.says(ask("history", { room: "lobby", limit: 50, from: (seen.at(-1) ?? 0) + 1 }));
    says();
    const page = await pat.hears((event) => event.type === "history");
    says();
    assert(page.type === "history");
    seen.push(...page.messages.map((it) => it.seq));
    more = page.more;
  }
  // What is said from here on follows what was read, whatever was told in between.
  says();
  await chris.catchesUp();
  for (const event of await pat.catchesUp()) {
    if (event.type === "message" && event.seq > seen.at(-1)!) seen.push(event.seq);
  }
  const { last } = evening.history.page("lobby", { limit: 1, maxBytes: 1 });
  assert(last > 285);
  assertEquals(seen, Array.from({ length: last }, (_, index) => index + 1));
});

Deno.test("who joins while others talk lacks nothing between what they are shown and what they are told", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  await fills(chris, 10);
  const pat = await evening.owner("pat", TOKEN);
  for (let index = 0; index < 5; index++) chris.say("in the same turn");
  pat.says(joins("lobby", 4));
  for (let index = 0; index < 5; index++) chris.say("in the same turn");
  await chris.catchesUp();
  const seen = new Set<number>();
  for (const event of await pat.catchesUp()) {
    if (event.type === "history") event.messages.forEach((it) => seen.add(it.seq));
    if (event.type === "message") seen.add(event.seq);
  }
  assertEquals([...seen], Array.from({ length: 17 }, (_, index) => index + 4));
});

Deno.test("who is shown nothing on joining learns all the same where the room ends", async () => {
  const evening = new Evening({ hub: { replayMessages: 0 } });
  const chris = await evening.person("chris");
  await fills(chris, 3);
  const pat = await evening.person("pat");
  assertEquals(pat.heard.at(-1), tell("history", { room: "lobby", messages: [], last: 3 }));
});

Deno.test("what was said is found in one's own rooms only, and who spoke there was seen", async () => {
  const evening = new Evening();
  const [chris, pat] = [await evening.person("chris"), await evening.person("pat")];
  pat.says(joins("dev"));
  await pat.catchesUp();
  pat.says(says("tea in the lobby"), says("tea in dev", "", "dev"));
  await pat.catchesUp();
  evening.pass(5000);
  chris.says(ask("search", { text: "tea" }), ask("seen", { nick: "PAT" }));
  const found = await chris.hears((event) => event.type === "found");
  const seen = await chris.hears((event) => event.type === "seen");
  assert(found.type === "found");
  assertEquals(found.messages.map((it) => it.text), ["tea in the lobby"]);
  assertEquals(seen, tell("seen", { nick: "pat", isHere: true, room: "lobby", ago: 5000 }));
});

/** What is asked of a history that cannot be read. */
const UNREADABLE: [command: Command, about: string][] = [
  [ask("history", { room: "Lobby" }), "lobby"],
  [ask("directs", {}), ""],
  [ask("search", { text: "tea" }), ""],
  [ask("seen", { nick: "chris" }), ""],
];

for (const [command, about] of UNREADABLE) {
  Deno.test(`a history that cannot be read is said to be unavailable to ${command.type}`, async () => {
    const evening = new Evening();
    const pat = await evening.owner("pat", TOKEN);
    pat.says(joins("lobby"));
    await pat.catchesUp();
    evening.historyIsBroken = true;
    pat.says(command);
    assertEquals(await pat.catchesUp(), [
      tell("failed", { command: command.type, code: "unavailable", about }),
    ]);
  });
}

Deno.test("who joins while the history cannot be read is in, and told which room's it is", async () => {
  const evening = new Evening();
  evening.historyIsBroken = true;
  const pat = await evening.person("pat");
  assertEquals(pat.heard.slice(-2), [
    { type: "joined", room: "lobby", nick: "pat" },
    tell("failed", { command: "history", code: "unavailable", about: "lobby" }),
  ]);
});

Deno.test("a history that is paused is announced, and so is that it goes on", async () => {
  const evening = new Evening();
  const [chris, pat] = [await evening.person("chris"), await evening.person("pat")];
  const notices = (events: Event[]) =>
    events.flatMap((it) => it.type === "notice" ? [it.text.split(":")[0]] : []);
  evening.diskIsFull = true;
  for (const text of ["one", "two"]) chris.say(text);
  await chris.catchesUp();
  evening.pass(1000);
  assertEquals(notices(await pat.catchesUp()), ["history is paused"]);
  evening.diskIsFull = false;
  evening.pass(1000);
  assertEquals(notices(await pat.catchesUp()), ["history goes on"]);
  chris.say("three");
  assertEquals(await pat.hearsText(), "three");
});

Deno.test("a paced client, which takes a write for a message, is told what it finds in one", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.say("tea for\n\rmallory: two");
  chris.say("tea?");
  await chris.catchesUp();
  const alice = evening.connect(chat10);
  alice.says(ask("hello", { nick: "alice" }), ask("search", { text: "tea" }));
  assertEquals((await alice.hearsText()).split("\n"), [
    '2 messages with "tea"',
    "chris: tea for mallory: two",
    "chris: tea?",
  ]);
  assertEquals(alice.connection.writes, 1);
});
