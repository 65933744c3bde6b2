/**
 * What operators order, and whose names are, on every wire: one lobby with a client of each kind, and what each
 * of them is sent, byte for byte. Nothing comes but what stands here: the talk after it follows at once.
 */
import { assert } from "@std/assert";
import { bgnet0Packet } from "./bgnet0_peer.ts";
import { Key } from "./key.ts";
import { chat10, LinePeer, ndjson } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Home } from "./process.ts";
import { Server, UNTHROTTLED } from "./server.ts";
import { WebPeer } from "./web_peer.ts";

const packet = (json: string) => new TextDecoder().decode(bgnet0Packet(json));

/** A kind of client: what it sends, and how it is told, "" where it is not. */
interface Wire {
  hello(nick: string): string;
  says(nick: string, text: string): string;
  joined(nick: string): string;
  said(nick: string, text: string): string;
  left(nick: string): string;
  /** The server's own words. */
  told(words: string): string;
  /** ... where they are news that nobody has asked for. */
  news(words: string): string;
  /** Whether people are told what they did and said themselves. */
  repeats: boolean;
}

const WIRES = {
  bgnet0: {
    hello: (nick) => packet(`{"type": "hello", "nick": "${nick}"}`),
    says: (_, text) => packet(`{"type": "chat", "message": "${text}"}`),
    joined: (nick) => packet(`{"type": "join", "nick": "${nick}"}`),
    said: (nick, text) => packet(`{"type": "chat", "nick": "${nick}", "message": "${text}"}`),
    left: (nick) => packet(`{"type": "leave", "nick": "${nick}"}`),
    told: (words) => packet(`{"type": "chat", "nick": "*server*", "message": "${words}"}`),
    news: () => "",
    repeats: true,
  },
  chat10: {
    hello: (nick) => chat10("JOIN", nick),
    says: (nick, text) => chat10("TEXT", nick, text),
    joined: (nick) => chat10("JOIN", nick),
    said: (nick, text) => chat10("TEXT", nick, text),
    left: (nick) => chat10("LEAVE", nick),
    told: (words) => chat10("TEXT", "*server*", words),
    news: () => "",
    repeats: false,
  },
  ndjson: {
    hello: (nick) => `{"type": "set-name", "data": "${nick}"}\n`,
    says: (_, text) => `{"type": "message", "data": "${text}"}\n`,
    joined: (nick) => ndjson("[Server]", `${nick} has entered the chat`),
    said: ndjson,
    left: (nick) => ndjson("[Server]", `${nick} has left the chat`),
    told: (words) => ndjson("[Server]", words),
    news: (words) => ndjson("[Server]", words),
    repeats: true,
  },
  plain: {
    hello: (nick) => `${nick}\n`,
    says: (_, text) => `${text}\n`,
    joined: (nick) => `*** ${nick} has joined the chat\n`,
    said: (nick, text) => `${nick}: ${text}\n`,
    left: (nick) => `*** ${nick} has left the chat\n`,
    told: (words) => `*** ${words}\n`,
    news: (words) => `*** ${words}\n`,
    repeats: false,
  },
  vu: {
    hello: (nick) => `HELLO-FROM ${nick}\n`,
    says: (_, text) => `SEND #lobby ${text}\n`,
    joined: () => "",
    said: (nick, text) => `DELIVERY #lobby ${nick}: ${text}\n`,
    left: () => "",
    told: () => "",
    news: () => "",
    repeats: false,
  },
} satisfies Record<string, Wire>;

type Kind = keyof typeof WIRES;
const KINDS = Object.keys(WIRES) as Kind[];
/** Whose people can type commands, and are told in words what becomes of them. */
const TYPISTS = KINDS.filter((kind) => kind !== "vu");

interface Somebody {
  kind: Kind;
  nick: string;
  peer: LinePeer;
  wire: Wire;
}

/** A server, its operator olga, nora who speaks native, wendy in a browser, and one of each other kind. */
class Lobby implements AsyncDisposable {
  readonly people: Somebody[] = [];
  #stack = new AsyncDisposableStack();
  #talk = 0;

  private constructor(
    readonly server: Server,
    readonly olga: NativePeer,
    readonly wendy: WebPeer,
    readonly key: Key,
  ) {}

