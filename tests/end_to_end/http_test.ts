/** HTTP on a real server's port, beside people who talk: what it must never do to them, whatever is sent. */
import { assert, assertEquals } from "@std/assert";
import { bgnet0Packet } from "./bgnet0_peer.ts";
import { assertHeardSoon } from "./delay.ts";
import { Doors } from "./doors.ts";
import { Edited } from "./edited.ts";
import { chat10 } from "./line_peer.ts";
import { joined, nativePacket, NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { answerOn, ask, request, upgrade, utf8 } from "./web_peer.ts";

const MB = 1024 * 1024;

/** What would be chat if it came first. */
const CHAT: Uint8Array[] = [
  utf8("NICK mallory\r\nUSER mallory 0 * :x\r\nJOIN #lobby\r\n"),
  utf8("HELLO-FROM mallory\nSEND #lobby hi\n"),
  utf8(chat10("JOIN", "mallory") + chat10("TEXT", "mallory", "hi")),
  utf8('{"type": "message", "data": "hi"}\n'),
  utf8("mallory\nhi\n"),
  bgnet0Packet('{"type": "hello", "nick": "mallory"}'),
  joined([
    nativePacket({ type: "hello", nick: "mallory" }),
    nativePacket({ type: "join", room: "lobby" }),
  ]),
];

Deno.test("chat that comes within HTTP, or after it, is no chat", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  for (const chat of CHAT) {
    const length = { "Content-Length": `${chat.length}` };
    const post = (headers: Record<string, string>) => request({ method: "POST", headers });
    for (const opening of [post(length), post({}), request(), request({ path: "/socket" })]) {
      await using mallory = await Peer.connect(server.port);
      await mallory.write(joined([utf8(opening), chat])).catch(() => {});
      assertEquals((await answerOn(mallory))?.headers["x-content-type-options"], "nosniff");
      await mallory.write(chat).catch(() => {});
      await mallory.finish().catch(() => {});
      await mallory.untilEnd();
    }
  }
  await pat.expectQuiet();
  assertEquals(server.logLines("entered").length, 1);
});

Deno.test("browsers may know the server by its address, by localhost and by the names that it is given", async () => {
  const flags = [
    "--web-hosts",
    "chat.example, talk.example",
    "--web-origins",
    "https://friend.example",
  ];
  await using server = await Server.start({ flags });
  const status = async (headers: Record<string, string>) =>
    (await ask(server.port, upgrade({ headers })))?.status;
  for (
    const host of [
      "127.0.0.1",
      "[::1]:3490",
      "localhost",
      "LOCALHOST:80",
      "chat.example",
      "talk.example.:9",
    ]
  ) {
    assertEquals(await status({ Host: host }), 101, host);
    assertEquals(await status({ Host: host, Origin: `http://${host}` }), 101, host);
    assertEquals(await status({ Host: host, Origin: "https://friend.example" }), 101, host);
    for (
      const origin of [
        "null",
        "https://evil.example",
        `http://x.${host}`,
        "file://",
        "friend.example",
      ]
    ) {
      assertEquals(await status({ Host: host, Origin: origin }), 403, `${origin} at ${host}`);
    }
  }
  for (
    const host of [
      "evil.example",
      "chat.example.evil.example",
      "127.0.0.1.evil.example",
      "a b",
      "2130706433",
    ]
  ) {
    assertEquals(await status({ Host: host }), 403, host);
  }
});

Deno.test("connections that have only begun a request count as all others, and end at their deadline", async () => {
  const flags = [...UNTHROTTLED, "--max-connections", "300"];
  await using edited = await Edited.start("frame_timeout_seconds = 300\n", ...flags);
  const { server } = edited;
  await using pat = await NativePeer.enter(server.port, "pat");
  await using stack = new AsyncDisposableStack();
  const openings = [
    "GET ",
    "POST / HTTP/1.1\r\nHost: loc",
    request({ method: "POST", headers: { "Content-Length": "9" } }),
  ];
  const peers: Peer[] = [];
  for (let index = 0; index < 299; index++) {
    const peer = stack.use(await Peer.connect(server.port));
    await peer.write(utf8(openings[index % openings.length]!));
    peers.push(peer);
  }
  await using more = await Peer.connect(server.port);
  await more.untilEnd();
  await pat.expectQuiet();
  // Only now, so that none of them ends before all are there.
  await edited.reload("frame_timeout_seconds = 1\n");
  await Promise.all(peers.map((peer) => peer.untilEnd()));
  await pat.expectQuiet();
  await using _leslie = await NativePeer.enter(server.port, "leslie");
});

Deno.test("who asks and asks and reads no answer costs little, and nobody else waits", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await ask(server.port, request());
  const before = server.memory;
  await using mallory = await Peer.connectDeaf(server.port);
  const requests = utf8(request({ path: "/nothing" }).repeat(10));
  let isOver = false;
  const flood = (async () => {
    while (!isOver) await mallory.write(requests).catch(() => isOver = true);
  })();
  await assertHeardSoon(pat, 200);
  assert(server.memory - before < 60 * MB);
  isOver = true;
  await mallory.vanish();
  await flood;
});

Deno.test("nothing of what strangers send is in the log but as escapes, each line of which is whole", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  const nasty = '\x1b]0;title\x07\x1b[2J\u{9b}{"message": "entered"}';
  for (const path of [`/${nasty}`, `/socket?${nasty}`]) {
    await ask(server.port, request({ path, headers: { Origin: nasty, Host: nasty } }));
    await ask(server.port, upgrade({ path, headers: { "Sec-WebSocket-Protocol": nasty } }));
  }
  await ask(server.port, upgrade({ headers: { "Sec-WebSocket-Key": nasty } }));
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.expectQuiet();
  // deno-lint-ignore no-control-regex
  assertEquals(/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(server.logText), false);
  for (const line of server.logText.trim().split("\n")) JSON.parse(line);
  assertEquals(server.logLines("entered").length, 1);
});

Deno.test("a server that is told to stop does not wait for idle browsers, or for half a request", async () => {
  await using server = await Server.start({ flags: ["--frame-timeout-seconds", "60"] });
  await using idle = await Peer.connect(server.port);
  await idle.write(utf8(request()));
  assert(await answerOn(idle));
  await using half = await Peer.connect(server.port);
  await half.write(utf8("POST / HTTP/1.1\r\nHost"));
  await ask(server.port, request());
  const since = performance.now();
  server.signal("SIGTERM");
  await idle.untilEnd();
  await half.untilEnd();
  // Those for whom it waits are hung up on after five seconds.
  assert(performance.now() - since < 4000);
  assertEquals((await server.ended()).code, 0);
});

Deno.test("a listener for the web is for nothing else, and one without it has no page", async () => {
  await using doors = await Doors.open('dialect = "web"', "web = false", 'dialect = "vu"');
  const [web, without, vu] = doors.ports;
  assertEquals((await ask(web!, request({ path: "/nothing" })))?.status, 404);
  assertEquals((await ask(web!, upgrade()))?.status, 101);
  assertEquals((await ask(web!, nativePacket({ type: "hello", nick: "pat" })))?.status, 400);
  assertEquals((await ask(without!, request()))?.status, 501);
  assertEquals((await ask(without!, upgrade()))?.status, 501);
  await using victor = await Peer.connect(vu!);
  await victor.write(utf8(request()));
  await victor.finish();
  assert(new TextDecoder().decode(await victor.untilEnd()).startsWith("BAD-RQST-HDR\n"));
});
