/** Whatever is sent in one write is answered as if it had come line by line: in its order, all of it. */
import { assertEquals } from "@std/assert";
import { bgnet0Packet } from "./bgnet0_peer.ts";
import { chat10, LinePeer, ndjson } from "./line_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const packet = (json: string) => new TextDecoder().decode(bgnet0Packet(json));
const LENGTH = "CHAT/1.0 TEXT\r\nUsername: carol\r\nMsg-len: -1\r\n\r\n";

/** Someone's introduction and its answer; then what is sent at once, and its answer. */
const PIPELINED: [wire: string, come: string, welcome: string, sent: string, answer: string][] = [
  [
    "vu",
    "HELLO-FROM a\n",
    "HELLO a\n",
    "SEND a hi\nFOO\n",
    "SEND-OK\nDELIVERY a hi\nBAD-RQST-HDR\n",
  ],
  ["vu", "HELLO-FROM a\n", "HELLO a\n", "SEND #lobby hi\nSEND b\n", "SEND-OK\nBAD-RQST-BODY\n"],
  [
    "ndjson",
    '{"type": "set-name", "data": "nina"}\n',
    ndjson("[Server]", "127.0.0.1:PORT has entered the chat") +
    ndjson("[Server]", "127.0.0.1:PORT renamed to nina"),
    '{"type": "message", "data": "hi"}\noops\n',
    ndjson("nina", "hi") + ndjson("[Server]", "this is not JSON"),
  ],
  [
    "bgnet0",
    packet('{"type": "hello", "nick": "chris"}'),
    packet('{"type": "join", "nick": "chris"}'),
    packet('{"type": "chat", "message": "hi"}') + packet("oops"),
    packet('{"type": "chat", "nick": "chris", "message": "hi"}') +
    packet('{"type": "chat", "nick": "*server*", "message": "this is not JSON"}'),
  ],
  [
    "bgnet0, a slash command",
    packet('{"type": "hello", "nick": "chris"}'),
    packet('{"type": "join", "nick": "chris"}'),
    packet('{"type": "chat", "message": "hi"}') + packet('{"type": "chat", "message": "/nick"}'),
    packet('{"type": "chat", "nick": "chris", "message": "hi"}') +
    packet('{"type": "chat", "nick": "*server*", "message": "usage: /nick <nick>"}'),
  ],
  [
    "chat10",
    chat10("JOIN", "carol"),
    "",
    chat10("TEXT", "carol", "/message carol hi") + LENGTH,
    chat10("TEXT", "*server*", "Msg-len is not a number of bytes"),
  ],
  ["plain", "pat\n", "*** pat has joined the chat\n", "/message pat hi\n/q\n", "pat -> pat: hi\n"],
];

Deno.test("answers come in the order of the questions, whoever gives them, and none is lost at the end", async () => {
  await using server = await Server.start({ flags: UNTHROTTLED });
  for (const [wire, come, welcome, sent, answer] of PIPELINED) {
    await using peer = await LinePeer.connect(server.port);
    await peer.send(come + sent);
    await peer.raw.finish();
    const received = new TextDecoder().decode(await peer.raw.untilEnd());
    assertEquals(received.replace(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT"), welcome + answer, wire);
  }
});
