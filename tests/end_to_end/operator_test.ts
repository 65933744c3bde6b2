/** What whoever runs the server can ask it over HTTP, and who else can. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { parseMetrics, valueOf } from "../http/exposition.ts";
import { DatabaseSync } from "node:sqlite";
import { ARRIVALS, type Guest } from "./guests.ts";
import { NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { DEADLINE_MILLISECONDS } from "./watched.ts";

const LOCAL = ["/metrics", "/healthz", "/readyz", "/dashboard", "/dashboard/state"];
const PROXIES: HeadersInit[] = [
  { "X-Forwarded-For": "192.0.2.1" },
  { Forwarded: "for=192.0.2.1" },
  { Via: "1.1 a proxy" },
  { "X-Real-IP": "192.0.2.1" },
];

interface State {
  people: { nick: string; dialect: string; rooms: string[]; peer: string; since: number }[];
  rooms: { room: string; members: number }[];
  recent: { room: string; nick: string; text: string; emote: boolean }[];
  sessions: Record<string, number>;
}

async function ask(server: Server, path: string, headers: HeadersInit = {}) {
  const response = await fetch(`http://${server.address}${path}`, { headers });
  return { response, text: await response.text() };
}

async function stateOf(server: Server): Promise<State> {
  return JSON.parse((await ask(server, "/dashboard/state")).text);
}

Deno.test("the dashboard knows people of every wire, where they are, and what was said in rooms", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using stack = new AsyncDisposableStack();
  const before = Date.now();
  const guests: Guest[] = [];
  for (const arrive of ARRIVALS) {
    const newcomer = stack.use(await arrive(server.port));
    for (const guest of guests) await guest.seesJoin(newcomer.nick);
    guests.push(newcomer);
  }
  const speaker = guests[0]!;
  await speaker.says("hello, all of you");
  for (const guest of guests) await guest.seesText(speaker.nick, "hello, all of you");

  const { people, rooms, recent, sessions } = await stateOf(server);
  assertEquals(
    people.map(({ nick, dialect, rooms }) => [nick, dialect, ...rooms]),
    guests.map(({ nick, kind }) => [nick, kind, "lobby"]),
  );
  assert(people.every(({ peer }) => /^127\.0\.0\.1:\d+$/.test(peer)));
  assert(people.every(({ since }) => since > before - 1000 && since < Date.now() + 1000));
  assertEquals(rooms, [{ room: "lobby", members: guests.length }]);
  assertEquals(sessions, Object.fromEntries(guests.map(({ kind }) => [kind, 1])));
  assertEquals(recent.map(({ room, nick, text }) => [room, nick, text]), [
    ["lobby", speaker.nick, "hello, all of you"],
  ]);
});

Deno.test("what is said to one alone is nowhere on the dashboard", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using chris = await NativePeer.enter(server.port, "chris");
  await pat.expect({ type: "joined", nick: "chris" });
  await pat.send({ type: "tell", nick: "chris", text: "a secret of ours" });
  await chris.expect({ type: "told", text: "a secret of ours" });
  await pat.send({ type: "act", room: "lobby", text: "smiles" });
  await chris.expect({ type: "message", text: "smiles" });
  const { text } = await ask(server, "/dashboard/state");
  assert(!text.includes("secret"), text);
  assertStringIncludes(text, "smiles");
  const exposed = parseMetrics((await ask(server, "/metrics")).text);
  assertEquals(valueOf(exposed, "chat_messages_total", { to: "one" }), 1);
});

Deno.test("whoever comes by a proxy is not on this machine", async () => {
  await using server = await Server.start();
  for (const path of LOCAL) {
    assertEquals((await ask(server, path)).response.status, 200, path);
    for (const headers of PROXIES) {
      const { response, text } = await ask(server, path, headers);
      assertEquals(response.status, 403, `${path} ${JSON.stringify(headers)}`);
      assert(!text.includes("chat_") && !text.includes("people"), text);
    }
  }
});

for (
  const { flag, open } of [
    { flag: "--dashboard-public", open: ["/dashboard", "/dashboard/state"] },
    { flag: "--metrics-public", open: ["/metrics", "/healthz", "/readyz"] },
  ]
) {
  Deno.test(`${flag} opens ${open.join(" and ")}, and nothing else`, async () => {
    await using server = await Server.start({ flags: [flag] });
    for (const path of LOCAL) {
      const { response } = await ask(server, path, PROXIES[0]);
      assertEquals(response.status, open.includes(path) ? 200 : 403, path);
    }
  });
}

Deno.test("pages of other sites learn nothing, though their reader is on this machine", async () => {
  await using server = await Server.start();
  for (const path of LOCAL) {
    for (
      const headers of [{ Origin: "https://example.org" }, { "Sec-Fetch-Site": "cross-site" }]
    ) {
      assertEquals((await ask(server, path, headers)).response.status, 403, path);
    }
  }
});

Deno.test("the numbers are what happened", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using chris = await NativePeer.enter(server.port, "chris");
  for (const text of ["one", "two", "three"]) {
    await pat.say(text);
    await chris.expect({ type: "message", text });
  }
  await using stranger = await Peer.connect(server.port);
  await stranger.write(Uint8Array.of(1, 2, 3, 4));
  await stranger.untilEnd();
  const { response, text } = await ask(server, "/metrics");
  assertEquals(response.headers.get("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
  const exposed = parseMetrics(text);
  assertEquals(valueOf(exposed, "chat_members"), 2);
  assertEquals(valueOf(exposed, "chat_rooms"), 1);
  assertEquals(valueOf(exposed, "chat_sessions", { dialect: "native" }), 2);
  assertEquals(valueOf(exposed, "chat_messages_total", { to: "room" }), 3);
  assertEquals(valueOf(exposed, "chat_deliveries_total"), 6);
  assertEquals(valueOf(exposed, "chat_commit_seconds_count"), 3);
  assert(valueOf(exposed, "chat_resident_memory_bytes") > 1e7);
  assert(valueOf(exposed, "chat_uptime_seconds") > 0);
});

Deno.test("connections beyond the most there may be are counted as refused", async () => {
  await using server = await Server.start({ flags: ["--max-connections", "1"] });
  await using first = await NativePeer.connect(server.port);
  await first.expectQuiet();
  await using second = await Peer.connect(server.port);
  await second.untilEnd();
  await first.raw.vanish();
  // The place is free once the server has noticed.
  let text = "";
  while (text === "") text = (await ask(server, "/metrics").catch(() => ({ text: "" }))).text;
  const refused = valueOf(parseMetrics(text), "chat_connections_refused_total", {
    reason: "too-many",
  });
  assert(refused >= 1, `${refused}`);
});

Deno.test("while nothing can be stored the server is well, and not ready", async () => {
  using home = new Home();
  await using server = await Server.start({ home });
  assertEquals((await ask(server, "/healthz")).text, "ok\n");
  using somebody = new DatabaseSync(home.file("chat.db"), { timeout: DEADLINE_MILLISECONDS });
  somebody.exec("BEGIN IMMEDIATE");
  const { response, text } = await ask(server, "/readyz");
  assertEquals([response.status, text], [503, "messages cannot be stored\n"]);
  assertEquals((await ask(server, "/healthz")).response.status, 200);
});
