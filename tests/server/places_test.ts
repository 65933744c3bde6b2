import { assertEquals } from "@std/assert";
import { Places } from "../../src/server/places.ts";

const KEPT = 1000;

/** Places of ada (1), bea (2) and cal (3), of which so many are kept. */
function setUp({ milliseconds = KEPT, max = 10 } = {}) {
  const places = new Places({ milliseconds, max });
  for (const [index, owner] of ["ada", "bea", "cal"].entries()) places.give(index + 1, owner);
  return places;
}

/** What is overdue, each let go as the server does it. */
function overdue(places: Places, now: number): number[] {
  const found: number[] = [];
  for (const place of places.overdue(now)) {
    found.push(place);
    places.release(place);
  }
  return found;
}

Deno.test("a place is its owner's, there or not, until nobody is there any more", () => {
  const places = setUp();
  assertEquals([places.of("ada"), places.ownerOf(1)], [1, "ada"]);
  assertEquals(places.hold(1, 0), true);
  assertEquals([places.of("ada"), places.ownerOf(1)], [1, "ada"]);
  places.forget(1);
  assertEquals([places.of("ada"), places.ownerOf(1)], [undefined, ""]);
  assertEquals(overdue(places, 1e9), []);
});

Deno.test("who came without a token has a place that is nobody's, and it is not kept", () => {
  const places = setUp();
  assertEquals([places.ownerOf(9), places.of("dan")], ["", undefined]);
  assertEquals(places.hold(9, 0), false);
});

Deno.test("where places are kept for no time none is kept", () => {
  assertEquals(setUp({ milliseconds: 0 }).hold(1, 0), false);
});

Deno.test("a place is kept for as long as was said, to the millisecond, and then it is overdue once", () => {
  const places = setUp();
  places.hold(1, 500);
  assertEquals(overdue(places, 500 + KEPT - 1), []);
  assertEquals(overdue(places, 500 + KEPT), [1]);
  assertEquals(overdue(places, 1e9), []);
});

Deno.test("whoever is back is not overdue, and is kept for the whole time when they go again", () => {
  const places = setUp();
  places.hold(1, 0);
  places.resume(1);
  assertEquals(overdue(places, 1e6), []);
  places.hold(1, 1e6);
  assertEquals(overdue(places, 1e6 + KEPT - 1), []);
});

Deno.test("of more places than are kept at once those go that have been kept for longest", () => {
  const places = setUp({ max: 1 });
  for (const [time, place] of [2, 3, 1].entries()) places.hold(place, time);
  assertEquals(overdue(places, 10), [2, 3]);
  assertEquals(overdue(places, 10), []);
  const none = setUp({ max: 0 });
  none.hold(1, 0);
  assertEquals(overdue(none, 0), [1]);
});

Deno.test("a place that is released leads its owner nowhere, and is theirs until it is forgotten", () => {
  const places = setUp();
  places.hold(1, 0);
  places.release(1);
  assertEquals([places.of("ada"), places.ownerOf(1)], [undefined, "ada"]);
});

Deno.test("a place that ends takes nothing from the next one of its owner", () => {
  const places = setUp();
  places.give(7, "ada");
  places.release(1);
  places.forget(1);
  assertEquals([places.of("ada"), places.ownerOf(7)], [7, "ada"]);
});
