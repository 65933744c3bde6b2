/** `chat audit`: what was done and goes on holding, as whoever runs the server sees it. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import type { Deed } from "../../src/chat/event.ts";
import { openHistory } from "../../src/store/open.ts";
import { NativePeer } from "./native_peer.ts";
import { Home, run } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const KEY = "ed25519:" + "A".repeat(43);
const AT = Date.UTC(2026, 10, 20, 21, 14);
const HASH = "a digest that nobody is to see";
const RULE = { rule: "ban", subject: "nick:eve", by: "pat", reason: "", who: "" };

const DEEDS: Deed[] = [
  { type: "claimed", nick: "pat", key: KEY, at: AT },
  { type: "passed", nick: "pat", hash: HASH, key: KEY, at: AT },
  { type: "ruled", ...RULE, room: "dev", until: AT + 7_200_000, reason: "spam\x1b[2J", at: AT },
  { type: "lifted", room: "dev", rule: "ban", subject: "nick:eve", by: "leslie", who: "", at: AT },
  { type: "locked", room: "dev", by: "pat", hash: HASH, at: AT },
  { type: "unlocked", room: "dev", by: "leslie", at: AT },
  { type: "topic", room: "lobby", nick: "pat", text: "tea\n[2026] forged", at: AT + 60_000 },
  { type: "released", nick: "pat", key: "", at: AT + 120_000 },
];

function keep(home: Home, deeds: readonly Deed[]) {
  const history = openHistory({ path: home.file("chat.db"), durability: "process" });
  history.append(deeds.map((fact) => ({ fact, sender: "", receiver: "" })));
  history.close();
}

const inUtc = { TZ: "UTC" };

async function audit(home: Home, ...flags: string[]): Promise<string> {
  const args = ["audit", "--db", home.file("chat.db"), ...flags];
  const { code, stdout, stderr } = await run(args, { home, env: inUtc });
  assertEquals([code, stderr], [0, ""]);
  return stdout;
}

Deno.test("who did what to whom is told in lines that a terminal can be shown", async () => {
  using home = new Home();
  keep(home, DEEDS);
  const time = "[2026-11-20 21:14]";
  assertEquals((await audit(home)).split("\n"), [
    `${time} pat belongs to ${KEY}`,
    `${time} pat has a new secret to log in with`,
    `${time} eve is kept out of #dev for 2 hours (pat): spam␛[2J`,
    `${time} eve may come again into #dev (leslie)`,
    `${time} #dev is locked (pat)`,
    `${time} #dev is open to everybody again (leslie)`,
    "[2026-11-20 21:15] #lobby is about: tea␊[2026] forged (pat)",
    "[2026-11-20 21:16] pat is anybody's name again",
    "",
  ]);
});

Deno.test("a room, a time and a number choose among them", async () => {
  using home = new Home();
  keep(home, DEEDS);
  const count = async (...flags: string[]) => (await audit(home, ...flags)).split("\n").length - 1;
  assertEquals(await count("--room", "#dev"), 4);
  assertEquals(await count("--limit", "3"), 3);
  assertEquals(await count("--after", "2026-11-20T21:15Z"), 2);
  assertEquals(await count("--room", "nowhere"), 0);
});

Deno.test("another program gets JSON, in which no digest is", async () => {
  using home = new Home();
  keep(home, DEEDS);
  const text = await audit(home, "--json");
  assert(!text.includes(HASH) && !text.includes("hash"));
  const lines = text.trimEnd().split("\n").map((line) => JSON.parse(line));
  assertEquals(lines.length, DEEDS.length);
  assertEquals(lines[3], {
    at: "2026-11-20T21:14:00.000Z",
    ...{ type: "lifted", room: "dev", rule: "ban", subject: "nick:eve", by: "leslie", who: "" },
  });
});

Deno.test("it is told while the server runs, and what the server has just been told is in it", async () => {
  using home = new Home();
  keep(home, DEEDS);
  await using server = await Server.start({ home });
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.expect({ type: "topic", text: "tea\n[2026] forged" });
  await pat.send({ type: "topic", room: "lobby", text: "cake" });
  await pat.expect({ type: "topic", text: "cake" });
  assertMatch(await audit(home, "--limit", "1"), /^\[[\d -:]+\] #lobby is about: cake \(pat\)\n$/);
  const logged = await server.logged("topic", { room: "lobby", nick: "pat" });
  assert(!JSON.stringify(logged).includes("cake"), "what people say is in the log");
  assert(Number(logged.connection) > 0);
});

Deno.test("a server that is killed has kept what anybody was told of", async () => {
  using home = new Home();
  let told = 0;
  {
    await using server = await Server.start({ home, flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    const topic = (index: number) => ({ type: "topic", room: "lobby", text: `topic ${index}` });
    for (let index = 1; index <= 50; index++) {
      await pat.send(topic(index));
      await pat.expect({ type: "topic", text: `topic ${index}` });
    }
    await pat.send(...Array.from({ length: 500 }, (_, index) => topic(51 + index)));
    await pat.expect({ type: "topic", text: "topic 51" });
    server.signal("SIGKILL");
    told = 51;
    while (await pat.next()) told++;
    await server.ended();
  }
  const lines = (await audit(home, "--json", "--limit", "1000")).trimEnd().split("\n");
  const texts = lines.map((line) => JSON.parse(line).text);
  assert(texts.length >= told, `${texts.length} of ${told}`);
  assertEquals(texts, texts.map((_, index) => `topic ${index + 1}`));
  await using again = await Server.start({ home });
  await using leslie = await NativePeer.enter(again.port, "leslie");
  await leslie.expect({ type: "topic", text: texts.at(-1) });
});

Deno.test("topics that nobody sees any more are not kept for ever, and what operators ordered is", async () => {
  using home = new Home();
  const topic = (index: number): Deed => (
    { type: "topic", room: "lobby", nick: "pat", text: `tea at ${index}`, at: AT }
  );
  keep(home, [...DEEDS.slice(2, 4), ...Array.from({ length: 9997 }, (_, index) => topic(index))]);
  {
    await using server = await Server.start({ home });
    await using pat = await NativePeer.enter(server.port, "pat");
    await pat.send({ type: "topic", room: "lobby", text: "coffee" });
    assertEquals((await server.logged("thinned")).to, 3);
  }
  await using server = await Server.start({ home });
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.expect({ type: "topic", text: "coffee" });
  assertEquals((await audit(home)).split("\n").map((line) => line.slice(19)), [
    "eve is kept out of #dev for 2 hours (pat): spam␛[2J",
    "eve may come again into #dev (leslie)",
    "#lobby is about: coffee (pat)",
    "",
  ]);
});
