/** Somebody with a browser, and what they see and do on the page: all that tests know of how it is made. */
import type { BrowserContext, Locator, Page } from "playwright-core";
import type { Visit } from "./browser.ts";
import { assertBecomes, eventually } from "./eventually.ts";
import { noticeLines, saidLines } from "./in_page.js";

export class Person {
  readonly page: Page;
  readonly visit: Visit;
  readonly url: string;

  constructor(page: Page, { url, visit }: { url: string; visit: Visit }) {
    this.page = page;
    this.url = url;
    this.visit = visit;
  }

  get context(): BrowserContext {
    return this.page.context();
  }

  /** Another tab of the same browser. */
  async newTab(): Promise<Person> {
    return new Person(await this.context.newPage(), this);
  }

  /** The same, who reaches the server by another address. */
  at(url: string): Person {
    return new Person(this.page, { url, visit: this.visit });
  }

  // At the door.

  get nickField(): Locator {
    return this.page.getByLabel("Your name");
  }

  async open(place = "") {
    await this.page.goto(`${this.url}${place}`);
  }

  async enter(nick: string) {
    await this.nickField.fill(nick);
    await this.page.keyboard.press("Enter");
    await this.field.waitFor();
    await this.hears(`${nick} has joined the chat`);
  }

  // In the chat.

  get field(): Locator {
    return this.page.getByRole("textbox", { name: /^Message/ });
  }

  get log(): Locator {
    return this.page.getByRole("log", { name: "Messages" });
  }

  get rooms(): Locator {
    return this.page.getByRole("navigation", { name: "Rooms" });
  }

  get people(): Locator {
    return this.page.getByRole("complementary", { name: "People" });
  }

  get search(): Locator {
    return this.page.getByRole("search", { name: "Search" });
  }

  get banner(): Locator {
    return this.page.locator("#banner");
  }

  /** The place that is looked at: "#lobby". */
  async place(): Promise<string> {
    return await this.page.getByRole("main").getByRole("heading", { level: 1 }).innerText();
  }

  /** Sends a line, which may be a command. */
  async types(line: string) {
    await this.field.fill(line);
    await this.field.press("Enter");
  }

  /** All that was said where one looks, as "pat: hi" and "[pat goes out]", without what is not confirmed. */
  said(): Promise<string[]> {
    return this.page.evaluate(saidLines, { confirmed: true });
  }

  pending(): Promise<string[]> {
    return this.page.evaluate(saidLines, { confirmed: false });
  }

  notices(): Promise<string[]> {
    return this.page.evaluate(noticeLines);
  }

  /** What was said becomes exactly this. */
  async sees(...lines: string[]) {
    await assertBecomes(() => this.said(), lines);
  }

  /** There is, or will be, a notice with these words. */
  async hears(words: string | RegExp) {
    const isIt = (text: string) =>
      typeof words === "string" ? text.includes(words) : words.test(text);
    await eventually(() => this.notices(), { is: (found) => found.some(isIt) });
  }

  /** Says goodbye, and waits until the server has heard it: until then one's name is not free. */
  async leaves() {
    await this.types("/quit");
    await this.page.getByRole("heading", { name: "You have left the chat" }).waitFor();
  }

  /** A place in the list of rooms and people, by its name: "dev". */
  placeButton(name: string): Locator {
    return this.rooms.getByRole("button", { name: new RegExp(`^#?\\s*${name}\\b`) });
  }

  /** Goes to a place that is in the list. */
  async goes(name: string) {
    await this.placeButton(name).click();
    await eventually(() => this.place(), { is: (place) => place.slice(1) === name });
  }

  /** From now on it is measured how long the page works: what else the machine does meanwhile is not in it. */
  async measureWork(): Promise<() => Promise<number>> {
    const session = await this.context.newCDPSession(this.page);
    await session.send("Performance.enable", { timeDomain: "threadTicks" });
    return async () => {
      const { metrics } = await session.send("Performance.getMetrics");
      return 1000 * metrics.find(({ name }) => name === "TaskDuration")!.value;
    };
  }

  /** Those in the panel of people. */
  async names(): Promise<string[]> {
    return await this.people.getByRole("listitem").locator("bdi").allInnerTexts();
  }
}