  static async open(flags: string[] = []): Promise<Lobby> {
    const key = await Key.make();
    const server = await Server.start({
      flags: [...UNTHROTTLED, "--operators", key.text, ...flags],
    });
    const olga = await NativePeer.connect(server.port);
    await key.prove(olga, server.address);
    await olga.enters("olga", "lobby");
    const wendy = await WebPeer.enter(server.port, "wendy");
    await olga.expect({ type: "joined", nick: "wendy" });
    const lobby = new Lobby(server, olga, wendy, key);
    for (const disposable of [server, olga, wendy]) lobby.#stack.use(disposable);
    return lobby;
  }

  connect = async () => this.#stack.use(await LinePeer.connect(this.server.port));

  /** One more of that kind, whom all see coming; a wire without names gives one. */
  async comes(kind: Kind, nick: string): Promise<Somebody> {
    const wire: Wire = WIRES[kind];
    const peer = await this.connect();
    await peer.send(wire.hello(nick));
    let came = nick;
    if (kind === "ndjson") {
      came = /127\.0\.0\.1:\d+/.exec(await peer.line())![0];
      await peer.expect(wire.told(`${came} renamed to ${nick}`));
    } else if (kind === "vu") {
      await peer.expect(`HELLO ${nick}\n`);
    } else if (kind !== "chat10") {
      await peer.expect(wire.joined(nick));
    }
    for (const it of this.events) {
      await it.expect({ type: "joined", nick: came });
      if (came !== nick) await it.expect({ type: "renamed", nick: came, to: nick });
    }
    for (const other of this.people) {
      await other.peer.expect(other.wire.joined(came));
      if (came !== nick) await other.peer.expect(renamed(other, came, nick));
    }
    const somebody = { kind, nick, peer, wire };
    this.people.push(somebody);
    return somebody;
  }

  async everybody() {
    const nicks = {
      bgnet0: "chris",
      chat10: "carol",
      ndjson: "nina",
      plain: "paula",
      vu: "victor",
    };
    for (const kind of KINDS) await this.comes(kind, nicks[kind]);
  }

  /** Those who are told events as they are. */
  get events() {
    return [this.olga, this.wendy];
  }

  async see(event: Record<string, unknown>) {
    for (const it of this.events) await it.expect(event);
  }

  /** All of them but one are told what their wire has for it. */
  async others(somebody: Somebody | undefined, words: (it: Somebody) => string) {
    for (const it of this.people) if (it !== somebody) await it.peer.expect(words(it));
  }

  /** Nothing else has come to anybody who is in the lobby. */
  async isQuiet(except?: Somebody) {
    const text = `that was all ${++this.#talk}`;
    await this.olga.say(text);
    await this.see({ type: "message", nick: "olga", text });
    await this.others(except, ({ wire }) => wire.said("olga", text));
  }

  async [Symbol.asyncDispose]() {
    await this.#stack[Symbol.asyncDispose]();
  }
}

function renamed({ kind, wire }: Somebody, from: string, to: string): string {
  switch (kind) {
    case "bgnet0":
      return wire.left(from) + wire.joined(to);
    case "ndjson":
      return wire.told(`${from} renamed to ${to}`);
    case "vu":
      return "";
    default:
      return wire.told(`${from} is now known as ${to}`);
  }
}

/** What others are told of somebody who was sent out. */
function sentOut({ kind, wire }: Somebody, nick: string, words: string): string {
  if (kind === "chat10") return wire.left(nick);
  if (kind === "plain") return wire.told(words);
  return wire.left(nick) + wire.told(words);
}

const NOT_THERE = "lobby: you are not in that room: /join it first";

Deno.test("somebody who is kicked learns it, and why, on each wire, and so do the others; they may come again", async () => {
  await using lobby = await Lobby.open();
  await lobby.everybody();
  for (const it of [...lobby.people]) {
    const { kind, nick, peer, wire } = it;
    const words = `${nick} was sent out of #lobby by olga: too loud`;
    await lobby.olga.send({ type: "kick", room: "lobby", nick, reason: "too loud" });
    await lobby.see({ type: "kicked", room: "lobby", nick, by: "olga", reason: "too loud" });
    await lobby.others(it, (other) => sentOut(other, nick, words));
    if (kind === "vu") await peer.expect(`DELIVERY #lobby *server*: ${words}\n`);
    else await peer.expect(kind === "chat10" ? wire.told(words) : sentOut(it, nick, words));
    await lobby.isQuiet(it);

    await peer.send(wire.says(nick, "but"));
    if (kind === "vu") {
      // The document's people have no way to come back but to come anew.
      await peer.expect("BAD-DEST-USER\n");
      continue;
    }
    await peer.expect(wire.told(NOT_THERE));
    await peer.send(wire.says(nick, "/join lobby"));
    await lobby.see({ type: "joined", room: "lobby", nick });
    await lobby.others(kind === "chat10" ? it : undefined, (other) => other.wire.joined(nick));
    await lobby.isQuiet();
  }
});

