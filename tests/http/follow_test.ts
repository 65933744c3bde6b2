import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { turn } from "../server/evening.ts";
import { Following, Office } from "./office.ts";

const DEV = "/api/rooms/dev/messages";
const EVENTS = { accept: "text/event-stream" };

async function follow(
  office: Office,
  query = "",
  headers: Record<string, string> = {},
): Promise<Following> {
  const answer = await office.get(DEV + query, { headers: { ...EVENTS, ...headers } });
  assertEquals(answer.status, 200);
  assertEquals(answer.headers["Content-Type"], "text/event-stream; charset=utf-8");
  const following = new Following(answer.body);
  // Where it begins is told at once.
  await following.more();
  return following;
}

async function say(office: Office, ...texts: string[]) {
  for (const text of texts) assertEquals((await office.post(DEV, text)).status, 201);
}

function texts({ told }: Following): string[] {
  return told.map(({ text }) => text);
}

Deno.test("a follower is told what is said from now on, and at once where that begins", async () => {
  const office = await Office.open();
  await say(office, "before");
  const following = await follow(office);
  assertEquals([following.lastId, following.told], ["1", []]);
  for (const text of ["one", "two"]) {
    const next = following.more();
    await say(office, text);
    await next;
  }
  assertEquals(texts(following), ["one", "two"]);
  assertEquals(following.lastId, "3");
  const { json } = await office.get(`${DEV}?after=1`);
  assertEquals<unknown>(following.told, json.messages, "a message is the same in both");
});

Deno.test("a follower who says what it has seen is told what comes after that", async () => {
  const office = await Office.open();
  await say(office, "a", "b", "c");
  const cases: [string, Record<string, string>, string[]][] = [
    ["?after=0", {}, ["a", "b", "c"]],
    ["?after=1", {}, ["b", "c"]],
    ["", { "last-event-id": "2" }, ["c"]],
    ["?after=0", { "last-event-id": "2" }, ["c"]],
    ["?after=2", { "last-event-id": "" }, ["c"]],
  ];
  for (const [query, headers, expected] of cases) {
    const following = await follow(office, query, headers);
    await following.more();
    assertEquals(texts(following), expected);
    await following.hangUp();
  }
});

Deno.test("who has seen more than there is, because a history was lost, is told what comes now", async () => {
  const office = await Office.open();
  await say(office, "a");
  const following = await follow(office, "", { "last-event-id": "99999999999999999999" });
  const next = following.more();
  await say(office, "b");
  await next;
  assertEquals(texts(following), ["b"]);
});

Deno.test("what makes no sense as a number is refused", async () => {
  const office = await Office.open();
  for (const id of ["-1", "x", "1.5", "1\n2"]) {
    const answer = await office.get(DEV, { headers: { ...EVENTS, "last-event-id": id } });
    assertEquals([answer.status, answer.json.code], [400, "bad-request"]);
  }
});

Deno.test("law: whoever comes back again and again, whenever that is, has each message once and in order", async () => {
  const step = fc.oneof(
    fc.record({ type: fc.constant("say"), count: fc.integer({ min: 1, max: 250 }) }),
    fc.constant({ type: "take", count: 1 }),
    fc.constant({ type: "cut", count: 0 }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
      const office = await Office.open();
      const said: string[] = [];
      const had: number[] = [];
      let following = await follow(office);
      const cut = async () => {
        await following.hangUp();
        had.push(...following.told.map(({ seq }) => seq));
        const id = following.lastId;
        following = await follow(office, "", { "last-event-id": id });
      };
      for (const { type, count } of steps) {
        if (type === "cut") await cut();
        if (type === "take" && Number(following.lastId) < said.length) await following.more();
        if (type !== "say") continue;
        const more = Array.from({ length: count }, (_, index) => `${said.length + index + 1}`);
        await Promise.all(more.map((text) => office.post(DEV, text)));
        said.push(...more);
      }
      while (Number(following.lastId) < said.length) await following.more();
      await cut();
      assertEquals(had, said.map((_, index) => index + 1));
    }),
    { numRuns: 60 },
  );
});

