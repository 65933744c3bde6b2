import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { Claims } from "../../src/chat/claims.ts";
import { ask } from "../../src/chat/command.ts";
import { nickKeys } from "../../src/chat/names.ts";
import { AT, Evening } from "./evening.ts";

const KEY = `ed25519:${"k".repeat(43)}`;
const OTHER = `ed25519:${"o".repeat(43)}`;
const DAY = 86_400_000;

/** Chris has claimed the name, and is here as session 1. */
function claimed(limits = {}): Evening {
  const evening = new Evening(limits);
  evening.does(1, ask("hello", { nick: "chris" }), { key: KEY, canProve: true });
  evening.types(1, "/claim");
  return evening;
}

Deno.test("a name that was claimed is for those who have the key, whatever it is written like", () => {
  const evening = claimed();
  evening.vanishes(1);
  for (const nick of ["chris", "CHRIS", "сhris", "ｃhris"]) {
    const hello = ask("hello", { nick });
    assertEquals(evening.does(2, hello, { canProve: true }), [
      `2 < failed hello nick-owned ${nick}`,
    ]);
    assertEquals(evening.does(2, hello, { canProve: true, key: OTHER }), [
      `2 < failed hello nick-owned ${nick}`,
    ]);
  }
  const hello = ask("hello", { nick: "Chris" });
  assertEquals(evening.does(2, hello, { canProve: true, key: KEY }), ["2 < entered Chris []"]);
});

Deno.test("names that nobody has used for long enough leave room for others", () => {
  const it = claimed({ maxClaims: 1, claimMilliseconds: 10 * DAY });
  it.does(2, ask("hello", { nick: "pat" }), { key: OTHER });
  assertEquals(it.types(2, "/claim"), ["2 < failed claim too-many-claims pat"]);
  it.now += 11 * DAY;
  it.hub.tidy(it.now);
  assertEquals(it.types(2, "/claim"), [`2 < claimed pat ${OTHER}`]);
});

Deno.test("nobody takes a claimed name by renaming themselves", () => {
  const evening = claimed();
  evening.vanishes(1);
  evening.does(2, ask("hello", { nick: "mallory" }));
  assertEquals(evening.types(2, "/nick chris"), ["2 < failed rename nick-owned chris"]);
});

Deno.test("those who cannot prove anything are let in as guests, each under a name of their own", () => {
  const evening = claimed();
  const hello = ask("hello", { nick: "chris" });
  assertEquals(evening.does(2, hello), [
    "2 < entered chris-guest []",
    "2 < notice chris is somebody's name, so you are chris-guest here: /login if it is yours true",
  ]);
  assertEquals(evening.does(3, hello)[0], "3 < entered chris-guest2 []");
  const long = ask("hello", { nick: "x".repeat(32) });
  evening.does(4, long, { key: OTHER });
  evening.types(4, "/claim");
  assertEquals(evening.does(5, long)[0], `5 < entered ${"x".repeat(20)}-guest []`);
});

Deno.test("... or refused, where guests are not wanted", () => {
  const evening = claimed({ namesGuests: false });
  assertEquals(evening.does(2, ask("hello", { nick: "chris" })), [
    "2 < failed hello nick-owned chris",
  ]);
});

Deno.test("a key that nobody has shown claims nothing", () => {
  const evening = Evening.of({ chris: [] });
  assertEquals(evening.types(1, "/claim"), ["1 < failed claim no-key"]);
  assertEquals(evening.types(1, "/release"), ["1 < failed release no-key"]);
  assertEquals(evening.types(1, `/allow ${OTHER}`), ["1 < failed allow no-key"]);
});

Deno.test("a name becomes theirs by itself who come with a key, where the server wants it so", () => {
  const evening = new Evening({ claimsByItself: true });
  const hello = ask("hello", { nick: "chris" });
  assertEquals(evening.does(1, hello, { key: KEY }), [
    "1 < entered chris []",
    `1 < claimed chris ${KEY}`,
  ]);
  assertEquals(evening.types(1, "/nick kris"), [
    `1 < renamed chris kris`,
    `1 < claimed kris ${KEY}`,
  ]);
});

Deno.test("who comes with a key gets no name by itself that somebody without one is using", () => {
  const evening = new Evening({ claimsByItself: true });
  evening.does(1, ask("hello", { nick: "chris" }));
  const hello = ask("hello", { nick: "chris" });
  assertEquals(evening.does(2, hello, { key: KEY }), ["2 < failed hello nick-in-use chris"]);
  assertEquals(evening.hub.claimOf("chris", 0), undefined);
});

