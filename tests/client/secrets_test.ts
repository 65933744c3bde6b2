/** No secret is ever seen in what is shown of the wire, neither in words nor in bytes. */
import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { Link } from "../../src/client/link.ts";
import { dialectNamed } from "../../src/wire/dialects.ts";
import { native } from "../../src/wire/native.ts";
import { tell } from "../chat/events.ts";
import { FakeConnection } from "../server/fake_connection.ts";
import { OPTIONS, singly } from "../wire/decoded.ts";

const SECRET = "hunter2-hunter2";

const SAID: Command[] = [
  ask("hello", { nick: "chris", password: SECRET }),
  ask("hello", { nick: "chris", token: SECRET }),
  ask("join", { room: "dev", password: SECRET }),
  ask("lock", { room: "dev", password: SECRET }),
  ask("login", { nick: "chris", token: SECRET }),
  ask("prove", { signature: SECRET, address: "192.0.2.1:3490" }),
];

const secretEvent = tell("token", { nick: "chris", token: SECRET });
const server = native.server(OPTIONS).encoder;

/** What is shown of a conversation. */
async function traced(
  dialect: string,
  { says = [], hears = [], pieces = (bytes: Uint8Array) => [bytes] }: {
    says?: Command[];
    hears?: Event[];
    pieces?: (bytes: Uint8Array) => Uint8Array[];
  },
): Promise<string> {
  const lines: string[] = [];
  const connection = new FakeConnection();
  const link = new Link(
    connection,
    dialectNamed(dialect)!.client(OPTIONS),
    (words) => lines.push(words()),
  );
  for (const command of says) await link.send(command);
  for (const event of hears) connection.sends(...pieces(server.encode(event, true)!));
  connection.hangsUp();
  await Array.fromAsync(link.events());
  return lines.join("\n");
}

/** Neither as text, nor as any few of its bytes. */
function assertHidden(trace: string, what: string) {
  assert(trace.length > 0, what);
  assert(!trace.includes(SECRET), `${what}: ${trace}`);
  const bytes = Array.from(new TextEncoder().encode(SECRET), (it) => it.toString(16));
  for (let at = 0; at + 4 <= bytes.length; at++) {
    assert(!trace.includes(bytes.slice(at, at + 4).join(" ")), `${what}: ${trace}`);
  }
}

Deno.test("what is a secret is not shown when it is said, on any wire", async () => {
  for (const dialect of ["native", "bgnet0", "chat10", "ndjson", "vu", "plain"]) {
    for (const command of SAID) {
      const trace = await traced(dialect, { says: [ask("who", { room: "lobby" }), command] });
      if (dialect !== "native" && trace === "") continue;
      assertHidden(trace || " ", `${dialect}: ${command.type}`);
    }
  }
  const native = await traced("native", { says: SAID });
  for (const { type } of SAID) assert(native.includes(`> {"type":"${type}"`), type);
});

Deno.test("a secret that was asked for is not shown when it comes, in whatever pieces", async () => {
  const says = [ask("token", {})];
  const hears = [tell("notice", { text: "before" }), secretEvent];
  for (const pieces of [(bytes: Uint8Array) => [bytes], singly]) {
    const trace = await traced("native", { says, hears, pieces });
    assertHidden(trace, "token");
    assert(trace.includes('< {"type":"token","nick":"chris","token":"***"}'), trace);
  }
});

Deno.test("what comes after the secret is shown in full again", async () => {
  const refused = tell("failed", { command: "token", code: "no-key" });
  for (const answer of [secretEvent, refused]) {
    const trace = await traced("native", {
      says: [ask("token", {})],
      hears: [answer, tell("notice", { text: "after" })],
    });
    const bytes = Array.from(server.encode(tell("notice", { text: "after" }), false)!);
    assert(trace.includes(bytes.map((it) => it.toString(16).padStart(2, "0")).join(" ")), trace);
  }
});

Deno.test("what is no secret is shown as it is, also where it is about one", async () => {
  const trace = await traced("native", {
    says: [ask("say", { room: "lobby", text: "what is a password, a token, a signature?" })],
    hears: [tell("notice", { text: "/login is for those who have no key" })],
  });
  assert(trace.includes("what is a password, a token, a signature?"));
  assert(!trace.includes("not shown"));
});

Deno.test("a line by which one logs in is shown without its secret", async () => {
  const text = `log in from elsewhere with: /login chris ${SECRET}`;
  const trace = await traced("native", { hears: [tell("notice", { text })] });
  assert(trace.includes('"log in from elsewhere with: /login chris ***"'));
  assertEquals(trace.includes(`"${SECRET}`), false);
});
