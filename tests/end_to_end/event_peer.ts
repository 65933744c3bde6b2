/** What clients have in common whose wire carries commands and events as JSON, however it does. */
import { assertEquals } from "@std/assert";

export type Json = Record<string, unknown>;

export abstract class EventPeer implements AsyncDisposable {
  #pings = 0;
  #nick = "";
  /** The room that it has just come into: what follows is its past. */
  #joined = "";

  /** Sends the commands, all in one write. */
  abstract send(...commands: Json[]): Promise<void>;
  /** The next event; undefined if there is none before the connection's end. */
  protected abstract read(): Promise<Json | undefined>;
  abstract [Symbol.asyncDispose](): Promise<void>;

  /** Says hello, joins the room, and waits until it is there. */
  async enters(nick: string, room: string) {
    await this.send({ type: "hello", nick }, { type: "join", room });
    await this.expect({ type: "entered", nick }, { type: "joined", room, nick });
  }

  async say(text: string, { room = "lobby", id = "" } = {}) {
    await this.send({ type: "say", room, text, id });
  }

  /**
   * The next event; undefined if there is none before the connection's end. That a room has no past, which
   * everybody is told who joins one, is passed over.
   */
  async next(): Promise<Json | undefined> {
    for (;;) {
      const event = await this.read();
      const isPast = event?.type === "history" && event.room === this.#joined;
      this.#follow(event);
      if (!isPast || (event.messages as Json[]).length > 0) return event;
    }
  }

  /** The next events must have at least these fields, with these values; returns the last one. */
  async expect(...events: Json[]): Promise<Json> {
    let event: Json | undefined;
    for (const expected of events) {
      event = await this.next();
      const fields = Object.keys(expected).map((name) => [name, event?.[name]]);
      assertEquals(Object.fromEntries(fields), expected, `received: ${JSON.stringify(event)}`);
    }
    return event!;
  }

  /** All that was sent has been answered, and nothing else has come. */
  async expectQuiet() {
    const token = `quiet ${++this.#pings}`;
    await this.send({ type: "ping", token });
    await this.expect({ type: "pong", token });
  }

  #follow(event: Json | undefined) {
    this.#joined = "";
    if (event?.type === "entered") this.#nick = event.nick as string;
    if (event?.nick !== this.#nick) return;
    if (event.type === "renamed") this.#nick = event.to as string;
    if (event.type === "joined") this.#joined = event.room as string;
  }
}
