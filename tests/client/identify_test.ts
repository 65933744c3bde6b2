import { assertEquals } from "@std/assert";
import type { Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { proofText } from "../../src/chat/proof.ts";
import { identify } from "../../src/client/identify.ts";
import { Link } from "../../src/client/link.ts";
import { native } from "../../src/wire/native.ts";
import { tell } from "../chat/events.ts";
import { FakeConnection } from "../server/fake_connection.ts";
import { decoded, OPTIONS } from "../wire/decoded.ts";

const KEY = `ed25519:${"A".repeat(43)}`;
const ADDRESS = "192.0.2.1:3490";
const NONCE = "chance";
const encoder = native.server(OPTIONS).encoder;

/** What a client does to prove its key, before a server that says this. */
async function meets(...said: Event[]) {
  const connection = new FakeConnection();
  const link = new Link(connection, native.client(OPTIONS));
  connection.sends(...said.map((event) => encoder.encode(event, false)!));
  connection.hangsUp();
  const signed: string[] = [];
  const sign = (text: string) => {
    signed.push(text);
    return Promise.resolve("signature");
  };
  await identify(link, { identity: { key: KEY, sign }, address: ADDRESS });
  const sent = (await decoded(native.server(OPTIONS), [connection.written])) as Command[];
  return { signed, sent, events: await Array.fromAsync(link.events()) };
}

const challenge = tell("challenge", { key: KEY, nonce: NONCE });
const ASKED: Command = { type: "identify", key: KEY };
const notice = tell("notice", { text: "hi" });

Deno.test("what the server asks for is signed, for this key, at this address", async () => {
  const { signed, sent, events } = await meets(challenge);
  assertEquals(signed, [proofText({ key: KEY, nonce: NONCE, address: ADDRESS })]);
  assertEquals(sent, [ASKED, { type: "prove", signature: "signature", address: ADDRESS }]);
  assertEquals(events, []);
});

Deno.test("what else the server says is heard after it, in its order", async () => {
  const entered = tell("entered", { nick: "chris", rooms: [] });
  const { signed, events } = await meets(notice, tell("ping", {}), challenge, entered);
  assertEquals(signed.length, 1);
  assertEquals(events, [notice, tell("ping", {}), entered]);
});

Deno.test("a challenge for another key is not signed", async () => {
  const other = `ed25519:${"B".repeat(43)}`;
  const { signed, sent } = await meets(tell("challenge", { key: other, nonce: NONCE }), challenge);
  assertEquals([signed, sent], [[], [ASKED]]);
});

Deno.test("no more than one challenge is signed", async () => {
  const { signed, sent } = await meets(challenge, challenge, challenge);
  assertEquals([signed.length, sent.length], [1, 2]);
});

Deno.test("a server that knows no keys, or wants none, is said hello to without", async () => {
  const refusals = [
    tell("failed", { command: "", code: "bad-request", about: "there is no such type" }),
    tell("failed", { command: "identify", code: "already-entered" }),
  ];
  for (const refusal of refusals) {
    const { signed, sent, events } = await meets(notice, refusal);
    assertEquals([signed, sent, events], [[], [ASKED], [notice]]);
  }
});

Deno.test("a server that closes, or hangs up, has its last word heard", async () => {
  const closing = tell("closing", { reason: "full" });
  assertEquals((await meets(closing)).events, [closing]);
  assertEquals((await meets()).events, []);
});

Deno.test("a server whose bytes make no sense is found out by those who listen", async () => {
  const connection = new FakeConnection();
  const link = new Link(connection, native.client(OPTIONS));
  connection.sends(new TextEncoder().encode("SSH-2.0-OpenSSH_9.6\r\n"));
  connection.hangsUp();
  const sign = () => Promise.reject(new Error("nothing is to be signed"));
  await identify(link, { identity: { key: KEY, sign }, address: ADDRESS });
  const heard = await Array.fromAsync(link.events()).catch((error) => error.name);
  assertEquals(heard, "ProtocolError");
});
