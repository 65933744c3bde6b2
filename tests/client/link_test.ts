import { ask } from "../../src/chat/command.ts";
import { assertEquals, assertRejects } from "@std/assert";
import type { Event } from "../../src/chat/event.ts";
import { Link } from "../../src/client/link.ts";
import { ProtocolError } from "../../src/wire/byte_reader.ts";
import { native } from "../../src/wire/native.ts";
import { FakeConnection } from "../server/fake_connection.ts";
import { OPTIONS, singly } from "../wire/decoded.ts";

const server = native.server(OPTIONS).encoder;
const joined: Event = { type: "joined", room: "lobby", nick: "pat" };
const joinedBytes = server.encode(joined, false)!;

function link(): { link: Link; connection: FakeConnection } {
  const connection = new FakeConnection();
  return { link: new Link(connection, native.client(OPTIONS)), connection };
}

Deno.test("events come in any pieces, until the server hangs up", async () => {
  const { link: it, connection } = link();
  connection.sends(...singly(joinedBytes), joinedBytes);
  connection.hangsUp();
  assertEquals(await Array.fromAsync(it.events()), [joined, joined]);
});

Deno.test("a connection that breaks is a server that has hung up", async () => {
  const { link: it, connection } = link();
  connection.sends(joinedBytes, joinedBytes.slice(0, 5));
  const events = it.events();
  assertEquals((await events.next()).value, joined);
  connection.close();
  assertEquals((await events.next()).done, true);
});

Deno.test("a server whose bytes make no sense is said to be so", async () => {
  const { link: it, connection } = link();
  connection.sends(joinedBytes, new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
  await assertRejects(() => Array.fromAsync(it.events()), ProtocolError);
});

Deno.test("commands leave in their order, however little a write takes", async () => {
  const { link: it, connection } = link();
  connection.takes = 7;
  const first = it.send(ask("hello", { nick: "chris" }));
  connection.takes = Infinity;
  await Promise.all([first, it.send(ask("join", { room: "lobby" }))]);
  const client = native.client(OPTIONS).encoder;
  const expected = [
    ...client.encode(ask("hello", { nick: "chris" }), true)!,
    ...client.encode(ask("join", { room: "lobby" }), true)!,
  ];
  assertEquals([...connection.written], expected);
});