Deno.test("somebody who is muted is told when they speak, and hears all; that it is ordered is news for some wires", async () => {
  await using lobby = await Lobby.open();
  await lobby.everybody();
  for (const it of [...lobby.people]) {
    const { kind, nick, peer, wire } = it;
    await lobby.olga.send({ type: "mute", room: "lobby", who: nick, time: "10m" });
    await lobby.see({ type: "ruled", room: "lobby", rule: "mute", subject: `nick:${nick}` });
    const words = `${nick} may only listen in #lobby for 10 minutes (olga)`;
    await lobby.others(undefined, (other) => other.wire.news(words));
    await peer.send(wire.says(nick, "but"));
    await peer.expect(kind === "vu" ? "BAD-RQST-BODY\n" : wire.told("lobby: you may listen only"));
    await lobby.isQuiet();

    await lobby.olga.send({ type: "unmute", room: "lobby", who: nick });
    await lobby.see({ type: "lifted", room: "lobby", rule: "mute", subject: `nick:${nick}` });
    const lifted = `${nick} may speak again in #lobby (olga)`;
    await lobby.others(undefined, (other) => other.wire.news(lifted));
    await peer.send(wire.says(nick, "thanks"));
    await lobby.see({ type: "message", nick, text: "thanks" });
    await lobby.others(it, (other) => other.wire.said(nick, "thanks"));
    if (wire.repeats) await peer.expect(wire.said(nick, "thanks"));
    if (kind === "vu") await peer.expect("SEND-OK\n");
    await lobby.isQuiet();
  }
});

Deno.test("whoever is banned from the lobby is not let in where it is the only room, and told so", async () => {
  await using lobby = await Lobby.open();
  const why = "lobby: you are kept out";
  await lobby.olga.send({ type: "ban", room: "lobby", who: "mallory", reason: "spam" });
  await lobby.see({ type: "ruled", rule: "ban", subject: "nick:mallory", reason: "spam" });
  await lobby.olga.expect({ type: "notice", text: nobody("mallory") });
  for (const kind of ["bgnet0", "chat10"] as const) {
    const peer = await lobby.connect();
    await peer.send(WIRES[kind].hello("mallory"));
    await peer.expectEnd(WIRES[kind].told(why));
  }
  // Who has more rooms to go to may stay.
  const paula = await lobby.connect();
  await paula.send("mallory\n/join dev\nhi\n/q\n");
  await paula.expectEnd(`*** ${why}\n*** mallory has joined #dev\n`);
  // Direct messages are what this document is about.
  const victor = await lobby.connect();
  await victor.send("HELLO-FROM mallory\nSEND #lobby hi\nSEND wendy hi\n");
  await victor.expect("HELLO mallory\nBAD-DEST-USER\nSEND-OK\n");
  await lobby.wendy.expect({ type: "told", nick: "mallory", text: "hi" });
  await lobby.isQuiet();
});

