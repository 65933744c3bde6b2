/** Long histories and fast rooms: scrolling is smooth, nothing jumps, and every key that is typed is kept. */
import { assert, assertEquals } from "@std/assert";
import { Flood } from "../end_to_end/flood.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { UNTHROTTLED } from "../end_to_end/server.ts";
import { pageTest } from "./browser.ts";
import { eventually } from "./eventually.ts";
import { frameTimes, rowAtTop, scrollUp, startFrames, topOfRow } from "./in_page.js";
import type { Person } from "./person.ts";

const FREE = { server: { flags: UNTHROTTLED } };
const MESSAGES = 10_000;
/** Until so many of them have been scrolled through. */
const SCROLLED = 1000;
/** In pixels: what a browser rounds. */
const STILL = 2;
/** Of work for each frame, on the average; a tenth of it is usual. */
const FRAME_MILLISECONDS = 30;
/** Longer than any scrolling takes that comes to its end. */
const SCROLL_MILLISECONDS = 300_000;
/** So many messages may be said before the page shows them. */
const AHEAD = 2000;
const TYPED = "what is typed while a thousand messages a second come in is kept, every key of it";

pageTest(
  `scrolling up through ${MESSAGES} messages is smooth, and nothing jumps`,
  FREE,
  async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await fill(nora, MESSAGES);
    const ada = await stage.enter("ada");
    await ada.log.getByText(`number ${MESSAGES} `).waitFor();
    const work = await ada.measureWork();
    await ada.page.evaluate(startFrames);
    const jumps = await ada.page.evaluate(scrollUp, {
      until: `number ${MESSAGES - SCROLLED} `,
      pixels: 200,
      milliseconds: SCROLL_MILLISECONDS,
    });
    const { median, p95, worst, count } = await ada.page.evaluate(frameTimes);
    const each = await work() / count;
    print(
      `scrolling up through ${SCROLLED} of ${MESSAGES} messages: ${count} frames, median ` +
        `${median} ms, 95 of 100 under ${p95} ms, worst ${worst} ms, ` +
        `each ${Math.round(each)} ms of work`,
    );
    assertEquals(jumps.lost, "", "it was found");
    assertEquals(jumps.all, [], "what one reads jumped, in pixels");
    assert(each < FRAME_MILLISECONDS, `${each} ms`);
    await ada.page.getByRole("button", { name: /Go to the newest/ }).click();
    await ada.log.getByText(`number ${MESSAGES} `).waitFor();
    await assertWhole(ada);
  },
);

pageTest("what comes in below does not move what one reads", FREE, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await fill(nora, 400);
  const ada = await stage.enter("ada");
  await ada.log.getByText("number 400 ").waitFor();
  await ada.page.evaluate(scrollUp, {
    until: "number 300 ",
    pixels: 300,
    milliseconds: SCROLL_MILLISECONDS,
  });
  const before = await ada.page.evaluate(rowAtTop);
  for (let count = 1; count <= 100; count++) await nora.say(`new ${count}`);
  await ada.page.getByRole("button", { name: "100 new messages" }).waitFor();
  const after = await ada.page.evaluate(topOfRow, before.text);
  assert(Math.abs(after - before.top) <= STILL, `${before.top} became ${after}`);
  await ada.page.getByRole("button", { name: "100 new messages" }).click();
  await ada.log.getByText("new 100", { exact: true }).waitFor();
});

pageTest(
  "every key is kept while a thousand messages a second come in",
  FREE,
  async (stage) => {
    const ada = await stage.enter("ada");
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await using stack = new AsyncDisposableStack();
    let shown = 0;
    const look = async () => shown = Math.max(0, ...(await ada.said()).map(numberOf));
    const keptUp = async (said: number) => {
      if (said - shown > AHEAD) await eventually(look, { is: () => said - shown <= AHEAD });
    };
    const flood = stack.adopt(new Flood(nora, keptUp), (it) => it.end());
    await eventually(look, { is: () => shown > 500 });
    await ada.page.evaluate(startFrames);
    await ada.field.focus();
    for (const key of TYPED) await ada.page.keyboard.type(key);
    assertEquals(await ada.field.inputValue(), TYPED);
    await ada.page.keyboard.press("Enter");
    await ada.log.getByText(TYPED).waitFor();
    const { median, p95, worst, count } = await ada.page.evaluate(frameTimes);
    await flood.end();
    print(
      `typing while 1,000 messages a second come in: ${count} frames, median ${median} ms, ` +
        `95 of 100 under ${p95} ms, worst ${worst} ms`,
    );
    await ada.log.getByText(`line ${flood.said}`, { exact: true }).waitFor();
    assertEquals(await ada.field.inputValue(), "");
    await assertWhole(ada);
  },
);

/** The numbers that are in the page follow each other. */
async function assertWhole(person: Person) {
  const numbers = (await person.said()).map(numberOf).filter((it) => it > 0);
  assert(numbers.length > 100, `${numbers.length} messages are in the page`);
  for (const [index, number] of numbers.entries()) {
    assertEquals(number, numbers[0]! + index, `after ${numbers[index - 1]}`);
  }
}

/** Of a message like those below; 0 for another. */
function numberOf(line = ""): number {
  return Number(/^nora: (?:number|line) (\d+)/.exec(line)?.[1] ?? 0);
}

/** Says "number 1 ..." and so on, some of which are long, and waits until all of it is stored. */
async function fill(peer: NativePeer, count: number) {
  for (let from = 1; from <= count; from += 500) {
    const numbers = Array.from({ length: Math.min(500, count - from + 1) }, (_, at) => from + at);
    const texts = numbers.map((it) => `number ${it} ${"and some more words ".repeat(it % 7)}`);
    await peer.send(...texts.map((text) => ({ type: "say", room: "lobby", text })));
  }
  for (;;) {
    const event = await peer.next();
    if (!event || `${event.text}`.startsWith(`number ${count} `)) return;
  }
}

function print(text: string) {
  Deno.stderr.writeSync(new TextEncoder().encode(`${text}\n`));
}
