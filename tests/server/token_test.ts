import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { isToken, ownerOf } from "../../src/server/token.ts";

Deno.test("a token is as long as nobody guesses, and no longer than anybody needs", () => {
  const lengths = [0, 1, 15, 16, 36, 200, 201];
  assertEquals(lengths.filter((length) => isToken("x".repeat(length))), [16, 36, 200]);
});

Deno.test("an owner is known by the token alone, which is not to be found in it", () => {
  const token = "0123456789abcdef";
  assertEquals(ownerOf(token), ownerOf(token));
  assertNotEquals(ownerOf(token), ownerOf(token + "0"));
  assert(/^[0-9a-f]{32}$/.test(ownerOf(token)));
  assert(!ownerOf(token).includes(token));
});
