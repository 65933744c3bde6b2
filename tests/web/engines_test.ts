/** What not every browser does alike: seen in Firefox or WebKit first, and held here. */
import { assert, assertEquals } from "@std/assert";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { assertBecomes } from "./eventually.ts";

const FREE = { server: { flags: UNTHROTTLED } };
/** In pixels: what a browser rounds. */
const STILL = 2;
const BELOW =
  "(({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight)" +
  "(document.querySelector('#messages'))";

pageTest(
  "a message of many lines, while it is typed, hides nothing of what was said",
  FREE,
  async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await fill(nora, 100);
    const ada = await stage.enter("ada");
    await ada.log.getByText("number 100 ").waitFor();
    await ada.field.focus();
    for (let line = 1; line <= 9; line++) {
      await ada.page.keyboard.type(`line ${line}`);
      await ada.page.keyboard.press("Shift+Enter");
    }
    await nora.say("news");
    await ada.log.getByText("news", { exact: true }).waitFor();
    await assertBecomes(async () => Number(await ada.page.evaluate(BELOW)) <= STILL, true);
    assert(!await ada.page.getByRole("button", { name: /Go to the newest/ }).isVisible());
  },
);

pageTest(
  "whoever speaks sees it, also where it is confirmed before it is drawn",
  FREE,
  async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await fill(nora, 200);
    const ada = await stage.enter("ada");
    await ada.log.getByText("number 200 ").waitFor();
    await ada.page.evaluate("document.querySelector('#messages').scrollTop = 0");
    await ada.page.getByRole("button", { name: /Go to the newest/ }).waitFor();
    // Nothing is drawn before what was said has come back.
    await ada.page.evaluate(
      "globalThis.real = requestAnimationFrame;" +
        "globalThis.requestAnimationFrame = (run) => real(() => setTimeout(() => real(run), 500))",
    );
    await ada.types("here I am");
    await nora.expect({ type: "joined" }, { type: "message", text: "here I am" });
    await ada.log.getByText("here I am").waitFor();
    await assertBecomes(async () => Number(await ada.page.evaluate(BELOW)) <= STILL, true);
  },
);

pageTest("help begins at its beginning, and help about something there", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  const top = async () =>
    Number(await ada.page.evaluate("document.querySelector('#help').scrollTop"));
  const help = ada.page.getByRole("dialog", { name: "What you can type" });
  await ada.types("/help order");
  await help.waitFor();
  await assertBecomes(async () => await top() > 0, true);
  await ada.page.keyboard.press("Escape");
  await ada.types("/help");
  await help.waitFor();
  assertEquals(await top(), 0);
});

pageTest("Enter that ends a composed character sends nothing", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await ada.field.fill("にほん");
  await ada.page.evaluate(
    "document.querySelector('#text').dispatchEvent(new KeyboardEvent('keydown', " +
      "{ key: 'Enter', keyCode: 229, bubbles: true, cancelable: true }))",
  );
  assertEquals(await ada.field.inputValue(), "にほん");
  await ada.field.press("Enter");
  await ada.sees("ada: にほん");
});

pageTest(
  "where a browser keeps nothing for a page, one talks all the same",
  FREE,
  async (stage) => {
    const ada = await stage.person();
    await ada.page.addInitScript(
      "const no = () => { throw new DOMException('no', 'SecurityError'); };" +
        "globalThis.BroadcastChannel = class { constructor() { no(); } };" +
        "Object.defineProperty(globalThis, 'localStorage', { get: no });",
    );
    await ada.open();
    await ada.enter("ada");
    await ada.types("hello");
    await ada.sees("ada: hello");
  },
);

/** More than a screen of it. */
async function fill(peer: NativePeer, count: number) {
  for (let number = 1; number <= count; number++) await peer.say(`number ${number} `);
  await peer.send({ type: "ping", token: "said" });
  while ((await peer.next())?.token !== "said");
}
