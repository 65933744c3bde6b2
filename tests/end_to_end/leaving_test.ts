import { assertEquals } from "@std/assert";
import { bgnet0Packet, Bgnet0Peer } from "./bgnet0_peer.ts";
import { nativePacket, NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Server } from "./server.ts";

/** The bytes of a whole visit on each wire: who comes is pat, and says hi. */
const VISITS = {
  native: {
    hello: nativePacket({ type: "hello", nick: "pat" }),
    enter: Uint8Array.of(
      ...nativePacket({ type: "hello", nick: "pat" }),
      ...nativePacket({ type: "join", room: "lobby" }),
    ),
    say: nativePacket({ type: "say", room: "lobby", text: "hi" }),
  },
  bgnet0: {
    hello: bgnet0Packet('{"type": "hello", "nick": "pat"}'),
    enter: bgnet0Packet('{"type": "hello", "nick": "pat"}'),
    say: bgnet0Packet('{"type": "chat", "message": "hi"}'),
  },
};

Deno.test("a native peer that sends all and shuts its side gets its replies before it leaves", async () => {
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pat = await NativePeer.connect(server.port);
  const { enter, say } = VISITS.native;
  await pat.raw.write(Uint8Array.of(...enter, ...say, ...nativePacket({ type: "who" })));
  await pat.raw.finish();
  await pat.expect(
    { type: "entered", nick: "pat" },
    { type: "joined", nick: "pat" },
    { type: "message", nick: "pat", text: "hi" },
    { type: "roster", nicks: ["leslie", "pat"] },
  );
  await pat.expectEnd();
  await leslie.expect({ type: "joined" }, { type: "message", text: "hi" }, { type: "quitted" });
  await leslie.expectQuiet();
});

Deno.test("a bgnet0 peer that sends all and shuts its side gets its replies before it leaves", async () => {
  await using server = await Server.start();
  await using leslie = await Bgnet0Peer.enter(server.port, "leslie");
  await using pat = await Bgnet0Peer.connect(server.port);
  const { enter, say } = VISITS.bgnet0;
  await pat.raw.write(Uint8Array.of(...enter, ...say));
  await pat.raw.finish();
  const seen = [
    '{"type": "join", "nick": "pat"}',
    '{"type": "chat", "nick": "pat", "message": "hi"}',
  ];
  await pat.expect(...seen);
  await pat.expectEnd();
  await leslie.expect(...seen, '{"type": "leave", "nick": "pat"}');
});

Deno.test("whoever is slowed and shuts its side is still heard to the end", async () => {
  const flags = ["--burst-commands", "2", "--commands-per-second", "20"];
  await using server = await Server.start({ flags });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pat = await Peer.connect(server.port);
  const { enter, say } = VISITS.bgnet0;
  await pat.write(Uint8Array.of(...enter, ...Array(8).fill([...say]).flat()));
  await pat.finish();
  const lines = Array(8).fill({ type: "message", nick: "pat", text: "hi" });
  await leslie.expect({ type: "joined" }, ...lines, { type: "quitted", nick: "pat" });
});

/** How somebody who is in the lobby goes without a word. */
const WAYS: Record<string, (bytes: Uint8Array, port: number) => Promise<void>> = {
  "closes its connection": async (bytes, port) => {
    const peer = await Peer.connect(port);
    await peer.write(bytes);
    await peer.take(1);
    await peer.vanish();
  },
  "resets its connection": async (bytes, port) => {
    const peer = await Peer.connectDeaf(port);
    await peer.write(bytes);
    await peer.readOneByte();
    await peer.vanish();
  },
};

for (const [dialect, { hello, enter, say }] of Object.entries(VISITS)) {
  for (const [way, vanish] of Object.entries(WAYS)) {
    Deno.test(`whoever ${way} leaves once, and frees the nick at once, in ${dialect}`, async () => {
      await using server = await Server.start();
      await using leslie = await NativePeer.enter(server.port, "leslie");
      await using chris = await Bgnet0Peer.enter(server.port, "chris");
      await leslie.expect({ type: "joined", nick: "chris" });
      for (let visit = 1; visit <= 3; visit++) {
        await vanish(enter, server.port);
        await leslie.expect({ type: "joined", nick: "pat" }, { type: "quitted", nick: "pat" });
        await chris.expect('{"type": "join", "nick": "pat"}', '{"type": "leave", "nick": "pat"}');
      }
      await leslie.expectQuiet();
      await using pat = await NativePeer.enter(server.port, "pat");
      await pat.expectQuiet();
    });
  }

  Deno.test(`a message cut off at any byte is never shown, in ${dialect}`, async () => {
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    for (let cut = 0; cut < say.length; cut++) {
      await using pat = await Peer.connect(server.port);
      await pat.write(Uint8Array.of(...enter, ...say.subarray(0, cut)));
      await pat.finish();
      await pat.untilEnd();
      await leslie.expect({ type: "joined", nick: "pat" }, { type: "quitted", nick: "pat" });
    }
    await leslie.expectQuiet();
  });

  Deno.test(`a hello cut off at any byte is nobody's, in ${dialect}`, async () => {
    await using server = await Server.start();
    await using leslie = await NativePeer.enter(server.port, "leslie");
    for (let cut = 0; cut < hello.length; cut++) {
      await using pat = await Peer.connect(server.port);
      await pat.write(hello.subarray(0, cut));
      await pat.finish();
      assertEquals(await pat.untilEnd(), new Uint8Array(0), `cut at ${cut}`);
    }
    await leslie.send({ type: "who" });
    await leslie.expect({ type: "roster", nicks: ["leslie"] });
  });
}

Deno.test("quit and leave are left alike, with the reason where the wire has one", async () => {
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pat = await NativePeer.enter(server.port, "pat");
  await pat.send({ type: "quit", reason: "lunch" });
  await pat.expectEnd();
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await chris.send('{"type": "leave"}');
  await chris.expectEnd();
  await leslie.expect(
    { type: "joined", nick: "pat" },
    { type: "quitted", nick: "pat", reason: "lunch" },
    { type: "joined", nick: "chris" },
    { type: "quitted", nick: "chris", reason: "" },
  );
});
