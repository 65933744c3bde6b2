import { assertEquals } from "@std/assert";
import { Passes } from "../../src/server/pass.ts";

/** How many of so many questions at once are taken. */
function taken(passes: Passes, asker: string, count: number): Promise<string>[] {
  const asked = Array.from(
    { length: count },
    () => passes.check(asker, { token: "guess", hashes: [] }),
  );
  return asked.filter((it) => it !== undefined);
}

Deno.test("a secret is found again by what is kept of it, and no other is", async () => {
  const passes = new Passes();
  const { token, hash } = (await passes.make("10.0.0.1"))!;
  const other = (await passes.make("10.0.0.1"))!;
  const hashes = [other.hash, hash];
  assertEquals(await passes.check("10.0.0.1", { token, hashes }), hash);
  assertEquals(await passes.check("10.0.0.1", { token: "guess", hashes: [hash] }), "");
});

Deno.test("a crowd at one address takes turns with all others, and keeps only itself waiting", async () => {
  const passes = new Passes();
  const order: string[] = [];
  const asks = (asker: string, count: number) =>
    taken(passes, asker, count).map((it) => it.then(() => order.push(asker)));
  const loud = asks("10.6.6.6", 100);
  const honest = [...asks("10.0.0.1", 1), ...asks("10.0.0.2", 1)];
  assertEquals([loud.length, honest.length], [51, 2], "one is looked at, and fifty wait");
  await Promise.all([...loud, ...honest]);
  assertEquals(order.slice(0, 4), ["10.6.6.6", "10.6.6.6", "10.0.0.1", "10.0.0.2"]);
  assertEquals(taken(passes, "10.6.6.6", 1).length, 1, "it may ask again");
});

Deno.test("so many wait together, wherever they are, and no more", async () => {
  const passes = new Passes();
  const all = Array.from({ length: 30 }, (_, index) => taken(passes, `10.0.0.${index}`, 50)).flat();
  assertEquals(all.length, 1001);
  await Promise.all(all);
});
