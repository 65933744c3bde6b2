import { assert, assertEquals, assertMatch, assertNotEquals, assertThrows } from "@std/assert";
import { ask } from "../../src/chat/command.ts";
import fc from "fast-check";
import { Bots } from "../../src/bots.ts";
import { ConfigError } from "../../src/config/error.ts";
import { Bearers, digestOf } from "../../src/http/bearer.ts";
import { openApi, OPERATIONS } from "../../src/http/openapi.ts";
import { turn } from "../server/evening.ts";
import { OPTIONS } from "../wire/decoded.ts";
import { Office, PASSWORD, seen, TOKENS } from "./office.ts";
import { LIMITS } from "../chat/limits.ts";

const DEV = "/api/rooms/dev/messages";
const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

Deno.test("what a bot says is stored, answered with its number, and heard like what anybody says", async () => {
  const office = await Office.open();
  const pat = await office.evening.person("pat");
  const { status, json } = await office.post("/api/rooms/lobby/messages", {
    text: "build 7 is green",
  });
  assertEquals(status, 201);
  assertEquals([json.room, json.seq], ["lobby", 1]);
  assertMatch(json.id, UUID);
  await pat.hears((event) => event.type === "joined" && event.nick === "ci");
  const heard = await pat.hears((event) => event.type === "message");
  const { at, id } = json;
  assertEquals(heard, {
    ...{ type: "message", room: "lobby", seq: 1, at, nick: "ci" },
    ...{ text: "build 7 is green", emote: false, id },
  });
});

Deno.test("bots come in where everybody has to know a password", async () => {
  const office = await Office.open({ hub: { password: LIMITS.digest(PASSWORD) } });
  assertEquals((await office.post(DEV)).status, 201);
});

Deno.test("plain text is what is said, and JSON may say that it is an emote", async () => {
  const office = await Office.open();
  await office.post(DEV, '{"text": "not JSON"}');
  await office.post(DEV, "as it is\n", { type: "Text/Plain; Charset=UTF-8" });
  await office.post(DEV, { text: "waves", emote: true, more: ["of", "this"] });
  const { json } = await office.get(DEV);
  assertEquals(json.messages.map((it: { text: string; emote: boolean }) => [it.text, it.emote]), [
    ['{"text": "not JSON"}', false],
    ["as it is\n", false],
    ["waves", true],
  ]);
});

Deno.test("the same key with the same message is one message, answered each time", async () => {
  const office = await Office.open();
  const headers = { "idempotency-key": "build 7".replace(" ", "-") };
  const first = await office.post(DEV, "done", { headers });
  await office.post(DEV, "something else");
  const again = await office.post(DEV, "done", { headers });
  assertEquals([first.status, again.status], [201, 200]);
  assertEquals(again.json, first.json);
  assertMatch(first.json.id, UUID);
  assertEquals(office.kept(), ["ci: done", "ci: something else"]);
});

Deno.test("a key that comes twice at once is one message too", async () => {
  const office = await Office.open();
  const headers = { "idempotency-key": "k" };
  const both = await Promise.all([1, 2].map(() => office.post(DEV, "done", { headers })));
  assertEquals(both.map(({ status }) => status), [201, 200]);
  assertEquals(both[1]!.json, both[0]!.json);
  assertEquals(office.kept(), ["ci: done"]);
});

Deno.test("another text, another room, another bot or another kind is another message", async () => {
  const office = await Office.open();
  const headers = { "idempotency-key": "k" };
  const { json: { id } } = await office.post(DEV, "done", { headers });
  const others = [
    await office.post(DEV, "done!", { headers }),
    await office.post("/api/rooms/ops/messages", "done", { headers }),
    await office.post(DEV, "done", { headers, as: "dj" }),
    await office.post(DEV, { text: "done", emote: true }, { headers }),
  ];
  for (const { status, json } of others) {
    assertEquals(status, 201);
    assertNotEquals(json.id, id);
  }
});

