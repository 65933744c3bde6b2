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
  [tell("history", { room: "lobby", messages: one }), undefined],
  [tell("directs", { messages: [] }), undefined],
  [tell("sent", { to: "lobby" }), undefined],
];

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
