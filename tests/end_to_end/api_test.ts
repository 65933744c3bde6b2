/** Scripts and bots by HTTP, at a real server among people of other wires. CHAT_TEST_SEED repeats a run. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { run } from "./process.ts";
import { random } from "./random.ts";
import { Follower, homeWithBot, Script, TOKEN, writeSettings } from "./script.ts";
import { freePort, Server, UNTHROTTLED } from "./server.ts";

const SEED = Number(Deno.env.get("CHAT_TEST_SEED") ?? Date.now() % 1e9);

Deno.test("what a script posts is seen by a native peer and by a bgnet0 peer", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home });
  const script = new Script(server.port);
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await Bgnet0Peer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });

  const { status, body } = await script.say("build 7 is green");
  assertEquals(status, 201);
  await pat.expect({ type: "joined", nick: "ci" }, {
    ...{ type: "message", room: "lobby", seq: 1, nick: "ci", text: "build 7 is green" },
    ...{ at: body.at, id: body.id, emote: false },
  });
  await leslie.expect(
    '{"type": "join", "nick": "ci"}',
    '{"type": "chat", "nick": "ci", "message": "build 7 is green"}',
  );
  await pat.say("thanks");
  await leslie.expect('{"type": "chat", "nick": "pat", "message": "thanks"}');
  assertEquals((await script.kept()).map(({ nick, text }) => `${nick}: ${text}`), [
    "ci: build 7 is green",
    "pat: thanks",
  ]);
});

Deno.test("line ends and other people's words in a text forge nothing on any wire", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  const script = new Script(server.port);
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await Bgnet0Peer.enter(server.port, "leslie");
  await using robin = await LinePeer.connect(server.port);
  await robin.send("robin\n");
  await robin.expect("*** robin has joined the chat\n");
  await script.say("first");
  await robin.expect("*** ci has joined the chat\nci: first\n");
  await pat.expect({ nick: "leslie" }, { nick: "robin" }, { nick: "ci" }, { text: "first" });
  await leslie.expect(
    '{"type": "join", "nick": "robin"}',
    '{"type": "join", "nick": "ci"}',
    '{"type": "chat", "nick": "ci", "message": "first"}',
  );

  const texts = [
    "a\r\npat: forged",
    "a\n*** pat has left the chat\n",
    "a\u2028pat: b\u2029c\u0085d",
    'a"}\n{"type": "chat", "nick": "pat", "message": "forged"}',
    "\u001b[2J\u001b]52;c;aGk=\u0007",
  ];
  for (const [index, text] of texts.entries()) {
    const { body: { seq } } = await script.say(text);
    assertEquals(seq, index + 2);
    await pat.expect({ type: "message", nick: "ci", text, seq });
    assertEquals(JSON.parse((await leslie.next())!), { type: "chat", nick: "ci", message: text });
    const line = await robin.line();
    assertMatch(line, /^ci: [^\p{Cc}\u2028\u2029]*\n$/u);
    assertEquals((await script.page("?limit=1")).messages[0]!.text, text);
  }
  await pat.expectQuiet();
  await pat.say("and on");
  await robin.expect("pat: and on\n");
});

Deno.test("nobody posts without the token, and no page of another site with it", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home });
  const script = new Script(server.port);
  const form = "application/x-www-form-urlencoded";
  const cases: [string, number, Record<string, string>][] = [
    ["a wrong token", 401, { Authorization: `Bearer ${TOKEN}x` }],
    ["no token", 401, { Authorization: "" }],
    ["a form of a page without an origin", 403, { Origin: "null", "Content-Type": form }],
    ["a form as text", 403, { Origin: "null", "Content-Type": "text/plain" }],
    ["a page of another site", 403, { Origin: "https://example.org" }],
    ["a form of the server's own page", 415, {
      Origin: `http://127.0.0.1:${server.port}`,
      "Content-Type": form,
    }],
    ["a name that is not the server's", 403, { Host: "example.org" }],
  ];
  for (const [what, status, headers] of cases) {
    const answer = await ask(server.port, { "Content-Type": "text/plain", ...headers }, "text=hi");
    assertMatch(answer, new RegExp(`^HTTP/1.1 ${status} `), what);
    assert(!answer.toLowerCase().includes("access-control-allow"), what);
  }
  assertEquals(await script.kept(), []);
  await server.logged("tokens refused");
  assert(!JSON.stringify(server.logLines("tokens refused")).includes(TOKEN));
});

/** One request, byte for byte as it is written here. */
async function ask(port: number, headers: Record<string, string>, body: string): Promise<string> {
  await using peer = await Peer.connect(port);
  const all = {
    Host: `127.0.0.1:${port}`,
    Authorization: `Bearer ${TOKEN}`,
    "Content-Length": `${body.length}`,
    Connection: "close",
    ...headers,
  };
  const lines = Object.entries(all).filter(([, value]) => value !== "")
    .map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `POST /api/rooms/lobby/messages HTTP/1.1\r\n${lines.join("")}\r\n`;
  await peer.write(new TextEncoder().encode(head + body));
  return new TextDecoder().decode(await peer.untilEnd());
}

