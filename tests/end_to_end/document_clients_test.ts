/**
 * Our client as each document's own, driven through pipes as a grader drives it: every line on its stdout
 * is there as soon as it is due, and no other line ever is.
 */
import { assertEquals } from "@std/assert";
import { CHAT10, NDJSON, type Play, VU, WELCOME } from "./document_plays.ts";
import { DocumentServer } from "./document_server.ts";
import { Doors } from "./doors.ts";
import { Home, Program, run } from "./process.ts";
import { Server } from "./server.ts";

for (const says of ["says", "saysByteByByte"] as const) {
  for (const play of [...CHAT10, ...NDJSON, ...VU]) {
    Deno.test({
      name: `${play.what} (the server ${says})`,
      ignore: play.ignore !== undefined,
      fn: () => perform(play, says),
    });
  }
}

async function perform({ args, steps, code = 0 }: Play, says: "says" | "saysByteByByte") {
  using home = new Home();
  await using server = new DocumentServer();
  const address = ["--target", "127.0.0.1", "--port", `${server.port}`];
  await using client = new Program(["connect", ...args, ...address], { home, env: { USER: "me" } });
  const shown: string[] = [];
  for (const [does, text = ""] of steps) {
    if (does === "types") await client.type(`${text}\n`);
    if (does === "its input ends") await client.endInput();
    if (does === "shows") assertEquals(await lineAt(client, shown.push(text)), text);
    if (does === "the server accepts") await server.accepts();
    if (does === "the server hears") await server.hears(text);
    if (does === "the server hears the end") await server.hearsTheEnd();
    if (does === "the server says") await server[says](text);
    if (does === "the server closes") server.closes();
  }
  const ended = await client.ended();
  assertEquals(ended.stdout, shown.map((line) => `${line}\n`).join(""));
  assertEquals(ended.code, code, ended.stderr);
  if (code === 0) assertEquals(ended.stderr, "");
}

/** The line with this number on a program's stdout, counted from 1, waited for. */
async function lineAt(client: Program, number: number): Promise<string> {
  await client.stdout.line(() => client.stdout.lines.length >= number);
  return client.stdout.lines[number - 1]!;
}

Deno.test("a text of 70,000 bytes is shown whole on one line", async () => {
  using home = new Home();
  await using server = new DocumentServer();
  const args = ["connect", "--dialect", "vu", "-n", "alice", "-a", "127.0.0.1"];
  await using client = new Program([...args, "-p", `${server.port}`], { home });
  await server.accepts();
  await server.hears("HELLO-FROM alice\n");
  const text = "x".repeat(70_000);
  await server.says(`HELLO alice\nDELIVERY bob ${text}\n`);
  assertEquals(await lineAt(client, 2), `From bob: ${text}`);
  await client.type(`@bob ${text}\n!quit\n`);
  await server.hears(`SEND bob ${text}\n`);
  await server.hearsTheEnd();
  assertEquals((await client.ended()).code, 0);
});

// The same screens against our own server.

Deno.test("two chat10 screens on our server, each showing its own words once", async () => {
  using home = new Home();
  await using server = await Server.start();
  const args = ["connect", "--dialect", "chat10", "--port", `${server.port}`, "--username"];
  await using alice = new Program([...args, "alice"], { home });
  await server.logged("entered", { nick: "alice" });
  await using bob = new Program([...args, "bob"], { home });
  assertEquals(await lineAt(alice, 1), "*** bob has joined the chat");
  await alice.type("Hello Bob\n");
  assertEquals(await lineAt(bob, 1), "alice: Hello Bob");
  await bob.type("hi Alice: 100% ok?\n");
  assertEquals(await lineAt(alice, 3), "bob: hi Alice: 100% ok?");
  await alice.endInput();
  assertEquals(await alice.ended(), {
    code: 0,
    stdout: "*** bob has joined the chat\nalice: Hello Bob\nbob: hi Alice: 100% ok?\n",
    stderr: "",
  });
  assertEquals(await lineAt(bob, 3), "*** alice has left the chat");
  await bob.endInput();
  assertEquals((await bob.ended()).stdout.split("\n").slice(0, 2), [
    "alice: Hello Bob",
    "bob: hi Alice: 100% ok?",
  ]);
});

