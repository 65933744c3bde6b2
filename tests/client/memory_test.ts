import { assertEquals } from "@std/assert";
import type { Event, Message, Said } from "../../src/chat/event.ts";
import {
  askAgain,
  go,
  greet,
  hear,
  leave,
  type Memory,
  remember,
  say,
} from "../../src/client/memory.ts";
import { message, tell } from "../chat/events.ts";
import { wish } from "./screen.ts";

const START = remember({ nick: "chris", token: "secret", room: "lobby" });

const said = (seq: number, id = ""): Message => message({ seq, nick: "pat", text: `${seq}`, id });
const told = (seq: number, id = "") =>
  tell("told", { nick: "pat", to: "chris", seq, at: 5, text: `${seq}`, id });

/** The messages of these numbers, as an answer: what follows `from`, or the newest. */
function history(
  seqs: number[],
  { from = 0, more = false, last = Math.max(0, ...seqs), id = "" } = {},
): Event {
  const messages: Said[] = seqs.map((seq) => said(seq, id)).map(({ type: _, ...rest }) => rest);
  return tell("history", { room: "lobby", messages, from, more, last });
}

function directs(seqs: number[], { from = 0, more = false, id = "" } = {}): Event {
  const messages = seqs.map((seq) => told(seq, id)).map(({ type: _, ...rest }) => rest);
  return tell("directs", { messages, from, more });
}

const entered = (...rooms: string[]) => tell("entered", { nick: "chris", rooms });
const joined = tell("joined", { room: "lobby", nick: "chris" });
const parted = tell("parted", { room: "lobby", nick: "chris" });
const unread = tell("failed", { command: "history", code: "unavailable", about: "lobby" });
const directsUnread = tell("failed", { command: "directs", code: "unavailable" });

/** What is shown and sent, in words: "7" is a message, "[6 7]" a page of them, "> ..." is sent. */
function hears(memory: Memory, ...events: Event[]): { memory: Memory; lines: string[] } {
  const lines: string[] = [];
  for (const event of events) {
    const outcome = hear(memory, event);
    memory = outcome.memory;
    lines.push(...outcome.show.map(words), ...outcome.send.map((it) => `> ${wish(it)}`));
  }
  return { memory, lines };
}

function words(event: Event): string {
  if (event.type === "message" || event.type === "told") return event.text;
  if (event.type !== "history" && event.type !== "directs") return event.type;
  return `[${event.messages.map(({ seq }) => seq).join(" ")}]`;
}

/** Let in, in the lobby, where 5 messages have been said; one direct message was number 3. */
const IN = hears(START, entered(), joined, history([4, 5]), directs([3])).memory;
/** Back after the connection was lost: the answers are still to come. */
const BACK = hears(IN, entered()).memory;

const own = (id: string) => ({ type: "say", room: "lobby", text: "hi", id }) as const;

interface Case {
  rule: string;
  after: Memory;
  hears: Event[];
  lines: string[];
}

