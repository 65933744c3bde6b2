import { assertEquals } from "@std/assert";
import type { DashboardState } from "../../src/http/dashboard_shape.ts";
import { operatorRoutes } from "../../src/http/operator.ts";
import type { Answer, Route } from "../../src/http/route.ts";
import { native } from "../../src/wire/native.ts";
import { Evening, turn } from "../server/evening.ts";

function routesOf(evening: Evening): Route[] {
  const { server, recorder, metrics } = evening;
  return operatorRoutes({
    server,
    recorder,
    metrics,
    version: "1.2.3",
    memory: () => ({ rss: 2, heapUsed: 1 }),
    now: () => 1_700_000_000_000,
    monotonic: () => evening.time,
  });
}

/** What the server of this evening answers. */
async function ask(evening: Evening, path: string, routes = routesOf(evening)): Promise<Answer> {
  const asked = {
    method: "GET",
    parameters: {},
    query: new URLSearchParams(),
    headers: {},
    body: new Uint8Array(0),
    peer: "127.0.0.1:5000",
  };
  return await routes.find((route) => route.path === path)!.answer(asked);
}

async function readiness(evening: Evening): Promise<string> {
  const { status, body } = await ask(evening, "/readyz");
  return `${status} ${body}`;
}

async function stateOf(evening: Evening): Promise<DashboardState> {
  const { body } = await ask(evening, "/dashboard/state");
  return JSON.parse(body as string);
}

Deno.test("a server that can store messages is ready, and one that cannot is not, though nobody speaks", async () => {
  const evening = new Evening();
  assertEquals(await readiness(evening), "200 ok\n");
  evening.diskIsFull = true;
  assertEquals(await readiness(evening), "200 ok\n", "it was tried just now");
  evening.time += 1000;
  assertEquals(await readiness(evening), "503 messages cannot be stored\n");
  evening.diskIsFull = false;
  evening.time += 1000;
  assertEquals(await readiness(evening), "200 ok\n");
});

Deno.test("a server that has just refused a message is not ready, whatever was found out before", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  assertEquals(await readiness(evening), "200 ok\n");
  evening.diskIsFull = true;
  chris.say("hi");
  await chris.hears((event) => event.type === "failed");
  assertEquals(await readiness(evening), "503 messages cannot be stored\n");
  assertEquals((await ask(evening, "/healthz")).status, 200);
});

Deno.test("that it was asked whether it is ready disturbs nobody", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  evening.diskIsFull = true;
  assertEquals(await readiness(evening), "503 messages cannot be stored\n");
  assertEquals(await chris.catchesUp(), []);
});

Deno.test("a server that is shutting down is not ready", async () => {
  const evening = new Evening();
  await evening.server.shutDown({ reason: "the end", milliseconds: 0, sleep: turn });
  assertEquals(await readiness(evening), "503 the server is shutting down\n");
});

Deno.test("all routes are for this machine only, and nothing that they say is kept by browsers", async () => {
  const evening = new Evening();
  for (const path of ["/metrics", "/healthz", "/readyz", "/dashboard/state"]) {
    assertEquals((await ask(evening, path)).headers?.["Cache-Control"], "no-store", path);
  }
});

Deno.test("the dashboard is told the beginning of long messages, and no half of a character", async () => {
  const evening = new Evening({ hub: { maxTextBytes: 10_000 } });
  const chris = await evening.person("chris");
  chris.say("x".repeat(399) + "\u{1f389}" + "x".repeat(5000));
  await chris.catchesUp();
  const [message] = (await stateOf(evening)).recent;
  assertEquals(message?.text, "x".repeat(399) + "…");
});

Deno.test("of very many people and rooms the dashboard is told some, and how many there are", async () => {
  const evening = new Evening({ maxUsers: 300, hub: { maxUsers: 300 } });
  for (let count = 1; count <= 210; count++) await evening.person(`n${count}`, native);
  const { people, peopleCount } = await stateOf(evening);
  assertEquals([people.length, peopleCount], [200, 210]);
});

Deno.test("of somebody whose connection broke there is no address, and no time since when", async () => {
  const evening = new Evening();
  const pat = await evening.owner("pat", "an owner's token, as long as one must be");
  evening.time += 2000;
  const { people: [here] } = await stateOf(evening);
  assertEquals(here?.since, 1_700_000_000_000 - 2000);
  await pat.isCutOff();
  const { people: [away] } = await stateOf(evening);
  assertEquals([away?.nick, away?.peer, away?.since], ["pat", "", 0]);
});

Deno.test("however many ask, what takes long to make is made five times a second", async () => {
  const evening = new Evening();
  let snapshots = 0;
  const { snapshot } = evening.server;
  evening.server.snapshot = (limits) => {
    snapshots++;
    return snapshot.call(evening.server, limits);
  };
  const routes = routesOf(evening);
  for (const path of ["/metrics", "/dashboard/state"]) {
    snapshots = 0;
    for (let request = 0; request < 100; request++) {
      await ask(evening, path, routes);
      evening.time += 20;
    }
    assertEquals(snapshots, 10, path);
  }
});
