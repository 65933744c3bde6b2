/**
 * A server as one of its clients sees it, without bytes and time: a few rooms that are kept, direct messages,
 * a place that may outlive its connection. What is on its way in either direction waits until it is delivered
 * or lost.
 */
import { ask, type Command } from "../../src/chat/command.ts";
import type { Direct, Event, Message, Said, Told } from "../../src/chat/event.ts";
import { message, tell } from "../chat/events.ts";

export const ME = "chris";
const OTHER = "pat";
/** This room is for those who know its password. */
const LOCKED = "dev";
export const PASSWORD = "open sesame";
const KEY = `ed25519:${"A".repeat(43)}`;
/** A page that a person has asked for bears this date, and so is known from what the client asked for. */
export const ASKED = -1;

export interface Room {
  log: Message[];
  /** Retention has deleted all up to this number. */
  deleted: number;
}

type Of<Type extends Command["type"]> = Extract<Command, { type: Type }>;

export class ServerModel {
  rooms = new Map<string, Room>();
  /** Direct messages of our client; others have some too, so that the numbers have holes. */
  directs: Told[] = [];
  deletedDirects = 0;
  toServer: Command[] = [];
  toClient: Event[] = [];
  cannotRead = false;
  cannotStore = false;
  /** What somebody else says in the same turn in which the client is let into a room. */
  crowd = 0;
  /** Whether it takes the proof of the client's key. */
  trusts = true;
  #inside = new Set<string>();
  #hasPlace = false;
  /** Whether this connection has been let in. */
  #isIn = false;
  #stored = new Map<string, { to: string; seq: number }>();
  #lastTold = 0;

  /** `replay` messages are shown to who joins; an answer has as many as `page`, an event as many as `part`. */
  constructor(readonly sizes: { replay: number; page: number; part: number }) {}

  room(name: string): Room {
    let room = this.rooms.get(name);
    if (!room) this.rooms.set(name, room = { log: [], deleted: 0 });
    return room;
  }

  otherSays(room: string) {
    this.#publish(room, { nick: OTHER, text: "other", id: "" });
  }

  otherTells() {
    this.#tell({ nick: OTHER, to: ME, text: "psst", id: "" });
  }

  othersTellOthers() {
    this.#lastTold++;
  }

  /** Retention deletes the oldest; what the client has just said is never among it. */
  deletes(room: string, count: number) {
    const { log, deleted } = this.room(room);
    this.room(room).deleted = Math.min(oldestOwn(log), deleted + count);
  }

  deletesDirects(count: number) {
    this.deletedDirects = Math.min(oldestOwn(this.directs), this.deletedDirects + count);
  }

  /** Hears what has arrived of what the client says, or the first few commands of it. */
  hears(count = Infinity) {
    for (let left = count; left > 0 && this.toServer.length > 0; left--) {
      this.#obey(this.toServer.shift()!);
    }
  }

  /** What is on its way is lost; the client's place is kept or not. */
  breaks({ keepsPlace }: { keepsPlace: boolean }) {
    this.toServer = [];
    this.toClient = [];
    this.#isIn = false;
    if (keepsPlace) return;
    this.#hasPlace = false;
    this.#inside.clear();
  }

  #obey(command: Command) {
    if (command.type === "hello") return this.#hello();
    if (!this.#isIn) return this.#refuse(command, "not-entered");
    switch (command.type) {
      case "join":
        return this.#join(command);
      case "say":
      case "act":
      case "tell":
        return this.#say(command);
      case "history":
        return this.#history(command);
      case "directs":
        return this.#directs(command);
      case "ping":
        return this.#answer(tell("pong", {}));
    }
  }

