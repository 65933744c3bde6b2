/** The page without a mouse: everything can be reached, is seen to have been reached, and can be left again. */
import { assert, assertEquals, assertMatch } from "@std/assert";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { assertBecomes } from "./eventually.ts";
import { focused, reachable } from "./in_page.js";
import type { Person } from "./person.ts";

const FREE = { server: { flags: UNTHROTTLED } };
/** More than there is to be reached by Tab. */
const MOST_TABS = 80;

pageTest(
  "one talks, goes about, searches and leaves by the keyboard alone",
  FREE,
  async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await nora.say("the needle");
    const ada = await stage.visitor();
    const { keyboard } = ada.page;
    await keyboard.type("ada");
    await keyboard.press("Enter");
    await ada.hears("ada has joined");
    await keyboard.type("hello");
    await keyboard.press("Enter");
    await ada.sees("nora: the needle", "ada: hello");

    await tabTo(ada, "Join a room");
    await keyboard.press("Enter");
    await keyboard.type("dev");
    await keyboard.press("Enter");
    await assertBecomes(() => ada.place(), "#dev");
    await keyboard.type("in dev");
    await keyboard.press("Enter");
    await ada.sees("ada: in dev");
    await keyboard.press("Alt+ArrowUp");
    await assertBecomes(() => ada.place(), "#lobby");
    await keyboard.press("Alt+2");
    await assertBecomes(() => ada.place(), "#dev");
    await tabTo(ada, /^lobby/);
    await keyboard.press("Enter");
    await assertBecomes(() => ada.place(), "#lobby");

    await tabTo(ada, /nora$/);
    await keyboard.press("Enter");
    await assertBecomes(() => ada.place(), "@nora");
    await keyboard.type("for you");
    await keyboard.press("Enter");
    await ada.sees("ada: for you");
    await keyboard.press("Alt+1");
    await assertBecomes(() => ada.place(), "#lobby");

    await tabTo(ada, "Search");
    await keyboard.press("Enter");
    await assertBecomes(
      async () => (await ada.page.evaluate(focused)).name,
      "Search in your rooms",
    );
    await keyboard.type("needle");
    await keyboard.press("Enter");
    await ada.search.getByRole("button", { name: /the needle/ }).waitFor();
    await tabTo(ada, /the needle/);
    await keyboard.press("Enter");
    await assertBecomes(() => ada.place(), "#lobby");
    await keyboard.press("Escape");
    await ada.search.waitFor({ state: "hidden" });

    await tabTo(ada, /^Leave the chat/);
    await keyboard.press("Enter");
    await ada.page.getByRole("heading", { name: "You have left the chat" }).waitFor();
    await keyboard.press("Enter");
    await ada.hears("ada has joined");
  },
);

pageTest(
  "Tab goes through all that there is, visibly, and nothing keeps it",
  FREE,
  async (stage) => {
    await using _nora = await NativePeer.enter(stage.server.port, "nora");
    const ada = await stage.enter("ada");
    await ada.types("see https://example.org/");
    await ada.sees("ada: see https://example.org/");
    const wanted = new Set(await ada.page.evaluate(reachable));
    for (const key of ["Tab", "Shift+Tab"]) {
      const seen = new Set<string>();
      for (let count = 0; count < MOST_TABS; count++) {
        await ada.page.keyboard.press(key);
        const { name, isVisible } = await ada.page.evaluate(focused);
        assert(isVisible, `it is not seen that ${name} has the focus`);
        seen.add(name);
      }
      assertEquals([...wanted.difference(seen)], [], key);
    }
  },
);

pageTest("dialogs keep the focus until they are closed, and give it back", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  for (const [button, title] of [["Join a room", "Join a room"], ["Help", "What you can type"]]) {
    await tabTo(ada, button!);
    await ada.page.keyboard.press("Enter");
    const dialog = ada.page.getByRole("dialog", { name: title! });
    await dialog.waitFor();
    for (let count = 0; count < 12; count++) {
      await ada.page.keyboard.press("Tab");
      const { isInDialog, name } = await ada.page.evaluate(focused);
      assert(isInDialog || name === "", `${name} lies behind the dialog`);
    }
    await ada.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    assertEquals((await ada.page.evaluate(focused)).name, button);
  }
});

pageTest("what is said is read out, but not what was said long ago", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await nora.say("long ago");
  const ada = await stage.enter("ada");
  await ada.sees("nora: long ago");
  await assertBecomes(() => ada.log.getAttribute("aria-live"), "polite");
  assertEquals(await ada.log.getAttribute("role"), "log");
  await nora.say("now");
  await ada.sees("nora: long ago", "nora: now");
  assertMatch(await ada.log.ariaSnapshot(), /nora.*now/s);
});

pageTest("a key that is typed while one reads goes to the field", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await ada.log.focus();
  await ada.page.keyboard.type("hello");
  await ada.page.keyboard.press("Enter");
  await ada.sees("ada: hello");
});

/** Presses Tab until this has the focus. */
async function tabTo(person: Person, wanted: string | RegExp) {
  const names: string[] = [];
  const isIt = (name: string) => typeof wanted === "string" ? name === wanted : wanted.test(name);
  for (let count = 0; count < MOST_TABS; count++) {
    await person.page.keyboard.press("Tab");
    const { name } = await person.page.evaluate(focused);
    if (isIt(name)) return;
    names.push(name);
  }
  throw new Error(`${wanted} is not among ${names.join(", ")}`);
}
