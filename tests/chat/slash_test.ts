import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import { help, holdsSecret, readLine, writeLine } from "../../src/chat/slash.ts";

const READ: [typed: string, meant: Command][] = [
  ["hello there", { type: "say", room: "lobby", text: "hello there", id: "" }],
  ["  indented", { type: "say", room: "lobby", text: "  indented", id: "" }],
  ["//me too", { type: "say", room: "lobby", text: "/me too", id: "" }],
  ["/me goes  out", { type: "act", room: "lobby", text: "goes  out", id: "" }],
  ["/message chris how's it going?", {
    type: "tell",
    nick: "chris",
    text: "how's it going?",
    id: "",
  }],
  ["/msg  chris   hi", { type: "tell", nick: "chris", text: "hi", id: "" }],
  ["/join #Dev", ask("join", { room: "Dev" })],
  ["/part", { type: "part", room: "lobby" }],
  ["/part dev", { type: "part", room: "dev" }],
  ["/nick kris", { type: "rename", nick: "kris" }],
  ["/users", { type: "who", room: "lobby" }],
  ["/rooms", { type: "rooms" }],
  ["/history", ask("history", { room: "lobby" })],
  ["/history 20", ask("history", { room: "lobby", limit: 20 })],
  ["/history 5", ask("history", { room: "lobby", limit: 5 })],
  ["/search cinema  tonight ", ask("search", { room: "lobby", text: "cinema  tonight" })],
  ['/search "a b"', ask("search", { room: "lobby", text: '"a b"' })],
  ["/seen pat", ask("seen", { nick: "pat" })],
  ["/q", { type: "quit", reason: "" }],
  ["/quit see you", { type: "quit", reason: "see you" }],
];

for (const [typed, meant] of READ) {
  Deno.test(`typed: ${typed}`, () => assertEquals(readLine(typed, "lobby"), meant));
}

const MISTAKES: [typed: string, hint: string, resembles: boolean][] = [
  ["/jion dev", "there is no /jion: did you mean /join?", true],
  ["/mesage bob secret", "there is no /mesage: did you mean /message?", true],
  ["/foo", "there is no /foo: /help lists what there is", false],
  ["/", "there is no /: /help lists what there is", false],
  ["/constructor", "there is no /constructor: /help lists what there is", false],
  ["/__proto__ x", "there is no /__proto__: /help lists what there is", false],
  ["/message chris", "usage: /message <nick> <text>", true],
  ["/join", "usage: /join <room> [password]", true],
  ["/search", "usage: /search <text>", true],
  ["/seen", "usage: /seen <nick>", true],
  ["/serach tea", "there is no /serach: did you mean /search?", true],
  ["/history -5", "usage: /history [limit]", true],
  ["/history all", "usage: /history [limit]", true],
  ["/history 9999999999", "usage: /history [limit]", true],
  ["/lgoin chris 0pen", "there is no /lgoin: did you mean /login?", true],
  [" /login chris 0pen", "a command has nothing before it", true],
  ["/identify 0pen", "there is no /identify: did you mean /login?", true],
  ["/login: chris 0pen", "there is no /login:: did you mean /login?", true],
];

for (const [typed, text, resembles] of MISTAKES) {
  Deno.test(`mistyped: ${typed}`, () => {
    assertEquals(readLine(typed, "lobby"), { type: "mistake", text, resembles });
  });
}

const SECRETS: [typed: string, isOne: boolean][] = [
  ["/login chris 0pen", true],
  ["/LOGIN 0pen", true],
  ["/ login chris 0pen", true],
  ["/join board 0pen", true],
  ["/jion board 0pen", true],
  ["/lock 0pen", true],
  ["/pass 0pen", true],
  ["/join board", false],
  ["/lock", false],
  ["/login", false],
  ["/me logs in", false],
  ["/foo bar baz", false],
  ["//login is how one logs in", false],
  ["login chris 0pen", false],
  ["/usr/bin/login chris 0pen", false],
  ["", false],
];

for (const [typed, isOne] of SECRETS) {
  Deno.test(`${isOne ? "nobody else may see" : "anybody may see"}: ${typed}`, () => {
    assertEquals(holdsSecret(typed), isOne);
  });
}

Deno.test("law: a command written as a line is read as the same command", () => {
  for (const [, command] of READ) {
    const line = writeLine(command);
    assert(line !== undefined);
    assertEquals(readLine(line, "lobby"), command, line);
  }
  assertEquals(writeLine({ type: "ping", token: "t" }), undefined);
});

Deno.test("help lists each command that can be typed, one to a line", () => {
  const lines = help();
  for (const word of ["/join <room>", "/me <text>", "/message <nick> <text>", "/quit [reason]"]) {
    assertEquals(lines.filter((line) => line.startsWith(word)).length, 1, word);
  }
});
