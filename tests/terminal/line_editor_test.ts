import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Key, KeyName } from "../../src/terminal/keys.ts";
import {
  cleared,
  edit,
  EMPTY,
  insert,
  type Line,
  replace,
} from "../../src/terminal/line_editor.ts";

/** "a|b" is a line with its cursor between a and b. */
function line(drawn: string): Line {
  const cursor = drawn.indexOf("|");
  return { ...EMPTY, text: drawn.replace("|", ""), cursor };
}

function draw({ text, cursor }: Line): string {
  return `${text.slice(0, cursor)}|${text.slice(cursor)}`;
}

function press(line: Line, ...names: KeyName[]): Line {
  return names.reduce((line, name) => {
    const next = edit(line, { type: "key", name });
    assert(next, `${name} does not edit`);
    return next;
  }, line);
}

const EDITED: [before: string, keys: string, after: string][] = [
  ["ab|c", "left", "a|bc"],
  ["|abc", "left", "|abc"],
  ["a|bc", "ctrl-f", "ab|c"],
  ["abc|", "right", "abc|"],
  ["a👨‍👩‍👧|", "left", "a|👨‍👩‍👧"],
  ["|🇨🇿🇸🇰", "right", "🇨🇿|🇸🇰"],
  ["e\u0301|", "ctrl-b", "|e\u0301"],
  ["|각\u1100\u1161\u11a8", "right right", "각\u1100\u1161\u11a8|"],
  ["one\ntwo|\nthree", "home", "one\n|two\nthree"],
  ["one\nt|wo\nthree", "ctrl-e", "one\ntwo|\nthree"],
  ["\n|", "home", "\n|"],
  ["|\n", "ctrl-a", "|\n"],
  ["one\nt|wo", "ctrl-home", "|one\ntwo"],
  ["o|ne\ntwo", "ctrl-end", "one\ntwo|"],
  ["say hello, world|", "alt-b", "say hello, |world"],
  ["say hello, |world", "ctrl-left", "say |hello, world"],
  ["say| hello, world", "alt-f", "say hello|, world"],
  ["|říká क्षि", "ctrl-right alt-right", "říká क्षि|"],
  ["cafe\u0301|", "alt-left", "|cafe\u0301"],
  ["ab|", "backspace", "a|"],
  ["|ab", "backspace", "|ab"],
  ["👨‍👩‍👧|b", "ctrl-h", "|b"],
  ["|👨‍👩‍👧b", "delete", "|b"],
  ["a|b", "ctrl-d", "a|"],
  ["ab|", "ctrl-d", "ab|"],
  ["see https://a.b/c |now", "ctrl-w", "see |now"],
  ["see a.b|", "alt-backspace", "see a.|"],
  ["see |a.b", "alt-d", "see |.b"],
  ["one\ntw|o", "ctrl-u", "one\n|o"],
  ["one\n|two", "ctrl-u", "one|two"],
  ["o|ne\ntwo", "ctrl-k", "o|\ntwo"],
  ["one|\ntwo", "ctrl-k", "one|two"],
  ["ab |cd", "ctrl-w ctrl-y ctrl-y", "ab ab |cd"],
  ["one two| three", "ctrl-w ctrl-w ctrl-k ctrl-y", "one two three|"],
  ["one two|", "ctrl-w left right ctrl-w ctrl-y", "one |"],
  ["|ab", "ctrl-t", "|ab"],
  ["a|bc", "ctrl-t", "ba|c"],
  ["ab🇨🇿|", "ctrl-t", "a🇨🇿b|"],
  ["|hello world", "alt-u", "HELLO| world"],
  ["HELLO| WORLD", "alt-l", "HELLO world|"],
  ["say| hELLO", "alt-c", "say Hello|"],
  ["ab|", "ctrl-w ctrl-_", "ab|"],
  ["ab|", "backspace backspace ctrl-_ ctrl-_ ctrl-_", "ab|"],
  ["ab|", "alt-enter", "ab\n|"],
  ["a|b", "ctrl-j", "a\n|b"],
  ["one\ntwo|", "up", "one|\ntwo"],
  ["o|ne\n🇨🇿two", "down", "one\n🇨🇿|two"],
  ["one\n\nthree|", "up", "one\n|\nthree"],
];

for (const [before, keys, after] of EDITED) {
  Deno.test(`makes ${JSON.stringify(after)} of ${JSON.stringify(before)} with ${keys}`, () => {
    assertEquals(draw(press(line(before), ...keys.split(" ") as KeyName[])), after);
  });
}

