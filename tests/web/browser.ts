/**
 * A real browser for tests of the page: one for each file of tests, and a profile of their own for each person.
 * Whatever a page complains of, asks of anybody else's server, or opens by itself fails the test.
 */
import { assertEquals } from "@std/assert";
import type {
  Browser,
  BrowserContext,
  BrowserContextOptions,
  ConsoleMessage,
  Page,
} from "playwright-core";
import { testNeeding } from "../end_to_end/needs.ts";
import { Home } from "../end_to_end/process.ts";
import { Server, type ServerOptions } from "../end_to_end/server.ts";
import { BROWSER, launchBrowser } from "./chromium.ts";
import { WAIT_MILLISECONDS } from "./eventually.ts";
import { reportViolations } from "./in_page.js";
import { Person } from "./person.ts";

let browser: Promise<Browser> | undefined;

export function launch(): Promise<Browser> {
  browser ??= launchBrowser();
  return browser;
}

Deno.test.afterAll(async () => {
  await (await browser)?.close();
});

export interface StageOptions {
  server?: ServerOptions;
  /** Of each person's browser. */
  context?: BrowserContextOptions;
}

/** However long a test takes on a busy machine, who has nothing to say is not asked whether they are there. */
const UNASKED = ["--ping-seconds", "3600"];

/** A test with a server, to which people come with browsers. */
export function pageTest(
  name: string,
  { server: serverOptions = {}, context = {} }: StageOptions,
  test: (stage: Stage) => Promise<void>,
) {
  testNeeding(BROWSER, name, async () => {
    using home = new Home();
    await using stage = new Stage(context);
    const flags = [...UNASKED, ...serverOptions.flags ?? []];
    await stage.startServer({ home, ...serverOptions, flags });
    await test(stage);
    stage.assertNoTrouble();
  }, { sanitizeOps: false, sanitizeResources: false });
}

export class Stage implements AsyncDisposable {
  #server: Server | undefined;
  #serverOptions: ServerOptions = {};
  #options: BrowserContextOptions;
  #visits: Visit[] = [];

  constructor(options: BrowserContextOptions) {
    this.#options = options;
  }

  get server(): Server {
    return this.#server!;
  }

  /** With the options that it had before, if none are given. */
  async startServer(options: ServerOptions = this.#serverOptions) {
    this.#serverOptions = options;
    this.#server = await Server.start(options);
  }

  async killServer() {
    this.server.signal("SIGKILL");
    await this.server.ended();
    for (const visit of this.#visits) {
      visit.expect(/ERR_CONNECTION_(REFUSED|RESET)|ERR_EMPTY_RESPONSE|WebSocket/);
    }
  }

  get url(): string {
    return `http://${this.server.address}/`;
  }

  /** Somebody with a browser of their own, which shows nothing yet. */
  async person(options: BrowserContextOptions = {}): Promise<Person> {
    const context = await (await launch()).newContext({
      viewport: { width: 1280, height: 800 },
      locale: "en-GB",
      timezoneId: "UTC",
      ...this.#options,
      ...options,
    });
    context.setDefaultTimeout(WAIT_MILLISECONDS);
    const visit = new Visit(context, this.server.address);
    this.#visits.push(visit);
    await context.addInitScript(reportViolations);
    return new Person(await context.newPage(), { url: this.url, visit });
  }

  /** Somebody who looks at the page. */
  async visitor(options: BrowserContextOptions = {}): Promise<Person> {
    const person = await this.person(options);
    await person.open();
    return person;
  }

  /** Somebody who is in the chat. */
  async enter(nick: string, options: BrowserContextOptions = {}): Promise<Person> {
    const person = await this.visitor(options);
    await person.enter(nick);
    return person;
  }

  assertNoTrouble() {
    for (const visit of this.#visits) assertEquals(visit.troubles, []);
  }

  async [Symbol.asyncDispose]() {
    await Promise.all(this.#visits.map((it) => it.end()));
    await this.#server?.[Symbol.asyncDispose]();
  }
}

/** All that goes wrong in somebody's browser. */
export class Visit {
  #context: BrowserContext;
  #troubles: string[] = [];
  #expected: RegExp[] = [];

  constructor(context: BrowserContext, address: string) {
    this.#context = context;
    const note = (trouble: string) => this.#troubles.push(trouble);
    context.on("weberror", (error) => note(`error: ${error.error().stack}`));
    context.on("console", (message) => isBad(message) && note(`console: ${message.text()}`));
    context.on("request", (request) => {
      const { protocol, host } = new URL(request.url());
      if (["http:", "https:"].includes(protocol) && host !== address) {
        note(`request: ${request.url()}`);
      }
    });
    context.on("dialog", (dialog) => {
      note(`dialog: ${dialog.message()}`);
      dialog.dismiss();
    });
    context.on("page", (page) => this.#follow(page, address, note));
  }

  get troubles(): string[] {
    return this.#troubles.filter((it) => !this.#expected.some((pattern) => pattern.test(it)));
  }

  /** What a test brings about itself is no trouble. */
  expect(trouble: RegExp) {
    this.#expected.push(trouble);
  }

  async end() {
    await this.#context.close();
  }

  #follow(page: Page, address: string, note: (trouble: string) => void) {
    page.on("websocket", (socket) => {
      if (new URL(socket.url()).host !== address) note(`socket: ${socket.url()}`);
    });
    page.on("crash", () => note("the page has crashed"));
  }
}

function isBad(message: ConsoleMessage): boolean {
  return ["error", "warning", "assert"].includes(message.type());
}
