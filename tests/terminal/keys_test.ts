import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  type Key,
  KeyDecoder,
  type KeyName,
  MAX_PASTE_BYTES,
  PASTE_CUT,
} from "../../src/terminal/keys.ts";

const key = (name: KeyName): Key => ({ type: "key", name });
const text = (text: string): Key => ({ type: "text", text });
const paste = (text: string): Key => ({ type: "paste", text });
const UP: Key = { type: "wheel", lines: -3 };
const DOWN: Key = { type: "wheel", lines: 3 };

/** Escapes of one byte, such as \xc3, are bytes; all else is UTF-8. */
function bytes(sent: string): Uint8Array {
  return Uint8Array.from([...sent].flatMap((it) => {
    return it <= "\xff" ? it.charCodeAt(0) : [...new TextEncoder().encode(it)];
  }));
}

const DECODED: [what: string, sent: string, keys: Key[]][] = [
  ["typed characters together", "hi there", [text("hi there")]],
  ["characters of several bytes", "李🎉", [text("李🎉")]],
  ["enter, tab and backspace", "\r\t\x7f", [key("enter"), key("tab"), key("backspace")]],
  ["what enter and backspace are not", "\n\b", [key("ctrl-j"), key("ctrl-h")]],
  ["control characters", "\x01\x1a\0", [key("ctrl-a"), key("ctrl-z"), key("ctrl-space")]],
  ["the last controls", "\x1c\x1d\x1f", [key("ctrl-\\"), key("ctrl-]"), key("ctrl-_")]],
  ["arrows", "\x1b[A\x1b[B\x1b[C\x1b[D", [key("up"), key("down"), key("right"), key("left")]],
  ["arrows of an application", "\x1bOA\x1bOD\x1bOH", [key("up"), key("left"), key("home")]],
  ["numbered keys", "\x1b[1~\x1b[2~\x1b[6~", [key("home"), key("insert"), key("page-down")]],
  ["function keys", "\x1bOP\x1b[15~\x1b[24~\x1b[R", [key("f1"), key("f5"), key("f12"), key("f3")]],
  ["modifiers", "\x1b[1;5D\x1b[3;3~\x1b[1;2A", [
    key("ctrl-left"),
    key("alt-delete"),
    key("shift-up"),
  ]],
  ["all modifiers in one order", "\x1b[1;16C", [key("super-ctrl-alt-shift-right")]],
  ["shift-tab", "\x1b[Z", [key("shift-tab")]],
  ["modifyOtherKeys", "\x1b[27;5;13~\x1b[27;4;65~\x1b[27;2;33~", [
    key("ctrl-enter"),
    key("alt-A"),
    text("!"),
  ]],
  ["kitty's characters", "\x1b[97;5u\x1b[97;4u\x1b[97u\x1b[97;2u", [
    key("ctrl-a"),
    key("alt-A"),
    text("aA"),
  ]],
  ["kitty's other keys", "\x1b[27u\x1b[13;2u\x1b[57399u\x1b[57417;5u\x1b[57376u", [
    key("escape"),
    key("shift-enter"),
    text("0"),
    key("ctrl-left"),
    key("f13"),
  ]],
  ["kitty's shifted characters", "\x1b[49:33;2u\x1b[49:33;4u", [text("!"), key("alt-!")]],
  ["kitty's locks as nothing", "\x1b[97;65u\x1b[97;133u", [text("a"), key("ctrl-a")]],
  ["kitty's releases and lone modifiers as nothing", "\x1b[97;1:3u\x1b[1;1:3A\x1b[57441;2u", []],
  ["the same keys where a terminal tells them apart", "\x1b[105;5u\x1b[109;5u\x1b[91;5u", [
    key("tab"),
    key("enter"),
    key("escape"),
  ]],
  ["the Linux console", "\x1b[[A\x1b[[E\x1b[[Z", [key("f1"), key("f5")]],
  ["rxvt", "\x1b[7~\x1b[8~\x1bOc\x1b[a\x1b[3$\x1b[3^\x1b[3@", [
    key("home"),
    key("end"),
    key("ctrl-right"),
    key("shift-up"),
    key("shift-delete"),
    key("ctrl-delete"),
    key("ctrl-shift-delete"),
  ]],
  ["the number pad", "\x1bOp\x1bOy\x1bOM\x1bOk", [text("09"), key("enter"), text("+")]],
  ["alt as an escape before", "\x1bb\x1bB\x1b1\x1b \x1b\r\x1b\x7f\x1b\x01", [
    key("alt-b"),
    key("alt-B"),
    key("alt-1"),
    key("alt-space"),
    key("alt-enter"),
    key("alt-backspace"),
    key("ctrl-alt-a"),
  ]],
  ["alt with a character of several bytes", "\x1b李x", [key("alt-李"), text("x")]],
  ["alt with an arrow", "\x1b\x1b[A\x1b\x1bOB\x1b\x1b[1;5C", [
    key("alt-up"),
    key("alt-down"),
    key("ctrl-alt-right"),
  ]],
  ["escape and then another key", "\x1b\x1bb\x1b\x1b\x1b[A", [
    key("escape"),
    key("alt-b"),
    key("escape"),
    key("alt-up"),
  ]],
  ["escape and then a paste", "\x1b\x1b[200~hi\x1b[201~", [key("escape"), paste("hi")]],
  ["the wheel", "\x1b[<64;10;5M\x1b[<65;10;5M\x1b[<69;1;1M", [UP, DOWN, DOWN]],
  ["the wheel of old", "\x1b[M\x60!!\x1b[Ma\xc3\x9bx", [UP, DOWN, text("x")]],
  ["rxvt's wheel", "\x1b[96;10;5M", [UP]],
  ["other buttons as nothing", "\x1b[<0;1;1M\x1b[<0;1;1m\x1b[<35;1;1M\x1b[M !!\x1b[<66;1;1M", []],
  ["the window's focus", "\x1b[I\x1b[O", [
    { type: "focus", isIn: true },
    { type: "focus", isIn: false },
  ]],
  ["a paste", "a\x1b[200~one\r\ntwo\x1b[A\x03\x1b[201~b", [
    text("a"),
    paste("one\r\ntwo\x1b[A\x03"),
    text("b"),
  ]],
  ["an eight-bit paste up to its own end", "\x9b200~a\x1b[201~b\x9b201~c", [
    paste("a\x1b[201~b"),
    text("c"),
  ]],
  ["the end of a paste that never began as nothing", "\x1b[201~a", [text("a")]],
  ["a half character at the end of a paste", "\x1b[200~a\xe6\x9d\x1b[201~b", [
    paste("a\ufffd"),
    text("b"),
  ]],
  ["malformed bytes as signs, and goes on", "a\xff\xc3(\xf0\x9f\rb", [
    text("a\ufffd\ufffd(\ufffd"),
    key("enter"),
    text("b"),
  ]],
  ["an eight-bit sequence", "\x9bA\x9b1;5D", [key("up"), key("ctrl-left")]],
  ["no eight-bit sequence inside a character", "ЛA", [text("ЛA")]],
  ["eight-bit controls in UTF-8 as nothing", "a\xc2\x85b", [text("ab")]],
  ["replies that nobody asked for", "\x1b[?62;22c\x1b[24;80R\x1b[0n\x1b[?2026;2$y\x1b[8;24;80tx", [
    text("x"),
  ]],
  ["strings that nobody asked for", "\x1b]11;rgb:0/0/0\x07\x1bP1+r5463\x1b\\\x1b_Gi=1;OK\x1b\\x", [
    text("x"),
  ]],
  ["a string in UTF-8", "\x1b]l李Л\x1b\\x", [text("x")]],
  ["a control in a broken string as a key", "\x1b]11;rgb\rx\x1bP1\x1b[A", [
    key("enter"),
    text("x"),
    key("up"),
  ]],
  ["a control in a broken sequence as a key", "\x1b[1;\rx\x1b[1\x1b[A", [
    key("enter"),
    text("x"),
    key("up"),
  ]],
  ["unknown sequences as nothing", "\x1b[99~\x1b[1;2;3z\x1b[>0;1y\x1b[!p\x1bOzx", [text("x")]],
  ["numbers past all numbers", `\x1b[${"9".repeat(60)}u\x1b[1;${"9".repeat(400)}Ax`, [text("x")]],
];

