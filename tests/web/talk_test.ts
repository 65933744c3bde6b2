/** What people say to each other through the page. */
import { assert, assertEquals } from "@std/assert";
import { Bgnet0Peer } from "../end_to_end/bgnet0_peer.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { firstMessage, removeTimeouts, watchFirstMessage } from "./in_page.js";

const FREE = { server: { flags: UNTHROTTLED } };
/** Of work until the first message is there: ten times what it takes where it has a processor for itself. */
const FIRST_MESSAGE_MILLISECONDS = 1500;

pageTest(
  "what anybody says, on a page or on another wire, everybody sees once and in one order",
  FREE,
  async (stage) => {
    const [ada, bob] = [await stage.enter("ada"), await stage.enter("bob")];
    await using chris = await Bgnet0Peer.enter(stage.server.port, "chris");
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    for (let round = 1; round <= 5; round++) {
      await Promise.all([
        ada.types(`round ${round} by ada`),
        bob.types(`round ${round} by bob`),
        chris.send(`{"type": "chat", "message": "round ${round} by chris"}`),
        nora.say(`round ${round} by nora`),
      ]);
    }
    const order = await messagesOf(nora, 20);
    await ada.sees(...order);
    await bob.sees(...order);
    const heard: string[] = [];
    while (heard.length < 20) {
      const { type, nick, message } = JSON.parse(await chris.next() ?? "{}");
      if (type === "chat") heard.push(`${nick}: ${message}`);
    }
    assertEquals(heard, order);
    assertEquals(new Set(order).size, 20);
    assertEquals([await ada.pending(), await bob.pending()], [[], []]);
  },
);

pageTest("whoever comes is soon there, and sees what was said before", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await nora.say("before anybody came");
  // The browser and the server have started; nothing of the page is known to whoever comes now.
  await stage.enter("bob");
  const ada = await stage.person();
  await ada.context.addInitScript(watchFirstMessage);
  // Nothing but the network and its own work may keep the page, and only the work is the same on a busy machine.
  await ada.context.addInitScript(removeTimeouts);
  const work = await ada.measureWork();
  const start = performance.now();
  await ada.open();
  await ada.nickField.fill("ada");
  await ada.page.keyboard.press("Enter");
  await ada.sees("nora: before anybody came");
  const took = performance.now() - start;
  const worked = await work();
  const { field, message } = await ada.page.evaluate(firstMessage);
  print(
    `first message ${Math.round(message)} ms after the page was opened, ${Math.round(field)} ms ` +
      `of which until a name could be typed (${Math.round(took)} ms as the test sees it, ` +
      `${Math.round(worked)} ms of work)`,
  );
  assert(worked < FIRST_MESSAGE_MILLISECONDS, `${worked} ms`);
});

pageTest("rooms: joined, counted while one looks elsewhere, and left", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await ada.types("/join dev");
  await assertBecomes(() => ada.place(), "#dev");
  await eventually(() => ada.page.url(), { is: (url) => url.endsWith("#dev") });
  await nora.send({ type: "join", room: "dev" });
  await nora.say("one");
  await nora.say("two");
  await nora.say("in dev", { room: "dev" });
  await ada.sees("nora: in dev");
  await ada.rooms.getByRole("button", { name: /^lobby ?, 2 unread$/ }).waitFor();
  await assertBecomes(() => ada.page.title(), "(2) #dev - chat");
  await ada.goes("lobby");
  await ada.sees("nora: one", "nora: two");
  await assertBecomes(() => ada.page.title(), "#lobby - chat");
  await ada.page.goBack();
  await assertBecomes(() => ada.place(), "#dev");
  await ada.page.goForward();
  await assertBecomes(() => ada.place(), "#lobby");
  await ada.rooms.getByRole("button", { name: "Leave #dev" }).click();
  await assertBecomes(() => ada.placeButton("dev").count(), 0);
  await nora.send({ type: "who", room: "dev" });
  await until(nora, { type: "roster", room: "dev", nicks: ["nora"] });
});

pageTest("the list of rooms that there are leads into them", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora", "garden");
  await nora.say("roses", { room: "garden" });
  const ada = await stage.enter("ada");
  await ada.rooms.getByRole("button", { name: "Join a room" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Join a room" });
  await dialog.getByRole("button", { name: /garden/ }).click();
  await ada.sees("nora: roses");
  assertEquals(await dialog.isVisible(), false);
});

pageTest("a deep link leads into its room", FREE, async (stage) => {
  const ada = await stage.person();
  await ada.open("#dev");
  await ada.nickField.fill("ada");
  await ada.page.keyboard.press("Enter");
  await assertBecomes(() => ada.place(), "#dev");
});

pageTest("a mention stands out, and is counted as one", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await ada.types("/join dev");
  await assertBecomes(() => ada.place(), "#dev");
  await nora.say("Ada: are you there? adamant");
  await ada.rooms.getByRole("button", { name: /^lobby ?, 1 unread, 1 to you$/ }).waitFor();
  await ada.goes("lobby");
  await ada.sees("nora: Ada: are you there? adamant");
  assertEquals(await ada.log.locator(".mention").count(), 1);
});

