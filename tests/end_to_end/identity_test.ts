/** Names that are somebody's, without accounts: with our own client, on our own wire and on others. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { proofText } from "../../src/chat/proof.ts";
import { type Key, readOrMakeKey } from "../../src/key_file.ts";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { testNeeding } from "./needs.ts";
import { Home, Program, run } from "./process.ts";
import { Relay } from "./relay.ts";
import { freePort, Server } from "./server.ts";

const IPV6 = { isMet: hasIpv6(), otherwise: "no IPv6" };

function hasIpv6(): boolean {
  try {
    Deno.listen({ hostname: "::1", port: 0 }).close();
    return true;
  } catch {
    return false;
  }
}

const KEY = /^ed25519:[\w-]{43}$/;

/** `chat connect` as pat, who is in the lobby. */
async function enter(
  home: Home,
  port: number,
  { nick = "pat", flags = [] }: { nick?: string; flags?: string[] } = {},
): Promise<Program> {
  const program = new Program(["connect", ...flags, nick, "127.0.0.1", `${port}`], { home });
  await program.stdout.line((line) => line === `*** ${nick} has joined the chat`);
  return program;
}

/** What becomes of `chat connect`, which says hi if it can. */
function tryToEnter(home: Home, port: number, { nick = "pat", flags = [] as string[] } = {}) {
  return run(["connect", ...flags, nick, "127.0.0.1", `${port}`], { home, stdin: "hi\n" });
}

/** pat makes that name theirs, and leaves. */
async function claim(home: Home, port: number) {
  await using pat = await enter(home, port);
  await pat.type("/claim\n");
  await pat.stdout.line((line) => line === "*** pat is your name alone now");
  await pat.endInput();
  assertEquals((await pat.ended()).code, 0);
}

function keyIn(home: Home): Promise<Key> {
  return readOrMakeKey(home.file("config/chat/key.pem"));
}

Deno.test("a name that was claimed is its owner's alone, who need do nothing for it", async () => {
  using home = new Home();
  using elsewhere = new Home();
  await using server = await Server.start();
  await claim(home, server.port);
  const thief = await tryToEnter(elsewhere, server.port);
  assertEquals([thief.code, thief.stdout], [1, ""]);
  assertMatch(thief.stderr, /^\*\*\* pat: that name belongs to somebody\. If it is you: [^\n]+\n$/);
  const keyless = await tryToEnter(home, server.port, { flags: ["--no-identify"] });
  assertEquals(keyless.code, 1);
  const owner = await tryToEnter(home, server.port);
  assertEquals([owner.code, owner.stderr], [0, ""]);
});