Deno.test("nothing is posted that cannot be, and each refusal says why in words and by a code", async () => {
  const office = await Office.open();
  const key = { "idempotency-key": "two words" };
  const cases: [number, string, Promise<{ status: number; json: unknown }>][] = [
    [400, "bad-text", office.post(DEV, "")],
    [400, "bad-text", office.post(DEV, "a\0b")],
    [400, "bad-text", office.post(DEV, '{"text": "\\ud800"}', { type: "application/json" })],
    [400, "bad-request", office.post(DEV, {})],
    [400, "bad-request", office.post(DEV, { text: 5 })],
    [400, "bad-request", office.post(DEV, { text: "hi", emote: "yes" })],
    [400, "bad-request", office.post(DEV, [])],
    [400, "bad-request", office.post(DEV, "{", { type: "application/json" })],
    [400, "bad-request", office.post(DEV, "[".repeat(60_000), { type: "application/json" })],
    [
      400,
      "bad-request",
      office.post(DEV, '{"__proto__": {"text": "x"}}', { type: "application/json" }),
    ],
    [400, "bad-request", office.post(DEV, Uint8Array.of(0xff, 0xfe))],
    [
      400,
      "bad-request",
      office.post(DEV, Uint8Array.of(0x22, 0xc3, 0x22), { type: "application/json" }),
    ],
    [400, "bad-request", office.post(DEV, "hi", { headers: key })],
    [
      400,
      "bad-request",
      office.post(DEV, "hi", { headers: { "idempotency-key": "x".repeat(201) } }),
    ],
    [401, "no-token", office.post(DEV, "hi", { as: null })],
    [401, "bad-token", office.post(DEV, "hi", { headers: { authorization: "Bearer nobody" } })],
    [403, "room-not-allowed", office.post("/api/rooms/ops/messages", "hi", { as: "dj" })],
    [404, "bad-room", office.post("/api/rooms/a%20room/messages")],
    [404, "bad-room", office.post("/api/rooms/..%2f..%2fetc/messages")],
    [413, "too-long", office.post(DEV, "x".repeat(1001))],
    [413, "too-long", office.post(DEV, "\u0001".repeat(1_000_000))],
    [415, "bad-type", office.post(DEV, "hi", { type: "" })],
    [415, "bad-type", office.post(DEV, "text=hi", { type: "application/x-www-form-urlencoded" })],
    [415, "bad-type", office.post(DEV, "hi", { type: "multipart/form-data; boundary=x" })],
    [415, "bad-type", office.post(DEV, "hi", { type: "text/plain; charset=latin1" })],
  ];
  for (const [status, code, answer] of cases) {
    const { status: actual, json } = await answer as {
      status: number;
      json: { code: string; error: string };
    };
    assertEquals([actual, json.code], [status, code]);
    assert(json.error.length > 5);
  }
  await office.post(DEV, "and it goes on");
  assertEquals(office.kept(), ["ci: and it goes on"]);
});

Deno.test("who may not use a room may not read it either", async () => {
  const office = await Office.open();
  const { status, json } = await office.get("/api/rooms/ops/messages", { as: "dj" });
  assertEquals([status, json.code], [403, "room-not-allowed"]);
  assertEquals((await office.get("/api/rooms/%23/messages")).status, 404);
  assertEquals((await office.get("/api/rooms/DEV/messages", { as: "dj" })).status, 200);
});

Deno.test("who is not let in is told how to ask", async () => {
  const office = await Office.open();
  const none = await office.get(DEV, { as: null });
  assertEquals(none.headers["WWW-Authenticate"], 'Bearer realm="chat"');
  const wrong = await office.get(DEV, { headers: { authorization: "Basic Y2k6Y2k=" } });
  assertEquals(wrong.headers["WWW-Authenticate"], 'Bearer realm="chat", error="invalid_token"');
});