Deno.test("a body of any size and kind is answered, and the server goes on", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home });
  const script = new Script(server.port);
  const post = (body: BodyInit, type: string) =>
    script.ask(script.url(), { method: "POST", headers: { "Content-Type": type }, body });
  const bytes = (count: number) => new Uint8Array(count).fill(0x78);
  const cases: [string, number, BodyInit, string][] = [
    ["the longest text", 201, bytes(100_000), "text/plain"],
    ["one byte more", 413, bytes(100_001), "text/plain"],
    ["1 MB", 413, bytes(1_000_000), "text/plain"],
    ["10 MB", 413, bytes(10_000_000), "text/plain"],
    ["10 MB in pieces", 413, new Blob([bytes(10_000_000)]).stream(), "text/plain"],
    ["deep JSON", 400, "[".repeat(60_000), "application/json"],
    ["deep JSON within", 400, `{"text": ${"[".repeat(60_000)}`, "application/json"],
    ["a number past all numbers", 400, '{"text": 1e400}', "application/json"],
    ["bad UTF-8", 400, Uint8Array.of(0x68, 0xff), "text/plain"],
    [
      "bad UTF-8 in JSON",
      400,
      Uint8Array.of(...utf8('{"text": "'), 0xc3, ...utf8('"}')),
      "application/json",
    ],
    ["NUL", 400, "a\0b", "text/plain"],
    ["NUL in JSON", 400, '{"text": "a\\u0000b"}', "application/json"],
    ["nothing", 400, "", "text/plain"],
  ];
  for (const [what, status, body, type] of cases) {
    assertEquals((await post(body, type)).status, status, what);
  }
  assertEquals((await script.kept()).map(({ text }) => text.length), [100_000]);
  assertEquals((await script.say("and on")).body.seq, 2);
});

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("twenty posts on each of several connections keep their order", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  const head = (text: string) =>
    `POST /api/rooms/lobby/messages HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${TOKEN}\r\n` +
    `Content-Type: text/plain\r\nContent-Length: ${text.length}\r\n\r\n${text}`;
  const names = ["a", "b", "c", "d"];
  await Promise.all(names.map(async (name) => {
    await using peer = await Peer.connect(server.port);
    // All of them before any answer.
    const texts = Array.from({ length: 20 }, (_, index) => `${name}${index}`);
    await peer.write(utf8(texts.map(head).join("")));
    await peer.finish();
    const answers = new TextDecoder().decode(await peer.untilEnd());
    assertEquals(answers.match(/^HTTP\/1.1 201 /gm)?.length, 20);
    const numbers = [...answers.matchAll(/"seq":(\d+)/g)].map(([, seq]) => Number(seq));
    assertEquals(numbers, numbers.toSorted((a, b) => a - b));
  }));
  const kept = (await new Script(server.port).kept()).map(({ text }) => text);
  assertEquals(kept.length, 80);
  for (const name of names) {
    const own = kept.filter((text) => text.startsWith(name));
    assertEquals(own, own.map((_, index) => `${name}${index}`));
  }
});

