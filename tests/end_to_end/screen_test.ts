/** `chat connect` on a full screen, in front of a real server and in a real terminal: tmux. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { Flood } from "./flood.ts";
import { NativePeer } from "./native_peer.ts";
import { testNeeding } from "./needs.ts";
import { assertWhole, Pane, PROMPT, TMUX } from "./pane.ts";
import { Home, Program } from "./process.ts";
import { freePort, Server, UNTHROTTLED } from "./server.ts";

/** The status line and the line that is typed. */
const bars = (rows: string[]) => rows.slice(-2);
/** What was said, without its times. */
const talk = (rows: string[]) => rows.slice(0, -2).map((row) => row.replace(/^\d\d:\d\d /, ""));
const counted = (rows: string[], text: string) => rows.filter((row) => row.includes(text)).length;
/** The number of the newest "line N". */
const newest = (rows: string[]) =>
  Math.max(0, ...rows.map((row) => Number(/ line (\d+)$/.exec(row)?.[1] ?? 0)));

testNeeding(TMUX, "what is typed stands there, Enter says it, and others are heard", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pane = await Pane.inChat({ home, port: server.port });
  await leslie.expect({ type: "joined", nick: "pat" });
  await pane.types("hello, 漢字 and é");
  await pane.showsLast("pat> hello, 漢字 and é");
  await leslie.say("hi pat");
  await pane.shows("leslie: hi pat");
  await pane.presses("Enter");
  await leslie.expect({ type: "message" }, {
    type: "message",
    nick: "pat",
    text: "hello, 漢字 and é",
  });
  const rows = await pane.shows("pat: hello");
  assertEquals(talk(rows).slice(-2), ["leslie: hi pat", "pat: hello, 漢字 and é"]);
  assertMatch(rows.at(-2)!, /^ #lobby · 2 here/);
  assertEquals(rows.at(-1), "pat>");
});

testNeeding(TMUX, "a screen that becomes tiny, huge and as before shows the same", async () => {
  using home = new Home();
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pane = await Pane.inChat({ home, port: server.port });
  for (let number = 1; number <= 30; number++) await leslie.say(`a longer line ${number}`);
  // Its end is seen where it is too wide: only the program shows that, and no terminal that cuts its rows off.
  const typed = `${"wider than eighty columns ".repeat(3)}and half a sentence`;
  await pane.types(typed);
  const before = await pane.shows((rows) =>
    newest(rows) === 30 && rows.at(-1) === `pat> ${typed.slice(-74)}`
  );
  await pane.resize({ columns: 20, rows: 5 });
  const tiny = await pane.shows((rows) => rows.length === 5 && rows[4] === "pat> alf a sentence");
  assertEquals(talk(tiny), ["      longer line 29", "leslie: a", "      longer line 30"]);
  await pane.resize({ columns: 300, rows: 100 });
  await pane.shows((rows) => counted(rows, "a longer line") === 30 && rows[99] === `pat> ${typed}`);
  await pane.resize({ columns: 80, rows: 24 });
  await pane.shows((rows) => `${talk(rows)}` === `${talk(before)}` && rows[23] === before[23]);
  await assertWhole(pane);
});

testNeeding(TMUX, "every key is kept while a thousand messages a second arrive", async () => {
  const sentence = "the quick brown fox jumps over the lazy dog 0123456789";
  using home = new Home();
  // A slow machine reads so much for a while after it was said.
  const patience = ["--max-queue-seconds", "600", "--max-queue-bytes", "100000000"];
  await using server = await Server.start({ flags: [...UNTHROTTLED, ...patience] });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pane = await Pane.inChat({ home, port: server.port });
  const flood = new Flood(leslie);
  try {
    const first = newest(await pane.shows((rows) => newest(rows) > 0));
    let last = first;
    for (const letter of sentence) {
      await pane.types(letter);
      last = newest(await pane.shows((rows) => newest(rows) > last));
    }
    assert(last - first > sentence.length, "nothing came between the keys");
    await pane.showsLast(`pat> ${sentence}`);
    for (const letter of sentence) await pane.types(letter);
    await pane.shows((rows) => rows.at(-1)!.endsWith(`9${sentence}`));
    await pane.presses("Enter");
    await pane.showsLast("pat>");
  } finally {
    await flood.end();
  }
  const wanted = { type: "message", nick: "pat", text: `${sentence}${sentence}` };
  for (;;) {
    const event = await leslie.next();
    assert(event, "what was typed was never said");
    if (event.nick === "pat" && event.type === "message") {
      assertEquals({ type: event.type, nick: event.nick, text: event.text }, wanted);
      break;
    }
  }
  await pane.shows((rows) => newest(rows) === flood.said);
  await assertWhole(pane);
});

