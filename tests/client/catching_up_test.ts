/**
 * The law of coming back: whatever is lost on the way, refused or deleted meanwhile, a client shows of each
 * room, and of direct messages, an ordered copy without gaps or repeats, and all that is said arrives once.
 */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Event } from "../../src/chat/event.ts";
import { app } from "../../src/client/app.ts";
import type { App, Input } from "../../src/client/person.ts";
import { type Model, returning } from "../../src/client/returning.ts";
import { ASKED, ME, PASSWORD, ServerModel } from "./server_model.ts";

type Inner = ReturnType<typeof app.start>[0];
type Saying = { seq: number; nick: string; text: string };

/** What is shown of a room: from where on, and which messages. */
interface Copy {
  /** Undefined until anything has been shown. */
  start: number | undefined;
  shown: Saying[];
}

/** A client and its server, with a connection between them that may break. */
class World {
  server: ServerModel;
  copies = new Map<string, Copy>();
  directs: Copy = { start: undefined, shown: [] };
  said: string[] = [];
  refused = 0;
  exit: number | undefined;
  isConnected = true;
  #client: App<Model<Inner>>;
  #model: Model<Inner>;

  constructor(sizes: ServerModel["sizes"]) {
    this.server = new ServerModel(sizes);
    this.#client = returning({
      start: app.start,
      update: (model, input) => this.#spy(model, input),
    });
    const [model, first] = this.#client.start({
      nick: ME,
      isNickGiven: true,
      room: "lobby",
      showsReplay: true,
      echoes: false,
      token: "secret",
      reconnectMilliseconds: 60_000,
    });
    this.#model = model;
    this.#perform(first);
  }

  get pending() {
    return this.#model.memory.pending;
  }

  types(line: string) {
    this.#take({ type: "line", line, id: `${this.said.length}` });
  }

  says(prefix = "") {
    const text = `own ${this.said.length}`;
    this.types(prefix + text);
    this.said.push(text);
  }

  isQuiet() {
    if (this.isConnected) this.#take({ type: "quiet" });
  }

  /** Some of what the server has said arrives. */
  delivers(count = Infinity) {
    for (let left = count; left > 0 && this.server.toClient.length > 0; left--) {
      this.#take({ type: "event", event: this.server.toClient.shift()! });
    }
  }

  breaks(keepsPlace: boolean) {
    // Before it was ever let in a client does not come back.
    if (!this.isConnected || !this.#model.memory.wasIn) return;
    this.server.breaks({ keepsPlace });
    this.isConnected = false;
    this.#take({ type: "disconnected", now: 1, chance: 0 });
  }

  connects() {
    if (this.isConnected) return;
    this.isConnected = true;
    this.#take({ type: "connected", now: 1 });
  }

  /** Everything works again, and has the time that it needs. */
  settles() {
    this.server.cannotRead = this.server.cannotStore = false;
    this.connects();
    for (const isLast of [false, true]) {
      while (this.server.toServer.length > 0 || this.server.toClient.length > 0) {
        this.server.hears();
        this.delivers();
      }
      if (!isLast) this.isQuiet();
    }
  }

  leaves() {
    this.#take({ type: "input ended" });
    this.isConnected = false;
    this.#take({ type: "disconnected", now: 1, chance: 0 });
  }

  #take(input: Input) {
    const [model, actions] = this.#client.update(this.#model, input);
    this.#model = model;
    this.#perform(actions);
  }

  #perform(actions: ReturnType<App<unknown>["start"]>[1]) {
    for (const action of actions) {
      if (action.type === "exit") this.exit = action.code;
      if (action.type !== "send") continue;
      assert(this.isConnected, `${action.command.type} is sent though there is no connection`);
      this.server.toServer.push(action.command);
    }
  }

  #spy(model: Inner, input: Input) {
    if (input.type === "event") this.#shows(input.event);
    return app.update(model, input);
  }

  #shows(event: Event) {
    switch (event.type) {
      case "message":
        return show(this.#copy(event.room), [event]);
      case "told":
        return show(this.directs, [event]);
      case "history":
        if (event.messages[0]?.at === ASKED) return;
        return show(this.#copy(event.room), event.messages, event.last + 1);
      case "directs":
        return show(this.directs, event.messages, 1);
      case "failed":
        if (event.id !== "") this.refused++;
    }
  }

  #copy(room: string): Copy {
    const copy = this.copies.get(room) ?? { start: undefined, shown: [] };
    this.copies.set(room, copy);
    return copy;
  }
}

