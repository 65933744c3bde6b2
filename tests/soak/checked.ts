/**
 * Somebody who talks and listens through broken connections, and notices what is lost, doubled or in the wrong
 * order: each room's messages are numbered, and each talker's words are.
 */
import type { EventPeer, Json } from "../end_to_end/event_peer.ts";
import { NativePeer } from "../end_to_end/native_peer.ts";
import { WebPeer } from "../end_to_end/web_peer.ts";

export interface CheckedOptions {
  nick: string;
  kind: "native" | "web";
  port: number;
  rooms: readonly string[];
  /** Whether it talks, or only listens. */
  talks: boolean;
}

const EACH_MILLISECONDS = 100;

export class Checked {
  /** What was wrong: lost, doubled or out of order. */
  readonly faults: string[] = [];
  heard = 0;
  said = 0;
  returns = 0;
  /** By room: the number of the last message heard. */
  readonly last = new Map<string, number>();
  #options: CheckedOptions;
  #token = crypto.randomUUID();
  #peer: (EventPeer & { raw: { vanish(): Promise<void> } }) | undefined;
  /** By room and author: the last of their words. */
  #words = new Map<string, number>();
  /** What was said and has not come back, by its id. */
  #pending = new Map<string, Json>();
  #isOver = false;
  #sending: Promise<void> = Promise.resolve();
  #running: Promise<void>;
  #talking: Promise<void>;

  constructor(options: CheckedOptions) {
    this.#options = options;
    this.#running = this.#run();
    this.#talking = options.talks ? this.#talk() : Promise.resolve();
  }

  get pending(): number {
    return this.#pending.size;
  }

  /** The connection breaks. */
  async cut() {
    await this.#peer?.raw.vanish();
  }

  /** Says no more. */
  async hush() {
    this.#isOver = true;
    await this.#talking;
  }

  async end() {
    this.#isOver = true;
    await this.#talking;
    await this.cut();
    await this.#running;
  }

  async #run() {
    while (!this.#isOver || this.#pending.size > 0) {
      try {
        await this.#listen();
      } catch (error) {
        if (!isBroken(error)) this.faults.push(`${this.#options.nick}: ${error}`);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      if (this.faults.length > 5) return;
    }
  }

  async #listen() {
    const { kind, port, nick, rooms } = this.#options;
    this.returns++;
    await using peer = await (kind === "native" ? NativePeer : WebPeer).connect(port);
    const joins = rooms.map((room) => ({
      type: "join",
      room,
      from: (this.last.get(room) ?? 0) + 1,
    }));
    // From here on what is said goes this way, after what was said before.
    this.#peer = peer;
    await this.#send(
      { type: "hello", nick, token: this.#token },
      ...joins,
      ...this.#pending.values(),
    );
    for (let event; (event = await peer.next());) await this.#hear(event, peer);
  }

  async #hear(event: Json, peer: EventPeer) {
    if (event.type === "message") {
      const isDouble = event.seq as number <= (this.last.get(event.room as string) ?? 0);
      if (isDouble) {
        this.faults.push(`${this.#options.nick} is told ${event.room} ${event.seq} twice`);
      }
      this.#check(event);
    }
    if (event.type === "sent") this.#pending.delete(event.id as string);
    if (event.type === "ping") await peer.send({ type: "pong", token: event.token });
    if (event.type !== "history") return;
    const room = event.room as string;
    for (const message of event.messages as Json[]) this.#check(message);
    if (event.more) await peer.send({ type: "history", room, from: this.last.get(room)! + 1 });
  }

  #check({ room, seq, nick, text, id }: Json) {
    const last = this.last.get(room as string) ?? 0;
    // What is in two pages because it was asked for twice is no fault.
    if (seq as number <= last) {
      this.#pending.delete(id as string);
      return;
    }
    if (seq !== last + 1) {
      // The rest of what was missed comes with the next page.
      return;
    }
    this.last.set(room as string, seq as number);
    this.heard++;
    this.#pending.delete(id as string);
    const [author = "", number = ""] = `${text}`.split(" ");
    const key = `${room} ${author}`;
    const before = this.#words.get(key) ?? 0;
    if (author !== nick) this.faults.push(`${author}'s words are said by ${nick}`);
    if (Number(number) !== before + 1) this.faults.push(`${key}: ${number} after ${before}`);
    this.#words.set(key, Number(number));
  }

  /** One after the other, by the connection that there is. */
  #send(...commands: Json[]): Promise<void> {
    const peer = this.#peer;
    return this.#sending = this.#sending.then(() => peer?.send(...commands)).catch(() => {});
  }

  async #talk() {
    const { rooms, nick } = this.#options;
    const counts = new Map(rooms.map((room) => [room, 0]));
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, EACH_MILLISECONDS));
      const room = rooms[this.said % rooms.length]!;
      if (this.#pending.size > 100) continue;
      counts.set(room, counts.get(room)! + 1);
      const id = crypto.randomUUID();
      const say = {
        type: "say",
        room,
        id,
        text: `${nick} ${counts.get(room)} ${"x".repeat(this.said % 500)}`,
      };
      this.#pending.set(id, say);
      this.said++;
      await this.#send(say);
    }
  }
}

function isBroken(error: unknown): boolean {
  return error instanceof Deno.errors.BrokenPipe || error instanceof Deno.errors.ConnectionReset ||
    error instanceof Deno.errors.BadResource || error instanceof Deno.errors.NotConnected ||
    error instanceof Deno.errors.Interrupted;
}
