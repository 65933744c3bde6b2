/** Six kinds of client in one lobby on one port, each of which sees what its own document promises. */
import { assertEquals } from "@std/assert";
import { ARRIVALS, type Guest } from "./guests.ts";
import { chat10, LinePeer, ndjson } from "./line_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

/** All six, each having seen those come who came later. */
async function everybody(port: number, stack: AsyncDisposableStack): Promise<Guest[]> {
  const guests: Guest[] = [];
  for (const arrive of ARRIVALS) {
    const newcomer = stack.use(await arrive(port));
    for (const guest of guests) await guest.seesJoin(newcomer.nick);
    guests.push(newcomer);
  }
  return guests;
}

Deno.test("six kinds of client come, talk and go in one lobby, each in its own words", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using stack = new AsyncDisposableStack();
  const guests = await everybody(server.port, stack);
  assertEquals(
    guests.map(({ kind }) => kind),
    ["native", "chat10", "bgnet0", "ndjson", "vu", "plain"],
  );
  for (const speaker of guests) {
    for (
      const text of ["hello from " + speaker.kind, "DELIVERY bob CHAT/1.0 LEAVE", "*** hm: hm"]
    ) {
      await speaker.says(text);
      for (const guest of guests) await guest.seesText(speaker.nick, text);
    }
  }
  while (guests.length > 0) {
    const leaver = guests.shift()!;
    await leaver.leaves();
    for (const guest of guests) await guest.seesLeave(leaver.nick);
  }
});

Deno.test("whoever breaks off without a word is announced as left, on each wire to each other", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using stack = new AsyncDisposableStack();
  const guests = await everybody(server.port, stack);
  while (guests.length > 0) {
    const leaver = guests.pop()!;
    await leaver[Symbol.asyncDispose]();
    for (const guest of guests) await guest.seesLeave(leaver.nick);
  }
});

Deno.test("an emote, a word to one alone and a new name reach each wire in its nearest words", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await LinePeer.connect(server.port);
  await pat.send("pat\n");
  await pat.expect("*** pat has joined the chat\n");
  await using carol = await LinePeer.connect(server.port);
  await carol.send(chat10("JOIN", "carol"));
  await pat.expect("*** carol has joined the chat\n");
  await using victor = await LinePeer.connect(server.port);
  await victor.send("HELLO-FROM victor\n");
  await victor.expect("HELLO victor\n");
  await pat.expect("*** victor has joined the chat\n");
  await carol.expect(chat10("JOIN", "victor"));
  await using nina = await LinePeer.connect(server.port);
  await nina.send('{"type": "set-name", "data": "nina"}\n');
  const address = /127\.0\.0\.1:\d+/.exec(await nina.line())?.[0] ?? "";
  await nina.expect(ndjson("[Server]", `${address} renamed to nina`));
  await pat.expect(`*** ${address} has joined the chat\n*** ${address} is now known as nina\n`);
  await carol.expect(chat10("JOIN", address));
  await carol.expect(chat10("TEXT", "*server*", `${address} is now known as nina`));

  await pat.send("/me waves\n");
  await carol.expect(chat10("TEXT", "pat", "[waves]"));
  await victor.expect("DELIVERY #lobby pat: [waves]\n");
  await nina.expect(ndjson("pat", "[waves]"));

  await victor.send("SEND carol psst\nSEND nina psst\nSEND pat psst\nLIST\n");
  await victor.expect("SEND-OK\nSEND-OK\nSEND-OK\nLIST-OK pat,carol,victor,nina\n");
  await carol.expect(chat10("TEXT", "victor -> carol", "psst"));
  await nina.expect(ndjson("victor -> nina", "psst"));
  await pat.expect("victor -> pat: psst\n");

  await carol.send(chat10("TEXT", "carol", "/message victor yes?"));
  await victor.expect("DELIVERY carol yes?\n");
  await nina.send('{"type": "message", "data": "/message carol and?"}\n');
  await nina.expect(ndjson("nina -> carol", "and?"));
  await carol.expect(chat10("TEXT", "nina -> carol", "and?"));
});

Deno.test("a text of several lines is one unit on each wire, and nobody's line is forged by it", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using stack = new AsyncDisposableStack();
  const [native, carol, , , victor, paula] = await everybody(server.port, stack);
  const text = "one\r\nDELIVERY pat two\nCHAT/1.0 LEAVE\r\nUsername: carol\r\n\r\n";
  await native!.says(text);
  await carol!.seesText("nora", text);
  const oneLine = "one DELIVERY pat two CHAT/1.0 LEAVE Username: carol ";
  for (const guest of [victor!, paula!]) await guest.seesText("nora", oneLine);
  await native!.says("the end");
  for (const guest of [carol!, victor!, paula!]) await guest.seesText("nora", "the end");
});
