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

const NO_PAGE = "This chat server has no page here.\n";

/** What is said to HTTP where nobody speaks it. */
export const noPage: Uint8Array = utf8(
  "HTTP/1.1 501 Not Implemented\r\nContent-Type: text/plain\r\nConnection: close\r\n" +
    `Content-Length: ${NO_PAGE.length}\r\n\r\n${NO_PAGE}`,
);

const openIrc = opensWith(
  ...["CAP ", "NICK ", "USER ", "PASS ", "QUIT ", "PING ", "AUTHENTICATE ", "WEBIRC ", "JOIN "],
  ":",
  "@",
);

function upperCase(byte: number): number {
  return byte >= 0x61 && byte <= 0x7a ? byte - 0x20 : byte;
}
