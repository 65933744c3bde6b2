/** Those who are kept out, and would like to come in, to speak or to read all the same; and false operators. */
import { assert, assertEquals } from "@std/assert";
import { bgnet0Packet } from "../end_to_end/bgnet0_peer.ts";
import { Key } from "../end_to_end/key.ts";
import { type Json, NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { Server, UNTHROTTLED } from "../end_to_end/server.ts";
import { Bystander } from "./bystander.ts";
import { sends, toldTo } from "./siege.ts";

interface Court extends AsyncDisposable {
  server: Server;
  /** An operator of the server, in the lobby. */
  root: NativePeer;
  come(nick: string, key?: Key, room?: string): Promise<NativePeer>;
}

async function court(flags: string[] = []): Promise<Court> {
  const stack = new AsyncDisposableStack();
  const key = await Key.make();
  const server = stack.use(
    await Server.start({ flags: [...UNTHROTTLED, "--operators", key.text, ...flags] }),
  );
  const come = async (nick: string, key?: Key, room = "lobby") => {
    const peer = stack.use(await NativePeer.connect(server.port));
    if (key) await key.prove(peer, `127.0.0.1:${server.port}`);
    await peer.send({ type: "hello", nick }, { type: "join", room }, { type: "ping", token: "in" });
    while ((await peer.next())?.token !== "in");
    return peer;
  };
  const root = await come("root", key);
  return { server, root, come, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** What the commands are answered with: the codes of refusals, and the types of all else. */
async function answers(peer: NativePeer, ...commands: Json[]): Promise<unknown[]> {
  await toldTo(peer);
  await peer.send(...commands);
  return (await toldTo(peer)).map(({ type, code }) => type === "failed" ? code : type);
}

const join = { type: "join", room: "lobby" };
const say = { type: "say", room: "lobby", text: "let me" };

Deno.test("who is banned by a key does not come back: by another name, case, connection, or by hello with a token", async () => {
  await using it = await court();
  const key = await Key.make();
  const mallory = await it.come("mallory", key);
  assertEquals(await answers(it.root, { type: "ban", room: "lobby", who: "mallory" }), [
    "ruled",
    "kicked",
  ]);
  for (const nick of ["MALLORY", "mаllory", "innocent"]) {
    assertEquals(await answers(mallory, { type: "rename", nick }, join, say), [
      "renamed",
      "banned",
      "not-a-member",
    ]);
  }
  const second = await it.come("somebody", key);
  assertEquals(await answers(second, join, say, { ...say, type: "act" }), [
    "banned",
    "not-a-member",
    "not-a-member",
  ]);
  const readings = [
    { type: "history", room: "lobby" },
    { type: "search", room: "lobby", text: "secret" },
    { type: "topic", room: "lobby", text: "mine" },
    { type: "rules", room: "lobby" },
    { type: "part", room: "lobby" },
  ];
  assertEquals(new Set(await answers(second, ...readings)), new Set(["not-a-member"]));
});

Deno.test("who is banished has no place to come back to, neither by its token nor by name, in any case", async () => {
  await using it = await court();
  const token = "a token of twenty-two";
  const hello = { type: "hello", nick: "mallory", token };
  await using mallory = await NativePeer.connect(it.server.port);
  await mallory.send(hello, join);
  await mallory.expect({ type: "entered" }, { type: "joined" });
  // Their connection breaks, their place is kept, and then they are sent away.
  await mallory.raw.vanish();
  await it.server.logged("disconnected, may come back");
  await answers(it.root, { type: "banish", who: "mallory", reason: "spam" });
  for (const nick of ["mallory", "MALLORY", "mаllory"]) {
    await using again = await NativePeer.connect(it.server.port);
    await again.send({ ...hello, nick });
    await again.expect({ type: "failed", command: "hello", code: "banned" });
  }
  await it.root.send({ type: "who" });
  assertEquals((await it.root.expect({ type: "roster" })).nicks, ["root"]);
});

Deno.test("who is muted is heard in no way that the room is for: words, deeds, topics, on any wire", async () => {
  await using it = await court();
  const mallory = await it.come("mallory");
  await it.root.send({ type: "mute", room: "lobby", who: "mallory" }, {
    type: "mute",
    room: "lobby",
    who: "marvin",
  });
  await toldTo(it.root);
  const tries = [say, { ...say, type: "act" }, { ...say, room: "LOBBY" }, {
    type: "topic",
    room: "lobby",
    text: "listen to me",
  }];
  assertEquals(await answers(mallory, ...tries), tries.map(() => "muted"));
  await using marvin = await Peer.connect(it.server.port);
  const packet = (json: Json) => bgnet0Packet(JSON.stringify(json));
  await sends(marvin, packet({ type: "hello", nick: "marvin" }));
  for (const message of ["words", "/me waves", "//slash", "/topic mine"]) {
    await sends(marvin, packet({ type: "chat", message }));
  }
  await marvin.finish();
  await marvin.untilEnd();
  const heard = (await toldTo(it.root)).filter(({ type }) =>
    type === "message" || type === "topic"
  );
  assertEquals(heard, []);
});

Deno.test("a locked room is closed: to those who ask who, what and when, and to those who knock at the same time", async () => {
  await using it = await court();
  const { root } = it;
  await answers(root, { type: "join", room: "board" }, {
    type: "say",
    room: "board",
    text: "secret",
  }, {
    type: "lock",
    room: "board",
    password: "sesame",
  });
  const mallory = await it.come("mallory");
  const board = { type: "join", room: "board" };
  const asked = [
    board,
    { ...board, password: "SESAME" },
    { ...board, room: "BOARD", password: "" },
    { ...board, room: "bоard", from: 1 },
    { type: "who", room: "board" },
    { type: "history", room: "board" },
    { type: "search", room: "board", text: "secret" },
    { type: "say", room: "board", text: "hm" },
    { type: "topic", room: "board" },
    { type: "rules", room: "board" },
  ];
  const told = await answers(mallory, ...asked);
  for (const code of told) {
    assert(["bad-password", "not-a-member", "joined", "history"].includes(`${code}`));
  }
  // The look-alike is another room, with a past of its own, which is none.
  await mallory.send({ type: "search", text: "secret" }, { type: "seen", nick: "root" });
  await mallory.expect({ type: "found", messages: [] }, { type: "seen", room: "", ago: 0 });
});

Deno.test("nobody is made an operator by looking like somebody who is to be one", async () => {
  await using it = await court();
  const [ann, eve] = [await Key.make(), await Key.make()];
  const friend = await it.come("ann", ann);
  assertEquals(await answers(friend, { type: "claim" }), ["claimed"]);
  await friend.send({ type: "quit" });
  await friend.raw.untilEnd();
  // The name is Ann's, so nobody else has it, or one that looks like it.
  for (const nick of ["ann", "ANN", "аnn", "ann\u0301"]) {
    await using twin = await NativePeer.connect(it.server.port);
    await eve.prove(twin, `127.0.0.1:${it.server.port}`);
    await twin.send({ type: "hello", nick });
    const { type, code } = (await twin.next())!;
    assert(
      type === "failed" && code === "nick-owned" || nick === "ann\u0301",
      `${nick}: ${type} ${code}`,
    );
  }
  const twin = await it.come("eve", eve);
  await answers(it.root, { type: "op", room: "lobby", who: "ANN" });
  const orders = ["kick", "ban", "mute", "op", "lock", "unlock", "invite", "deop"];
  const tried = orders.map((type) => ({
    type,
    room: "lobby",
    who: "eve",
    nick: "root",
    text: "x",
  }));
  assertEquals(new Set(await answers(twin, ...tried)), new Set(["not-allowed"]));
  const real = await it.come("ann", ann);
  assertEquals(await answers(real, { type: "kick", room: "lobby", nick: "eve" }), ["kicked"]);
  assertEquals(await answers(it.root, { type: "op", room: "lobby", who: "nobody" }), ["no-key"]);
});

Deno.test("rules about anything are refused or held, ten thousand are five hundred, and nobody is held up", async () => {
  await using it = await court();
  await using bystander = await Bystander.enter(it.server);
  const hostile = [
    ...[
      "",
      " ",
      "nick:root",
      "key:",
      "address:",
      "ed25519:",
      "0.0.0.0/0",
      "::/0",
      "256.1.1.1",
      "1.2.3.4/33",
    ],
    ...[
      "a\r\nb",
      "\0",
      "\ud800",
      "x".repeat(100_000 - 200),
      "*",
      ".*",
      "__proto__",
      "../../etc/passwd",
    ],
  ];
  await answers(
    it.root,
    ...hostile.flatMap((who) =>
      ["ban", "unban", "mute", "invite", "op", "deop"].map((type) => ({
        type,
        room: "lobby",
        who,
        reason: `\r\nCHAT/1.0 LEAVE ${who.slice(0, 50)}`,
        time: "9e9w",
      }))
    ),
  );
  await bystander.undisturbed(async () => {
    for (let round = 0; round < 20; round++) {
      await it.root.send(...Array.from({ length: 500 }, (_, index) => ({
        type: "ban",
        room: "lobby",
        who: index % 2 ? `10.${round}.${index % 200}.0/24` : `spam-${round}-${index}`,
      })));
      await toldTo(it.root);
    }
    await it.root.send({ type: "rules", room: "lobby" });
    const { rules } = await it.root.expect({ type: "rules" });
    assert((rules as unknown[]).length <= 510);
    // Each join and each word there is held against all of them.
    const guest = await it.come("guest");
    for (let line = 0; line < 200; line++) await guest.say(`${line}`);
    await toldTo(guest);
  }, { megabytes: 80 });
});

Deno.test("who may talk only so fast is heard a few times at the most once they are sent out", async () => {
  await using it = await court(["--commands-per-second", "4"]);
  const mallory = await it.come("mallory");
  const talking = mallory.send(
    ...Array.from({ length: 60 }, (_, line) => ({ ...say, text: `${line}` })),
  );
  await it.root.send({ type: "kick", room: "lobby", nick: "mallory" });
  await talking;
  let told = await mallory.next();
  while (told && told.code !== "not-a-member") told = await mallory.next();
  const heard = await toldTo(it.root);
  const sentOut = heard.findIndex(({ type }) => type === "kicked");
  assert(sentOut >= 0);
  const later = heard.slice(sentOut).filter(({ type }) => type === "message");
  // What may be said at once, ten lines, may have come in the turn of it.
  assert(later.length <= 20, `${later.length} messages came after it`);
});

Deno.test("who talks in the turn in which they are sent out is heard no more once it is over", async () => {
  await using it = await court();
  for (let round = 0; round < 10; round++) {
    const mallory = await it.come(`mallory-${round}`);
    const talking = mallory.send(
      ...Array.from({ length: 200 }, (_, line) => ({ ...say, text: `${line}` })),
    );
    await it.root.send({ type: "kick", room: "lobby", nick: `mallory-${round}` });
    await talking;
    await toldTo(mallory);
    const told = await toldTo(it.root);
    const sentOut = told.findIndex(({ type }) => type === "kicked");
    assert(sentOut >= 0);
    assertEquals(await answers(mallory, say), ["not-a-member"]);
    // What one turn of the server brought is stored together, and may have come after it.
    const later = (await toldTo(it.root)).filter(({ type }) => type === "message");
    assertEquals(later, []);
  }
});
