/** The HELLO-FROM document over real sockets, line by line. */
import { assertEquals } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

async function login(port: number, nick: string): Promise<LinePeer> {
  const peer = await LinePeer.connect(port);
  await peer.send(`HELLO-FROM ${nick}\n`);
  await peer.expect(`HELLO ${nick}\n`);
  return peer;
}

Deno.test("16 log in, the 17th is told BUSY, and gets the place of one who goes", async () => {
  await using server = await Server.start({ flags: ["--max-users", "16"] });
  await using stack = new AsyncDisposableStack();
  const users: LinePeer[] = [];
  for (let i = 1; i <= 16; i++) users.push(stack.use(await login(server.port, `user${i}`)));
  await using late = await LinePeer.connect(server.port);
  await late.send("HELLO-FROM late\n");
  await late.expect("BUSY\n");
  await users[15]!.raw.finish();
  await users[15]!.expectEnd();
  await late.send("HELLO-FROM late\n");
  await late.expect("HELLO late\n");
  await late.send("LIST\n");
  const others = Array.from({ length: 15 }, (_, index) => `user${index + 1}`);
  await late.expect(`LIST-OK ${others.join(",")},late\n`);
});

Deno.test("a name in use keeps the connection, and another one gets in", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using alice = await login(server.port, "alice");
  await using bob = await LinePeer.connect(server.port);
  for (const nick of ["alice", "ALICE", "аlice"]) {
    await bob.send(`HELLO-FROM ${nick}\n`);
    await bob.expect("IN-USE\n");
  }
  await bob.send("HELLO-FROM bob\nSEND alice hi\n");
  await bob.expect("HELLO bob\nSEND-OK\n");
  // Of those in vain alice has not seen a thing.
  await alice.expect("DELIVERY bob hi\n");
});

/** What one sends on a connection of its own, and all that it is answered. */
const ANSWERS: [what: string, sent: string, answer: string][] = [
  ["LIST before login", "LIST\n", "BAD-RQST-HDR\n"],
  ["a message before login", "SEND alice hi\n", "BAD-RQST-HDR\n"],
  ["no name, and then one", "HELLO-FROM\nHELLO-FROM a\n", "BAD-RQST-BODY\nHELLO a\n"],
  ["each forbidden character", forbidden("HELLO-FROM b", "b\n"), "BAD-RQST-BODY\n".repeat(11)],
  ["a control character", "HELLO-FROM a\x07\n", "BAD-RQST-BODY\n"],
  ["letters of any script", "HELLO-FROM žluť\nLIST\n", "HELLO žluť\nLIST-OK alice,žluť\n"],
  ["a second login", "HELLO-FROM a\nHELLO-FROM b\n", "HELLO a\nBAD-RQST-HDR\n"],
  ["an unknown command", "HELLO-FROM a\nFOO\nlist\n\nLIST x\n", hello("BAD-RQST-HDR", 4)],
  ["no addressee or text", "HELLO-FROM a\nSEND\nSEND bob\nSEND bob \n", hello("BAD-RQST-BODY", 3)],
  ["nobody of that name", "HELLO-FROM a\nSEND bob hi\n", "HELLO a\nBAD-DEST-USER\n"],
  ["doubled spaces", "HELLO-FROM  a\nSEND  a  x  y\n", "HELLO a\nSEND-OK\nDELIVERY a x  y\n"],
  ["carriage returns", "HELLO-FROM a\r\nLIST\r\n", "HELLO a\nLIST-OK alice,a\n"],
  ["WHO, as in older years", "HELLO-FROM a\nWHO\n", "HELLO a\nLIST-OK alice,a\n"],
  ["oneself as the addressee", "HELLO-FROM a\nSEND a hi\n", "HELLO a\nSEND-OK\nDELIVERY a hi\n"],
  ["half a last line", "HELLO-FROM a\nLIST", "HELLO a\n"],
];

function forbidden(before: string, after: string): string {
  return [..."!@#$%^&*, \t"].map((character) => before + character + after).join("");
}

function hello(answer: string, times: number): string {
  return "HELLO a\n" + `${answer}\n`.repeat(times);
}