Deno.test("a token is taken as RFC 6750 has it, and only whole", () => {
  const account = { nick: "ci", rooms: [], digest: digestOf(TOKENS.ci) };
  const other = { nick: "dj", rooms: [], digest: digestOf(TOKENS.dj) };
  const bearers = new Bearers([account, other], () => {});
  const whose = (authorization: string) => bearers.whose({ authorization }, "");
  for (const good of [`Bearer ${TOKENS.ci}`, `bearer  ${TOKENS.ci} `, `BEARER ${TOKENS.ci}`]) {
    assertEquals(whose(good), account);
  }
  assertEquals(whose(`Bearer ${TOKENS.dj}`), other);
  assertEquals(bearers.whose({}, ""), "none");
  const bad = [
    ...["", "Bearer", "Bearer ", TOKENS.ci, `Bearer${TOKENS.ci}`, `Token ${TOKENS.ci}`],
    ...[`Bearer ${TOKENS.ci}x`, `Bearer ${TOKENS.ci.slice(1)}`, `Bearer ${TOKENS.ci} ${TOKENS.ci}`],
    ...[`Bearer ${"x".repeat(1_000_000)}`, `Bearer ${TOKENS.ci}é`, "Bearer \0"],
  ];
  for (const authorization of bad) assertEquals(whose(authorization), "wrong", authorization);
});

Deno.test("an empty token opens no account", () => {
  const bearers = new Bearers([{ nick: "ci", rooms: [], digest: digestOf("") }], () => {});
  assertEquals(bearers.whose({ authorization: "Bearer " }, ""), "wrong");
});

Deno.test("the log tells once a second that tokens were refused, and none of them", async () => {
  const office = await Office.open();
  for (let i = 0; i < 1000; i++) {
    await office.get(DEV, { headers: { authorization: `Bearer a-wrong-secret-${i}` } });
  }
  assertEquals(office.logged, "");
  office.pass(1000);
  office.pass(1000);
  assertEquals(JSON.parse(office.logged), [
    "warning",
    "tokens refused",
    { peer: "127.0.0.1:5000", requests: 1000 },
  ]);
  await office.get(DEV, { as: null });
  office.pass(1000);
  assert(!office.logged.includes("secret"));
});

Deno.test("a bot whose nick somebody else has is told so, and comes in when it is free", async () => {
  const office = Office.closed();
  const thief = await office.evening.person("CI");
  await office.bots.get("ci")!.enter();
  const { status, json } = await office.post(DEV);
  assertEquals([status, json.code], [409, "nick-in-use"]);
  assertMatch(office.logged, /a bot is not let in/);
  office.pass(1000);
  await turn();
  assertEquals(office.logged.match(/a bot is not let in/g)?.length, 1, "the log repeats itself");

  await thief.isCutOff();
  await office.until(() => {
    office.pass(1000);
    return office.logged.includes("a bot is let in");
  });
  assertEquals((await office.post(DEV)).status, 201);
});

Deno.test("a bot's nick is nobody else's from the start", async () => {
  const office = await Office.open();
  const thief = office.evening.connect();
  thief.says(ask("hello", { nick: "Ci" }));
  const answer = await thief.hears((event) => event.type === "failed");
  assertEquals(answer.type === "failed" && answer.code, "nick-in-use");
});

Deno.test("a bot whose connection broke is back in its place, and what it said comes once", async () => {
  const office = await Office.open();
  const pat = await office.evening.person("pat");
  await office.post("/api/rooms/lobby/messages", "before");
  await pat.hearsText();
  office.connections.get("ci")!.close();
  const during = office.post("/api/rooms/lobby/messages", "during");
  let isAnswered = false;
  during.then(() => isAnswered = true);
  await office.until(() => {
    office.pass(1000);
    return isAnswered;
  });
  assertEquals((await during).status, 201);
  assertEquals(await pat.hearsText(), "during");
  // Nobody has seen it leave or come.
  assertEquals(pat.heard.filter((it) => it.type === "joined").length, 2);
  assertEquals(pat.heard.filter((it) => it.type === "quitted").length, 0);
  assertEquals(office.kept("lobby"), ["ci: before", "ci: during"]);
});

Deno.test("law: wherever a bot's connection breaks, each message is kept once and in order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 6 }), { maxLength: 8 }), async (breaks) => {
      const office = await Office.open();
      const texts = breaks.map((_, index) => `${index}`);
      const answers = [];
      for (const [index, turns] of breaks.entries()) {
        answers.push(office.post(DEV, texts[index]));
        for (let i = 0; i < turns; i++) await turn();
        office.connections.get("ci")!.close();
        office.pass(100);
      }
      let left = answers.length;
      for (const answer of answers) answer.then(() => left--);
      await office.until(() => {
        office.pass(100);
        return left === 0;
      });
      const statuses = (await Promise.all(answers)).map(({ status }) => status);
      assert(statuses.every((status) => status === 201 || status === 200), `${statuses}`);
      assertEquals(office.kept(), texts.map((text) => `ci: ${text}`));
    }),
    { numRuns: 50 },
  );
});