  #hello() {
    this.#isIn = true;
    this.#hasPlace = true;
    const proved = tell("identified", { key: KEY, nicks: [ME] });
    const unproved = tell("failed", { command: "prove", code: "bad-proof" });
    this.#answer(this.trusts ? proved : unproved);
    this.#answer(tell("entered", { nick: ME, rooms: [...this.#inside] }));
  }

  #join(command: Of<"join">) {
    const { room, from, password } = command;
    const isBack = this.#inside.has(room);
    if (!isBack && room === LOCKED && password !== PASSWORD) {
      return this.#refuse(command, "bad-password");
    }
    this.#inside.add(room);
    this.#answer(tell("joined", { room, nick: ME }));
    const { log } = this.room(room);
    const live: Message[] = [];
    for (let left = isBack ? 0 : this.crowd; left > 0; left--) {
      live.push(message({ room, seq: log.length + 1, nick: OTHER, text: "crowd", id: "" }));
      log.push(live.at(-1)!);
    }
    const { replay, page } = this.sizes;
    this.#history(ask("history", { room, from, limit: from > 0 ? page : replay }), false);
    for (const said of live) this.#answer(said);
  }

  #say(command: Of<"say" | "act" | "tell">) {
    const { id, text } = command;
    const stored = this.#stored.get(id);
    if (stored) return this.#answer(tell("sent", { ...stored, id }));
    if (this.cannotStore) return this.#refuse(command, "not-stored");
    if (command.type === "tell") return this.#tell({ nick: ME, to: command.nick, text, id });
    if (!this.#inside.has(command.room)) return this.#refuse(command, "not-a-member");
    this.#publish(command.room, { nick: ME, text, id });
  }

  #publish(room: string, said: { nick: string; text: string; id: string }) {
    const { log } = this.room(room);
    const seq = log.length + 1;
    log.push(message({ room, seq, ...said }));
    if (said.id !== "") this.#stored.set(said.id, { to: room, seq });
    if (this.#isIn && this.#inside.has(room)) this.#answer(log.at(-1)!);
  }

  #tell(said: { nick: string; to: string; text: string; id: string }) {
    const seq = ++this.#lastTold;
    // Whoever has no place cannot be told anything.
    if (!this.#hasPlace) return;
    this.directs.push(tell("told", { seq, at: 1, ...said }));
    if (said.id !== "") this.#stored.set(said.id, { to: said.to, seq });
    if (this.#isIn) this.#answer(this.directs.at(-1)!);
  }

  #history({ room, from, limit }: Of<"history">, isAsked = true) {
    if (this.cannotRead) return this.#refuse(ask("history", { room }), "unavailable");
    const { log, deleted } = this.room(room);
    const { page } = this.sizes;
    const isHidden = limit === 0 && !isAsked;
    const kept = isHidden ? [] : log.slice(deleted).map(unsaid);
    const at = isAsked && from === 0 ? ASKED : 1;
    for (const part of this.#pages(kept, { from, limit: Math.min(limit || page, page) })) {
      const messages = part.messages.map((said) => ({ ...said, at }));
      this.#answer(tell("history", { room, from, ...part, messages, last: log.length }));
    }
  }

  #directs({ from, limit }: Of<"directs">) {
    if (this.cannotRead) return this.#refuse(ask("directs", {}), "unavailable");
    const { page } = this.sizes;
    const kept = this.directs.filter(({ seq }) => seq > this.deletedDirects).map(unsaid);
    for (const part of this.#pages(kept, { from, limit: Math.min(limit || page, page) })) {
      this.#answer(tell("directs", { from, ...part }));
    }
  }

  /** As src/server/recall.ts has it: one event for who asks for what follows, else as many as it takes. */
  #pages<T extends Said | Direct>(kept: T[], { from, limit }: { from: number; limit: number }) {
    const { part } = this.sizes;
    if (from > 0) {
      const following = kept.filter(({ seq }) => seq >= from);
      const messages = following.slice(0, Math.min(limit, part));
      return [{ messages, more: messages.length < following.length }];
    }
    const newest = kept.slice(-limit);
    const parts: { messages: T[]; more: boolean }[] = [];
    for (let at = 0; at < newest.length || at === 0; at += part) {
      parts.push({ messages: newest.slice(at, at + part), more: false });
    }
    parts.at(-1)!.more = newest.length < kept.length;
    return parts;
  }

  #refuse(command: Command, code: string) {
    const about = "room" in command ? command.room : "";
    const id = "id" in command ? command.id : "";
    this.#answer(tell("failed", { command: command.type, code, about, id }));
  }

  #answer(event: Event) {
    this.toClient.push(event);
  }
}

/** The number before that of our client's oldest message. */
function oldestOwn(log: { nick: string; seq: number }[]): number {
  const own = log.find(({ nick }) => nick === ME);
  return own ? own.seq - 1 : log.at(-1)?.seq ?? 0;
}

function unsaid<T extends { type: string }>({ type: _, ...said }: T): Omit<T, "type"> {
  return said;
}