Deno.test("a follower that does not read is not read for, and lacks nothing when it does", async () => {
  const office = await Office.open();
  const following = await follow(office);
  const { reads } = office;
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 100 }, () => office.post(DEV, "x".repeat(500))));
  }
  assertEquals(office.reads, reads, "nobody asked for a page");
  while (following.told.length < 1000) {
    const before = following.told.length;
    await following.more();
    assert(following.told.length - before <= 100, "a page is not more than a page");
  }
  assertEquals(following.told.map(({ seq }) => seq), Array.from({ length: 1000 }, (_, i) => i + 1));
});

Deno.test("a text is one event whatever is in it", async () => {
  const office = await Office.open();
  const following = await follow(office);
  const nasty = fc.string({
    unit: fc.constantFrom(...'\n\r\u2028\u2029:ida t\u0085\u000b\f\x1b"\\é🙂'.match(/./gsu)!),
    minLength: 1,
    maxLength: 50,
  });
  await fc.assert(
    fc.asyncProperty(nasty, async (text) => {
      const before = following.told.length;
      await say(office, text);
      await following.more();
      assertEquals(following.told.length, before + 1);
      assertEquals(following.told.at(-1)!.text, text);
      assertEquals(following.lastId, `${following.told.at(-1)!.seq}`);
    }),
    { numRuns: 100 },
  );
});

Deno.test("a follower hears of its own room only", async () => {
  const office = await Office.open();
  const following = await follow(office);
  const next = following.more();
  await turn();
  const { reads } = office;
  await office.post("/api/rooms/ops/messages", "elsewhere");
  await turn();
  assertEquals(office.reads, reads);
  await say(office, "here");
  await next;
  assertEquals(texts(following), ["here"]);
});

Deno.test("a silent room is heard of every 15 seconds, and not more often", async () => {
  const office = await Office.open();
  const following = await follow(office);
  let beats = -1;
  const listening = (async () => {
    while (!following.isOver) {
      beats++;
      await following.more();
    }
  })();
  for (let second = 0; second < 60; second++) {
    await turn();
    await turn();
    office.pass(1000);
  }
  await turn();
  assert(beats >= 3 && beats <= 4, `${beats}`);
  assertEquals(following.told, []);
  await following.hangUp();
  await listening;
});

Deno.test("there is room for so many followers, and one that goes makes room", async () => {
  const office = await Office.open();
  const all: Following[] = [];
  for (let i = 0; i < 25; i++) all.push(await follow(office));
  const { status, json } = await office.get(DEV, { headers: EVENTS });
  assertEquals([status, json.code], [503, "too-many-followers"]);
  const others = await office.get(DEV, { headers: EVENTS, as: "dj" });
  assertEquals(others.status, 200, "another bot has places of its own");
  for (const it of all.splice(0, 5)) {
    const waiting = it.more();
    await it.hangUp();
    await waiting;
    await it.hangUp();
    assert(it.isOver);
  }
  assertEquals(office.followers.count, 20);
  await follow(office);
  assertEquals(office.followers.count, 21);
});

Deno.test("who asks and goes before it is told anything takes no place", async () => {
  const office = await Office.open();
  for (let i = 0; i < 100; i++) {
    assertEquals((await office.get(DEV, { headers: EVENTS })).status, 200);
    const { body } = await office.get(DEV, { headers: EVENTS });
    await new Following(body).hangUp();
  }
  assertEquals(office.followers.count, 0);
});

Deno.test("many who ask at once do not become more than there is room for", async () => {
  const office = await Office.open();
  const bodies = [];
  for (let i = 0; i < 40; i++) bodies.push((await office.get(DEV, { headers: EVENTS })).body);
  const all = bodies.map((body) => new Following(body));
  await Promise.all(all.map((it) => it.more()));
  assertEquals(all.filter(({ isOver }) => isOver).length, 15);
  assertEquals(office.followers.count, 25);
});

Deno.test("a follower whose history cannot be read is let go, and goes on where it was", async () => {
  const office = await Office.open();
  const following = await follow(office);
  await say(office, "one");
  office.evening.historyIsBroken = true;
  await following.more();
  assert(following.isOver);
  assertEquals(office.followers.count, 0);
  office.evening.historyIsBroken = false;
  const again = await follow(office, "", { "last-event-id": following.lastId });
  await again.more();
  assertEquals(texts(again), ["one"]);
});
