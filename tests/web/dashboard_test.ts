/** What whoever runs the server sees on the dashboard. */
import { assert, assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { ARRIVALS, type Guest } from "../end_to_end/guests.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { freePort, UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest, type Stage } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { isSame } from "./in_page.js";

const FREE = { server: { flags: UNTHROTTLED } };
const PHONE = { viewport: { width: 360, height: 700 } };

interface Looking {
  page: Page;
  /** The cells of a table's rows, but for those that no two runs have alike. */
  people(): Promise<string[][]>;
  rooms(): Promise<string[][]>;
  /** "#dev pat: hi", the newest first. */
  said(): Promise<string[]>;
  trouble(): Promise<string>;
}

/** Somebody who looks at the dashboard. */
async function look(stage: Stage, context = {}): Promise<Looking> {
  const { page } = await stage.person(context);
  await page.goto(`${stage.url}dashboard`);
  await page.getByText("live", { exact: true }).waitFor();
  const rows = async (name: RegExp, cells: number) => {
    const found = await page.getByRole("table", { name }).locator("tbody tr").all();
    return await Promise.all(found.map(async (row) => {
      const texts = await row.locator("th, td").allInnerTexts();
      return texts.slice(0, cells);
    }));
  };
  return {
    page,
    people: () => rows(/^Who is here/, 3),
    rooms: () => rows(/^Rooms and how many/, 2),
    said: async () => {
      const lines = await page.locator("section", { hasText: "Last messages" }).getByRole(
        "listitem",
      ).all();
      return await Promise.all(lines.map(async (line) => {
        const [room, nick, text] = await line.locator(":scope > div").allInnerTexts();
        return `${room} ${nick}: ${text}`;
      }));
    },
    trouble: () => page.getByRole("status").innerText(),
  };
}

pageTest(
  "the dashboard shows people of all wires, their rooms and what they say, as it happens",
  FREE,
  async (stage) => {
    const { people, rooms, said, page } = await look(stage);
    assertEquals(await people(), []);
    await using stack = new AsyncDisposableStack();
    const guests: Guest[] = [];
    for (const arrive of ARRIVALS) guests.push(stack.use(await arrive(stage.server.port)));
    await assertBecomes(people, guests.map(({ nick, kind }) => [nick, kind, "#lobby"]));
    await assertBecomes(rooms, [["#lobby", String(guests.length)]]);
    const nora = stack.use(await NativePeer.enter(stage.server.port, "dora", "dev"));
    await nora.say("in a room", { room: "dev" });
    await nora.send({ type: "act", room: "dev", text: "waves" });
    await nora.send({ type: "tell", nick: guests[0]!.nick, text: "for you alone" });
    await assertBecomes(said, ["#dev dora: waves", "#dev dora: in a room"]);
    await assertBecomes(rooms, [["#lobby", String(guests.length)], ["#dev", "1"]]);
    assert(!(await page.innerText("body")).includes("for you alone"));
    await nora.send({ type: "quit" });
    await assertBecomes(async () => (await people()).length, guests.length);
  },
);

pageTest("who stays there is not drawn anew when others come and go", FREE, async (stage) => {
  await using _pat = await NativePeer.enter(stage.server.port, "pat");
  const { page, people } = await look(stage);
  await assertBecomes(people, [["pat", "native", "#lobby"]]);
  const row = page.getByRole("row", { name: /^pat/ });
  const before = await row.elementHandle();
  {
    await using _leslie = await NativePeer.enter(stage.server.port, "leslie");
    await assertBecomes(async () => (await people()).length, 2);
  }
  await assertBecomes(people, [["pat", "native", "#lobby"]]);
  assert(await row.evaluate(isSame, before));
});

const HOSTILE = [
  "<img src=x onerror=alert(1)><script>alert(1)</script>",
  "\u202eright to left\u2066 for ever",
  "\x1b[2J\x07\x85\u2028 controls",
  "e" + "\u0301".repeat(1000),
  "W".repeat(5000),
  "\ufdfd".repeat(300),
  "one\ntwo\r\nthree",
];

for (const [where, context] of [["a desk", {}], ["a phone", PHONE]] as const) {
  pageTest(
    `on ${where} no text of a stranger's runs, hides or moves anything`,
    FREE,
    async (stage) => {
      const { page, said } = await look(stage, context);
      const [nick, room] = ["W".repeat(32), "m".repeat(32)];
      await using pat = await NativePeer.enter(stage.server.port, nick, room);
      for (const text of HOSTILE) await pat.say(text, { room });
      await eventually(said, { is: (lines) => lines.length === HOSTILE.length });
      const lines = await said();
      assert(lines.at(-1)?.endsWith(`: ${HOSTILE[0]}`), lines.at(-1));
      assert(lines.at(-2)?.endsWith(": <U+202E>right to left<U+2066> for ever"), lines.at(-2));
      assert(lines[0]?.endsWith(": one two three"), lines[0]);
      const overflow = "document.documentElement.scrollWidth - innerWidth";
      assert(Number(await page.evaluate(overflow)) <= 0, "nothing is wider than the window");
      const heights = `[...document.querySelectorAll("li, tr")].map((it) => it.offsetHeight)`;
      const tallest = Math.max(...await page.evaluate(heights) as number[]);
      assert(tallest < 200, `${tallest} px`);
    },
  );
}

pageTest(
  "that the server cannot be reached is said, and since when, until it is back",
  { server: { flags: UNTHROTTLED, port: freePort() } },
  async (stage) => {
    const { page, trouble } = await look(stage);
    await assertBecomes(trouble, "");
    await stage.killServer();
    await eventually(trouble, {
      is: (text) => /^The server cannot be reached. What is shown is from \d/.test(text),
    });
    assert(!await page.getByText("live", { exact: true }).isVisible());
    await stage.startServer();
    await page.getByText("live", { exact: true }).waitFor();
    await assertBecomes(trouble, "");
  },
);

pageTest("nobody is asked anything while nobody looks", FREE, async (stage) => {
  const { page } = await stage.person();
  let asked = 0;
  page.on("request", (request) => request.url().endsWith("/dashboard/state") && asked++);
  // From the beginning it is the test alone that lets its time pass.
  await page.clock.install();
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await page.addInitScript(
    "Object.defineProperty(document, 'hidden', { get: () => globalThis.isAway ?? false })",
  );
  await page.goto(`${stage.url}dashboard`);
  await page.getByText("live", { exact: true }).waitFor();
  const turn = async (isAway: boolean) => {
    const event = "document.dispatchEvent(new Event('visibilitychange'))";
    await page.evaluate(`globalThis.isAway = ${isAway}; ${event}`);
  };
  await page.evaluate("document.querySelector('#about').textContent = ''");
  await page.clock.runFor(1000);
  // The answer is there, and with it the decision whether to ask again.
  await page.getByText(/^chat .*, up /).waitFor();
  assertEquals(asked, 2);
  await turn(true);
  await page.clock.runFor(60_000);
  assertEquals(asked, 2);
  await turn(false);
  await assertBecomes(() => asked, 3);
});

pageTest("all is named for those who hear the page", FREE, async (stage) => {
  const { page } = await look(stage);
  assertEquals(await page.getByRole("heading", { level: 1 }).allInnerTexts(), ["Dashboard"]);
  assertEquals(await page.getByRole("heading", { level: 2 }).allInnerTexts(), [
    "The server",
    "People",
    "Rooms",
    "Protocols",
    "Last messages",
  ]);
  const nameless = `[...document.querySelectorAll("table")].filter((it) => !it.caption).length`;
  assertEquals(await page.evaluate(nameless), 0);
  await page.getByRole("img", { name: /^Messages in each second/ }).waitFor();
});
