import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { token, type TokenOptions } from "../src/token.ts";

const TOKEN = /^[0-9a-f]{32}$/;
const isWindows = Deno.build.os === "windows";

/** A directory for tokens that does not exist yet, in one that goes when the test is over. */
class Place {
  #parent = Deno.makeTempDirSync();
  options: TokenOptions = {
    directory: join(this.#parent, "state", "tokens"),
    server: "localhost:3490",
    nick: "chris",
  };

  /** The files that there are. */
  files(): string[] {
    const { directory } = this.options;
    return [...Deno.readDirSync(directory)].map(({ name }) => join(directory, name));
  }

  /** What is kept in the only file that there is. */
  kept(): string {
    const [file, ...others] = this.files();
    assertEquals(others, []);
    return Deno.readTextFileSync(file!);
  }

  [Symbol.dispose]() {
    Deno.removeSync(this.#parent, { recursive: true });
  }
}

/** A program that takes a token, and holds on to it until it is told to end. */
class Holder {
  #process: Deno.ChildProcess;
  #said: ReadableStreamDefaultReader<string>;

  constructor(options: TokenOptions) {
    const module = JSON.stringify(new URL("../src/token.ts", import.meta.url));
    const code = `const { token } = await import(${module});` +
      `await Deno.stdout.write(new TextEncoder().encode(await token(${
        JSON.stringify(options)
      })));` +
      `globalThis.gc?.();` +
      `await Deno.stdin.read(new Uint8Array(1));`;
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["eval", "--no-check", "--v8-flags=--expose-gc", code],
      cwd: new URL("..", import.meta.url),
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#said = this.#process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  async token(): Promise<string> {
    return (await this.#said.read()).value ?? "";
  }

  async [Symbol.asyncDispose]() {
    await this.#process.stdin.close();
    await this.#said.cancel();
    await this.#process.status;
  }
}

async function takenOnce(options: TokenOptions): Promise<string> {
  await using holder = new Holder(options);
  return await holder.token();
}

/** What it opens stays open and locked as long as the program runs, which here is all tests. */
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, sanitizeResources: false });

test("a program that is started again finds its token", async () => {
  using place = new Place();
  const first = await takenOnce(place.options);
  assertMatch(first, TOKEN);
  assertEquals(place.kept(), first);
  assertEquals(await takenOnce(place.options), first);
});

test("a second program makes a token of its own, and leaves the first one's alone", async () => {
  using place = new Place();
  await using first = new Holder(place.options);
  const kept = await first.token();
  await using second = new Holder(place.options);
  const other = await second.token();
  assertMatch(other, TOKEN);
  assertNotEquals(other, kept);
  assertEquals(place.kept(), kept);
});

test("within one program, too, a token is taken once", async () => {
  using place = new Place();
  const [one, other] = [await token(place.options), await token(place.options)];
  assertNotEquals(one, other);
  assertEquals(place.kept(), one);
});

test("each server and each name has a token of its own, and neither is a file's name", async () => {
  using place = new Place();
  const others = [
    place.options,
    { ...place.options, server: "localhost:3491" },
    { ...place.options, nick: "Chris" },
    { ...place.options, nick: "../../chris\0" },
  ];
  const tokens = await Promise.all(others.map(token));
  assertEquals(new Set(tokens).size, others.length);
  assertEquals(new Set(place.files().map((file) => Deno.readTextFileSync(file))), new Set(tokens));
});

test("what is in the file and is no token is replaced by one", async () => {
  const contents = [
    "",
    "x".repeat(32),
    "0".repeat(31),
    "0".repeat(33),
    "0".repeat(1_000_000),
    "0".repeat(32) + "\n",
    "A".repeat(32),
    "\xff\0",
  ];
  for (const content of contents) {
    using place = new Place();
    await takenOnce(place.options);
    Deno.writeTextFileSync(place.files()[0]!, content);
    const mended = await token(place.options);
    assertMatch(mended, TOKEN);
    assertEquals(place.kept(), mended, JSON.stringify(content.slice(0, 40)));
  }
});

Deno.test({
  name: "others on this computer cannot read it",
  ignore: isWindows,
  sanitizeResources: false,
  async fn() {
    using place = new Place();
    const before = Deno.umask(0);
    try {
      await token(place.options);
    } finally {
      Deno.umask(before);
    }
    const mode = (path: string) => Deno.statSync(path).mode! & 0o777;
    assertEquals(place.files().map(mode), [0o600]);
    assertEquals(mode(place.options.directory), 0o700);
  },
});

test("where nothing can be kept, the token lasts as long as the program", async () => {
  using place = new Place();
  await token(place.options);
  const isFile = place.files()[0]!;
  for (const directory of ["", isFile, join(isFile, "below"), "\0", "/proc/none"]) {
    const options = { ...place.options, directory };
    const [one, other] = [await token(options), await token(options)];
    assertMatch(one, TOKEN);
    assertNotEquals(one, other);
  }
});

test("a directory in the file's place is no obstacle", async () => {
  using place = new Place();
  await takenOnce(place.options);
  const [file] = place.files();
  Deno.removeSync(file!);
  Deno.mkdirSync(file!);
  assertMatch(await token(place.options), TOKEN);
  assert(Deno.statSync(file!).isDirectory);
});
