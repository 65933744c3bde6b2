import { assert, assertEquals, assertMatch } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Home, Program, run } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const DIALECTS = ["native", "bgnet0"];

/** The ways to say where to and as whom; where none says it, USER is pat. */
function forms(port: number): string[][] {
  return [
    ["--nick", "pat", `127.0.0.1:${port}`],
    ["-n", "pat", `localhost:${port}`],
    ["--nick=pat", "--", `127.0.0.1:${port}`],
    [`127.0.0.1:${port}`],
    ["127.0.0.1", `${port}`],
    ["pat", `127.0.0.1:${port}`],
    ["pat", "localhost", `${port}`],
    ["--target", "127.0.0.1", "--port", `${port}`, "--username", "pat"],
    ["--port", `${port}`, "--username", "pat"],
    ["-a", "127.0.0.1", "-p", `${port}`],
    ["--server", `127.0.0.1:${port}`],
  ];
}

for (const dialect of DIALECTS) {
  Deno.test(`chat connect says its input and leaves, in ${dialect}, however it is called`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    for (const form of forms(server.port)) {
      const args = ["connect", "--dialect", dialect, ...form];
      const ended = await run(args, { home, env: { USER: "pat" }, stdin: "hi\n" });
      const said = "*** pat has joined the chat\npat: hi\n";
      assertEquals(ended, { code: 0, stdout: said, stderr: "" }, args.join(" "));
      await leslie.expect(
        { type: "joined", nick: "pat" },
        { type: "message", nick: "pat", text: "hi" },
        { type: "quitted", nick: "pat" },
      );
    }
  });

  Deno.test(`200 lines pasted into chat connect all arrive, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using leslie = await NativePeer.enter(server.port, "leslie");
    const lines = Array.from({ length: 200 }, (_, index) => `line ${index} žluť`);
    const { code, stdout } = await run(
      ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home, stdin: lines.join("\n") },
    );
    assertEquals(code, 0);
    assertEquals(stdout.split("\n").slice(1, -1), lines.map((line) => `pat: ${line}`));
    await leslie.expect(
      { type: "joined" },
      ...lines.map((text) => ({ type: "message", text })),
      { type: "quitted" },
    );
  });

  Deno.test(`lines pasted faster than the server hears them all arrive, in ${dialect}`, async () => {
    using home = new Home();
    const flags = ["--burst-commands", "3", "--commands-per-second", "40"];
    await using server = await Server.start({ flags });
    const lines = Array.from({ length: 20 }, (_, index) => `line ${index}`);
    const { code, stdout } = await run(
      ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home, stdin: lines.join("\r\n") + "\r\n" },
    );
    assertEquals(code, 0);
    assertEquals(stdout.split("\n").slice(1, -1), lines.map((line) => `pat: ${line}`));
  });

  Deno.test(`chat connect --listen stays when its input ends, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await using pat = new Program(
      ["connect", "--listen", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home },
    );
    await pat.type("hi");
    await pat.endInput();
    await pat.stdout.line((line) => line === "pat: hi");
    await leslie.say("are you there?");
    await pat.stdout.line((line) => line === "leslie: are you there?");
    pat.signal("SIGINT");
    assertEquals((await pat.ended()).code, 130);
  });

  Deno.test(`chat connect ends quietly when nobody reads what it shows, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await using pat = new Program(
      ["connect", "--listen", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home },
    );
    await pat.stdout.line((line) => line === "*** pat has joined the chat");
    await pat.stdout.hangUp();
    await leslie.say("is anybody there?");
    const { code, stderr } = await pat.ended();
    assertEquals({ code, stderr }, { code: 0, stderr: "" });
    await leslie.expect({ type: "joined" }, { type: "message" }, { type: "quitted", nick: "pat" });
  });

  Deno.test(`what strangers say never reaches the terminal raw, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using stranger = await Bgnet0Peer.enter(server.port, "stranger");
    await using pat = new Program(
      ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home },
    );
    await pat.stdout.line((line) => line === "*** pat has joined the chat");
    await stranger.send(
      '{"type": "chat", "message": "\\u001b]0;owned\\u0007\\r\\npat: no\\u009b2J"}',
    );
    await stranger.send('{"type": "chat", "message": "the end"}');
    await pat.stdout.line((line) => line === "stranger: the end");
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f\x7f-\x9f]/.test(pat.stdout.text), pat.stdout.text);
    assertEquals(pat.stdout.lines.length, 3);
  });

  Deno.test(`chat connect says in one line that its nick is taken, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using _pat = await NativePeer.enter(server.port, "pat");
    await using twin = new Program(
      ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
      { home },
    );
    const { code, stdout, stderr } = await twin.ended();
    assertEquals(code, 1);
    assertMatch(stdout + stderr, /somebody here has that name/);
    assert(!(stdout + stderr).includes("    at "));
  });

  Deno.test(`chat connect says that the server has gone, where it is not to come back, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    const flags = ["--dialect", dialect, "--reconnect-seconds", "0"];
    await using pat = new Program(
      ["connect", ...flags, "pat", "127.0.0.1", `${server.port}`],
      { home },
    );
    await pat.stdout.line((line) => line === "*** pat has joined the chat");
    server.signal("SIGKILL");
    const { code, stderr } = await pat.ended();
    assertEquals({ code, stderr }, {
      code: 1,
      stderr: "*** the server has closed the connection\n",
    });
  });
}

