/** Every setting either holds as soon as it is read again, or is named as one that waits for a restart. */
import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { loadServer, type ServerSettings } from "../src/config/listeners.ts";
import type { Option, Value } from "../src/config/options.ts";
import { reloaded } from "../src/config/reload.ts";
import { assign, limitsOf } from "../src/limits.ts";
import { OPTIONS } from "../src/server_settings.ts";

const KEY = "ed25519:" + "A".repeat(43);
/** Texts that mean something. */
const TEXTS: Record<string, string> = { operators: KEY, trusted: "10.0.0.0/8" };
/** Where there is a certificate, it may be another one. */
const BASE = { tls_cert: "a.pem", tls_key: "a.key" };

/** What a file with these keys leads to. */
function settingsOf(values: Record<string, Value>, tables = ""): ServerSettings {
  const text = Object.entries({ ...BASE, ...values })
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`).join("");
  return loadServer(OPTIONS, { file: { name: "server.toml", text: text + tables } });
}

function otherValue(key: string, { kind, default: usual, choices, max = Infinity }: Option): Value {
  if (choices) return choices.findLast((it) => it !== usual)!;
  if (kind === "switch") return !usual;
  if (kind === "text") return TEXTS[key] ?? "other";
  return Number(usual) + 1 > max ? Number(usual) - 1 : Number(usual) + 1;
}

for (const [key, option] of Object.entries<Option>(OPTIONS)) {
  const promise = option.needsRestart ? "waits for a restart, and is named" : "holds at once";
  Deno.test(`${key}, when it is read again, ${promise}`, () => {
    const before = settingsOf({});
    const after = settingsOf({ [key]: otherValue(key, option) });
    const { settings, changed, waiting } = reloaded(OPTIONS, { before, after });
    const limits = limitsOf(before);
    const next = limitsOf(settings);
    if (option.needsRestart) {
      assertEquals([changed, waiting], [[], [key]]);
      assertEquals(settings, before);
      assertEquals(next, limits);
    } else {
      assertEquals([changed, waiting], [[key], []]);
      assertEquals(settings, after);
      assertNotEquals(next, limits, "nothing that can change while the server runs has changed");
      assign(limits, next);
      assertEquals(limits, next);
    }
  });
}

Deno.test("what others hold is changed in its place, also within a listener's own limits", () => {
  const limits = limitsOf(settingsOf({}));
  const { hub, gate, listeners: [first], bots } = limits;
  const { session } = first!.door;
  const { pace } = session;
  const settings = { max_rooms: 7, max_connections: 8, commands_per_second: 9, operators: KEY };
  assign(limits, limitsOf(settingsOf(settings)));
  assertEquals([hub.maxRooms, gate.maxConnections, pace.perSecond], [7, 8, 9]);
  assertEquals([session.pace, bots.pace.perSecond, hub.operators.has(KEY)], [pace, 9, true]);
});

const ONE_TABLE = `[[listen]]\naddress = "127.0.0.1:1"\nmax_users = 5\n`;
const OTHER_TABLE = `[[listen]]\naddress = "127.0.0.1:2"\ndialect = "ndjson"\n`;
const TWO = ONE_TABLE + OTHER_TABLE;

Deno.test("a listener's own settings hold at once, and another place or protocol waits", () => {
  const before = settingsOf({}, TWO);
  const read = (tables: string) => reloaded(OPTIONS, { before, after: settingsOf({}, tables) });
  const more = read(TWO.replace("max_users = 5", "max_users = 6"));
  assertEquals([more.settings.listen.map((it) => it.max_users), more.waiting], [[6, 10_000], []]);
  assertEquals(more.changed, ["listen"]);
  const turned = read(OTHER_TABLE + ONE_TABLE.replace("5", "7"));
  assertEquals([turned.settings.listen.map((it) => it.max_users), turned.waiting], [
    [7, 10_000],
    [],
  ]);
  for (
    const tables of [
      TWO.replace('"127.0.0.1:2"', '"127.0.0.1:3"'),
      TWO.replace("ndjson", "vu"),
      `${TWO}[[listen]]\naddress = "127.0.0.1:3"\n`,
      ONE_TABLE,
    ]
  ) {
    const { settings, waiting } = read(tables);
    assertEquals(waiting, ["listen"], tables);
    assertEquals(settings.listen, before.listen);
  }
});

Deno.test("whether connections are encrypted at all waits for a restart", () => {
  const before = settingsOf({});
  for (const [from, to] of [["a.pem", ""], ["", "a.pem"]] as const) {
    const one = settingsOf({ tls_cert: from, tls_key: from });
    const other = settingsOf({ tls_cert: to, tls_key: to });
    const { settings, waiting } = reloaded(OPTIONS, { before: one, after: other });
    assertEquals(waiting, ["tls_cert"]);
    assertEquals(settings.listen[0]!.tls_cert, from);
  }
  assertEquals(reloaded(OPTIONS, { before, after: settingsOf({}) }).changed, []);
});

Deno.test("a bot that comes or goes waits for a restart, and its secret and rooms do not", () => {
  const bot = '[[bot]]\nnick = "ci"\ntoken = "0123456789abcdef"\n';
  const before = settingsOf({}, bot);
  const read = (tables: string) => reloaded(OPTIONS, { before, after: settingsOf({}, tables) });
  for (const others of ["", bot.replace("ci", "dj"), bot + bot.replace("ci", "dj")]) {
    const { settings, waiting } = read(others);
    assertEquals([settings, waiting], [before, ["bot"]]);
  }
  const other = read(`${bot}rooms = "dev"\n`.replace("abc", "xyz"));
  assertEquals([other.changed, other.waiting], [["bot"], []]);
  assertEquals(other.settings.bot[0]!.token, "0123456789xyzdef");
  assertEquals(read(`\n\n${bot}`).changed, [], "another line is no other bot");
});

Deno.test("a room's own settings hold at once", () => {
  const before = settingsOf({});
  const room = '[[room]]\nname = "dev"\nkeep_days = 3\n';
  const kept = reloaded(OPTIONS, { before, after: settingsOf({}, room) });
  assertEquals(kept.changed, ["room"]);
  assertEquals(limitsOf(kept.settings).keep.rooms.get("dev")?.days, 3);
});

Deno.test("docs/operating.md names all that waits for a restart, and nothing else", () => {
  const text = Deno.readTextFileSync(new URL("../docs/operating.md", import.meta.url));
  const [, list = ""] = /These wait for a restart:([^.]*)\./.exec(text) ?? [];
  const named = [...list.matchAll(/`(\w+)`/g)].map(([, key]) => key!);
  const fixed = Object.entries<Option>(OPTIONS).filter(([, it]) => it.needsRestart);
  assertEquals(named.toSorted(), [...fixed.map(([key]) => key), "bot", "listen"].toSorted());
  assert(named.length > 5);
});
