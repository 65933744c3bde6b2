import { assertEquals } from "@std/assert";
import { clientFile, directory, type Purpose, type System } from "../../src/config/paths.ts";
import { refused } from "./refused.ts";

const PURPOSES: Purpose[] = ["config", "data", "state"];
const all = (os: string, env: System["env"]) =>
  PURPOSES.map((purpose) => directory(purpose, { os, env }));

Deno.test("each system has its own directories", () => {
  const cases: [string, Record<string, string>, string[]][] = [
    ["linux", { HOME: "/home/chris" }, [
      "/home/chris/.config/chat",
      "/home/chris/.local/share/chat",
      "/home/chris/.local/state/chat",
    ]],
    ["freebsd", { HOME: "/" }, ["/.config/chat", "/.local/share/chat", "/.local/state/chat"]],
    ["linux", { XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d/", XDG_STATE_HOME: "/" }, [
      "/c/chat",
      "/d/chat",
      "/chat",
    ]],
    ["darwin", { HOME: "/Users/chris/", XDG_DATA_HOME: "/d" }, [
      "/Users/chris/Library/Application Support/chat",
      "/Users/chris/Library/Application Support/chat",
      "/Users/chris/Library/Application Support/chat",
    ]],
    ["windows", { APPDATA: "C:\\Users\\c\\Roaming", LOCALAPPDATA: "C:\\Users\\c\\Local\\" }, [
      "C:\\Users\\c\\Roaming\\chat",
      "C:\\Users\\c\\Local\\chat",
      "C:\\Users\\c\\Local\\chat",
    ]],
    ["windows", { APPDATA: "\\\\server\\share" }, [
      "\\\\server\\share\\chat",
      "\\\\server\\share\\chat",
      "\\\\server\\share\\chat",
    ]],
  ];
  for (const [os, env, directories] of cases) assertEquals(all(os, env), directories);
});

Deno.test("the client's settings are in the directory of settings, as each system writes it", () => {
  const linux = { os: "linux", env: { HOME: "/home/chris" } };
  const windows = { os: "windows", env: { APPDATA: "C:\\Users\\c\\Roaming" } };
  assertEquals(clientFile(linux), "/home/chris/.config/chat/client.toml");
  assertEquals(clientFile(windows), "C:\\Users\\c\\Roaming\\chat\\client.toml");
});

Deno.test("an XDG variable that is not absolute is ignored", () => {
  for (const path of ["", "relative", "./x", "~/x"]) {
    const env = { HOME: "/home/chris", XDG_CONFIG_HOME: path };
    assertEquals(directory("config", { os: "linux", env }), "/home/chris/.config/chat");
  }
});

Deno.test("an environment that says no place is an error that names the variable", () => {
  const cases: [string, Record<string, string>, Purpose, string][] = [
    ["linux", {}, "config", "HOME"],
    ["linux", { HOME: "" }, "state", "HOME"],
    ["linux", { HOME: "relative" }, "data", "HOME"],
    ["linux", { XDG_DATA_HOME: "/d" }, "config", "HOME"],
    ["darwin", {}, "data", "HOME"],
    ["windows", { HOME: "/home/chris" }, "config", "APPDATA"],
    ["windows", { LOCALAPPDATA: "C:\\x" }, "config", "APPDATA"],
    ["windows", { LOCALAPPDATA: "x", APPDATA: "C:x" }, "data", "LOCALAPPDATA"],
  ];
  for (const [os, env, purpose, variable] of cases) {
    const error = refused(() => directory(purpose, { os, env }));
    assertEquals(
      error.message,
      `no place for the ${purpose} files of chat: ${variable} is not set to an absolute path`,
    );
    assertEquals(error.exitCode, 78);
  }
});