Deno.test("a bot that is asked whether it is there says yes, and stays", async () => {
  const office = await Office.open();
  const before = office.connections.get("ci");
  for (let i = 0; i < 10; i++) {
    office.pass(61_000);
    await turn();
    await turn();
  }
  assertEquals(office.connections.get("ci"), before);
  assertEquals((await office.post(DEV)).status, 201);
});

Deno.test("who talks too fast waits, then is told when to come again; what is refused is not said", async () => {
  const office = await Office.open({ limits: { pace: { burst: 4, perSecond: 2 } } });
  const answers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => office.post(DEV, `${index}`)),
  );
  const taken = answers.flatMap(({ status }, index) => status === 201 ? [`ci: ${index}`] : []);
  const refused = answers.filter(({ status }) => status === 429);
  assert(taken.length > 4 && taken.length < 20, `${taken.length}`);
  assertEquals(taken.length + refused.length, 30);
  for (const { json, headers } of refused) {
    assertEquals(json.code, "too-fast");
    assertMatch(headers["Retry-After"]!, /^[45]$/);
  }
  assertEquals(office.kept(), taken);
  // The session has waited meanwhile, as everybody's does.
  assert(office.evening.pauses.length > 0);
  office.pass(5000);
  assertEquals((await office.post(DEV)).status, 201);
});

Deno.test("concurrent posts are kept in the order in which they came", async () => {
  const office = await Office.open();
  const texts = Array.from({ length: 50 }, (_, index) => `${index}`);
  const answers = await Promise.all(texts.map((text) => office.post(DEV, text)));
  assertEquals(answers.map(({ json }) => json.seq), texts.map((_, index) => index + 1));
  assertEquals(office.kept(), texts.map((text) => `ci: ${text}`));
});

Deno.test("while nothing can be stored a bot is told so, and can say it again later", async () => {
  const office = await Office.open();
  office.evening.diskIsFull = true;
  const headers = { "idempotency-key": "k" };
  const { status, json, headers: told } = await office.post(DEV, "done", { headers });
  assertEquals([status, json.code, told["Retry-After"]], [503, "not-stored", "1"]);
  office.evening.diskIsFull = false;
  office.pass(1000);
  assertEquals((await office.post(DEV, "done", { headers })).status, 201);
  assertEquals(office.kept(), ["ci: done"]);
});

Deno.test("while nothing can be read whoever reads is told so", async () => {
  const office = await Office.open();
  office.evening.historyIsBroken = true;
  for (const accept of ["application/json", "text/event-stream"]) {
    const { status, json } = await office.get(DEV, { headers: { accept } });
    assertEquals([status, json.code], [503, "unavailable"]);
  }
  office.evening.historyIsBroken = false;
  assertEquals((await office.get(DEV)).status, 200);
});

Deno.test("whoever never gets an answer is told that it is not known what became of it", async () => {
  const office = Office.closed();
  const answer = office.post(DEV);
  office.pass(0);
  office.connections.get("ci")!.read = () => new Promise(() => {});
  office.evening.diskIsFull = true;
  for (const bot of office.bots.values()) bot.close();
  office.connections.get("ci")!.close();
  office.pass(16_000);
  const { status, json } = await answer;
  assertEquals([status, json.code], [503, "no-answer"]);
});

Deno.test("one room more than somebody may be in is refused", async () => {
  const office = await Office.open();
  const answers = [];
  for (let i = 0; i < 12; i++) answers.push(await office.post(`/api/rooms/room${i}/messages`));
  assertEquals(answers.map(({ status }) => status), [...Array(10).fill(201), 503, 503]);
  assertEquals(answers.at(-1)!.json.code, "too-many-rooms");
  assertEquals((await office.post("/api/rooms/room3/messages")).status, 201);
});

