/** Settings that are read again while the server runs: which hold at once, and what is said of the others. */
import { assertEquals, assertMatch } from "@std/assert";
import { Edited } from "./edited.ts";
import { NativePeer } from "./native_peer.ts";

Deno.test("what the file says now holds for those who are there and those who come", async () => {
  await using edited = await Edited.start("max_text_bytes = 1000\n");
  await using pat = await NativePeer.enter(edited.server.port, "pat");
  await pat.say("a text of some length");
  await pat.expect({ type: "message" });
  const line = await edited.reload('max_text_bytes = 100\nserver_password = "hi"\n', "reloaded");
  assertEquals(line.changed, "server_password, max_text_bytes");
  await pat.say("x".repeat(101));
  await pat.expect({ type: "failed", code: "too-long" });
  await using chris = await NativePeer.connect(edited.server.port);
  await chris.send({ type: "hello", nick: "chris" });
  await chris.expect({ type: "failed", code: "bad-password" });
  await chris.send({ type: "hello", nick: "chris", password: "hi" });
  await chris.expect({ type: "entered" });
  await pat.expectQuiet();
});

const WRONG: [what: string, text: string, why: RegExp][] = [
  ["a value", 'max_rooms = 1\nmax_users = "many"\n', /server\.toml:2: max_users must be/],
  ["a key", "max_rooms = 1\nmax_user = 5\n", /server\.toml:2: unknown key "max_user".*max_users/],
  ["the file", "max_rooms = 1\nmax_users = = 5\n", /server\.toml:2: /],
  ["two that do not fit", "max_rooms = 1\nmax_queue_bytes = 100000\n", /max_queue_bytes must be/],
  ["an operator", 'max_rooms = 1\noperators = "pat"\n', /server\.toml:2: operators must be keys/],
];

Deno.test("if anything is wrong nothing changes, and the log says where", async () => {
  await using edited = await Edited.start("");
  await using pat = await NativePeer.enter(edited.server.port, "pat");
  for (const [what, text, why] of WRONG) {
    edited.write(text);
    const before = edited.server.logLines(REFUSED).length;
    edited.server.signal("SIGHUP");
    await edited.server.until(() => edited.server.logLines(REFUSED).length > before);
    assertMatch(`${edited.server.logLines(REFUSED).at(-1)!.why}`, why, what);
  }
  // There may still be more rooms than the one that all of these files say.
  await pat.send({ type: "join", room: "dev" });
  await pat.expect({ type: "joined", room: "dev" });
  assertEquals(edited.server.logLines("reloaded"), []);
});

const REFUSED = "not reloaded: all stays as it was";

Deno.test("what cannot change while the server runs is named, and the rest holds", async () => {
  await using edited = await Edited.start("");
  const { settings } = await edited.reload(
    'durability = "power"\nlobby = "hall"\nmax_rooms = 1\n',
    "needs a restart",
  );
  assertEquals(settings, "durability, lobby");
  await using pat = await NativePeer.enter(edited.server.port, "pat");
  await pat.send({ type: "join", room: "dev" });
  await pat.expect({ type: "failed", code: "too-many-rooms" });
});

Deno.test("flags outrank the file then as they did before", async () => {
  await using edited = await Edited.start("max_rooms = 1\n", "--max-rooms", "2");
  const { changed } = await edited.reload("max_rooms = 1\nmax_users = 7\n", "reloaded");
  assertEquals(changed, "max_users");
});

Deno.test("a bot has another secret at once, and not if the file that has it is none", async () => {
  const bot = (token: string) => `[[bot]]\nnick = "ci"\n${token}\n`;
  await using edited = await Edited.start(bot('token = "the-first-of-two"'));
  const statusOf = async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` };
    const response = await fetch(
      `http://127.0.0.1:${edited.server.port}/api/rooms/lobby/messages`,
      { headers },
    );
    await response.body?.cancel();
    return response.status;
  };
  assertEquals([await statusOf("the-first-of-two"), await statusOf("the-other-of-two")], [
    200,
    401,
  ]);
  await edited.reload(bot('token = "the-other-of-two"'), "reloaded");
  assertEquals([await statusOf("the-first-of-two"), await statusOf("the-other-of-two")], [
    401,
    200,
  ]);
  const { why } = await edited.reload(bot('token_file = "none"\n') + "\n", REFUSED);
  assertMatch(`${why}`, /server\.toml:2: token_file: none: /);
  assertEquals(await statusOf("the-other-of-two"), 200);
});
