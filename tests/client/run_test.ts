import { assert, assertEquals, assertRejects } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { appFor, type Running } from "../../src/client/apps.ts";
import { Link } from "../../src/client/link.ts";
import type { Action, Input } from "../../src/client/person.ts";
import { run, type RunOptions } from "../../src/client/run.ts";
import { native } from "../../src/wire/native.ts";
import { message, tell } from "../chat/events.ts";
import { FakeConnection } from "../server/fake_connection.ts";
import { decoded, OPTIONS } from "../wire/decoded.ts";
import { Clock } from "./clock.ts";
import { START, wish } from "./screen.ts";

const PATIENCE = 5000;
const LAST_WORD = 2000;
const SILENCE = 20_000;

const encoder = native.server(OPTIONS).encoder;

/** A program that runs, the person at it, and the servers that it connects to. */
class Play {
  connections: FakeConnection[] = [];
  shown: string[] = [];
  slept: number[] = [];
  /** What the next attempts to connect come to; when there are no more of them they succeed. */
  attempts: (Error | undefined)[] = [];
  interrupted = Promise.withResolvers<number>();
  exit: Promise<number>;
  #typed = new TransformStream<string, string>();
  #keyboard = this.#typed.writable.getWriter();
  #watchers: (() => void)[] = [];

