/**
 * `deno task screenshots`: stages an evening on the real server, to which people come by several wires, and takes
 * pictures of the page in a real browser for docs/images. The clock is staged too.
 */
import { join } from "@std/path";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { Bgnet0Peer } from "../tests/end_to_end/bgnet0_peer.ts";
import { chat10, LinePeer } from "../tests/end_to_end/line_peer.ts";
import { NativePeer } from "../tests/end_to_end/native_peer.ts";
import { Home } from "../tests/end_to_end/process.ts";
import { BROWSER, launchBrowser } from "../tests/web/chromium.ts";
import { StagedServer } from "./staged_server.ts";

const FOLDER = "docs/images";
const WIDE = { viewport: { width: 1120, height: 700 }, deviceScaleFactor: 1 };
const TALL = { viewport: { width: 1120, height: 960 }, deviceScaleFactor: 1 };
const PHONE = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 1.5, isMobile: true };
const NOW = "2026-11-20T20:31:10";

async function main() {
  if (!BROWSER.isMet) return print(`skipped: ${BROWSER.otherwise}\n`);
  using home = new Home();
  await using server = await StagedServer.start(home, "2026-11-19T19:02:00");
  const browser = await launchBrowser();
  try {
    Deno.mkdirSync(FOLDER, { recursive: true });
    await using evening = await Evening.begin(server);
    await evening.talk();
    server.setClock("2026-11-20T20:24:50");
    const pat = await visit(browser, server, { ...WIDE, colorScheme: "light" });
    await pat.clock.setFixedTime("2026-11-20T20:24:50Z");
    await enter(pat, "pat");
    await evening.talkWith(pat);
    await picture(pat, "page-light.png");
    await pat.emulateMedia({ colorScheme: "dark" });
    await picture(pat, "page-dark.png");
    const phone = await visit(browser, server, { ...PHONE, colorScheme: "light" });
    await enter(phone, "sam");
    await phone.getByText("7 people here").waitFor();
    await picture(phone, "page-phone.png");
    const operator = await visit(browser, server, { ...TALL, colorScheme: "dark" });
    const response = await operator.goto(`http://127.0.0.1:${server.port}/dashboard`);
    if (response?.status() === 200) {
      await operator.getByText("chris").first().waitFor();
      await evening.talkOn();
      await operator.getByText("nice").waitFor();
      await picture(operator, "dashboard.png");
    }
  } finally {
    await browser.close();
  }
}

/** People by several wires, and what they say. */
class Evening implements AsyncDisposable {
  #server: StagedServer;
  #peers: AsyncDisposableStack;
  #leslie: NativePeer;
  #robin: NativePeer;
  #chris: Bgnet0Peer;
  #carol: LinePeer;
  #zoe: LinePeer;

  private constructor(server: StagedServer, peers: AsyncDisposableStack, people: {
    leslie: NativePeer;
    robin: NativePeer;
    chris: Bgnet0Peer;
    carol: LinePeer;
    zoe: LinePeer;
  }) {
    this.#server = server;
    this.#peers = peers;
    this.#leslie = people.leslie;
    this.#robin = people.robin;
    this.#chris = people.chris;
    this.#carol = people.carol;
    this.#zoe = people.zoe;
  }

  static async begin(server: StagedServer): Promise<Evening> {
    const peers = new AsyncDisposableStack();
    const { port } = server;
    const leslie = peers.use(await NativePeer.enter(port, "leslie"));
    const robin = peers.use(await NativePeer.enter(port, "robin"));
    await robin.send({ type: "join", room: "dev" });
    await leslie.send({ type: "join", room: "dev" }, { type: "join", room: "music" });
    const chris = peers.use(await Bgnet0Peer.enter(port, "chris"));
    const carol = peers.use(await LinePeer.connect(port));
    await carol.send(chat10("JOIN", "carol"));
    const zoe = peers.use(await LinePeer.connect(port));
    await zoe.send("Zoë\n");
    return new Evening(server, peers, { leslie, robin, chris, carol, zoe });
  }