testNeeding(
  TMUX,
  "what is typed while the server is away waits, dim, and is said once",
  async () => {
    using home = new Home();
    const port = freePort();
    await using stack = new AsyncDisposableStack();
    let pane: Pane;
    {
      await using server = await Server.start({ home, port });
      await using leslie = await NativePeer.enter(port, "leslie");
      pane = stack.use(await Pane.inChat({ home, port }));
      for (const text of ["one", "two", "three"]) await leslie.say(text);
      await pane.shows("leslie: three");
      server.signal("SIGKILL");
      await server.ended();
    }
    const waits = / again in (\d+) s/;
    const seconds = (rows: string[]) => Number(waits.exec(rows.at(-2)!)?.[1] ?? 0);
    const longest = seconds(await pane.shows((rows) => seconds(rows) > 1));
    await pane.enters("four");
    await pane.enters("/me waits");
    await pane.shows((rows) => seconds(rows) > 0 && seconds(rows) < longest);
    await pane.shows((rows) => isDim(rows, "four") && isDim(rows, "waits"), { styled: true });
    await using _server = await Server.start({ home, port });
    await using leslie = await NativePeer.connect(port);
    await leslie.send({ type: "hello", nick: "leslie" }, { type: "join", room: "lobby" });
    for (const text of ["five", "six"]) await leslie.say(text);
    await pane.shows("*** connected again");
    await pane.enters("seven");
    await pane.shows("leslie: six");
    const rows = await pane.shows("pat: seven");
    const said = ["one", "two", "three", "five", "six"].map((text) => `leslie: ${text}`);
    for (const text of [...said, "pat: four", "[pat waits]", "pat: seven"]) {
      assertEquals(counted(rows, text), 1, `${text}:\n${rows.join("\n")}`);
    }
    await pane.shows((rows) => !isDim(rows, "four") && !isDim(rows, "seven"), { styled: true });
    await assertWhole(pane);
  },
);

testNeeding(TMUX, "five lines that are pasted are asked about once, and sent with y", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await using pane = await Pane.inChat({ home, port: server.port });
  await leslie.expect({ type: "joined" });
  await pane.pastes("not\nmeant");
  await pane.showsLast('send 2 lines ("not" ...)? y/n');
  await pane.types("n");
  await pane.showsLast("pat>");
  const lines = ["one", "  two  ", "three", "vier 漢", "five"];
  await pane.pastes(lines.join("\n"));
  await pane.showsLast('send 5 lines ("one" ...)? y/n');
  await leslie.expectQuiet();
  await pane.types("y");
  for (const text of lines) await leslie.expect({ type: "message", nick: "pat", text });
  await pane.showsLast("pat>");
  await pane.pastes("a single line");
  await pane.showsLast("pat> a single line");
  await leslie.expectQuiet();
});

const ESCAPE = String.fromCharCode(0x1b);
const STYLE = new RegExp(`${ESCAPE}\\[([\\d;]*)m`, "g");

/** Whether a text on a styled screen is: tmux says what changes from one character to the next. */
function isDim(rows: string[], text: string): boolean {
  const screen = rows.join("\n");
  let isDim = false;
  for (const [, codes] of screen.slice(0, screen.indexOf(text)).matchAll(STYLE)) {
    const each = codes!.replace(/[34]8;[25](;\d+)+/g, "39").split(";");
    for (const code of each) isDim = code === "2" || isDim && !["", "0", "22"].includes(code);
  }
  return isDim;
}

const HOSTILE: Record<string, string> = {
  "an escape": "\x1b[2J\x1b[1;1Hspoilt",
  "OSC 52": "\x1b]52;c;c3BvaWx0\x07 \x1bPtmux;\x1b\x1b]52;c;c3BvaWx0\x07\x1b\\",
  "OSC 0 and 2": "\x1b]0;spoilt\x07\x1b]2;spoilt\x1b\\\x1bkspoilt\x1b\\",
  "C1 controls": "\x9b2J\x9d0;spoilt\x9c\x90q\x9c\x85",
  "bidi": "\u202egnihton\u2066 \u200f\u061c",
  "200 combining marks": "z" + "\u0301".repeat(200) + " end",
  "wide characters at the right edge": "漢".repeat(33) + "x" + "字".repeat(40),
  "what nobody agrees about": "👩‍👩‍👧‍👦 🏳️‍🌈 ☺️ ﷽ 🇩🇪 ｱ ก็็็็็ \u1100\u1161\u11a8 \u{e0041}",
  "lines and columns": "a\tb\vc\fd\be\0f\x0e\x0f",
};

