/** What strangers say is text, whatever it looks like: it runs nothing, loads nothing, and stays in its place. */
import { assert, assertEquals } from "@std/assert";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import {
  elementsBeside,
  hideOthers,
  inviteOwners,
  isOwned,
  linksIn,
  rememberOnly,
  rowsThatOverlap,
} from "./in_page.js";
import { LINKS, PAYLOADS, UNRULY } from "./payloads.ts";
import type { Person } from "./person.ts";

const FREE = { server: { flags: UNTHROTTLED } };

pageTest(
  `${PAYLOADS.length} payloads are text: said, done, told, searched for`,
  FREE,
  async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    const ada = await stage.person();
    await ada.context.addInitScript(inviteOwners);
    await ada.open();
    await ada.enter("ada");
    const kinds = await ada.page.evaluate(elementsBeside, []);
    const url = await ada.page.evaluate("location.href");
    for (const [at, text] of PAYLOADS.entries()) {
      const type = at % 2 === 0 ? "say" : "act";
      await nora.send({ type, room: "lobby", text });
    }
    await eventually(() => ada.said(), { is: (said) => said.length === PAYLOADS.length });
    for (const [at, line] of (await ada.said()).entries()) {
      const text = PAYLOADS[at]!;
      // What is invisible is shown by signs.
      const isPlain = !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
      if (isPlain) assertEquals(line, at % 2 === 0 ? `nora: ${text}` : `[nora ${text}]`);
    }
    for (const text of PAYLOADS) await nora.send({ type: "tell", nick: "ada", text });
    await ada.goes("nora");
    await eventually(() => ada.said(), { is: (said) => said.length === PAYLOADS.length });
    await ada.goes("lobby");
    for (const payload of PAYLOADS.slice(0, 12)) {
      await ada.types(`/search ${payload}`);
      await assertBecomes(() => ada.search.getByRole("searchbox").inputValue(), payload);
      await ada.search.getByRole("status").filter({ hasText: /newest first|Nothing was said/ })
        .waitFor();
    }
    for (const payload of PAYLOADS.slice(0, 12)) await ada.types(`/${payload}`);
    await ada.page.reload();
    await eventually(() => ada.said(), { is: (said) => said.length >= 50 });
    assertEquals(await ada.page.evaluate("location.href"), url, "where it is");
    assertEquals(await ada.page.evaluate(isOwned), false);
    assertEquals(await ada.page.evaluate(elementsBeside, kinds), []);
    assertEquals(ada.context.pages().length, 1);
  },
);

pageTest("names of people and rooms that look like markup are text", FREE, async (stage) => {
  const ada = await stage.person();
  await ada.context.addInitScript(inviteOwners);
  await ada.open();
  const nick = "`{owned[0]}`";
  await ada.enter(nick);
  await using nora = await NativePeer.enter(stage.server.port, "{{owned}}", "{{7+7}}");
  await nora.send({ type: "join", room: "lobby" });
  await nora.say(`hello ${nick}`);
  await ada.sees(`{{owned}}: hello ${nick}`);
  await ada.types("/join {{7+7}}");
  await assertBecomes(() => ada.place(), "#{{7+7}}");
  await eventually(() => ada.names(), { is: (names) => names.includes("{{owned}}") });
  await ada.people.getByRole("button", { name: "{{owned}}" }).click();
  await assertBecomes(() => ada.place(), "@{{owned}}");
  await ada.types("hi");
  await ada.sees(`${nick}: hi`);
  assertEquals(await ada.page.evaluate(isOwned), false);
});

