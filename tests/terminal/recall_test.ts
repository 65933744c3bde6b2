import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { add, find, newer, NOTHING, older, type Recall } from "../../src/terminal/recall.ts";
import { type Recalled, visit } from "../../src/terminal/recall.ts";

function entered(...lines: string[]): Recall {
  return lines.reduce(add, NOTHING);
}

/** Goes back and forth with what is shown unchanged: the texts on the way. */
function walk(recall: Recall, { from, keys }: { from: string; keys: string }): string[] {
  let shown: Recalled = { recall, text: from };
  return [...keys].map((key) => {
    const next = (key === "^" ? older : newer)(shown.recall, shown.text);
    shown = next ?? shown;
    return next?.text ?? "-";
  });
}

Deno.test("older lines come newest first, and then there is none", () => {
  assertEquals(walk(entered("one", "two"), { from: "", keys: "^^^" }), ["two", "one", "-"]);
});

Deno.test("newer lines lead back to the draft", () => {
  const walked = walk(entered("one", "two"), { from: "draft", keys: "v^^vvv" });
  assertEquals(walked, ["-", "two", "one", "two", "draft", "-"]);
});

Deno.test("an entered line begins anew at the end", () => {
  const { recall } = older(entered("one", "two"), "draft")!;
  assertEquals(walk(add(recall, "three"), { from: "", keys: "^^" }), ["three", "two"]);
  assertEquals(walk(add(recall, "two"), { from: "next", keys: "^v" }), ["two", "next"]);
});

Deno.test("the same line twice in a row is one, and a blank line is none", () => {
  assertEquals(entered("a", "a", "b", "a", "", "  ").entries, ["a", "b", "a"]);
});

Deno.test("what was changed in an older line is kept until a line is entered", () => {
  const two = older(entered("one", "two"), "")!;
  const one = older(two.recall, "two, changed")!;
  const again = newer(one.recall, one.text)!;
  assertEquals(again.text, "two, changed");
  assertEquals(walk(add(again.recall, "three"), { from: "", keys: "^^" }), ["three", "two"]);
});

Deno.test("a line that was changed to nothing stays nothing", () => {
  const one = older(entered("one"), "draft")!;
  const draft = newer(one.recall, "")!;
  assertEquals(older(draft.recall, draft.text)?.text, "");
});

Deno.test("a change that was taken back is none", () => {
  const one = older(entered("one"), "")!;
  const changed = newer(one.recall, "one, changed")!;
  const back = older(changed.recall, "")!;
  const draft = newer(back.recall, "one")!;
  assertEquals(older(draft.recall, "")?.text, "one");
});

Deno.test("500 lines are kept, and the oldest gives way to one more", () => {
  const lines = Array.from({ length: 501 }, (_, number) => `line ${number}`);
  assertEquals(entered(...lines.slice(0, 500)).entries.length, 500);
  assertEquals(entered(...lines).entries, lines.slice(1));
});

Deno.test("a million units are kept, and the newest line whatever its length", () => {
  const half = "x".repeat(500_000);
  assertEquals(entered(`${half}`, "b", half).entries.length, 2);
  assertEquals(entered("a", "b", half + half + half).entries.length, 1);
});

Deno.test("finds the newest line that contains a text, then older ones that are not the same", () => {
  const recall = entered("/join den", "hello", "/join attic", "hello", "hello there", "bye");
  const first = find(recall, "hello")!;
  assertEquals(first, { at: 4, text: "hello there" });
  const second = find(recall, "hello", { before: first.at })!;
  assertEquals(second, { at: 3, text: "hello" });
  assertEquals(find(recall, "hello", { before: second.at }), undefined);
  assertEquals(find(recall, "join")?.text, "/join attic");
  assertEquals(find(recall, ""), undefined);
  assertEquals(find(recall, "nowhere"), undefined);
});

Deno.test("from a line that was found the arrows go on, and the draft is kept", () => {
  const recall = entered("one", "two", "three");
  const found = visit(recall, { at: find(recall, "two")!.at, text: "draft" })!;
  assertEquals(found.text, "two");
  assertEquals(walk(found.recall, { from: found.text, keys: "^vvv" }), [
    "one",
    "two",
    "three",
    "draft",
  ]);
  assertEquals(visit(recall, { at: 4, text: "" }), undefined);
});

Deno.test("law: wherever one goes and whatever one changes, everything is found as it was left", () => {
  const lines = fc.uniqueArray(fc.string({ minLength: 1 }).filter((it) => it.trim() !== ""));
  const steps = fc.array(fc.record({ isOlder: fc.boolean(), text: fc.option(fc.string()) }));
  fc.assert(fc.property(lines, fc.string(), steps, (lines, draft, steps) => {
    const expected = [...lines, draft];
    let shown: Recalled = { recall: entered(...lines), text: draft };
    for (const { isOlder, text } of steps) {
      const left = text ?? shown.text;
      const next = (isOlder ? older : newer)(shown.recall, left);
      if (!next) continue;
      expected[shown.recall.at] = left;
      shown = next;
      assertEquals(shown.text, expected[shown.recall.at]);
    }
    assertEquals(shown.recall.entries, lines);
    assert(shown.recall.at >= 0 && shown.recall.at <= lines.length);
  }));
});
