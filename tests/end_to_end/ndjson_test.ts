/** The newline-JSON document over real sockets, message by message. */
import { assertEquals, assertMatch } from "@std/assert";
import { LinePeer, ndjson } from "./line_peer.ts";
import { NativePeer } from "./native_peer.ts";
import { Server, UNTHROTTLED } from "./server.ts";

const server = (text: string) => ndjson("[Server]", text);

/** Somebody who has a name and has seen it given. */
async function named(port: number, name: string): Promise<LinePeer> {
  const peer = await LinePeer.connect(port);
  await peer.send(`{"type": "set-name", "data": "${name}"}\n`);
  const entered = await peer.line();
  const [, address = ""] = /: "(\S+) has entered the chat"/.exec(entered) ?? [];
  assertMatch(address, /^127\.0\.0\.1:\d+$/);
  await peer.expect(server(`${address} renamed to ${name}`));
  return peer;
}

const NO_TEXT = server('\\"data\\" should be the text of the message');
const NOT_JSON = server("this is not JSON");

/** A line, and what its sender is told; after each the connection is there still. */
const ANSWERS: [what: string, sent: string, answer: string][] = [
  ["a message", '{"type": "message", "data": "hi"}\n', ndjson("nina", "hi")],
  ["the keys the other way round", '{"data":"hi","type":"message"}\n', ndjson("nina", "hi")],
  ["a key that nobody knows", '{"type":"message","data":"hi","x":1}\n', ndjson("nina", "hi")],
  ["CRLF", '{"type": "message", "data": "hi"}\r\n', ndjson("nina", "hi")],
  ["spaces around it", ' {"type": "message", "data": "hi"} \n', ndjson("nina", "hi")],
  ["letters and signs", '{"type":"message","data":"žluť"}\n', ndjson("nina", "\\u017elu\\u0165")],
  ["a slash that is no command", '{"type":"message","data":"/foo"}\n', ndjson("nina", "/foo")],
  ["an empty message", '{"type": "message", "data": ""}\n', ""],
  ["users without data", '{"type": "users"}\n', server("Users: nina")],
  ["users with data", '{"type": "users", "data": ""}\n', server("Users: nina")],
  ["no JSON", "hello\n", NOT_JSON],
  ["an empty line", "\n", NOT_JSON],
  ["a list", "[1]\n", server("the JSON is not an object")],
  ["a message without data", '{"type": "message"}\n', NO_TEXT],
  ["data that is no text", '{"type": "message", "data": {"a": 1}}\n', NO_TEXT],
  ["a name that is missing", '{"type":"set-name"}\n', server('\\"data\\" should be the name')],
  ["the server's name", '{"type":"set-name","data":"[Server]"}\n', RESERVED()],
  ["no such type", '{"type": "dance", "data": ""}\n', UNKNOWN_TYPE()],
  ["no type", "{}\n", UNKNOWN_TYPE()],
  ["a type from the prototype", '{"type":"__proto__"}\n', UNKNOWN_TYPE()],
];

function UNKNOWN_TYPE() {
  return server('\\"type\\" should be message, set-name, users or history');
}

function RESERVED() {
  return server("[Server]: that name could be taken for the server's own");
}

for (const write of ["send", "sendByteByByte"] as const) {
  Deno.test(`each newline-JSON message is answered as its document says (${write})`, async () => {
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using nina = await named(server.port, "nina");
    for (const [what, sent, answer] of ANSWERS) {
      await nina[write](`${sent}{"type": "message", "data": "next"}\n`);
      let received = "";
      while (!received.endsWith(ndjson("nina", "next"))) received += await nina.line();
      assertEquals(received, answer + ndjson("nina", "next"), what);
    }
  });
}

Deno.test("a name that somebody has is refused, and the old one is kept", async () => {
  await using running = await Server.start({ flags: UNTHROTTLED });
  await using _nina = await named(running.port, "nina");
  await using otto = await named(running.port, "otto");
  for (const name of ["nina", "NINA", "two words", "[server]"]) {
    await otto.send(`{"type": "set-name", "data": "${name}"}\n`);
    assertMatch(await otto.line(), /"source": "\[Server\]"/);
  }
  await otto.send('{"type": "message", "data": "hi"}\n');
  await otto.expect(ndjson("otto", "hi"));
});

Deno.test("history comes as messages of those who said them, oldest first", async () => {
  await using running = await Server.start({ flags: UNTHROTTLED });
  await using nina = await named(running.port, "nina");
  for (const text of ["one", "two"]) {
    await nina.send(`{"type": "message", "data": "${text}"}\n`);
    await nina.expect(ndjson("nina", text));
  }
  await using otto = await named(running.port, "otto");
  await otto.send('{"type": "message", "data": "three"}\n{"type": "history"}\n');
  await otto.expect(ndjson("otto", "three"));
  await otto.expect(ndjson("nina", "one") + ndjson("nina", "two") + ndjson("otto", "three"));
});

Deno.test("ten mistakes in a row end the connection, nine and a message do not", async () => {
  await using running = await Server.start({ flags: UNTHROTTLED });
  await using nina = await named(running.port, "nina");
  for (let round = 0; round < 2; round++) {
    await nina.send("oops\n".repeat(9) + '{"type": "message", "data": "hi"}\n');
    await nina.expect(NOT_JSON.repeat(9) + ndjson("nina", "hi"));
  }
  await nina.send("oops\n".repeat(10));
  await nina.expectEnd(NOT_JSON.repeat(10) + server("these are too many mistakes"));
});

Deno.test("one newline-JSON client too many is told that the server is full", async () => {
  await using running = await Server.start({ flags: ["--max-users", "1"] });
  await using _pat = await NativePeer.enter(running.port, "pat");
  await using nina = await LinePeer.connect(running.port);
  await nina.send('{"type": "message", "data": "hi"}\n');
  await nina.expectEnd(server("the server is full"));
});

Deno.test({
  // The row for what is no JSON: "[Server] says what is wrong, keeps the connection".
  name: "a mistake in the very first line is answered as any other",
  fn: async () => {
    await using running = await Server.start({ flags: UNTHROTTLED });
    const mistakes = ["{oops}\n", '{"type": "message", "data": "hi\n', "{}}\n"];
    for (const mistake of mistakes) {
      await using nina = await LinePeer.connect(running.port);
      await nina.send(mistake);
      assertMatch(await nina.line(), /^\{.*has entered the chat/, mistake);
      assertMatch(await nina.line(), /"source": "\[Server\]"/, mistake);
      await nina.send('{"type": "message", "data": "hi"}\n');
      assertMatch(await nina.line(), /"source": "127.*"message": "hi"/, mistake);
    }
  },
});
