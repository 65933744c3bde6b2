import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { type Json, NativePeer } from "./native_peer.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { DEADLINE_MILLISECONDS } from "./watched.ts";

/** pat, who has said "line 1", "line 2" and so on and has seen it. */
async function patHasSaid(lines: number, port: number): Promise<NativePeer> {
  const pat = await NativePeer.enter(port, "pat");
  for (let seq = 1; seq <= lines; seq++) {
    await pat.say(`line ${seq}`, { id: `pat-${seq}` });
    await pat.expect({ type: "message", seq, text: `line ${seq}` });
  }
  return pat;
}

const PAUSED = {
  type: "notice",
  text: "history is paused: what is said now cannot be stored, so nobody is shown it",
};
const GOES_ON = { type: "notice", text: "history goes on: messages are stored again" };

function numbers({ messages }: Json): number[] {
  return (messages as Json[]).map(({ seq }) => seq as number);
}

Deno.test("a newcomer is shown the last messages, before and after a restart alike", async () => {
  using home = new Home();
  const flags = ["--replay-messages", "3"];
  let shown: Json;
  {
    await using server = await Server.start({ home, flags });
    await using _pat = await patHasSaid(5, server.port);
    await using leslie = await NativePeer.enter(server.port, "leslie");
    shown = await leslie.expect({ type: "history", room: "lobby" });
    assertEquals(
      (shown.messages as Json[]).map(({ at: _, ...message }) => message),
      [3, 4, 5].map((seq) => (
        { room: "lobby", seq, nick: "pat", text: `line ${seq}`, emote: false, id: `pat-${seq}` }
      )),
    );
    server.signal("SIGTERM");
    assertEquals((await server.ended()).code, 0);
  }
  await using server = await Server.start({ home, flags });
  await using chris = await NativePeer.enter(server.port, "chris");
  assertEquals(await chris.expect({ type: "history" }), shown);
  await chris.say("numbers go on");
  await chris.expect({ type: "message", seq: 6, text: "numbers go on" });
});

Deno.test("a newcomer to a room that has no past is shown none", async () => {
  await using server = await Server.start();
  await using _pat = await patHasSaid(2, server.port);
  await using leslie = await NativePeer.enter(server.port, "leslie", "dev");
  await leslie.expectQuiet();
});

Deno.test("a bgnet0 newcomer is shown nothing that its document does not have", async () => {
  await using server = await Server.start();
  await using pat = await patHasSaid(2, server.port);
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await pat.say("now");
  await chris.expect('{"type": "chat", "nick": "pat", "message": "now"}');
});

Deno.test("members get the past that they ask for, and no more than the server allows", async () => {
  await using server = await Server.start({ flags: [...UNTHROTTLED, "--history-messages", "5"] });
  await using pat = await patHasSaid(9, server.port);
  const wishes: [wish: Json, numbers: number[]][] = [
    [{ limit: 2 }, [8, 9]],
    [{ limit: 2, before: 4 }, [2, 3]],
    [{ before: 3 }, [1, 2]],
    [{ before: 1 }, []],
    [{}, [5, 6, 7, 8, 9]],
    [{ limit: 0 }, [5, 6, 7, 8, 9]],
    [{ limit: -1 }, [5, 6, 7, 8, 9]],
    [{ limit: Number.MAX_SAFE_INTEGER }, [5, 6, 7, 8, 9]],
    [{ before: -1, limit: 1 }, [9]],
    [{ before: Number.MAX_SAFE_INTEGER, limit: 1 }, [9]],
  ];
  for (const [wish, expected] of wishes) {
    await pat.send({ type: "history", room: "lobby", ...wish });
    const shown = await pat.expect({ type: "history", room: "lobby" });
    assertEquals(numbers(shown), expected, JSON.stringify(wish));
  }
});

Deno.test("a long past comes in pages that follow one another", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await patHasSaid(250, server.port);
  await pat.send({ type: "history", room: "lobby" });
  const seen: number[] = [];
  while (seen.length < 250) seen.push(...numbers(await pat.expect({ type: "history" })));
  assertEquals(seen, Array.from({ length: 250 }, (_, index) => index + 1));
  await pat.expectQuiet();
});

Deno.test("whoever is not in a room learns nothing of its past", async () => {
  await using server = await Server.start();
  await using _pat = await patHasSaid(2, server.port);
  await using leslie = await NativePeer.enter(server.port, "leslie", "dev");
  await leslie.send({ type: "history", room: "lobby" });
  await leslie.expect({ type: "failed", command: "history", code: "not-a-member" });

  await using nobody = await NativePeer.connect(server.port);
  await nobody.send({ type: "history", room: "lobby" });
  await nobody.expect({ type: "failed", command: "history", code: "not-entered" });
  for (const peer of [leslie, nobody]) await peer.expectQuiet();
});

Deno.test("/history, typed into a bgnet0 client, shows what was said", async () => {
  await using server = await Server.start();
  await using _pat = await patHasSaid(3, server.port);
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await chris.send('{"type": "chat", "message": "/history 2"}');
  await chris.expect(
    '{"type": "chat", "nick": "*server*", "message": "the last 2 messages of lobby:"}',
    '{"type": "chat", "nick": "pat", "message": "line 2"}',
    '{"type": "chat", "nick": "pat", "message": "line 3"}',
  );
});

Deno.test("what was said is in files that only their owner may read", async () => {
  using home = new Home();
  await using server = await Server.start({ home });
  await using _pat = await patHasSaid(1, server.port);
  for (const { name } of Deno.readDirSync(home.path)) {
    if (!name.startsWith("chat.db")) continue;
    assertEquals(Deno.statSync(home.file(name)).mode! & 0o777, 0o600, name);
  }
});

Deno.test("what cannot be stored is shown to nobody, and when it can be again all goes on", async () => {
  using home = new Home();
  await using server = await Server.start({ home });
  await using pat = await patHasSaid(1, server.port);
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await pat.expect({ type: "joined", nick: "chris" });
  const elsewhere = new DatabaseSync(home.file("chat.db"), { timeout: DEADLINE_MILLISECONDS });
  try {
    elsewhere.exec("BEGIN IMMEDIATE");
    await pat.say("lost", { id: "pat-lost" });
    await pat.expect(PAUSED, {
      type: "failed",
      command: "say",
      code: "not-stored",
      id: "pat-lost",
    });
    await server.logged("messages cannot be stored, and are refused");
    // What needs no disk goes on.
    await pat.expectQuiet();
  } finally {
    elsewhere.close();
  }
  await pat.expect(GOES_ON);
  await pat.say("kept");
  await pat.expect({ type: "message", seq: 2, text: "kept" });
  for (const { text } of [PAUSED, GOES_ON]) {
    await chris.expect(`{"type": "chat", "nick": "*server*", "message": "${text}"}`);
  }
  await chris.expect('{"type": "chat", "nick": "pat", "message": "kept"}');
});
