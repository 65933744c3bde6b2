import { assertEquals } from "@std/assert";
import { makeLog } from "../../src/server/log.ts";

function logged(format: "text" | "json", fields: Record<string, unknown>): string {
  let line = "";
  const log = makeLog({ format, write: (text) => line += text, now: () => 0 });
  log("info", "entered", fields);
  return line;
}

Deno.test("a text line has the time, the level, the message and its fields", () => {
  const line = logged("text", { connection: 7, peer: "127.0.0.1:5000", dialect: undefined });
  assertEquals(line, "00:00:00 info entered connection=7 peer=127.0.0.1:5000\n");
});

Deno.test("whatever a stranger is called, a log line stays one line of plain ASCII", () => {
  const nick = "x\n00:00:00 error forged \x1b[2J\u202e\u2028";
  const line = logged("text", { nick });
  assertEquals(line.split("\n").length, 2);
  assertEquals(/^[\x20-\x7e]*\n$/.test(line), true, line);
  assertEquals(JSON.parse(logged("json", { nick })).nick, nick);
  assertEquals(logged("json", { nick }).split("\n").length, 2);
});

Deno.test("a mistake of ours is logged with its stack", () => {
  const line = JSON.parse(logged("json", { error: new Error("oh") }));
  assertEquals(line.error.startsWith("Error: oh\n    at "), true);
});