const NOT_EDITS: [drawn: string, name: KeyName][] = [
  ...[["|", "ctrl-d"], ["|", "up"], ["one|", "up"], ["one|", "down"]] as [string, KeyName][],
  ...[["o|ne\ntwo", "up"], ["one\n|two", "down"], ["one|", "enter"]] as [string, KeyName][],
  ...[["one|", "tab"], ["one|", "page-up"], ["one|", "ctrl-c"]] as [string, KeyName][],
];

for (const [drawn, name] of NOT_EDITS) {
  Deno.test(`${name} in ${JSON.stringify(drawn)} is no edit`, () => {
    assertEquals(edit(line(drawn), { type: "key", name }), undefined);
  });
}

const CLEANED: [what: string, text: string, inserted: string][] = [
  ["line ends of all kinds", "a\r\nb\rc\nd\u2028e", "a\nb\nc\nd\ne"],
  ["a tab", "a\tb", "a b"],
  ["controls", "a\x1b[2J\0\x7f\x9bb\b", "a[2Jb"],
  ["halves of characters", "a\ud83cb\udf89🎉", "ab🎉"],
];

for (const [what, text, inserted] of CLEANED) {
  Deno.test(`inserts ${what} as what can be in a line`, () => {
    assertEquals(insert(EMPTY, text).text, inserted);
    assertEquals(edit(EMPTY, { type: "paste", text })?.text, inserted);
  });
}

Deno.test("a line of the greatest length takes nothing more, and no half of anything", () => {
  const small = { ...EMPTY, maxUnits: 10 };
  assertEquals(insert(small, "0123456789x").text, "0123456789");
  assertEquals(insert(small, "012345👨‍👩‍👧").text, "012345");
  const full = insert(small, "aaaaaaaaaß");
  assertEquals(insert(full, "x").text, full.text);
  assertEquals(press(full, "home", "alt-u").text, full.text);
});

Deno.test("a line is 100000 units long at most", () => {
  assertEquals(insert(EMPTY, "x".repeat(100_001)).text.length, 100_000);
});

Deno.test("what is remembered for undo has a maximum", () => {
  let typed = EMPTY;
  for (let count = 0; count < 1000; count += 1) typed = insert(typed, "x");
  assertEquals(typed.past.length, 200);
  let pasted = EMPTY;
  const paste = "x".repeat(100_000);
  for (let count = 0; count < 20; count += 1) pasted = press(insert(pasted, paste), "ctrl-u");
  const kept = pasted.past.reduce((sum, { removed }) => sum + removed.length, 0);
  assertEquals(kept, 400_000);
});

Deno.test("a completion takes the place of what was typed, and can be undone", () => {
  const typed = line("hi chr|, you");
  const completed = replace(typed, { start: 3, end: 6, text: "christopher" });
  assertEquals(draw(completed), "hi christopher|, you");
  assertEquals(draw(press(completed, "ctrl-_")), draw(typed));
});

Deno.test("what was killed can still be brought back in the next line", () => {
  const next = cleared(press(line("secret|"), "ctrl-u"));
  assertEquals(draw(next), "|");
  assertEquals(draw(press(next, "ctrl-y")), "secret|");
});

/** Whatever joins, splits or pairs with its neighbours. */
const BITS = [
  ...["a", "b", "Z", " ", "\n", "ß", "é", "\u0301", "\u200d", "👨", "👩", "🏻", "\ufe0f", "🇨", "🇿"],
  ...[
    "ᄀ",
    "ᅡ",
    "ᆨ",
    "각",
    "가",
    "क",
    "\u094d",
    "ष",
    "ि",
    "\u0600",
    "你",
    "\u0e33",
    "\u{e0061}",
    ".",
  ],
];
const text = fc.array(fc.constantFrom(...BITS), { maxLength: 30 }).map((it) => it.join(""));
const somewhere = fc.tuple(text, fc.nat()).map(([text, at]) => {
  const boundaries = boundariesOf(text);
  return { ...EMPTY, text, cursor: boundaries[at % boundaries.length]! };
});

