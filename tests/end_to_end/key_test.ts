/** `chat key` as it is typed. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { testNeeding } from "./needs.ts";
import { Pane, TMUX } from "./pane.ts";
import { type Ended, Home, run } from "./process.ts";

const KEY = /^ed25519:[\w-]{43}\n$/;

function key(home: Home, words: string, options: { stdin?: string } = {}): Promise<Ended> {
  return run(["key", ...words.split(" ")], { home, ...options });
}

function usualFile(home: Home): string {
  return home.file("config/chat/key.pem");
}

Deno.test("chat key show makes a key once, and shows its public half and where it is", async () => {
  using home = new Home();
  const first = await key(home, "show");
  assertMatch(first.stdout, KEY);
  assertEquals(first.stderr, `made a new key\nit is kept in ${usualFile(home)}\n`);
  const second = await key(home, "show");
  assertEquals(second, {
    code: 0,
    stdout: first.stdout,
    stderr: `it is kept in ${usualFile(home)}\n`,
  });
  const { stdout } = await key(home, "show --json");
  assertEquals(JSON.parse(stdout), { key: first.stdout.trim(), file: usualFile(home) });
});

Deno.test("a private key that others can read is remarked on", async () => {
  using home = new Home();
  await key(home, "show");
  Deno.chmodSync(usualFile(home), 0o644);
  assertMatch((await key(home, "show")).stderr, /others on this computer can read/);
});

Deno.test("a key goes from one home to another by a file, or by a pipe", async () => {
  using home = new Home();
  const { stdout: shown } = await key(home, "show");
  const exported = await key(home, "export taken.pem");
  assertEquals([exported.code, exported.stdout], [0, ""]);
  assertEquals(Deno.statSync(home.file("taken.pem")).mode! & 0o777, 0o600);
  const pem = await key(home, "export -");
  assertEquals(pem.stdout, Deno.readTextFileSync(home.file("taken.pem")));
  const ways = [
    { words: `import ${home.file("taken.pem")}` },
    { words: "import -", stdin: pem.stdout },
    { words: "import -", stdin: pem.stdout.replaceAll("\n", "\r\n") },
  ];
  for (const { words, ...options } of ways) {
    using other = new Home();
    const imported = await key(other, words, options);
    assertEquals([imported.code, imported.stdout], [0, shown]);
    assertEquals((await key(other, "show")).stdout, shown);
    assertEquals(Deno.statSync(usualFile(other)).mode! & 0o777, 0o600);
    // Once more is no harm.
    assertEquals((await key(other, words, options)).code, 0);
  }
});

Deno.test("no key is lost: nothing is written over, and what gives way is kept beside", async () => {
  using home = new Home();
  using other = new Home();
  const own = (await key(home, "show")).stdout;
  await key(other, "show");
  await key(other, `export ${home.file("other.pem")}`);
  const taken = await key(other, `export ${home.file("other.pem")}`);
  assertEquals([taken.code, taken.stdout], [73, ""]);
  for (const words of ["import other.pem", "new"]) {
    const refused = await key(home, words);
    assertEquals([refused.code, refused.stdout], [73, ""]);
    assertMatch(refused.stderr, /^chat: there is a key already, in [^\n]+--force[^\n]+\n$/);
    assertEquals((await key(home, "show")).stdout, own);
    const forced = await key(home, `${words} --force`);
    assertEquals(forced.code, 0);
    assertMatch(forced.stderr, /the key before is kept in .*key\.pem\.old/);
    const back = await key(home, `import ${usualFile(home)}.old --force`);
    assertEquals(back.stdout, own);
    Deno.removeSync(`${usualFile(home)}.old`);
  }
});

Deno.test("the key that a setting names is the one that is shown", async () => {
  using home = new Home();
  Deno.mkdirSync(home.file("config/chat"), { recursive: true });
  Deno.writeTextFileSync(home.file("config/chat/client.toml"), 'key = "mine.pem"\n');
  const named = await key(home, "show");
  assertMatch(named.stderr, /it is kept in mine\.pem\n$/);
  assertEquals((await key(home, "show --key mine.pem")).stdout, named.stdout);
  assert((await key(home, "show --key other.pem")).stdout !== named.stdout);
});

Deno.test("what cannot be done is said in one line, with the exit code of its kind", async () => {
  using home = new Home();
  Deno.writeTextFileSync(home.file("none.pem"), "no key");
  const cases: [string, number, RegExp][] = [
    ["", 2, /key takes show, export, import or new: chat key --help/],
    ["shw", 2, /did you mean show\?/],
    ["show now", 2, /key show takes no now/],
    ["export", 2, /key export takes a PATH/],
    ["import a b", 2, /key import takes a PATH/],
    ["show --jsn", 2, /did you mean --json\?/],
    ["export out.pem", 78, /there is no key in .* yet/],
    ["import missing.pem", 78, /there is no file missing\.pem/],
    ["import none.pem", 78, /none\.pem cannot be used: it holds no Ed25519 key/],
    ["show --key none.pem", 78, /none\.pem cannot be used/],
    ["show --key none.pem/key.pem", 78, /key\.pem cannot be used/],
  ];
  for (const [words, code, says] of cases) {
    const ended = await run(["key", ...words.split(" ").filter(Boolean)], { home });
    assertEquals([ended.code, ended.stdout], [code, ""], words);
    assertMatch(ended.stderr, /^chat: [^\n]+\n$/, words);
    assertMatch(ended.stderr, says);
  }
  assertMatch((await key(home, "--help")).stdout, /chat key export[^]*--force/);
  assertMatch((await key(home, "show --version")).stdout, /^chat \d/);
});

testNeeding(TMUX, "a private key is not shown on a terminal", async () => {
  using home = new Home();
  await using pane = await Pane.open({ home });
  await pane.enters("chat key show; chat key export -; echo code $?");
  const rows = await pane.shows("code 2");
  assertMatch(rows.join("\n"), /a private key is not shown on a terminal/);
  assert(!rows.join("\n").includes("BEGIN"));
});
