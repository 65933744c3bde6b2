/** Proofs that are none, secrets that are guessed, and the cost of looking at them, which nobody else may feel. */
import { assert, assertEquals } from "@std/assert";
import { Key } from "../end_to_end/key.ts";
import { type Json, NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { each, siege, toldTo } from "./siege.ts";

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

/** Somebody who has proved a key, and is in the lobby. */
async function owner(port: number, key: Key, nick: string): Promise<NativePeer> {
  const peer = await NativePeer.connect(port);
  await key.prove(peer, `127.0.0.1:${port}`);
  await peer.send({ type: "hello", nick }, { type: "join", room: "lobby" });
  await peer.expect({ type: "entered", nick }, { type: "joined", nick });
  return peer;
}

async function challenged(peer: NativePeer, key: Key): Promise<string> {
  await peer.send({ type: "identify", key: key.text });
  return (await peer.expect({ type: "challenge", key: key.text })).nonce as string;
}

Deno.test("a proof is good for one nonce, one connection, one key and one address, and for none after that", async () => {
  await using it = await siege();
  const { port } = it.server;
  const address = `127.0.0.1:${port}`;
  const [ann, eve] = [await Key.make(), await Key.make()];
  await using first = await NativePeer.connect(port);
  const nonce = await challenged(first, ann);
  const signature = await ann.sign({ nonce, address });

  // Before the challenge, and on another connection, which has a nonce of its own.
  await using second = await NativePeer.connect(port);
  await second.send({ type: "prove", signature, address });
  await second.expect({ type: "failed", command: "prove", code: "bad-request" });
  await challenged(second, ann);
  await second.send({ type: "prove", signature, address });
  await second.expect({ type: "failed", command: "prove", code: "bad-proof" });
  // By another key, though it says that it is this one.
  const other = await challenged(second, ann);
  await second.send({
    type: "prove",
    signature: await eve.sign({ nonce: other, address }),
    address,
  });
  await second.expect({ type: "failed", command: "prove", code: "bad-proof" });
  // For the address of a server in the middle, and for ours when the middle was signed for.
  for (const [signed, said] of [["evil:1", "evil:1"], ["evil:1", address], [address, "evil:1"]]) {
    const nonce = await challenged(second, ann);
    const signature = await ann.sign({ nonce, address: signed! });
    await second.send({ type: "prove", signature, address: said! });
    const { code } = await second.expect({ type: "failed", command: "prove" });
    assertEquals(code, "bad-proof");
  }
  await second.expect({ type: "closing", final: true });
  await second.expectEnd();

  await first.send({ type: "prove", signature, address });
  await first.expect({ type: "identified", key: ann.text });
  await first.send({ type: "prove", signature, address });
  await first.expect({ type: "failed", command: "prove", code: "bad-request" });
  await first.send({ type: "hello", nick: "ann" }, { type: "identify", key: eve.text });
  await first.expect({ type: "entered" }, { type: "failed", code: "already-entered" });
});

Deno.test("what is no key and no signature is refused, whatever it is", async () => {
  await using it = await siege();
  const { port } = it.server;
  const keys = [
    "",
    "ed25519:",
    "rsa:AAAA",
    "ed25519:" + "=".repeat(43),
    "ed25519:" + "A".repeat(4000),
    "\0",
  ];
  await using peer = await NativePeer.connect(port);
  for (const key of keys) {
    await peer.send({ type: "identify", key });
    await peer.expect({ type: "failed", command: "identify", code: "bad-request" });
  }
  // The point of order one, and others that some libraries take for a key of everybody's.
  const weak = [
    "A".repeat(43),
    `AQ${"A".repeat(41)}`,
    `7${"_".repeat(41)}38`.padEnd(43, "A").slice(0, 43),
  ];
  for (const text of weak) {
    await using peer = await NativePeer.connect(port);
    for (const signature of ["A".repeat(86), "", "!", `AQ${"A".repeat(84)}`]) {
      await peer.send({ type: "identify", key: `ed25519:${text}` });
      const { type } = (await peer.next())!;
      if (type === "failed") break;
      await peer.send({ type: "prove", signature, address: `127.0.0.1:${port}` });
      const { code } = await peer.expect({ type: "failed", command: "prove" });
      assertEquals(code, "bad-proof", `${text} ${signature}`);
    }
  }
});

Deno.test("five wrong secrets end a connection, and do not lead in", async () => {
  await using it = await siege();
  const { port } = it.server;
  await using ann = await owner(port, await Key.make(), "ann");
  await ann.send({ type: "claim" }, { type: "token" });
  await ann.expect({ type: "claimed", nick: "ann" });
  const { token } = await ann.expect({ type: "token", nick: "ann" });
  await ann.send({ type: "quit" });
  await using eve = await NativePeer.enter(port, "eve");
  for (const guess of ["", "x", `${token}x`, `${token}`.slice(1), "\0".repeat(10_000)]) {
    await eve.send({ type: "login", nick: "ann", token: guess });
    await eve.expect({ type: "failed", command: "login", code: "bad-proof" });
  }
  await eve.expect({ type: "closing", final: true });
  // The secret itself is good, on a connection that has not guessed.
  await using pat = await NativePeer.enter(port, "pat");
  await pat.send({ type: "login", nick: "ANN", token });
  await pat.expect({ type: "renamed", nick: "pat", to: "ann" });
});

Deno.test("storms of challenges, of false proofs and of guessed secrets hold up nobody", async () => {
  await using it = await siege();
  const { port } = it.server;
  const address = `127.0.0.1:${port}`;
  const key = await Key.make();
  await using ann = await owner(port, key, "ann");
  await ann.send({ type: "claim" }, { type: "token" });
  await ann.expect({ type: "claimed" }, { type: "token" });
  const signature = await key.sign({ nonce: "none", address });
  await it.undisturbed(() =>
    each(numbers(100), 20, async () => {
      await using peer = await NativePeer.connect(port);
      const storm: Json[] = numbers(50).flatMap(() => [{ type: "identify", key: key.text }]);
      const false_ = numbers(6).flatMap(() => [
        { type: "identify", key: key.text },
        { type: "prove", signature, address },
      ]);
      await peer.send(...storm, ...false_).catch(() => {});
      await peer.raw.untilEnd();
    })
  );
  // Each guess costs tens of megabytes and a tenth of a second, one after the other and in the background.
  await it.undisturbed(() =>
    each(numbers(6), 6, async (index) => {
      await using peer = await NativePeer.connect(port);
      const guesses = numbers(5).map(() => ({ type: "login", nick: "ann", token: "guess" }));
      await peer.send({ type: "hello", nick: `guest-${index}` });
      await peer.expect({ type: "entered" });
      for (const guess of guesses) {
        await peer.send(guess);
        if ((await peer.next())?.code !== "bad-proof") break;
      }
    }), { megabytes: 150 });
});

Deno.test("a storm of claims ends at the limits, and takes nobody's name", async () => {
  await using it = await siege([...UNTHROTTLED, "--max-claims", "20", "--max-claims-per-key", "3"]);
  const { port } = it.server;
  await using pat = await owner(port, await Key.make(), "pat");
  await pat.send({ type: "claim" });
  await pat.expect({ type: "claimed", nick: "pat" });
  let claimed = 0;
  const codes = new Set<unknown>();
  await it.undisturbed(() =>
    each(numbers(15), 5, async (index) => {
      await using eve = await owner(port, await Key.make(), `eve-${index}`);
      for (const round of numbers(5)) {
        await eve.send({ type: "rename", nick: `storm-${index}-${round}` }, { type: "claim" });
      }
      for (const { type, code } of await toldTo(eve)) {
        if (type === "claimed") claimed++;
        if (type === "failed") codes.add(code);
      }
      await eve.send({ type: "rename", nick: "PAT" });
      const refused = (await toldTo(eve)).filter(({ type }) => type === "failed");
      assertEquals(refused.map(({ code }) => code), ["nick-owned"]);
    })
  );
  assert(claimed <= 20, `${claimed} are claimed`);
  assertEquals([...codes], ["too-many-claims"]);
});
