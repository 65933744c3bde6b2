/** Whose a name is, secrets, and what operators do, as a page shows it. */
import { assertEquals, assertMatch } from "@std/assert";
import { Key } from "../end_to_end/key.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { freePort, UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest, type Stage } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { keptText, removeSubtle } from "./in_page.js";
import type { Person } from "./person.ts";
import { Relay } from "./relay.ts";

const FREE = { server: { flags: UNTHROTTLED } };
const RESTARTED = { server: { port: freePort(), flags: UNTHROTTLED } };
const SECRET = "sesame of the test";
const WITH_PASSWORD = {
  server: { flags: UNTHROTTLED, env: { CHAT_SERVER_PASSWORD: SECRET } },
};
const OPERATOR = await Key.make();
const WITH_OPERATOR = { server: { flags: [...UNTHROTTLED, "--operators", OPERATOR.text] } };

pageTest(
  "a name that was claimed is one's own: after one has left, and in no other browser",
  FREE,
  async (stage) => {
    const ada = await claimer(stage, "ada");
    await ada.leaves();
    await ada.page.getByRole("button", { name: "Come back" }).click();
    await ada.hears("ada has joined the chat");
    await ada.leaves();

    const mallory = await refusedVisitor(stage, "ada", /ada is somebody's name.*ada-guest/s);
    await mallory.enter("mallory");
    await mallory.types("/nick ada");
    await mallory.hears("ada is somebody's name: if it is yours, /login ada");

    await ada.page.reload();
    await ada.enter("ada");
  },
);

pageTest(
  "a page proves its key again to a server that was started anew",
  RESTARTED,
  async (stage) => {
    const ada = await claimer(stage, "ada");
    await stage.killServer();
    await stage.startServer();
    await ada.types("still me");
    await ada.sees("ada: still me");
  },
);

pageTest("a page that is reached by a tunnel has a key as well", FREE, async (stage) => {
  await using tunnel = new Relay({ to: stage.server.port });
  const ada = await visitorAt(stage, `http://localhost:${tunnel.port}/`);
  await ada.enter("ada");
  await ada.types("/claim");
  await ada.hears("ada is your name alone now");
});

pageTest("a page without a key says so to nobody but those who claim", FREE, async (stage) => {
  await using elsewhere = new Relay({ to: stage.server.port, hostname: LAN_ADDRESS });
  const ada = await keyless(stage, elsewhere);
  await ada.enter("ada");
  const notices = await ada.notices();
  assertEquals(notices.filter((it) => /key/.test(it)), []);
  await ada.types("/claim");
  await ada.hears("that takes a key, and this client has shown none: browsers make keys only");
});

pageTest("a token logs one in at a page without a key, and is shown once", FREE, async (stage) => {
  const ada = await claimer(stage, "ada");
  const token = await tokenOf(ada);
  assertEquals((await ada.page.evaluate(keptText)).includes(token), false);
  assertEquals((await ada.page.content()).includes(token), false);
  await ada.leaves();

  await using elsewhere = new Relay({ to: stage.server.port, hostname: LAN_ADDRESS });
  const there = await keyless(stage, elsewhere);
  await there.nickField.fill("ada");
  await there.page.keyboard.press("Enter");
  await refused(there, /ada is somebody's name/);
  await there.page.getByLabel("A token, if that is you").fill("wrong");
  await there.page.keyboard.press("Enter");
  await there.hears("that is no token for this name");
  await there.types(`/login ada ${token}`);
  await there.hears(/ada-guest\d+ is now known as ada/);
  await there.field.press("ArrowUp");
  assertEquals((await there.field.inputValue()).includes(token), false);
  await there.leaves();

  await there.page.evaluate("localStorage.clear()");
  await there.open();
  await there.nickField.fill("ada");
  await there.page.keyboard.press("Enter");
  await there.page.getByLabel("A token, if that is you").fill(token);
  await there.page.keyboard.press("Enter");
  await there.hears("ada has joined the chat");
  await there.types("it is me");
  await there.sees("ada: it is me");
});

pageTest(
  "the server's password is asked for, and remembered until the page is closed",
  WITH_PASSWORD,
  async (stage) => {
    const ada = await refusedVisitor(stage, "ada", /This server has a password/);
    const field = ada.page.getByLabel("The server's password");
    await field.fill("wrong");
    await ada.page.keyboard.press("Enter");
    await refused(ada, /That is not the password/);
    await field.fill(SECRET);
    await ada.page.keyboard.press("Enter");
    await ada.hears("ada has joined the chat");
    await ada.leaves();
    await ada.page.getByRole("button", { name: "Come back" }).click();
    await ada.hears("ada has joined the chat");
    assertEquals((await ada.page.evaluate(keptText)).includes(SECRET), false);
  },
);

pageTest(
  "a locked room asks for its password, and lets in those who know it",
  WITH_OPERATOR,
  async (stage) => {
    await using olga = await operator(stage, "dev");
    await olga.send({ type: "lock", room: "dev", password: SECRET });
    await olga.expect({ type: "locked" });
    const ada = await stage.enter("ada");
    const dialog = ada.page.getByRole("dialog", { name: "#dev is locked" });
    await ada.types("/join dev");
    await dialog.getByLabel("The password", { exact: true }).fill("wrong");
    await ada.page.keyboard.press("Enter");
    await dialog.getByLabel("That was not it").waitFor();
    await ada.page.keyboard.press("Escape");
    await ada.types("/join dev");
    await dialog.getByLabel("The password", { exact: true }).fill(SECRET);
    await ada.page.keyboard.press("Enter");
    await assertBecomes(() => ada.place(), "#dev");
    await olga.expect({ type: "joined", nick: "ada" });

    await olga.send({ type: "lock", room: "dev", password: "" });
    await olga.expect({ type: "locked" });
    await ada.types("/part");
    await assertBecomes(() => ada.place(), "#lobby");
    await ada.types("/join dev");
    await ada.hears("#dev is locked: one of its operators has to /invite you");
  },
);

pageTest(
  "who is sent out, muted or kept out is told so, and by whom",
  WITH_OPERATOR,
  async (stage) => {
    const ada = await stage.enter("ada");
    await ada.types("/join dev");
    await assertBecomes(() => ada.place(), "#dev");
    await using olga = await operator(stage, "dev");
    await olga.send({ type: "mute", room: "dev", who: "ada", reason: "too loud" });
    await ada.hears(/may only listen in #dev \(olga\): too loud/);
    await ada.types("hello?");
    await ada.hears("dev: you may only listen");
    assertEquals(await ada.pending(), []);

    await olga.send({ type: "kick", room: "dev", nick: "ada", reason: "flooding" });
    await assertBecomes(() => ada.place(), "#lobby");
    await ada.hears("ada was sent out of #dev by olga: flooding");
    await ada.placeButton("dev").waitFor({ state: "detached" });

    await olga.send({ type: "ban", room: "dev", who: "ada" }, { type: "ping", token: "done" });
    while ((await olga.next())?.token !== "done");
    await ada.types("/join dev");
    await ada.hears("you are kept out of #dev");
    await olga.send({ type: "banish", who: "ada", reason: "spam" });
    await ada.page.getByText("you are kept out: spam").waitFor();
  },
);

pageTest(
  "what a room is about stands below its name, for all who are in it",
  FREE,
  async (stage) => {
    const [ada, bob] = [await stage.enter("ada"), await stage.enter("bob")];
    const topics = ({ page }: Person) => page.locator("header").innerText();
    await ada.types("/topic the plan\u202e & <b>no more</b>");
    for (const person of [ada, bob]) {
      await eventually(() => topics(person), { is: (text) => text.includes("& <b>no more</b>") });
      assertMatch(await topics(person), /#lobby.*the plan.*2 people here/s);
    }
    await bob.types("/topic -");
    await eventually(() => topics(ada), { is: (text) => !text.includes("plan") });
  },
);

pageTest(
  "the help has what operators may do, and those whose names are their own",
  FREE,
  async (stage) => {
    const ada = await stage.enter("ada");
    await ada.types("/help order");
    const help = ada.page.getByRole("dialog", { name: "What you can type" });
    await help.getByRole("table", { name: "what operators may do" }).getByText("/kick").waitFor();
    await help.getByRole("table", { name: "whose names are" }).getByText("/claim").waitFor();
  },
);

/** Somebody whose name is their own. */
async function claimer(stage: Stage, nick: string): Promise<Person> {
  const person = await stage.enter(nick);
  await person.types("/claim");
  await person.hears(`${nick} is your name alone now`);
  return person;
}

/** The secret that a page shows for logging in elsewhere. */
async function tokenOf(person: Person): Promise<string> {
  const { page } = person;
  await person.types("/token");
  const dialog = page.getByRole("dialog", { name: "Log in from elsewhere" });
  const line = await dialog.getByRole("textbox").inputValue();
  assertMatch(line, /^\/login ada \S{20,}$/);
  await dialog.getByRole("button", { name: "Copy" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  return line.split(" ")[2]!;
}

async function refusedVisitor(stage: Stage, nick: string, why: RegExp): Promise<Person> {
  const person = await stage.visitor();
  await person.nickField.fill(nick);
  await person.page.keyboard.press("Enter");
  await refused(person, why);
  return person;
}

async function refused({ page }: Person, why: RegExp) {
  await page.getByRole("alert").filter({ hasText: why }).waitFor();
}

async function operator(stage: Stage, room: string): Promise<NativePeer> {
  const olga = await NativePeer.connect(stage.server.port);
  await OPERATOR.prove(olga, stage.server.address);
  await olga.enters("olga", room);
  return olga;
}

/** An address of this machine that others could have too, so that a page from there is not trusted. */
const LAN_ADDRESS = Deno.networkInterfaces()
  .find(({ family, address }) => family === "IPv4" && !address.startsWith("127."))?.address;

/** Somebody whose browser makes no keys: as a page from another machine, or as if it were one. */
async function keyless(stage: Stage, { port }: Relay): Promise<Person> {
  return await visitorAt(stage, `http://${LAN_ADDRESS ?? "127.0.0.1"}:${port}/`, {
    hasKeys: LAN_ADDRESS !== undefined,
  });
}

/** Somebody who reaches the server by another address. */
async function visitorAt(stage: Stage, url: string, { hasKeys = true } = {}): Promise<Person> {
  const person = (await stage.person()).at(url);
  person.visit.expect(/^(request|socket): |Cross-Origin-Opener-Policy header has been ignored/);
  if (!hasKeys) await person.context.addInitScript(removeSubtle);
  await person.open();
  return person;
}