Deno.test("law: pages with after, or with before, are all that was said, once and in order", async () => {
  const office = await Office.open();
  for (let i = 1; i <= 23; i++) await office.post(DEV, `${i}`);
  const all = Array.from({ length: 23 }, (_, index) => index + 1);
  for (const limit of [1, 2, 7, 22, 23, 24, 500]) {
    const forth: number[] = [];
    for (let more = true; more;) {
      const { json } = await office.get(`${DEV}?after=${forth.at(-1) ?? 0}&limit=${limit}`);
      assert(json.messages.length <= limit);
      assertEquals(json.last, 23);
      forth.push(...json.messages.map(({ seq }: { seq: number }) => seq));
      more = json.more;
    }
    assertEquals(forth, all);
    let back: number[] = [];
    for (let more = true; more;) {
      const before = back.length === 0 ? "" : `&before=${back[0]}`;
      const { json } = await office.get(`${DEV}?limit=${limit}${before}`);
      back = [...json.messages.map(({ seq }: { seq: number }) => seq), ...back];
      more = json.more;
    }
    assertEquals(back, all);
  }
});

Deno.test("whatever is asked for is answered with a page or a refusal", async () => {
  const office = await Office.open();
  for (let i = 1; i <= 3; i++) await office.post(DEV, `${i}`);
  const cases: [string, number | number[]][] = [
    ["", [1, 2, 3]],
    ["?after=1", [2, 3]],
    ["?after=3", []],
    ["?after=1&before=3", [2]],
    ["?before=1", []],
    ["?before=0", []],
    ["?after=9007199254740991", []],
    ["?after=9223372036854775808", []],
    ["?before=9223372036854775808&limit=1", [3]],
    ["?limit=9223372036854775808", [1, 2, 3]],
    ["?unknown=1", [1, 2, 3]],
    ["?limit=0", 400],
    ["?limit=-1", 400],
    ["?after=-1", 400],
    ["?after=", 400],
    ["?after=1.5", 400],
    ["?after=1e3", 400],
    ["?before=x", 400],
    [`?after=${"9".repeat(1000)}`, 400],
    ["?after=%00", 400],
  ];
  for (const [query, expected] of cases) {
    const { status, json } = await office.get(DEV + query);
    if (typeof expected === "number") assertEquals(status, expected, query);
    else assertEquals(json.messages.map(({ seq }: { seq: number }) => seq), expected, query);
  }
  const empty = await office.get("/api/rooms/nobody-was-here/messages");
  assertEquals(empty.json, { messages: [], more: false, last: 0 });
});

Deno.test("a message is shown with all that its readers elsewhere are shown of it", async () => {
  const office = await Office.open();
  const pat = await office.evening.person("pat");
  pat.say("hi", "my-own-id");
  pat.say("ho");
  await pat.catchesUp();
  const { json: { messages: [hi, ho] } } = await office.get("/api/rooms/Lobby/messages");
  const { at, ...rest } = hi;
  assertEquals(rest, {
    room: "lobby",
    seq: 1,
    nick: "pat",
    text: "hi",
    emote: false,
    id: "my-own-id",
  });
  assertEquals(typeof at, "number");
  assert(!("id" in ho));
});

Deno.test("what is read takes turns, and one bot alone may not wait for all of them", async () => {
  const office = await Office.open();
  const answers = await Promise.all(Array.from({ length: 100 }, () => office.get(DEV)));
  const statuses = answers.map(({ status }) => status);
  assertEquals(statuses.filter((it) => it === 200).length, 64);
  assertEquals(statuses.filter((it) => it === 429).length, 36);
  assertEquals((await office.get(DEV)).status, 200);
});

