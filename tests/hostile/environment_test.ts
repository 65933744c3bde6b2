/** What a server gives away of the secrets that it is told, and what it does when it has no files left. */
import { assert } from "@std/assert";
import { Key } from "../end_to_end/key.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { Home } from "../end_to_end/process.ts";
import { Server, UNTHROTTLED } from "../end_to_end/server.ts";
import { Bystander } from "./bystander.ts";
import { each, saysAll } from "./siege.ts";

Deno.test("secrets are in no log, no command line, no metrics and no file, nor in what others are told", async () => {
  using home = new Home();
  const key = await Key.make();
  const env = { CHAT_SERVER_PASSWORD: "open-sesame-1" };
  const flags = [...UNTHROTTLED, "--operators", key.text];
  const server = await Server.start({ home, flags, env });
  const secrets = ["open-sesame-1", "token-of-mallory-2", "lock-of-board-3"];
  {
    await using other = await NativePeer.connect(server.port);
    await other.send({ type: "hello", nick: "other", password: "open-sesame-1" });
    await other.expect({ type: "entered" });
    await using peer = await NativePeer.connect(server.port);
    await key.prove(peer, server.address);
    const hello = { type: "hello", nick: "mallory", token: "token-of-mallory-2" };
    await peer.send({ ...hello, password: "wrong-guess-4" });
    await peer.expect({ type: "failed", code: "bad-password" });
    await peer.send({ ...hello, password: "open-sesame-1" }, { type: "claim" }, { type: "token" });
    await peer.expect({ type: "entered" }, { type: "claimed" });
    secrets.push("wrong-guess-4", (await peer.expect({ type: "token" })).token as string);
    const board = { room: "board", password: "lock-of-board-3" };
    await peer.send({ type: "join", room: "board" }, { type: "lock", ...board });
    await peer.expect({ type: "joined" });
    const lock = JSON.stringify(await peer.expect({ type: "locked" }));
    assert(!lock.includes("lock-of-board-3"));
    await other.send({ type: "join", room: "board", password: "wrong-guess-5" });
    await other.expect({ type: "failed", code: "bad-password" });
    await other.send({ type: "join", ...board });
    const joined = JSON.stringify(await other.expect({ type: "joined" }));
    assert(!secrets.some((it) => joined.includes(it)));
    secrets.push("wrong-guess-5");
  }
  const { pid, port } = server;
  const commandLine = Deno.readTextFileSync(`/proc/${pid}/cmdline`);
  const metrics = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  server.signal("SIGTERM");
  const { stderr, stdout } = await server.ended();
  await server[Symbol.asyncDispose]();
  const files = [...Deno.readDirSync(home.path)].filter(({ isFile }) => isFile)
    .map(({ name }) => new TextDecoder("latin1").decode(Deno.readFileSync(home.file(name))));
  const places = { commandLine, metrics, stderr, stdout, files: files.join("") };
  for (const [where, text] of Object.entries(places)) {
    for (const secret of secrets) assert(!text.includes(secret), `${secret} is in ${where}`);
  }
  assert(files.length > 0);
});

Deno.test("while there are no files left those who are there are not held up, and others come in later", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED, descriptors: 80 });
  await using bystander = await Bystander.enter(server);
  await bystander.undisturbed(async () => {
    await using stack = new AsyncDisposableStack();
    await each(Array.from({ length: 120 }), 20, async () => {
      stack.use(await Peer.connect(server.port));
    });
    await server.logged("a connection could not be accepted");
  });
  await using late = await NativePeer.enter(server.port, "late");
  await late.expectQuiet();
});

Deno.test("nothing that strangers send makes a second line of the log, or one that is not ours", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  const forged = '{"time":"now","level":"error","message":"forged"}';
  const openings = [
    `\x01\n${forged}\n`,
    `HELLO-FROM ${forged}\n`,
    `${forged}\n`,
    `name\r\n/quit \x1b[2J${forged}\r\n`,
    `GET /\n${forged} HTTP/1.1\r\nHost: ${forged}\r\n\r\n`,
    `CHAT/1.0 JOIN\r\nUsername: ${forged}\r\nMsg-len: ${forged}\r\n\r\n`,
  ];
  for (const opening of openings) {
    await saysAll(server.port, new TextEncoder().encode(opening));
  }
  server.signal("SIGTERM");
  const { stderr } = await server.ended();
  const messages = stderr.trimEnd().split("\n").map((line) => JSON.parse(line).message);
  assert(messages.includes("ended"), stderr);
  assert(!messages.includes("forged"), stderr);
});
