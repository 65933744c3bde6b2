/** TLS: whatever is spoken here may come in encrypted, by the same port or by one of its own. */
import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { Bgnet0Peer } from "./bgnet0_peer.ts";
import type { Certificate } from "../../src/http/tls.ts";
import { EXPIRED, ONE, SIGNING, TWO } from "../http/certificates.ts";
import { Doors } from "./doors.ts";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Peer } from "./peer.ts";
import { Home, run } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { answerOn, request, utf8, WebPeer } from "./web_peer.ts";

/** A certificate and its key as files of the home with this name; returns what its clients trust. */
function write(home: Home, name: string, { cert, key }: Certificate): string {
  Deno.writeTextFileSync(home.file(`${name}.pem`), cert);
  Deno.writeTextFileSync(home.file(`${name}.key`), key);
  return cert;
}

/** What a server is started with to show this certificate. */
const showing = (home: Home, name: string) => [
  ...["--tls-cert", home.file(`${name}.pem`)],
  ...["--tls-key", home.file(`${name}.key`)],
];

async function native(peer: Peer, nick: string): Promise<NativePeer> {
  const native = new NativePeer(peer);
  await native.enters(nick, "lobby");
  return native;
}

Deno.test("all that is spoken may be encrypted, on the port where others speak without", async () => {
  using home = new Home();
  const cert = write(home, "a", ONE);
  await using server = await Server.start({ home, flags: [...UNTHROTTLED, ...showing(home, "a")] });
  const { port } = server;
  const secure = () => Peer.connectSecurely(port, cert);
  await using pat = await NativePeer.enter(port, "pat");
  await using leslie = await native(await secure(), "leslie");
  await using wendy = await WebPeer.over(await secure());
  await wendy.enters("wendy", "lobby");
  await using chris = new Bgnet0Peer(await secure());
  await chris.send('{"type": "hello", "nick": "chris"}');
  await chris.expect('{"type": "join", "nick": "chris"}');
  await using paula = new LinePeer(await secure());
  await paula.send("paula\n");
  await paula.expect("*** paula has joined the chat\n");
  await using page = await secure();
  for (let i = 0; i < 2; i++) {
    await page.write(utf8(request({ path: "/nothing" })));
    assertEquals((await answerOn(page))?.status, 404);
  }
  const joins = ["leslie", "wendy", "chris", "paula"].map((nick) => ({ type: "joined", nick }));
  const words = "x".repeat(100_000);
  await pat.expect(...joins);
  await pat.say(words);
  await pat.expect({ text: words });
  await leslie.expect(...joins.slice(1), { text: words });
  await wendy.expect(...joins.slice(2), { text: words });
  await wendy.say(words);
  for (const peer of [pat, leslie, wendy]) await peer.expect({ nick: "wendy", text: words });
  // Whoever only stops talking still gets its answers, and hanging up is leaving.
  await leslie.send({ type: "ping", token: "last" });
  await leslie.raw.finish();
  await leslie.expect({ type: "pong", token: "last" });
  await pat.expect({ type: "quitted", nick: "leslie" });
});

Deno.test("a port for one protocol that has a certificate is for those who encrypt alone", async () => {
  using home = new Home();
  const cert = write(home, "a", ONE);
  const table = `tls = { cert = "${home.file("a.pem")}", key = "${home.file("a.key")}" }`;
  await using doors = await Doors.open(
    `dialect = "ndjson"\n${table}`,
    `dialect = "web"\ntls_cert = "${home.file("a.pem")}"\ntls_key = "${home.file("a.key")}"`,
    "",
  );
  const [fixed, web, auto] = doors.ports;
  // It greets at once, and not before it is encrypted.
  await using nina = new LinePeer(await Peer.connectSecurely(fixed!, cert));
  assertMatch(await nina.line(), /has entered the chat/);
  await using page = await Peer.connectSecurely(web!, cert);
  await page.write(utf8(request({ path: "/nothing" })));
  assertEquals((await answerOn(page))?.status, 404);
  for (const port of [fixed!, web!]) {
    await using plain = await Peer.connect(port);
    await plain.write(utf8('{"type": "users"}\n' + request()));
    assert(!new TextDecoder("latin1").decode(await plain.untilEnd()).includes("HTTP"));
  }
  // Without a certificate there is an alert, in TLS's own words.
  await assertRejects(() => Peer.connectSecurely(auto!, cert));
});