Deno.test("another key that the owner allows may use the name too, until it is released", () => {
  const evening = claimed();
  evening.types(1, `/allow ${OTHER}`);
  assertEquals(evening.hub.claimOf("chris", 0)?.keys, [KEY], "nobody has come with it yet");
  evening.vanishes(1);
  const hello = ask("hello", { nick: "chris" });
  assertEquals(evening.does(2, hello, { key: OTHER, canProve: true }), [
    "2 < entered chris []",
    `2 < claimed chris ${OTHER}`,
  ]);
  assertEquals(evening.hub.claimOf("chris", 0)?.keys, [KEY, OTHER]);
  evening.types(2, `/release ${KEY}`);
  assertEquals(evening.hub.claimOf("chris", 0)?.keys, [OTHER]);
  const nobodys = `/release ed25519:${"n".repeat(43)}`;
  assertEquals(evening.types(2, nobodys)[0]?.startsWith("2 < failed release not-claimed"), true);
});

Deno.test("a key that somebody else allows counts for nothing until its owner comes with it", () => {
  const evening = claimed({ operators: new Set([OTHER]), maxClaimsPerKey: 1 });
  evening.types(1, `/allow ${OTHER}`);
  evening.does(1, ask("join", { room: "lobby" }));
  evening.does(2, ask("hello", { nick: "root" }), { key: OTHER, canProve: true });
  evening.does(2, ask("join", { room: "lobby" }));
  assertEquals(
    evening.types(2, "/claim"),
    [`2 < claimed root ${OTHER}`],
    "its own claims are its own",
  );
  const [ruled, ...out] = evening.types(2, "/ban chris");
  assertEquals(ruled, `2,1 < ruled lobby ban key:${KEY} root 0  chris`.replace("2,1", "1,2"));
  assertEquals(out.length, 2, "and nobody else is kept out");
});

Deno.test("a secret is whose key it was made with, and goes with it", () => {
  const evening = claimed();
  evening.types(1, `/allow ${OTHER}`);
  const [pass] = evening.hub.handle(1, ask("token", {}), { ...AT, key: KEY });
  if (pass?.type === "publish" && pass.fact.type === "passed") {
    evening.hub.apply({ ...pass.fact, hash: "a digest" }, 1);
  }
  assertEquals(evening.hub.claimOf("chris", 0)?.passes, [{ hash: "a digest", key: KEY }]);
  evening.vanishes(1);
  evening.does(2, ask("hello", { nick: "chris" }), { key: OTHER, canProve: true });
  evening.types(2, `/release ${KEY}`);
  assertEquals(evening.hub.claimOf("chris", 0)?.passes, []);
});

Deno.test("a name that was released is anybody's", () => {
  const evening = claimed();
  assertEquals(evening.types(1, "/release"), ["1 < released chris"]);
  evening.vanishes(1);
  assertEquals(evening.does(2, ask("hello", { nick: "chris" }), { canProve: true }), [
    "2 < entered chris []",
  ]);
});

Deno.test("only so many names belong to one key", () => {
  const evening = claimed({ maxClaimsPerKey: 2 });
  evening.types(1, "/nick kris");
  evening.types(1, "/claim");
  evening.types(1, "/nick cris");
  assertEquals(evening.types(1, "/claim"), ["1 < failed claim too-many-claims cris"]);
});

Deno.test("a claim that nobody uses for long enough is over, and using it keeps it", () => {
  const evening = claimed({ claimMilliseconds: 10 * DAY });
  const hello = ask("hello", { nick: "chris" });
  evening.vanishes(1);
  evening.now += 9 * DAY;
  evening.does(1, hello, { key: KEY });
  evening.vanishes(1);
  evening.now += 9 * DAY;
  assertEquals(evening.does(2, hello, { canProve: true }), ["2 < failed hello nick-owned chris"]);
  evening.now += 2 * DAY;
  assertEquals(evening.does(2, hello, { canProve: true }), ["2 < entered chris []"]);
});

Deno.test("what was claimed is claimed after a restart", () => {
  const evening = claimed();
  evening.types(1, `/allow ${OTHER}`);
  const later = evening.afterRestart();
  assertEquals(later.hub.snapshot().claims, evening.hub.snapshot().claims);
});

Deno.test("law: no two claims share a name or one that looks like it, whatever is claimed and released", () => {
  const nick = fc.constantFrom(
    "chris",
    "CHRIS",
    "сhris",
    "pat",
    "Рat",
    "leslie",
    "τονυ",
    "tovu",
    "TONY",
  );
  const step = fc.record({ nick, key: fc.constantFrom("a", "b", "c"), releases: fc.boolean() });
  fc.assert(fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const claims = new Claims({ claimMilliseconds: 0, maxClaims: 5, maxClaimsPerKey: 3 });
    for (const [at, { nick, key, releases }] of steps.entries()) {
      if (releases) claims.release(nick, key);
      else if (!claims.refusal(nick, key, at)) claims.claim(nick, key, at);
      const all = claims.snapshot();
      const names = all.flatMap(([nick]) => nickKeys(nick));
      assertEquals(new Set(names).size, names.length);
      assertEquals(claims.count, all.length);
      assert(all.every(([nick, keys]) => keys.length > 0 && claims.of(nick, at) !== undefined));
      for (const key of ["a", "b", "c"]) {
        const own = all.filter(([, keys]) => keys.includes(key)).map(([nick]) => nick);
        assertEquals(claims.nicksOf(key).sort(), own.sort());
      }
    }
  }));
});
