import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { turn } from "../server/evening.ts";
import { Following, Office } from "./office.ts";

const DEV = "/api/rooms/dev/messages";
const EVENTS = { headers: { accept: "text/event-stream" } };

/** What only operators can do is done as if it had been done on an earlier day. */
function lock(office: Office, room: string) {
  office.evening.server.restore([{ type: "locked", room, by: "olga", hash: "", at: 1 }]);
}

async function follow(office: Office, as: "ci" | "dj"): Promise<Following> {
  const following = new Following((await office.get(DEV, { ...EVENTS, as })).body);
  await following.more();
  return following;
}

Deno.test("a bot that may use every room may use every open one, and a locked one if it is named", async () => {
  const office = await Office.open();
  assertEquals((await office.post(DEV, "before")).status, 201);
  lock(office, "dev");
  for (const { status, json } of [await office.get(DEV), await office.post(DEV, "after")]) {
    assertEquals([status, json.code], [403, "room-not-allowed"]);
  }
  const { status, json } = await office.get(DEV, { as: "dj" });
  assertEquals([status, json.messages.length], [200, 1]);
});

Deno.test("a bot that is not let into a locked room may not speak there, and is told why", async () => {
  const office = Office.closed();
  lock(office, "dev");
  for (const bot of office.bots.values()) await bot.enter();
  const { status, json } = await office.post(DEV, "hi", { as: "dj" });
  assertEquals([status, json.code], [403, "not-invited"]);
  assertEquals(office.kept(), []);
});

Deno.test("a bot that was sent out of a room comes in again when it has something to say", async () => {
  const office = await Office.open();
  assertEquals((await office.post(DEV, "one")).status, 201);
  const kicked = { type: "kicked", room: "dev", nick: "ci", by: "olga", reason: "" } as const;
  office.evening.bus.publish(kicked, 0, {});
  // Until it has been told.
  for (let turns = 0; turns < 10; turns++) await turn();
  assertEquals((await office.post(DEV, "two")).status, 201);
  assertEquals(office.kept(), ["ci: one", "ci: two"]);
});

Deno.test("whoever follows a room is told nothing any more once it is locked to them", async () => {
  const office = await Office.open();
  const [open, named] = [await follow(office, "ci"), await follow(office, "dj")];
  assertEquals((await office.post(DEV, "before", { as: "dj" })).status, 201);
  await Promise.all([open.more(), named.more()]);
  lock(office, "dev");
  const next = [open.more(), named.more()];
  assertEquals((await office.post(DEV, "after", { as: "dj" })).status, 201);
  await Promise.all(next);
  assertEquals([open.told.length, open.isOver], [1, true]);
  assertEquals([named.told.length, named.isOver], [2, false]);
});

Deno.test("whoever follows by a token that has been changed is let go, at the next message or heartbeat", async () => {
  const office = await Office.open();
  const [one, other] = [await follow(office, "dj"), await follow(office, "dj")];
  const listening = [one.more(), other.more()];
  await turn();
  office.bearers.renew([]);
  office.pass(15_000);
  office.pass(1000);
  await Promise.all(listening);
  assert(one.isOver && other.isOver);
  assertEquals(office.followers.count, 0);
});

Deno.test("what is said and who is behind a lock is not on the dashboard", async () => {
  const { evening } = await Office.open();
  const chris = await evening.person("chris");
  chris.says(ask("join", { room: "board" }), ask("say", { room: "board", text: "a secret" }));
  await chris.catchesUp();
  const seen = () => JSON.stringify([evening.server.snapshot(EVERYBODY), evening.server.recent]);
  assert(seen().includes("board") && seen().includes("a secret"));
  const { roomCount } = evening.server.snapshot(EVERYBODY);
  evening.server.restore([{ type: "locked", room: "board", by: "olga", hash: "", at: 1 }]);
  assert(!seen().includes("board") && !seen().includes("a secret"));
  assertEquals(evening.server.snapshot(EVERYBODY).roomCount, roomCount, "it is counted");
});

const EVERYBODY = { people: 100, rooms: 100, roomsOfEach: 100 };