Deno.test("into a lobby with a password come those who say it with /join, and nobody else hears it", async () => {
  await using lobby = await Lobby.open();
  await lobby.olga.send({ type: "lock", room: "lobby", password: "0pen-sesame" });
  await lobby.see({ type: "locked", room: "lobby", by: "olga", hash: "*" });
  const why = "lobby: that takes a password, and this is not it";
  const nicks = { bgnet0: "chris", chat10: "carol", plain: "paula" };
  for (const kind of ["bgnet0", "chat10", "plain"] as const) {
    const wire: Wire = WIRES[kind];
    const nick = nicks[kind];
    const peer = await lobby.connect();
    await peer.send(wire.hello(nick));
    await peer.expect(wire.told(why));
    // Mistyped it is still for nobody's eyes; and it cannot be said to a room that one is not in.
    await peer.send(wire.says(nick, "/jion lobby 0pen-sesame"));
    await peer.expect(wire.told("there is no /jion: did you mean /join?"));
    await peer.send(wire.says(nick, " /join lobby 0pen-sesame"));
    await peer.expect(wire.told("a command has nothing before it"));
    await peer.send(wire.says(nick, "/join lobby 0pen-sesame"));
    await lobby.see({ type: "joined", room: "lobby", nick });
    await lobby.others(undefined, (other) => other.wire.joined(nick));
    if (kind !== "chat10") await peer.expect(wire.joined(nick));
    lobby.people.push({ kind, nick, peer, wire });
  }
  const victor = await lobby.connect();
  await victor.send("HELLO-FROM victor\nSEND #lobby hi\n");
  await victor.expect("HELLO victor\nBAD-DEST-USER\n");
  await lobby.isQuiet();
});

Deno.test("what a room is about is told where it can be, once to who comes and whenever it is asked for", async () => {
  await using lobby = await Lobby.open();
  await lobby.everybody();
  await lobby.olga.send({ type: "topic", room: "lobby", text: "tea at five" });
  await lobby.see({ type: "topic", room: "lobby", nick: "olga", text: "tea at five" });
  await lobby.others(undefined, ({ wire }) => wire.news("#lobby is about: tea at five (olga)"));
  await lobby.isQuiet();
  const about = "#lobby is about: tea at five";
  for (const { kind, nick, peer, wire } of [...lobby.people]) {
    if (kind !== "vu") {
      await peer.send(wire.says(nick, "/topic"));
      await peer.expect(wire.told(about));
    }
    const newcomer = kind === "ndjson" ? undefined : await lobby.comes(kind, `${nick}2`);
    await newcomer?.peer.expect(wire.news(about));
    await lobby.isQuiet();
  }
  const nina = await lobby.connect();
  await nina.send('{"type": "users"}\n');
  await nina.line();
  await nina.expect(ndjson("[Server]", about));
});

Deno.test("whoever is banished hears why, then is gone; who comes back is not let in", async () => {
  await using lobby = await Lobby.open();
  await lobby.everybody();
  const why = "you are kept out: spam";
  for (const it of [...lobby.people]) {
    const { kind, nick, peer, wire } = it;
    await lobby.olga.send({ type: "banish", who: nick, reason: "spam" });
    await lobby.olga.expect({ type: "ruled", room: "", rule: "ban", subject: `nick:${nick}` });
    await peer.expectEnd(kind === "plain" ? `*** the server closes: ${why}\n` : wire.told(why));
    lobby.people.splice(lobby.people.indexOf(it), 1);
    await lobby.see({ type: "quitted", nick });
    await lobby.others(it, (other) => other.wire.left(nick));
    await lobby.isQuiet();
    // Such a client has no name when it comes, and cannot have this one.
    if (kind === "ndjson") continue;
    const again = await lobby.connect();
    await again.send(wire.hello(nick));
    await again.expectEnd(kind === "vu" ? "BUSY\n" : wire.told(why));
  }
  await lobby.olga.send({ type: "banish", who: "wendy", reason: "spam" });
  await lobby.olga.expect({ type: "ruled" }, { type: "quitted", nick: "wendy" });
  await lobby.wendy.expect({ type: "closing", reason: why, final: true });
});

