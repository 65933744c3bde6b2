import { assertEquals } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import { subjectOf, timeOf } from "../../src/chat/rules.ts";
import { Evening } from "./evening.ts";

const ROOT = `ed25519:${"r".repeat(43)}`;
const OPS = `ed25519:${"o".repeat(43)}`;
const PAT = `ed25519:${"p".repeat(43)}`;
const OTHER = `ed25519:${"q".repeat(43)}`;

/**
 * In the lobby: root (1), an operator of the server; olga (2), whom it has made one of the lobby; pat (3),
 * with a key; mallory (4), without one.
 */
function evening(): Evening {
  const it = new Evening({ operators: new Set([ROOT]) });
  const people = [["root", ROOT], ["olga", OPS], ["pat", PAT], ["mallory", ""]] as const;
  for (const [index, [nick, key]] of people.entries()) {
    const peer = `10.0.0.${index + 1}:5000`;
    it.does(index + 1, ask("hello", { nick }), { key, peer });
    it.does(index + 1, ask("join", { room: "lobby" }));
  }
  it.types(1, "/op olga");
  return it;
}

const hello = ask("hello", { nick: "mallory" });
const join = (room: string, password = "") => ask("join", { room, password });

Deno.test("who is no operator orders nothing", () => {
  const it = evening();
  const orders = [
    ...["/kick pat", "/ban pat", "/unban pat", "/mute pat", "/unmute pat", "/op mallory"],
    ...[
      "/deop olga",
      "/invite pat",
      "/uninvite pat",
      "/lock",
      "/unlock",
      "/banish pat",
      "/unbanish pat",
    ],
  ];
  for (const order of orders) {
    const [command] = order.slice(1).split(" ");
    assertEquals(it.types(4, order), [`4 < failed ${command} not-allowed`], order);
  }
});

Deno.test("an operator of one room is none of another, nor of the server", () => {
  const it = evening();
  it.does(2, join("dev"));
  assertEquals(it.types(2, "/kick pat", "dev"), ["2 < failed kick not-allowed"]);
  assertEquals(it.types(2, "/banish mallory"), ["2 < failed banish not-allowed"]);
});

Deno.test("somebody who is kicked is out of the room, and may come again", () => {
  const it = evening();
  assertEquals(it.types(2, "/kick mallory too loud"), [
    "1,2,3 < kicked lobby mallory olga too loud",
    "4 < kicked lobby mallory olga too loud",
  ]);
  assertEquals(it.types(4, "but"), ["4 < failed say not-a-member lobby"]);
  assertEquals(it.does(4, join("lobby"))[0], "1,2,3,4 < joined lobby mallory");
});

Deno.test("somebody who is banned is out, and stays out of that room alone", () => {
  const it = evening();
  assertEquals(it.types(2, "/ban mallory spam and worse"), [
    "1,2,3,4 < ruled lobby ban nick:mallory olga 0 spam and worse",
    "1,2,3 < kicked lobby mallory olga spam and worse",
    "4 < kicked lobby mallory olga spam and worse",
  ]);
  assertEquals(it.does(4, join("lobby")), ["4 < failed join banned lobby"]);
  assertEquals(it.does(4, join("dev"))[0], "4 < joined dev mallory");
  it.types(2, "/unban mallory");
  assertEquals(it.does(4, join("lobby"))[0], "1,2,3,4 < joined lobby mallory");
});

Deno.test("a ban is of somebody's key where they have one, and another name does not help", () => {
  const it = evening();
  it.types(2, "/ban pat");
  it.types(3, "/nick innocent", "dev");
  assertEquals(it.does(3, join("lobby")), ["3 < failed join banned lobby"]);
});

Deno.test("whoever is meant by their key is told of by their name", () => {
  const it = evening();
  const [ruled] = it.types(2, "/mute pat 1m");
  assertEquals(ruled, `1,2,3,4 < ruled lobby mute key:${PAT} olga 61000  pat`);
  assertEquals(it.types(2, "/unmute pat"), [`1,2,3,4 < lifted lobby mute key:${PAT} olga pat`]);
});

