import { assert, assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { Throttle } from "../../src/server/throttle.ts";
import { native } from "../../src/wire/native.ts";
import { plain } from "../../src/wire/plain.ts";
import { Evening, type Peer, turn } from "./evening.ts";

async function failureOf(peer: Peer): Promise<string> {
  const event = await peer.hears((event) => event.type === "failed");
  return event.type === "failed" ? `${event.command} ${event.code} ${event.about}` : "";
}

const isRenamed = (to: string) => (event: Event) => event.type === "renamed" && event.to === to;

Deno.test("names can be taken as fast as that, and one more is refused until a while has passed", async () => {
  const limits = { changes: { burst: 2, perSecond: 0.1 } };
  const evening = new Evening({ limits });
  const pat = await evening.person("pat");
  for (const nick of ["pat2", "pat3"]) {
    pat.says(ask("rename", { nick }));
    await pat.hears(isRenamed(nick));
  }
  pat.says(ask("rename", { nick: "pat4" }));
  assertEquals(await failureOf(pat), "rename too-fast ");
  evening.pass(9999);
  pat.says(ask("rename", { nick: "pat4" }));
  assertEquals(await failureOf(pat), "rename too-fast ");
  evening.pass(1);
  pat.says(ask("rename", { nick: "pat4" }));
  await pat.hears(isRenamed("pat4"));
  assertEquals(evening.metrics.refused["too-fast"], 2);
});

Deno.test("somebody else is not slower for it, nor is anything but a name", async () => {
  const evening = new Evening({ limits: { changes: { burst: 1, perSecond: 0.1 } } });
  const pat = await evening.person("pat");
  const leslie = await evening.person("leslie");
  for (const nick of ["a", "b"]) pat.says(ask("rename", { nick }));
  assertEquals(await failureOf(pat), "rename too-fast ");
  pat.say("I am called a");
  assertEquals(await pat.hearsText(), "I am called a");
  leslie.says(ask("rename", { nick: "les" }));
  await leslie.hears(isRenamed("les"));
});

Deno.test("what is kept can be made as fast as that, all of it together; to ask is no making", async () => {
  const evening = new Evening({ limits: { changes: { burst: 3, perSecond: 0.1 } } });
  const pat = await evening.person("pat");
  const changes = [
    ask("topic", { room: "lobby", text: "tea" }),
    ask("claim", {}),
    ask("rename", { nick: "pat2" }),
  ];
  pat.says(...changes);
  await pat.hears(isRenamed("pat2"));
  const more = [
    ...[ask("release", {}), ask("allow", { key: "k" }), ask("token", {})],
    ...[ask("login", { nick: "pat", token: "t" }), ...changes],
  ];
  for (const command of more) {
    pat.says(command);
    assertEquals(await failureOf(pat), `${command.type} too-fast `);
  }
  pat.says(ask("topic", { room: "lobby" }));
  await pat.hears((event) => event.type === "topic" && event.text === "tea" && event.at === 0);
});

Deno.test("those who come from one address have a pace together as well", async () => {
  const evening = new Evening();
  const changes = new Throttle({ burst: 2, perSecond: 0.1 });
  const pair = ["pat", "leslie"].map((nick) => {
    const peer = evening.connect(native, { changes });
    peer.says(ask("hello", { nick }));
    return peer;
  });
  for (const [index, peer] of pair.entries()) {
    await peer.hears((event) => event.type === "entered");
    peer.says(ask("rename", { nick: `other${index}` }));
    await peer.hears(isRenamed(`other${index}`));
  }
  for (const peer of pair) {
    peer.says(ask("rename", { nick: "more" }));
    assertEquals(await failureOf(peer), "rename too-fast ");
  }
});

Deno.test("names that cannot be had are refused as often as they are typed before hello", async () => {
  const evening = new Evening({ limits: { changes: { burst: 1, perSecond: 0.1 } } });
  await evening.person("pat");
  const typed = evening.connect(plain);
  for (let index = 0; index < 3; index++) typed.connection.sends(new TextEncoder().encode("pat\n"));
  typed.connection.sends(new TextEncoder().encode("leslie\n"));
  await typed.connection.until(() =>
    new TextDecoder().decode(typed.connection.written).includes("leslie")
  );
});

Deno.test("the last who fits into a room comes in, and one more is told that it is full", async () => {
  const evening = new Evening({ hub: { maxMembersPerRoom: 2 } });
  const pat = await evening.person("pat");
  await evening.person("leslie");
  const chris = evening.connect();
  chris.says(ask("hello", { nick: "chris" }), ask("join", { room: "lobby" }));
  assertEquals(await failureOf(chris), "join room-full lobby");
  // Another room has places of its own, and who is in the full one may come in again.
  chris.says(ask("join", { room: "dev" }));
  await chris.hears((event) => event.type === "joined" && event.room === "dev");
  pat.says(ask("join", { room: "lobby" }));
  await pat.hears((event) => event.type === "history");
  pat.says(ask("part", { room: "lobby" }));
  await pat.hears((event) => event.type === "parted");
  chris.says(ask("join", { room: "lobby" }));
  await chris.hears((event) => event.type === "joined" && event.room === "lobby");
});

Deno.test("of two who come for a room's last place in one turn one comes in", async () => {
  const evening = new Evening({ hub: { maxMembersPerRoom: 1 } });
  const peers = ["pat", "leslie"].map((nick) => {
    const peer = evening.connect();
    peer.says(ask("hello", { nick }), ask("join", { room: "lobby" }));
    return peer;
  });
  const heard = await Promise.all(
    peers.map((peer) => peer.hears((event) => event.type === "joined" || event.type === "failed")),
  );
  assertEquals(heard.map(({ type }) => type).toSorted(), ["failed", "joined"]);
  assert(evening.metrics.refused["room-full"] === 1);
});

Deno.test("limits that are changed hold for those who are there", async () => {
  const evening = new Evening();
  const pat = await evening.person("pat");
  evening.hubLimits.maxTextBytes = 5;
  pat.say("too long");
  assertEquals(await failureOf(pat), "say too-long ");
  evening.hubLimits.maxTextBytes = 50;
  pat.say("not too long");
  assertEquals(await pat.hearsText(), "not too long");
  evening.doorLimits.session.maxQueueMilliseconds = 10;
  pat.connection.takes = 0;
  pat.say("to somebody who reads nothing");
  const all = { people: 9, rooms: 9, roomsOfEach: 9 };
  await evening.until(() => evening.server.snapshot(all).queuedBytes > 0);
  await turn();
  evening.pass(11);
  assert(evening.logged.some((line) => line.includes("you read too slowly")));
});

Deno.test("whoever comes after another wire is set meets that one, and the others keep theirs", async () => {
  const evening = new Evening({ dialect: "plain" });
  const typedBy = async (nick: string) => {
    const peer = evening.connect(plain);
    peer.connection.sends(new TextEncoder().encode(`${nick}\n`));
    await peer.connection.until(() => peer.connection.written.length > 0);
    return peer;
  };
  const before = await typedBy("pat");
  evening.doorLimits.wire.slashCommands = false;
  evening.door.renew();
  const after = await typedBy("leslie");
  for (const peer of [after, before]) {
    peer.connection.sends(new TextEncoder().encode("/me waves\n"));
    const count = evening.server.recent.length;
    await evening.until(() => evening.server.recent.length > count);
  }
  const said = evening.server.recent.map(({ text, emote }) => [text, emote]);
  assertEquals(said, [["/me waves", false], ["waves", true]]);
});