testNeeding(TMUX, "nothing that a stranger says does anything to the terminal", async () => {
  using home = new Home();
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using mallory = await NativePeer.enter(server.port, "mallory");
  await using pane = await Pane.inChat({ home, port: server.port, rows: 40 });
  for (const [number, text] of Object.values(HOSTILE).entries()) {
    await mallory.say(text);
    await mallory.say(`line ${number + 1}`);
    const rows = await pane.shows(`mallory: line ${number + 1}`);
    const name = Object.keys(HOSTILE)[number]!;
    assertEquals(rows.length, 40, name);
    assertMatch(rows.at(-3)!, /^\d\d:\d\d mallory: line \d+$/, name);
    assertEquals(bars(rows), [" #lobby · 2 here", "pat>"], name);
    assertEquals(
      talk(rows).findLast((row) => row.startsWith("mallory:") && !/line/.test(row))?.slice(0, 9),
      "mallory: ",
    );
    await assertWhole(pane);
  }
  assertEquals(await pane.variable("pane_title"), `chat ${server.address}`);
  assert(await pane.variable("window_name") !== "spoilt");
  assertEquals(await pane.order("list-buffers"), []);
  await pane.types("and goes on");
  await pane.showsLast("pat> and goes on");
});

testNeeding(TMUX, "PgUp and the wheel go back to the first of 10,000 messages", async () => {
  const COUNT = 10_000;
  using home = new Home();
  await using server = await Server.start({ flags: UNTHROTTLED });
  await using leslie = await NativePeer.enter(server.port, "leslie");
  for (let number = 1; number <= COUNT; number += 500) {
    const lines = Array.from({ length: 500 }, (_, index) => `line ${number + index}`);
    await leslie.send(...lines.map((text) => ({ type: "say", room: "lobby", text })));
    for (const text of lines) await leslie.expect({ type: "message", text });
  }
  await using pane = await Pane.inChat({ home, port: server.port, columns: 40, rows: 100 });
  const numbers = (rows: string[]) =>
    rows.flatMap((row) => / line (\d+)$/.exec(row)?.slice(1).map(Number) ?? []);
  const shown = new Set<number>();
  /** The number at the top, as soon as it is another and none is missing below it. */
  const showsOlder = async (than: number): Promise<number> => {
    const seen = numbers(
      await pane.shows((rows) => {
        const [first = than, ...others] = numbers(rows);
        return first < than && others.every((it, index) => it === first + 1 + index);
      }),
    );
    for (const number of seen) shown.add(number);
    return seen[0]!;
  };
  let first = await showsOlder(COUNT);
  assertEquals(first, COUNT - 49);
  await pane.types("\x1b[<64;1;1M");
  first = await showsOlder(first);
  for (let presses = 0; first > 1; presses++) {
    assert(presses < 20 * COUNT / 100, `line ${first} is the oldest that can be seen`);
    const isTyped = presses % 2 === 1;
    await pane.presses("PPage", isTyped ? "BSpace" : "x");
    // At the top of what has come from the server the key is pressed again: that has asked for more.
    const seen = numbers(await pane.showsLast(isTyped ? "pat>" : "pat> x"));
    for (const number of seen) shown.add(number);
    first = seen[0]!;
  }
  assertEquals(shown.size, COUNT);
  const top = await pane.shows("more below");
  assertEquals(talk(top)[1], "leslie: line 1");
  for (let number = 1; number <= 20; number++) await leslie.say(`later ${number}`);
  await leslie.expect({ type: "joined", nick: "pat" });
  for (let number = 1; number <= 20; number++) {
    await leslie.expect({ type: "message", text: `later ${number}` });
  }
  await pane.shows("new messages below");
  await pane.presses("C-u");
  await pane.types("still");
  await pane.showsLast("pat> still");
  assertEquals(talk(await pane.screen()), talk(top));
  await pane.types("\x1b[<65;1;1M");
  await pane.shows((rows) => numbers(rows)[0]! > 1);
  await pane.presses("Escape");
  await pane.shows("later 20");
  await assertWhole(pane);
});

