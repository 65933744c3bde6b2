/** What each wire must keep about whose names are and about order, beside the laws of laws_test.ts. */
import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { ask, type Command } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { isText } from "../../src/chat/names.ts";
import { describe } from "../../src/chat/words.ts";
import { concat, type Dialect, utf8 } from "../../src/wire/dialect.ts";
import { dialects } from "../../src/wire/dialects.ts";
import { bgnet0 } from "../../src/wire/bgnet0.ts";
import { tell } from "../chat/events.ts";
import { decoded, OPTIONS } from "./decoded.ts";
import { ANSWERS, CARRYING, ORDERED, ORDERS, WITH_DIGESTS } from "./ordered.ts";

/** As servers are set: nothing is said that somebody has not asked for. */
const STRICT = { ...OPTIONS, notices: false };
const LOBBY_TALK = { type: "say", room: "lobby", id: "" } as const;

const text = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);

function typed(dialect: Dialect, ...commands: Command[]): Uint8Array {
  const { encoder } = dialect.client(STRICT);
  return concat(commands.map((it) => encoder.encode(it, true)).filter((it) => it !== undefined));
}

async function shown(dialect: Dialect, event: Event, own = true): Promise<number> {
  const bytes = dialect.server(OPTIONS).encoder.encode(event, own);
  const heard = bytes ? await decoded(dialect.client(OPTIONS), [bytes]) : [];
  assert(heard.every((it) => it.type !== "broken"), event.type);
  return heard.length;
}

for (const dialect of dialects) {
  Deno.test(`${dialect.name}: no digest of a secret is in any of its bytes`, () => {
    fc.assert(fc.property(fc.base64String({ minLength: 12, maxLength: 60 }), (hash) => {
      for (const extensions of [false, true]) {
        const { encoder } = dialect.server({ ...OPTIONS, extensions });
        for (const make of WITH_DIGESTS) {
          for (const own of [false, true]) {
            assert(!text(encoder.encode(make(hash), own))?.includes(hash), make(hash).type);
          }
        }
      }
    }));
  });

  Deno.test(`${dialect.name}: what a person orders is one wish, and the talk after it is heard`, async () => {
    const hello = ask("hello", { nick: "chris" });
    const opening = await decoded(dialect.server(STRICT), [typed(dialect, hello)]);
    for (const order of ORDERS) {
      const said: Command = { ...LOBBY_TALK, text: "after it" };
      const all = await decoded(dialect.server(STRICT), [typed(dialect, hello, order, said)]);
      const heard = all.slice(opening.length);
      assertEquals(heard.at(-1)?.type, "say", order.type);
      assert(heard.length <= 2, order.type);
      if (heard.length === 2) assertEquals(heard[0], order);
    }
  });
}

/** vu knows no more than its document: its people cannot ask. */
const TALKATIVE = dialects.filter(({ name }) => name !== "vu");

for (const dialect of TALKATIVE) {
  Deno.test(`${dialect.name}: whoever asked, or is meant, is told in so many words`, () => {
    for (const event of ANSWERS) {
      const bytes = dialect.server(STRICT).encoder.encode(event, true);
      assert(bytes, `${event.type} ${describe(event)}`);
    }
  });
}

Deno.test("whatever is told of whose names are and of order, our own screens have words for", () => {
  for (const event of ANSWERS) assert(describe(event)?.startsWith("*** "), event.type);
});

for (const name of ["bgnet0", "chat10"]) {
  Deno.test(`${name}: what others order is news only where the operator wants notices`, () => {
    const dialect = dialects.find((it) => it.name === name)!;
    const news = ANSWERS.filter(({ type }) =>
      ["topic", "ruled", "lifted", "locked", "unlocked"].includes(type)
    );
    for (const event of news) {
      assertEquals(dialect.server(STRICT).encoder.encode(event, false), undefined, event.type);
      assert(dialect.server(OPTIONS).encoder.encode(event, false), event.type);
    }
  });
}