pageTest("direct messages have a place that nobody else sees", FREE, async (stage) => {
  const [ada, bob] = [await stage.enter("ada"), await stage.enter("bob")];
  const carol = await stage.enter("carol");
  await ada.people.getByRole("button", { name: /bob/ }).click();
  await assertBecomes(() => ada.place(), "@bob");
  await ada.types("just for you");
  await bob.rooms.getByRole("button", { name: /^ada ?, 1 unread/ }).click();
  await bob.sees("ada: just for you");
  await bob.types("I see");
  await ada.sees("ada: just for you", "bob: I see");
  await carol.types("what is it?");
  await carol.sees("carol: what is it?");
  assertEquals(await carol.rooms.getByRole("button", { name: /^(ada|bob)/ }).count(), 0);
  await ada.types("/message carol and for you");
  await carol.rooms.getByRole("button", { name: /^ada ?, 1 unread/ }).waitFor();
});

pageTest("commands: emotes, names, help, and what is none is never said", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await ada.types("/me waves");
  await ada.types("//is no command");
  await ada.sees("[ada waves]", "ada: /is no command");
  await ada.types("/nick grace");
  await ada.hears("ada is now known as grace");
  await ada.rooms.getByRole("button", { name: "You are grace" }).waitFor();
  await ada.types("/jion dev");
  await ada.hears("there is no /jion: did you mean /join?");
  await ada.types("/xyzzy secret");
  await ada.hears("there is no /xyzzy");
  await ada.types("/help");
  const help = ada.page.getByRole("dialog", { name: "What you can type" });
  await help.getByText("/me <text>").waitFor();
  await ada.page.keyboard.press("Escape");
  await help.waitFor({ state: "hidden" });
  await ada.types("the last word");
  await ada.sees("[ada waves]", "ada: /is no command", "grace: the last word");
  assertEquals((await messagesOf(nora, 3)).slice(0, 2), ["ada: waves", "ada: /is no command"]);
});

pageTest("several lines are one message, and Up recalls it", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await ada.field.focus();
  await ada.page.keyboard.type("one");
  await ada.page.keyboard.press("Shift+Enter");
  await ada.page.keyboard.type("two");
  await ada.page.keyboard.press("Enter");
  await ada.sees("ada: one\ntwo");
  await ada.page.keyboard.press("ArrowUp");
  assertEquals(await ada.field.inputValue(), "one\ntwo");
});

pageTest("a nick that is refused can be mended", FREE, async (stage) => {
  await stage.enter("ada");
  const other = await stage.visitor();
  for (const [nick, why] of [["ADA", /has that name/], ["a b", /a name is/], ["Server", /own/]]) {
    await other.nickField.fill(nick as string);
    await other.page.keyboard.press("Enter");
    await other.page.getByRole("alert").filter({ hasText: why as RegExp }).waitFor();
    assertEquals(await other.nickField.inputValue(), nick as string);
  }
  await other.enter("grace");
  await other.types("here I am");
  await other.sees("grace: here I am");
});

pageTest("what was said is found, and shown among its neighbours", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  for (let number = 1; number <= 300; number++) {
    await nora.say(number === 50 ? "the needle" : `straw ${number}`);
  }
  await messagesOf(nora, 300);
  const ada = await stage.enter("ada");
  await ada.types("/search needle");
  await ada.search.getByRole("button", { name: /the needle/ }).click();
  await ada.log.getByText("the needle", { exact: true }).waitFor();
  const box = await ada.log.getByText("the needle", { exact: true }).boundingBox();
  assert(box && box.y > 0 && box.y < 800, "it is in the window");
  await ada.log.getByText("straw 49", { exact: true }).waitFor();
  await ada.log.getByText("straw 51", { exact: true }).waitFor();
});

pageTest("a second tab asks before it takes the chat over", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  const second = await ada.newTab();
  // It must have been the first tab's answer, and not too late a one, that made it ask.
  await second.page.addInitScript(removeTimeouts);
  await second.open();
  await second.page.getByRole("heading", { name: "One chat, one tab" }).waitFor();
  await ada.types("still here");
  await ada.sees("ada: still here");
  await second.page.getByRole("button", { name: "Use it here" }).click();
  await second.sees("ada: still here");
  await ada.page.getByText("You use the chat in another tab now.").waitFor();
  await second.types("from the second");
  await second.sees("ada: still here", "ada: from the second");
  await ada.page.getByRole("button", { name: "Use it here" }).click();
  await ada.sees("ada: still here", "ada: from the second");
  await nora.expect({ type: "message", text: "still here" }, {
    type: "message",
    text: "from the second",
  });
  await nora.expectQuiet();
});

pageTest("whoever leaves has left, and may come back", FREE, async (stage) => {
  const ada = await stage.enter("ada");
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await ada.page.getByRole("button", { name: "Leave the chat" }).click();
  await ada.page.getByRole("heading", { name: "You have left the chat" }).waitFor();
  await nora.expect({ type: "quitted", nick: "ada" });
  await ada.page.getByRole("button", { name: "Come back" }).click();
  await nora.expect({ type: "joined", nick: "ada" });
  await ada.types("again");
  await ada.sees("ada: again");
});

/** The next so many messages that somebody is told, as lines. */
async function messagesOf(peer: NativePeer, count: number): Promise<string[]> {
  const lines: string[] = [];
  while (lines.length < count) {
    const event = await peer.next();
    assert(event, "the connection is open");
    if (event.type === "message") lines.push(`${event.nick}: ${event.text}`);
  }
  return lines;
}

/** Passes over all that somebody is told, up to this. */
async function until(peer: NativePeer, expected: Record<string, unknown>) {
  for (;;) {
    const event = await peer.next();
    assert(event, `the connection is open until ${JSON.stringify(expected)}`);
    if (Object.entries(expected).every(([key, value]) => same(event[key], value))) return;
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function print(text: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}
