import { assert, assertEquals, assertMatch } from "@std/assert";
import { fill, indexAll } from "../store/filled.ts";
import { NativePeer } from "./native_peer.ts";
import { Home, Program, run } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

type Json = Record<string, unknown>;

function jsonLines(stdout: string): Json[] {
  return stdout.split("\n").slice(0, -1).map((line): Json => JSON.parse(line));
}

/** A server on which pat has said and done a few things, one of them for leslie alone. */
async function withTalk(home: Home, run: () => Promise<void>) {
  await using server = await Server.start({ home, flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });
  await pat.say("hello, all");
  await pat.say("\x1b[2Jred\nroses");
  await pat.send({ type: "act", room: "lobby", text: "waves" });
  for (let seq = 1; seq <= 3; seq++) {
    for (const peer of [pat, leslie]) await peer.expect({ type: "message", seq });
  }
  await pat.send({ type: "tell", nick: "leslie", text: "a secret rose" });
  await leslie.expect({ type: "told" });
  await run();
}

const DB = ["--db", "chat.db"];

Deno.test("what people say is read from the command line while the server runs", async () => {
  using home = new Home();
  await withTalk(home, async () => {
    const shown = await run(["history", ...DB], { home });
    const times = /\[\d{4}-\d\d-\d\d \d\d:\d\d\]/g;
    assertEquals(
      { ...shown, stdout: shown.stdout.replace(times, "[T]") },
      {
        code: 0,
        stdout: "[T] pat: hello, all\n[T] pat: ␛[2Jred␊roses\n[T] [pat waves]\n",
        stderr: "",
      },
    );
    const found = await run(["search", "ROS", ...DB], { home });
    assertEquals(found.stdout.replace(times, "[T]"), "[T] #lobby pat: ␛[2Jred␊roses\n");
    const rooms = await run(["history", "--rooms", ...DB], { home });
    assertMatch(rooms.stdout, /^lobby: 3 messages, last 2\d{3}-\d\d-\d\d \d\d:\d\d\n$/);
    const healthy = await run(["doctor", ...DB], { home });
    assertEquals([healthy.code, healthy.stderr], [0, ""]);
    assertMatch(
      healthy.stdout,
      /a server has it open\n(.*\n)*messages: 3, rooms: 1, direct messages: 1\n/,
    );
  });
});

Deno.test("for other programs there is JSON, and no direct message in any of it", async () => {
  using home = new Home();
  await withTalk(home, async () => {
    const texts = ["hello, all", "\x1b[2Jred\nroses", "waves"];
    for (const args of [["history", "--json"], ["export"]]) {
      const { stdout } = await run([...args, ...DB], { home });
      assertEquals(jsonLines(stdout).map(({ text }) => text), texts);
      assertEquals(Object.keys(jsonLines(stdout)[0]!).join(), "room,seq,at,nick,text,emote,id");
    }
    const search = await run(["search", "roses", "--json", ...DB], { home });
    assertEquals(jsonLines(search.stdout).map(({ seq }) => seq), [2]);
    const [rooms] = jsonLines(
      (await run(["history", "--rooms", "--json", ...DB], { home })).stdout,
    );
    assertEquals([rooms?.room, rooms?.messages], ["lobby", 3]);
    const [doctor] = jsonLines((await run(["doctor", "--json", ...DB], { home })).stdout);
    assertEquals([doctor?.server, doctor?.problems], [true, []]);
    for (const format of ["jsonl", "csv", "txt"]) {
      const { stdout } = await run(["export", "--format", format, ...DB], { home });
      assert(stdout.includes("hello, all") && !stdout.includes("secret"), stdout);
    }
  });
});

Deno.test("an export is imported elsewhere, but not into a database that a server has open", async () => {
  using home = new Home();
  await withTalk(home, async () => {
    const { stdout: exported } = await run(["export", ...DB], { home });
    Deno.writeTextFileSync(home.file("chat.jsonl"), exported);
    const refused = await run(["import", "chat.jsonl", ...DB], { home });
    assertEquals([refused.code, refused.stderr.includes("server")], [73, true]);

    const there = ["--db", "there.db"];
    const imported = await run(["import", "-", ...there], { home, stdin: exported });
    assertEquals(imported.stdout, "3 imported, 0 skipped that were here already\n");
    const again = await run(["import", "chat.jsonl", "--json", ...there], { home });
    assertEquals(again.stdout, '{"imported":0,"skipped":3}\n');
    assertEquals((await run(["export", ...there], { home })).stdout, exported);
    const wrong = await run(["import", "-", ...there], { home, stdin: exported + "nonsense\n" });
    assertEquals([wrong.code, wrong.stderr], [
      1,
      "chat: line 4: it is not JSON; nothing was imported\n",
    ]);
  });
});