testNeeding(
  TMUX,
  "rooms have numbers and counts, and so has whoever speaks to one alone",
  async () => {
    using home = new Home();
    await using server = await Server.start({ flags: UNTHROTTLED });
    await using leslie = await NativePeer.enter(server.port, "leslie");
    await leslie.send({ type: "join", room: "dev" }, { type: "join", room: "ops" });
    await using pane = await Pane.inChat({ home, port: server.port, columns: 100 });
    for (const room of ["dev", "ops"]) {
      await pane.enters(`/join ${room}`);
      await pane.shows((rows) => rows.at(-2)!.startsWith(` #${room} · 2 here`));
    }
    await leslie.say("one", { room: "dev" });
    await leslie.say("two, pat", { room: "dev" });
    await leslie.say("three");
    await pane.shows((rows) => rows.at(-2)! === " #ops  2:#dev 2!  1:#lobby 1 · 2 here");
    await pane.presses("M-1");
    await pane.shows("leslie: three");
    await pane.presses("M-2");
    await pane.shows(
      /── new ─+\n.*leslie: one\n.*leslie: two, pat\n #dev · 2 here.* {2}1:#lobby {2}3:#ops\n/,
    );
    await pane.presses("M-3");
    await pane.enters("to ops");
    await pane.shows("pat: to ops");
    await leslie.send({ type: "tell", nick: "pat", text: "psst" });
    await pane.shows(/leslie speaks to you alone: Alt-4 shows it\n #ops {2}4:@leslie 1!/m);
    await pane.presses("M-4");
    await pane.enters("yes?");
    await pane.shows(/leslie -> pat: psst\n.*pat -> leslie: yes\?\n @leslie/);
    assert(!(await pane.screen()).some((row) => row.includes("to ops")));
    await pane.enters("/close");
    await pane.shows((rows) => rows.at(-2)!.startsWith(" #ops"));
  },
);

const COLOURS = new RegExp(`${ESCAPE}\\[([\\d;]*;)?(3[0-8]|4[0-8]|9\\d|10\\d)[;m]`);

testNeeding(TMUX, "there are colours, but none with NO_COLOR or --color never", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using leslie = await NativePeer.enter(server.port, "leslie");
  await leslie.say("in colour?");
  const ways: [env: Record<string, string>, flags: string, isColoured: boolean][] = [
    [{}, "", true],
    [{ NO_COLOR: "1" }, "", false],
    [{}, "--color never", false],
    [{ NO_COLOR: "1" }, "--color always", true],
  ];
  for (const [env, flags, isColoured] of ways) {
    await using pane = await Pane.inChat({ home, port: server.port, env, flags });
    const rows = await pane.shows("in colour?", { styled: true });
    assertEquals(COLOURS.test(rows.join("\n")), isColoured, `${JSON.stringify(env)} ${flags}`);
    await pane.enters("/q");
    await pane.shows((rows) => rows.includes(PROMPT));
  }
});

testNeeding(TMUX, "TERM=dumb and --plain are lines, and --json is JSON, as in a pipe", async () => {
  using home = new Home();
  await using server = await Server.start();
  await using _leslie = await NativePeer.enter(server.port, "leslie");
  for (const [nick, before, flags] of [["pat", "TERM=dumb", ""], ["chris", "", "--plain"]]) {
    await using pane = await Pane.open({ home });
    await pane.enters(`${before} chat connect ${nick} 127.0.0.1 ${server.port} ${flags}`);
    await pane.shows(new RegExp(`^\\*\\*\\* ${nick} has joined the chat$`, "m"));
    assertEquals(await pane.variable("alternate_on"), "0");
    await pane.enters("hello");
    await pane.shows(`${nick}: hello`);
    await pane.enters("/q");
    await pane.shows((rows) => rows.includes(PROMPT));
  }
  await using pane = await Pane.open({ home, columns: 300 });
  await pane.enters(`chat connect kim 127.0.0.1 ${server.port} --json | cat`);
  await pane.shows(/^\{"type":"joined",.*"nick":"kim"/m);
  assertEquals(await pane.variable("alternate_on"), "0");
  const piped = new Program(["connect", "ci", "127.0.0.1", `${server.port}`, "--json"], { home });
  await using program = piped;
  await program.type("hi\n");
  await program.endInput();
  const { stdout, code } = await program.ended();
  const types = stdout.trimEnd().split("\n").map((line) => JSON.parse(line).type);
  assert(types.includes("message"), stdout);
  assertEquals(code, 0);
});
