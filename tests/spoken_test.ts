import { assert, assertEquals } from "@std/assert";
import { csv, CSV_HEADER, line, lineWithRoom } from "../src/spoken.ts";

const HELLO = {
  room: "lobby",
  seq: 7,
  at: new Date(2026, 10, 20, 21, 4).getTime(),
  nick: "pat",
  text: "hello",
  emote: false,
  id: "",
};

Deno.test("a message is a line with its time by the clock here", () => {
  assertEquals(line(HELLO), "[2026-11-20 21:04] pat: hello");
  assertEquals(line({ ...HELLO, text: "waves", emote: true }), "[2026-11-20 21:04] [pat waves]");
  assertEquals(lineWithRoom(HELLO), "[2026-11-20 21:04] #lobby pat: hello");
});

Deno.test("no text of a stranger's makes a second line, or reaches the terminal as it is", () => {
  const hostile = { ...HELLO, nick: "p\x1b[31mat", text: "a\nb\r\x1b[2J\x9b\u202e" };
  for (const shown of [line(hostile), lineWithRoom(hostile)]) {
    assert(!/[\p{Cc}\p{Cf}]/u.test(shown), shown);
  }
});

Deno.test("fields of CSV are quoted where RFC 4180 wants it, and the header names them", () => {
  const at = "2026-11-20T21:04:00.000Z";
  const fields = { ...HELLO, at: Date.parse(at) };
  assertEquals(CSV_HEADER, "room,seq,at,nick,text,emote,id");
  assertEquals(csv(fields), `lobby,7,${at},pat,hello,false,`);
  const texts = [['a,"b"', '"a,""b"""'], ["a\nb", '"a\nb"'], ["\r", '"\r"'], [" a", '" a"']];
  for (const [text, field] of texts) {
    assertEquals(csv({ ...fields, text: text! }), `lobby,7,${at},pat,${field},false,`);
  }
});