const RULES: Case[] = [
  {
    rule: "a message in its place is shown, one that was seen is not",
    after: IN,
    hears: [said(6), said(6), said(2), said(7)],
    lines: ["6", "7"],
  },
  {
    rule: "after a gap a message is not shown: it comes again with what lies between",
    after: IN,
    hears: [said(8), said(9), history([6, 7, 8, 9], { from: 6 }), said(10)],
    lines: ["> history lobby from=6", "6", "7", "8", "9", "10"],
  },
  {
    rule: "a gap that retention has left is no gap",
    after: IN,
    hears: [said(8), history([8], { from: 6 }), said(9)],
    lines: ["> history lobby from=6", "8", "9"],
  },
  {
    rule: "what is said before one is told that one has come into a room comes with its past",
    after: hears(START, entered("lobby")).memory,
    hears: [said(5), joined, history([4, 5]), said(5), said(6)],
    lines: ["joined", "[4 5]", "6"],
  },
  {
    rule: "a first answer may come in several events, and the last of them may be lost",
    after: hears(START, entered(), joined).memory,
    hears: [history([3, 4], { last: 7 }), history([5, 6], { last: 7 }), entered()],
    lines: ["[3 4]", "[5 6]", "entered", "> join lobby from=7", "> directs limit=20"],
  },
  {
    rule: "who is shown nothing of the past knows where it ends",
    after: hears(START, entered(), joined).memory,
    hears: [history([], { last: 5 }), said(6), said(8)],
    lines: ["[]", "6", "> history lobby from=7"],
  },
  {
    rule: "a room whose past cannot be read begins with the first message that is heard",
    after: hears(START, entered(), joined).memory,
    hears: [unread, said(7), said(8), said(10)],
    lines: ["failed", "7", "8", "> history lobby from=9"],
  },
  {
    rule: "back again it asks for what it lacks of each room it was in, and of direct messages",
    after: hears(IN, tell("joined", { room: "dev", nick: "chris" })).memory,
    hears: [entered()],
    lines: ["entered", "> join lobby from=6", "> join dev", "> directs from=4"],
  },
  {
    rule:
      "what was missed is shown as it would have been, page by page, and nothing else meanwhile",
    after: BACK,
    hears: [
      joined,
      said(9),
      history([6, 7], { from: 6, more: true, last: 9 }),
      said(10),
      history([8, 9, 10], { from: 8 }),
      said(11),
    ],
    lines: ["6", "7", "> history lobby from=8", "8", "9", "10", "11"],
  },
  {
    rule: "a page that somebody asked for passes through untouched while it catches up",
    after: BACK,
    hears: [history([1, 2]), history([6, 7]), history([6, 7, 8], { from: 6 }), said(9)],
    lines: ["[1 2]", "[6 7]", "6", "7", "8", "9"],
  },
  {
    rule: "an answer that has been asked for again in the meantime is not shown twice",
    after: IN,
    hears: [
      said(7),
      unread,
      said(8),
      history([6, 7, 8], { from: 6 }),
      history([6, 7, 8], { from: 6 }),
      said(9),
    ],
    lines: ["> history lobby from=6", "failed", "> history lobby from=6", "6", "7", "8", "9"],
  },
  {
    rule: "what could not be read is asked for again with the next message",
    after: BACK,
    hears: [unread, said(8), history([6, 7, 8], { from: 6 })],
    lines: ["failed", "> history lobby from=6", "6", "7", "8"],
  },
  {
    rule: "what follows is taken though a page that somebody asked for could not be read meanwhile",
    after: BACK,
    hears: [unread, history([6, 7], { from: 6 }), said(8)],
    lines: ["failed", "6", "7", "8"],
  },
  {
    rule: "a server that counts anew and cannot say so at first is asked again",
    after: BACK,
    hears: [unread, said(1), history([], { from: 6, last: 1 }), history([1], { from: 1 })],
    lines: ["failed", "> history lobby from=6", "> history lobby from=1", "1"],
  },
  {
    rule: "nothing is asked for if the next message shows that nothing is lacking",
    after: BACK,
    hears: [unread, said(6), said(7)],
    lines: ["failed", "6", "7"],
  },
  {
    rule: "a server that counts anew is heard from the beginning",
    after: BACK,
    hears: [history([], { from: 6, last: 2 }), history([1, 2], { from: 1 }), said(3)],
    lines: ["> history lobby from=1", "1", "2", "3"],
  },
  {
    rule: "an empty page ends it, whatever it says of more",
    after: BACK,
    hears: [history([], { from: 6, more: true, last: 5 }), said(6)],
    lines: ["6"],
  },
  {
    rule: "a room that one is not in is shown as it is told",
    after: hears(IN, parted).memory,
    hears: [said(3), said(3), history([1])],
    lines: ["3", "3", "[1]"],
  },
  {
    rule: "a room that one has asked to leave is seen in order until one is told of it",
    after: leave(IN, "lobby"),
    hears: [said(5), said(6), said(8), history([7, 8], { from: 7 }), parted, said(3)],
    lines: ["6", "> history lobby from=7", "7", "8", "parted", "3"],
  },
  {
    rule: "a room that one has asked to leave is left again when one is back",
    after: leave(IN, "lobby"),
    hears: [entered("lobby")],
    lines: ["entered", "> join lobby from=6", "> directs from=4", "> part lobby"],
  },
  {
    rule: "back in a room nobody has noticed that one was gone; others are seen to come",
    after: BACK,
    hears: [joined, tell("joined", { room: "lobby", nick: "pat" })],
    lines: ["joined"],
  },
  {
    rule: "a room that one left is not gone back to, nor is one that lets nobody in",
    after: go(IN, "dev"),
    hears: [
      tell("parted", { room: "lobby", nick: "chris" }),
      tell("failed", { command: "join", code: "too-many-rooms", about: "dev" }),
      entered(),
    ],
    lines: ["parted", "failed", "entered", "> directs from=4"],
  },
  {
    rule: "others who leave or change their name change nothing for us",
    after: IN,
    hears: [
      tell("parted", { room: "lobby", nick: "pat" }),
      tell("renamed", { nick: "pat", to: "pit" }),
      said(6),
    ],
    lines: ["parted", "renamed", "6"],
  },
  {
    rule: "a room that one is in already is not begun anew by going there",
    after: go(IN, "lobby"),
    hears: [said(5), said(6)],
    lines: ["6"],
  },
  {
    rule:
      "what is refused though it had been taken, because its hearer has gone meanwhile, is no news",
    after: IN,
    hears: [tell("failed", { command: "tell", code: "no-such-nick", about: "pat", id: "1" })],
    lines: [],
  },
  {
    rule: "rooms in which somebody still is who has been started again are gone back to",
    after: START,
    hears: [entered("dev", "lobby"), tell("joined", { room: "dev", nick: "chris" })],
    lines: ["entered", "> join dev", "joined"],
  },
  {
    rule: "direct messages before the first answer come with it",
    after: hears(START, entered()).memory,
    hears: [told(7), directs([5, 7]), told(8)],
    lines: ["[5 7]", "8"],
  },
  {
    rule: "a first answer with direct messages may come in several events",
    after: hears(START, entered()).memory,
    hears: [directs([5]), directs([7]), entered()],
    lines: ["[5]", "[7]", "entered", "> join lobby", "> directs from=8"],
  },
  {
    rule: "direct messages that were missed are shown as they would have been",
    after: BACK,
    hears: [told(9), directs([4, 6], { from: 4, more: true }), directs([9], { from: 7 }), told(12)],
    lines: ["4", "6", "> directs from=7", "9", "12"],
  },
  {
    rule: "whoever missed no direct messages still knows where they were",
    after: BACK,
    hears: [directs([], { from: 4 }), entered()],
    lines: ["entered", "> join lobby from=6", "> directs from=4"],
  },
  {
    rule: "direct messages that could not be read are asked for again with the next one",
    after: BACK,
    hears: [directsUnread, told(9), directs([6, 9], { from: 4 }), told(10)],
    lines: ["failed", "> directs from=4", "6", "9", "10"],
  },
  {
    rule: "whoever never learnt what direct messages there are begins with the first that is heard",
    after: hears(START, entered()).memory,
    hears: [directsUnread, told(900), entered()],
    lines: ["failed", "900", "entered", "> join lobby", "> directs from=901"],
  },
  {
    rule: "direct messages that are counted anew are shown",
    after: IN,
    hears: [told(1), told(2)],
    lines: ["1", "2"],
  },
];

