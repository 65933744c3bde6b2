/** How the program ends when it cannot do what it was asked for: an exit code, one line, never a stack. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import project from "../../deno.json" with { type: "json" };
import { Home, run } from "./process.ts";
import { freePort, Server } from "./server.ts";

/** One line, from us, for people. */
function assertOneLine(stderr: string, says: RegExp, about: string) {
  assertMatch(stderr, /^chat: [^\n]+\n$/, about);
  assertMatch(stderr, says, about);
  // deno-lint-ignore no-control-regex
  assert(!/[\x00-\x09\x0b-\x1f\x7f]/.test(stderr), about);
}

const REFUSED: [args: string, code: number, says: RegExp][] = [
  ["sreve", 2, /no command "sreve": did you mean serve\?/],
  ["dance", 2, /no command "dance": chat --help/],
  ["--nick", 2, /no command "--nick"/],
  ["serve --prot 0", 2, /unknown option --prot, did you mean --port\?/],
  ["serve --qqqqqqq", 2, /unknown option --qqqqqqq$/m],
  ["serve --port", 2, /--port needs a value/],
  ["serve --port 70000", 2, /--port/],
  ["serve --port -1", 2, /unknown option -1/],
  ["serve --port 1e3", 2, /--port/],
  ["serve lots", 2, /port/],
  ["serve 0 0", 2, /one port, not also 0/],
  ["serve --dialect bgnet", 2, /--dialect/],
  ["serve --max-users 0", 2, /--max-users/],
  ["serve --config nowhere.toml", 78, /nowhere\.toml: there is no such file/],
  ["serve --lobby #", 78, /lobby/],
  ["serve --port 0 --db :memory: --host 192.0.2.1", 78, /192\.0\.2\.1:0: this machine has no such/],
  [
    "serve --max-queue-bytes 65536",
    78,
    /max_queue_bytes must be at least \d+ where max_text_bytes/,
  ],
  ["serve --max-text-bytes 1000000", 78, /max_message_bytes must be at least \d+ where/],
  ["serve --port 0 --db nowhere/\x1b]0;x\x07\x9b/db", 73, /nowhere\/␛\]0;x␇<U\+009B>\/db/],
  ["\x9b2J\u202e", 2, /no command "<U\+009B>2J<U\+202E>"/],
  ["serve --port 0 --db nowhere/chat.db", 73, /cannot create nowhere\/chat\.db/],
  ["serve --port 0 --db .", 73, /cannot write \./],
  ["connect --nikc pat localhost:1", 2, /unknown option --nikc, did you mean --nick\?/],
  ["connect --nick", 2, /--nick needs a value/],
  ["connect localhost:1", 2, /a nick is needed/],
  ["connect --nick p@t localhost:1", 2, /"p@t" cannot be a nick/],
  ["connect --nick ... localhost:1", 2, /"\.\.\." cannot be a nick/],
  ["connect pat localhost port", 2, /is no HOST:PORT/],
  ["connect pat localhost 0", 2, /is no HOST:PORT/],
  ["connect pat localhost 1 more", 2, /too many arguments: more/],
  ["connect --dialect bgnet --nick pat localhost:1", 2, /--dialect/],
  ["connect --config nowhere.toml --nick pat localhost:1", 78, /nowhere\.toml/],
];

Deno.test("what makes no sense is refused in one line, with a code that says of what kind it is", async () => {
  using home = new Home();
  for (const [args, code, says] of REFUSED) {
    const ended = await run(args.split(" "), { home });
    assertOneLine(ended.stderr, says, args);
    assertEquals([ended.code, ended.stdout], [code, ""], args);
  }
});

Deno.test("a setting that cannot be used is named with its file and line, or its variable", async () => {
  using home = new Home();
  const files: [text: string, says: RegExp][] = [
    ['port = 3490\nhost = "unfinished\n', /server\.toml:2/],
    ["# a comment\n\nprot = 3490\n", /server\.toml:3: unknown key "prot", did you mean port\?/],
    ['port = "3490"\n', /server\.toml:1: port/],
    ["port = 70000\n", /server\.toml:1: port/],
    ['[[listen]]\naddress = "no address"\n', /server\.toml:2: address/],
  ];
  for (const [text, says] of files) {
    Deno.writeTextFileSync(home.file("server.toml"), text);
    for (const args of [["serve"], ["serve", "--config", home.file("server.toml")]]) {
      const { code, stderr } = await run(args, { home });
      assertOneLine(stderr, says, text);
      assertEquals(code, 78, text);
    }
  }
  Deno.removeSync(home.file("server.toml"));
  const { code, stderr } = await run(["serve"], { home, env: { CHAT_PORT: "many" } });
  assertOneLine(stderr, /CHAT_PORT/, "CHAT_PORT");
  assertEquals(code, 78);
});

