/** The rules of docs/architecture.md, kept by reading the tree. */
import { assert, assertEquals } from "@std/assert";
import { dirname, fromFileUrl, join, normalize, relative } from "@std/path";

const ROOT = fromFileUrl(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

/** Which folders of src each folder may import. Files that lie in src itself may import anything. */
const MAY_IMPORT: Record<string, string[]> = {
  chat: [],
  terminal: [],
  config: [],
  wire: ["chat"],
  store: ["chat"],
  bus: ["chat"],
  client: ["chat", "wire", "terminal"],
  web: ["chat", "wire", "client", "terminal", "http/dashboard_state.ts", "http/dashboard_shape.ts"],
  server: ["chat", "wire", "bus/bus.ts", "store/history.ts"],
  http: ["chat", "wire", "server", "store/history.ts"],
};

/** What chat and wire never do: wait, look at a clock, roll dice, or touch the system. */
const BANNED_IN_PURE_FOLDERS =
  /\b(Deno\.|await\b|async\b|setTimeout|setInterval|setImmediate|queueMicrotask|Date\.now|new Date|performance\.|Math\.random|crypto\.|console\.|fetch\()/;

/** The one file that may import each outside package; tests and benchmarks may import any. */
const OUTSIDE: Record<string, string[]> = {
  "@std/cli/parse-args": ["src/config/flags.ts"],
  "@std/toml": ["src/config/toml.ts"],
  "@std/fmt/colors": ["src/greeting.ts"],
  "@std/path": ["src/store/doctor.ts"],
  // All of it takes 15 ms to load, which is too long for what starts often.
  "@std/path/dirname": ["src/database.ts", "src/key_file.ts"],
  "@std/path/join": ["src/database.ts", "src/connect.ts", "src/token.ts"],
  "node:buffer": ["src/http/reply.ts"],
  "node:crypto": [
    "src/server/token.ts",
    "src/http/pages.ts",
    "src/http/tls.ts",
    "src/http/bearer.ts",
    "src/server/pass.ts",
    "src/server/digest.ts",
  ],
  "node:http": [
    "src/http/web.ts",
    "src/http/websocket.ts",
    "src/http/reply.ts",
    "src/http/body.ts",
  ],
  "node:stream": [
    "src/http/stream.ts",
    "src/http/web.ts",
    "src/http/websocket.ts",
    "src/http/reply.ts",
  ],
  "node:tls": ["src/http/tls.ts"],
  "ws": ["src/http/websocket.ts"],
  "string-width": ["src/terminal/width.ts"],
  "uqr": ["src/greeting.ts"],
  "node:sqlite": [
    "src/store/archive.ts",
    "src/store/checks.ts",
    "src/store/deeds.ts",
    "src/store/doctor.ts",
    "src/store/importing.ts",
    "src/store/passing_index.ts",
    "src/store/read_only.ts",
    "src/store/mending.ts",
    "src/store/pages.ts",
    "src/store/retention.ts",
    "src/store/schema.ts",
    "src/store/sqlite.ts",
    "src/store/transaction.ts",
    "src/store/word_index.ts",
  ],
};

interface Source {
  path: string;
  text: string;
  /** The code without comments and strings. */
  code: string;
  imports: string[];
}

function sources(folder: string): Source[] {
  return [...Deno.readDirSync(join(ROOT, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    // Made of the others, and read by nobody.
    if (path === "src/web/made") return [];
    if (isDirectory) return sources(path);
    if (!/\.(ts|js)$/.test(name)) return [];
    const text = Deno.readTextFileSync(join(ROOT, path));
    return [{ path, text, code: withoutWords(text), imports: importsOf(text) }];
  });
}

function importsOf(text: string): string[] {
  const statements = text.matchAll(/^(?:import\b[^;"]*|export [*{][^;"]*\bfrom )"([^"]+)"/gm);
  const calls = text.matchAll(/\bimport\("([^"]+)"\)/g);
  return [...statements, ...calls].map(([, specifier]) => specifier!);
}

function withoutWords(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\/|\/\/.*|"(?:\\.|[^"\\\n])*"|`(?:\\.|[^`\\$])*`/g, "");
}

const SOURCES = sources("src");

function folderOf(path: string): string {
  const [, folder = "", file] = path.split("/");
  return file === undefined ? "" : folder;
}

Deno.test("folders import only what they may", () => {
  for (const { path, imports } of SOURCES) {
    const folder = folderOf(path);
    if (folder === "") continue;
    assert(folder in MAY_IMPORT, `${path}: a new folder needs its row in MAY_IMPORT`);
    for (const specifier of imports.filter((it) => it.startsWith("."))) {
      const target = relative(ROOT, normalize(join(ROOT, dirname(path), specifier)));
      const inside = target.replaceAll("\\", "/").replace(/^src\//, "");
      const allowed = [folder, ...MAY_IMPORT[folder]!];
      const isAllowed = allowed.some((it) => inside === it || inside.startsWith(`${it}/`));
      assert(isAllowed, `${path} imports ${inside}`);
    }
  }
});

Deno.test("chat and wire are pure", () => {
  for (const { path, code } of SOURCES) {
    if (!["chat", "wire"].includes(folderOf(path))) continue;
    assertEquals(code.match(BANNED_IN_PURE_FOLDERS)?.[0], undefined, path);
  }
});

Deno.test("each outside package has its few importing files", () => {
  for (const { path, imports } of SOURCES) {
    for (const specifier of imports.filter((it) => !it.startsWith("."))) {
      assert(OUTSIDE[specifier]?.includes(path), `${path} imports ${specifier}`);
    }
  }
});

Deno.test("dialects are named in the registry and nowhere else", () => {
  for (const { path, code } of SOURCES) {
    if (folderOf(path) === "wire") continue;
    assertEquals(code.match(/\b(native|bgnet0)\b/)?.[0], undefined, path);
  }
});

Deno.test("every file says at its top what it is", () => {
  for (const { path, text } of SOURCES) {
    assert(text.startsWith("/**"), path);
  }
});

Deno.test("no file is so long that two things live in it", () => {
  for (const { path, text } of SOURCES) {
    assert(text.split("\n").length <= 400, path);
  }
});

Deno.test("the console is never written to past the pipes that can break", () => {
  for (const { path, code } of SOURCES) {
    assert(!/\bconsole\./.test(code), path);
  }
});