for (const { rule, after, hears: events, lines } of RULES) {
  Deno.test(rule, () => assertEquals(hears(after, ...events).lines, lines));
}

Deno.test("the first words are said at once; later ones wait until we are let in", () => {
  const first = ["hello chris secret", "join lobby", "directs limit=20"];
  assertEquals(greet(START).map(wish), first);
  assertEquals(greet(IN).map(wish), ["hello chris secret"]);
  const renamed = hears(IN, tell("renamed", { nick: "chris", to: "kris" })).memory;
  assertEquals(greet(renamed).map(wish), ["hello kris secret"]);
  const known = hears(START, tell("entered", { nick: "kris", rooms: [] })).memory;
  assertEquals(greet(known).map(wish), ["hello kris secret"]);
});

Deno.test("what was said is kept until it comes back, is taken or is refused", () => {
  const tellsPat = { type: "tell", nick: "pat", text: "hi", id: "2" } as const;
  const talking = say(say(IN, own("1")), tellsPat);
  const cases: [string, Event, string[]][] = [
    ["it comes back", said(6, "1"), ["2"]],
    ["it comes with what was missed", history([6], { from: 6, id: "1" }), ["2"]],
    ["it has been taken before", tell("sent", { to: "lobby", id: "1" }), ["2"]],
    ["it is refused", tell("failed", { command: "say", code: "not-stored", id: "1" }), ["2"]],
    ["told, it comes back", told(4, "2"), ["1"]],
    ["told, it comes with what was missed", directs([4], { from: 4, id: "2" }), ["1"]],
    ["told, it has been taken before", tell("sent", { to: "pat", id: "2" }), ["1"]],
    ["another's comes", said(6, "3"), ["1", "2"]],
    ["one without an id comes", said(6), ["1", "2"]],
    ["something else is refused", unread, ["1", "2"]],
  ];
  for (const [what, event, pending] of cases) {
    const isAnswer = "from" in event && event.from > 0;
    const before = isAnswer ? hears(talking, entered()).memory : talking;
    assertEquals(hear(before, event).memory.pending.map(({ id }) => id), pending, what);
  }
});