for (const [what, sent, keys] of DECODED) {
  Deno.test(`decodes ${what}`, () => assertEquals(new KeyDecoder().decode(bytes(sent)), keys));
}

const FLUSHED: [what: string, sent: string, keys: Key[], isWaiting: boolean][] = [
  ["a lone escape", "\x1b", [key("escape")], true],
  ["two escapes", "\x1b\x1b", [key("escape"), key("escape")], true],
  ["alt with what begins a sequence", "\x1b[", [key("alt-[")], true],
  ["escape and alt-O", "\x1b\x1bO", [key("escape"), key("alt-O")], true],
  ["alt with what begins a string", "\x1b]", [key("alt-]")], true],
  ["half a sequence as nothing", "\x1b[1;", [], true],
  ["half a string as nothing", "\x1b]11;rgb", [], true],
  ["no half of a character", "\xe6\x9d", [], false],
  ["no half of a paste", "\x1b[200~hi\x1b", [], false],
];

for (const [what, sent, keys, isWaiting] of FLUSHED) {
  Deno.test(`when nothing more comes, decodes ${what}`, () => {
    const decoder = new KeyDecoder();
    assertEquals(decoder.decode(bytes(sent)), []);
    assertEquals(decoder.isWaiting, isWaiting);
    assertEquals(decoder.flush(), keys);
    assertEquals(decoder.isWaiting, false);
  });
}