Deno.test("an operator without a key of their own orders by slash commands, and each is answered", async () => {
  await using lobby = await Lobby.open();
  await lobby.olga.send({ type: "claim" });
  await lobby.olga.expect({ type: "claimed", nick: "olga", key: lobby.key.text });
  await lobby.olga.send({ type: "token" });
  const { token } = await lobby.olga.expect({ type: "token", nick: "olga" });
  await lobby.olga.send({ type: "rename", nick: "olga-native" });
  await lobby.see({ type: "renamed", nick: "olga", to: "olga-native" });
  for (const kind of TYPISTS) {
    const wire: Wire = WIRES[kind];
    const nick = `o-${kind}`;
    const { peer } = await lobby.comes(kind, nick);
    lobby.people.pop();
    const type = async (line: string, answer: string) => {
      await peer.send(wire.says(nick, line));
      await peer.expect(wire.told(answer));
    };
    await type("/mute pat", "only operators may do that");
    await type("/login olga nonsense", "that does not prove it");
    await peer.send(wire.says(nick, `/login olga ${token}`));
    await peer.expect(renamed({ kind, nick, peer, wire }, nick, "olga"));
    await lobby.see({ type: "renamed", nick, to: "olga" });
    await type("/mute pat 1h noise", "pat may only listen in #lobby for 1 hour (olga): noise");
    await peer.expect(wire.told(nobody("pat")));
    await lobby.see({ type: "ruled", rule: "mute", by: "olga", reason: "noise" });
    await type("/unmute pat", "pat may speak again in #lobby (olga)");
    await lobby.see({ type: "lifted", rule: "mute" });
    await type("/lock", "#lobby is locked by olga: only the invited may come in");
    await type("/lock sesame", "#lobby is locked by olga: those who know the password may come in");
    await type("/rules", "#lobby: those who know the password may come in");
    await type("/unlock", "#lobby is open to everybody again");
    await lobby.see({ type: "locked", hash: "" });
    await lobby.see({ type: "locked", hash: "*" });
    await lobby.see({ type: "unlocked" });
    await peer.send(wire.says(nick, `/nick ${nick}`));
    await peer.expect(renamed({ kind, nick, peer, wire }, "olga", nick));
    await lobby.see({ type: "renamed", nick: "olga", to: nick });
    await peer.raw.finish();
    await lobby.see({ type: "quitted", nick });
  }
});

Deno.test("who asks for somebody's name on a wire that cannot prove it comes as a guest, and is told so", async () => {
  await using lobby = await Lobby.open();
  await lobby.olga.send({ type: "claim" });
  await lobby.olga.expect({ type: "claimed", nick: "olga" });
  await lobby.olga.send({ type: "rename", nick: "boss" });
  await lobby.see({ type: "renamed", nick: "olga", to: "boss" });
  const why = "olga is somebody's name, so you are olga-guest here: /login if it is yours";
  for (const kind of ["bgnet0", "chat10", "plain", "vu"] as const) {
    const wire: Wire = WIRES[kind];
    const peer = await lobby.connect();
    await peer.send(wire.hello("olga"));
    await peer.expect(kind === "vu" ? "HELLO olga-guest\n" : wire.told(why));
    if (wire !== WIRES.chat10) await peer.expect(wire.joined("olga-guest"));
    await lobby.see({ type: "joined", nick: "olga-guest" });
    await peer.raw.finish();
    await lobby.see({ type: "quitted", nick: "olga-guest" });
  }
  const nina = await lobby.connect();
  await nina.send('{"type": "set-name", "data": "olga"}\n');
  await nina.line();
  await nina.expect(ndjson("[Server]", "olga: that name belongs to somebody: /login if it is you"));
  // Whoever could prove it is asked to.
  const mallory = await NativePeer.connect(lobby.server.port);
  await mallory.send({ type: "hello", nick: "olga" });
  await mallory.expect({ type: "failed", command: "hello", code: "nick-owned", about: "olga" });
  await mallory[Symbol.asyncDispose]();
});

Deno.test("... or is refused, each wire in its own words, where guests are not wanted", async () => {
  await using lobby = await Lobby.open(["--guests=false"]);
  await lobby.olga.send({ type: "claim" });
  await lobby.olga.expect({ type: "claimed", nick: "olga" });
  const why = "olga: that name belongs to somebody: /login if it is you";
  for (const kind of ["bgnet0", "chat10"] as const) {
    const peer = await lobby.connect();
    await peer.send(WIRES[kind].hello("olga"));
    await peer.expectEnd(WIRES[kind].told(why));
  }
  const paula = await lobby.connect();
  await paula.send("olga\n/q\n");
  await paula.expectEnd(`*** ${why}\n*** what is your name? type it and press Enter\n`);
  const victor = await lobby.connect();
  await victor.send("HELLO-FROM olga\nHELLO-FROM victor\n");
  await victor.expect("IN-USE\nHELLO victor\n");
});

const ASK_PASSWORD =
  "*** this server has a password: type it and press Enter; it can be seen, for nobody can hide it here\n";
const ASK_NAME = "*** what is your name? type it and press Enter\n";

