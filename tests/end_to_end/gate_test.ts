/** Who is not let in, by the connections that there are from where they come. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { openHistory } from "../../src/store/open.ts";
import { NativePeer } from "./native_peer.ts";
import { LinePeer } from "./line_peer.ts";
import { Peer } from "./peer.ts";
import { Home, run } from "./process.ts";
import { Server } from "./server.ts";

const limited = (...flags: string[]) => ({ flags: ["--renames-per-minute", "0", ...flags] });

async function hears(peer: LinePeer): Promise<string> {
  return new TextDecoder().decode(await peer.raw.untilEnd());
}

Deno.test("one more than may come from an address is told so on its own wire, and the others go on", async () => {
  await using server = await Server.start(
    limited("--max-connections-per-address", "2", "--hello-timeout-seconds", "2"),
  );
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
  {
    await using chris = await NativePeer.connect(server.port);
    await chris.send({ type: "hello", nick: "chris" });
    await chris.expect({ type: "failed", command: "hello", code: "server-full" });
    await using ada = await LinePeer.connect(server.port);
    await ada.send("ada\n");
    assertMatch(await hears(ada), /full/);
    await using browser = await LinePeer.connect(server.port);
    await browser.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assertMatch(await hears(browser), /^HTTP\/1\.1 429 .*\r\n(.*\r\n)*\r\nThere are too many/);
    await chris.expect({ type: "closing", reason: "nobody said hello" });
  }
  await pat.say("still here?");
  for (const peer of [pat, leslie]) await peer.expect({ type: "message", text: "still here?" });
  await server.logged("connections refused");
});

Deno.test("what comes in encrypted or by a browser is counted like all others", async () => {
  await using server = await Server.start(limited("--max-connections-per-address", "1"));
  const ask =
    "GET /socket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
  await using first = await LinePeer.connect(server.port);
  await first.send(ask);
  await first.expect("HTTP/1.1 101 Switching Protocols");
  await using second = await LinePeer.connect(server.port);
  await second.send(ask);
  assertMatch(await hears(second), /^HTTP\/1\.1 429 /);
});

Deno.test("who connects too often is closed unheard, until a while has passed", async () => {
  await using server = await Server.start(limited(
    ...["--burst-connections-per-address", "3", "--connections-per-second-per-address", "1"],
  ));
  await using pat = await NativePeer.enter(server.port, "pat");
  let refused = 0;
  for (let index = 0; index < 20; index++) {
    await using peer = await Peer.connect(server.port);
    await peer.write(new TextEncoder().encode("\x01\x01\x01\x01")).catch(() => {});
    if ((await peer.untilEnd()).length === 0) refused++;
  }
  assert(refused >= 10, `${refused}`);
  await pat.say("still here");
  await pat.expect({ type: "message", text: "still here" });
  for (let attempt = 1;; attempt++) {
    await using late = await NativePeer.connect(server.port);
    await late.send({ type: "hello", nick: "late" }).catch(() => {});
    if (await late.next()) break;
    assert(attempt < 100_000, "nobody else was let in");
  }
  await server.logged("connections refused");
});

Deno.test("from where is trusted come as many as may, as often, and talk as fast as they like", async () => {
  await using server = await Server.start({
    flags: [
      ...["--max-connections-per-address", "1", "--trusted", "10.0.0.0/8, 127.0.0.1/32"],
      ...["--burst-connections-per-address", "1", "--connections-per-second-per-address", "0.1"],
      ...["--burst-commands", "1", "--commands-per-second", "0.1", "--max-connections", "3"],
    ],
  });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  for (const text of texts) await leslie.say(text);
  for (const text of texts) await pat.expect({ type: "message", text });
  await using _third = await NativePeer.enter(server.port, "third");
  await using more = await NativePeer.connect(server.port);
  await more.expectEnd();
});

Deno.test("this machine itself is trusted only if the settings say so", async () => {
  await using server = await Server.start(limited("--max-connections-per-address", "1"));
  await using _pat = await NativePeer.enter(server.port, "pat");
  await using chris = await NativePeer.connect(server.port);
  await chris.send({ type: "hello", nick: "chris" });
  await chris.expect({ type: "failed", code: "server-full" });
});

Deno.test("a network that is none ends the server with 78, and the line that names it", async () => {
  using home = new Home();
  Deno.writeTextFileSync(home.file("server.toml"), 'port = 0\ntrusted = "10.0.0.0/8, 10.0.0"\n');
  const { code, stderr } = await run(["serve", "--db", ":memory:"], { home });
  assertEquals(code, 78);
  assertMatch(
    stderr,
    /^chat: \S*server\.toml:2: trusted must be networks like .* not "10\.0\.0"\n$/,
  );
});

Deno.test("whoever comes from an address that is kept out everywhere is closed before any byte", async () => {
  using home = new Home();
  const history = openHistory({ path: home.file("chat.db"), durability: "process" });
  const ban = {
    room: "",
    rule: "ban",
    subject: "address:127.0.0.0/8",
    by: "pat",
    reason: "",
    who: "",
  };
  const fact = { type: "ruled", ...ban, until: 0, at: Date.now() } as const;
  history.append([{ fact, sender: "", receiver: "" }]);
  history.close();
  await using server = await Server.start({ home, ...limited("--trusted", "127.0.0.1") });
  await using peer = await LinePeer.connect(server.port);
  await peer.expectEnd();
  await server.logged("connections refused", { "banned-address": 1 });
});

Deno.test("a second server on the same database is told that there is one already", async () => {
  using home = new Home();
  await using _server = await Server.start({ home });
  const args = ["serve", "--port", "0", "--db", home.file("chat.db")];
  const { code, stderr } = await run(args, { home });
  assertEquals(code, 73);
  assertMatch(stderr, /^chat: cannot use .*: a server keeps its messages there, [^\n]*\n$/);
});

Deno.test("all who come from one address take other names at one pace", async () => {
  const flags = ["--connections-per-second-per-address", "1000"];
  await using server = await Server.start({ flags });
  await using stack = new AsyncDisposableStack();
  let taken = 0;
  let refused = 0;
  // Each may take five at once, and all together three hundred, and then one a second.
  for (let index = 0; index < 120; index++) {
    const peer = stack.use(await NativePeer.connect(server.port));
    await peer.send({ type: "hello", nick: `n${index}` });
    await peer.expect({ type: "entered" });
    await peer.send(...[1, 2, 3, 4, 5].map((it) => ({ type: "rename", nick: `n${index}-${it}` })));
    for (let answers = 0; answers < 5; answers++) {
      const { type, code } = (await peer.next())!;
      if (type === "renamed") taken++;
      else if (code === "too-fast") refused++;
    }
  }
  assertEquals(taken + refused, 600);
  assert(taken >= 300 && refused > 0, `${taken} were taken`);
});
