/** `chat connect` comes back when its connection is lost, and leaves for good when it is told to end. */
import { assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { NativePeer } from "./native_peer.ts";
import { Home, Program } from "./process.ts";
import { freePort, Server, UNTHROTTLED } from "./server.ts";

const LINES = 2000;

/** Somebody who has come into the lobby. */
async function enter(home: Home, port: number, flags: string[] = []): Promise<Program> {
  const program = new Program(["connect", ...flags, "pat", "127.0.0.1", `${port}`], { home });
  await program.stdout.line((line) => line === "*** pat has joined the chat");
  return program;
}

function said(home: Home): string[] {
  using database = new DatabaseSync(home.file("chat.db"), { readOnly: true });
  return database.prepare("SELECT text FROM message ORDER BY number").all()
    .map(({ text }) => String(text));
}

function isLost(line: string): boolean {
  return line.startsWith("*** the connection is lost; trying again in ");
}

Deno.test("lines typed while the server is away arrive once and in order when it is back", async () => {
  using home = new Home();
  const port = freePort();
  let pat: Program;
  {
    await using server = await Server.start({ home, port });
    pat = await enter(home, port);
    await pat.type("one\n");
    await pat.stdout.line((line) => line === "pat: one");
    server.signal("SIGKILL");
    await server.ended();
  }
  await using client = pat;
  await client.stderr.line(isLost);
  await client.type("two\nthree\n/me waits\n");
  await using _server = await Server.start({ home, port });
  await client.stderr.line((line) => line === "*** connected again");
  await client.type("four\n");
  await client.stdout.line((line) => line === "pat: four");
  await client.endInput();
  const { code, stdout } = await client.ended();
  assertEquals(code, 0);
  assertEquals(stdout.split("\n"), [
    "*** pat has joined the chat",
    "pat: one",
    "pat: two",
    "pat: three",
    "[pat waits]",
    "pat: four",
    "",
  ]);
  assertEquals(said(home), ["one", "two", "three", "waits", "four"]);
});

Deno.test("2,000 lines piped in across a restart of the server arrive exactly once", async () => {
  using home = new Home();
  const port = freePort();
  await using pat = await (async () => {
    await using server = await Server.start({ home, port, flags: UNTHROTTLED });
    await using leslie = await NativePeer.enter(port, "leslie");
    const pat = await enter(home, port);
    const lines = Array.from({ length: LINES }, (_, index) => `line ${index}\n`);
    await pat.type(lines.join(""));
    await pat.endInput();
    await leslie.expect({ type: "joined" });
    for (let i = 0; i < LINES / 4; i++) await leslie.expect({ type: "message", text: `line ${i}` });
    server.signal("SIGKILL");
    await server.ended();
    return pat;
  })();
  await pat.stderr.line(isLost);
  await using _server = await Server.start({ home, port, flags: UNTHROTTLED });
  const { code, stdout, stderr } = await pat.ended();
  assertEquals(code, 0, stderr);
  const expected = Array.from({ length: LINES }, (_, index) => `line ${index}`);
  assertEquals(said(home), expected);
  assertEquals(
    stdout.split("\n").filter((line) => line.startsWith("pat: ")),
    expected.map((line) => `pat: ${line}`),
  );
});

const ENDINGS: Record<
  string,
  { end(pat: Program, leslie: NativePeer): Promise<void>; code: number }
> = {
  "Ctrl-C": { end: (pat) => Promise.resolve(pat.signal("SIGINT")), code: 130 },
  "SIGTERM": { end: (pat) => Promise.resolve(pat.signal("SIGTERM")), code: 143 },
  "SIGHUP": { end: (pat) => Promise.resolve(pat.signal("SIGHUP")), code: 129 },
  "the end of its input": { end: (pat) => pat.endInput(), code: 0 },
  "/q": { end: (pat) => pat.type("/q\n"), code: 0 },
  "an output that nobody reads": {
    async end(pat, leslie) {
      await pat.stdout.hangUp();
      await leslie.say("is anybody there?");
      await leslie.expect({ type: "message" });
    },
    code: 0,
  },
};

for (const [what, { end, code }] of Object.entries(ENDINGS)) {
  Deno.test(`whoever ends by ${what} has left at once, and the name is free`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await using pat = await enter(home, server.port);
    await leslie.expect({ type: "joined", nick: "pat" });
    await end(pat, leslie);
    await leslie.expect({ type: "quitted", nick: "pat" });
    await using _other = await NativePeer.enter(server.port, "pat");
    assertEquals((await pat.ended()).code, code);
  });
}

Deno.test("a client that was killed and is started again has its place, and nobody has noticed", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  {
    await using pat = await enter(home, server.port);
    await leslie.expect({ type: "joined", nick: "pat" });
    await pat.type("/nick patricia\n");
    await leslie.expect({ type: "renamed", nick: "pat", to: "patricia" });
    pat.signal("SIGKILL");
    await pat.ended();
  }
  await leslie.say("still there?");
  await leslie.expect({ type: "message" });
  const args = ["connect", "pat", "127.0.0.1", `${server.port}`];
  await using pat = new Program(args, { home });
  await pat.type("yes\n");
  await leslie.expect({ type: "message", nick: "patricia", text: "yes" });
  await leslie.expectQuiet();
});

Deno.test("a server that does not come back in time ends the client with code 69", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using pat = await enter(home, server.port, ["--reconnect-seconds", "1"]);
  // Typed before the time begins that it has, and yet never heard.
  server.signal("SIGSTOP");
  await pat.type("lost\n");
  server.signal("SIGKILL");
  await server.ended();
  await pat.stderr.line(isLost);
  const { code, stderr } = await pat.ended();
  assertEquals(code, 69);
  assertMatch(stderr, /it is not tried any more/);
  assertMatch(stderr, /has not confirmed 1 of the messages\n$/);
});

Deno.test("a second client by the same name is refused, and the first one stays", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using first = await enter(home, server.port);
  await leslie.expect({ type: "joined", nick: "pat" });
  await using second = new Program(["connect", "pat", "127.0.0.1", `${server.port}`], { home });
  const { code, stderr } = await second.ended();
  assertEquals(code, 1);
  assertMatch(stderr, /^\*\*\* pat: somebody here has that name[^\n]*\n$/);
  await leslie.say("pat?");
  await leslie.expect({ type: "message" });
  await first.type("here\n");
  await leslie.expect({ type: "message", nick: "pat", text: "here" });
  assertEquals(first.stderr.text, "");
});