Deno.test("a ban of a network is of all who come from there", () => {
  const it = evening();
  it.types(1, "/ban 10.0.0.4/31");
  it.does(5, ask("hello", { nick: "eve" }), { peer: "10.0.0.5:9" });
  assertEquals(it.does(5, join("lobby")), ["5 < failed join banned lobby"]);
  it.does(6, ask("hello", { nick: "bob" }), { peer: "10.0.0.6:9" });
  assertEquals(it.does(6, join("lobby"))[0], "1,2,3,6 < joined lobby bob");
});

Deno.test("a ban with a time ends by itself", () => {
  const it = evening();
  it.types(2, "/ban mallory 10m");
  it.now += 599_999;
  assertEquals(it.does(4, join("lobby")), ["4 < failed join banned lobby"]);
  it.now += 1;
  assertEquals(it.does(4, join("lobby"))[0], "1,2,3,4 < joined lobby mallory");
});

Deno.test("what begins like a time and is none is asked about again, and a word begins the reason", () => {
  const it = evening();
  for (const time of ["5y", "10", "1h30", "-1d", "3.5h", "~10m", ".5h", "½h", "(10m)", "0m"]) {
    assertEquals(it.types(2, `/ban mallory ${time} spam`), [`2 < failed ban bad-time ${time}`]);
  }
  assertEquals(it.types(2, "/ban mallory for 10m"), ["2 < failed ban bad-time for"]);
  for (const reason of ["rude today", "for shouting", "3rd time"]) {
    const [muted] = it.types(2, `/mute mallory ${reason}`);
    assertEquals(muted?.includes(reason), true, reason);
  }
});

Deno.test("whoever keeps out a name that nobody here has is told so", () => {
  const it = evening();
  const told = "2 < notice nobody here is called malory: it holds for whoever comes with that name";
  assertEquals(it.types(2, "/ban malory").at(-1), `${told} true`);
  assertEquals(it.types(2, "/ban mallory").filter((line) => line.includes("notice")), []);
  assertEquals(it.types(2, "/ban 10.9.9.9").filter((line) => line.includes("notice")), []);
});

Deno.test("whoever is muted hears all and says nothing, there", () => {
  const it = evening();
  it.types(2, "/mute mallory 1h");
  assertEquals(it.types(4, "hi"), ["4 < failed say muted lobby"]);
  assertEquals(it.types(4, "/me shouts"), ["4 < failed act muted lobby"]);
  assertEquals(it.types(3, "hi"), ["1,2,3,4 < message lobby 1 pat hi false"]);
  it.does(4, join("dev"));
  assertEquals(it.types(4, "hi", "dev"), ["4 < message dev 2 mallory hi false"]);
  assertEquals(it.types(4, "/nick HEAR_ME"), ["4 < failed rename muted lobby"], "of a name");
  it.types(2, "/unmute mallory");
  assertEquals(it.types(4, "hi"), ["1,2,3,4 < message lobby 3 mallory hi false"]);
});

Deno.test("who is muted somewhere says nothing by quitting either", () => {
  const it = evening();
  it.types(2, "/mute mallory");
  assertEquals(it.types(4, "/quit so there")[0], '1,2,3 < quitted mallory ["lobby"]');
  assertEquals(it.types(3, "/quit good night")[0], '1,2 < quitted pat ["lobby"] good night');
});

Deno.test("whoever is banished is off the server, and is not let in again", () => {
  const it = evening();
  assertEquals(it.types(1, "/banish mallory 7d spam"), [
    "1 < ruled  ban nick:mallory root 604801000 spam",
    "4 < closing you are kept out: spam true",
    '1,2,3 < quitted mallory ["lobby"]',
    "close 4",
  ]);
  assertEquals(
    it.does(5, hello),
    ["5 < failed hello banned", "close 5"].map((line) => line.replace("banned", "banned spam")),
  );
  it.types(1, "/unbanish mallory");
  assertEquals(it.does(5, hello), ["5 < entered mallory []"]);
});