Deno.test("a character and a paste go on after the deadline", () => {
  const decoder = new KeyDecoder();
  assertEquals(decoder.decode(bytes("\x1b\xe6\x9d")), []);
  assertEquals(decoder.flush(), [key("escape")]);
  assertEquals(decoder.decode(bytes("\x8e\x1b[200~a\x1b")), [text("李")]);
  assertEquals(decoder.flush(), []);
  assertEquals(decoder.decode(bytes("[201~")), [paste("a")]);
});

Deno.test("a paste of the greatest size is whole, and one byte more is cut with a mark", () => {
  const most = "x".repeat(MAX_PASTE_BYTES);
  const decoder = new KeyDecoder();
  assertEquals(decoder.decode(bytes(`\x1b[200~${most}\x1b[201~`)), [paste(most)]);
  assertEquals(decoder.decode(bytes(`\x1b[200~${most}x\x1b[201~b`)), [
    paste(most + PASTE_CUT),
    text("b"),
  ]);
});

Deno.test("a paste is not cut within a character", () => {
  const sent = `\x1b[200~x${"李".repeat(MAX_PASTE_BYTES / 3)}!\x1b[201~`;
  const [key] = new KeyDecoder().decode(bytes(sent));
  assert(
    key?.type === "paste" && key.text.endsWith(`李${PASTE_CUT}`) && !key.text.includes("\ufffd"),
  );
});

Deno.test("a string without an end is swallowed without being kept", () => {
  const decoder = new KeyDecoder();
  for (let sent = 0; sent < 100; sent += 1) {
    assertEquals(decoder.decode(bytes((sent === 0 ? "\x1bP" : "") + "x".repeat(100_000))), []);
  }
  assertEquals(decoder.decode(bytes("\x1b\\x")), [text("x")]);
});

/** Bytes that lead somewhere: random bytes alone seldom form a sequence. */
const PIECES = [
  ...[
    "\x1b",
    "\x1b[",
    "\x1bO",
    "\x1b]",
    "\x1bP",
    "\x1b\\",
    "\x07",
    "\x9b",
    "[",
    "M",
    "<",
    "O",
    "?",
  ],
  ...[
    "\x1b[200~",
    "\x1b[201~",
    "0",
    ";",
    ":",
    "5",
    "27",
    "~",
    "$",
    "u",
    "A",
    "a",
    " ",
    "\r",
    "\x7f",
  ],
  ...[
    "\0",
    "\xc3",
    "\xe6\x9d",
    "\xf0\x9f",
    "\x8e",
    "\xa9",
    "李",
    "🎉",
    "\xff",
    "\x1b[1;5D",
    "\x1b[<64;1;1M",
  ],
  ...["1".repeat(70), "x".repeat(70)],
];
const stream = fc.array(
  fc.oneof(
    fc.constantFrom(...PIECES).map(bytes),
    fc.uint8Array({ maxLength: 3 }),
  ),
  { maxLength: 40 },
).map((pieces) => Uint8Array.from(pieces.flatMap((it) => [...it])));

function joined(keys: Key[]): Key[] {
  return keys.reduce<Key[]>((all, it) => {
    const last = all.at(-1);
    if (it.type !== "text" || last?.type !== "text") return [...all, it];
    return [...all.slice(0, -1), text(last.text + it.text)];
  }, []);
}

Deno.test("law: any cutting decodes alike, and leaves the same to wait for", () => {
  fc.assert(
    fc.property(stream, fc.array(fc.nat(8), { minLength: 1 }), (sent, sizes) => {
      const [whole, cut] = [new KeyDecoder(), new KeyDecoder()];
      const keys: Key[] = [];
      for (let at = 0, turn = 0; at < sent.length; turn += 1) {
        const size = 1 + sizes[turn % sizes.length]!;
        keys.push(...cut.decode(sent.subarray(at, at += size)));
      }
      assertEquals(joined(keys), whole.decode(sent));
      assertEquals(cut.isWaiting, whole.isWaiting);
      assertEquals(cut.flush(), whole.flush());
    }),
    { numRuns: 3000 },
  );
});

