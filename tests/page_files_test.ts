import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join } from "@std/path";
import { stripTypeScriptTypes } from "node:module";
import { PAGE_FILES } from "../src/page_files.ts";

const SRC = fromFileUrl(new URL("../src", import.meta.url));
const IMPORTS = /^(?:import\b[^;"]*|export [*{][^;"]*\bfrom )"([^"]+)"/gm;

const PATHS = PAGE_FILES.map(({ path }) => path);
const MODULES = PATHS.filter((path) => /\.(js|ts)$/.test(path));

/** All modules that this one needs, as a browser finds them. */
function needed(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found;
  found.add(path);
  const text = Deno.readTextFileSync(join(SRC, path));
  const code = path.endsWith(".ts") ? stripTypeScriptTypes(text) : text;
  for (const [, specifier] of code.matchAll(IMPORTS)) {
    needed(join(dirname(path), specifier!).replaceAll("\\", "/"), found);
  }
  return found;
}

function textOf(path: string): string {
  return PAGE_FILES.find((file) => file.path === path)!.text;
}

Deno.test("the page has every module that it imports, and no other", () => {
  assertEquals(MODULES.toSorted(), [...needed("/web/main.js")].sort());
});

Deno.test("each file is the one that its path names", () => {
  for (const { path, text } of PAGE_FILES) {
    const name = path === "/" ? "/web/index.html" : path;
    assertEquals(text, Deno.readTextFileSync(join(SRC, name)), path);
  }
});

Deno.test("the page asks for all its modules at once", () => {
  const preloads = textOf("/").matchAll(/<link rel="modulepreload" href="([^"]+)">/g);
  const asked = [...preloads].map(([, path]) => path!);
  assertEquals([...asked, "/web/main.js"].sort(), MODULES.toSorted());
});

Deno.test("all that the page loads is its own, and nothing runs or is styled in its HTML", () => {
  const html = textOf("/");
  for (const [, path] of html.matchAll(/\b(?:src|href)="(\/[^"]*)"/g)) {
    assert(PATHS.includes(path!), path);
  }
  assert(!/\b(?:src|href)="(?:https?:|\/\/|data:|javascript:)/.test(html));
  assert(!/<style\b|\sstyle=|\son\w+=|<script(?![^>]*\bsrc=)/.test(html));
  for (const path of PATHS.filter((path) => path.endsWith(".css"))) {
    assert(!/@import|url\(/.test(textOf(path)), path);
  }
});

Deno.test("no module of the page makes elements of text", () => {
  for (const { path, text } of PAGE_FILES) {
    const found = /\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|eval\()/
      .exec(text);
    assertEquals(found?.[0], undefined, path);
  }
});

Deno.test("what the page loads of ours needs no system below it", () => {
  for (const path of MODULES) assert(!/\bDeno\.|"node:/.test(textOf(path)), path);
});
