/** Frames that never end, lie about their length, change their language or are cut anywhere, on every wire. */
import { assert, assertEquals } from "@std/assert";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { Peer } from "../end_to_end/peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { each, saysAll, sends, siege, utf8 } from "./siege.ts";
import { joined, WIRES } from "./wires.ts";

Deno.test("a header that comes a byte at a time has one deadline in all, on every wire", async () => {
  await using it = await siege([...UNTHROTTLED, "--frame-timeout-seconds", "1"]);
  await it.undisturbed(() =>
    Promise.all(WIRES.map(async ({ name, hello }) => {
      await using slow = await Peer.connect(it.server.port);
      let isOver = false;
      const ended = slow.untilEnd().finally(() => isOver = true);
      // Without its last byte, however long it takes, it is no hello.
      const bytes = hello("slow").subarray(0, name === "web" ? 100 : -1);
      for (let at = 0; !isOver; at++) {
        await sends(slow, bytes.subarray(at, at + 1));
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
      await ended;
    }))
  );
  assertEquals(await it.told(), []);
});

Deno.test("one byte in each write says the same as one write, on every wire", async () => {
  await using it = await siege();
  for (const { name, hello, say } of WIRES) {
    for (const write of ["write", "writeByteByByte"] as const) {
      await using peer = await Peer.connect(it.server.port);
      await peer[write](joined(hello("pat"), say("whole")));
      let said = await it.witness.next();
      while (said?.type !== "message") said = await it.witness.next();
      const isNamed = said.nick === "pat" || name === "ndjson";
      assertEquals([said.text, isNamed], ["whole", true], `${name}, ${write}`);
      await peer.vanish();
      await it.witness.expect({ type: "quitted", nick: said.nick });
    }
  }
});

/** The beginning of something very long, as each wire promises it. */
const PROMISES: Record<string, Uint8Array> = {
  native: Uint8Array.of(0, 0, 0xff, 0xff, 1, 2, 3, 4),
  "native, with more to come": Uint8Array.of(0x80, 0, 0xff, 0xff, 1, 2, 3, 4),
  bgnet0: Uint8Array.of(0xff, 0xff, 0x7b),
  chat10: utf8("CHAT/1.0 TEXT\r\nUsername: pat\r\nMsg-len: 1048576\r\n\r\n"),
  web: joined(
    WIRES[1]!.hello("promise"),
    Uint8Array.of(0x81, 0xff, 0, 0, 0, 0, 0, 0x0f, 0xff, 0xff),
  ),
  "web, half the address space": joined(
    WIRES[1]!.hello("promise2"),
    Uint8Array.of(0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff),
  ),
};

Deno.test("what is promised and never sent takes no memory, and is waited for no longer than it may", async () => {
  await using it = await siege([...UNTHROTTLED, "--frame-timeout-seconds", "2"]);
  const promises = Object.values(PROMISES).flatMap((bytes) => Array<Uint8Array>(60).fill(bytes));
  await it.undisturbed(async () => {
    await each(promises, 360, async (bytes) => {
      await using peer = await Peer.connect(it.server.port);
      await sends(peer, bytes);
      // Those who are in are pinged before they are given up; all others are cut by now.
      if (bytes[0] !== 0x47) await peer.untilEnd();
    });
  }, { megabytes: 60 });
});

Deno.test("who only stops sending gets its answers and has left then, on every wire", async () => {
  await using it = await siege();
  for (const { name, hello, say } of WIRES) {
    const bytes = joined(hello("pat"), say("goodbye"));
    const answer = new TextDecoder().decode(await saysAll(it.server.port, bytes));
    assert(name === "chat10" || answer !== "", name);
    const told = [];
    for (let event; event?.type !== "quitted";) told.push(event = (await it.witness.next())!);
    const types = told.map(({ type }) => type).filter((type) => type !== "renamed");
    assertEquals(types, ["joined", "message", "quitted"], name);
  }
});

Deno.test("whoever goes on in another wire's words is nobody else by that", async () => {
  await using it = await siege();
  const pairs = WIRES.flatMap((from) => WIRES.map((to) => ({ from, to })));
  await it.undisturbed(() =>
    each(pairs.filter(({ from, to }) => from !== to), 6, async ({ from, to }, index) => {
      const bytes = joined(from.hello(`good-${index}`), to.hello("evil"), to.say("evil words"));
      await saysAll(it.server.port, bytes);
    })
  );
  const told = await it.told();
  assert(told.length > 0);
  for (const event of told) {
    const isOther = event.type === "joined" || event.type === "message";
    assert(!isOther || event.nick !== "evil", JSON.stringify(event));
    assert(event.type !== "renamed" || event.to !== "evil", JSON.stringify(event));
  }
});

Deno.test("a conversation cut after any byte, by an end or a reset, leaves nothing half said and a free name", async () => {
  await using it = await siege();
  const cuts = WIRES.filter(({ name }) => name !== "web").flatMap((wire) => {
    const { length } = joined(wire.hello("cut"), wire.say("whole"));
    return Array.from({ length }, (_, after) => ({ wire, after }));
  });
  let ended = 0;
  await each(cuts, 24, async ({ wire, after }, index) => {
    const nick = `cut-${index % 24}-${index}`;
    const bytes = joined(wire.hello(nick), wire.say("whole")).subarray(0, after);
    // Who has read nothing of what it was told and closes resets the connection.
    await using peer = await (index % 2 === 0 ? Peer.connect : Peer.connectDeaf)(it.server.port);
    await sends(peer, bytes);
    await peer.vanish();
    ended++;
  });
  assertEquals(ended, cuts.length);
  const here = new Map<string, number>();
  const names = async () => {
    for (const { type, nick, to, text } of await it.told()) {
      const name = `${nick}`;
      if (type === "joined") here.set(name, 1);
      if (type === "renamed") here.set(`${to}`, 1), here.delete(name);
      if (type === "quitted") assert(here.delete(name), `${name} left and was not here`);
      if (type === "message") assertEquals(text, "whole");
    }
    return here.size;
  };
  for (let round = 0; await names() > 0; round++) {
    assert(round < 5000, `${[...here.keys()]} are here`);
  }
  await using again = await NativePeer.connect(it.server.port);
  await again.send({ type: "hello", nick: "cut-0-0" });
  await again.expect({ type: "entered", nick: "cut-0-0" });
});
