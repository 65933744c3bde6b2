import { assert, assertEquals } from "@std/assert";
import { DEEDS, type Fact, FACTS } from "../../src/chat/event.ts";
import { type DeedLogOptions, logDeed } from "../../src/server/deed_log.ts";
import { makeLog } from "../../src/server/log.ts";

const FORGED = "x\n00:00:00 error forged \x1b[2J\u202e\u2028";
/** Nobody says these in a log. */
const WORDS = ["text", "reason", "hash"];

/** A fact each of whose texts tells its field. */
function factOf(type: string): Fact {
  const shape: Record<string, unknown> = FACTS[type as Fact["type"]];
  const fields = Object.entries(shape).map(([name, kind]) => {
    if (Array.isArray(kind)) return [name, []];
    return [name, `${kind}`.startsWith("string") ? `${name} ${FORGED}` : 1];
  });
  return { type, ...Object.fromEntries(fields) };
}

function logged(fact: Fact, format: "text" | "json"): string {
  let lines = "";
  const log = makeLog({ format, write: (line) => lines += line, now: () => 0 });
  const author = { id: 7, peer: "127.0.0.1:5000" } as DeedLogOptions["author"];
  logDeed(fact, { log, author });
  return lines;
}

for (const type of [...Object.keys(DEEDS), "kicked"]) {
  Deno.test(`${type}: one line says who did what to whom, and nothing of what was said`, () => {
    const fact = factOf(type);
    const json = JSON.parse(logged(fact, "json"));
    assertEquals([json.message, json.connection, json.peer], [type, 7, "127.0.0.1:5000"]);
    const told = Object.keys(fact).filter((name) => !["type", "at", ...WORDS].includes(name));
    for (const name of told) assert(name in json, name);
    const text = logged(fact, "text");
    assert(/^[\x20-\x7e]*\n$/.test(text), text);
    for (const word of WORDS) {
      assert(!(word in json) && !text.includes(`${word} x`), `${word} is in the log`);
    }
  });
}

Deno.test("what people say, and who comes and goes, is none of it", () => {
  const others = Object.keys(FACTS).filter((type) => !(type in DEEDS) && type !== "kicked");
  for (const type of others) assertEquals(logged(factOf(type), "json"), "", type);
});
