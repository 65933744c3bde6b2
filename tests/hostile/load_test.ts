/** Too many, too fast, too much, too slow: whoever does it waits, is told so, or is cut, and nobody else notices. */
import { assert, assertEquals } from "@std/assert";
import { nativePacket, NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { DEADLINE_MILLISECONDS } from "../end_to_end/watched.ts";
import { each, sends, siege } from "./siege.ts";
import { joined, WIRES } from "./wires.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

Deno.test("a flood of connections, some idle and most gone at once, is not noticed by those who are there", async () => {
  await using it = await siege([...UNTHROTTLED, "--max-connections", "300"]);
  await it.undisturbed(async () => {
    await using stack = new AsyncDisposableStack();
    // Those who are beyond the most there may be are closed at once.
    await each(numbers(400), 40, async () => stack.use(await Peer.connect(it.server.port)));
    await each(numbers(1500), 40, async () => await (await Peer.connect(it.server.port)).vanish());
  }, { megabytes: 80 });
  await it.server.logged(/^connections refused/);
  await using late = await enterAtLast(it.server.port);
  await late.expectQuiet();
});

/** As soon as the server has noticed that the others are gone. */
async function enterAtLast(port: number): Promise<NativePeer> {
  for (const late = performance.now() + DEADLINE_MILLISECONDS;;) {
    const peer = await NativePeer.connect(port);
    await peer.send({ type: "hello", nick: "late" }).catch(() => {});
    if (await peer.next()) return peer;
    await peer.raw.vanish();
    assert(performance.now() < late, "nobody is let in any more");
  }
}

Deno.test("ten who read nothing delay none of fifty who read", async () => {
  await using it = await siege([
    ...UNTHROTTLED,
    "--max-text-bytes",
    "21000",
    "--max-queue-bytes",
    "300000",
  ]);
  await using stack = new AsyncDisposableStack();
  const { port } = it.server;
  const good: NativePeer[] = [];
  for (const index of numbers(50)) {
    good.push(stack.use(await NativePeer.enter(port, `good-${index}`)));
  }
  const hearing = good.map((peer) => heardWords(peer, "last words"));
  const speak = async (prefix: string) => {
    for (const index of numbers(60)) {
      await it.witness.say(`${prefix} ${index} ${"x".repeat(20_000)}`);
      while ((await it.witness.next())?.type !== "message");
    }
  };
  const without = await it.undisturbed(() => speak("without"));
  for (const index of numbers(10)) {
    const deaf = stack.use(await Peer.connectDeaf(port));
    await sends(deaf, WIRES[0]!.hello(`deaf-${index}`));
    await it.server.logged("entered", { nick: `deaf-${index}` });
  }
  const withThem = await it.undisturbed(() => speak("with"), { megabytes: 150 });
  assert(
    withThem.median <= Math.max(100, 2 * without.median),
    JSON.stringify({ without, withThem }),
  );
  await it.witness.say("last words");
  for (const texts of await Promise.all(hearing)) {
    assertEquals(texts, [
      ...numbers(60).map((index) => `without ${index}`),
      ...numbers(60).map((index) => `with ${index}`),
      "last words",
    ]);
  }
});

/** The first two words of each message up to these. */
async function heardWords(peer: NativePeer, last: string): Promise<string[]> {
  const heard: string[] = [];
  while (heard.at(-1) !== last) {
    const event = await peer.next();
    assert(event, "the connection has ended");
    if (event.type === "message") heard.push(`${event.text}`.split(" ").slice(0, 2).join(" "));
  }
  return heard;
}

Deno.test("who pastes 20,000 lines is heard at the pace of all others, and not cut for it", async () => {
  await using it = await siege(["--burst-commands", "60", "--commands-per-second", "60"]);
  await using talker = await NativePeer.enter(it.server.port, "talker");
  await it.undisturbed(async () => {
    const lines = numbers(20_000).map((line) =>
      nativePacket({ type: "say", room: "lobby", text: `${line}` })
    );
    // What the server does not read yet, the system does not take either.
    const writing = sends(talker.raw, joined(...lines));
    await it.witness.expect({ type: "joined", nick: "talker" });
    for (let line = 0; line < 120; line++) {
      await it.witness.expect({ type: "message", text: `${line}` });
    }
    await talker.raw.vanish();
    await writing;
  }, { megabytes: 60 });
});

Deno.test("storms of joins, of new names and of people who come and go are not noticed", async () => {
  await using it = await siege(UNTHROTTLED);
  await it.undisturbed(() =>
    each(numbers(20), 20, async (index) => {
      await using peer = await NativePeer.connect(it.server.port);
      const storm = numbers(100).flatMap((round) => [
        { type: "join", room: `storm-${round % 40}` },
        { type: "rename", nick: `storm-${index}-${round}` },
        { type: "part", room: `storm-${(round + 20) % 40}` },
      ]);
      await peer.send({ type: "hello", nick: `storm-${index}` }, ...storm, { type: "quit" });
      await peer.raw.untilEnd();
    }), { megabytes: 120 });
  await it.undisturbed(() =>
    each(numbers(300), 20, async (index) => {
      await using peer = await NativePeer.connect(it.server.port);
      await peer.send({ type: "hello", nick: `guest-${index}` }, { type: "join", room: "lobby" });
      await peer.expect({ type: "entered" });
      await peer.raw.vanish();
    })
  );
});