for (const write of ["send", "sendByteByByte"] as const) {
  Deno.test(`each line of HELLO-FROM is answered as its document says (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using alice = await login(server.port, "alice");
    for (const [what, sent, answer] of ANSWERS) {
      await using peer = await LinePeer.connect(server.port);
      await peer[write](sent);
      // As `printf ... | nc -N` does: the answers are still owed.
      await peer.raw.finish();
      const received = new TextDecoder().decode(await peer.raw.untilEnd());
      assertEquals(received, answer, what);
    }
    await alice.send("LIST\n");
    await alice.expect("LIST-OK alice\n");
  });
}

/** Rows of protocols.md that src/wire/vu.ts does not keep yet, in hear() and hearSend(). */
const STRICTER: [what: string, sent: string, answer: string][] = [
  // Anything but HELLO-FROM before login is BAD-RQST-HDR, whatever follows the word.
  ["SEND without a body, before login", "SEND \nHELLO-FROM a\n", "BAD-RQST-HDR\nHELLO a\n"],
  // HELLO-FROM after login is BAD-RQST-HDR, whatever name follows.
  ["a bad second login", "HELLO-FROM a\nHELLO-FROM b b\n", "HELLO a\nBAD-RQST-HDR\n"],
  // "SEND bob " is BAD-RQST-BODY, and spaces after the name are collapsed.
  ["a text of spaces only", "HELLO-FROM a\nSEND a    \n", "HELLO a\nBAD-RQST-BODY\n"],
];

for (const [what, sent, answer] of STRICTER) {
  Deno.test(`HELLO-FROM: ${what}`, async () => assertEquals(await answered(sent), answer));
}

/** All that a server answers to somebody who says this, all at once. */
async function answered(sent: string): Promise<string> {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using peer = await LinePeer.connect(server.port);
  await peer.send(sent);
  await peer.raw.finish();
  return new TextDecoder().decode(await peer.raw.untilEnd());
}

Deno.test("HELLO-FROM a, LIST and a closed writing side get both answers and an end", async () => {
  await using server = await Server.start();
  await using pat = await NativePeer.enter(server.port, "pat");
  await using peer = await LinePeer.connect(server.port);
  await peer.send("HELLO-FROM a\nLIST\n");
  await peer.raw.finish();
  await peer.expectEnd("HELLO a\nLIST-OK pat,a\n");
  await pat.expect({ type: "joined", nick: "a" }, { type: "quitted", nick: "a" });
});

const LONG = "x".repeat(69_996) + "🙂";

Deno.test("a message of 70,000 bytes arrives whole, to oneself and to another", async () => {
  await using server = await Server.start();
  await using alice = await login(server.port, "alice");
  await using bob = await login(server.port, "bob");
  await alice.send(`SEND bob ${LONG}\nSEND alice ${LONG}\n`);
  await alice.expect(`SEND-OK\nSEND-OK\nDELIVERY alice ${LONG}\n`);
  await bob.expect(`DELIVERY alice ${LONG}\n`);
});

Deno.test("70,000 bytes to the lobby reach a client of 16-bit packets with nothing lost", async () => {
  await using server = await Server.start();
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await using alice = await login(server.port, "alice");
  await chris.expect('{"type": "join", "nick": "alice"}');
  await alice.send(`SEND #lobby ${LONG}\nSEND #lobby the end\n`);
  await alice.expect("SEND-OK\nSEND-OK\n");
  let whole = "";
  for (;;) {
    const { type, nick, message } = JSON.parse(await chris.next() ?? "{}");
    assertEquals({ type, nick }, { type: "chat", nick: "alice" });
    if (message === "the end") break;
    whole += message;
  }
  assertEquals(whole, LONG);
});

Deno.test("a client that reads a byte at a time misses nothing", async () => {
  await using server = await Server.start();
  await using alice = await login(server.port, "alice");
  using bob = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await bob.write(new TextEncoder().encode("HELLO-FROM bob\nSEND alice hi\n"));
  await alice.expect("DELIVERY bob hi\n");
  const text = "žluť ".repeat(500);
  await alice.send(`SEND bob ${text}\n`);
  await alice.expect("SEND-OK\n");
  const expected = new TextEncoder().encode(`HELLO bob\nSEND-OK\nDELIVERY alice ${text}\n`);
  const read = new Uint8Array(expected.length);
  for (let at = 0; at < read.length; at++) await bob.read(read.subarray(at, at + 1));
  assertEquals(read, expected);
});
