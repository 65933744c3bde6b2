/** How the page looks to those who see little, in the dark, or on a small screen, and how much of it there is. */
import axe from "axe-core";
import { assert, assertEquals } from "@std/assert";
import type { BrowserContextOptions } from "playwright-core";
import { Key } from "../end_to_end/key.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest, type Stage } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { paleTexts, violations, wideElements } from "./in_page.js";
import { PAYLOADS, UNRULY } from "./payloads.ts";
import type { Person } from "./person.ts";

const OPERATOR = await Key.make();
const FREE = { server: { flags: [...UNTHROTTLED, "--operators", OPERATOR.text] } };
const MAX_PAGE_BYTES = 100 * 1024;
const SCHEMES = ["light", "dark"] as const;
/** Enough for every colour that names have. */
const NAMES = 60;
const PHONE = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };

for (const colorScheme of SCHEMES) {
  pageTest(
    `axe finds nothing wrong in the ${colorScheme}, and every text and name can be read`,
    FREE,
    async (stage) => {
      await using peers = new AsyncDisposableStack();
      for (let count = 0; count < NAMES; count++) {
        const peer = peers.use(await NativePeer.enter(stage.server.port, `n${count * 7919}`));
        await peer.say(`I am number ${count}`);
      }
      const wrong: Record<string, string[]> = {};
      // What is still on its way in would be looked at in the middle of it.
      const still = { colorScheme, reducedMotion: "reduce" } as const;
      for await (const [where, { page }] of places(stage, still)) {
        await page.evaluate(axe.source);
        const found = [...await page.evaluate(violations), ...await page.evaluate(paleTexts, 4.5)];
        if (found.length > 0) wrong[where] = found;
      }
      assertEquals(wrong, {});
    },
  );
}

pageTest(
  "on a phone the conversation is as wide as the screen, however little was said",
  FREE,
  async (stage) => {
    for (const width of [360, 390, 700]) {
      const ada = await stage.visitor({ viewport: { width, height: 640 } });
      await ada.enter(`ada${width}`);
      await ada.types("hi");
      const box = await ada.page.getByRole("main", { name: "Conversation" }).boundingBox();
      assertEquals([box?.x, box?.width], [0, width]);
    }
  },
);

/** All that there is to be seen, one after the other; each is looked at before the next is there. */
async function* places(
  stage: Stage,
  context: BrowserContextOptions,
): AsyncGenerator<[string, Person]> {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await using olga = await NativePeer.connect(stage.server.port);
  await OPERATOR.prove(olga, stage.server.address);
  await olga.enters("olga", "vault");
  await olga.send({ type: "lock", room: "vault", password: "sesame" });
  await olga.expect({ type: "locked" });
  const ada = await stage.visitor(context);
  yield ["the door", ada];
  await ada.nickField.fill("nora");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("alert").filter({ hasText: /nora/ }).waitFor();
  yield ["the door, refused", ada];
  await ada.enter("ada");
  await nora.say("ada: look at https://example.org/");
  await nora.send({ type: "act", room: "lobby", text: "waves" });
  await ada.types("I see");
  await eventually(() => ada.said(), { is: (said) => said.includes("ada: I see") });
  await nora.send({ type: "tell", nick: "ada", text: "for you" });
  await ada.placeButton("nora").waitFor();
  yield ["the chat", ada];
  await ada.types("/search look");
  await ada.search.getByRole("button", { name: /look at/ }).waitFor();
  yield ["search results", ada];
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "Join a room" }).click();
  await ada.page.getByRole("dialog", { name: "Join a room" }).waitFor();
  yield ["the dialog for a room", ada];
  await ada.page.keyboard.press("Escape");
  await ada.types("/claim");
  await ada.hears("ada is your name alone now");
  await ada.types("/topic what this is about, at some length, for all who come to see it");
  await ada.types("/token");
  await ada.page.getByRole("dialog", { name: "Log in from elsewhere" }).waitFor();
  yield ["the dialog for a token", ada];
  await ada.page.keyboard.press("Escape");
  const late = await stage.visitor(context);
  await late.nickField.fill("ada");
  await late.page.keyboard.press("Enter");
  await late.page.getByLabel("A token, if that is you").waitFor();
  yield ["the door, of somebody else's name", late];
  await ada.types("/join vault");
  await ada.page.getByRole("dialog", { name: "#vault is locked" }).waitFor();
  yield ["the dialog for a password", ada];
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "You are ada" }).click();
  yield ["the dialog for a name", ada];
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "Help" }).click();
  yield ["the help", ada];
  await ada.page.keyboard.press("Escape");
  await ada.page.setViewportSize(PHONE.viewport);
  await ada.people.waitFor({ state: "hidden" });
  yield ["a phone", ada];
  await ada.page.getByRole("button", { name: "Rooms", exact: true }).click();
  yield ["the rooms on a phone", ada];
  await ada.page.keyboard.press("Escape");
  await ada.page.getByRole("button", { name: "People", exact: true }).click();
  yield ["the people on a phone", ada];
  await ada.page.keyboard.press("Escape");
  await ada.types("/quit");
  await ada.page.getByRole("heading", { name: "You have left the chat" }).waitFor();
  yield ["outside", ada];
  await ada.page.setViewportSize({ width: 1280, height: 800 });
  await ada.open("dashboard");
  await ada.page.getByText("nora").first().waitFor();
  yield ["the dashboard", ada];
  const bob = await stage.enter("bob", context);
  await stage.killServer();
  await bob.types("not yet confirmed");
  await bob.banner.waitFor();
  yield ["no connection", bob];
}

