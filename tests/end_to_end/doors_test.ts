/** Listeners of one server that differ: what each of them shows its clients, and what it keeps from them. */
import { assertMatch } from "@std/assert";
import { Doors } from "./doors.ts";
import { chat10, LinePeer, ndjson } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";

const ASK_NAME = "*** what is your name? type it and press Enter\r\n";

Deno.test('a listener of dialect = "ndjson" greets at accept, and announces who has said nothing', async () => {
  await using doors = await Doors.open('dialect = "ndjson"', "");
  const [fixed, auto] = doors.ports;
  await using pat = await NativePeer.enter(auto!, "pat");
  await using nina = await LinePeer.connect(fixed!);
  const greeting = await nina.line();
  assertMatch(
    greeting,
    /"source": "\[Server\]", "message": "127\.0\.0\.1:\d+ has entered the chat"/,
  );
  const [, address = ""] = /: "(\S+) has/.exec(greeting) ?? [];
  await pat.expect({ type: "joined", nick: address });
  await pat.say("hi");
  await nina.expect(ndjson("pat", "hi"));
  await using otto = await LinePeer.connect(fixed!);
  await nina.expect(await otto.line());
  await pat.expect({ type: "message" }, { type: "joined" });
  // It has said nothing yet, and leaves all the same.
  await nina.raw.finish();
  await nina.expectEnd();
  await otto.expect(ndjson("[Server]", `${address} has left the chat`));
  await pat.expect({ type: "quitted", nick: address });
});

Deno.test('a listener of dialect = "vu" shows nothing of the lobby, on or off as room_talk has it', async () => {
  await using doors = await Doors.open(
    'dialect = "vu"',
    'dialect = "vu"\nroom_talk = "on"',
    "",
    'room_talk = "off"',
  );
  const [without, withTalk, auto, autoWithout] = doors.ports;
  await using pat = await NativePeer.enter(auto!, "pat");
  await using stack = new AsyncDisposableStack();
  async function login(port: number, nick: string) {
    const peer = stack.use(await LinePeer.connect(port));
    await peer.send(`HELLO-FROM ${nick}\n`);
    await peer.expect(`HELLO ${nick}\n`);
    return peer;
  }
  const alice = await login(without!, "alice");
  const bob = await login(withTalk!, "bob");
  const carol = await login(auto!, "carol");
  const dave = await login(autoWithout!, "dave");
  // Who is not in the lobby is not seen to join it.
  await pat.expect({ type: "joined", nick: "bob" }, { type: "joined", nick: "carol" });
  await pat.say("hi all");
  await pat.send({ type: "tell", nick: "alice", text: "hi alice" });
  await pat.send({ type: "tell", nick: "dave", text: "hi dave" });
  for (const peer of [bob, carol]) await peer.expect("DELIVERY #lobby pat: hi all\n");
  await alice.expect("DELIVERY pat hi alice\n");
  await dave.expect("DELIVERY pat hi dave\n");
  for (const peer of [alice, bob, carol, dave]) {
    await peer.send("LIST\n");
    await peer.expect("LIST-OK pat,alice,bob,carol,dave\n");
  }
  // A line that opens no conversation of this protocol is none of another's here.
  await using stranger = await LinePeer.connect(without!);
  await stranger.send('FOO\nCAP LS 302\nGET / HTTP/1.1\n{"type": "users"}\n');
  await stranger.expect("BAD-RQST-HDR\n".repeat(4));
});

Deno.test("who stays silent is asked for a name where plain is the default, and nowhere else", async () => {
  await using doors = await Doors.open(
    // Long enough for who speaks at once, on however busy a machine.
    'default_dialect = "plain"\ndefault_dialect_seconds = 3',
    "",
  );
  const [asking, auto] = doors.ports;
  await using pat = await NativePeer.enter(auto!, "pat");
  await using patient = await LinePeer.connect(auto!);
  await using leslie = await LinePeer.connect(asking!);
  await leslie.expect(ASK_NAME);
  await leslie.send("leslie\n");
  await leslie.expect("*** leslie has joined the chat\n");
  await pat.expect({ type: "joined", nick: "leslie" });
  // Who speaks at once is told by what they say, there too.
  await using carol = await LinePeer.connect(asking!);
  await carol.send(chat10("JOIN", "carol"));
  await pat.expect({ type: "joined", nick: "carol" });
  // Not a byte was sent to the silent one, to whom any byte might mean something.
  await patient.send("HELLO-FROM alice\n");
  await patient.expect("HELLO alice\n");
});

Deno.test("default_dialect = ndjson greets who stays silent as its own server would", async () => {
  await using doors = await Doors.open('default_dialect = "ndjson"\ndefault_dialect_seconds = 0.1');
  await using nina = await LinePeer.connect(doors.ports[0]!);
  assertMatch(await nina.line(), /has entered the chat/);
  await nina.send('{"type": "users"}\n');
  assertMatch(await nina.line(), /"Users: 127\.0\.0\.1:\d+"/);
});

Deno.test("ascii = true spares clients the letters that they cannot read", async () => {
  await using doors = await Doors.open("ascii = true", "");
  const [ascii, auto] = doors.ports;
  await using pat = await NativePeer.enter(auto!, "pat");
  await using carol = await LinePeer.connect(ascii!);
  await carol.send(chat10("JOIN", "carol"));
  await pat.expect({ type: "joined", nick: "carol" });
  await using alice = await LinePeer.connect(ascii!);
  await alice.send("HELLO-FROM alice\n");
  await alice.expect("HELLO alice\n");
  await carol.expect(chat10("JOIN", "alice"));
  await pat.expect({ type: "joined", nick: "alice" });
  await pat.say("žluť 🙂");
  await carol.expect(chat10("TEXT", "pat", "?lu? ?"));
  await alice.expect("DELIVERY #lobby pat: ?lu? ?\n");
  await carol.send(chat10("TEXT", "carol", "žluť"));
  await pat.expect({ type: "message", nick: "pat" }, { type: "message", text: "žluť" });
});

Deno.test("max_users counts the people of its own listener", async () => {
  await using doors = await Doors.open('dialect = "vu"\nmax_users = 1', "");
  const [small, auto] = doors.ports;
  await using _pat = await NativePeer.enter(auto!, "pat");
  await using alice = await LinePeer.connect(small!);
  await alice.send("HELLO-FROM alice\n");
  await alice.expect("HELLO alice\n");
  await using bob = await LinePeer.connect(small!);
  await bob.send("HELLO-FROM bob\n");
  await bob.expect("BUSY\n");
  await using leslie = await NativePeer.enter(auto!, "leslie");
  await leslie.expectQuiet();
});

Deno.test("slash_commands = false says what looks like a command, and notices = true tells more", async () => {
  await using doors = await Doors.open("slash_commands = false\nnotices = true", "");
  const [literal, auto] = doors.ports;
  await using pat = await NativePeer.enter(auto!, "pat");
  await using carol = await LinePeer.connect(literal!);
  await carol.send(chat10("JOIN", "carol") + chat10("TEXT", "carol", "/me waves"));
  await pat.expect({ type: "joined" }, { type: "message", text: "/me waves", emote: false });
});
