/**
 * Somebody who talks, by our own client, and whose client may be cut off or killed at any moment. What they
 * were shown and what became of all that they said is kept, to be compared with the database.
 */
import { dial, OurClient } from "./our_client.ts";
import type { Random } from "./random.ts";
import { Watched } from "./watched.ts";

/** What one process of somebody's client has shown, line by line. */
export interface View {
  nick: string;
  lines: Shown[];
}

/** A message that was shown, or that somebody came into a room: what of it is shown begins anew there. */
export type Shown =
  | { type: "message"; key: string; line: string; room: string }
  | { type: "direct"; key: string; line: string }
  | { type: "comes"; room: string };

export interface Spoken {
  by: string;
  isDirect: boolean;
  /** Whether it came back; "unknown" is what a client died with. */
  fate: "pending" | "acknowledged" | "refused" | "unknown";
}

export interface TalkerOptions {
  name: string;
  rooms: readonly string[];
  port: number;
  random: Random;
  /** Somebody to speak to alone, as they are called now. */
  pickOther(): string;
  onShown(): void;
}

const STAMP = /^\[\d{4}-\d\d-\d\d \d\d:\d\d\] /;
/** The message's own word in what is shown of it, by which it is told from all others. */
const KEY = /^(?:#(\S+) )?(?:\[\S+ |\S+: |\S+ -> \S+: )([a-z]+\.\d+)(?=[ \]])/;
/** More than anything takes that does not hang, however often the server dies meanwhile. */
const PATIENCE_MILLISECONDS = 120_000;
/** How many messages somebody says before they wait for the first to come back. */
const MAX_AHEAD = 6;
const LOBBY = "lobby";
const LOST = /^\*\*\* (there is no connection|the connection is lost)/;
const NOT_SENT = /^\*\*\* there is no connection/;
const PARTED = /^\*\*\* you have left #(\S+),/;

export class Talker {
  readonly name: string;
  /** One for each process. */
  readonly views: View[] = [];
  readonly spoken = new Map<string, Spoken>();
  /** What the person is called, as far as they know. */
  nick: string;
  /** Its clients that ended by themselves though they had been in the chat. */
  readonly gaveUp: string[] = [];
  #options: TalkerOptions;
  #token = crypto.randomUUID();
  #client: OurClient | undefined;
  #life = 0;
  /** Where it knows that it is. */
  #rooms = new Set<string>();
  #remarks: string[] = [];
  #watched = new Watched();
  #count = 0;
  #isOver = false;

  constructor(options: TalkerOptions) {
    this.#options = options;
    this.name = this.nick = options.name;
  }

  /** Starts the client. If it does not even get in it is started again, as a person would. */
  start() {
    if (this.#isOver) return;
    const life = ++this.#life;
    const view: View = { nick: this.name, lines: [] };
    this.views.push(view);
    this.#rooms.clear();
    this.#remarks = [];
    const { name: nick, random, port } = this.#options;
    const client = new OurClient({
      nick,
      token: this.#token,
      connect: () => dial(port),
      onLine: (line, isRemark) => this.#shown(view, line, isRemark),
      chance: () => random(1000) / 1000,
    });
    this.#client = client;
    const again = (why: unknown) => {
      if (life !== this.#life || this.#isOver) return;
      if (this.#rooms.has(LOBBY)) {
        this.gaveUp.push(`${this.name}: ${why} ${this.#remarks.slice(-5).join("\n")}`);
      }
      setTimeout(() => life === this.#life && this.#startAnew(), 5);
    };
    client.ended.then(again, again);
  }

  /** The client is killed, and another one started in its place. */
  crash() {
    this.#client?.die();
    this.#startAnew();
  }

  cut() {
    this.#client?.cut();
  }

  end() {
    this.#isOver = true;
    this.#client?.die();
    this.#watched.changed();
  }

  /** Talks, and moves about, until it has been enough. */
  async talk(isEnough: () => boolean) {
    const { random, rooms } = this.#options;
    while (!isEnough()) {
      while (this.#isOut) await this.#comesIn();
      const dice = random(100);
      const room = rooms[random(rooms.length)]!;
      if (dice < 3) await this.#rename();
      else if (dice < 8 && room !== LOBBY && this.#rooms.has(room)) await this.#part(room);
      else if (dice < 20) await this.#go(room);
      else if (dice < 30) await this.#tell();
      else this.#say(this.#text());
      await this.#until(() => this.#pending() < MAX_AHEAD, "told what it has said");
    }
    await this.#until(() => this.#pending() === 0, "told all that it has said");
  }

  /** A last word in each room; resolves with what they are. */
  async sayLast(): Promise<string[]> {
    while (this.#isOut) await this.#comesIn();
    const keys: string[] = [];
    for (const room of this.#options.rooms) {
      await this.#go(room);
      while (!this.#rooms.has(room)) {
        await this.#until(() => this.#has(/^\*\*\* connected again/), "connected again");
        await this.#go(room);
      }
      keys.push(this.#say("is the last word"));
    }
    await this.#until(() => this.#pending() === 0, "told its last words");
    return keys;
  }

  /** Waits until it has been shown all of these, and what was asked for before is answered. */
  async hasSeen(keys: readonly string[]) {
    await this.#until(() => {
      const seen = new Set(this.views.at(-1)!.lines.map((it) => it.type === "comes" ? "" : it.key));
      return keys.every((key) => seen.has(key));
    }, "shown all last words");
    await this.#command("/users lobby", () => this.#has(/^\*\*\* \d+ here: /));
  }

  /** Nothing more is typed: a client to which nothing is left to say ends by itself. */
  async finish() {
    this.#isOver = true;
    let hasEnded = false;
    this.#client!.ended.then(() => {
      hasEnded = true;
      this.#watched.changed();
    });
    this.#client!.endInput();
    await this.#watched.until(() => hasEnded || undefined, {
      missing: () => `${this.name} has not ended; ${this.#state()}`,
      milliseconds: PATIENCE_MILLISECONDS,
    });
  }

  #startAnew() {
    for (const said of this.spoken.values()) {
      if (said.fate === "pending") said.fate = "unknown";
    }
    this.start();
    this.#watched.changed();
  }

  #shown(view: View, line: string, isRemark: boolean) {
    if (view !== this.views.at(-1)) return;
    const found = this.#read(line, isRemark);
    if (found) view.lines.push(found);
    if (found?.type === "comes") this.#rooms.add(found.room);
    if (!isRemark) this.#rooms.delete(PARTED.exec(line)?.[1] ?? "");
    if (line.startsWith("*** ")) this.#remarks.push(line);
    if (line === `*** ${this.nick} is now known as ${this.#otherName()}`) {
      this.nick = this.#otherName();
    }
    this.#options.onShown();
    this.#watched.changed();
  }

  #read(line: string, isRemark: boolean): Shown | undefined {
    if (line.startsWith("*** ")) {
      if (isRemark) return undefined;
      const room = /^\*\*\* you are in #(\S+) now$/.exec(line)?.[1];
      if (room) return { type: "comes", room };
      const joined = /^\*\*\* (\S+) has joined the chat$/.exec(line)?.[1];
      return this.#isMe(joined) ? { type: "comes", room: LOBBY } : undefined;
    }
    const message = line.replace(STAMP, "");
    const [, room = "", key] = KEY.exec(message) ?? [];
    if (!key) throw new Error(`${this.name} was shown something strange: ${line}`);
    const said = this.spoken.get(key);
    if (said?.fate === "pending") said.fate = "acknowledged";
    if (said?.fate === "refused") throw new Error(`${line} came though it had been refused`);
    if (
      message.includes(` -> `) && !message.startsWith("#") && / -> \S+: [a-z]+\.\d+ /.test(message)
    ) {
      return { type: "direct", key, line: message };
    }
    return { type: "message", key, line: message.replace(/^#\S+ /, ""), room };
  }

  #isMe(nick: string | undefined): boolean {
    if (nick !== this.name && nick !== `${this.name}_2`) return false;
    this.nick = nick;
    return true;
  }

  #otherName(): string {
    return this.nick === this.name ? `${this.name}_2` : this.name;
  }

  #say(text: string): string {
    const key = `${this.name}.${++this.#count}`;
    this.spoken.set(key, { by: this.name, isDirect: false, fate: "pending" });
    const isEmote = this.#options.random(10) === 0;
    this.#client!.type(`${isEmote ? "/me " : ""}${key} ${text}`);
    return key;
  }

  #text(): string {
    const { random } = this.#options;
    const length = random(40) === 0 ? 70_000 : random(100);
    return `žluť 🙂 ${"x".repeat(length)}`;
  }

  /** One at a time, because a refusal does not say of which. */
  async #tell() {
    while (this.#isOut) await this.#comesIn();
    const to = this.#options.pickOther();
    const key = `${this.name}.${++this.#count}`;
    const said: Spoken = { by: this.name, isDirect: true, fate: "pending" };
    this.spoken.set(key, said);
    this.#remarks = [];
    this.#client!.type(`/message ${to} ${key} psst`);
    const refusal = `*** ${to}: nobody here has that name`;
    await this.#until(
      () => said.fate !== "pending" || this.#remarks.includes(refusal),
      `told of ${key}`,
    );
    if (said.fate === "pending") said.fate = "refused";
  }

  async #rename() {
    const to = this.#otherName();
    await this.#command(`/nick ${to}`, () => this.#has(new RegExp(` is now known as ${to}$`)));
  }

  /** Speaks in a room from now on; in the lobby if the connection is lost meanwhile. */
  async #go(room: string) {
    while (this.#isOut) await this.#comesIn();
    const isThere = () => this.#rooms.has(room);
    if (isThere()) return this.#client!.type(`/join ${room}`);
    await this.#command(`/join ${room}`, isThere);
    if (!isThere()) this.#client!.type(`/join ${LOBBY}`);
  }

  /**
   * If the connection is lost meanwhile it is obeyed when there is another one. Until then nobody knows where it
   * is, and in which room it would speak: it says nothing more before that.
   */
  async #part(room: string) {
    await this.#until(() => this.#pending() === 0, "told all before it parts");
    // It may have another client by now, which is not there.
    if (!this.#rooms.has(room)) return;
    const isOut = () => this.#has(PARTED);
    const life = this.#life;
    await this.#command(`/part ${room}`, isOut);
    const isAway = () => this.#life !== life || this.#has(NOT_SENT);
    if (!isAway()) await this.#until(isOut, `out of ${room}`);
    this.#client!.type(`/join ${LOBBY}`);
  }

  /** Waits for the answer, unless the connection is lost: then nobody knows whether it was obeyed. */
  async #command(line: string, isAnswered: () => boolean) {
    while (this.#isOut) await this.#comesIn();
    this.#remarks = [];
    let isTaken = false;
    this.#client!.type(line).then(() => {
      isTaken = true;
      this.#watched.changed();
    });
    // The connection may be lost before the line is looked at: then that is said too, and has to be heard.
    await this.#until(() => isTaken && (isAnswered() || this.#has(LOST)), `answered ${line}`);
  }

  #has(remark: RegExp): boolean {
    return this.#remarks.some((it) => remark.test(it));
  }

  /**
   * Nothing is typed into a client that has just been started, before it is in: asked again after each wait, for
   * it may have been started in the very moment in which that ended.
   */
  get #isOut(): boolean {
    return !this.#rooms.has(LOBBY) && !this.#isOver;
  }

  async #comesIn() {
    await this.#until(() => this.#rooms.has(LOBBY), "in the chat");
  }

  #pending(): number {
    let count = 0;
    for (const { fate } of this.spoken.values()) if (fate === "pending") count++;
    return count;
  }

  /** Waits until it is so, or until the client has been started anew. */
  async #until(isSo: () => boolean, what: string) {
    const life = this.#life;
    await this.#watched.until(() => isSo() || this.#life !== life || this.#isOver || undefined, {
      missing: () => `${this.name} is not ${what}; ${this.#state()}`,
      milliseconds: PATIENCE_MILLISECONDS,
    });
  }

  #state(): string {
    const pending = [...this.spoken].filter(([, { fate }]) => fate === "pending");
    const last = this.views.at(-1)!.lines.slice(-5).map((it) => JSON.stringify(it).slice(0, 100));
    return JSON.stringify(
      {
        life: this.#life,
        isIn: this.#rooms.has(LOBBY),
        pending: pending.map(([key]) => key),
        remarks: this.#remarks.slice(-5),
        last,
      },
      null,
      1,
    );
  }
}
