import { assert, assertEquals } from "@std/assert";
import { fromFileUrl, join } from "@std/path";
import { PAGE_FILES } from "../src/page_files.ts";

const ROOT = fromFileUrl(new URL("..", import.meta.url));
const WEB = join(ROOT, "src/web");
const PATHS = PAGE_FILES.map(({ path }) => path);
/** More would be felt on a phone. */
const MAX_PAGE_BYTES = 100_000;

function textOf(path: string): string {
  return PAGE_FILES.find((file) => file.path === path)!.text;
}

/** The page's own modules. */
function modules(folder = WEB): { name: string; text: string }[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) => {
    if (isDirectory) return name === "made" ? [] : modules(join(folder, name));
    return name.endsWith(".js") ? [{ name, text: Deno.readTextFileSync(join(folder, name)) }] : [];
  });
}

Deno.test("what is made of the page's modules and styles is what `deno task page` makes", async () => {
  const directory = await Deno.makeTempDir();
  try {
    const { tasks } = JSON.parse(await Deno.readTextFile(join(ROOT, "deno.json")));
    const [, ...words] = tasks.page.replace("src/web/made", directory).split(" ");
    const made = await new Deno.Command(Deno.execPath(), { args: words, cwd: ROOT }).output();
    assert(made.success, new TextDecoder().decode(made.stderr));
    for (const { name } of Deno.readDirSync(directory)) {
      const fresh = await Deno.readTextFile(join(directory, name));
      assertEquals(fresh === textOf(`/web/${name}`), true, `run \`deno task page\`: ${name}`);
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});

Deno.test("all that the page is takes no longer than a moment, also on a slow line", () => {
  const own = PAGE_FILES.filter(({ path }) => !path.includes("dashboard"));
  const bytes = own.reduce((sum, { text }) => sum + new TextEncoder().encode(text).length, 0);
  assert(bytes < MAX_PAGE_BYTES, `${bytes} bytes`);
});

for (const html of ["/", "/dashboard"]) {
  Deno.test(`all that ${html} loads is its own, and nothing runs or is styled in its HTML`, () => {
    const text = textOf(html);
    for (const [, path] of text.matchAll(/\b(?:src|href)="(\/[^"]*)"/g)) {
      assert(PATHS.includes(path!), path);
    }
    assert(!/\b(?:src|href)="(?:https?:|\/\/|data:|javascript:)/.test(text));
    assert(!/<style\b|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)/.test(text));
  });
}

Deno.test("no style loads anything from anywhere", () => {
  for (const path of PATHS.filter((path) => path.endsWith(".css"))) {
    assert(!/@import|url\(/.test(textOf(path)), path);
  }
});

Deno.test("no module of the page makes elements of text", () => {
  for (const { name, text } of modules()) {
    const found = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\()/
      .exec(text);
    assertEquals(found?.[0], undefined, name);
  }
});

Deno.test("what the page runs of ours needs no system below it", () => {
  for (const path of PATHS.filter((path) => path.endsWith(".js"))) {
    assert(!/\bDeno\.|node:/.test(textOf(path)), path);
  }
});