Deno.test("the ndjson screen on our server, from its greeting to its disconnection", async () => {
  using home = new Home();
  await using doors = await Doors.open('dialect = "ndjson"');
  const args = ["connect", "--dialect", "ndjson", "127.0.0.1", `${doors.ports[0]}`];
  await using nina = new Program(args, { home, env: { USER: "me" } });
  const [, address] = /^\[Server\]: (127\.0\.0\.1:\d+) has entered the chat$/
    .exec(await lineAt(nina, 1)) ?? [];
  const rows: [typed: string, shown: string[]][] = [
    ["hello", [`${address}: hello`]],
    ["/setname Kobzol", [`[Server]: ${address} renamed to Kobzol`]],
    ["hello", ["Kobzol: hello"]],
    ["/setname", ["Usage: /setname <name>"]],
    ["/users", ["[Server]: Users: Kobzol"]],
    ["/history", [`${address}: hello`, "Kobzol: hello"]],
    ["/foo bar", ["Kobzol: /foo bar"]],
  ];
  let number = 1;
  for (const [typed, shown] of rows) {
    await nina.type(`${typed}\n`);
    for (const line of shown) assertEquals(await lineAt(nina, ++number), line, typed);
  }
  await nina.endInput();
  const { code, stderr } = await nina.ended();
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
});

Deno.test("the vu screen on our server, and on one that is full", async () => {
  using home = new Home();
  await using doors = await Doors.open('dialect = "vu"\nmax_users = 2');
  const args = ["connect", "--dialect", "vu", "-a", "127.0.0.1", "-p", `${doors.ports[0]}`];
  await using alice = new Program([...args, "-n", "alice"], { home });
  assertEquals(await lineAt(alice, 1), "Successfully logged in as alice!");
  await using bob = new Program(args, { home, env: { USER: "me" } });
  const rows: [typed: string, shown: string[]][] = [
    ["alice", ["Cannot log in as alice. That username is already in use."]],
    ["al!ce", ["Cannot log in as al!ce. That username contains disallowed characters."]],
    ["bob", ["Successfully logged in as bob!"]],
    ["!who", ["There are 2 online users:", "alice", "bob"]],
    ["@bob hi", ["The message was sent successfully", "From bob: hi"]],
    ["@nobody hi", ["The destination user does not exist"]],
    ["@alice ", ["Error: Unknown issue in previous message body."]],
    ["@alice hi", ["The message was sent successfully"]],
  ];
  let number = 1;
  assertEquals(await lineAt(bob, 1), "Welcome to Chat Client. Enter your login:");
  for (const [typed, shown] of rows) {
    await bob.type(`${typed}\n`);
    for (const line of shown) assertEquals(await lineAt(bob, ++number), line, typed);
  }
  assertEquals(await lineAt(alice, 2), "From bob: hi");
  const late = await run([...args, "-n", "late"], { home });
  assertEquals([late.code, late.stdout], [0, "Cannot log in. The server is full!\n"]);
  await bob.type("!quit\n");
  assertEquals((await bob.ended()).code, 0);
});

Deno.test("documents that need no name ask for none, where the system knows none either", async () => {
  // As in a container: there is no USER.
  using home = new Home();
  await using doors = await Doors.open('dialect = "vu"', 'dialect = "ndjson"');
  const [vu, ndjson] = doors.ports;
  const typed = "!quit\n";
  const ended = await run(["connect", "--dialect", "vu", "-p", `${vu}`], { home, stdin: typed });
  assertEquals(ended, {
    code: 0,
    stdout: "Welcome to Chat Client. Enter your login:\n",
    stderr: "",
  });
  const args = ["connect", "--dialect", "ndjson", "127.0.0.1", `${ndjson}`];
  assertEquals((await run(args, { home })).code, 0);
});

Deno.test("vu: a whole evening piped in at once is obeyed line by line, each after the last", async () => {
  using home = new Home();
  await using doors = await Doors.open('dialect = "vu"');
  const args = ["connect", "--dialect", "vu", "-p", `${doors.ports[0]}`];
  const typed = ["al!ce", "alice", "!who", "@alice hi", "!quit"].map((line) => `${line}\n`);
  const ended = await run(args, { home, env: { USER: "me" }, stdin: typed.join("") });
  assertEquals(ended.stdout.split("\n").slice(0, 5), [
    "Welcome to Chat Client. Enter your login:",
    "Cannot log in as al!ce. That username contains disallowed characters.",
    "Successfully logged in as alice!",
    "There are 1 online users:",
    "alice",
  ]);
});

Deno.test({
  name:
    "vu: a login that the server never heard, for it had hung up, is sent again on another connection",
  // As the recorded client does.
  fn: () =>
    perform({
      what: "",
      args: ["--dialect", "vu"],
      steps: [
        ...WELCOME,
        ["types", "al!ce"],
        ["the server hears", "HELLO-FROM al!ce\n"],
        ["the server says", "BAD-RQST-BODY\n"],
        ["shows", "Cannot log in as al!ce. That username contains disallowed characters."],
        ["types", "alice"],
        ["the server hears", "HELLO-FROM alice\n"],
        ["the server closes"],
        ["the server accepts"],
        ["the server hears", "HELLO-FROM alice\n"],
        ["the server says", "HELLO alice\n"],
        ["shows", "Successfully logged in as alice!"],
        ["types", "!quit"],
        ["the server hears the end"],
      ],
    }, "says"),
});
