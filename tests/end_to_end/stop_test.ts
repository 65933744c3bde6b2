import { assert, assertEquals, assertRejects } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { type Json, NativePeer } from "./native_peer.ts";
import { connectSilently } from "./peer.ts";
import { nativePacket } from "./native_peer.ts";
import { Home, Program } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const REASON = "the server is shutting down";

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  Deno.test(`${signal} tells everybody, and nobody of the others' leaving, and ends with 0`, async () => {
    await using server = await Server.start();
    await using pat = await NativePeer.enter(server.port, "pat");
    await using chris = await Bgnet0Peer.enter(server.port, "chris");
    await pat.expect({ type: "joined", nick: "chris" });
    await using newcomer = await NativePeer.connect(server.port);
    await newcomer.expectQuiet();

    server.signal(signal);
    await pat.expect({ type: "closing", reason: REASON });
    await newcomer.expect({ type: "closing", reason: REASON });
    await chris.expect(`{"type": "chat", "nick": "*server*", "message": "${REASON}"}`);
    for (const peer of [pat, newcomer, chris]) await peer.expectEnd();
    assertEquals((await server.ended()).code, 0);
    await assertRejects(() => NativePeer.connect(server.port), Deno.errors.ConnectionRefused);
  });
}

Deno.test("what was said before SIGTERM is told before the goodbye, and stored", async () => {
  using home = new Home();
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  {
    await using server = await Server.start({ home, flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await pat.expect({ type: "joined", nick: "leslie" });
    await pat.send(...lines.map((text) => ({ type: "say", room: "lobby", text })));
    await leslie.expect({ type: "message", text: lines[0] });
    server.signal("SIGTERM");
    const messages = lines.slice(1).map((text) => ({ type: "message", text }));
    await leslie.expect(...messages, { type: "closing", reason: REASON });
    assertEquals((await server.ended()).code, 0);
  }
  await using server = await Server.start({ home });
  await using chris = await NativePeer.enter(server.port, "chris");
  const { messages } = await chris.expect({ type: "history" });
  assertEquals((messages as Json[]).map(({ text }) => text), lines);
});

Deno.test("somebody who is being told a lot when SIGTERM comes is told all of it", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const text = "x".repeat(90_000);
  for (let seq = 1; seq <= 10; seq++) {
    await pat.say(text);
    await pat.expect({ type: "message", seq, text });
  }
  await pat.send(...Array(4).fill({ type: "history", room: "lobby" }), { type: "ping" });
  await pat.expect({ type: "history" });
  server.signal("SIGTERM");
  for (let page = 2; page <= 40; page++) await pat.expect({ type: "history" });
  await pat.expect({ type: "pong" }, { type: "closing", reason: REASON });
  await pat.expectEnd();
  assertEquals((await server.ended()).code, 0);
});

/** Somebody who has been told more than the system holds for them, and who reads nothing. */
async function enterAndNeverRead(server: Server): Promise<Deno.TcpConn> {
  const silent = await connectSilently(server.port);
  for (const command of [{ type: "hello", nick: "mute" }, { type: "join", room: "lobby" }]) {
    await silent.write(nativePacket(command));
  }
  await server.logged("entered", { nick: "mute" });
  await using pat = await NativePeer.enter(server.port, "pat");
  const text = "x".repeat(90_000);
  for (let seq = 1; seq <= 150; seq++) {
    await pat.say(text);
    await pat.expect({ type: "message", seq, text });
  }
  return silent;
}

const ROOM_FOR_MUTE = [...UNTHROTTLED, "--max-queue-bytes", "100000000"];

Deno.test("SIGTERM ends the server within seconds though somebody reads nothing", async () => {
  await using server = await Server.start({ flags: ROOM_FOR_MUTE });
  using _mute = await enterAndNeverRead(server);
  const started = Date.now();
  server.signal("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  assert(Date.now() - started < 10_000);
});

Deno.test("a second SIGINT ends the server at once, with 130", async () => {
  await using server = await Server.start({ flags: ROOM_FOR_MUTE });
  using _mute = await enterAndNeverRead(server);
  server.signal("SIGINT");
  await server.logged("stopping", { signal: "SIGINT" });
  server.signal("SIGINT");
  assertEquals((await server.ended()).code, 130);
});

Deno.test("SIGINT while the server is starting ends it all the same", async () => {
  using home = new Home();
  await using server = new Program(
    ["serve", "--host", "127.0.0.1", "--port", "0", "--db", home.file("chat.db")],
    { home },
  );
  // It may not listen to signals yet, or it may listen to everybody already.
  server.signal("SIGINT");
  const { code, stderr } = await server.ended();
  assert([0, 130].includes(code), `code ${code}`);
  assert(!stderr.includes("    at "), stderr);
});
