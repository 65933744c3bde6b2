import { assert, assertEquals, assertRejects } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { type Json, NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { fromFileUrl } from "@std/path";
import { succeeds, testNeeding } from "./needs.ts";
import { commandLine, environment, Home } from "./process.ts";
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

Deno.test("somebody who goes on talking meanwhile is told too", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const say = { type: "say", room: "lobby", text: "and another thing" };
  await pat.send(...Array(20).fill(say));
  await pat.expect({ type: "message" });
  server.signal("SIGTERM");
  let last: Json | undefined;
  for (let event; (event = await pat.next());) {
    last = event;
    // As fast as it is heard, until nobody hears it any more.
    await pat.send(say).catch(() => {});
  }
  assertEquals([last?.type, last?.reason], ["closing", REASON]);
  assertEquals((await server.ended()).code, 0);
});

Deno.test("what was said before SIGTERM is there after it", async () => {
  using home = new Home();
  const lines = Array.from({ length: 50 }, (_, index) => `line ${index}`);
  {
    await using server = await Server.start({ home, flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    await pat.send(...lines.map((text) => ({ type: "say", room: "lobby", text })));
    await pat.expect(...lines.map((text) => ({ type: "message", text })));
    server.signal("SIGTERM");
    assertEquals((await server.ended()).code, 0);
  }
  await using server = await Server.start({ home });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  const { messages } = await leslie.expect({ type: "history" });
  assertEquals((messages as Json[]).map(({ text }) => text), lines);
});

/** More than the system keeps for somebody who does not read. */
const MANY = 150;
const LONG_TEXT = "x".repeat(90_000);
const ROOM_FOR_MANY = [
  ...[...UNTHROTTLED, "--max-queue-bytes", "100000000", "--max-queue-seconds", "300"],
];

/** leslie, who has heard nothing yet of the many long messages that pat has said and pat has seen. */
async function deafLeslie(server: Server): Promise<NativePeer> {
  const leslie = new NativePeer(await Peer.connectDeaf(server.port));
  await leslie.send({ type: "hello", nick: "leslie" }, { type: "join", room: "lobby" });
  await server.logged("entered", { nick: "leslie" });
  await using pat = await NativePeer.enter(server.port, "pat");
  for (let seq = 1; seq <= MANY; seq++) {
    await pat.say(LONG_TEXT);
    await pat.expect({ type: "message", seq });
  }
  await pat.send({ type: "quit" });
  await pat.expectEnd();
  return leslie;
}

Deno.test("whoever is behind when SIGTERM comes is told all before the goodbye", async () => {
  await using server = await Server.start({ flags: ROOM_FOR_MANY });
  await using leslie = await deafLeslie(server);
  server.signal("SIGTERM");
  await server.logged("stopping", { signal: "SIGTERM" });
  leslie.raw.listen();
  await leslie.expect({ type: "entered" }, { type: "joined", nick: "leslie" }, { type: "joined" });
  for (let seq = 1; seq <= MANY; seq++) {
    await leslie.expect({ type: "message", seq, text: LONG_TEXT });
  }
  await leslie.expect({ type: "quitted", nick: "pat" }, { type: "closing", reason: REASON });
  await leslie.expectEnd();
  assertEquals((await server.ended()).code, 0);
});

Deno.test("SIGTERM ends the server within seconds though somebody reads nothing", async () => {
  await using server = await Server.start({ flags: ROOM_FOR_MANY });
  await using _leslie = await deafLeslie(server);
  const signalledAt = Date.now();
  server.signal("SIGTERM");
  assertEquals((await server.ended()).code, 0);
  assert(Date.now() - signalledAt < 10_000);
});

Deno.test("a second SIGINT ends the server at once, with 130", async () => {
  await using server = await Server.start({ flags: ROOM_FOR_MANY });
  await using _leslie = await deafLeslie(server);
  server.signal("SIGINT");
  await server.logged("stopping", { signal: "SIGINT" });
  server.signal("SIGINT");
  assertEquals((await server.ended()).code, 130);
});

Deno.test("SIGHUP has the server read its settings again, and nobody notices", async () => {
  await using server = await Server.start();
  await using pat = await NativePeer.enter(server.port, "pat");
  for (let i = 0; i < 2; i++) server.signal("SIGHUP");
  await server.logged("reloaded");
  await pat.expectQuiet();
  server.signal("SIGTERM");
  await pat.expect({ type: "closing", reason: REASON });
  assertEquals((await server.ended()).code, 0);
});

const PYTHON = { isMet: succeeds("python3", "--version"), otherwise: "no python3" };

testNeeding(
  PYTHON,
  "on a terminal SIGHUP does the same, until the terminal itself is gone",
  async () => {
    using home = new Home();
    const serve = ["serve", "--host", "127.0.0.1", "--port", "0", "--db", home.file("chat.db")];
    const steps = [
      { expect: "listening" },
      { signal: "SIGHUP" },
      { expect: "reloaded" },
      { hangUp: true },
      { expectEnd: true },
    ];
    const argv = [...commandLine(), ...serve];
    const driver = fromFileUrl(new URL("../terminal/on_a_terminal.py", import.meta.url));
    const { stdout } = await new Deno.Command("python3", {
      args: [driver, JSON.stringify({ argv, columns: 80, rows: 24, steps })],
      clearEnv: true,
      env: environment(home),
      cwd: home.path,
    }).output();
    const { error, end } = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals([error, end], [undefined, "exit 0"]);
  },
);