function show(copy: Copy, messages: Saying[], start = 1) {
  copy.start ??= messages[0]?.seq ?? start;
  copy.shown.push(...messages);
}

/** In order, each once, as it was said; what is lacking has been deleted. */
function check({ start = Infinity, shown }: Copy, log: Saying[], deleted: number) {
  const numbers = shown.map(({ seq }) => seq);
  assertEquals(numbers, [...new Set(numbers)].sort((a, b) => a - b), "in order, each once");
  const told = new Map(shown.map((said) => [said.seq, said]));
  for (const { seq, nick, text } of log) {
    const copy = told.get(seq);
    if (copy) assertEquals([copy.nick, copy.text], [nick, text]);
    else assert(seq < start || seq <= deleted, `${seq} is lacking`);
  }
}

const some = fc.integer({ min: 1, max: 4 });
const room = fc.constantFrom("lobby", "dev");
const step: fc.Arbitrary<(world: World) => void> = fc.oneof(
  {
    weight: 4,
    arbitrary: some.map((count) => named(`hears ${count}`, (it) => it.server.hears(count))),
  },
  {
    weight: 4,
    arbitrary: some.map((count) => named(`delivers ${count}`, (it) => it.delivers(count))),
  },
  {
    weight: 3,
    arbitrary: room.map((room) => named(`other in ${room}`, (it) => it.server.otherSays(room))),
  },
  { weight: 3, arbitrary: fc.constant(named("says", (it) => it.says())) },
  fc.constant(named("tells", (it) => it.says("/message pat "))),
  fc.constant(named("is told", (it) => it.server.otherTells())),
  fc.constant(named("others tell others", (it) => it.server.othersTellOthers())),
  fc.boolean().map((kept) => named(`breaks, place kept: ${kept}`, (it) => it.breaks(kept))),
  { weight: 2, arbitrary: fc.constant(named("connects", (it) => it.connects())) },
  fc.constant(named("joins dev", (it) => it.types(`/join dev ${PASSWORD}`))),
  fc.constant(named("joins lobby", (it) => it.types("/join lobby"))),
  fc.constant(named("asks for a page", (it) => it.types("/history 3"))),
  fc.constant(named("is quiet", (it) => it.isQuiet())),
  fc.tuple(room, some).map(([room, count]) =>
    named(`deletes ${count} in ${room}`, (it) => it.server.deletes(room, count))
  ),
  some.map((count) => named(`deletes ${count} directs`, (it) => it.server.deletesDirects(count))),
  fc.boolean().map((is) => named(`cannot read: ${is}`, (it) => it.server.cannotRead = is)),
  fc.boolean().map((is) => named(`cannot store: ${is}`, (it) => it.server.cannotStore = is)),
  fc.boolean().map((is) => named(`trusts: ${is}`, (it) => it.server.trusts = is)),
  some.map((count) => named(`crowd of ${count}`, (it) => it.server.crowd = count - 1)),
);

/** A step that a failure report can name. */
function named(name: string, run: (world: World) => void): (world: World) => void {
  return Object.assign((world: World) => run(world), { [fc.toStringMethod]: () => name });
}

const sizes = fc.record({
  replay: fc.constantFrom(0, 1, 3, 10),
  page: fc.integer({ min: 1, max: 5 }),
  part: fc.integer({ min: 1, max: 5 }),
});

Deno.test("law: what is shown has no gap and no repeat, and what is said arrives once", () => {
  fc.assert(
    fc.property(sizes, fc.array(step, { maxLength: 60, size: "max" }), (sizes, steps) => {
      const world = new World(sizes);
      for (const step of steps) step(world);
      world.settles();
      const { server } = world;
      for (const [name, { log, deleted }] of server.rooms) {
        check(world.copies.get(name) ?? { start: undefined, shown: [] }, log, deleted);
      }
      check(world.directs, server.directs, server.deletedDirects);
      assertEquals(world.pending, []);
      const heard = [...server.rooms.values()].flatMap(({ log }) => log).concat();
      const arrived = [...heard, ...server.directs].filter(({ nick }) => nick === ME);
      assertEquals(arrived.length + world.refused, world.said.length);
      assertEquals(new Set(arrived.map(({ text }) => text)).size, arrived.length);
      world.leaves();
      assertEquals(world.exit, world.refused > 0 ? 1 : 0);
    }),
    { numRuns: 1000 },
  );
});
