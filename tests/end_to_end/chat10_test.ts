/** CHAT/1.0 over real sockets: what its sloppiest clients may send, and how ours answers it. */
import { assert, assertEquals } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import { chat10, LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

/** What a client sends after its JOIN, and the texts that alice receives of it. */
const SLOPPY: [what: string, sent: string, texts: string[]][] = [
  ["as the document has it", chat10("TEXT", "bob", "hi"), ["hi"]],
  ["two in one write", chat10("TEXT", "bob", "one") + chat10("TEXT", "bob", "two"), ["one", "two"]],
  ["quoted headers", message('"Username" : "bob"', '"Msg-len" : "2"') + "hi", ["hi"]],
  ["another order", message("Msg-len: 2", "Username: bob") + "hi", ["hi"]],
  ["capitals", message("USERNAME: bob", "MSG-LEN: 2") + "hi", ["hi"]],
  ["small letters", message("username:bob", "msg-len:2") + "hi", ["hi"]],
  ["spaces around the colon", message("Username : bob", "Msg-len  :  2  ") + "hi", ["hi"]],
  ["Mesg-len", message("Username: bob", "Mesg-len: 2") + "hi", ["hi"]],
  ["bare line feeds", "CHAT/1.0 TEXT\nUsername: bob\nMsg-len: 2\n\nhi", ["hi"]],
  ["headers that nobody knows", message("X: y", "Username: bob", "Msg-len: 2") + "hi", ["hi"]],
  ["a small method", "CHAT/1.0 text\r\nUsername: bob\r\nMsg-len: 2\r\n\r\nhi", ["hi"]],
  ["another's name", chat10("TEXT", "alice", "hi"), ["hi"]],
  ["a payload that looks like a message", chat10("TEXT", "bob", chat10("LEAVE", "alice")), [
    chat10("LEAVE", "alice"),
  ]],
  ["a line's end after the payload", chat10("TEXT", "bob", "hi") + "\r\n", ["hi"]],
  // Six characters, eight bytes: what is left over is passed over.
  ["characters counted, not bytes", message("Username: bob", "Msg-len: 6") + "kůň je", ["kůň "]],
  ["half a character", message("Username: bob", "Msg-len: 2") + "aů", ["a"]],
  ["no Username", message("Msg-len: 2") + "hi", []],
  ["an empty Username", message("Username: ", "Msg-len: 2") + "hi", []],
  ["no Msg-len", message("Username: bob"), []],
  ["no Msg-len, and yet a payload", message("Username: bob") + "hi", []],
  ["Msg-len 0", message("Username: bob", "Msg-len: 0"), []],
  ["a method that nobody knows", "CHAT/1.0 DANCE\r\nUsername: bob\r\n\r\n", []],
  ["a second JOIN", chat10("JOIN", "carol"), []],
];

function message(...headers: string[]): string {
  return ["CHAT/1.0 TEXT", ...headers, "", ""].join("\r\n");
}

for (const write of ["send", "sendByteByByte"] as const) {
  Deno.test(`what sloppy CHAT/1.0 clients send is read as it was meant (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using alice = await LinePeer.connect(server.port);
    await alice.send(chat10("JOIN", "alice"));
    await server.logged("entered", { nick: "alice" });
    for (const [what, sent, texts] of SLOPPY) {
      await using bob = await LinePeer.connect(server.port);
      await bob[write](chat10("JOIN", "bob") + sent + chat10("TEXT", "bob", "the end of it"));
      await bob.send(chat10("LEAVE", "bob"));
      // Nothing is ever answered to the sender.
      await bob.expectEnd();
      const expected = [
        chat10("JOIN", "bob"),
        ...[...texts, "the end of it"].map((text) => chat10("TEXT", "bob", text)),
        chat10("LEAVE", "bob"),
      ].join("");
      const received = await alice.raw.take(new TextEncoder().encode(expected).length);
      assertEquals(received && new TextDecoder().decode(received), expected, what);
    }
  });
}

/** Lengths that cannot be meant: a last word, the end, and nobody is shown anything of it. */
const REFUSED: [what: string, headers: string[], reason: string][] = [
  ["-1", ["Msg-len: -1"], "Msg-len is not a number of bytes"],
  ["1e3", ["Msg-len: 1e3"], "Msg-len is not a number of bytes"],
  ["0x10", ["Msg-len: 0x10"], "Msg-len is not a number of bytes"],
  ["two", ["Msg-len: two"], "Msg-len is not a number of bytes"],
  ["2^32", ["Msg-len: 4294967296"], "Msg-len is not a number of bytes"],
  ["duplicated", ["Msg-len: 2", "Msg-len: 3"], "there are two headers msg-len"],
  ["under both names", ["Msg-len: 2", "Mesg-len: 3"], "there are two headers msg-len"],
  ["two names", ["Username: eve"], "there are two headers username"],
  ["more than may be", ["Msg-len: 99999999"], "Msg-len is more than 1048576"],
  ["headers without end", ["X: " + "y".repeat(9000)], "a line is longer than 8172 bytes"],
];

Deno.test("a length that makes no sense is told so, and never shown to others", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  for (const [what, headers, reason] of REFUSED) {
    await using bob = await LinePeer.connect(server.port);
    await bob.send(chat10("JOIN", "bob"));
    await pat.expect({ type: "joined", nick: "bob" });
    // The server may hang up before it has taken all of it.
    await bob.send(message("Username: bob", ...headers) + "hihi").catch(() => {});
    const answer = new TextDecoder().decode(await bob.raw.untilEnd());
    if (what !== "headers without end") {
      assertEquals(answer, chat10("TEXT", "*server*", reason), what);
    } else assert(/a line is longer than \d+ bytes$/.test(answer), answer);
    await pat.expect({ type: "quitted", nick: "bob" });
  }
  await pat.expectQuiet();
});

Deno.test("a TEXT before JOIN joins first, and a client that vanishes is announced as left", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using bob = await LinePeer.connect(server.port);
  await bob.send(chat10("TEXT", "bob", "hi"));
  await pat.expect({ type: "joined", nick: "bob" }, { type: "message", nick: "bob", text: "hi" });
  await bob.raw.vanish();
  await pat.expect({ type: "quitted", nick: "bob" });
});

Deno.test("a CHAT/1.0 name that is taken is told so and hung up on", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using twin = await LinePeer.connect(server.port);
  await twin.send(chat10("JOIN", "pat"));
  const why = "pat: somebody here has that name, or one that looks like it";
  await twin.expectEnd(chat10("TEXT", "*server*", why));
  await pat.expectQuiet();
});

/** The wire's own pace is 5 ms between two; timers of this machine may be a little early. */
const PACE_MILLISECONDS = 4;

Deno.test("messages that come at once leave for a CHAT/1.0 client one after the other", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using chris = await Bgnet0Peer.enter(server.port, "chris");
  await using alice = await LinePeer.connect(server.port);
  await alice.send(chat10("JOIN", "alice"));
  await chris.expect('{"type": "join", "nick": "alice"}');
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  await using pat = await NativePeer.enter(server.port, "pat");
  await alice.expect(chat10("JOIN", "pat"));
  const started = performance.now();
  await pat.send(...texts.map((text) => ({ type: "say", room: "lobby", text })));
  await alice.expect(texts.map((text) => chat10("TEXT", "pat", text)).join(""));
  const took = performance.now() - started;
  assert(took >= (texts.length - 1) * PACE_MILLISECONDS, `20 messages took ${took} ms`);
});

Deno.test("an answer of several messages is paced too, for a CHAT/1.0 client reads one at a time", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  const texts = Array.from({ length: 20 }, (_, index) => `line ${index}`);
  await pat.send(...texts.map((text) => ({ type: "say", room: "lobby", text })));
  for (const text of texts) await pat.expect({ type: "message", text });
  await using alice = await LinePeer.connect(server.port);
  await alice.send(chat10("JOIN", "alice"));
  await pat.expect({ type: "joined", nick: "alice" });
  const started = performance.now();
  await alice.send(chat10("TEXT", "alice", "/history"));
  await alice.expect(texts.map((text) => chat10("TEXT", "pat", text)).join(""));
  const took = performance.now() - started;
  assert(took >= (texts.length - 1) * PACE_MILLISECONDS, `20 messages took ${took} ms`);
});
