import { assertEquals } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Server } from "./server.ts";

/** Two that speak the native protocol and one of bgnet0, in the lobby, each having seen the others come. */
async function threeOfUs(port: number, stack: AsyncDisposableStack) {
  const pat = stack.use(await NativePeer.enter(port, "pat"));
  const leslie = stack.use(await NativePeer.enter(port, "leslie"));
  await pat.expect({ type: "joined", room: "lobby", nick: "leslie" });
  const chris = stack.use(await Bgnet0Peer.enter(port, "chris"));
  for (const peer of [pat, leslie]) await peer.expect({ type: "joined", nick: "chris" });
  return { pat, leslie, chris };
}

Deno.test("clients of two protocols see the same lines in the same order", async () => {
  await using server = await Server.start();
  await using stack = new AsyncDisposableStack();
  const { pat, leslie, chris } = await threeOfUs(server.port, stack);

  const rounds = [1, 2, 3, 4, 5];
  await Promise.all([
    ...rounds.map((round) => pat.say(`pat ${round}`)),
    ...rounds.map((round) => leslie.say(`leslie ${round} žluť`)),
    ...rounds.map((round) => chris.send(`{"type": "chat", "message": "chris ${round} 🙂"}`)),
  ]);

  const seen = { pat: [] as string[], leslie: [] as string[], chris: [] as string[] };
  for (let seq = 1; seq <= 15; seq++) {
    for (const [name, peer] of [["pat", pat], ["leslie", leslie]] as const) {
      const { nick, text } = await peer.expect({ type: "message", room: "lobby", seq });
      seen[name].push(`${nick}: ${text}`);
    }
    const { nick, message } = JSON.parse(await chris.next() ?? "{}");
    seen.chris.push(`${nick}: ${message}`);
  }
  assertEquals(seen.leslie, seen.pat);
  assertEquals(seen.chris, seen.pat);
  for (const name of ["pat", "leslie", "chris"]) {
    const own = seen.pat.filter((line) => line.startsWith(`${name}:`));
    assertEquals(own.map((line) => Number(line.split(" ")[2])), rounds);
  }
});

Deno.test("what is said to one is shown to the two and to nobody else", async () => {
  await using server = await Server.start();
  await using stack = new AsyncDisposableStack();
  const { pat, leslie, chris } = await threeOfUs(server.port, stack);

  await pat.send({ type: "tell", nick: "chris", text: "psst" });
  await pat.expect({ type: "told", nick: "pat", to: "chris", text: "psst" });
  await chris.expect('{"type": "chat", "nick": "pat -> chris", "message": "psst"}');
  await chris.send('{"type": "chat", "message": "/message pat yes?"}');
  await chris.expect('{"type": "chat", "nick": "chris -> pat", "message": "yes?"}');
  await pat.expect({ type: "told", nick: "chris", to: "pat", text: "yes?" });
  await leslie.expectQuiet();
});

Deno.test("another room is heard by those in it alone", async () => {
  await using server = await Server.start();
  await using stack = new AsyncDisposableStack();
  const { pat, leslie, chris } = await threeOfUs(server.port, stack);

  await pat.send({ type: "join", room: "dev" });
  await pat.expect({ type: "joined", room: "dev", nick: "pat" });
  await leslie.send({ type: "join", room: "dev" });
  for (const peer of [pat, leslie]) {
    await peer.expect({ type: "joined", room: "dev", nick: "leslie" });
  }
  await leslie.say("in here", { room: "dev" });
  for (const peer of [pat, leslie]) {
    await peer.expect({ type: "message", room: "dev", seq: 1, nick: "leslie", text: "in here" });
  }
  await leslie.say("out there");
  await chris.expect('{"type": "chat", "nick": "leslie", "message": "out there"}');
});

Deno.test("what a message's author sends with it comes back to all: text, emote and id", async () => {
  await using server = await Server.start();
  await using stack = new AsyncDisposableStack();
  const { pat, leslie, chris } = await threeOfUs(server.port, stack);

  const text = "waves ".repeat(15_000) + "🙂";
  await pat.send({ type: "act", room: "lobby", text, id: "pat-1" });
  for (const peer of [pat, leslie]) {
    const { at } = await peer.expect({ type: "message", text, emote: true, id: "pat-1", seq: 1 });
    assertEquals(Math.abs(Date.now() - Number(at)) < 60_000, true);
  }
  // Too long for one packet of bgnet0: it comes in pieces, and nothing of it is lost.
  let whole = "";
  while (whole.length < text.length) {
    const { type, nick, message } = JSON.parse(await chris.next() ?? "{}");
    assertEquals({ type, nick }, { type: "chat", nick: "pat" });
    whole += String(message).replace(/^\[|\]$/g, "");
  }
  assertEquals(whole, text);
});
