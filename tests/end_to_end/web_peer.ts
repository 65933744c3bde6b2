/**
 * A browser's side of the web by hand: requests and answers as bytes, and WebSocket frames (RFC 6455) of any
 * shape. Written from the RFCs, and not from the code.
 */
import { assertEquals } from "@std/assert";
import { EventPeer, type Json } from "./event_peer.ts";
import { joined } from "./native_peer.ts";
import { Peer } from "./peer.ts";

export const OPCODE = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

const KEY = "dGhlIHNhbXBsZSBub25jZQ==";
/** What the RFC has as the answer to that key. */
const ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

export interface Frame {
  opcode: number;
  payload?: string | Uint8Array;
  /** Whether nothing of its message follows. */
  isLast?: boolean;
  /** The three bits that mean nothing, as a number from 0 to 7. */
  reserved?: number;
  isMasked?: boolean;
  /** The length that it promises, if that is not the payload's. */
  length?: bigint;
}

/** A client's frame. */
export function frame(
  { opcode, payload = "", isLast = true, reserved = 0, isMasked = true, length }: Frame,
): Uint8Array {
  const bytes = typeof payload === "string" ? utf8(payload) : payload;
  const promised = length ?? BigInt(bytes.length);
  const size = promised < 126n ? 0 : promised < 65_536n ? 2 : 8;
  const head = new DataView(new ArrayBuffer(2 + size));
  head.setUint8(0, (isLast ? 0x80 : 0) | reserved << 4 | opcode);
  const short = size === 0 ? Number(promised) : size === 2 ? 126 : 127;
  head.setUint8(1, (isMasked ? 0x80 : 0) | short);
  if (size === 2) head.setUint16(2, Number(promised));
  if (size === 8) head.setBigUint64(2, promised);
  const start = new Uint8Array(head.buffer);
  if (!isMasked) return joined([start, bytes]);
  const mask = Uint8Array.of(0x37, 0xfa, 0x21, 0x3d);
  return joined([start, mask, bytes.map((byte, index) => byte ^ mask[index % 4]!)]);
}

export function text(message: Json | string): Uint8Array {
  const payload = typeof message === "string" ? message : JSON.stringify(message);
  return frame({ opcode: OPCODE.text, payload });
}

/** A close frame with this code, and these bytes after it. */
export function goodbye(code: number, reason: string | Uint8Array = ""): Uint8Array {
  const bytes = typeof reason === "string" ? utf8(reason) : reason;
  const payload = Uint8Array.of(code >> 8, code & 0xff, ...bytes);
  return frame({ opcode: OPCODE.close, payload });
}

export interface Wishes {
  /** "GET" and the like. */
  method?: string;
  path?: string;
  /** Beside Host, which they may change; undefined leaves one out. */
  headers?: Record<string, string | undefined>;
  body?: string;
}

/** A request as bytes. */
export function request(
  { method = "GET", path = "/", headers = {}, body = "" }: Wishes = {},
): string {
  const all = { Host: "localhost", ...headers };
  const lines = Object.entries(all).flatMap(([name, value]) =>
    value === undefined ? [] : `${name}: ${value}\r\n`
  );
  return `${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n${body}`;
}

/** A request for a WebSocket. */
export function upgrade({ path = "/socket", headers = {}, ...wishes }: Wishes = {}): string {
  return request({
    ...wishes,
    path,
    headers: {
      Upgrade: "websocket",
      Connection: "Upgrade",
      "Sec-WebSocket-Key": KEY,
      "Sec-WebSocket-Version": "13",
      ...headers,
    },
  });
}

export interface Answered {
  status: number;
  /** By their names in small letters. */
  headers: Record<string, string>;
  body: string;
}

/** Reads one answer; undefined if the connection ends before it. */
export async function answerOn(peer: Peer, { hasBody = true } = {}): Promise<Answered | undefined> {
  const head = await untilBlankLine(peer);
  if (head === undefined) return undefined;
  const [start = "", ...lines] = head.split("\r\n");
  const headers = Object.fromEntries(lines.map((line) => {
    const colon = line.indexOf(":");
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
  }));
  const status = Number(start.split(" ")[1]);
  const length = hasBody && status !== 304 ? Number(headers["content-length"] ?? 0) : 0;
  const body = await peer.take(length);
  return body && { status, headers, body: new TextDecoder().decode(body) };
}

