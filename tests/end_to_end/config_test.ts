/** Settings of the client as a person meets them: the file, its servers by name, and `chat config`. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { NativePeer } from "./native_peer.ts";
import { succeeds, testNeeding } from "./needs.ts";
import { Home, run } from "./process.ts";
import { Server } from "./server.ts";

/** Where client.toml of this home is. */
function clientToml(home: Home): string {
  return home.file("config/chat/client.toml");
}

function write(home: Home, text: string) {
  Deno.mkdirSync(home.file("config/chat"), { recursive: true });
  Deno.writeTextFileSync(clientToml(home), text);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

Deno.test("chat config path says where the file is, and beside that whether it is there", async () => {
  using home = new Home();
  const path = `${clientToml(home)}\n`;
  const before = await run(["config", "path"], { home });
  assertEquals([before.code, before.stdout], [0, path]);
  assertMatch(before.stderr, /^it is not there; chat config init writes it\n$/);
  write(home, "");
  assertEquals(await run(["config", "path"], { home }), {
    code: 0,
    stdout: path,
    stderr: "it is there\n",
  });
});

Deno.test("chat config init writes a file that sets nothing, for its owner alone", async () => {
  using home = new Home();
  const path = clientToml(home);
  const before = await run(["config", "show"], { home });
  assertEquals(await run(["config", "init"], { home }), {
    code: 0,
    stdout: "",
    stderr: `wrote ${path}\n`,
  });
  const text = Deno.readTextFileSync(path);
  for (const line of ['# time = "hh:mm"', "# [[server]]", "# [keys]", '# tab = "complete" ']) {
    assert(text.includes(`\n${line}`), line);
  }
  assertEquals(await run(["config", "show"], { home }), before);
  if (Deno.build.os === "windows") return;
  const modes = [home.file("config/chat"), path].map((it) => (Deno.statSync(it).mode ?? 0) & 0o777);
  assertEquals(modes, [0o700, 0o600]);
});

Deno.test("chat config init never writes over a file, with code 73", async () => {
  using home = new Home();
  write(home, "mouse = false\n");
  const { code, stdout, stderr } = await run(["config", "init"], { home });
  assertEquals([code, stdout], [73, ""]);
  assertMatch(stderr, /^chat: cannot create .*client\.toml: it is there already[^\n]*\n$/);
  assertEquals(Deno.readTextFileSync(clientToml(home)), "mouse = false\n");
});

Deno.test("chat config init writes the file that is named, in a directory that is there", async () => {
  using home = new Home();
  const args = ["config", "init", "--config", "mine.toml"];
  assertEquals((await run(args, { home })).code, 0);
  assert(exists(home.file("mine.toml")));
  assert(!exists(clientToml(home)));
  const nowhere = await run(["config", "init", "--config", "nowhere/mine.toml"], { home });
  assertEquals(nowhere.code, 73);
  assert(!exists(home.file("nowhere")));
});

Deno.test("chat config show tells of each setting where it comes from", async () => {
  using home = new Home();
  write(home, 'nick = "file"\ncolor = "never"\n[keys]\nf5 = "page-up"\n');
  const args = ["config", "show", "--nick", "flag"];
  const { code, stdout } = await run(args, { home, env: { CHAT_TIME: "off" } });
  assertEquals(code, 0);
  for (
    const line of [
      /^nick = "flag" +# --nick$/m,
      /^time = "off" +# CHAT_TIME$/m,
      /^color = "never" +# .*client\.toml:2$/m,
      /^mouse = true +# default$/m,
      /^f5 = "page-up" +# .*client\.toml:4$/m,
      /^tab = "complete" +# default$/m,
    ]
  ) assertMatch(stdout, line);

  const shown = JSON.parse((await run([...args, "--json"], { home })).stdout);
  const file = clientToml(home);
  assertEquals(shown.file, file);
  assertEquals(shown.settings.nick, { value: "flag", from: "--nick" });
  assertEquals(shown.keys.f5, { value: "page-up", from: `${file}:4` });
  assertEquals(shown.servers, []);
});

Deno.test("what chat config cannot do is refused in one line, with a code that says of what kind it is", async () => {
  using home = new Home();
  write(home, '[keys]\nctlr-x = "next"\n');
  const cases: [args: string, code: number, says: RegExp][] = [
    ["config", 2, /config takes path, show or init: chat config --help/],
    ["config pth", 2, /not "pth": did you mean path\?/],
    ["config path here", 2, /config path takes no here/],
    ["config init --nick pat", 2, /unknown option --nick/],
    ["config show --tiem off", 2, /unknown option --tiem, did you mean --time\?/],
    ["config show --time 12", 2, /--time: time must be one of off, hh:mm, hh:mm:ss, not "12"/],
    ["config show --config nowhere.toml", 78, /nowhere\.toml: there is no such file/],
    ["config show", 78, /client\.toml:2: unknown key "ctlr-x", did you mean ctrl-x\?/],
  ];
  for (const [args, code, says] of cases) {
    const ended = await run(args.split(" "), { home });
    assertEquals([ended.code, ended.stdout], [code, ""], args);
    assertMatch(ended.stderr, /^chat: [^\n]+\n$/, args);
    assertMatch(ended.stderr, says);
  }
  const nowhere = await run(["config", "path"], { home, env: { HOME: "", XDG_CONFIG_HOME: "" } });
  assertEquals(nowhere.code, 78);
  assertMatch(nowhere.stderr, /HOME is not set/);
});

Deno.test("help and version are shown for each part of chat config", async () => {
  using home = new Home();
  for (const args of [["-h"], ["path", "-h"], ["show", "--help"], ["init", "--nonsense", "-h"]]) {
    const { code, stdout, stderr } = await run(["config", ...args], { home });
    assertEquals([code, stderr], [0, ""]);
    assertMatch(stdout, /chat config path .*chat config show .*chat config init .*--json/s);
  }
  assertMatch((await run(["config", "-V"], { home })).stdout, /^chat \d+\.\d+\.\d+\n$/);
  assertMatch((await run(["--help"], { home })).stdout, /^ {2}config /m);
});

Deno.test("chat connect goes to a server by its name, in any of the forms that take a host", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  write(
    home,
    `nick = "nobody"\n[[server]]\nname = "work"\naddress = "127.0.0.1:${server.port}"\n` +
      'default = true\nnick = "pat"\ndialect = "bgnet0"\n',
  );
  const forms: [args: string[], nick: string][] = [
    [["work"], "pat"],
    [[], "pat"],
    [["--target", "work"], "pat"],
    [["chris", "work"], "chris"],
    [["--nick", "chris", "--dialect", "native", "work"], "chris"],
  ];
  for (const [args, nick] of forms) {
    const ended = await run(["connect", ...args], { home, stdin: "hi\n" });
    assertEquals([ended.code, ended.stderr], [0, ""], args.join(" "));
    await leslie.expect(
      { type: "joined", nick },
      { type: "message", nick, text: "hi" },
      { type: "quitted", nick },
    );
  }
  const args = ["connect", "work"];
  await run(args, { home, env: { CHAT_NICK: "sam" }, stdin: "hi\n" });
  await leslie.expect({ type: "joined", nick: "sam" });
});

