import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { bgnet0 } from "../../src/wire/bgnet0.ts";
import { chat10 } from "../../src/wire/chat10.ts";
import { concat, type Dialect } from "../../src/wire/dialect.ts";
import { dialectNames } from "../../src/wire/dialects.ts";
import { native } from "../../src/wire/native.ts";
import { ndjson } from "../../src/wire/ndjson.ts";
import { plain } from "../../src/wire/plain.ts";
import { vu } from "../../src/wire/vu.ts";
import { tell } from "../chat/events.ts";
import { lengthPrefixed, OPTIONS, singly } from "../wire/decoded.ts";
import { Evening } from "./evening.ts";

const clientBytes = native.client(OPTIONS).encoder;
const helloBytes = clientBytes.encode(ask("hello", { nick: "mallory" }), true)!;
const sayBytes = clientBytes.encode({ type: "say", room: "lobby", text: "hi", id: "" }, true)!;

Deno.test("two people of two dialects talk, and see the same lines in the same order", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.person("pat", bgnet0);
  chris.say("OK, now we can start!");
  assertEquals(await pat.hearsText(), "OK, now we can start!");
  pat.say("lol");
  assertEquals(await chris.hearsText(), "OK, now we can start!");
  assertEquals(await chris.hearsText(), "lol");
  assertEquals(await pat.hearsText(), "lol");
});

Deno.test("hello, join and talk may all arrive in one piece, or byte by byte", async () => {
  for (const inPieces of [false, true]) {
    const evening = new Evening();
    const peer = evening.connect();
    const join = clientBytes.encode(ask("join", { room: "lobby" }), true)!;
    const all = new Uint8Array([...helloBytes, ...join, ...sayBytes]);
    peer.connection.sends(...inPieces ? singly(all) : [all]);
    assertEquals(await peer.hearsText(), "hi");
  }
});

Deno.test("an answer never overtakes what was said before it", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.say("one");
  chris.says({ type: "tell", nick: "nobody", text: "psst", id: "" });
  chris.say("two");
  const order = (await chris.catchesUp()).map((event) =>
    event.type === "message" ? event.text : event.type
  );
  assertEquals(order, ["one", "failed", "two"]);
});

Deno.test("a newcomer is shown what was said before, where the wire has words for it", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.say("one");
  chris.say("two");
  await chris.catchesUp();
  const pat = await evening.person("pat");
  const history = pat.heard.find((event) => event.type === "history")!;
  assertEquals(history.messages.map((it) => [it.seq, it.nick, it.text]), [
    [1, "chris", "one"],
    [2, "chris", "two"],
  ]);
  const leslie = await evening.person("leslie", bgnet0);
  chris.say("three");
  assertEquals(await leslie.hearsText(), "three");
});

Deno.test("who hangs up leaves once, and its name is free when the others know it", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.person("pat");
  pat.connection.hangsUp();
  await chris.hears((event) => event.type === "quitted" && event.nick === "pat");
  await pat.ended;
  await evening.person("pat");
  const later = await chris.catchesUp();
  assertEquals(later.filter((event) => event.type === "quitted"), []);
  assertEquals(evening.server.sessionCount, 2);
});

Deno.test("who only stops sending gets its answers, and then leaves", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = evening.connect();
  pat.says(ask("hello", { nick: "pat" }), ask("join", { room: "lobby" }));
  pat.say("bye");
  pat.connection.hangsUp();
  assertEquals(await pat.hearsText(), "bye");
  assertEquals(await chris.hearsText(), "bye");
  await chris.hears((event) => event.type === "quitted");
  await pat.ended;
  assert(pat.connection.isClosed);
});

Deno.test("who quits is hung up on once all is written", async () => {
  const evening = new Evening();
  const pat = await evening.person("pat");
  pat.say("last words");
  pat.says({ type: "quit", reason: "" });
  assertEquals(await pat.hearsText(), "last words");
  await pat.connection.until(() => pat.connection.isWriteClosed);
  assert(!pat.connection.isClosed);
  pat.connection.hangsUp();
  await pat.ended;
  assert(pat.connection.isClosed);
});

