/**
 * Several hubs, as the nodes of a cluster would have them, on one ordered log: whatever people do and
 * whenever each node gets to apply the facts, all nodes end in the same state and tell the same story.
 */
import { assert, assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Aside, Effect } from "../../src/chat/effect.ts";
import type { Event, Fact } from "../../src/chat/event.ts";
import { Hub } from "../../src/chat/hub.ts";
import { nickKeys } from "../../src/chat/names.ts";
import { LIMITS } from "./limits.ts";

const NODES = 3;
const STEPS = 400;
const ROOMS = ["lobby", "dev", "Dev", "random"];
const NICKS = ["chris", "CHRIS", "pat", "Рat", "leslie", "bob", "b@d", "server"];

const KEYS = ["", ...["a", "b", "c"].map((it) => `ed25519:${it.repeat(43)}`)];
const WHO = [...NICKS, KEYS[3]!, "10.0.0.0/30", "10.0.0.9"];

/** Chance that can be repeated: xorshift with 32 bits. */
function chance(seed: number) {
  let state = seed || 1;
  return (below: number): number => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

interface Told {
  to: number;
  event: Event;
}

interface Logged {
  fact: Fact;
  origin: number;
  aside: Aside;
}

class Node {
  hub = new Hub({ ...LIMITS, operators: new Set(KEYS.slice(1, 3)), claimsByItself: true });
  /** How much of the log it has applied. */
  applied = 0;
  told: Told[] = [];

  constructor(readonly log: Logged[], readonly number: number) {}

  handles(session: number, command: Command) {
    // Some have a key, and two of them are operators.
    const key = KEYS[session % KEYS.length]!;
    const moment = {
      now: this.log.length,
      peer: `10.0.0.${session}:1`,
      key,
      canProve: session > 4,
    };
    this.#perform(this.hub.handle(session, command, moment));
  }

  loses(session: number) {
    this.#perform(this.hub.leave(session, ""));
  }

  catchesUp(to = this.log.length) {
    while (this.applied < to) {
      const { fact, origin, aside } = this.log[this.applied++]!;
      this.#perform(this.hub.apply(fact, origin, aside));
    }
  }

  #perform(effects: Effect[]) {
    for (const effect of effects) {
      if (effect.type === "publish") {
        const { fact, origin, aside } = effect;
        this.log.push({ fact, origin, aside });
      } else if (effect.type === "send") {
        for (const to of effect.to) this.#tell(to, effect.event);
      } else if (effect.type === "reply") {
        this.#tell(effect.to, effect.event);
      }
    }
  }

  /** A node tells its own sessions only. */
  #tell(to: number, event: Event) {
    if (to % NODES === this.number) this.told.push({ to, event });
  }
}

function randomCommand(random: (below: number) => number): Command {
  const room = ROOMS[random(ROOMS.length)]!;
  const nick = NICKS[random(NICKS.length)]!;
  const text = `text ${random(1000)}`;
  const commands: Command[] = [
    ask("hello", { nick }),
    ask("hello", { nick }),
    ask("join", { room }),
    ask("join", { room }),
    { type: "say", room, text, id: "" },
    { type: "say", room, text, id: "" },
    { type: "act", room, text, id: "" },
    { type: "tell", nick, text, id: "" },
    { type: "rename", nick },
    { type: "part", room },
    { type: "quit", reason: "" },
    ask("claim", {}),
    ask("release", {}),
    ask("topic", { room, text }),
    ask("kick", { room, nick }),
    ...(["ban", "mute", "op", "invite", "unban", "unmute", "deop"] as const).map((type) =>
      ask(type, { room, who: WHO[random(WHO.length)]! })
    ),
    ask("banish", { who: WHO[random(WHO.length)]!, time: "1s" }),
    ask("unbanish", { who: WHO[random(WHO.length)]! }),
    ask("lock", { room, password: random(2) === 0 ? "" : "sesame" }),
    ask("unlock", { room }),
  ];
  return commands[random(commands.length)]!;
}

for (const seed of [1, 2, 3, 42, 1234567]) {
  Deno.test(`nodes that apply the same facts agree, whenever they do (seed ${seed})`, () => {
    const random = chance(seed);
    const log: Logged[] = [];
    const nodes = Array.from({ length: NODES }, (_, number) => new Node(log, number));
    for (let step = 0; step < STEPS; step++) {
      const session = 1 + random(12);
      const own = nodes[session % NODES]!;
      if (random(20) === 0) own.loses(session);
      else own.handles(session, randomCommand(random));
      const node = nodes[random(NODES)]!;
      if (random(2) === 0) node.catchesUp(node.applied + random(log.length - node.applied + 1));
    }
    // What one applies may lead to more.
    while (nodes.some((node) => node.applied < log.length)) {
      for (const node of nodes) node.catchesUp();
    }

    const snapshots = nodes.map((node) => node.hub.snapshot());
    for (const snapshot of snapshots) assertEquals(snapshot, snapshots[0]);
    checkState(snapshots[0]!);
    checkOrder(nodes);
  });
}

/** No two people share a name, and every room holds people who are here. */
function checkState({ members, rooms }: ReturnType<Hub["snapshot"]>) {
  const keys = members.flatMap(([, nick]) => nickKeys(nick));
  assertEquals(new Set(keys).size, keys.length);
  const sessions = new Set(members.map(([session]) => session));
  for (const [room, inside] of rooms) {
    assert(inside.length > 0, room);
    assert(inside.every((session) => sessions.has(session)), room);
  }
}

/** Everybody who heard two messages heard them in the same order, wherever they sat. */
function checkOrder(nodes: Node[]) {
  const place = new Map<Event, number>();
  for (const [index, { fact }] of nodes[0]!.log.entries()) place.set(fact, index);
  const last = new Map<number, number>();
  for (const { to, event } of nodes.flatMap((node) => node.told)) {
    const at = place.get(event);
    if (at === undefined) continue;
    assert(at > (last.get(to) ?? -1), `session ${to} heard ${event.type} out of order or twice`);
    last.set(to, at);
  }
}
