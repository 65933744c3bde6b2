/** First bytes that are another's: each is answered in words that its sender understands, or can look up. */
import { assertEquals, assertMatch } from "@std/assert";
import { LinePeer } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const UNFRAMED: [what: string, sent: string][] = [
  ["in one line", '{"type": "hello", "nick": "chris"}'],
  ["with a newline", '{"type": "hello", "nick": "chris"}\n'],
  ["over several lines", '{\n    "type": "hello",\n    "nick": "chris"\n}'],
  ["over several lines of Windows", '{\r\n\t"type": "hello",\r\n\t"nick": "chris"\r\n}\r\n'],
  ["with the other name for nick", '{"nickname": "chris", "type": "hello"}'],
  ["with braces in its strings", '{"nick": "}{\\"}", "x": {"y": {}}, "type": "hello"}'],
  ["with what follows it", '{"type": "hello", "nick": "c"}{"type": "chat", "message": "hi"}'],
  ["with letters beyond ASCII", '{"type": "hello", "nick": "žluť"}'],
];

for (const write of ["send", "sendByteByByte"] as const) {
  Deno.test(`a bgnet0 packet without its length is told what is missing (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    for (const [what, sent] of UNFRAMED) {
      await using student = await LinePeer.connect(server.port);
      // The answer needs no more than whole JSON, so the end of it may find nobody.
      await student[write](sent).catch(() => {});
      const answer = new TextDecoder().decode(await student.raw.untilEnd());
      assertMatch(answer, /^[^\n]*without its length[^\n]*2 bytes[^\n]*big-endian[^\n]*\n$/, what);
    }
    await pat.expectQuiet();
  });
}

const PAGE = /^HTTP\/1\.1 \d{3} (?:[^\r]+\r\n)+?Content-Length: (\d+)\r\n(?:[^\r]+\r\n)*\r\n/;
const IRC = /^ERROR :[^\r\n]+\r\n$/;
const SSH = /^[^\n]*SSH[^\n]*\r\n$/;
const CHAT = "HELLO-FROM eve\nSEND pat hi\n";

const STRANGERS: [what: string, sent: string, answer: RegExp][] = [
  ["curl", "GET / HTTP/1.1\r\nHost: localhost:3490\r\nAccept: */*\r\n\r\n", PAGE],
  ["HEAD, which is no HELLO", "HEAD / HTTP/1.1\r\n\r\n", PAGE],
  ["a form", `POST / HTTP/1.1\r\nContent-Length: 27\r\n\r\n${CHAT}`, PAGE],
  ["a form of chat", 'POST / HTTP/1.1\r\n\r\n{"type": "message", "data": "hi"}\n', PAGE],
  ["a preflight", "OPTIONS / HTTP/1.1\r\n\r\n", PAGE],
  ["PUT, PATCH and DELETE", `PUT / HTTP/1.1\r\n\r\n${CHAT}`, PAGE],
  ["a tunnel", "CONNECT localhost:3490 HTTP/1.1\r\n\r\n", PAGE],
  ["HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", PAGE],
  ["irssi", "CAP LS 302\r\nJOIN :\r\n", IRC],
  ["weechat", "CAP LS 302\r\nNICK pat\r\nUSER pat 0 * :pat\r\n", IRC],
  ["sic", "NICK x\r\nUSER x localhost localhost :x\r\n", IRC],
  ["small letters", "nick x\r\nuser x 0 * :x\r\n", IRC],
  ["a prefix", ":x NICK y\r\n", IRC],
  ["tags", "@time=1 NICK y\r\n", IRC],
  ["a password", "PASS secret\r\n", IRC],
  ["SSH", "SSH-2.0-OpenSSH_9.6\r\n", SSH],
];

for (const write of ["send", "sendByteByByte"] as const) {
  Deno.test(`HTTP, IRC and SSH are answered in their own words, and become no chat (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using pat = await NativePeer.enter(server.port, "pat");
    for (const [what, sent, answer] of STRANGERS) {
      await using stranger = await LinePeer.connect(server.port);
      await stranger[write](sent).catch(() => {});
      // A connection is kept for the next request, by those who may have one.
      if (answer === PAGE) await stranger.raw.finish().catch(() => {});
      const received = new TextDecoder().decode(await stranger.raw.untilEnd());
      assertMatch(received, answer, what);
      if (answer === PAGE) {
        const [head = "", length] = PAGE.exec(received) ?? [];
        const body = sent.startsWith("HEAD ") ? 0 : Number(length);
        assertEquals(received.length - head.length, body, what);
      }
    }
    await pat.expectQuiet();
  });
}

Deno.test("a TLS handshake gets an alert, which its client knows how to show", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using pat = await NativePeer.enter(server.port, "pat");
  await using stranger = await LinePeer.connect(server.port);
  const clientHello = Uint8Array.of(0x16, 3, 1, 0, 5, 1, 0, 0, 1, 0);
  await stranger.raw.write(clientHello);
  const [kind, major, minor, high, low, level, ...rest] = await stranger.raw.untilEnd();
  assertEquals([kind, major, minor, high, low, level, rest.length], [0x15, 3, 1, 0, 2, 2, 1]);
  await pat.expectQuiet();
});
