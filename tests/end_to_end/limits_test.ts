import { assert, assertEquals } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { Edited } from "./edited.ts";
import { NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

Deno.test("who reads nothing is cut with a reason, and the others miss nothing", async () => {
  await using server = await Server.start({
    flags: [...UNTHROTTLED, "--max-queue-bytes", "200000", "--max-text-bytes", "15000"],
  });
  await using deaf = new NativePeer(await Peer.connectDeaf(server.port));
  await deaf.send({ type: "hello", nick: "deaf" }, { type: "join", room: "lobby" });
  await server.logged("entered", { nick: "deaf" });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });

  const text = "x".repeat(15_000);
  let seq = 0;
  // The system itself holds a few megabytes for the deaf one before anything waits here.
  while (server.logLines("ended").length === 0) {
    assert(seq < 2000, "30 MB wait for somebody who reads nothing");
    for (const talker of [pat, leslie]) {
      await talker.say(text);
      seq++;
      for (const peer of [pat, leslie]) {
        let event = await peer.next();
        if (event?.type === "quitted") event = await peer.next();
        assertEquals([event?.type, event?.seq, event?.text], ["message", seq, text]);
      }
    }
  }
  await server.logged("ended", { reason: "you read too slowly", dialect: "native" });

  // What it was told is whole messages up to some point, and then why.
  deaf.raw.listen();
  await deaf.expect({ type: "entered" }, { type: "joined" });
  for (let last = 0;;) {
    const event = await deaf.next();
    if (event?.type === "message") assertEquals([event.seq, event.text], [++last, text]);
    else if (event?.type !== "joined") {
      assertEquals([event?.type, event?.reason], ["closing", "you read too slowly"]);
      break;
    }
  }
  await deaf.expectEnd();
});

Deno.test("one connection more than there may be is closed, and the others go on", async () => {
  await using server = await Server.start({ flags: ["--max-connections", "5"] });
  await using stack = new AsyncDisposableStack();
  const peers: NativePeer[] = [];
  for (let i = 0; i < 5; i++) {
    peers.push(stack.use(await NativePeer.enter(server.port, `peer${i}`)));
    for (const peer of peers.slice(0, -1)) await peer.expect({ type: "joined", nick: `peer${i}` });
  }
  for (let i = 0; i < 3; i++) {
    await using more = await NativePeer.connect(server.port);
    await more.expectEnd();
  }
  await peers[0]!.say("are you all here?");
  for (const peer of peers) await peer.expect({ type: "message", text: "are you all here?" });
  await server.logged("connections refused");

  // When one has gone, another may come: as soon as the server has seen its connection close.
  await peers.pop()!.raw.vanish();
  for (const peer of peers) await peer.expect({ type: "quitted", nick: "peer4" });
  for (let attempt = 1;; attempt++) {
    await using late = await NativePeer.connect(server.port);
    await late.send({ type: "hello", nick: "late" }).catch(() => {});
    if (await late.next()) break;
    assert(attempt < 1000, "nobody else was let in");
  }
});

Deno.test("one person more than there may be is told that the server is full", async () => {
  await using server = await Server.start({ flags: ["--max-users", "2"] });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await Bgnet0Peer.enter(server.port, "leslie");
  await using chris = await NativePeer.connect(server.port);
  await chris.send({ type: "hello", nick: "chris" });
  await chris.expect({ type: "failed", command: "hello", code: "server-full" });
  await using late = await Bgnet0Peer.connect(server.port);
  await late.send('{"type": "hello", "nick": "late"}');
  await late.expect('{"type": "chat", "nick": "*server*", "message": "the server is full"}');
  await late.expectEnd();

  // The place of one who leaves is for the next who asks.
  await leslie.raw.vanish();
  await pat.expect({ type: "joined" }, { type: "quitted", nick: "leslie" });
  await chris.send({ type: "hello", nick: "chris" });
  await chris.expect({ type: "entered", nick: "chris" });
});