Deno.test("nobody orders anything about an operator of the server, or about themselves", () => {
  const it = evening();
  for (const order of ["/ban root", "/mute root", "/kick root", "/ban 10.0.0.0/24"]) {
    assertEquals(it.types(2, order)[0]?.includes("not-allowed"), true, order);
  }
  assertEquals(it.types(2, "/ban olga"), ["2 < failed ban not-allowed olga"]);
});

Deno.test("nobody becomes an operator by a nick alone", () => {
  assertEquals(evening().types(1, "/op mallory"), ["1 < failed op no-key mallory"]);
});

Deno.test("an operator is one as long as it is not taken back", () => {
  const it = evening();
  it.types(1, "/deop olga");
  assertEquals(it.types(2, "/kick mallory"), ["2 < failed kick not-allowed"]);
  assertEquals(it.types(1, "/deop olga"), ["1 < failed deop no-such-rule olga"]);
});

Deno.test("into a locked room come those who are invited, and operators", () => {
  const it = evening();
  it.does(1, join("board"));
  assertEquals(it.types(1, "/lock", "board"), ["1 < locked board root"]);
  assertEquals(it.does(4, join("board")), ["4 < failed join not-invited board"]);
  it.types(1, "/invite mallory", "board");
  assertEquals(it.does(4, join("board"))[0], "1,4 < joined board mallory");
  it.types(1, "/uninvite mallory", "board");
  it.does(4, ask("part", { room: "board" }));
  assertEquals(it.does(4, join("board")), ["4 < failed join not-invited board"]);
  it.types(1, "/unlock", "board");
  assertEquals(it.does(3, join("board"))[0], "1,3 < joined board pat");
});

Deno.test("into a room with a password come those who know it, and it is told to nobody", () => {
  const it = evening();
  it.does(1, join("board"));
  assertEquals(it.types(1, "/lock sesame", "board"), ["1 < locked board root *"]);
  assertEquals(it.does(4, join("board")), ["4 < failed join bad-password board"]);
  assertEquals(it.does(4, join("board", "open")), ["4 < failed join bad-password board"]);
  assertEquals(it.types(4, "/join board sesame")[0], "1,4 < joined board mallory");
});

Deno.test("who is in a locked room is not told outside", () => {
  const it = evening();
  it.does(1, join("board"));
  it.types(1, "/lock", "board");
  assertEquals(it.types(4, "/users board"), ["4 < failed who not-a-member board"]);
});

Deno.test("a topic is told to the room and to whoever comes; where there are operators they set it", () => {
  const it = evening();
  assertEquals(it.types(4, "/topic mine"), ["4 < failed topic not-allowed"]);
  assertEquals(it.types(2, "/topic tea at five"), ["1,2,3,4 < topic lobby olga tea at five"]);
  assertEquals(it.types(4, "/topic"), ["4 < topic lobby  tea at five"]);
  it.does(5, ask("hello", { nick: "eve" }));
  assertEquals(it.does(5, join("lobby")).at(-1), "5 < topic lobby  tea at five");
  it.does(4, join("garden"));
  assertEquals(it.types(4, "/topic roses", "garden"), ["4 < topic garden mallory roses"]);
  assertEquals(it.types(4, "/topic -", "garden"), ["4 < topic garden mallory"]);
});

Deno.test("the rules of a room are told to those in it, and who is kept out to operators alone", () => {
  const it = evening();
  it.types(2, "/ban 10.9.9.9");
  const [toMallory] = it.types(4, "/rules");
  const [toOlga] = it.types(2, "/rules");
  assertEquals([toMallory?.includes("10.9.9.9"), toOlga?.includes("10.9.9.9")], [false, true]);
  assertEquals(it.does(4, ask("rules", {})), ["4 < failed rules not-allowed"]);
  assertEquals(it.does(1, ask("rules", {}))[0]?.startsWith("1 < rules"), true);
});

Deno.test("what holds goes on holding after a restart", () => {
  const it = evening();
  for (const order of ["/ban mallory", "/mute 10.0.0.9 2h", "/lock sesame", "/topic tea"]) {
    it.types(1, order);
  }
  it.types(1, "/banish 10.6.6.6");
  it.types(1, "/unban mallory");
  const { rules, locks, topics } = it.afterRestart().hub.snapshot();
  const before = it.hub.snapshot();
  assertEquals([rules, locks, topics], [before.rules, before.locks, before.topics]);
});

