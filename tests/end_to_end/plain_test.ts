/** People with netcat or telnet over real sockets, and our own client as one of them. */
import { assertEquals } from "@std/assert";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Home, run } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const ASK_NAME = "*** what is your name? type it and press Enter\n";
const TELNET = "\xff\xfb\x1f\xff\xfd\x01\xff\xf1";

/** What a person types, a character a byte, and all that they are shown. */
const TYPED: [what: string, typed: string, shown: string][] = [
  ["a name and a text", "pat\nhi\n", joined("pat")],
  ["empty lines before the name", "\n  \npat\n", ASK_NAME + ASK_NAME + joined("pat")],
  ["a name that cannot be", "two words\npat\n", badName("two words") + joined("pat")],
  ["a name that is taken", "leslie\npat\n", taken("leslie") + joined("pat")],
  ["telnet, with what it says of itself", `${TELNET}pat\r\n`, telnet(joined("pat"))],
  [
    "telnet's talk within a line",
    "pat\r\n/message leslie hi\r\n/us\xff\xfb\x18ers\r\n",
    telnet(joined("pat") + "pat -> leslie: hi\n*** 2 here: leslie, pat\n"),
  ],
  [
    "a letter that was rubbed out",
    "pat\n/message leslie hx\bi\n",
    joined("pat") + "pat -> leslie: hi\n",
  ],
  ["who is here", "pat\n/users\n", joined("pat") + "*** 2 here: leslie, pat\n"],
  ["a word to oneself", "pat\n/message pat hi\n", joined("pat") + "pat -> pat: hi\n"],
  ["a new name", "pat\n/nick pit\n", joined("pat") + "*** pat is now known as pit\n"],
];

function joined(nick: string): string {
  return `*** ${nick} has joined the chat\n`;
}

function badName(nick: string): string {
  const rule = "a name is 1 to 32 letters, digits, marks or any of -_.[]{}|\\`'~+";
  return `*** ${nick}: ${rule}\n${ASK_NAME}`;
}

function taken(nick: string): string {
  return `*** ${nick}: somebody here has that name, or one that looks like it\n${ASK_NAME}`;
}

function telnet(text: string): string {
  return text.replaceAll("\n", "\r\n");
}

for (const write of ["write", "writeByteByByte"] as const) {
  Deno.test(`people who just type are answered line by line (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using leslie = await NativePeer.enter(server.port, "leslie");
    for (const [what, typed, shown] of TYPED) {
      await using pat = await LinePeer.connect(server.port);
      await pat.raw[write](Uint8Array.from(typed, (character) => character.charCodeAt(0)));
      await pat.raw.finish();
      const received = new TextDecoder().decode(await pat.raw.untilEnd());
      assertEquals(received, shown, what);
      // It came once, and it left once.
      for (let event = await leslie.next(); event?.type !== "quitted"; event = await leslie.next());
    }
    await leslie.expectQuiet();
  });
}

Deno.test("a line typed by one is a line shown to the other, without what moves a cursor", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await LinePeer.connect(server.port);
  await pat.send("pat\n");
  await pat.expect(joined("pat"));
  await using leslie = await LinePeer.connect(server.port);
  await leslie.send("leslie\r\n");
  await leslie.expect(telnet(joined("leslie")));
  await pat.expect(joined("leslie"));
  await pat.send("žluť\x1b[2J\u202e\n/me waves\n");
  await leslie.expect("pat: žluť?[2J?\r\n[pat waves]\r\n");
  await leslie.send("hi\r\n");
  await pat.expect("leslie: hi\n");
});

Deno.test("a person with netcat is never sent a carriage return", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await LinePeer.connect(server.port);
  await pat.send("pat\n/foo\n/help\n/users\n");
  await pat.raw.finish();
  const shown = new TextDecoder().decode(await pat.raw.untilEnd());
  assertEquals(shown.includes("\r"), false, shown);
});

Deno.test("chat connect --dialect plain shows what was said, and ends with code 0", async () => {
  using home = new Home();
  await using server = await Server.start({ flags: UNTHROTTLED });
  const args = ["connect", "--dialect", "plain", "-n", "pat", "-p", `${server.port}`];
  const { code, stdout, stderr } = await run(args, { home, stdin: "hi\n" });
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  // What one says is shown when it is read, and that one has joined when the server says so: in either order.
  assertEquals(stdout.split("\n").toSorted(), ["", "*** pat has joined the chat", "pat: hi"]);
});