Deno.test("those whose wire knows no keys are guests where a name is somebody's", async () => {
  using home = new Home();
  await using server = await Server.start();
  await claim(home, server.port);
  await using bgnet0 = await Bgnet0Peer.connect(server.port);
  await bgnet0.send('{"type": "hello", "nick": "pat"}');
  assertMatch(`${await bgnet0.next()}`, /pat is somebody's name, so you are pat-guest here/);
  await bgnet0.expect('{"type": "join", "nick": "pat-guest"}');
  await using plain = await LinePeer.connect(server.port);
  await plain.send("pat\n");
  assertMatch(await plain.line(), /pat is somebody's name, so you are pat-guest2 here/);
  assertMatch(await plain.line(), /pat-guest2 has joined the chat/);
  await using ours = new Program(
    ["connect", "--dialect", "bgnet0", "pat", "127.0.0.1", `${server.port}`],
    { home },
  );
  await ours.stdout.line((line) => line === "*** pat-guest3 has joined the chat");
  await ours.type("it is me\n");
  await ours.stdout.line((line) => line === "pat-guest3: it is me");
  await ours.endInput();
  assertEquals((await ours.ended()).code, 0);
});

Deno.test("a secret that the owner was told lets them be themselves on a wire without keys", async () => {
  using home = new Home();
  await using server = await Server.start();
  await claim(home, server.port);
  await using pat = await enter(home, server.port);
  await pat.type("/token\n");
  const line = await pat.stdout.line((line) => line.includes("/login pat "));
  const [, token] = /\/login pat (\S+)$/.exec(line) ?? [];
  await pat.endInput();
  await pat.ended();
  await using plain = await LinePeer.connect(server.port);
  await plain.send("pat\n");
  assertMatch(await plain.line(), /so you are pat-guest here: \/login/);
  assertMatch(await plain.line(), /pat-guest has joined/);
  await plain.send("/login pat wrong\n");
  assertMatch(await plain.line(), /that does not prove it/);
  await plain.send(`/login pat ${token}\n`);
  assertMatch(await plain.line(), /pat-guest is now known as pat\n/);
  // A secret is for those who hear it, and for no history.
  const found = await run(["search", token!, "--db", home.file("none.db")], { home });
  assert(!found.stdout.includes(token!));
});

Deno.test("who has logged in is themselves again when the server is back", async () => {
  using home = new Home();
  using elsewhere = new Home();
  const port = freePort();
  const keyless = { nick: "visitor", flags: ["--no-identify"] };
  let visitor: Program;
  {
    await using server = await Server.start({ home, port });
    await claim(home, port);
    await using pat = await enter(home, port);
    await pat.type("/token\n");
    const line = await pat.stdout.line((line) => line.includes("/login pat "));
    await pat.endInput();
    await pat.ended();
    visitor = await enter(elsewhere, port, keyless);
    await visitor.type(`${line.slice(line.indexOf("/login"))}\n`);
    await visitor.stdout.line((line) => line === "*** visitor is now known as pat");
    server.signal("SIGKILL");
    await server.ended();
  }
  await using client = visitor;
  await client.stderr.line((line) => line.startsWith("*** the connection is lost"));
  await using _server = await Server.start({ home, port });
  await client.stderr.line((line) => line === "*** connected again");
  await client.type("here\n");
  await client.stdout.line((line) => line === "pat: here");
});

Deno.test("a key is taken along by export and import, or another one is allowed", async () => {
  using home = new Home();
  using laptop = new Home();
  using phone = new Home();
  await using server = await Server.start();
  await claim(home, server.port);
  const file = home.file("taken.pem");
  assertEquals((await run(["key", "export", file], { home })).code, 0);
  assertEquals((await run(["key", "import", file], { home: laptop })).code, 0);
  assertEquals((await tryToEnter(laptop, server.port)).code, 0);
  const shown = await run(["key", "show"], { home: phone });
  const key = shown.stdout.trim();
  assertMatch(key, KEY);
  assertEquals((await tryToEnter(phone, server.port)).code, 1);
  const allow = await run(["connect", "pat", "127.0.0.1", `${server.port}`], {
    home,
    stdin: `/allow ${key}\n`,
  });
  assertEquals(allow.code, 0);
  assertEquals((await tryToEnter(phone, server.port)).code, 0);
});

Deno.test("whose a name is outlives the server, however it ends, and its clients prove it again", async () => {
  using home = new Home();
  using elsewhere = new Home();
  const port = freePort();
  let owner: Program;
  {
    await using server = await Server.start({ home, port });
    owner = await enter(home, port);
    await owner.type("/claim\n");
    await owner.stdout.line((line) => line === "*** pat is your name alone now");
    server.signal("SIGKILL");
    await server.ended();
  }
  await using pat = owner;
  await pat.stderr.line((line) => line.startsWith("*** the connection is lost"));
  await using _server = await Server.start({ home, port });
  await pat.stderr.line((line) => line === "*** connected again");
  await pat.type("still me\n");
  await pat.stdout.line((line) => line === "pat: still me");
  await pat.endInput();
  assertEquals((await pat.ended()).code, 0);
  assertEquals((await tryToEnter(elsewhere, port)).code, 1);
  assertEquals((await tryToEnter(home, port)).code, 0);
});

Deno.test("where claims are made by themselves, the first to come with a key has the name", async () => {
  using home = new Home();
  using elsewhere = new Home();
  await using server = await Server.start({ flags: ["--claim", "auto"] });
  assertEquals((await tryToEnter(home, server.port)).code, 0);
  assertEquals((await tryToEnter(elsewhere, server.port)).code, 1);
  assertEquals((await tryToEnter(home, server.port)).code, 0);
});

// Those who stand between.

Deno.test("a proof that was made for another address proves nothing, and is good only once", async () => {
  using home = new Home();
  await using server = await Server.start();
  await claim(home, server.port);
  const { key, sign } = await keyIn(home);
  const wrong = `127.0.0.1:${server.port + 1}`;
  // What the owner signs for a thief's server, and what the thief makes of it.
  const tries: [signedFor: string, said: string][] = [
    [wrong, wrong],
    [wrong, server.address],
    [server.address, wrong],
  ];
  for (const [signedFor, said] of tries) {
    await using thief = await NativePeer.connect(server.port);
    await thief.send({ type: "identify", key });
    const { nonce } = await thief.expect({ type: "challenge", key });
    const signature = await sign(proofText({ key, nonce: `${nonce}`, address: signedFor }));
    await thief.send({ type: "prove", signature, address: said });
    await thief.expect({ type: "failed", command: "prove", code: "bad-proof" });
    const again = await sign(proofText({ key, nonce: `${nonce}`, address: server.address }));
    await thief.send({ type: "prove", signature: again, address: server.address });
    await thief.expect({ type: "failed", command: "prove", code: "bad-request" });
    await thief.send({ type: "hello", nick: "pat" });
    await thief.expect({ type: "failed", command: "hello", code: "nick-owned" });
  }
});

Deno.test("behind a router nobody is proved, until the server knows its address there", async () => {
  using home = new Home();
  const port = freePort();
  using relay = new Relay(port);
  {
    await using _server = await Server.start({ home, port });
    await claim(home, port);
    const { code, stderr } = await tryToEnter(home, relay.port);
    assertEquals(code, 1);
    const [remark, refusal] = stderr.split("\n");
    assertMatch(remark!, new RegExp(`127.0.0.1:${relay.port} .*public_addresses$`));
    assertMatch(refusal!, /pat: that name belongs to somebody/);
    const other = await tryToEnter(home, relay.port, { nick: "visitor" });
    assertEquals([other.code, other.stderr], [0, `${remark}\n`]);
  }
  const flags = ["--public-addresses", `203.0.113.5:3490, 127.0.0.1:${relay.port}`];
  await using _server = await Server.start({ home, port, flags });
  const { code, stderr } = await tryToEnter(home, relay.port);
  assertEquals([code, stderr], [0, ""]);
});

testNeeding(
  IPV6,
  "a server on all addresses takes the proof of those who come by any",
  async () => {
    using home = new Home();
    await using server = await Server.start({ flags: ["--host", "::"] });
    await claim(home, server.port);
    for (const host of ["127.0.0.1", "::1", "localhost"]) {
      const said = await run(["connect", "pat", host, `${server.port}`], { home, stdin: "hi\n" });
      assertEquals([said.code, said.stderr], [0, ""], host);
    }
  },
);

// Keys that are of no use.

Deno.test("who has no usable key is told so in a line, and talks all the same", async () => {
  using home = new Home();
  await using server = await Server.start();
  Deno.mkdirSync(home.file("config/chat"), { recursive: true });
  Deno.writeTextFileSync(home.file("config/chat/key.pem"), "no key\n");
  const { code, stdout, stderr } = await tryToEnter(home, server.port);
  assertEquals([code, stdout], [0, "*** pat has joined the chat\npat: hi\n"]);
  assertMatch(stderr, /^\*\*\* the key \S+key\.pem cannot be used: [^\n]+\n$/);
  const quiet = await tryToEnter(home, server.port, { flags: ["--no-identify"] });
  assertEquals([quiet.code, quiet.stderr], [0, ""]);
});

Deno.test("who names a key goes by that one or not at all", async () => {
  using home = new Home();
  await using server = await Server.start();
  const file = home.file("other.pem");
  const flags = ["--key", file];
  const missing = await tryToEnter(home, server.port, { flags });
  assertEquals([missing.code, missing.stdout], [78, ""]);
  assertMatch(missing.stderr, /^chat: there is no key [^\n]+\n$/);
  assertEquals((await run(["key", "new", ...flags], { home })).code, 0);
  assertEquals((await tryToEnter(home, server.port, { flags })).code, 0);
  Deno.writeTextFileSync(file, "no key");
  assertEquals((await tryToEnter(home, server.port, { flags })).code, 78);
});

Deno.test("two clients that start at once, and for the first time, have one key", async () => {
  using home = new Home();
  await using server = await Server.start({ flags: ["--claim", "auto"] });
  const both = ["pat", "leslie"].map((nick) => tryToEnter(home, server.port, { nick }));
  for (const { code, stderr } of await Promise.all(both)) assertEquals([code, stderr], [0, ""]);
  const files = [...Deno.readDirSync(home.file("config/chat"))].map(({ name }) => name);
  assertEquals(files, ["key.pem"]);
});

// The server's password, and order.

/** A server whose password is in its settings. */
function lockedServer(home: Home): Promise<Server> {
  const config = home.file("server.toml");
  Deno.writeTextFileSync(config, '[server]\npassword = "open sesame"\n');
  return Server.start({ home, flags: ["--config", config] });
}

Deno.test("the server's password comes from a file, and whoever has none is told so", async () => {
  using home = new Home();
  await using server = await lockedServer(home);
  const without = await tryToEnter(home, server.port);
  assertEquals([without.code, without.stdout], [1, ""]);
  assertMatch(without.stderr, /^\*\*\* the server has a password: [^\n]*--password-file\n$/);
  const file = home.file("password");
  Deno.writeTextFileSync(file, "open sesame\n");
  const flags = ["--password-file", file];
  assertEquals((await tryToEnter(home, server.port, { flags })).code, 0);
  Deno.writeTextFileSync(file, "open barley\n");
  assertEquals((await tryToEnter(home, server.port, { flags })).code, 1);
  const nowhere = ["--password-file", home.file("none")];
  const missing = await tryToEnter(home, server.port, { flags: nowhere });
  assertEquals([missing.code, missing.stdout], [78, ""]);
});

/** A server with an operator, who is in the lobby. */
async function ordered(home: Home, port: number): Promise<[Server, Program]> {
  const { key } = await keyIn(home);
  const server = await Server.start({ home, port, flags: ["--operators", key] });
  return [server, await enter(home, port, { nick: "op" })];
}

Deno.test("who is sent out of a room stays out of it, also when the connection breaks", async () => {
  using home = new Home();
  using elsewhere = new Home();
  const port = freePort();
  const [one, two] = await ordered(home, port);
  await using server = one;
  await using op = two;
  await using pat = await enter(elsewhere, port);
  const joins = () => op.stdout.lines.filter((it) => it === "*** pat has joined the chat").length;
  await op.stdout.line(() => joins() === 1);
  await op.type("/kick pat enough\n");
  const out = "*** pat was sent out of #lobby by op: enough; you are in no room: /join one";
  await pat.stdout.line((line) => line === out);
  server.signal("SIGKILL");
  await server.ended();
  await pat.stderr.line((line) => line.startsWith("*** the connection is lost"));
  await using _server = await Server.start({ home, port });
  await pat.stderr.line((line) => line === "*** connected again");
  await op.stderr.line((line) => line === "*** connected again");
  await op.type("/users lobby\n");
  await op.stdout.line((line) => line === "*** 1 here: op");
  await pat.type("/join lobby\n");
  await op.stdout.line(() => joins() === 2);
});

Deno.test("who is kept off the server is told why, ends, and is not let in again", async () => {
  using home = new Home();
  using elsewhere = new Home();
  const port = freePort();
  const [one, two] = await ordered(home, port);
  await using _server = one;
  await using op = two;
  await using pat = await enter(elsewhere, port);
  await op.type("/banish pat 1h enough\n");
  const { code, stdout, stderr } = await pat.ended();
  assertEquals(code, 1);
  assertMatch(stdout + stderr, /\n\*\*\* [^\n]*you are kept out: enough\n$/);
  const again = await tryToEnter(elsewhere, port);
  assertEquals([again.code, again.stdout], [1, ""]);
  assertMatch(again.stderr, /^\*\*\* [^\n]*kept out[^\n]*\n$/);
});

Deno.test("a locked room is entered with its password, and again after the server was away", async () => {
  using home = new Home();
  using elsewhere = new Home();
  const port = freePort();
  const [one, two] = await ordered(home, port);
  await using server = one;
  await using op = two;
  await op.type("/join dev\n");
  await op.stdout.line((line) => line === "*** you are in #dev now");
  await op.type("/lock open sesame\n");
  await op.stdout.line((line) => line.startsWith("*** #dev is locked by op"));
  await using pat = await enter(elsewhere, port);
  await pat.type("/join dev\n");
  await pat.stderr.line((line) => line.startsWith("*** dev: that takes a password"));
  await pat.type("/join dev open sesame\n");
  await pat.stdout.line((line) => line === "*** you are in #dev now");
  server.signal("SIGKILL");
  await server.ended();
  await pat.stderr.line((line) => line.startsWith("*** the connection is lost"));
  await using _server = await Server.start({ home, port });
  await pat.stderr.line((line) => line === "*** connected again");
  await pat.type("in dev\n");
  await pat.stdout.line((line) => line === "pat: in dev");
});
