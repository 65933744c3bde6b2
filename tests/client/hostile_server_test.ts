/** A server that lies, or hands on what somebody hostile has said: the screen stays usable, and of bearable size. */
import { assert, assertEquals } from "@std/assert";
import { tell } from "../chat/events.ts";
import { Seat } from "./seat.ts";

const MEGABYTE = 1_000_000;

Deno.test("a nick that is none stops nothing", () => {
  const seat = Seat.inLobby();
  seat.hears(tell("renamed", { nick: "pat", to: "" }));
  seat.hearsSaid("", "abc");
  assert(seat.sees().includes("abc"));
});

Deno.test("a text of megabytes is shown in part, and says so", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 10 });
  seat.hearsSaid("mallory", "x".repeat(5 * MEGABYTE));
  assert(seat.sees().includes("(4992000 characters more)"), seat.sees());
  const [buffer] = seat.model.buffers;
  assert(buffer!.entries.every(({ text }) => text.length < 10_000));
});

Deno.test("a nick of megabytes leaves room for what is typed", () => {
  const seat = Seat.inLobby({ columns: 60, rows: 5 });
  seat.hears(tell("renamed", { nick: "pat", to: "漢".repeat(MEGABYTE) }));
  seat.hearsSaid("漢".repeat(MEGABYTE), "hi");
  seat.types("some words");
  assert(seat.sees().split("\n").at(-1)!.endsWith("> some words█"), seat.sees());
});

Deno.test("no more places are opened than anybody looks at", () => {
  const seat = Seat.inLobby();
  for (let number = 1; number <= 1000; number++) {
    seat.hears(tell("told", { nick: `x${number}`, to: "pat", seq: number, at: 1, text: "hi" }));
    seat.hearsSaid("mallory", "hi", `room${number}`);
  }
  seat.hears(
    tell("entered", { nick: "pat", rooms: Array.from({ length: 1000 }, (_, it) => `r${it}`) }),
  );
  assertEquals(seat.model.buffers.length, 200);
  assertEquals(seat.sees().split("\n").at(-1), "pat> █");
});

Deno.test("a time that no calendar has is shown as some other", () => {
  const seat = Seat.inLobby({ time: "hh:mm" });
  seat.hears(tell("message", {
    room: "lobby",
    seq: 1,
    at: Number.MAX_SAFE_INTEGER,
    nick: "mallory",
    text: "hi",
  }));
  assert(!seat.sees().includes("NaN"), seat.sees());
});