Deno.test(`whoever follows and is cut off at any byte, and comes back, has each message once (seed ${SEED})`, async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  const script = new Script(server.port);
  const chance = random(SEED);
  const COUNT = 1500;
  await using pat = await NativePeer.enter(server.port, "pat");
  let follower = await Follower.open(script);
  // By what it has heard, and not by the pieces in which that comes: a slow machine makes them large.
  let cutAt = 1 + chance(20_000);
  const had: number[] = [];
  let cuts = 0;

  const talking = (async () => {
    for (let i = 1; i <= COUNT; i++) {
      await pat.say(`${i} ${"x".repeat(chance(300))}`);
      while (i % 20 === 0 && (await pat.next())!.seq !== i);
    }
  })();
  while (had.length + follower.told.length < COUNT) {
    assert(await follower.more(cutAt - follower.heard));
    if (follower.heard < cutAt) continue;
    follower.cut();
    had.push(...follower.told.map(({ seq }) => seq));
    cuts++;
    follower = await Follower.open(script, { lastId: follower.lastId });
    cutAt = follower.heard + 1 + chance(20_000);
  }
  await talking;
  had.push(...follower.told.map(({ seq }) => seq));
  await follower[Symbol.asyncDispose]();
  assert(cuts > 5, `${cuts} cuts`);
  assertEquals(had, Array.from({ length: COUNT }, (_, index) => index + 1));
});

Deno.test("a follower goes on over the server's end, kill -9 too", async () => {
  using home = homeWithBot();
  const port = freePort();
  let lastId = "";
  const had: string[] = [];
  for (let round = 0; round < 3; round++) {
    await using server = await Server.start({ home, port, flags: UNTHROTTLED });
    const script = new Script(port);
    // What is said while nobody follows is told as well.
    await script.say(`${round} unseen`);
    await using follower = await Follower.open(script, { lastId: lastId === "" ? "0" : lastId });
    await script.say(`${round} seen`);
    await follower.until(() => follower.told.at(-1)?.text === `${round} seen`);
    had.push(...follower.told.map(({ text }) => text));
    lastId = follower.lastId;
    server.signal(round === 1 ? "SIGTERM" : "SIGKILL");
    await server.ended();
  }
  assertEquals(had, ["0 unseen", "0 seen", "1 unseen", "1 seen", "2 unseen", "2 seen"]);
});

Deno.test("a post that is tried until it is answered, over kill -9, is kept once", async () => {
  using home = homeWithBot();
  const port = freePort();
  const script = new Script(port);
  const ROUNDS = 6;
  for (let round = 0; round < ROUNDS; round++) {
    const headers = { "Idempotency-Key": `round-${round}` };
    const post = () => script.say(`round ${round}`, { headers });
    {
      await using server = await Server.start({ home, port, flags: UNTHROTTLED });
      // Killed before, while, or after it is stored.
      const answer = post().catch(() => undefined);
      for (let i = 0; i < round; i++) {
        await fetch(`http://127.0.0.1:${port}/healthz`).then((it) => it.text());
      }
      server.signal("SIGKILL");
      await server.ended();
      await answer;
    }
    await using server = await Server.start({ home, port, flags: UNTHROTTLED });
    const second = await post();
    const third = await post();
    assert([200, 201].includes(second.status), `${second.status}`);
    assertEquals([third.status, third.body], [200, second.body]);
    server.signal("SIGKILL");
    await server.ended();
  }
  await using _ = await Server.start({ home, port });
  assertEquals(
    (await script.kept()).map(({ text }) => text),
    Array.from({ length: ROUNDS }, (_, i) => `round ${i}`),
  );
});

