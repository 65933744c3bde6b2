import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";

const DOCUMENT = fromFileUrl(new URL("../docs/security.md", import.meta.url));

/** Each link to a test: the test's name, and its file. */
function tests(text: string): { name: string; path: string }[] {
  return [...text.matchAll(/\[([^\]]+)\]\((\.\.\/tests\/[^)]+)\)/g)]
    .map(([, name, path]) => ({ name: name!.replaceAll("\\", ""), path: path! }));
}

Deno.test("each test that docs/security.md names is there", () => {
  const named = tests(Deno.readTextFileSync(DOCUMENT));
  assert(named.length > 50);
  for (const { name, path } of named) {
    const source = Deno.readTextFileSync(join(dirname(DOCUMENT), path));
    assert(source.includes(name), `there is no test "${name}" in ${path}`);
  }
});

Deno.test("each hostile case from 1 to 46 has its row, and a test unless it says why not", () => {
  const rows = Deno.readTextFileSync(DOCUMENT).split("\n").filter((line) => /^\| \d/.test(line));
  const cases = rows.flatMap((row) => row.split("|")[1]!.split(",").map(Number));
  assertEquals(
    cases.toSorted((a, b) => a - b),
    Array.from({ length: 46 }, (_, index) => index + 1),
  );
  for (const row of rows) assert(tests(row).length > 0 || /not built|no such/.test(row), row);
});
