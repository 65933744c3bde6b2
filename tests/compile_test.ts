import { assertEquals } from "@std/assert";
import { fromFileUrl, join, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url));

/** All files that Deno follows the imports of this one to, those that are loaded later too. */
async function reachedFrom(entry: string): Promise<string[]> {
  const { stdout, success } = await new Deno.Command(Deno.execPath(), {
    args: ["info", "--json", entry],
    cwd: ROOT,
    stderr: "null",
  }).output();
  assertEquals(success, true, entry);
  const { modules } = JSON.parse(new TextDecoder().decode(stdout)) as {
    modules: { specifier: string; error?: string }[];
  };
  assertEquals(modules.filter(({ error }) => error !== undefined), []);
  return modules.map(({ specifier }) => specifier)
    .filter((it) => it.startsWith("file:"))
    .map((it) => relative(ROOT, fromFileUrl(it)));
}

function* filesIn(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(ROOT, folder))) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesIn(path);
    else yield path;
  }
}

Deno.test("whatever the program may need is compiled into it, and nothing of ours is left over", async () => {
  const program = await reachedFrom("main.ts");
  const page = [
    ...await reachedFrom("src/web/main.js"),
    ...await reachedFrom("src/web/dashboard.js"),
  ];
  const reached = new Set([...program, ...page]);
  const modules = [...filesIn("src")].filter((path) => /\.[jt]s$/.test(path));
  assertEquals(modules.filter((path) => !reached.has(path)), []);
  const shown = [...filesIn("src/web")].filter((path) => /\.html$|\.svg$|\/made\//.test(path));
  assertEquals(shown.filter((path) => !program.includes(path)), []);
});