Deno.test("the database is found as the server finds it", async () => {
  using home = new Home();
  fill(home.file("set.db"), [{ text: "of the file" }, { text: "in dev", room: "dev" }]).close();
  fill(home.file("flag.db"), [{ text: "of the flag", room: "dev" }]).close();
  Deno.writeTextFileSync(
    home.file("server.toml"),
    'db = "set.db"\nlobby = "dev"\n[[listen]]\naddress = "1"\n',
  );
  Deno.writeTextFileSync(home.file("other.toml"), 'db = "flag.db"\nlobby = "dev"\n');
  const text = async (args: string[], env = {}) => {
    const { stdout, stderr } = await run(["history", "--json", ...args], { home, env });
    assertEquals(stderr, "");
    return jsonLines(stdout).map(({ text }) => text).join();
  };
  assertEquals(await text([]), "in dev");
  assertEquals(await text(["lobby"]), "of the file");
  assertEquals(await text(["--config", "other.toml"]), "of the flag");
  assertEquals(await text([], { CHAT_DB: "flag.db" }), "of the flag");
  assertEquals(await text(["--db", "set.db"], { CHAT_DB: "flag.db" }), "in dev");
  Deno.removeSync(home.file("server.toml"));
  const usual = await run(["history"], { home });
  assertEquals(usual.code, 78);
  assert(usual.stderr.includes(home.file("data/chat/chat.db")), usual.stderr);
  const made = await run(["import", "-"], { home });
  assertEquals([made.code, Deno.statSync(home.file("data/chat/chat.db")).isFile], [0, true]);
});

const MISTAKES: [args: string[], code: number, says: RegExp][] = [
  [["history", "--before", "yesterday"], 2, /^chat: --before must be a time/],
  [["history", "a", "b"], 2, /one room/],
  [["history", "a b"], 2, /no room can be called/],
  [["history", "deb"], 1, /nothing was ever said in deb: did you mean dev\?/],
  [["history", "--limit", "0"], 2, /--limit/],
  [["search"], 2, /1 to 16 words/],
  [["search", "x", "--room", "nowhere"], 1, /nothing was ever said in nowhere/],
  [["export", "--format", "xml"], 2, /--format/],
  [["export", "more"], 2, /export takes no more/],
  [["import"], 2, /one file/],
  [["import", "missing.jsonl"], 1, /there is no such file/],
  [["history", "--db", "missing.db"], 78, /^chat: there is no database missing.db/],
  [["history", "--db", ":memory:"], 78, /nothing is kept/],
  [["export", "--db", "garbage.db"], 78, /damaged.*chat doctor/],
  [["doctor", "--db", "missing.db"], 1, /^$/],
  [["histroy"], 2, /did you mean history\?/],
];

Deno.test("each mistake is named in one line, with its exit code", async () => {
  using home = new Home();
  fill(home.file("chat.db"), [{ text: "hello", room: "dev" }]).close();
  Deno.writeTextFileSync(home.file("garbage.db"), "no database, ".repeat(100));
  await Promise.all(MISTAKES.map(async ([args, code, says]) => {
    const { code: actual, stderr } = await run(args, { home, env: { CHAT_DB: "chat.db" } });
    assertEquals(actual, code, `${args.join(" ")}: ${stderr}`);
    assertMatch(stderr.trimEnd(), says);
    assert(stderr.split("\n").length <= 2, stderr);
  }));
  assert(![...Deno.readDirSync(home.path)].some(({ name }) => name.startsWith("missing")));
});

Deno.test("a damaged database is examined with exit code 1, and is not changed", async () => {
  using home = new Home();
  const history = fill(home.file("chat.db"), [{ text: "hello" }]);
  indexAll(history);
  history.close();
  Deno.truncateSync(home.file("chat.db"), 9000);
  const before = Deno.readFileSync(home.file("chat.db"));
  const { code, stdout } = await run(["doctor", ...DB], { home });
  assertEquals(code, 1);
  assertMatch(stdout, /^WRONG: .*\n(.*\n)*something is wrong\n$/m);
  assertEquals(Deno.readFileSync(home.file("chat.db")), before);
});

Deno.test("an export whose reader has enough ends quietly", async () => {
  using home = new Home();
  fill(home.file("chat.db"), Array.from({ length: 5000 }, () => ({ text: "x".repeat(1000) })))
    .close();
  await using program = new Program(["export", ...DB], { home });
  await program.stdout.line(() => true);
  await program.stdout.hangUp();
  const { code, stderr } = await program.ended();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("each of these commands has help, with examples first", async () => {
  using home = new Home();
  await Promise.all(
    ["history", "search", "export", "import", "doctor", "audit"].map(async (command) => {
      const { code, stdout } = await run([command, "--help"], { home });
      assertEquals(code, 0);
      assertMatch(stdout, new RegExp(`^[A-Z].*\\n\\n(  .*\\n)*  .*chat ${command}`));
      assert(stdout.includes("--db") && stdout.includes("--config"), stdout);
    }),
  );
});
