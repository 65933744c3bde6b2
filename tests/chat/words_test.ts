import { assertEquals } from "@std/assert";
import type { Event } from "../../src/chat/event.ts";
import { describe, duration } from "../../src/chat/words.ts";
import { message, tell } from "./events.ts";

const one = [message()];
const two = [message(), message({ text: "hello" })];

const SHOWN: [event: Event, words: string | undefined][] = [
  [tell("found", { text: "tea", messages: [] }), '*** nothing was said with "tea"'],
  [tell("found", { text: "tea", messages: one }), '*** 1 message with "tea"'],
  [tell("found", { text: "tea", messages: two }), '*** 2 messages with "tea"'],
  [
    tell("found", { text: "tea", messages: two, next: 9 }),
    '*** 2 messages with "tea", and there are more',
  ],
  [tell("seen", { nick: "pat" }), "*** pat was never heard here"],
  [tell("seen", { nick: "pat", isHere: true }), "*** pat is here and has said nothing"],
  [
    tell("seen", { nick: "pat", room: "dev", ago: 7_200_000 }),
    "*** pat was last heard in #dev 2 hours ago",
  ],
  [
    tell("seen", { nick: "pat", isHere: true, room: "dev", ago: 60_000 }),
    "*** pat is here, last heard in #dev 1 minute ago",
  ],
  [
    tell("kicked", { room: "dev", nick: "pat", by: "olga" }),
    "*** pat was sent out of #dev by olga",
  ],
  [
    tell("kicked", { room: "dev", nick: "pat", by: "olga", reason: "noise" }),
    "*** pat was sent out of #dev by olga: noise",
  ],
  [{ type: "claimed", nick: "pat", key: "k", at: 5 }, "*** pat is your name alone now"],
  [tell("released", { nick: "pat", at: 5 }), "*** pat is anybody's name now"],
  [tell("released", { nick: "pat", key: "k", at: 5 }), "*** pat is not that key's name now"],
  [
    { type: "token", nick: "pat", token: "t0" },
    "*** log in from elsewhere with: /login pat t0",
  ],
  [
    tell("topic", { room: "dev", nick: "olga", text: "tea", at: 5 }),
    "*** #dev is about: tea (olga)",
  ],
  [tell("topic", { room: "dev", nick: "", text: "tea", at: 5 }), "*** #dev is about: tea"],
  [tell("topic", { room: "dev", nick: "", at: 5 }), "*** #dev has no topic"],
  [tell("topic", { room: "dev", nick: "olga", at: 5 }), "*** #dev has no topic any more: olga"],
  [ruled("ban", { until: 600_005 }), "*** pat is kept out of #dev for 10 minutes (olga)"],
  [ruled("mute", { reason: "noise" }), "*** pat may only listen in #dev (olga): noise"],
  [ruled("op", {}), "*** pat is an operator of #dev (olga)"],
  [ruled("ban", { room: "" }), "*** pat is kept out of the whole chat (olga)"],
  [ruled("constructor", {}), "*** pat constructor #dev (olga)"],
  [
    tell("lifted", { room: "dev", rule: "mute", subject: "nick:pat", by: "olga", at: 5 }),
    "*** pat may speak again in #dev (olga)",
  ],
  [
    tell("locked", { room: "dev", by: "olga", at: 5 }),
    "*** #dev is locked by olga: only the invited may come in",
  ],
  [
    tell("locked", { room: "dev", by: "olga", hash: "*", at: 5 }),
    "*** #dev is locked by olga: those who know the password may come in",
  ],
  [{ type: "unlocked", room: "dev", by: "olga", at: 5 }, "*** #dev is open to everybody again"],
  [tell("rules", { room: "dev", rules: [] }), "*** #dev: no rules"],
  [
    tell("rules", { room: "dev", topic: "tea", lock: "invited", rules: [] }),
    "*** #dev: about tea; only the invited may come in",
  ],
  [
    tell("rules", {
      room: "dev",
      at: 1000,
      rules: [
        { room: "dev", rule: "ban", subject: "nick:pat", by: "olga", until: 7_201_000, who: "" },
        { room: "dev", rule: "mute", subject: "nick:sam", by: "olga", until: 0, who: "" },
      ].map((it) => ({ ...it, reason: "" })),
    }),
    "*** #dev: ban pat for 2 hours more (olga); mute sam (olga)",
  ],
  [
    tell("failed", { command: "hello", code: "banned", about: "spam" }),
    "*** you are kept out: spam",
  ],
  [tell("failed", { command: "join", code: "banned", about: "dev" }), "*** dev: you are kept out"],
  [tell("history", { room: "lobby", messages: one }), undefined],
  [tell("directs", { messages: [] }), undefined],
  [tell("sent", { to: "lobby" }), undefined],
];

function ruled(rule: string, given: { room?: string; until?: number; reason?: string }): Event {
  return tell("ruled", { room: "dev", rule, subject: "nick:pat", by: "olga", at: 5, ...given });
}

for (const [event, words] of SHOWN) {
  Deno.test(`shown of ${event.type}: ${words ?? "nothing"}`, () => {
    assertEquals(describe(event), words);
  });
}

const DURATIONS: [milliseconds: number, words: string][] = [
  [-5, "0 seconds"],
  [0, "0 seconds"],
  [999, "0 seconds"],
  [1000, "1 second"],
  [59_999, "59 seconds"],
  [60_000, "1 minute"],
  [3_599_999, "59 minutes"],
  [3_600_000, "1 hour"],
  [86_399_999, "23 hours"],
  [86_400_000, "1 day"],
  [3 * 86_400_000, "3 days"],
];

for (const [milliseconds, words] of DURATIONS) {
  Deno.test(`${milliseconds} milliseconds are ${words}`, () => {
    assertEquals(duration(milliseconds), words);
  });
}