Deno.test("a server with a password asks for it where its wire can be asked, and refuses where not", async () => {
  const env = { CHAT_SERVER_PASSWORD: "0pen-sesame" };
  await using server = await Server.start({ flags: UNTHROTTLED, env });
  await using stack = new AsyncDisposableStack();
  const connect = async () => stack.use(await LinePeer.connect(server.port));
  const nora = stack.use(await NativePeer.connect(server.port));
  await nora.send({ type: "hello", nick: "nora" });
  await nora.expect({ type: "failed", command: "hello", code: "bad-password" });
  await nora.send({ type: "hello", nick: "nora", password: "0pen-sesame" });
  await nora.send({ type: "join", room: "lobby" });
  await nora.expect({ type: "entered", nick: "nora" }, { type: "joined", nick: "nora" });

  const why = "that takes a password, and this is not it";
  for (const kind of ["bgnet0", "chat10", "ndjson"] as const) {
    const peer = await connect();
    await peer.send(WIRES[kind].hello("chris"));
    await peer.expectEnd(WIRES[kind].told(why));
  }
  const victor = await connect();
  await victor.send("HELLO-FROM victor\n");
  await victor.expect("BUSY\n");

  // The name may be wrong when the password is right, and the other way round.
  const paula = await connect();
  await paula.send("nora\n");
  await paula.expect(ASK_PASSWORD);
  await paula.send("guess\n");
  await paula.expect(ASK_PASSWORD);
  await paula.send("0pen-sesame\n");
  await paula.expect(
    `*** nora: somebody here has that name, or one that looks like it\n${ASK_NAME}`,
  );
  await paula.send("paula\n");
  await paula.expect("*** paula has joined the chat\n");
  await nora.expect({ type: "joined", nick: "paula" });
  await paula.send("0pen\n");
  await nora.expect({ type: "message", nick: "paula", text: "0pen" });
  await nora.expectQuiet();
});

Deno.test("no secret that anybody has typed stands in the log or in a file, nor does its digest in the log", async () => {
  using home = new Home();
  const env = { CHAT_SERVER_PASSWORD: "0pen-server" };
  const key = await Key.make();
  const flags = [...UNTHROTTLED, "--operators", key.text];
  let log: string;
  const secrets = ["0pen-server", "0pen-room", "0pen-guess"];
  {
    await using server = await Server.start({ home, flags, env });
    await using olga = await NativePeer.connect(server.port);
    await key.prove(olga, server.address);
    await olga.send({ type: "hello", nick: "olga", password: "0pen-server" });
    await olga.send({ type: "join", room: "lobby" }, { type: "claim" }, { type: "token" });
    await olga.expect({ type: "entered" }, { type: "joined" }, { type: "claimed" });
    const { token } = await olga.expect({ type: "token" });
    secrets.push(token as string);
    await olga.send({ type: "lock", room: "lobby", password: "0pen-room" });
    await olga.expect({ type: "locked", hash: "*" });
    await using paula = await LinePeer.connect(server.port);
    await paula.send(
      "paula\n0pen-guess\n0pen-server\n/join lobby 0pen-guess\n/join lobby 0pen-room\n",
    );
    await olga.expect({ type: "joined", nick: "paula" });
    await paula.send(`/login olga 0pen-guess\n/lgoin olga ${token}\n/nick pat\n`);
    await olga.expect({ type: "renamed", nick: "paula", to: "pat" });
    server.signal("SIGTERM");
    log = (await server.ended()).stderr;
  }
  const kept = Array.from(Deno.readDirSync(home.path)).filter((it) => it.isFile);
  const files = kept.map((it) =>
    new TextDecoder("latin1").decode(Deno.readFileSync(home.file(it.name)))
  );
  for (const secret of secrets) {
    for (const text of [log, ...files]) assert(!text.includes(secret), secret);
  }
  const digests = files.flatMap((text) => [...text.matchAll(/"hash":"([\w.-]+)"/g)]);
  assert(digests.length >= 2, "the digests of the token and of the room's password are kept");
  for (const [, digest] of digests) assert(!log.includes(digest!), digest);
});

/** What an operator is told who may have mistyped a name. */
function nobody(nick: string): string {
  return `nobody here is called ${nick}: it holds for whoever comes with that name`;
}