Deno.test("law: what is no control and no eight-bit sequence is UTF-8 as everybody reads it", () => {
  const plain = fc.array(
    fc.integer({ min: 0x20, max: 0xff }).filter((it) => it !== 0x7f && it !== 0x9b),
  );
  fc.assert(
    fc.property(plain, (codes) => {
      const sent = Uint8Array.from(codes);
      const decoder = new KeyDecoder();
      const keys = joined([...decoder.decode(sent), ...decoder.decode(bytes("\r"))]);
      const expected = new TextDecoder("utf-8", { ignoreBOM: true }).decode(sent).replace(
        /[\x80-\x9f]/g,
        "",
      );
      assertEquals(keys, [...(expected === "" ? [] : [text(expected)]), key("enter")]);
    }),
    { numRuns: 1000 },
  );
});

// What a terminal sends for a key, in two kinds of terminal.

const LETTERED = {
  up: "A",
  down: "B",
  right: "C",
  left: "D",
  home: "H",
  end: "F",
  f1: "P",
  f4: "S",
};
const NUMBERED = { insert: 2, delete: 3, "page-up": 5, "page-down": 6, f5: 15, f12: 24 };
const CODED = { enter: 13, tab: 9, backspace: 127, escape: 27 };

const modifiers = fc.nat(15).map((bits) => ({
  bits,
  prefix: [[8, "super-"], [4, "ctrl-"], [2, "alt-"], [1, "shift-"]]
    .map(([bit, prefix]) => bits & (bit as number) ? prefix : "").join(""),
}));

interface Sent {
  sent: string;
  key: Key;
  /** A terminal's user waits before the next key. */
  isAlone?: boolean;
}

const sent: fc.Arbitrary<Sent> = fc.oneof(
  fc.string({ unit: "grapheme", minLength: 1 }).filter((it) => !/\p{C}/u.test(it)).map((it) => ({
    sent: it,
    key: text(it),
  })),
  fc.string({ unit: "grapheme" }).map((it) => ({
    sent: `\x1b[200~${it}\x1b[201~`,
    key: paste(it),
  })),
  fc.tuple(fc.constantFrom(...Object.entries(LETTERED)), modifiers).map(
    ([[name, letter], { bits, prefix }]) => ({
      sent: bits ? `\x1b[1;${bits + 1}${letter}` : `\x1b[${letter}`,
      key: key(`${prefix}${name}` as KeyName),
    }),
  ),
  fc.tuple(fc.constantFrom(...Object.entries(NUMBERED)), modifiers).map(
    ([[name, number], { bits, prefix }]) => ({
      sent: bits ? `\x1b[${number};${bits + 1}~` : `\x1b[${number}~`,
      key: key(`${prefix}${name}` as KeyName),
    }),
  ),
  fc.tuple(fc.constantFrom(...Object.entries(CODED)), modifiers).map(
    ([[name, code], { bits, prefix }]) => ({
      sent: `\x1b[${code};${bits + 1}u`,
      key: key(`${prefix}${name}` as KeyName),
    }),
  ),
  fc.constantFrom(..."abcdefgklnopqrstuvwxyz").map((it) => ({
    sent: String.fromCharCode(it.charCodeAt(0) & 0x1f),
    key: key(`ctrl-${it}`),
  })),
  fc.constantFrom(..."abzABZ019.,/<>é李🎉").map((it) => ({
    sent: `\x1b${it}`,
    key: key(`alt-${it}`),
  })),
  fc.constant({ sent: "\x1b", key: key("escape"), isAlone: true }),
  fc.constantFrom<Sent>(
    { sent: "\x1b[<64;7;9M", key: UP },
    { sent: "\x1b[I", key: { type: "focus", isIn: true } },
  ),
);

/** As a terminal sends it: all in UTF-8. */
function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

Deno.test("law: keys that a terminal sends are the keys that come out", () => {
  fc.assert(
    fc.property(fc.array(sent), (all) => {
      const decoder = new KeyDecoder();
      const keys = all.flatMap(({ sent, isAlone }) => [
        ...decoder.decode(utf8(sent)),
        ...(isAlone ? decoder.flush() : []),
      ]);
      assertEquals(joined(keys), joined(all.map(({ key }) => key)));
    }),
    { numRuns: 1000 },
  );
});