const UNUSABLE: [what: string, cert: string, key: string, why: RegExp][] = [
  ["another's key", "a.pem", "b.key", /another certificate's/],
  ["no certificate file", "none.pem", "a.key", /tls_cert: .*none\.pem/],
  ["no key file", "a.pem", "none.key", /tls_key: .*none\.key/],
  ["a key for a certificate", "a.key", "a.key", /the certificate is none in PEM/],
  ["a certificate for a key", "a.pem", "a.pem", /the key is none in PEM/],
  ["an expired one", "old.pem", "old.key", /expired/],
  ["an empty file", "empty", "a.key", /the certificate is none in PEM/],
];

Deno.test("a certificate that cannot be used is one line, and the exit code of wrong settings", async () => {
  using home = new Home();
  write(home, "a", ONE);
  write(home, "b", TWO);
  write(home, "old", EXPIRED);
  Deno.writeTextFileSync(home.file("empty"), "");
  await Promise.all(UNUSABLE.map(async ([what, cert, key, why]) => {
    const flags = ["--tls-cert", home.file(cert), "--tls-key", home.file(key)];
    const { code, stdout, stderr } = await run(
      ["serve", "--port", "0", "--db", ":memory:", ...flags],
      { home },
    );
    assertEquals([code, stdout], [78, ""], what);
    assertMatch(stderr, why, what);
    assertEquals(stderr.trim().split("\n").length, 1, what);
  }));
  const { code, stderr } = await run(
    ["serve", "--port", "0", "--db", ":memory:", "--tls-cert", home.file("a.pem")],
    { home },
  );
  assertEquals(code, 78);
  assertMatch(stderr, /tls_key is missing/);
});

Deno.test("after SIGHUP newcomers see the new certificate, if it can be used, and those who are there stay", async () => {
  using home = new Home();
  const first = write(home, "shown", ONE);
  await using server = await Server.start({ home, flags: showing(home, "shown") });
  await using pat = await native(await Peer.connectSecurely(server.port, first), "pat");

  const second = write(home, "shown", TWO);
  server.signal("SIGHUP");
  await server.logged("reloaded");
  await assertRejects(() => Peer.connectSecurely(server.port, first));
  await using leslie = await native(await Peer.connectSecurely(server.port, second), "leslie");
  await pat.expect({ type: "joined", nick: "leslie" });

  Deno.writeTextFileSync(home.file("shown.pem"), "no certificate");
  server.signal("SIGHUP");
  await server.logged("not reloaded: all stays as it was");
  await using chris = await native(await Peer.connectSecurely(server.port, second), "chris");
  await pat.expect({ type: "joined", nick: "chris" });
  await chris.say("still here");
  for (const peer of [pat, chris]) await peer.expect({ text: "still here" });
  await leslie.expect({ type: "joined" }, { text: "still here" });
});

/** A handshake's first message as a client of TLS 1.2 begins it; the rest of it is promised. */
const HELLO = Uint8Array.of(0x16, 3, 1, 0x02, 0, 1, 0, 0x01, 0xfc, 3, 3);

Deno.test("handshakes that are none end, and bother nobody", async () => {
  using home = new Home();
  const cert = write(home, "a", ONE);
  const flags = [...UNTHROTTLED, ...showing(home, "a"), "--frame-timeout-seconds", "3"];
  await using server = await Server.start({ home, flags });
  await using pat = await NativePeer.enter(server.port, "pat");
  const noise = Uint8Array.from({ length: 5000 }, (_, index) => index * 7919 >> 3);
  for (const bytes of [noise, new Uint8Array(5000), utf8(request())]) {
    await using mallory = await Peer.connect(server.port);
    await mallory.write(Uint8Array.of(0x16, 3, 1, 0, 5, ...bytes)).catch(() => {});
    const said = await mallory.untilEnd();
    // Nothing, or an alert.
    assert(said.length === 0 || said[0] === 0x15, `${said}`);
  }
  await using half = await Peer.connect(server.port);
  await half.write(HELLO);
  await half.finish();
  await half.untilEnd();
  await using stalled = await Peer.connect(server.port);
  await stalled.write(HELLO);
  await using slow = await Peer.connect(server.port);
  await slow.write(HELLO.subarray(0, 3));
  await using mute = await Peer.connectSecurely(server.port, cert);
  await mute.write(utf8("GET "));
  await stalled.untilEnd();
  await slow.untilEnd();
  await mute.untilEnd();
  await pat.expectQuiet();
  await server.logged("TLS failed");
});

Deno.test("TLS within TLS is refused", async () => {
  using home = new Home();
  const cert = write(home, "a", ONE);
  await using server = await Server.start({ home, flags: showing(home, "a") });
  await using mallory = await Peer.connectSecurely(server.port, cert);
  await mallory.write(HELLO);
  assertEquals((await mallory.untilEnd())[0], 0x15);
});

Deno.test("when the server stops those who encrypt are told why, and the connection ends as it should", async () => {
  using home = new Home();
  const cert = write(home, "a", ONE);
  await using server = await Server.start({ home, flags: showing(home, "a") });
  await using pat = await native(await Peer.connectSecurely(server.port, cert), "pat");
  await using wendy = await WebPeer.over(await Peer.connectSecurely(server.port, cert));
  await wendy.enters("wendy", "lobby");
  await pat.expect({ type: "joined" });
  server.signal("SIGTERM");
  await pat.expect({ type: "closing" });
  await pat.expectEnd();
  await wendy.expect({ type: "closing" });
  await wendy.expectGoodbye(1000);
  assertEquals((await server.ended()).code, 0);
});

Deno.test("our own client encrypts where it is told to, and trusts nobody whom it is not told to trust", async () => {
  using home = new Home();
  write(home, "a", ONE);
  await using server = await Server.start({ home, flags: showing(home, "a") });
  await using open = await Server.start({ home: new Home() });
  const says = async (port: number, ...flags: string[]) => {
    const args = ["connect", "--nick", "chris", "--plain", ...flags, `localhost:${port}`];
    return await run(args, { home, stdin: "hello\n" });
  };
  const trusting = await says(server.port, "--tls", "--tls-ca", home.file("a.pem"));
  assertEquals(trusting.code, 0);
  assertMatch(trusting.stdout, /chris: hello/);
  const suspicious = await says(server.port, "--tls");
  assertEquals(suspicious.code, 69);
  assertMatch(suspicious.stderr, /certificate is not trusted: .*tls_ca/);
  write(home, "signing", SIGNING);
  await using wrong = await Server.start({ home: new Home(), flags: showing(home, "signing") });
  const refused = await says(wrong.port, "--tls", "--tls-ca", home.file("signing.pem"));
  assertEquals(refused.code, 69);
  assertMatch(refused.stderr, /signs others.*CA:FALSE/);
  const mistaken = await says(open.port, "--tls");
  assertEquals(mistaken.code, 69);
  assertMatch(mistaken.stderr, /does not speak TLS here/);
});
