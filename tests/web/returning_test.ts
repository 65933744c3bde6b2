/** Pages that are loaded anew, servers that die, networks that fail: nothing is lost, and nothing comes twice. */
import { assert, assertEquals } from "@std/assert";
import { type Json, NativePeer } from "../end_to_end/native_peer.ts";
import { freePort, UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { removeTimeouts } from "./in_page.js";

const RESTARTED = { server: { port: freePort(), flags: UNTHROTTLED } };
/** A page waits longer and longer between its tries, up to half a minute. */
const RETURN_MILLISECONDS = 120_000;
/** A browser that knows that it is offline need not wait for silence to say so, which takes twice as long. */
const BANNER_MILLISECONDS = 30_000;

pageTest(
  "a page that is loaded anew is where it was, and nobody hears of it",
  RESTARTED,
  async (stage) => {
    const ada = await stage.enter("ada");
    await ada.types("/join dev");
    await assertBecomes(() => ada.place(), "#dev");
    await ada.types("in dev");
    await ada.sees("ada: in dev");
    await using nora = await NativePeer.enter(stage.server.port, "nora", "dev");
    await nora.expect({ type: "history" });
    await ada.page.reload();
    await ada.sees("ada: in dev");
    assertEquals(await ada.place(), "#dev");
    await ada.placeButton("lobby").waitFor();
    await ada.types("and again");
    await ada.sees("ada: in dev", "ada: and again");
    await nora.expect({ type: "message", text: "and again" });
    await nora.expectQuiet();
  },
);

pageTest(
  "what was not confirmed when the page was loaded anew is said once",
  RESTARTED,
  async (stage) => {
    const ada = await stage.enter("ada");
    await ada.types("before");
    await ada.sees("ada: before");
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await nora.expect({ type: "history" });
    stage.server.signal("SIGSTOP");
    await ada.types("one");
    await ada.types("two");
    await assertBecomes(() => ada.pending(), ["ada: one", "ada: two"]);
    const reloaded = ada.page.reload();
    stage.server.signal("SIGCONT");
    await reloaded;
    await ada.sees("ada: before", "ada: one", "ada: two");
    await ada.types("after");
    await ada.sees("ada: before", "ada: one", "ada: two", "ada: after");
    assertEquals(await textsUpTo(nora, "after"), ["one", "two", "after"]);
  },
);

pageTest(
  "a server that is killed and comes back has everything once and in order",
  RESTARTED,
  async (stage) => {
    const [ada, bob] = [await stage.enter("ada"), await stage.enter("bob")];
    await ada.types("1");
    await ada.types("2");
    await bob.sees("ada: 1", "ada: 2");
    await Promise.all([ada.types("3"), stage.killServer()]);
    await ada.types("4");
    await ada.types("5");
    const words = /no connection.*\d messages wait.*in \d+ s/s;
    await eventually(() => ada.banner.innerText(), { is: (text) => words.test(text) });
    await stage.startServer();
    const all = ["1", "2", "3", "4", "5"].map((it) => `ada: ${it}`);
    await assertBecomes(() => ada.said(), all, { milliseconds: RETURN_MILLISECONDS });
    await assertBecomes(() => bob.said(), all, { milliseconds: RETURN_MILLISECONDS });
    await ada.banner.waitFor({ state: "hidden" });
    await assertBecomes(() => ada.pending(), []);
    await bob.types("6");
    await ada.sees(...all, "bob: 6");
    const late = await stage.enter("late");
    await late.sees(...all, "bob: 6");
  },
);

pageTest("a button tries at once", RESTARTED, async (stage) => {
  const ada = await stage.person();
  // It does not try again by itself.
  await ada.context.addInitScript(removeTimeouts);
  await ada.open();
  await ada.enter("ada");
  await stage.killServer();
  await eventually(() => ada.banner.innerText(), { is: (text) => /Next try in/.test(text) });
  await stage.startServer();
  await ada.page.getByRole("button", { name: "Try now" }).click();
  await ada.banner.waitFor({ state: "hidden" });
  await ada.types("here again");
  await ada.sees("ada: here again");
});

pageTest(
  "a network that fails and comes back loses nothing",
  RESTARTED,
  async (stage) => {
    const ada = await stage.enter("ada");
    ada.visit.expect(/ERR_INTERNET_DISCONNECTED|WebSocket/);
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await ada.types("1");
    await ada.sees("ada: 1");
    await ada.context.setOffline(true);
    await ada.banner.waitFor({ timeout: BANNER_MILLISECONDS });
    await nora.say("2");
    await ada.types("3");
    await assertBecomes(() => ada.pending(), ["ada: 3"]);
    await ada.context.setOffline(false);
    await eventually(() => ada.said(), {
      is: (said) => said.length === 3,
      milliseconds: RETURN_MILLISECONDS,
    });
    assertEquals((await ada.said()).toSorted(), ["ada: 1", "ada: 3", "nora: 2"]);
    await ada.types("4");
    assertEquals((await textsUpTo(nora, "4")).toSorted(), ["1", "2", "3", "4"]);
  },
);

/** What somebody hears until this is said; nobody comes or goes. */
async function textsUpTo(peer: NativePeer, last: string): Promise<string[]> {
  const events: Json[] = [];
  while (events.at(-1)?.text !== last) {
    const event = await peer.next();
    assert(event, "the connection is open");
    events.push(event);
  }
  const others = events.filter(({ type }) => type !== "message" && type !== "ping");
  assertEquals(others, []);
  return events.map(({ text }) => String(text));
}