Deno.test("a program that has no home, and no terminal, connects and writes no file", async () => {
  using home = new Home();
  await using server = await Server.start();
  const args = ["connect", "pat", "127.0.0.1", `${server.port}`];
  const env = { HOME: "", XDG_CONFIG_HOME: "" };
  const homeless = await run(args, { home, env, stdin: "hi\n" });
  assertEquals([homeless.code, homeless.stderr], [0, ""]);
  assertEquals((await run(args, { home, stdin: "hi\n" })).code, 0);
  assert(!exists(clientToml(home)));
});

/** A program that only does what `chat connect` does at first, and says what came of it. */
const FIRST_RUN = `
  import { createFirstClientFile } from "${new URL(
  "../../src/client_settings.ts",
  import.meta.url,
)}";
  const line = { values: {}, positionals: [], help: false, version: false };
  for (let i = 0; i < 2; i++) Deno.stdout.writeSync(
    new TextEncoder().encode("[" + (createFirstClientFile(line) ?? "nothing") + "]\\n"));
`;

testNeeding(
  { isMet: succeeds("script", "-qec", "true", "/dev/null"), otherwise: "no script of util-linux" },
  "who comes for the first time, at a terminal, is given a file; and nothing is ever said of failing",
  async () => {
    using home = new Home();
    const script = home.file("first.ts");
    Deno.writeTextFileSync(script, FIRST_RUN);
    const config = fromFileUrl(new URL("../../deno.json", import.meta.url));
    const line = `${Deno.execPath()} run -A --config ${config} ${script}`;
    const first = async (configHome: string, command: string[]) => {
      const { stdout } = await new Deno.Command(command[0]!, {
        args: command.slice(1),
        env: { XDG_CONFIG_HOME: configHome, NO_COLOR: "1" },
        stdin: "null",
        stderr: "null",
      }).output();
      return [...new TextDecoder().decode(stdout).matchAll(/\[([^\]\n]*)\]\r?\n/g)].map(([, it]) =>
        it
      );
    };
    const onTerminal = ["script", "-qec", line, "/dev/null"];
    const path = clientToml(home);
    assertEquals(await first(home.file("config"), line.split(" ")), ["nothing", "nothing"]);
    assert(!exists(path));
    assertEquals(await first(home.file("config"), onTerminal), [path, "nothing"]);
    assertMatch(Deno.readTextFileSync(path), /^# client\.toml/);
    // Not even root may make a file there.
    assertEquals(await first("/proc/nowhere", onTerminal), ["nothing", "nothing"]);
  },
);