Deno.test("who is hung up on and does not hang up in turn is closed after a while", async () => {
  const evening = new Evening();
  const pat = await evening.person("pat");
  pat.says({ type: "quit", reason: "" });
  await pat.connection.until(() => pat.connection.isWriteClosed);
  evening.pass(2000);
  assert(!pat.connection.isClosed);
  evening.pass(1001);
  assert(pat.connection.isClosed);
  await pat.ended;
});

Deno.test("what one turn brings leaves in one write to each", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.person("pat", bgnet0);
  await chris.catchesUp();
  const before = pat.connection.writes;
  const twenty = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  const say = (text: string) =>
    clientBytes.encode({ type: "say", room: "lobby", text, id: "" }, true)!;
  chris.connection.sends(new Uint8Array(twenty.flatMap((text) => [...say(text)])));
  for (const text of twenty) assertEquals(await pat.hearsText(), text);
  assertEquals(pat.connection.writes, before + 1);
});

Deno.test("broken bytes end the session with a word, and nobody is shown half a message", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const mallory = await evening.person("mallory");
  const broken = sayBytes.slice();
  broken[broken.length - 3]! ^= 1;
  mallory.connection.sends(broken);
  const word = await mallory.hears((event) => event.type === "closing");
  assertEquals(word, tell("closing", { reason: "a chunk's checksum does not match", final: true }));
  await chris.hears((event) => event.type === "quitted" && event.nick === "mallory");
  assertEquals(chris.heard.filter((event) => event.type === "message"), []);
  assert(evening.logged.includes("ended: a chunk's checksum does not match"));
});

Deno.test("what was whole before the broken bytes still counts", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const mallory = await evening.person("mallory");
  mallory.connection.sends(new Uint8Array([...sayBytes, 0x7f, 0xff, 0xff, 0xff]));
  assertEquals(await chris.hearsText(), "hi");
  await mallory.hears((event) => event.type === "closing");
});

Deno.test("a connection that speaks no protocol is told which there are, in one line", async () => {
  const evening = new Evening();
  const peer = evening.connect();
  peer.connection.sends(Uint8Array.of(1, 2, 3, 4));
  await peer.connection.until(() => peer.connection.isWriteClosed);
  const line = new TextDecoder().decode(peer.connection.written);
  const known = dialectNames.join(", ");
  assertEquals(line, `error: unknown protocol; this server speaks ${known}\n`);
});

Deno.test("a listener with one dialect takes no other", async () => {
  const evening = new Evening({ dialect: "bgnet0" });
  const peer = evening.connect();
  peer.connection.sends(helloBytes);
  await peer.connection.until(() => peer.connection.isWriteClosed);
  assertEquals(evening.logged, ["ended: this is not JSON"]);
  await evening.person("pat", bgnet0);
});

Deno.test("who says nothing is hung up on at the deadline, and never announced", async () => {
  const evening = new Evening({ limits: { helloTimeoutMilliseconds: 300_000 } });
  const chris = await evening.person("chris");
  const silent = evening.connect();
  evening.pass(299_999);
  assert(!silent.connection.isWriteClosed);
  evening.pass(2);
  await silent.connection.until(() => silent.connection.isWriteClosed);
  const heard = await chris.catchesUp();
  assertEquals(heard.filter((event) => event.type !== "ping"), []);
});

Deno.test("a message that arrives a byte at a time has one deadline for all of it", async () => {
  const evening = new Evening({ limits: { frameTimeoutMilliseconds: 30_000 } });
  const mallory = await evening.person("mallory");
  const [first, ...rest] = singly(sayBytes);
  mallory.connection.sends(first!);
  for (const byte of rest.slice(0, 6)) {
    await turn();
    evening.pass(5001);
    mallory.connection.sends(byte);
  }
  await turn();
  assert(evening.logged.includes("ended: a message took too long to arrive"));
});

Deno.test("a peer that falls silent is pinged, and hung up on if it does not answer", async () => {
  const evening = new Evening({ limits: { pingMilliseconds: 60_000 } });
  const alive = await evening.person("alive");
  const dead = await evening.person("dead");
  const plain = await evening.person("plain", bgnet0);
  evening.pass(60_000);
  await alive.hears((event) => event.type === "ping");
  await dead.hears((event) => event.type === "ping");
  alive.says({ type: "pong", token: "" });
  await alive.catchesUp();
  evening.pass(60_001);
  await dead.hears((event) => event.type === "closing");
  await alive.catchesUp();
  plain.say("still here: this wire has no pings");
  await alive.hearsText();
  assertEquals(evening.logged.filter((it) => it.startsWith("ended")), [
    "ended: no answer to a ping",
  ]);
});