async function untilBlankLine(peer: Peer): Promise<string | undefined> {
  let head = "";
  while (!head.endsWith("\r\n\r\n")) {
    const byte = await peer.take(1);
    if (!byte) return undefined;
    head += String.fromCharCode(byte[0]!);
  }
  return head.slice(0, -4);
}

/** Asks on a connection of its own; undefined if that ends without an answer. */
export async function ask(port: number, bytes: string | Uint8Array): Promise<Answered | undefined> {
  await using peer = await Peer.connect(port);
  // The server may hang up in the middle of it.
  await peer.write(typeof bytes === "string" ? utf8(bytes) : bytes).catch(() => {});
  return await answerOn(peer, { hasBody: !bytes.toString().startsWith("HEAD ") });
}

export class WebPeer extends EventPeer {
  readonly raw: Peer;

  private constructor(raw: Peer) {
    super();
    this.raw = raw;
  }

  /** Makes a WebSocket of the connection. */
  static async over(raw: Peer, wishes: Wishes = {}): Promise<WebPeer> {
    await raw.write(utf8(upgrade(wishes)));
    return await WebPeer.answered(raw);
  }

  /** Its request is written already. */
  static async answered(raw: Peer): Promise<WebPeer> {
    const answer = await answerOn(raw);
    assertEquals([answer?.status, answer?.headers["sec-websocket-accept"]], [101, ACCEPT]);
    return new WebPeer(raw);
  }

  static async connect(port: number): Promise<WebPeer> {
    return await WebPeer.over(await Peer.connect(port));
  }

  /** Connects, says hello, joins the room, and waits until it is there. */
  static async enter(port: number, nick: string, room = "lobby"): Promise<WebPeer> {
    const peer = await WebPeer.connect(port);
    await peer.enters(nick, room);
    return peer;
  }

  async send(...commands: Json[]) {
    await this.raw.write(joined(commands.map(text)));
  }

  /** The next frame, which is whole as all of this server's are; undefined if the connection ends before it. */
  async nextFrame(): Promise<{ opcode: number; payload: Uint8Array } | undefined> {
    const head = await this.raw.take(2);
    if (!head) return undefined;
    assertEquals(head[0]! & 0xf0, 0x80, "the first bits of a frame");
    const length = await this.#length(head[1]!);
    const payload = length === undefined ? undefined : await this.raw.take(length);
    return payload && { opcode: head[0]! & 0x0f, payload };
  }

  /** Events may come first, then a goodbye with this code must, and then the end. Returns the events. */
  async expectGoodbye(...codes: number[]): Promise<Json[]> {
    const events: Json[] = [];
    let event = await this.next();
    for (; event?.type; event = await this.next()) events.push(event);
    const { frame, code } = event ?? {};
    assertEquals(frame, OPCODE.close, `there was no goodbye after ${JSON.stringify(events)}`);
    assertEquals(codes.includes(code as number), true, `the code was ${code}`);
    await this.raw.write(goodbye(1000)).catch(() => {});
    assertEquals(await this.raw.untilEnd(), new Uint8Array(0));
    return events;
  }

  async [Symbol.asyncDispose]() {
    await this.raw.vanish();
  }

  protected async read(): Promise<Json | undefined> {
    const frame = await this.nextFrame();
    if (!frame) return undefined;
    const payload = new TextDecoder().decode(frame.payload);
    if (frame.opcode === OPCODE.text) return JSON.parse(payload);
    const [first = 0, second = 0] = frame.payload;
    if (frame.opcode === OPCODE.close) return { frame: frame.opcode, code: first * 256 + second };
    return { frame: frame.opcode, payload };
  }

  async #length(byte: number): Promise<number | undefined> {
    if (byte < 126) return byte;
    const bytes = await this.raw.take(byte === 126 ? 2 : 8);
    return bytes?.reduce((length, byte) => length * 256 + byte, 0);
  }
}

export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
