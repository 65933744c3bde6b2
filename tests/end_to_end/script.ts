/** A program that speaks to the server's HTTP API, as one would be written from docs/api.md. */
import { assertEquals } from "@std/assert";
import { Home } from "./process.ts";

export const TOKEN = "only-for-tests-0123456789";

/** A home with the settings of one bot, whose token lies in a file of its own. */
export function homeWithBot(settings = ""): Home {
  const home = new Home();
  Deno.writeTextFileSync(home.file("ci.token"), `${TOKEN}\n`);
  writeSettings(home, settings);
  return home;
}

/** Those of the bot are beside them. */
export function writeSettings(home: Home, settings: string) {
  const bot = `[[bot]]\nnick = "ci"\ntoken_file = "ci.token"\n`;
  Deno.writeTextFileSync(home.file("server.toml"), `${settings}\n${bot}`);
}

export interface Said {
  room: string;
  seq: number;
  at: number;
  nick: string;
  text: string;
  emote: boolean;
  id?: string;
}

export interface Page {
  messages: Said[];
  more: boolean;
  last: number;
}

/** What was answered, its body read. */
export interface Answered {
  status: number;
  // deno-lint-ignore no-explicit-any
  body: any;
  headers: Headers;
}

export class Script {
  readonly port: number;

  constructor(port: number) {
    this.port = port;
  }

  url(room = "lobby", query = ""): string {
    return `http://127.0.0.1:${this.port}/api/rooms/${room}/messages${query}`;
  }

  async ask(url: string, init: RequestInit = {}): Promise<Answered> {
    const headers = { Authorization: `Bearer ${TOKEN}`, ...init.headers as Record<string, string> };
    const response = await fetch(url, { ...init, headers });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) };
  }

  /** Says a text, in JSON. */
  async say(
    text: string,
    { room = "lobby", headers = {} }: { room?: string; headers?: Record<string, string> } = {},
  ): Promise<Answered> {
    return await this.ask(this.url(room), {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify({ text }),
    });
  }

  async page(query = "", room = "lobby"): Promise<Page> {
    const { status, body } = await this.ask(this.url(room, query));
    assertEquals(status, 200);
    return body;
  }

  /** All that is kept of a room. */
  async kept(room = "lobby"): Promise<Said[]> {
    const kept: Said[] = [];
    for (let more = true; more;) {
      const page = await this.page(`?after=${kept.at(-1)?.seq ?? 0}`, room);
      kept.push(...page.messages);
      more = page.more;
    }
    return kept;
  }
}

/** A connection that follows a room, and can be cut at any byte. */
export class Follower implements AsyncDisposable {
  readonly told: Said[] = [];
  /** How many characters have come. */
  heard = 0;
  lastId: string;
  #cut = new AbortController();
  #text = "";
  #hasBegun = false;
  #pieces: ReadableStreamDefaultReader<string> | undefined;

  private constructor(lastId: string) {
    this.lastId = lastId;
  }

  /** Resolves when it has been told where it begins; "" is what is new from now on. */
  static async open(script: Script, { lastId = "", room = "lobby" } = {}): Promise<Follower> {
    const follower = new Follower(lastId);
    const response = await fetch(script.url(room), {
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        Accept: "text/event-stream",
        ...(lastId === "" ? {} : { "Last-Event-ID": lastId }),
      },
      signal: follower.#cut.signal,
    });
    assertEquals(response.status, 200);
    follower.#pieces = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    while (!follower.#hasBegun) await follower.#orEnd();
    return follower;
  }

  /** Takes what comes next; only so many characters of it, if it is to be cut then. False at the end. */
  async more(most = Infinity): Promise<boolean> {
    const { value, done } = await this.#pieces!.read().catch(() => ({ value: "", done: true }));
    if (done) return false;
    const piece = value!.slice(0, most);
    this.heard += piece.length;
    this.#text += piece;
    const blocks = this.#text.split("\n\n");
    // What is cut off in the middle has not been told.
    this.#text = blocks.pop()!;
    for (const block of blocks) this.#read(block);
    return true;
  }

  async until(holds: () => boolean) {
    while (!holds()) await this.#orEnd();
  }

  async #orEnd() {
    if (!await this.more()) throw new Error("it ended before that");
  }

  cut() {
    this.#cut.abort();
  }

  async [Symbol.asyncDispose]() {
    this.cut();
    await this.#pieces?.cancel().catch(() => {});
  }

  #read(block: string) {
    this.#hasBegun = true;
    for (const line of block.split("\n")) {
      if (line.startsWith("id: ")) this.lastId = line.slice(4);
      if (line.startsWith("data: ")) this.told.push(JSON.parse(line.slice(6)));
    }
  }
}