Deno.test("each route is described, and each that is described is routed", async () => {
  const office = await Office.open();
  const { status, json, headers } = await office.get("/api/openapi.json", { as: null });
  assertEquals([status, headers["Content-Type"]], [200, "application/json; charset=utf-8"]);
  assertEquals(json, JSON.parse(JSON.stringify(openApi("1"))));
  const described = Object.entries<Record<string, unknown>>(json.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path.replace(/{(\w+)}/g, ":$1")}`)
  );
  assertEquals(
    described.sort(),
    office.routes.map(({ method, path }) => `${method} ${path}`).sort(),
  );
});

Deno.test("each name in a path is described, and each reference leads somewhere", () => {
  const document = openApi("1") as Record<string, Record<string, Record<string, unknown>>>;
  for (const [path, item] of Object.entries(document.paths!)) {
    for (
      const operation of Object.values(item) as { parameters: { in: string; name: string }[] }[]
    ) {
      const named = operation.parameters.filter((it) => it.in === "path").map(({ name }) => name);
      assertEquals(named, [...path.matchAll(/{(\w+)}/g)].map(([, name]) => name!));
    }
  }
  for (const [, name] of JSON.stringify(document).matchAll(/#\/components\/schemas\/(\w+)/g)) {
    assert(name! in document.components!.schemas!, name);
  }
});

Deno.test("each status that is described was seen by a test", () => {
  const described = Object.values(OPERATIONS).flatMap(({ method, path, answers, refusals }) =>
    [...Object.keys(answers), ...refusals].map((status) => `${method} ${path} ${status}`)
  );
  assertEquals(described.filter((it) => !seen.has(it)), []);
});

Deno.test("what bots cannot be is refused before the server starts, with the line that says it", () => {
  using home = new class {
    path = Deno.makeTempDirSync();
    [Symbol.dispose] = () => Deno.removeSync(this.path, { recursive: true });
  }();
  const file = (text: string) => {
    const path = `${home.path}/${crypto.randomUUID()}`;
    Deno.writeTextFileSync(path, text);
    return path;
  };
  const NONE = { token: "", token_file: "", token_sha256: "", rooms: [] as string[] };
  const ci = { ...NONE, nick: "ci", token: "0123456789abcdef", where: "server.toml:2" };
  const make = (...settings: typeof ci[]) =>
    new Bots({
      settings,
      door: { enter: () => Promise.resolve() },
      wire: OPTIONS,
      pace: { burst: 1, perSecond: 1 },
      entry: { password: "" },
      log: () => {},
      now: () => 0,
    });
  const sha = digestOf("another-one-of-16").toHex();
  const bots = make(
    ci,
    { ...ci, nick: "dj", token: "", token_sha256: sha.toUpperCase() },
    { ...ci, nick: "ann", token: "", token_file: file("yet-another-one-of-16\n"), rooms: ["Dev"] },
  );
  const whose = (token: string) => bots.bearers.whose({ authorization: `Bearer ${token}` }, "");
  assertEquals(
    ["0123456789abcdef", "another-one-of-16", "yet-another-one-of-16"].map((it) => {
      const account = whose(it);
      return typeof account === "object" && [account.nick, account.rooms];
    }),
    [["ci", []], ["dj", []], ["ann", ["dev"]]],
  );

  const cases: [typeof ci[], RegExp][] = [
    [[{ ...ci, nick: "a b" }], /^server.toml:2: nobody can be called "a b"$/],
    [[{ ...ci, nick: "Server" }], /^server.toml:2: "Server" could be taken for the server$/],
    [[{ ...ci, rooms: ["#dev"] }], /^server.toml:2: no room can be called "#dev"$/],
    [
      [ci, { ...ci, nick: "CI", token: "0123456789abcdeg", where: "f:9" }],
      /^f:9: there is a \[\[bot\]\] called "CI"/,
    ],
    [[ci, { ...ci, nick: "dj", where: "f:9" }], /^f:9: "dj" has the token of another \[\[bot\]\]$/],
    [
      [{ ...ci, token: "", token_file: `${home.path}/none` }],
      /^server.toml:2: token_file: .*none: No such file/,
    ],
    [
      [{ ...ci, token: "", token_file: file("short") }],
      /^server.toml:2: token_file: .*: a token must be 16 to 200/,
    ],
    [[{ ...ci, token: "", token_file: file("two lines of\nsecrets here") }], /a token must be/],
  ];
  for (const [settings, message] of cases) {
    const error = assertThrows(() => make(...settings), ConfigError);
    assertMatch(error.message, message);
    assert(!error.message.includes("secrets"));
  }
});