Deno.test("a closed server asks for its password", () => {
  const it = new Evening({ password: "digest of sesame" });
  assertEquals(it.does(1, hello), ["1 < failed hello bad-password"]);
  const knows = ask("hello", { nick: "mallory", password: "sesame" });
  assertEquals(it.does(1, knows), ["1 < entered mallory []"]);
});

Deno.test("times and subjects are what they look like, or nothing", () => {
  assertEquals(["90s", "10min", "2hours", "7d", "1week", "m", "10", "1y", "-1d"].map(timeOf), [
    ...[90_000, 600_000, 7_200_000, 604_800_000, 604_800_000],
    ...[undefined, undefined, undefined, undefined],
  ]);
  assertEquals(["pat", "10.0.0.0/8", "::1", PAT, "#dev", "a b"].map(subjectOf), [
    ...["nick:pat", "address:10.0.0.0/8", "address:::1", `key:${PAT}`, undefined, undefined],
  ]);
});

Deno.test("who was in a locked room, and that there is one, is told to nobody outside", () => {
  const it = evening();
  it.does(1, join("board"));
  it.types(1, "/lock", "board");
  assertEquals(it.types(4, "/rooms"), ['4 < rooms [{"room":"lobby","members":4}]']);
  assertEquals(it.vanishes(1)[0], '2,3,4 < quitted root ["lobby"]');
});

Deno.test("whoever comes back from an address that is kept out is kept out", () => {
  const it = evening();
  it.types(1, "/banish 10.9.9.9");
  const back = it.hub.resume(4, { now: it.now, peer: "10.9.9.9:7", key: "" });
  assertEquals(back.map(({ type }) => type), ["reply", "publish"]);
});

Deno.test("whoever had no key is known by the one that they prove when they come back", () => {
  const it = evening();
  const back = { now: it.now, peer: "10.0.0.4:7" };
  it.hub.resume(4, { ...back, key: ROOT });
  assertEquals(it.types(4, "/kick pat").at(-1), "3 < kicked lobby pat mallory");
  it.hub.resume(4, { ...back, key: "" });
  assertEquals(it.types(4, "/kick olga").at(-1), "2 < kicked lobby olga mallory");
});

Deno.test("nobody sheds what is held against their key by coming back with another", () => {
  const it = evening();
  it.types(2, "/mute pat");
  it.hub.resume(3, { now: it.now, peer: "10.0.0.3:7", key: OTHER });
  assertEquals(it.types(3, "hi"), ["3 < failed say muted lobby"]);
  it.hub.resume(1, { now: it.now, peer: "10.0.0.1:7", key: OTHER });
  assertEquals(it.types(1, "/kick mallory").at(-1), "4 < kicked lobby mallory root");
});

Deno.test("who is muted as a guest may still take the name that is theirs", () => {
  const it = evening();
  it.types(3, "/claim");
  it.vanishes(3);
  it.does(5, ask("hello", { nick: "guest" }));
  it.does(5, join("lobby"));
  it.types(2, "/mute guest");
  assertEquals(it.types(5, "/nick else"), ["5 < failed rename muted lobby"]);
  const [renamed] = it.does(5, ask("rename", { nick: "pat" }), { key: PAT });
  assertEquals(renamed, "1,2,4,5 < renamed guest pat");
});

Deno.test("what /rules shows under a name is taken back by that name, whoever bears it now", () => {
  const it = evening();
  it.does(1, join("board"));
  it.types(1, "/lock", "board");
  it.types(1, "/invite pat", "board");
  it.vanishes(3);
  assertEquals(it.types(1, "/uninvite PAT", "board").length, 1);
  it.does(3, ask("hello", { nick: "pat" }), { key: PAT });
  assertEquals(it.does(3, join("board")), ["3 < failed join not-invited board"]);
});

Deno.test("an operator of a room may be muted there, and one of the server may not", () => {
  const it = evening();
  it.types(1, "/mute olga");
  assertEquals(it.types(2, "hi"), ["2 < failed say muted lobby"]);
});
