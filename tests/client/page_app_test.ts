import { assert, assertEquals, assertMatch } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { doorAdvice } from "../../src/client/page_advice.ts";
import { pageApp } from "../../src/client/page_app.ts";
import type { Before, Page } from "../../src/client/page_model.ts";
import type { Wish } from "../../src/client/page_wishes.ts";
import type { Action, Input } from "../../src/client/person.ts";
import { message, tell } from "../chat/events.ts";

/** Somebody in front of the page: what they do and are told goes in, what the page knows comes out. */
class Reader {
  model: Page;
  done: string[] = [];
  #app;

  constructor(before?: Before, room = "lobby") {
    this.#app = pageApp(before);
    [this.model] = this.#app.start({
      nick: "pat",
      isNickGiven: true,
      room,
      showsReplay: true,
      echoes: false,
      token: "a secret of their own",
      reconnectMilliseconds: Infinity,
    });
    this.take({
      type: "status",
      status: { isIn: true, wasIn: true, retryMilliseconds: 0, pending: [] },
    });
  }

  static in(...rooms: string[]): Reader {
    const reader = new Reader();
    reader.hears(tell("entered", { nick: "pat", rooms: [] }));
    for (const room of ["lobby", ...rooms]) {
      reader.hears(tell("joined", { room, nick: "pat" }));
      reader.hears(tell("roster", { room, nicks: ["pat", "leslie"] }));
    }
    reader.done = [];
    return reader;
  }

  take(...inputs: Input[]) {
    for (const input of inputs) {
      const [model, actions] = this.#app.update(this.model, input);
      this.model = model;
      this.done.push(...actions.map(words));
    }
  }

  hears(...events: Event[]) {
    for (const event of events) this.take({ type: "event", event });
  }

  wishes(wish: Wish) {
    this.take({ type: "wish", wish });
  }

  types(line: string) {
    this.take({ type: "line", line, id: "" });
  }

  reads(place = this.model.current): string[] {
    const buffer = this.model.buffers.find(({ name }) => name === place);
    return (buffer?.entries ?? []).filter(({ kind }) => kind !== "notice").map(({ text }) => text);
  }
}

function words(action: Action): string {
  if (action.type !== "send") return action.type === "exit" ? `exit ${action.code}` : action.type;
  const { type, ...fields } = action.command;
  const given = Object.entries(fields).filter(([, value]) => value).map(([name, it]) =>
    `${name}=${it}`
  );
  return [type, ...given.sort()].join(" ");
}

function said(...numbers: number[]) {
  return numbers.map((seq) => {
    const { type: _, ...said } = message({ seq, text: `line ${seq}`, nick: "leslie" });
    return said;
  });
}

const history = (...numbers: number[]) =>
  tell("history", { room: "lobby", messages: said(...numbers), last: 100 });

Deno.test("after a reload one is where one was, and what was not confirmed is said again", () => {
  const pending = [ask("say", { room: "dev", text: "was I heard?", id: "an id" })];
  const reader = new Reader({ rooms: ["lobby", "dev"], place: "@leslie", pending });
  reader.done = [];
  reader.hears(tell("entered", { nick: "pat", rooms: ["lobby"] }));
  assertEquals(reader.done, ["join room=dev", "say id=an id room=dev text=was I heard?"]);
  assertEquals(reader.model.buffers.map(({ name }) => name), ["#lobby", "@leslie", "#dev"]);
  assertEquals(reader.model.current, "@leslie");
  reader.done = [];
  reader.hears(tell("entered", { nick: "pat", rooms: ["lobby", "dev"] }));
  assert(!reader.done.some((it) => it.startsWith("say")), "only once");
});

Deno.test("going to a room joins it, and to one where one is only looks there", () => {
  const reader = Reader.in("dev");
  reader.wishes({ type: "go", place: "#lobby" });
  reader.wishes({ type: "go", place: "#Ops" });
  assertEquals([reader.model.current, reader.done], ["#lobby", ["join room=ops"]]);
  reader.wishes({ type: "go", place: "@leslie" });
  assertEquals(reader.model.current, "@leslie");
});

Deno.test("a room that was left and is still looked at can be gone into again", () => {
  const reader = Reader.in();
  reader.types("/part");
  reader.hears(tell("parted", { room: "lobby", nick: "pat" }));
  reader.done = [];
  reader.types("/join lobby");
  assertEquals(reader.done, ["join room=lobby"]);
});

Deno.test("what comes while nobody looks is new, and read when somebody does", () => {
  const reader = Reader.in();
  reader.hears(message({ seq: 1, text: "before" }));
  reader.wishes({ type: "focus", isFocused: false });
  reader.hears(message({ seq: 2, text: "pat: hello" }));
  const [buffer] = reader.model.buffers;
  assertEquals([buffer?.unread, buffer?.mentions, buffer?.seen?.text], [1, 1, "before"]);
  reader.wishes({ type: "focus", isFocused: true });
  assertEquals(reader.model.buffers[0]?.unread, 0);
});