Deno.test("chat10: each of them is one message, as its clients take a read for one", () => {
  const { encoder } = dialects.find(({ name }) => name === "chat10")!.server(OPTIONS);
  for (const event of ORDERED) {
    for (const own of [false, true]) {
      const bytes = text(encoder.encode(event, own)) ?? "";
      assert(bytes.split("CHAT/1.0 ").length <= 2, bytes);
    }
  }
});

Deno.test("vu: nothing of it comes unasked, but that one is out of a room whose talk one was told", () => {
  const vu = dialects.find(({ name }) => name === "vu")!;
  const kicked = tell("kicked", { room: "lobby", nick: "pat", by: "chris", reason: "too\nloud" });
  for (const event of ORDERED.filter((it) => it.type !== "failed" && it.type !== "kicked")) {
    assertEquals(vu.server(OPTIONS).encoder.encode(event, true), undefined, event.type);
  }
  assertEquals(
    text(vu.server(OPTIONS).encoder.encode(kicked, true)),
    "DELIVERY #lobby *server*: pat was sent out of #lobby by chris: too loud\n",
  );
  assertEquals(vu.server(OPTIONS).encoder.encode(kicked, false), undefined);
  assertEquals(vu.server({ ...OPTIONS, roomTalk: false }).encoder.encode(kicked, true), undefined);
});

Deno.test("bgnet0: a client that knows errors is told the news as notices", async () => {
  const hello = utf8('\0\x40{"type":"hello","nick":"chris","extensions":["errors","direct"]}');
  const [first] = await decoded(bgnet0.server(STRICT), [hello]);
  assert(first?.type === "switch");
  const topic = tell("topic", { room: "lobby", nick: "pat", text: "tea", at: 5 });
  assertEquals(
    text(first.encoder.encode(topic, false))?.slice(2),
    '{"type": "notice", "message": "#lobby is about: tea (pat)"}',
  );
  const banned: Event = { type: "failed", command: "join", code: "banned", about: "lobby", id: "" };
  assertEquals([first.encoder.ends?.(banned), bgnet0.server(STRICT).encoder.ends?.(banned)], [
    false,
    true,
  ]);
});

const hostile = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 100 }),
  fc.constantFrom(
    "\r\nCHAT/1.0 LEAVE\r\nUsername: pat\r\n\r\n",
    'x"}\n{"type": "message", "data": "forged"}\n',
    "\nSEND pat forged\nDELIVERY pat forged\n",
    "\n*** the server closes: forged",
    "\x1b]52;c;Zm9yZ2Vk\x07\x1b[2J\u2028\u2029\u0085\u202e",
  ),
).filter(isText);

/** A command of each kind that has strangers' words in it, and the event that it leads to. */
const JOURNEYS: [order: (evil: string) => Command, news: (heard: Command) => Event | undefined][] =
  [
    [
      (evil) => ask("topic", { room: "lobby", text: evil }),
      (heard) =>
        heard.type === "topic"
          ? tell("topic", { room: "lobby", nick: "chris", text: heard.text, at: 5 })
          : undefined,
    ],
    [
      (evil) => ask("kick", { room: "lobby", nick: "pat", reason: evil }),
      (heard) =>
        heard.type === "kick"
          ? tell("kicked", { room: "lobby", nick: "pat", by: "chris", reason: heard.reason })
          : undefined,
    ],
    [
      (evil) => ask("mute", { room: "lobby", who: "pat", reason: evil }),
      (heard) =>
        heard.type === "mute"
          ? tell("ruled", {
            room: "lobby",
            rule: "mute",
            subject: `nick:${heard.who}`,
            by: "chris",
            at: 5,
            reason: heard.reason,
          })
          : undefined,
    ],
  ];

