import { assert, assertEquals, assertMatch } from "@std/assert";
import fc from "fast-check";
import { uuid } from "../../src/client/uuid.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const time = fc.nat({ max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: 16, maxLength: 16 });

Deno.test("the example of RFC 9562 comes out as it stands there", () => {
  const random = Uint8Array.fromHex("000000000000acc3d8c4dc0c0c07398f");
  assertEquals(uuid(0x017f22e279b0, random), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
});

Deno.test("law: an id is of version 7 and of its variant, and has the time in it", () => {
  fc.assert(fc.property(time, random, (now, random) => {
    const id = uuid(now, random);
    assertMatch(id, UUID);
    assertEquals(parseInt(id.replace("-", "").slice(0, 12), 16), now);
  }));
});

Deno.test("law: ids sort by the time they were made at", () => {
  fc.assert(fc.property(time, time, random, random, (one, other, first, second) => {
    if (one !== other) assertEquals(uuid(one, first) < uuid(other, second), one < other);
  }));
});

Deno.test("law: ids differ if any of their 74 random bits does, and leave the bytes as they were", () => {
  fc.assert(fc.property(fc.integer({ min: 48, max: 127 }), random, (bit, random) => {
    const before = random.slice();
    const other = random.slice();
    other[bit >> 3]! ^= 0x80 >> (bit & 7);
    const isFixed = bit < 52 || bit === 64 || bit === 65;
    assertEquals(uuid(1, random) === uuid(1, other), isFixed);
    assertEquals(random, before);
  }));
});

Deno.test("ids that are made in the same millisecond are unique", () => {
  const ids = Array.from(
    { length: 1000 },
    () => uuid(1, crypto.getRandomValues(new Uint8Array(16))),
  );
  assert(new Set(ids).size === ids.length);
});
