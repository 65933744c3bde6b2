/** Protocols that are known and not spoken here: each is told so in its own words, and no more. */
import { opensWith, utf8 } from "./dialect.ts";

export interface Stranger {
  name: string;
  detect(head: Uint8Array): "yes" | "no" | "more";
  answer: Uint8Array;
}

export const strangers: readonly Stranger[] = [
  {
    name: "TLS",
    detect: opensWith("\x16\x03"),
    // A fatal alert: handshake_failure.
    answer: Uint8Array.of(0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x28),
  },
  {
    name: "IRC",
    detect: (head) => openIrc(Uint8Array.from(head, (byte) => upperCase(byte))),
    answer: utf8("ERROR :this server does not speak IRC yet\r\n"),
  },
  {
    name: "SSH",
    detect: opensWith("SSH-"),
    answer: utf8("this is a chat server, it does not speak SSH\r\n"),
  },
];

/** What is said to HTTP where nobody speaks it. */
export const noPage: Uint8Array = page(
  "501 Not Implemented",
  "This chat server has no page here.\n",
);

/** What is said to HTTP when there are too many connections from where it comes from. */
export const tooManyRequests: Uint8Array = page(
  "429 Too Many Requests",
  "There are too many connections from your address.\n",
);

function page(status: string, text: string): Uint8Array {
  return utf8(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain\r\nConnection: close\r\n` +
      `Content-Length: ${text.length}\r\n\r\n${text}`,
  );
}

const openIrc = opensWith(
  ...["CAP ", "NICK ", "USER ", "PASS ", "QUIT ", "PING ", "AUTHENTICATE ", "WEBIRC ", "JOIN "],
  ":",
  "@",
);

function upperCase(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