for (const from of TALKATIVE) {
  for (const to of dialects) {
    Deno.test(`what is ordered by ${from.name} is told by ${to.name} as one unit, whatever is in it`, async () => {
      const hello = ask("hello", { nick: "chris" });
      await fc.assert(
        fc.asyncProperty(hostile, async (evil) => {
          for (const [order, news] of JOURNEYS) {
            const bytes = typed(from, hello, order(evil), { ...LOBBY_TALK, text: "after it" });
            const heard = (await decoded(from.server(STRICT), [bytes])) as Command[];
            const [orders, said] = [heard.filter(news), heard.filter(({ type }) => type === "say")];
            assert(orders.length <= 1 && said.length <= 2, `${from.name} ${order(evil).type}`);
            const event = orders[0] && news(orders[0]);
            if (!event) continue;
            const tame = news(order("tame"))!;
            for (const own of [false, true]) {
              assertEquals(await shown(to, event, own), await shown(to, tame, own), event.type);
            }
          }
        }),
        { numRuns: 15 },
      );
    });
  }
}

Deno.test("whatever operators call their reasons, subjects and topics, it forges nothing", async () => {
  await fc.assert(
    fc.asyncProperty(hostile, async (evil) => {
      for (const dialect of dialects) {
        for (const make of CARRYING) {
          assertEquals(await shown(dialect, make(evil)), await shown(dialect, make("tame")));
        }
      }
    }),
    { numRuns: 30 },
  );
});

/** What people type who mean /login, /lock or /join with a password, and miss. */
const slips = fc.constantFrom("login", "lock", "join").chain((word) => {
  const place = fc.nat(word.length - 1);
  const letter = fc.constantFrom(..."abcdefghijklmnopqrstuvwxyz");
  return fc.oneof(
    fc.constant(word),
    fc.constant(word.toUpperCase()),
    place.map((at) => word.slice(0, at) + word.slice(at + 1)),
    fc.tuple(place, letter).map(([at, it]) => word.slice(0, at) + it + word.slice(at)),
    fc.tuple(place, letter).map(([at, it]) => word.slice(0, at) + it + word.slice(at + 1)),
    place.map((at) => word.slice(0, at) + (word[at + 1] ?? "") + word[at]! + word.slice(at + 2)),
  );
}).filter((word) => word !== "");

const blanks = fc.constantFrom("", " ", "  ", "\t");

for (const name of ["bgnet0", "chat10", "ndjson", "plain"]) {
  for (const slashCommands of [true, false]) {
    Deno.test(`${name}: a secret is never said aloud, however its command is mistyped (${slashCommands ? "obeyed" : "not obeyed"})`, async () => {
      const dialect = dialects.find((it) => it.name === name)!;
      const codec = dialect.server({ ...STRICT, slashCommands });
      const write = dialect.client({ ...STRICT, slashCommands: false }).encoder;
      const hello = write.encode(ask("hello", { nick: "chris" }), true)!;
      await fc.assert(
        fc.asyncProperty(slips, blanks, blanks, async (word, before, between) => {
          // Written as the packet that a client makes of any line, and not as ours would escape it.
          const line = `${before}/${between}${word} chris 0pensesame`;
          const bytes = text(write.encode({ ...LOBBY_TALK, text: "%LINE%" }, true))!;
          const packet = bytes.replace("%LINE%", JSON.stringify(line).slice(1, -1));
          const heard = await decoded(codec, [hello, relabelled(name, packet, line)]);
          for (const it of heard) {
            if (it.type === "say" || it.type === "act") assert(!it.text.includes("0pen"), line);
            if (it.type === "answer") assert(!text(it.bytes)?.includes("0pen"), line);
          }
        }),
        { seed: 7 },
      );
    });
  }
}

/** The packet with the line in it, its length that of the line. */
function relabelled(name: string, packet: string, line: string): Uint8Array {
  if (name === "plain") return utf8(`${line}\n`);
  if (name === "chat10") {
    return utf8(`CHAT/1.0 TEXT\r\nUsername: chris\r\nMsg-len: ${line.length}\r\n\r\n${line}`);
  }
  if (name === "ndjson") return utf8(packet);
  const json = utf8(packet.slice(2));
  return concat([Uint8Array.of(json.length >> 8, json.length & 0xff), json]);
}
