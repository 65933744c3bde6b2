/** Pages of other sites, which a browser shows as willingly as ours, cannot speak to the chat or look into it. */
import { assertEquals } from "@std/assert";
import type { Page } from "playwright-core";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { attack } from "./attack.js";
import { pageTest, type Stage } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import type { Person } from "./person.ts";

/** Another port of the same machine is the same site to a browser, and another origin. */
for (const host of ["127.0.0.1", "localhost", "evil.test"]) {
  pageTest(`a page of http://${host} is refused, whatever it tries`, {}, async (stage) => {
    await using nora = await NativePeer.enter(stage.server.port, "nora");
    await using foreign = serve("<!doctype html><title>elsewhere</title><p>hi");
    const mallory = await visitorOf(stage);
    await mallory.page.goto(`http://${host}:${foreign.port}/`);
    const results = await mallory.page.evaluate(attack, { chat: `http://${stage.server.address}` });
    const wrong = Object.entries(results).filter(([, result]) => result !== "refused");
    assertEquals(wrong, []);
    await nora.expectQuiet();
  });
}

pageTest("a page without an origin is refused as well", {}, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  await using foreign = serve(
    `<!doctype html><iframe sandbox="allow-scripts allow-forms" src="/inner"></iframe>`,
  );
  const mallory = await visitorOf(stage);
  await mallory.page.goto(`http://127.0.0.1:${foreign.port}/`);
  const inner = await eventually(() => mallory.page.frames().at(1), {
    is: (frame) => frame?.url().endsWith("/inner") ?? false,
  });
  const results = await inner!.evaluate(attack, { chat: `http://${stage.server.address}` });
  assertEquals(Object.entries(results).filter(([, result]) => result !== "refused"), []);
  await nora.expectQuiet();
});

pageTest("no other page can show the chat inside of it, or hold on to it", {}, async (stage) => {
  await using foreign = serve(
    `<!doctype html><iframe src="${stage.url}"></iframe><object data="${stage.url}"></object>` +
      `<button onclick="opened = window.open('${stage.url}')">open</button>`,
  );
  const mallory = await visitorOf(stage);
  await mallory.page.goto(`http://127.0.0.1:${foreign.port}/`);
  const framed = () => mallory.page.frames().slice(1);
  // In the <iframe> the browser says that it was refused; the frame of the <object> it takes away, in its own time.
  await assertBecomes(() => framed().map((it) => it.url()), ["chrome-error://chromewebdata/"]);
  assertEquals(await framed()[0]!.getByLabel("Your name").count(), 0);
  const popup = mallory.context.waitForEvent("page");
  await mallory.page.getByRole("button").click();
  const page: Page = await popup;
  await page.getByLabel("Your name").waitFor();
  assertEquals(await page.evaluate("opener"), null);
  await eventually(() => mallory.page.evaluate("opened.closed"), {
    is: (closed) => closed === true,
  });
});

pageTest("a name of somebody else's that leads here is refused", {}, async (stage) => {
  await using nora = await NativePeer.enter(stage.server.port, "nora");
  const mallory = await visitorOf(stage);
  for (const path of ["", "web/main.js", "socket", "api/rooms", "metrics"]) {
    const response = await mallory.page.goto(`http://evil.test:${stage.server.port}/${path}`);
    assertEquals(response?.status(), 403, path);
  }
  const results = await mallory.page.evaluate(attack, {
    chat: `http://evil.test:${stage.server.port}`,
  });
  assertEquals(results.WebSocket, "refused");
  assertEquals(results.EventSource, "refused");
  await nora.expectQuiet();
});

/** Somebody whose troubles are their own. */
async function visitorOf(stage: Stage): Promise<Person> {
  const person = await stage.person();
  person.visit.expect(/./);
  return person;
}

/** Somebody else's server, with this page at every path. */
function serve(html: string): AsyncDisposable & { port: number } {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen() {} },
    () => new Response(html, { headers: { "Content-Type": "text/html" } }),
  );
  return {
    port: server.addr.port,
    async [Symbol.asyncDispose]() {
      await server.shutdown();
    },
  };
}