  constructor(app: Running, options: Partial<RunOptions> = {}) {
    const show = (text: string) => Promise.resolve(this.#changes(() => this.shown.push(text)));
    this.exit = run({
      app,
      connect: () => this.#connect(),
      lines: this.#typed.readable,
      show,
      remark: (text) => show(`! ${text}`),
      newId: () => "1",
      now: () => 1,
      chance: () => 1,
      sleep: (milliseconds) => Promise.resolve(this.#changes(() => this.slept.push(milliseconds))),
      interrupted: this.interrupted.promise,
      staysToListen: false,
      patienceMilliseconds: PATIENCE,
      lastWordMilliseconds: LAST_WORD,
      silenceMilliseconds: 0,
      ...options,
    });
    // Whoever awaits it is told; a test may look at something else first.
    this.exit.catch(() => {});
  }

  /** Our own client, which comes back. */
  static native(options: Partial<RunOptions> = {}): Play {
    return new Play(appFor("native", { ...START, token: "secret" }), options);
  }

  get server(): FakeConnection {
    return this.connections.at(-1)!;
  }

  types(line: string) {
    this.#keyboard.write(line);
  }

  endsInput() {
    this.#keyboard.close();
  }

  /** What the server says, on the newest connection. */
  says(...events: Event[]) {
    for (const event of events) this.server.sends(encoder.encode(event, false)!);
  }

  /** Into the lobby, in which nothing has been said. */
  letsIn() {
    this.says(
      tell("entered", { nick: "chris", rooms: [] }),
      tell("joined", { room: "lobby", nick: "chris" }),
      tell("history", { room: "lobby", messages: [] }),
      tell("directs", { messages: [] }),
    );
  }

  /** What the newest server has heard, in words; resolves when it is at least so much. */
  async heard(count: number): Promise<string[]> {
    for (;;) {
      const before = this.server.written.length;
      const heard = await decoded(native.server(OPTIONS), [this.server.written]);
      const commands = heard.filter((it): it is Command => it.type !== "broken");
      if (commands.length >= count) return commands.map(wish);
      await this.server.until(() => this.server.written.length > before);
    }
  }

  /** Resolves when this holds of what is shown, slept and connected. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  #connect(): Promise<Link> {
    const failure = this.attempts.shift();
    if (failure) return Promise.reject(failure);
    const connection = new FakeConnection();
    this.#changes(() => this.connections.push(connection));
    return Promise.resolve(new Link(connection, native.client(OPTIONS)));
  }

  #changes(change: () => void) {
    change();
    for (const watcher of this.#watchers.splice(0)) watcher();
  }
}

/** An app that wants what a test says. */
function wants(
  take: (input: Input) => Action[],
  { isFull = (): boolean => false } = {},
): Running {
  return { first: [], take, isFull };
}

const said = (text: string) => message({ seq: 1, nick: "pat", text });
const exit = (code: number): Action => ({ type: "exit", code });
const quit: Action = { type: "send", command: ask("quit", {}) };
const UNREACHABLE = new Error("no server listens there");

/** Whatever can happen without anybody else happens. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

Deno.test("what is typed is said, what is said is shown, and the end of the input is goodbye", async () => {
  const play = Play.native();
  play.letsIn();
  play.types("hi");
  play.endsInput();
  assertEquals(await play.heard(5), [
    "hello chris secret",
    "join lobby",
    "directs limit=20",
    "say lobby hi id=1",
    "quit",
  ]);
  await play.server.until(() => play.server.isWriteClosed);
  play.says(message({ seq: 1, nick: "chris", text: "hi", id: "1" }));
  play.server.hangsUp();
  assertEquals(await play.exit, 0);
  assertEquals(play.shown, ["*** chris has joined the chat", "chris: hi"]);
  assert(play.server.isClosed);
});

Deno.test("a connection that breaks is made again, and what was not confirmed is said again", async () => {
  const play = Play.native();
  play.letsIn();
  play.types("hi");
  await play.heard(4);
  play.attempts = [UNREACHABLE, UNREACHABLE];
  play.server.hangsUp();
  await play.until(() => play.connections.length === 2);
  assert(play.connections[0]!.isClosed);
  assertEquals(play.slept, [500, 1000, 2000]);
  assertEquals(await play.heard(1), ["hello chris secret"]);
  play.letsIn();
  assertEquals((await play.heard(4)).slice(1), [
    "join lobby from=1",
    "directs from=1",
    "say lobby hi id=1",
  ]);
  play.says(tell("history", { room: "lobby", messages: [], from: 1 }));
  play.says(message({ seq: 1, nick: "chris", text: "hi", id: "1" }));
  play.types("/q");
  await play.heard(5);
  play.server.hangsUp();
  assertEquals(await play.exit, 0);
});

Deno.test("a server that cannot be reached at first is an error", async () => {
  const play = new Play(wants(() => [exit(0)]), { connect: () => Promise.reject(UNREACHABLE) });
  await assertRejects(() => play.exit, Error, UNREACHABLE.message);
});

Deno.test("what is sent while the connection cannot be made again is for the app to mind", async () => {
  const again: Action = { type: "reconnect", afterMilliseconds: 1 };
  const app = wants((input) => {
    switch (input.type) {
      case "event":
        return [again, { type: "send", command: ask("ping", {}) }];
      case "connected":
        return [exit(7)];
      default:
        return [again];
    }
  });
  const play = new Play(app, { sleep: turn });
  play.attempts = [UNREACHABLE];
  play.says(said("now"));
  assertEquals(await play.exit, 7);
});

Deno.test("what is meant for a connection that has broken does not reach the next one", async () => {
  const reading = Promise.withResolvers<void>();
  const app = wants((input) => {
    switch (input.type) {
      case "event":
        return [{ type: "show", text: "one" }, { type: "send", command: ask("ping", {}) }];
      case "line":
        return [{ type: "reconnect", afterMilliseconds: 0 }];
      case "connected":
        return [{ type: "send", command: ask("hello", { nick: "chris", token: "secret" }) }];
      default:
        return [];
    }
  });
  const play = new Play(app, { show: () => reading.promise });
  play.says(said("one"));
  await turn();
  play.types("lost");
  await play.until(() => play.connections.length === 2);
  reading.resolve();
  assertEquals(await play.heard(1), ["hello chris secret"]);
  await turn();
  assertEquals(await play.heard(1), ["hello chris secret"]);
});

Deno.test("what is typed does not overtake what was to be said before, however long showing takes", async () => {
  const reading = Promise.withResolvers<void>();
  const send = (text: string): Action => ({
    type: "send",
    command: ask("tell", { nick: "pat", text }),
  });
  const app = wants((input) => {
    if (input.type === "line") return [send("typed")];
    return [send("one"), { type: "show", text: "..." }, send("two")];
  });
  const play = new Play(app, { show: () => reading.promise });
  play.says(said("connected again"));
  await turn();
  play.types("typed");
  await turn();
  reading.resolve();
  assertEquals(await play.heard(3), ["tell pat one", "tell pat two", "tell pat typed"]);
});

Deno.test("a silent server is asked whether it is there, and more silence is a lost connection", async () => {
  using clock = new Clock();
  const play = Play.native({ silenceMilliseconds: SILENCE });
  play.letsIn();
  await play.heard(3);
  await play.until(() => play.shown.length === 1);
  // It is set anew after each event.
  await turn();
  await clock.isSet();
  clock.passes(SILENCE);
  assertEquals((await play.heard(4)).at(-1), "ping");
  play.says(said("one"));
  await play.until(() => play.shown.length === 2);
  await turn();
  await clock.isSet();
  clock.passes(SILENCE);
  assertEquals((await play.heard(5)).at(-1), "ping");
  clock.passes(SILENCE);
  await play.until(() => play.connections.length === 2);
  assert(play.connections[0]!.isClosed);
  play.interrupted.resolve(130);
  assertEquals(await play.exit, 130);
});

Deno.test("while something is being shown it is not the server that is silent", async () => {
  using clock = new Clock();
  const reading = Promise.withResolvers<void>();
  const shows = Promise.withResolvers<void>();
  const app = wants((input) => {
    if (input.type === "event") return [{ type: "show", text: "one" }, exit(0)];
    return input.type === "line" ? [quit] : [];
  });
  const play = new Play(app, {
    silenceMilliseconds: SILENCE,
    show: () => (shows.resolve(), reading.promise),
  });
  play.types("/q");
  await play.server.until(() => play.server.isWriteClosed);
  play.says(said("one"));
  await shows.promise;
  assertEquals(clock.size, 0);
  reading.resolve();
  assertEquals(await play.exit, 0);
});

Deno.test("whoever ends the program has said goodbye", async () => {
  const play = Play.native();
  play.letsIn();
  await play.heard(3);
  play.interrupted.resolve(130);
  assertEquals(await play.exit, 130);
  assertEquals((await play.heard(4)).at(-1), "quit");
});

Deno.test("whoever ends the program while there is no connection does not wait for one", async () => {
  const play = Play.native({
    // Until the next attempt it would be for ever; a goodbye is not waited for that long.
    sleep: (milliseconds) => milliseconds === 500 ? new Promise(() => {}) : Promise.resolve(),
  });
  play.letsIn();
  await play.heard(3);
  play.server.close();
  await play.until(() => play.shown.length === 2);
  play.interrupted.resolve(130);
  assertEquals(await play.exit, 130);
  assertEquals(play.connections.length, 1);
});

Deno.test("no line is read that could not be taken", async () => {
  const lines: string[] = [];
  let isFull = false;
  const app = wants((input) => {
    isFull = input.type === "line" && input.line === "one";
    if (input.type === "line") lines.push(input.line);
    if (input.type === "event") return [{ type: "show", text: lines.join(" ") }];
    return input.type === "input ended" ? [exit(0)] : [];
  }, { isFull: () => isFull });
  const play = new Play(app);
  play.types("one");
  play.types("two");
  play.endsInput();
  await turn();
  play.says(said("it came back"));
  assertEquals(await play.exit, 0);
  assertEquals([play.shown, lines], [["one"], ["one", "two"]]);
});

Deno.test("whoever only listens stays when the input ends", async () => {
  const inputs: string[] = [];
  const app = wants((input) => {
    inputs.push(input.type);
    return input.type === "event" ? [exit(0)] : [];
  });
  const play = new Play(app, { lines: ReadableStream.from(["one"]), staysToListen: true });
  await turn();
  play.says(said("hi"));
  assertEquals(await play.exit, 0);
  assertEquals(inputs.includes("input ended"), false);
});

Deno.test("after a goodbye the server has a while for each of its words, and no longer", async () => {
  using clock = new Clock();
  const play = Play.native();
  play.letsIn();
  play.endsInput();
  await play.heard(4);
  await play.server.until(() => play.server.isWriteClosed);
  for (const text of ["one", "two"]) {
    await clock.isSet();
    clock.passes(PATIENCE - 1);
    play.says(tell("notice", { text }));
    await play.until(() => play.shown.includes(`*** ${text}`));
  }
  await clock.isSet();
  clock.passes(PATIENCE);
  assertEquals(await play.exit, 1);
  assertEquals(play.shown.at(-1), "! *** the server did not confirm that it has everything");
  assertEquals(clock.size, 0);
});

Deno.test("a last remark that cannot be written is an error, and no crash", async () => {
  using clock = new Clock();
  const play = new Play(wants(() => [quit]), {
    remark: () => Promise.reject(new Error("cannot write")),
  });
  play.endsInput();
  await play.server.until(() => play.server.isWriteClosed);
  // The goodbye is followed by the wait for an answer.
  await clock.isSet();
  clock.passes(PATIENCE);
  await assertRejects(() => play.exit, Error, "cannot write");
});

Deno.test("a client that hangs up leaves the server a moment for its last word", async () => {
  using clock = new Clock();
  const app = wants((input) => {
    return input.type === "line" ? [{ type: "hang up" }] : [{ type: "show", text: input.type }];
  });
  const play = new Play(app);
  play.types("!quit");
  await play.server.until(() => play.server.isWriteClosed);
  await clock.isSet();
  play.says(said("bye"));
  await play.until(() => play.shown.length === 1);
  clock.passes(LAST_WORD);
  assertEquals(await play.exit, 0);
});

Deno.test("after its exit nothing more is shown, and nothing is waited for", async () => {
  using clock = new Clock();
  const app = wants((input) => {
    if (input.type === "line") return [quit];
    return [{ type: "show", text: "one" }, exit(3), { type: "show", text: "two" }];
  });
  const play = new Play(app, { silenceMilliseconds: SILENCE });
  play.types("/q");
  await play.server.until(() => play.server.isWriteClosed);
  play.says(said("one"), said("two"));
  assertEquals(await play.exit, 3);
  await turn();
  assertEquals([play.shown, clock.size], [["one"], 0]);
});

Deno.test("a mistake of ours is thrown, and not taken for the server's", async () => {
  const play = new Play(wants((input) => {
    if (input.type === "event") throw new Error("a mistake");
    return [exit(0)];
  }));
  play.says(said("hi"));
  await assertRejects(() => play.exit, Error, "a mistake");
});

Deno.test("a server whose bytes make no sense ends it", async () => {
  const play = Play.native();
  play.server.sends(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n"));
  assertEquals(await play.exit, 1);
  assertEquals(play.shown.length, 1);
});