Deno.test("what is found is kept newest first, and more of it comes after it", () => {
  const reader = Reader.in();
  reader.wishes({ type: "search", text: "line", room: "" });
  reader.hears(tell("found", { text: "line", messages: said(8, 9), next: 8 }));
  reader.wishes({ type: "search on" });
  reader.wishes({ type: "search on" });
  reader.hears(tell("found", { text: "line", messages: said(6, 7) }));
  assertEquals(reader.done, ["search text=line", "search before=8 text=line"]);
  assertEquals(reader.model.search?.found.map(({ seq }) => seq), [9, 8, 7, 6]);
  assertEquals([reader.model.search?.next, reader.model.search?.isWaiting], [0, false]);
});

Deno.test("a search that is refused is over", () => {
  const reader = Reader.in();
  reader.wishes({ type: "search", text: "line", room: "" });
  reader.hears(tell("failed", { command: "search", code: "unavailable" }));
  assertEquals(reader.model.search, undefined);
});

Deno.test("a message that was found is shown among its neighbours, which are asked for", () => {
  const reader = Reader.in();
  reader.hears(history(99, 100));
  const target = { place: "#lobby", seq: 50 };
  reader.wishes({ type: "show", target });
  assertEquals([reader.done, reader.model.target], [
    ["history around=50 limit=60 room=lobby"],
    target,
  ]);
  reader.hears(history(49, 50, 51));
  assertEquals(reader.reads(), [49, 50, 51, 99, 100].map((seq) => `line ${seq}`));
  reader.wishes({ type: "shown" });
  assertEquals(reader.model.target, undefined);
});

Deno.test("a gap is filled from below, and one that nothing fills is none", () => {
  const reader = Reader.in();
  reader.hears(history(1, 2, 8, 9));
  reader.wishes({ type: "between", before: 8 });
  reader.hears(history(2, 6, 7));
  assertEquals(reader.reads(), [1, 2, 6, 7, 8, 9].map((seq) => `line ${seq}`));
  assertEquals([...reader.model.voids], []);
  reader.hears(history(1, 2));
  assertEquals([...reader.model.voids], ["#lobby 6"]);
});

Deno.test("older messages with a person are asked for by the oldest of all such messages", () => {
  const reader = Reader.in();
  const direct = (seq: number, nick: string) => ({
    nick,
    to: "pat",
    seq,
    at: seq,
    text: `${seq}`,
    id: "",
  });
  reader.hears(
    tell("directs", { messages: [direct(5, "chris"), direct(6, "leslie")], more: true }),
  );
  reader.wishes({ type: "go", place: "@leslie" });
  reader.done = [];
  reader.wishes({ type: "older" });
  reader.wishes({ type: "older" });
  assertEquals(reader.done, ["directs before=5 limit=200"]);
  reader.hears(tell("directs", { messages: [direct(1, "leslie"), direct(2, "chris")] }));
  assertEquals([reader.reads("@leslie"), reader.reads("@chris")], [["1", "6"], ["2", "5"]]);
  reader.done = [];
  reader.wishes({ type: "older" });
  assertEquals(reader.done, [], "there is no more");
});

Deno.test("what the server could not read may be asked for again", () => {
  const reader = Reader.in();
  reader.hears(history(8, 9));
  reader.wishes({ type: "older" });
  reader.hears(tell("failed", { command: "history", code: "unavailable", about: "lobby" }));
  reader.wishes({ type: "older" });
  assertEquals(reader.done, [
    "history before=8 limit=200 room=lobby",
    "history before=8 limit=200 room=lobby",
  ]);
});

Deno.test("the rooms that there are go where they were asked for", () => {
  const reader = Reader.in();
  reader.wishes({ type: "directory" });
  reader.hears(tell("rooms", { rooms: [{ room: "dev", members: 2 }] }));
  assertEquals(reader.model.directory, [{ room: "dev", members: 2 }]);
});

Deno.test("an end is a goodbye, or says what the server gave as its reason", () => {
  const left = Reader.in();
  left.types("/quit");
  left.take({ type: "disconnected", now: 0, chance: 0 });
  assertEquals(left.done, ["quit", "exit 0"]);
  const closed = Reader.in();
  closed.hears(tell("closing", { reason: "you are elsewhere", final: true }));
  closed.take({ type: "disconnected", now: 0, chance: 0 });
  assertEquals([closed.done, closed.model.farewell], [["exit 1"], "you are elsewhere"]);
});