Deno.test("followers that read nothing cost no memory and harm nobody, and lack nothing if they read in time", async () => {
  using home = homeWithBot("max_queue_seconds = 300");
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  const script = new Script(server.port);
  await using pat = await NativePeer.enter(server.port, "pat");
  await using stack = new AsyncDisposableStack();
  const deaf: Follower[] = [];
  for (let i = 0; i < 20; i++) deaf.push(stack.use(await Follower.open(script)));
  await using follower = await Follower.open(script);
  const before = residentMegabytes(server.pid);
  await talk(pat, 200);
  await follower.until(() => follower.told.length === 200);
  const numbers = Array.from({ length: 200 }, (_, i) => i + 1);
  assertEquals(follower.told.map(({ seq }) => seq), numbers);
  const grown = residentMegabytes(server.pid) - before;
  // Twenty times 20 MB have been said to those who do not read.
  assert(grown < 200, `the server has grown by ${grown} MB`);

  for (const it of deaf.slice(0, 5)) {
    await it.until(() => it.told.length === 200);
    assertEquals(it.told.map(({ seq }) => seq), numbers);
  }
});

Deno.test("a follower that reads nothing for too long is cut, and its place is free", async () => {
  using home = homeWithBot("max_queue_seconds = 300");
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  const script = new Script(server.port);
  await using pat = await NativePeer.enter(server.port, "pat");
  await using stack = new AsyncDisposableStack();
  const deaf: Follower[] = [];
  for (let i = 0; i < 25; i++) deaf.push(stack.use(await Follower.open(script)));
  const events = { headers: { Authorization: `Bearer ${TOKEN}`, Accept: "text/event-stream" } };
  /** Whether one more may follow; then it does. */
  const follows = async () => {
    const { status, body } = await fetch(script.url(), events);
    if (status === 200) stack.defer(() => body?.cancel());
    else await body?.cancel();
    return status === 200;
  };
  assertEquals(await follows(), false);
  await talk(pat, 150);
  // Only now, when nothing is on its way to anybody else.
  writeSettings(home, "max_queue_seconds = 1");
  server.signal("SIGHUP");
  await server.logged("reloaded");
  // It is asked again and again, as by programs that are told to come back, until all have their places.
  const deadline = AbortSignal.timeout(60_000);
  for (let free = 0; free < deaf.length; deadline.throwIfAborted()) if (await follows()) free++;
  for (const it of deaf) {
    while (await it.more());
    assert(it.told.length < 150, "it was cut before it was told all of it");
  }
});

/** Says so many messages of 100,000 characters, and hears each of them. */
async function talk(peer: NativePeer, count: number) {
  const text = "x".repeat(100_000);
  for (let seq = 1; seq <= count; seq++) {
    await peer.say(text);
    await peer.expect({ type: "message", seq });
  }
}

/** Zero where the system does not tell. */
function residentMegabytes(pid: number): number {
  try {
    const [, kilobytes = "0"] =
      /VmRSS:\s+(\d+)/.exec(Deno.readTextFileSync(`/proc/${pid}/status`)) ?? [];
    return Number(kilobytes) / 1024;
  } catch {
    return 0;
  }
}

Deno.test("a server that stops lets followers go at once, and answers what was asked", async () => {
  using home = homeWithBot();
  await using server = await Server.start({ home });
  const script = new Script(server.port);
  await using follower = await Follower.open(script);
  server.signal("SIGTERM");
  while (await follower.more());
  assertEquals((await server.ended()).code, 0);
});

Deno.test("settings of bots that cannot be are one line, and the code for it", async () => {
  using home = homeWithBot();
  const bad: [string, RegExp][] = [
    ['[[bot]]\nnick = "ci"\n', /server\.toml:1: \[\[bot\]\] needs one of/],
    ['[[bot]]\nnick = "ci"\ntoken = "short"', /server\.toml:3: token must be 16 to 200/],
    [
      '[[bot]]\nnick = "c i"\ntoken_file = "ci.token"',
      /server\.toml:2: nobody can be called "c i"/,
    ],
    ['[[bot]]\nnick = "ci"\ntoken_file = "none"', /server\.toml:2: token_file: none: /],
  ];
  for (const [settings, message] of bad) {
    Deno.writeTextFileSync(home.file("server.toml"), settings);
    const args = ["serve", "--host", "127.0.0.1", "--port", "0", "--db", ":memory:"];
    const { code, stderr } = await run(args, { home });
    assertEquals(code, 78, stderr);
    assertMatch(stderr, message);
    assertEquals(stderr.trimEnd().split("\n").length, 1, stderr);
    assert(!stderr.includes("short"));
  }
});
