/** More than there may be: rooms, names, topics, and answers about the past. */
import { assert, assertEquals } from "@std/assert";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { each, siege } from "./siege.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

Deno.test("thousands of rooms and of names are no more than there may be, and take no memory", async () => {
  const limits = ["--max-rooms", "100", "--max-users", "200", "--max-rooms-per-user", "20"];
  await using it = await siege([...UNTHROTTLED, ...limits]);
  let most = 0;
  await it.undisturbed(async () => {
    await using stack = new AsyncDisposableStack();
    await each(numbers(260), 20, async (index) => {
      const peer = stack.use(await NativePeer.connect(it.server.port));
      const rooms = numbers(40).map((room) => ({ type: "join", room: `room-${index}-${room}` }));
      await peer.send({ type: "hello", nick: `many-${index}` }, ...rooms, {
        type: "ping",
        token: "x",
      });
      while ((await peer.next())?.type !== "pong");
    });
    await it.witness.send({ type: "rooms" }, { type: "who" });
    const { rooms } = await it.witness.expect({ type: "rooms" });
    const { nicks } = await it.witness.expect({ type: "roster" });
    most = (rooms as unknown[]).length;
    assert((nicks as unknown[]).length <= 200);
  }, { megabytes: 120 });
  assertEquals(most, 100);
});

const NO_NUMBERS = [-1, -(2 ** 53) + 1, 2 ** 53 - 1, 2 ** 31, 0];

Deno.test("questions about the past with impossible numbers, or with words made to cost, are answered or refused", async () => {
  await using it = await siege(UNTHROTTLED);
  await using asker = await NativePeer.enter(it.server.port, "asker");
  for (const index of numbers(200)) await asker.say(`tea ${index} ${"cinema ".repeat(20)}`);
  while ((await asker.next())?.text !== `tea 199 ${"cinema ".repeat(20)}`);
  const history = NO_NUMBERS.flatMap((number) =>
    ["limit", "before", "from", "around"].flatMap((name) => [
      { type: "history", room: "lobby", [name]: number },
      { type: "history", room: "lobby", [name]: number, by: "time" },
      { type: "directs", [name === "around" ? "from" : name]: number },
    ])
  );
  const bombs = [
    '"',
    "*",
    "a* b* c* d*",
    "(".repeat(150),
    "NEAR(a b, 9999999)",
    "te" + "́".repeat(190),
    "t",
    "tea ".repeat(50),
  ];
  const searches = bombs.flatMap((text) =>
    NO_NUMBERS.map((limit) => ({ type: "search", text, limit }))
  );
  await it.undisturbed(async () => {
    for (const question of [...history, ...searches]) {
      await asker.send(question);
      const { type } = (await asker.next())!;
      assert(
        ["history", "directs", "found", "failed"].includes(`${type}`),
        JSON.stringify({ question, type }),
      );
    }
  }, { megabytes: 120 });
  await using stranger = await NativePeer.connect(it.server.port);
  await stranger.send({ type: "hello", nick: "stranger" });
  await stranger.expect({ type: "entered" });
  for (
    const question of [{ type: "history", room: "lobby" }, {
      type: "search",
      room: "lobby",
      text: "tea",
    }]
  ) {
    await stranger.send(question);
    await stranger.expect({ type: "failed", code: "not-a-member" });
  }
  await stranger.send({ type: "search", text: "tea" }, { type: "seen", nick: "asker" });
  await stranger.expect({ type: "found", messages: [] }, { type: "seen", room: "", ago: 0 });
});

Deno.test("who sets a topic in room after room does not make the server remember them all", async () => {
  await using it = await siege(UNTHROTTLED);
  await it.undisturbed(async () => {
    await using peer = await NativePeer.connect(it.server.port);
    const text = "t".repeat(300);
    const rooms = numbers(3000).flatMap((index) => [
      { type: "join", room: `topic-${index}` },
      { type: "topic", room: `topic-${index}`, text },
      { type: "part", room: `topic-${index}` },
    ]);
    await peer.send({ type: "hello", nick: "topics" }, ...rooms, { type: "quit" });
    const told = new TextDecoder().decode(await peer.raw.untilEnd());
    assert(told.includes("too-many-rules"), "there is no end of topics");
  }, { megabytes: 100 });
});