const MOVES: KeyName[] = [
  ...["left", "right", "home", "end", "up", "down", "ctrl-home", "ctrl-end"] as const,
  ...["alt-b", "alt-f", "ctrl-b", "ctrl-f", "ctrl-a", "ctrl-e"] as const,
];
const KILLS: KeyName[] = ["ctrl-w", "alt-backspace", "alt-d", "ctrl-u", "ctrl-k"];
const OTHERS: KeyName[] = [
  ...["backspace", "delete", "ctrl-d", "ctrl-y", "ctrl-t", "alt-u", "alt-l", "alt-c"] as const,
  ...["ctrl-_", "alt-enter"] as const,
];
const name = fc.constantFrom(...MOVES, ...KILLS, ...OTHERS);
const anyKey: fc.Arbitrary<Key> = fc.oneof(
  name.map((name): Key => ({ type: "key", name })),
  text.map((text): Key => ({ type: "text", text })),
  fc.string({ unit: "binary" }).map((text): Key => ({ type: "paste", text })),
);

function boundariesOf(text: string): number[] {
  const segments = new Intl.Segmenter("en").segment(text);
  return [...Array.from(segments, ({ index }) => index), text.length];
}

Deno.test("law: the cursor is always on the boundary of a grapheme, and the text is clean and bounded", () => {
  fc.assert(
    fc.property(fc.array(anyKey, { maxLength: 60 }), fc.boolean(), (keys, isSmall) => {
      let line = isSmall ? { ...EMPTY, maxUnits: 20 } : EMPTY;
      for (const key of keys) {
        line = edit(line, key) ?? line;
        assert(boundariesOf(line.text).includes(line.cursor), JSON.stringify(line));
        assert(!/(?!\n)[\p{Cc}\p{Cs}]/u.test(line.text) && line.text.length <= line.maxUnits);
      }
    }),
    { numRuns: 500 },
  );
});

Deno.test("law: all that was done can be undone", () => {
  fc.assert(
    fc.property(somewhere, fc.array(anyKey, { maxLength: 30 }), (before, keys) => {
      let line = keys.filter((key) => key.type !== "key" || key.name !== "ctrl-_")
        .reduce((line, key) => edit(line, key) ?? line, before);
      while (line.past.length > 0) line = press(line, "ctrl-_");
      assertEquals(line.text, before.text);
    }),
    { numRuns: 300 },
  );
});

Deno.test("law: to insert and to undo is to do nothing", () => {
  fc.assert(fc.property(somewhere, text.filter((it) => it !== ""), (before, inserted) => {
    assertEquals(draw(press(insert(before, inserted), "ctrl-_")), draw(before));
  }));
});

Deno.test("law: a kill is brought back to where it was", () => {
  fc.assert(
    fc.property(somewhere, fc.constantFrom(...KILLS), (before, kill) => {
      const killed = press(before, kill);
      if (killed.text === before.text) return;
      assertEquals(press(killed, "ctrl-y").text, before.text);
    }),
    { numRuns: 1000 },
  );
});

Deno.test("law: kills that follow each other are brought back together", () => {
  const plain = fc.array(fc.constantFrom(..."ab .\n李🎉")).map((it) => it.join(""));
  const kills = fc.array(fc.constantFrom(...KILLS), { minLength: 1, maxLength: 5 });
  fc.assert(fc.property(plain, plain, kills, (left, right, kills) => {
    const before = line(`${left}|${right}`);
    const killed = press(before, ...kills);
    if (killed.text !== before.text) assertEquals(press(killed, "ctrl-y").text, before.text);
  }));
});

Deno.test("law: moving never changes the text", () => {
  fc.assert(fc.property(somewhere, fc.array(fc.constantFrom(...MOVES)), (before, moves) => {
    const after = moves.reduce((line, name) => edit(line, { type: "key", name }) ?? line, before);
    assertEquals(after.text, before.text);
  }));
});

Deno.test("law: left and right go from one grapheme to the next", () => {
  fc.assert(fc.property(somewhere, (before) => {
    const boundaries = boundariesOf(before.text);
    const at = boundaries.indexOf(before.cursor);
    assertEquals(press(before, "left").cursor, boundaries[Math.max(at - 1, 0)]);
    assertEquals(press(before, "right").cursor, boundaries[at + 1] ?? before.text.length);
  }));
});

Deno.test("every key works in a line of 100000 units", () => {
  for (const unit of ["a", "a ", "李", "👨‍👩‍👧", "e\u0301"]) {
    const long = insert(EMPTY, unit.repeat(100_000 / unit.length));
    for (const name of [...MOVES, ...KILLS, ...OTHERS]) {
      const middle = replace(long, { start: 50_000, end: 50_010, text: "" });
      for (const before of [long, middle]) {
        const after = edit(before, { type: "key", name }) ?? before;
        assert(after.text.length <= 100_000);
      }
    }
  }
});
