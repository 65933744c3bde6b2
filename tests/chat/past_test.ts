/** What of the past people may ask for, and how much of it. */
import { assertEquals } from "@std/assert";
import { ask, type Command } from "../../src/chat/command.ts";
import { Evening } from "./evening.ts";
import { LIMITS } from "./limits.ts";

/** Chris in the lobby and in dev (1), pat in the lobby (2). */
const evening = Evening.of({ chris: ["lobby", "dev"], pat: ["lobby"] });

const history = (given: Partial<Extract<Command, { type: "history" }>>) =>
  ask("history", { room: "lobby", ...given });
const search = (text: string, given: Partial<Extract<Command, { type: "search" }>> = {}) =>
  ask("search", { text, ...given });

const { historyMessages: MOST, replayMessages: SHOWN } = LIMITS;

/** What chris asks, and what is looked up for it. */
const ASKED: [what: string, command: Command, query: string][] = [
  ["the newest", history({}), `history room lobby limit ${MOST} asked true`],
  ["a few", history({ limit: 7 }), "history room lobby limit 7 asked true"],
  [
    "a room in other letters",
    history({ room: "DEV", limit: 1 }),
    "history room dev limit 1 asked true",
  ],
  [
    "what is before",
    history({ limit: 7, before: 20 }),
    "history room lobby limit 7 before 20 asked true",
  ],
  [
    "what follows",
    history({ limit: 7, from: 20 }),
    "history room lobby limit 7 from 20 asked true",
  ],
  [
    "what is around",
    history({ limit: 7, around: 20 }),
    "history room lobby limit 7 around 20 asked true",
  ],
  [
    "a time",
    history({ limit: 7, around: 1e12, by: "time" }),
    "history room lobby limit 7 around 1000000000000 byTime true asked true",
  ],
  [
    "by what nobody knows",
    history({ limit: 7, from: 3, by: "moon" }),
    "history room lobby limit 7 from 3 asked true",
  ],
  [
    "less than nothing",
    history({ limit: -1, before: -1, from: -1, around: -1 }),
    `history room lobby limit ${MOST} asked true`,
  ],
  ["one too many", history({ limit: MOST + 1 }), `history room lobby limit ${MOST} asked true`],
  [
    "as many as there are",
    history({ limit: Number.MAX_SAFE_INTEGER }),
    `history room lobby limit ${MOST} asked true`,
  ],

  ["direct messages", ask("directs", {}), `directs limit ${MOST}`],
  [
    "earlier direct messages",
    ask("directs", { limit: 7, before: 20 }),
    "directs limit 7 before 20",
  ],
  ["later direct messages", ask("directs", { limit: 7, from: 20 }), "directs limit 7 from 20"],
  [
    "too many direct messages",
    ask("directs", { limit: MOST + 1, before: -1, from: -1 }),
    `directs limit ${MOST}`,
  ],

  [
    "a word in a room",
    search("tea", { room: "Lobby" }),
    "search room lobby rooms lobby text tea limit 20",
  ],
  ["a word in all of one's rooms", search("tea"), "search rooms lobby,dev text tea limit 20"],
  [
    "more of it",
    search("tea", { limit: 7, before: 20 }),
    "search rooms lobby,dev text tea limit 7 before 20",
  ],
  [
    "all of it",
    search("tea", { limit: MOST + 1, before: -1 }),
    `search rooms lobby,dev text tea limit ${MOST}`,
  ],

  ["when somebody was seen", ask("seen", { nick: "bob" }), "seen nick bob rooms lobby,dev"],
  [
    "when somebody was seen who is here",
    ask("seen", { nick: "PAT" }),
    "seen nick pat isHere true rooms lobby,dev",
  ],
];

for (const [what, command, query] of ASKED) {
  Deno.test(`asked for: ${what}`, () => {
    assertEquals(evening.does(1, command), [`1 < recall ${query}`]);
  });
}

/** From which message on somebody lacks what was said, and what they are shown. */
/** What follows comes in pieces of so many. */
const FOLLOWING = 100;

const JOINED: [from: number, query: string][] = [
  [0, `history room lobby limit ${SHOWN}`],
  [-5, `history room lobby limit ${SHOWN}`],
  [1, `history room lobby limit ${FOLLOWING} from 1`],
  [20, `history room lobby limit ${FOLLOWING} from 20`],
  [
    Number.MAX_SAFE_INTEGER,
    `history room lobby limit ${FOLLOWING} from ${Number.MAX_SAFE_INTEGER}`,
  ],
];

for (const [from, query] of JOINED) {
  Deno.test(`who joins and lacks what was said from ${from} on is shown it, back or new`, () => {
    const evening = Evening.of({ chris: ["lobby"], pat: [] });
    const join = ask("join", { room: "lobby", from });
    assertEquals(evening.does(2, join), ["1,2 < joined lobby pat", `2 < recall ${query}`]);
    assertEquals(evening.does(1, join), ["1 < joined lobby chris", `1 < recall ${query}`]);
  });
}

Deno.test("only one's own rooms are looked in, and no room that one has left", () => {
  const evening = Evening.of({ chris: ["lobby", "dev"], pat: ["lobby"] });
  assertEquals(evening.does(2, search("tea")), ["2 < recall search rooms lobby text tea limit 20"]);
  evening.does(1, { type: "part", room: "dev" });
  assertEquals(evening.does(1, ask("seen", { nick: "bob" })), [
    "1 < recall seen nick bob rooms lobby",
  ]);
  assertEquals(evening.does(1, search("tea")), ["1 < recall search rooms lobby text tea limit 20"]);
});