pageTest("nothing is wider than a small phone, and everything is in reach", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await using other = await NativePeer.enter(stage.server.port, "W".repeat(32));
  for (const text of [...UNRULY, ...PAYLOADS.slice(0, 20)]) {
    await nora.say(text);
    await other.send({ type: "act", room: "lobby", text });
  }
  const ada = await stage.visitor(PHONE);
  await assertNarrow(ada, "the door");
  await ada.enter("M".repeat(32));
  await eventually(() => ada.said(), { is: (said) => said.length >= 50 });
  await assertNarrow(ada, "the chat");
  await ada.types(`/join ${"m".repeat(32)}`);
  await eventually(() => ada.place(), { is: (place) => place === `#${"m".repeat(32)}` });
  await ada.types("W".repeat(500));
  await assertNarrow(ada, "a room with a long name");
  for (const name of ["Rooms", "People", "Search"]) {
    const panel = ada.page.locator(`#${name.toLowerCase()}`);
    await ada.page.getByRole("button", { name, exact: true }).tap();
    await panel.waitFor();
    await assertNarrow(ada, name);
    await panel.getByRole("button", { name: /^Close the/ }).first().tap();
    await panel.waitFor({ state: "hidden" });
  }
  await ada.page.getByRole("button", { name: "Rooms", exact: true }).tap();
  await ada.rooms.getByRole("button", { name: /^lobby/ }).tap();
  await ada.rooms.waitFor({ state: "hidden" });
  await ada.field.tap();
  await ada.field.fill(`one\ntwo\nthree\n${"four ".repeat(200)}`);
  await assertNarrow(ada, "a long text in the field");
  await ada.page.getByRole("button", { name: "Send" }).tap();
  await eventually(() => ada.field.inputValue(), { is: (value) => value === "" });
  const box = await ada.field.boundingBox();
  assert(box && box.y + box.height <= 640, "the field is in the window");
});

async function assertNarrow(person: Person, where: string) {
  // A drawer is wider while it comes in.
  await assertBecomes(() => person.page.evaluate(wideElements), [], { about: where });
}

pageTest(`the whole page is under ${MAX_PAGE_BYTES} bytes`, FREE, async (stage) => {
  const ada = await stage.person();
  const sizes = new Map<string, Promise<number>>();
  ada.page.on("response", (response) => {
    sizes.set(response.url(), response.body().then(({ length }) => length, () => 0));
  });
  await ada.open();
  await ada.enter("ada");
  await ada.types("hi");
  await ada.sees("ada: hi");
  const all = await Promise.all(sizes.values());
  const bytes = all.reduce((sum, size) => sum + size, 0);
  const heaviest = [...sizes.keys()].map((url, at) => ({ url, size: all[at]! }))
    .toSorted((one, other) => other.size - one.size).slice(0, 12)
    .map(({ url, size }) => `${new URL(url).pathname} ${size}`);
  print(`page weight: ${bytes} bytes in ${all.length} files, uncompressed`);
  assert(bytes > 10_000 && bytes < MAX_PAGE_BYTES, `${bytes} bytes: ${heaviest.join(", ")}`);
});

function print(text: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}