  async talk() {
    await this.#says("leslie", "2026-11-19T19:02:31", "the new build is on the test machine");
    await this.#says("chris", "2026-11-19T19:04:02", "looks good! I'll read the logs tomorrow");
    await this.#acts("leslie", "2026-11-19T19:04:40", "goes home");
    await this.#says("carol", "2026-11-20T20:12:04", "evening all");
    await this.#says("zoe", "2026-11-20T20:12:50", "good evening carol, how was the concert?");
    await this.#says("leslie", "2026-11-20T20:14:08", "καλημέρα ☕ (it is morning somewhere)");
    await this.#says(
      "chris",
      "2026-11-20T20:16:20",
      "the logs are clean, apart from one line that I do not understand: it says that a peer was slow, " +
        "and that its queue was dropped. Is that what the new limit does?",
    );
    await this.#says(
      "leslie",
      "2026-11-20T20:17:02",
      "yes: https://chat.example.org/docs/limits#queue",
    );
    await this.#says("leslie", "2026-11-20T20:17:30", "nobody else notices, that is the point");
  }

  async talkWith(page: Page) {
    this.#server.setClock("2026-11-20T20:25:20");
    await type(page, "hello everybody, I am in a browser now");
    await this.#says("carol", "2026-11-20T20:26:11", "and I am in a terminal from 1999 :)");
    await this.#acts("zoe", "2026-11-20T20:27:00", "waves at pat");
    await this.#says("chris", "2026-11-20T20:28:40", "pat: could you tag the release?");
    this.#server.setClock("2026-11-20T20:29:30");
    await type(page, "chris: on it, give me five minutes");
    this.#server.setClock("2026-11-20T20:30:02");
    await this.#leslie.send({ type: "tell", nick: "pat", text: "lunch tomorrow?" });
    await type(page, "/join dev");
    await page.getByRole("heading", { name: "#dev" }).waitFor();
    await page.keyboard.press("Alt+1");
    await page.getByRole("heading", { name: "#lobby" }).waitFor();
    this.#server.setClock("2026-11-20T20:30:40");
    await this.#robin.say("tests are green", { room: "dev" });
    await this.#robin.say("all 1,204 of them", { room: "dev" });
    await page.getByRole("button", { name: /^dev ?, 2 unread/ }).waitFor();
    await page.getByRole("button", { name: /^leslie ?, 1 unread/ }).waitFor();
    await page.getByRole("textbox").fill("the release is tagg");
    this.#server.setClock(NOW);
    await page.clock.setFixedTime(`${NOW}Z`);
  }

  async talkOn() {
    for (const text of ["is the dashboard up?", "it is, and it moves", "nice"]) {
      await this.#says("chris", NOW, text);
    }
  }

  async #says(who: "leslie" | "chris" | "carol" | "zoe", time: string, text: string) {
    this.#server.setClock(time);
    if (who === "leslie") await this.#leslie.say(text);
    if (who === "chris") await this.#chris.send(JSON.stringify({ type: "chat", message: text }));
    if (who === "carol") await this.#carol.send(chat10("TEXT", "carol", text));
    if (who === "zoe") await this.#zoe.send(`${text}\n`);
    await this.#heard(text);
  }

  async #acts(who: "leslie" | "zoe", time: string, text: string) {
    this.#server.setClock(time);
    if (who === "leslie") await this.#leslie.send({ type: "act", room: "lobby", text });
    if (who === "zoe") await this.#zoe.send(`/me ${text}\n`);
    await this.#heard(text);
  }

  /** Everybody has been told. */
  async #heard(text: string) {
    for (;;) {
      const event = await this.#robin.next();
      if (!event) throw new Error(`the server has hung up before "${text}" was heard`);
      if (event.text === text) return;
    }
  }

  async [Symbol.asyncDispose]() {
    await this.#peers[Symbol.asyncDispose]();
  }
}

async function visit(
  browser: Browser,
  { port }: StagedServer,
  options: BrowserContextOptions,
): Promise<Page> {
  const context = await browser.newContext({ locale: "en-GB", timezoneId: "UTC", ...options });
  const page = await context.newPage();
  await page.clock.setFixedTime(`${NOW}Z`);
  await page.goto(`http://127.0.0.1:${port}/`);
  return page;
}

async function enter(page: Page, nick: string) {
  await page.getByLabel("Your name").fill(nick);
  await page.keyboard.press("Enter");
  await page.getByText(`${nick} has joined the chat`).waitFor();
}

/** Waits until it is there, unless it is a command. */
async function type(page: Page, line: string) {
  await page.getByRole("textbox").fill(line);
  await page.keyboard.press("Enter");
  if (!line.startsWith("/")) {
    await page.locator(".message:not(.pending)", { hasText: line }).waitFor();
  }
}

async function picture(page: Page, name: string) {
  const path = `${FOLDER}/${name}`;
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  print(`${path}: ${Deno.statSync(path).size} bytes\n`);
}

function print(text: string) {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
}

if (import.meta.main) {
  Deno.chdir(join(import.meta.dirname!, ".."));
  await main();
}