Deno.test("a reader that never reads is cut, and the others hear everything", async () => {
  const evening = new Evening({ limits: { maxQueueBytes: 20_000 } });
  const chris = await evening.person("chris");
  const pat = await evening.person("pat");
  const slow = await evening.person("slow");
  slow.connection.takes = 0;
  for (let index = 0; index < 100; index++) {
    chris.say(`${index} ${"x".repeat(900)}`);
    assertEquals((await pat.hearsText()).split(" ")[0], `${index}`);
  }
  assert(evening.logged.includes("ended: you read too slowly"));
  await chris.hears((event) => event.type === "quitted" && event.nick === "slow");
  assert(!slow.connection.isClosed);
  evening.pass(3001);
  assert(slow.connection.isClosed);
  await slow.ended;
});

Deno.test("a reader that is late by age alone is cut, with a last word once it reads again", async () => {
  const evening = new Evening({ limits: { maxQueueMilliseconds: 30_000 } });
  const chris = await evening.person("chris");
  const slow = await evening.person("slow");
  slow.connection.takes = 10;
  chris.say("hello?");
  await slow.connection.until(() => slow.connection.takes === 0);
  evening.pass(30_000);
  assertEquals(evening.logged.filter((it) => it.startsWith("ended")), []);
  evening.pass(1);
  assertEquals(evening.logged.filter((it) => it.startsWith("ended")), [
    "ended: you read too slowly",
  ]);
  evening.pass(3001);
  assert(slow.connection.isClosed);
});

Deno.test("a fast talker is slowed in its own loop, loses nothing, and is never cut", async () => {
  const evening = new Evening({ limits: { pace: { burst: 10, perSecond: 4 } } });
  const chris = await evening.person("chris");
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  for (const line of lines) chris.say(line);
  for (const line of lines) assertEquals(await chris.hearsText(), line);
  // Hello and join are commands too: eight lines of the burst are left, each of the others waits.
  assertEquals(evening.pauses, Array(42).fill(250));
});

Deno.test("messages that mean nothing cost as much as those that do", async () => {
  const nothings: [Dialect, Uint8Array][] = [
    [bgnet0, lengthPrefixed(2, "{}")],
    [plain, new TextEncoder().encode("\n")],
    [chat10, new TextEncoder().encode("CHAT/1.0 TEXT\r\n\r\n")],
    [ndjson, new TextEncoder().encode('{"type": "message", "data": ""}\n')],
    [vu, new TextEncoder().encode("\n")],
  ];
  for (const [dialect, nothing] of nothings) {
    const evening = new Evening({
      dialect: dialect.name,
      limits: { pace: { burst: 10, perSecond: 4 } },
    });
    const peer = evening.connect(dialect);
    peer.connection.sends(concat(Array.from({ length: 100 }, () => nothing)));
    peer.connection.hangsUp();
    await peer.ended;
    assert(evening.pauses.filter((it) => it === 250).length >= 90, dialect.name);
  }
});

Deno.test("a roster is not older than what was told before it", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = evening.connect();
  pat.says(ask("hello", { nick: "pat" }));
  await pat.hears((event) => event.type === "entered");
  // Both arrive in one turn, pat's first.
  pat.says(ask("join", { room: "lobby" }));
  chris.says({ type: "who", room: "lobby" });
  const roster = await chris.hears((event) => event.type === "roster");
  assertEquals(roster.type === "roster" && roster.nicks, ["chris", "pat"]);
});

Deno.test("a history that cannot be read is refused, and nobody is hung up on", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  evening.historyIsBroken = true;
  chris.says(ask("history", { room: "lobby", limit: 5 }));
  const failure = await chris.hears((event) => event.type === "failed");
  assertEquals(failure.type === "failed" && failure.code, "unavailable");
  await evening.person("pat");
  chris.say("still here");
  assertEquals(await chris.hearsText(), "still here");
});

