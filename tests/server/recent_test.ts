import { assertEquals } from "@std/assert";
import { Recent } from "../../src/server/recent.ts";
import { message } from "../chat/events.ts";

function recentOf(...texts: string[]): string[] {
  const recent = new Recent({ messages: 3, characters: 10 });
  for (const text of texts) recent.add(message({ text }));
  return recent.messages.map(({ text }) => text);
}

Deno.test("the last messages are kept, in the order in which they were said", () => {
  assertEquals(recentOf(), []);
  assertEquals(recentOf("1", "2"), ["1", "2"]);
  assertEquals(recentOf("1", "2", "3", "4", "5", "6", "7"), ["5", "6", "7"]);
});

Deno.test("long ones leave less room for others, and the newest is always there", () => {
  assertEquals(recentOf("1", "123456789", "2"), ["123456789", "2"]);
  assertEquals(recentOf("1", "2", "12345678901234567890"), ["12345678901234567890"]);
  assertEquals(recentOf("12345678901234567890", "1", "2", "3"), ["1", "2", "3"]);
});
