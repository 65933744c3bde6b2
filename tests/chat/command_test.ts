import { assert, assertEquals } from "@std/assert";
import { ask, type Command, COMMANDS } from "../../src/chat/command.ts";
import { BLANK } from "../../src/chat/shape.ts";

Deno.test("what is left out of a command is blank, and what is given is kept", () => {
  const join = { type: "join", room: "lobby", password: "" } as const;
  assertEquals(ask("join", { room: "lobby" }), { ...join, from: 0 });
  assertEquals(ask("join", { room: "lobby", from: 7 }), { ...join, from: 7 });
  assertEquals(ask("hello", {}), { type: "hello", nick: "", token: "", password: "" });
  assertEquals(ask("directs", { limit: 5 }), { type: "directs", limit: 5, before: 0, from: 0 });
});

Deno.test("law: each field of each command is there, whatever was left out", () => {
  for (const [type, { fields }] of Object.entries(COMMANDS)) {
    const needed = Object.entries<string>(fields).filter(([, kind]) => !(kind in BLANK));
    const given = Object.fromEntries(needed.map(([name]) => [name, "given"]));
    const command: Record<string, unknown> = ask(type as Command["type"], given as never);
    for (const name of Object.keys(fields)) assert(command[name] !== undefined, `${type} ${name}`);
    assertEquals(Object.keys(command).sort(), ["type", ...Object.keys(fields)].sort());
  }
});
