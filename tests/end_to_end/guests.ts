/** One client of each kind in the lobby, each of which knows what its own document promises it. */
import { assertEquals } from "@std/assert";
import { bgnet0Packet } from "./bgnet0_peer.ts";
import { chat10, LinePeer, ndjson } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";

export interface Guest extends AsyncDisposable {
  kind: string;
  nick: string;
  says(text: string): Promise<void>;
  /** Says goodbye, or does not, as its kind does; nothing more may come before the end. */
  leaves(): Promise<void>;
  seesJoin(nick: string): Promise<void>;
  seesText(nick: string, text: string): Promise<void>;
  seesLeave(nick: string): Promise<void>;
}

/** What a kind of client sends, and what it is told, "" where its document has no word for it. */
interface Words {
  kind: string;
  nick: string;
  hello: string;
  welcome: string;
  says(text: string): string;
  goodbye: string;
  joined(nick: string): string;
  said(nick: string, text: string): string;
  /** What the author of a text is told of it. */
  saidOneself(nick: string, text: string): string;
  left(nick: string): string;
}

function packet(json: string): string {
  return new TextDecoder().decode(bgnet0Packet(json));
}

const bgnet0: Words = {
  kind: "bgnet0",
  nick: "chris",
  hello: packet('{"type": "hello", "nick": "chris"}'),
  welcome: packet('{"type": "join", "nick": "chris"}'),
  says: (text) => packet(`{"type": "chat", "message": "${text}"}`),
  goodbye: "",
  joined: (nick) => packet(`{"type": "join", "nick": "${nick}"}`),
  said: (nick, text) => packet(`{"type": "chat", "nick": "${nick}", "message": "${text}"}`),
  saidOneself: (nick, text) => packet(`{"type": "chat", "nick": "${nick}", "message": "${text}"}`),
  left: (nick) => packet(`{"type": "leave", "nick": "${nick}"}`),
};

const carol: Words = {
  kind: "chat10",
  nick: "carol",
  hello: chat10("JOIN", "carol"),
  welcome: "",
  says: (text) => chat10("TEXT", "carol", text),
  goodbye: chat10("LEAVE", "carol"),
  joined: (nick) => chat10("JOIN", nick),
  said: (nick, text) => chat10("TEXT", nick, text),
  saidOneself: () => "",
  left: (nick) => chat10("LEAVE", nick),
};

const victor: Words = {
  kind: "vu",
  nick: "victor",
  hello: "HELLO-FROM victor\n",
  welcome: "HELLO victor\n",
  says: (text) => `SEND #lobby ${text}\n`,
  goodbye: "",
  joined: () => "",
  said: (nick, text) => `DELIVERY #lobby ${nick}: ${text}\n`,
  saidOneself: () => "SEND-OK\n",
  left: () => "",
};

const paula: Words = {
  kind: "plain",
  nick: "paula",
  hello: "paula\n",
  welcome: "*** paula has joined the chat\n",
  says: (text) => `${text}\n`,
  goodbye: "/quit\n",
  joined: (nick) => `*** ${nick} has joined the chat\n`,
  said: (nick, text) => `${nick}: ${text}\n`,
  saidOneself: () => "",
  left: (nick) => `*** ${nick} has left the chat\n`,
};

/** Such a client has no name but its address until it asks for one, and this one never does. */
function nina(address: string): Words {
  return {
    kind: "ndjson",
    nick: address,
    hello: "",
    welcome: "",
    says: (text) => `{"type": "message", "data": "${text}"}\n`,
    goodbye: "",
    joined: (nick) => ndjson("[Server]", `${nick} has entered the chat`),
    said: ndjson,
    saidOneself: ndjson,
    left: (nick) => ndjson("[Server]", `${nick} has left the chat`),
  };
}

export async function guest(words: Words, peer: LinePeer): Promise<Guest> {
  const { kind, nick, hello, welcome, says, goodbye, joined, said, saidOneself, left } = words;
  await peer.send(hello);
  await peer.expect(welcome);
  return {
    kind,
    nick,
    says: (text) => peer.send(says(text)),
    async leaves() {
      if (goodbye === "") await peer.raw.finish();
      else await peer.send(goodbye);
      await peer.expectEnd();
    },
    seesJoin: (who) => peer.expect(joined(who)),
    seesText: (who, text) => peer.expect((who === nick ? saidOneself : said)(who, text)),
    seesLeave: (who) => peer.expect(left(who)),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

async function ndjsonGuest(port: number): Promise<Guest> {
  const peer = await LinePeer.connect(port);
  // On a port for all it is silent until it says something, and is greeted then.
  await peer.send('{"type": "users", "data": ""}\n');
  const address = /127\.0\.0\.1:\d+/.exec(await peer.line())?.[0] ?? "";
  await peer.line();
  return guest(nina(address), peer);
}

async function nativeGuest(port: number): Promise<Guest> {
  const nick = "nora";
  const peer = await NativePeer.enter(port, nick);
  return {
    kind: "native",
    nick,
    says: (text) => peer.say(text),
    async leaves() {
      await peer.send({ type: "quit", reason: "" });
      await peer.expect({ type: "quitted", nick }).catch(() => {});
      assertEquals(await peer.next(), undefined);
    },
    seesJoin: async (who) => void await peer.expect({ type: "joined", room: "lobby", nick: who }),
    seesText: async (who, text) =>
      void await peer.expect({ type: "message", room: "lobby", nick: who, text }),
    seesLeave: async (who) => void await peer.expect({ type: "quitted", nick: who }),
    [Symbol.asyncDispose]: () => peer[Symbol.asyncDispose](),
  };
}

type Arrival = (port: number) => Promise<Guest>;

const textGuest = (words: Words): Arrival => async (port) =>
  guest(words, await LinePeer.connect(port));

/** In the order in which they come; CHAT/1.0 is not told that it is in, so it must not be the first. */
export const ARRIVALS: readonly Arrival[] = [
  nativeGuest,
  textGuest(carol),
  textGuest(bgnet0),
  ndjsonGuest,
  textGuest(victor),
  textGuest(paula),
];