Deno.test("who was cut off with much to say does not keep its place until all of it is heard", async () => {
  const evening = new Evening({ limits: { pace: { burst: 10, perSecond: 4 } } });
  const chris = await evening.person("chris");
  const ghost = await evening.person("ghost");
  ghost.connection.breaks();
  ghost.connection.sends(concat(Array.from({ length: 1500 }, () => sayBytes)));
  const isOver = ghost.ended.then(() => true);
  // Meanwhile the clock goes on.
  while (!await Promise.race([isOver, turn()])) evening.pass(100);
  await chris.hears((event) => event.type === "quitted" && event.nick === "ghost");
  const stored = evening.history.page("lobby", { limit: 1, maxBytes: 1 }).last;
  assert(stored < 100, `${stored}`);
  assert(evening.logged.some((it) => it.includes("more to say than there was time for")));
});

Deno.test("who is slowed for minutes is not taken for dead", async () => {
  const evening = new Evening({ limits: { pace: { burst: 10, perSecond: 4 } } });
  const chris = await evening.person("chris");
  const count = 2000;
  chris.connection.sends(concat(Array.from({ length: count }, () => sayBytes)));
  for (let index = 0; index < count; index++) {
    assertEquals(await chris.hearsText(), "hi");
    evening.pass(0);
  }
  assertEquals(evening.logged.filter((it) => it.startsWith("ended")), []);
  assertEquals(chris.heard.filter((event) => event.type === "ping"), []);
});

Deno.test("a message that cannot be stored is shown to nobody, and its author is told", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = await evening.person("pat");
  evening.diskIsFull = true;
  chris.say("lost", "id1");
  chris.says({ type: "tell", nick: "pat", text: "lost too", id: "id2" });
  const failures = (await chris.catchesUp()).filter((event) => event.type === "failed");
  assertEquals(failures.map((it) => it.type === "failed" && [it.command, it.code, it.id]), [
    ["say", "not-stored", "id1"],
    ["tell", "not-stored", "id2"],
  ]);
  const told = await pat.catchesUp();
  assertEquals(told.filter((event) => event.type !== "notice"), []);
  evening.diskIsFull = false;
  evening.pass(1000);
  chris.say("kept");
  assertEquals(await pat.hearsText(), "kept");
});

Deno.test("people still come and go while nothing can be stored", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  evening.diskIsFull = true;
  const pat = await evening.person("pat");
  chris.say("lost");
  pat.says({ type: "quit", reason: "" });
  await chris.hears((event) => event.type === "quitted");
});

Deno.test("two who come at once do not share the last place", async () => {
  const evening = new Evening({ maxUsers: 1 });
  const peers = [evening.connect(), evening.connect()];
  for (const [index, peer] of peers.entries()) peer.says(ask("hello", { nick: `guest${index}` }));
  const answers = await Promise.all(peers.map((peer) => peer.hears(() => true)));
  assertEquals(answers.map((it) => it.type === "failed" ? it.code : it.type), [
    "entered",
    "server-full",
  ]);
  peers[0]!.connection.hangsUp();
  await peers[0]!.ended;
  peers[1]!.says(ask("hello", { nick: "guest1" }));
  await peers[1]!.hears((event) => event.type === "entered");
});

Deno.test("a refused bgnet0 hello is said in words, and the connection ends", async () => {
  const evening = new Evening();
  await evening.person("chris");
  const twin = evening.connect(bgnet0);
  twin.connection.sends(lengthPrefixed(2, '{"type": "hello", "nick": "CHRIS"}'));
  assertEquals(
    await twin.hearsText(),
    "CHRIS: somebody here has that name, or one that looks like it",
  );
  await twin.connection.until(() => twin.connection.isWriteClosed);
});

Deno.test("commands before hello and a second hello are refused, and change nothing", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const pat = evening.connect();
  pat.say("too early");
  pat.says(ask("hello", { nick: "pat" }), ask("hello", { nick: "patty" }));
  const codes = (await pat.catchesUp()).map((it) => it.type === "failed" ? it.code : it.type);
  assertEquals(codes, ["not-entered", "entered", "already-entered"]);
  assertEquals(await chris.catchesUp(), []);
});

