import { assert, assertEquals, assertMatch } from "@std/assert";
import { bgnet0Packet, Bgnet0Peer } from "./bgnet0_peer.ts";
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

  Deno.test(`chat connect says that the server has gone, in ${dialect}`, async () => {
    using home = new Home();
    await using server = await Server.start();
    await using pat = new Program(
      ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${server.port}`],
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

/** A server that refuses everybody in the way of bgnet0, which has no word for it: after all was said. */
async function refuseOne(listener: Deno.TcpListener) {
  using connection = await listener.accept();
  const piece = new Uint8Array(1024);
  while (await connection.read(piece) !== null);
  const packet = bgnet0Packet('{"type": "chat", "nick": "*server*", "message": "pat: taken"}');
  await connection.write(packet);
}

Deno.test({
  name: "input that nobody was shown, because bgnet0 refused the nick, ends with code 1",
  // Expected: code 1, for "hi" was never said. The client exits with 0, since it had said goodbye.
  ignore: true,
  fn: async () => {
    using home = new Home();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const refusing = refuseOne(listener);
    const { code } = await run(
      ["connect", "--dialect", "bgnet0", "pat", "127.0.0.1", `${listener.addr.port}`],
      { home, stdin: "hi\n" },
    );
    await refusing;
    assertEquals(code, 1);
  },
});