pageTest("addresses that are no room lead into the lobby", FREE, async (stage) => {
  const hashes = [
    "<img src=x onerror=owned()>",
    "javascript:owned()",
    "%3Cscript%3Eowned()%3C/script%3E",
    "%",
    "%E0%A4%A",
    "%00",
    "__proto__/..",
    "@<b>",
    "@",
    "#",
    " ",
    "\u202edev",
    "a".repeat(5000),
  ];
  const ada = await stage.person();
  await ada.context.addInitScript(inviteOwners);
  await ada.open(`#${hashes[0]}`);
  await ada.enter("ada");
  for (const [at, hash] of hashes.entries()) {
    // Some when the page is opened, all when the address changes.
    if (at < 4) await ada.page.goto("about:blank");
    await ada.open(`#${hash}`);
    await ada.field.waitFor();
    await assertBecomes(() => ada.place(), "#lobby", { about: hash });
    await ada.types(`at ${at}`);
    await assertBecomes(async () => (await ada.said()).at(-1), `ada: at ${at}`);
    assertEquals(await ada.place(), "#lobby", hash);
  }
  assertEquals(await ada.page.evaluate(isOwned), false);
});

pageTest("a browser's memory that somebody has spoiled is no obstacle", FREE, async (stage) => {
  const ada = await stage.visitor();
  const spoiled = ["null", "[]", "{", '"x"', '{"rooms":{},"pending":[null,1],"nick":7}'];
  for (const [at, memory] of spoiled.entries()) {
    await ada.page.evaluate(rememberOnly, memory);
    await ada.page.reload();
    await ada.enter(`ada${at}`);
    await ada.types(memory);
    await eventually(() => ada.said(), { is: (said) => said.includes(`ada${at}: ${memory}`) });
  }
});

pageTest("links lead where they seem to, and give nothing away", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  const ada = await stage.enter("ada");
  for (const [text] of LINKS) await nora.say(text);
  await eventually(() => ada.said(), { is: (said) => said.length === LINKS.length });
  for (const [at, { texts, all }] of (await ada.page.evaluate(linksIn)).entries()) {
    const [text, link] = LINKS[at]!;
    assertEquals(texts, link === "" ? [] : [link], text);
    for (const { protocol, rel, target } of all) {
      assert(["http:", "https:"].includes(protocol), text);
      assert(rel.split(" ").includes("noopener") && target === "_blank", text);
    }
  }
});

pageTest("unruly texts stay in their rows", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await using rita = await NativePeer.enter(stage.server.port, "مريم");
  const ada = await stage.enter("ada");
  for (const [at, text] of UNRULY.entries()) {
    // Each between two that must not be disturbed.
    for (const [peer, said] of [[nora, `before ${at}`], [rita, text]] as const) {
      await peer.say(said);
      await peer.send({ type: "ping", token: `${at}` });
      await answered(peer, `${at}`);
    }
  }
  await nora.say("the end");
  await ada.log.getByText("the end", { exact: true }).waitFor();
  await assertOrderly(ada);
  for (const at of PILED) await assertUnpainted(ada, at);
  await ada.page.setViewportSize({ width: 360, height: 640 });
  await assertOrderly(ada);
});

/** Those of them that pile up or reach out far beyond the letter that they belong to. */
const PILED = [0, 1, 5, 6, 7, 8].filter((at) => at < UNRULY.length);

/** What is drawn where a quiet text stands is the same, whether its neighbours are seen or not. */
async function assertUnpainted(person: Person, at: number) {
  const quiet = person.log.getByText(`before ${at}`, { exact: true });
  const seen = await quiet.screenshot({ animations: "disabled" });
  await person.page.evaluate(hideOthers, `before ${at}`);
  const alone = await quiet.screenshot({ animations: "disabled" });
  await person.page.evaluate(hideOthers, "");
  assert(seen.equals(alone), `something is drawn over what is said before ${UNRULY[at]}`);
}

async function assertOrderly(person: Person) {
  const { overlaps, wide } = await person.page.evaluate(rowsThatOverlap);
  assertEquals(overlaps, []);
  assertEquals(wide, []);
}

async function answered(peer: NativePeer, token: string) {
  for (;;) {
    const event = await peer.next();
    assert(event, "the connection is open");
    if (event.type === "pong" && event.token === token) return;
  }
}