Deno.test("who talks too fast waits, and nobody else does", async () => {
  const flags = ["--burst-commands", "5", "--commands-per-second", "0.2"];
  await using server = await Server.start({ flags });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.send(...[1, 2, 3, 4].map((line) => ({ type: "say", room: "lobby", text: `${line}` })));
  // Hello, join and three lines are the burst. The fourth has five seconds to wait.
  const lines = ["1", "2", "3"].map((text) => ({ type: "message", text }));
  await leslie.expect({ type: "joined", nick: "pat" }, ...lines);
  await leslie.expectQuiet();
  await leslie.expect({ type: "message", text: "4" });
});

Deno.test("who never says hello is cut in the end, and was never announced", async () => {
  await using edited = await Edited.start("hello_timeout_seconds = 300\n");
  const { server } = edited;
  await using pat = await NativePeer.enter(server.port, "pat");
  await using silent = await Peer.connect(server.port);
  await using slow = await NativePeer.connect(server.port);
  await slow.raw.write(Uint8Array.of(0, 0));
  // Only now: those who say it are not to be hurried.
  await edited.reload("hello_timeout_seconds = 0.1\n");
  await silent.untilEnd();
  await slow.raw.untilEnd();
  await pat.expectQuiet();
  for (const { reason } of server.logLines("ended")) assertEquals(reason, "nobody said hello");
});

/** The processor time that a process has taken, in hundredths of a second, as Linux counts it. */
function processorTime(pid: number): number {
  const fields = Deno.readTextFileSync(`/proc/${pid}/stat`).split(") ")[1]!.split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

Deno.test({
  name: "while files run out the server waits longer and longer, and takes little of the processor",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await Server.start({ flags: UNTHROTTLED, descriptors: 80 });
    await using _pat = await NativePeer.enter(server.port, "pat");
    await using stack = new AsyncDisposableStack();
    for (let i = 0; i < 100; i++) stack.use(await Peer.connect(server.port));
    const refusals = () => server.logLines("a connection could not be accepted");
    await server.until(() => refusals().length >= 1);
    const [before, since] = [processorTime(server.pid), performance.now()];
    await server.until(() => refusals().length >= 7);
    const share = 10 * (processorTime(server.pid) - before) / (performance.now() - since);
    assertEquals(refusals().slice(0, 7).map(({ pause }) => pause), [
      ...[20, 40, 80, 160, 320, 640, 1000],
    ]);
    assert(share < 0.5, `${share}`);
  },
});

Deno.test("a secret that is none is in the log as a proof that failed, and is not in it itself", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.send({ type: "login", nick: "leslie", token: "not-the-secret-of-anybody" });
  await pat.expect({ type: "failed", command: "login", code: "bad-proof" });
  const line = await server.logged("a proof failed", { command: "login" });
  assert(Number(line.connection) > 0 && `${line.peer}`.startsWith("127.0.0.1:"));
  assert(!JSON.stringify(line).includes("secret"), JSON.stringify(line));
});

Deno.test("when files run out those who are there are served, and others once there is room", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED, descriptors: 80 });
  await using pat = await NativePeer.enter(server.port, "pat");
  {
    await using stack = new AsyncDisposableStack();
    for (let i = 0; i < 100; i++) stack.use(await Peer.connect(server.port));
    await server.logged("a connection could not be accepted");
    await pat.say("still here?");
    await pat.expect({ type: "message", seq: 1, text: "still here?" });
  }
  await using _leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
});

Deno.test("who guesses at the server's password is hung up on in the end, and told why", async () => {
  const env = { CHAT_SERVER_PASSWORD: "sesame" };
  await using server = await Server.start({ flags: UNTHROTTLED, env });
  await using eve = await NativePeer.connect(server.port);
  for (let guess = 1; guess <= 20; guess++) {
    await eve.send({ type: "hello", nick: "eve", password: `guess ${guess}` });
    await eve.expect({ type: "failed", code: "bad-password" });
  }
  await eve.expect({ type: "closing", reason: "too many wrong passwords" });
  await eve.expectEnd();
});
