import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { join } from "@std/path";
import { EXIT, ProgramError } from "../src/exit.ts";
import {
  makeKey,
  parseKey,
  readKey,
  readOrMakeKey,
  replaceKey,
  storeKey,
} from "../src/key_file.ts";
import { isSigned } from "../src/server/key.ts";

const PUBLIC = /^ed25519:[\w-]{43}$/;
const isWindows = Deno.build.os === "windows";

/** A place for a key, in a directory that does not exist yet and goes when the test is over. */
class Place implements Disposable {
  #parent = Deno.makeTempDirSync();
  directory = join(this.#parent, "config");
  path = join(this.directory, "key.pem");

  files(): string[] {
    return [...Deno.readDirSync(this.directory)].map(({ name }) => name).sort();
  }

  write(text: string) {
    Deno.mkdirSync(this.directory, { recursive: true });
    Deno.writeTextFileSync(this.path, text);
  }

  [Symbol.dispose]() {
    Deno.removeSync(this.#parent, { recursive: true });
  }
}

Deno.test("what is not there is made, and found the next time", async () => {
  using place = new Place();
  assertEquals(await readKey(place.path), undefined);
  const made = await readOrMakeKey(place.path);
  assertEquals(made.isNew, true);
  assertMatch(made.key, PUBLIC);
  const found = await readOrMakeKey(place.path);
  assertEquals([found.isNew, found.key, found.pem], [false, made.key, made.pem]);
  assertEquals(place.files(), ["key.pem"]);
});

Deno.test("two who make it at once have the same one", async () => {
  using place = new Place();
  const made = await Promise.all(Array.from({ length: 20 }, () => readOrMakeKey(place.path)));
  assertEquals(new Set(made.map(({ key }) => key)).size, 1);
  assertEquals(made.filter(({ isNew }) => isNew).length, 1);
  assertEquals(place.files(), ["key.pem"]);
});

Deno.test("what it signs can be checked with its public key, and with no other", async () => {
  const [one, other] = [await makeKey(), await makeKey()];
  assertNotEquals(one.key, other.key);
  const signature = await one.sign("žluť\n1");
  assertEquals(await isSigned("žluť\n1", { key: one.key, signature }), true);
  assertEquals(await isSigned("žluť\n2", { key: one.key, signature }), false);
  assertEquals(await isSigned("žluť\n1", { key: other.key, signature }), false);
});

Deno.test("a key that was made by OpenSSL is read as what it is", async () => {
  // The example of RFC 8410: its section 10.3, and the public key of 10.1.
  const pem = "-----BEGIN PRIVATE KEY-----\r\n" +
    "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\r\n" +
    "-----END PRIVATE KEY-----\r\n";
  const { key } = await parseKey(pem, "");
  assertEquals(key, `ed25519:${PUBLIC_KEY}`);
});

/** "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1" in base64url. */
const PUBLIC_KEY = "Gb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE";

/** Why there is no key there, and none can be made. */
async function refused(path: string): Promise<ProgramError> {
  const error = await readOrMakeKey(path).catch((error: unknown) => error);
  assert(error instanceof ProgramError, String(error));
  return error;
}

Deno.test("what is no key is said to be none, whatever it is", async () => {
  const pem = (await makeKey()).pem;
  const contents = [
    "",
    "hello",
    "\xff\0",
    pem.replace("PRIVATE", "PUBLIC"),
    pem.replace(/\n[^-]+\n/, "\nAAAA\n"),
    pem.slice(0, -10),
    pem + pem,
    `${"x".repeat(100_000)}${pem}`,
    "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----\n",
  ];
  for (const content of contents) {
    using place = new Place();
    place.write(content);
    const error = await refused(place.path);
    assertMatch(error.message, /^the key .* cannot be used: [^\n]+$/);
    assertEquals(error.exitCode, EXIT.configuration);
    assertEquals(Deno.readTextFileSync(place.path), content);
  }
  using place = new Place();
  Deno.mkdirSync(place.path, { recursive: true });
  assertMatch((await refused(place.path)).message, /cannot be used/);
});

Deno.test("what cannot be written is said in one line", async () => {
  using place = new Place();
  place.write("");
  const error = await refused(join(place.path, "below", "key.pem"));
  assertMatch(error.message, /^(cannot write the key|the key) [^\n]+$/);
});

Deno.test("a key takes nobody's place, unless it is told to, and keeps what was there", async () => {
  using place = new Place();
  const [one, other, third] = [await makeKey(), await makeKey(), await makeKey()];
  assert(storeKey(one, place.path));
  assertEquals(storeKey(other, place.path), false);
  assertEquals((await readKey(place.path))!.key, one.key);
  assertEquals(replaceKey(other, place.path), `${place.path}.old`);
  assertEquals(replaceKey(third, place.path), `${place.path}.old2`);
  assertEquals(place.files(), ["key.pem", "key.pem.old", "key.pem.old2"]);
  const keys = ["", ".old", ".old2"].map((it) => readKey(place.path + it));
  assertEquals((await Promise.all(keys)).map((it) => it!.key), [third.key, one.key, other.key]);
});

Deno.test({
  name: "others on this computer can read neither the key nor what was there before",
  ignore: isWindows,
  async fn() {
    using place = new Place();
    const before = Deno.umask(0);
    try {
      await readOrMakeKey(place.path);
      replaceKey(await makeKey(), place.path);
    } finally {
      Deno.umask(before);
    }
    const mode = (path: string) => Deno.statSync(path).mode! & 0o777;
    assertEquals(place.files().map((it) => mode(join(place.directory, it))), [0o600, 0o600]);
    assertEquals(mode(place.directory), 0o700);
  },
});