Deno.test("help and version are shown for each command, whatever else is on the line", async () => {
  using home = new Home();
  const asked: [args: string, says: RegExp][] = [
    ["--help", /chat serve .*chat connect .*Exit codes/s],
    ["-h", /chat serve .*chat connect .*Exit codes/s],
    ["help", /chat serve .*chat connect .*Exit codes/s],
    ["serve --help", /chat serve --config .*--max-users N .*\[default: 10000\]/s],
    ["serve --nonsense -h", /chat serve --config .*--max-users N/s],
    ["connect --help", /chat connect --nick chris localhost:3490.*--listen /s],
    ["connect a b c d -h", /chat connect --nick chris/],
    ["--version", /^chat \d+\.\d+\.\d+\n$/],
    ["-V", /^chat \d+\.\d+\.\d+\n$/],
    ["serve --version", /^chat \d+\.\d+\.\d+\n$/],
    ["connect --version", /^chat \d+\.\d+\.\d+\n$/],
  ];
  for (const [args, says] of asked) {
    const { code, stdout, stderr } = await run(args.split(" "), { home });
    assertEquals([code, stderr], [0, ""], args);
    assertMatch(stdout, says, args);
    if (says.source.startsWith("^chat")) assertEquals(stdout, `chat ${project.version}\n`);
  }
  const { code, stdout, stderr } = await run([], { home });
  assertEquals([code, stdout], [2, ""]);
  assertMatch(stderr, /chat serve/);
});

Deno.test("where nothing listens, chat connect says so, with code 69", async () => {
  using home = new Home();
  const port = freePort();
  for (const dialect of ["native", "bgnet0"]) {
    const args = ["connect", "--dialect", dialect, "pat", "127.0.0.1", `${port}`];
    const { code, stdout, stderr } = await run(args, { home, stdin: "hi\n" });
    assertOneLine(stderr, /cannot reach 127\.0\.0\.1:\d+: no server listens there/, dialect);
    assertEquals([code, stdout], [69, ""]);
  }
});

Deno.test("a port that is in use is not listened on, with code 73", async () => {
  using home = new Home();
  await using server = await Server.start();
  for (const port of [["--port", `${server.port}`], [`${server.port}`]]) {
    const args = ["serve", "--host", "127.0.0.1", "--db", ":memory:", ...port];
    const { code, stdout, stderr } = await run(args, { home });
    assertOneLine(stderr, /cannot listen on 127\.0\.0\.1:\d+: something else listens/, `${port}`);
    assertEquals([code, stdout], [73, ""]);
  }
});

const STRANGE_FILES: Record<string, (path: string) => void> = {
  "no database at all": (path) => Deno.writeTextFileSync(path, "no database ".repeat(1000)),
  "a few bytes": (path) => Deno.writeTextFileSync(path, "hi"),
  "another program's database": (path) => {
    const database = new DatabaseSync(path);
    database.exec("CREATE TABLE bookmark (url TEXT); INSERT INTO bookmark VALUES ('here')");
    database.close();
  },
  "a newer chat's database": (path) => {
    const database = new DatabaseSync(path);
    database.exec(
      `CREATE TABLE message (x); PRAGMA application_id = ${0x63686174}; PRAGMA user_version = 999`,
    );
    database.close();
  },
};

for (const [what, make] of Object.entries(STRANGE_FILES)) {
  Deno.test(`${what} is not used for messages, with code 78, and not changed`, async () => {
    using home = new Home();
    const path = home.file("strange.db");
    make(path);
    const before = Deno.readFileSync(path);
    const { code, stdout, stderr } = await run(["serve", "--port", "0", "--db", path], { home });
    assertOneLine(stderr, /cannot use .*strange\.db as the database: /, what);
    assertEquals([code, stdout], [78, ""]);
    assertEquals(Deno.readFileSync(path), before);
  });
}

Deno.test({
  name: "a database that may not be written ends the server, with code 77",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    using home = new Home();
    // Not even root may make a file there.
    const path = "/sys/chat.db";
    const { code, stderr } = await run(["serve", "--port", "0", "--db", path], { home });
    assertOneLine(stderr, /cannot write .*chat\.db: not permitted/, path);
    assertEquals(code, 77);
  },
});