Deno.test("who is not let in is told why, and the conversation is over", () => {
  const reader = new Reader();
  reader.hears(tell("failed", { command: "hello", code: "nick-owned", about: "pat" }));
  assertEquals(reader.done, ["exit 1"]);
  const { refusal } = reader.model;
  assertEquals(refusal?.code, "nick-owned");
  assertMatch(doorAdvice(refusal!, false), /^pat is somebody's name\..*pat-guest\.$/);
});

Deno.test("a locked room asks for its password until it is right, or nobody wants in", () => {
  const reader = Reader.in();
  const refusal = tell("failed", { command: "join", code: "bad-password", about: "dev" });
  reader.types("/join dev");
  reader.hears(refusal);
  assertEquals(reader.model.knock, { room: "dev", isWrong: false });
  reader.wishes({ type: "knock", room: "dev", password: "a guess" });
  reader.hears(refusal);
  assertEquals(reader.model.knock, { room: "dev", isWrong: true });
  reader.wishes({ type: "knock no more" });
  reader.types("/join dev");
  reader.hears(refusal);
  assertEquals(reader.model.knock, { room: "dev", isWrong: false });
  reader.wishes({ type: "knock", room: "dev", password: "sesame" });
  reader.hears(tell("joined", { room: "dev", nick: "pat" }));
  assertEquals([reader.model.knock, reader.model.current], [undefined, "#dev"]);
  assertEquals(reader.done.filter((it) => it.startsWith("join")), [
    "join room=dev",
    "join password=a guess room=dev",
    "join room=dev",
    "join password=sesame room=dev",
  ]);
});

Deno.test("a token is there until it has been seen, and stands nowhere else", () => {
  const reader = Reader.in();
  reader.hears(tell("token", { nick: "pat", token: "a secret" }));
  assertEquals(reader.model.token?.token, "a secret");
  reader.wishes({ type: "token seen" });
  assert(!JSON.stringify(reader.model).includes("a secret"));
});

Deno.test("who wants what takes a key is told why there is none", () => {
  const reader = Reader.in();
  reader.wishes({ type: "keyless", why: "this browser makes none" });
  reader.hears(tell("failed", { command: "claim", code: "no-key" }));
  assertMatch(notices(reader).at(-1)!, /takes a key.*: this browser makes none$/);
});

Deno.test("who is refused a wish is told what can be done about it", () => {
  const reader = Reader.in();
  const told = (command: string, code: string, about = "dev") => {
    reader.hears(tell("failed", { command, code, about }));
    return notices(reader).at(-1)!;
  };
  assertMatch(told("join", "not-invited"), /#dev.*\/invite/);
  assertMatch(told("join", "banned"), /out of #dev/);
  assertMatch(told("say", "muted"), /^dev: you may only listen, until/);
  assertMatch(told("rename", "nick-owned", "ada"), /\/login ada/);
  assertMatch(told("login", "bad-proof", ""), /no token for this name/);
});

Deno.test("who is sent out of a room is elsewhere, and told by whom and why", () => {
  const reader = Reader.in("dev");
  assertEquals(reader.model.current, "#dev");
  reader.hears(tell("kicked", { room: "dev", nick: "pat", by: "olga", reason: "flooding" }));
  assertEquals(reader.model.current, "#lobby");
  assertEquals(reader.model.buffers.map(({ name }) => name), ["#lobby"]);
  assertMatch(notices(reader).at(-1)!, /^pat was sent out of #dev by olga: flooding$/);
});

function notices({ model }: Reader): string[] {
  const buffer = model.buffers.find(({ name }) => name === model.current);
  return (buffer?.entries ?? []).filter(({ kind }) => kind === "notice").map(({ text }) => text);
}

Deno.test("Alt with an arrow or a number follows the list as it is seen: rooms, then people", () => {
  const reader = Reader.in();
  reader.hears(tell("told", { nick: "leslie", to: "pat", at: 5, text: "psst", seq: 1 }));
  reader.hears(tell("joined", { room: "dev", nick: "pat" }));
  const seen: string[] = [];
  for (const index of [0, 1, 2]) {
    reader.wishes({ type: "number", index });
    seen.push(reader.model.current);
  }
  assertEquals(seen, ["#lobby", "#dev", "@leslie"]);
  reader.wishes({ type: "step", by: 1 });
  assertEquals(reader.model.current, "#lobby");
  reader.wishes({ type: "step", by: -1 });
  assertEquals(reader.model.current, "@leslie");
});

Deno.test("/query finds whoever is meant, however their name is written", () => {
  const reader = Reader.in();
  reader.types("/query LESLIE");
  assertEquals(reader.model.current, "@leslie");
});

Deno.test("who speaks to somebody alone from a room is told that it went", () => {
  const reader = Reader.in();
  reader.hears(tell("told", { nick: "pat", to: "leslie", at: 5, text: "psst", seq: 1 }));
  const here = reader.model.buffers.find(({ name }) => name === "#lobby")!.entries;
  assertEquals(here.at(-1)?.text, "you have spoken to leslie alone");
});