Deno.test("a shutdown is told to everybody, without everybody's leaving", async () => {
  const evening = new Evening();
  const people = [await evening.person("chris"), await evening.person("pat")];
  const reason = "the server is shutting down";
  const done = evening.server.shutDown({ reason, milliseconds: 1000, sleep: turn });
  for (const person of people) {
    assertEquals(await person.hears((it) => it.type === "closing"), tell("closing", { reason }));
    person.connection.hangsUp();
  }
  await done;
  for (const person of people) {
    assertEquals(person.heard.filter((event) => event.type === "quitted"), []);
  }
});

Deno.test("who only types is called by the first line, or asked again until it is a name", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const peer = evening.connect(plain);
  const types = (line: string) => peer.connection.sends(new TextEncoder().encode(line));
  const shows = (text: string) =>
    peer.hears((event) => event.type === "notice" && event.text.includes(text));
  types("a b\n");
  await shows("what is your name?");
  types("CHRIS\nnot said\n");
  await shows("somebody here has that name");
  types("pat\nhello\n/nick patty\n");
  await chris.hears((event) => event.type === "joined" && event.nick === "pat");
  assertEquals(await chris.hearsText(), "hello");
  await chris.hears((event) => event.type === "renamed" && event.to === "patty");
  assertEquals(chris.heard.filter((event) => event.type === "message").length, 1);
});

Deno.test("who stays silent is greeted in the default dialect after a while", async () => {
  const evening = new Evening({ defaultDialect: "plain" });
  const silent = evening.connect(plain);
  const speaker = await evening.person("pat");
  evening.pass(2999);
  await speaker.catchesUp();
  assertEquals(silent.connection.written.length, 0);
  evening.pass(1);
  await silent.hears((event) => event.type === "notice" && event.text.includes("your name"));
  silent.connection.sends(new TextEncoder().encode("chris\n"));
  await speaker.hears((event) => event.type === "joined" && event.nick === "chris");
});

Deno.test("where newline JSON alone is spoken, who connects is announced by address", async () => {
  const evening = new Evening({ dialect: "ndjson" });
  const peer = evening.connect(ndjson);
  const word = await peer.hears((event) => event.type === "notice");
  assertEquals(word, {
    type: "notice",
    text: "127.0.0.1:5001 has entered the chat",
    urgent: false,
  });
});

Deno.test("nobody can ask for somebody's address as a name", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  chris.says({ type: "rename", nick: "127.0.0.1:5009" });
  const failure = await chris.hears((event) => event.type === "failed");
  assertEquals(failure.type === "failed" && failure.code, "bad-nick");
});

Deno.test("to a paced client each message is a write of its own", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const alice = evening.connect(chat10);
  alice.says(ask("hello", { nick: "alice" }));
  await chris.hears((event) => event.type === "joined" && event.nick === "alice");
  const lines = ["one", "two", "three"];
  for (const line of lines) chris.say(line);
  for (const line of lines) assertEquals(await alice.hearsText(), line);
  assertEquals(alice.connection.writes, 3);
  assertEquals(evening.pauses, [5, 5, 5]);
});

Deno.test("five kinds of client in one lobby see one message each in their own words", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const others = [];
  for (const [nick, dialect] of Object.entries({ bea: bgnet0, dan: chat10, vic: vu, pia: plain })) {
    const peer = evening.connect(dialect);
    peer.says(ask("hello", { nick }));
    await chris.hears((event) => event.type === "joined" && event.nick === nick);
    others.push(peer);
  }
  chris.say("hello, all");
  for (const peer of others) assertEquals(await peer.hearsText(), "hello, all");
});

Deno.test("a stranger is answered in its own words, and what it sends is never chat", async () => {
  const evening = new Evening();
  const chris = await evening.person("chris");
  const browser = evening.connect();
  const body = "chris\nhello\n";
  browser.connection.sends(
    new TextEncoder().encode(`POST / HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`),
  );
  await browser.connection.until(() => browser.connection.isWriteClosed);
  const answer = new TextDecoder().decode(browser.connection.written);
  assertEquals(answer.split("\r\n")[0], "HTTP/1.1 501 Not Implemented");
  assertEquals(await chris.catchesUp(), []);
});

/** Lets all that can happen now happen. */
function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}