Deno.test("what is typed with a slash is done, told or refused, and never said by mistake", async () => {
  using home = new Home();
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  const typed = ["/me waves", "//me", "", "/mesage leslie secret", "/msg leslie psst", "/users"];
  const { code, stdout, stderr } = await run(
    ["connect", "pat", "127.0.0.1", `${server.port}`],
    { home, stdin: typed.join("\n") },
  );
  assertEquals({ code, stderr }, {
    code: 0,
    stderr: "*** there is no /mesage: did you mean /message?\n",
  });
  assertEquals(stdout.split("\n").slice(1, -1), [
    "[pat waves]",
    "pat: /me",
    "pat -> leslie: psst",
    "*** 2 here: leslie, pat",
  ]);
  await leslie.expect(
    { type: "joined" },
    { type: "message", text: "waves", emote: true },
    { type: "message", text: "/me", emote: false },
    { type: "told", text: "psst" },
    { type: "quitted" },
  );
});

Deno.test("chat connect takes what the command line leaves open from variables and client.toml", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie", "dev");
  Deno.mkdirSync(home.file("config/chat"), { recursive: true });
  const settings = `server = "${server.address}"\nroom = "nowhere"\nnick = "pat"\n`;
  Deno.writeTextFileSync(home.file("config/chat/client.toml"), settings);
  const { code, stderr } = await run(
    ["connect"],
    { home, env: { CHAT_ROOM: "dev" }, stdin: "hi\n" },
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  await leslie.expect({ type: "joined", room: "dev", nick: "pat" }, {
    type: "message",
    text: "hi",
  });
});

/** Serves one connection: hears all that it has to say, or its first words, then says these bytes and hangs up. */
async function answerOne(listener: Deno.TcpListener, answer: string, isHasty: boolean) {
  using connection = await listener.accept();
  const piece = new Uint8Array(1024);
  while (await connection.read(piece) !== null && !isHasty);
  if (answer !== "") await connection.write(Uint8Array.from(answer, (it) => it.charCodeAt(0)));
}

/** What `echo hi | chat connect` makes of a server that gives this answer. */
async function sayHiTo(answer: string, dialect: string) {
  using home = new Home();
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  // Who proves a key waits for an answer to that before it says anything else.
  const answering = answerOne(listener, answer, dialect === "native");
  const args = ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${listener.addr.port}`];
  const ended = await run(args, { home, stdin: "hi\n" });
  await answering;
  return ended;
}

const JOINED = '\0\x1f{"type": "join", "nick": "pat"}';
const REFUSED = '\0\x36{"type": "chat", "nick": "*server*", "message": "no"}';

Deno.test("input that comes back was said, with code 0", async () => {
  const answer = JOINED + '\0\x30{"type": "chat", "nick": "pat", "message": "hi"}';
  const said = "*** pat has joined the chat\npat: hi\n";
  assertEquals(await sayHiTo(answer, "bgnet0"), { code: 0, stdout: said, stderr: "" });
});

Deno.test("input that the server never took ends with code 1", async () => {
  const answers: [answer: string, dialect: string][] = [
    ["", "native"],
    ["", "bgnet0"],
    [REFUSED, "bgnet0"],
    [JOINED, "bgnet0"],
  ];
  for (const [answer, dialect] of answers) {
    const { code, stderr } = await sayHiTo(answer, dialect);
    assertEquals(code, 1, `${dialect}: ${JSON.stringify(answer)}`);
    assertMatch(stderr, /^[^\n]+\n$/);
  }
});

Deno.test("a server that speaks something else is an error of one line", async () => {
  const answers: [answer: string, dialect: string][] = [
    ["SSH-2.0-OpenSSH_9.6\r\n", "native"],
    ["HTTP/1.1 400 Bad Request\r\n\r\n", "native"],
    [JOINED, "native"],
    ["\0\x05hello", "bgnet0"],
  ];
  for (const [answer, dialect] of answers) {
    const { code, stdout, stderr } = await sayHiTo(answer, dialect);
    assertEquals([code, stdout], [1, ""], answer);
    assertMatch(stderr, /^[^\n]*the server's bytes make no sense[^\n]*\n$/, answer);
  }
});
