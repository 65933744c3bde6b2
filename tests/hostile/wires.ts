/** All wires as their clients speak them, in bytes written from their descriptions and not from the code. */
import { bgnet0Packet } from "../end_to_end/bgnet0_peer.ts";
import { chat10 } from "../end_to_end/line_peer.ts";
import { nativePacket } from "../end_to_end/native_peer.ts";

export interface Wire {
  name: string;
  /** Comes in as somebody, into the lobby. */
  hello(nick: string): Uint8Array;
  /** Says something in the lobby. */
  say(text: string): Uint8Array;
  /** Anything else that is typed there: a slash command where the wire has no words of its own. */
  rename?(nick: string): Uint8Array;
  join?(room: string): Uint8Array;
}

const utf8 = (text: string) => new TextEncoder().encode(text);
const json = (value: unknown) => JSON.stringify(value);

export function joined(...pieces: Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** A text message of a WebSocket, masked with zeros. */
export function webFrame(text: string): Uint8Array {
  const payload = utf8(text);
  const { length } = payload;
  const size = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const head = new DataView(new ArrayBuffer(size + 4));
  head.setUint8(0, 0x81);
  head.setUint8(1, 0x80 | (size === 2 ? length : size === 4 ? 126 : 127));
  if (size === 4) head.setUint16(2, length);
  if (size === 10) head.setBigUint64(2, BigInt(length));
  return joined(new Uint8Array(head.buffer), payload);
}

export const UPGRADE = "GET /socket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\n" +
  "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
  "Sec-WebSocket-Version: 13\r\n\r\n";

const lobby = "lobby";

export const WIRES: readonly Wire[] = [
  {
    name: "native",
    hello: (nick) =>
      joined(nativePacket({ type: "hello", nick }), nativePacket({ type: "join", room: lobby })),
    say: (text) => nativePacket({ type: "say", room: lobby, text }),
    rename: (nick) => nativePacket({ type: "rename", nick }),
    join: (room) => nativePacket({ type: "join", room }),
  },
  {
    name: "web",
    hello: (nick) =>
      joined(
        utf8(UPGRADE),
        webFrame(json({ type: "hello", nick })),
        webFrame(json({ type: "join", room: lobby })),
      ),
    say: (text) => webFrame(json({ type: "say", room: lobby, text })),
    rename: (nick) => webFrame(json({ type: "rename", nick })),
    join: (room) => webFrame(json({ type: "join", room })),
  },
  {
    name: "bgnet0",
    hello: (nick) => bgnet0Packet(json({ type: "hello", nick })),
    say: (message) => bgnet0Packet(json({ type: "chat", message })),
    rename: (nick) => bgnet0Packet(json({ type: "chat", message: `/nick ${nick}` })),
    join: (room) => bgnet0Packet(json({ type: "chat", message: `/join ${room}` })),
  },
  {
    name: "chat10",
    hello: (nick) => utf8(chat10("JOIN", nick)),
    say: (text) => utf8(chat10("TEXT", "x", text)),
    rename: (nick) => utf8(chat10("TEXT", "x", `/nick ${nick}`)),
    join: (room) => utf8(chat10("TEXT", "x", `/join ${room}`)),
  },
  {
    name: "ndjson",
    hello: (nick) => utf8(`${json({ type: "set-name", data: nick })}\n`),
    say: (data) => utf8(`${json({ type: "message", data })}\n`),
    rename: (nick) => utf8(`${json({ type: "set-name", data: nick })}\n`),
    join: (room) => utf8(`${json({ type: "message", data: `/join ${room}` })}\n`),
  },
  {
    name: "vu",
    hello: (nick) => utf8(`HELLO-FROM ${nick}\n`),
    say: (text) => utf8(`SEND #lobby ${text}\n`),
  },
  {
    name: "plain",
    hello: (nick) => utf8(`${nick}\n`),
    say: (text) => utf8(`${text}\n`),
    rename: (nick) => utf8(`/nick ${nick}\n`),
    join: (room) => utf8(`/join ${room}\n`),
  },
];