Deno.test("what has not come back is said again after the rooms are asked for, in its order", () => {
  const talking = say(say(IN, own("1")), own("2"));
  assertEquals(hears(talking, entered()).lines, [
    "entered",
    "> join lobby from=6",
    "> directs from=4",
    "> say lobby hi id=1",
    "> say lobby hi id=2",
  ]);
});

Deno.test("the screen learns once of each message to a room that it has been taken", () => {
  const talking = say(say(IN, own("1")), { type: "tell", nick: "pat", text: "hi", id: "2" });
  const sent = (id: string) => tell("sent", { to: "lobby", id });
  assertEquals(hears(talking, sent("1"), sent("1"), sent("2"), sent("3")).lines, ["sent"]);
  assertEquals(hears(talking, said(6, "1"), sent("1")).lines, ["6"]);
});

Deno.test("what cannot be read is asked for once more when it has been quiet, and only that", () => {
  const asked = (memory: Memory) => askAgain(memory).send.map(wish);
  const lacking = hears(BACK, unread, directsUnread).memory;
  assertEquals(asked(lacking), ["history lobby from=6", "directs from=4"]);
  assertEquals(asked(askAgain(lacking).memory), []);
  assertEquals(asked(BACK), []);
  assertEquals(asked(IN), []);
  // What nothing was ever seen of, nothing is lacking of.
  assertEquals(asked(hears(START, entered(), joined, unread, directsUnread).memory), []);
});

Deno.test("a server that names ever more rooms does not fill the memory with them", () => {
  const names = Array.from({ length: 5000 }, (_, index) => `room${index}`);
  const first = hears(START, entered(...names));
  assertEquals(first.memory.rooms.size, 1000);
  const joins = names.map((room) => tell("joined", { room: `more${room}`, nick: "chris" }));
  assertEquals(hears(first.memory, ...joins).memory.rooms.size, 1000);
});

Deno.test("numbers that no server counts to make nothing of it fail", () => {
  for (const seq of [0, -1, -2, -7, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]) {
    for (const memory of [START, IN, BACK]) {
      const lies = [
        said(seq),
        told(seq),
        history([seq]),
        history([seq], { from: seq, more: true }),
      ];
      const { memory: after } = hears(memory, joined, ...lies, ...lies.reverse());
      hears(after, entered(), joined, ...lies, directs([seq], { from: seq, more: true }));
    }
  }
});

Deno.test("who has a token comes as a guest, logs in before all else, and again when it is back", () => {
  const login = { nick: "chris", token: "a token" };
  const start = remember({ nick: "chris-guest1", token: "secret", room: "lobby", login });
  assertEquals(greet(start).map(({ type }) => type), ["hello", "login", "join", "directs"]);
  const renamed = tell("renamed", { nick: "chris-guest1", to: "chris" });
  const { memory } = hears(start, tell("entered", { nick: "chris-guest1", rooms: [] }), renamed);
  const [hello] = greet(memory);
  assertEquals(hello?.type === "hello" && hello.nick, "chris-guest1");
  const back = hear(memory, tell("entered", { nick: "chris-guest1", rooms: [] }));
  assertEquals(back.send[0], { type: "login", ...login });
});
