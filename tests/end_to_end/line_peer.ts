/** A client of a wire made of text, by hand: what it sends and expects is written down byte for byte. */
import { assertEquals } from "@std/assert";
import { Peer } from "./peer.ts";

export class LinePeer implements AsyncDisposable {
  readonly raw: Peer;

  constructor(raw: Peer) {
    this.raw = raw;
  }

  static async connect(port: number): Promise<LinePeer> {
    return new LinePeer(await Peer.connect(port));
  }

  async send(text: string) {
    await this.raw.write(new TextEncoder().encode(text));
  }

  async sendByteByByte(text: string) {
    await this.raw.writeByteByByte(new TextEncoder().encode(text));
  }

  /** The next bytes must be these. */
  async expect(text: string) {
    const bytes = await this.raw.take(new TextEncoder().encode(text).length);
    assertEquals(bytes && new TextDecoder().decode(bytes), text);
  }

  /** The next line, with its end; what there is if the connection ends before that. */
  async line(): Promise<string> {
    const bytes: number[] = [];
    for (;;) {
      const byte = await this.raw.take(1);
      if (byte) bytes.push(byte[0]!);
      if (!byte || byte[0] === 0x0a) return new TextDecoder().decode(Uint8Array.from(bytes));
    }
  }

  /** Nothing but this may come before the connection's end. */
  async expectEnd(text = "") {
    assertEquals(new TextDecoder().decode(await this.raw.untilEnd()), text);
  }

  async [Symbol.asyncDispose]() {
    await this.raw.vanish();
  }
}

/** A message of CHAT/1.0 as its document has it. */
export function chat10(method: string, username: string, text?: string): string {
  const start = `CHAT/1.0 ${method}\r\nUsername: ${username}\r\n`;
  if (text === undefined) return `${start}\r\n`;
  return `${start}Msg-len: ${new TextEncoder().encode(text).length}\r\n\r\n${text}`;
}

/** A message of a newline-JSON server, as Python's json.dumps writes it. ASCII without quotes only. */
export function ndjson(source: string, message: string): string {
  return `{"type": "message", "data": {"source": "${source}", "message": "${message}"}}\n`;
}
