import type { Event } from "../../src/chat/event.ts";
import type { Action, Input, Status } from "../../src/client/person.ts";
import { screenApp } from "../../src/client/screen_app.ts";
import { DEFAULT_KEYS } from "../../src/client/screen_keys.ts";
import type { Model } from "../../src/client/screen_model.ts";
import type { Key } from "../../src/terminal/keys.ts";
import { tell } from "../chat/events.ts";

const NOON = new Date(2026, 10, 21, 12, 0).getTime();

export interface SeatOptions {
  nick?: string;
  columns?: number;
  rows?: number;
  time?: "off" | "hh:mm";
  hints?: boolean;
}

/** Somebody in front of a full screen: what they press and are told goes in, what they see comes out. */
export class Seat {
  time = NOON;
  model: Model;
  /** What the screen wanted done, in words. */
  done: string[] = [];
  #app;
  #numbers = new Map<string, number>();

  constructor(
    { nick = "pat", columns = 40, rows = 8, time = "off", hints = false }: SeatOptions = {},
  ) {
    const keys = new Map(DEFAULT_KEYS.map(([key, action]) => [key, action]));
    this.#app = screenApp({ time, nickColours: true, ambiguousIsWide: false, keys, hints });
    [this.model] = this.#app.start({
      nick,
      isNickGiven: true,
      room: "lobby",
      showsReplay: true,
      echoes: false,
      token: "a secret of their own",
      reconnectMilliseconds: 1000,
    });
    this.take({ type: "resize", columns, rows }, { type: "tick", now: this.time });
    this.status({});
  }

  /** In the lobby, with these. */
  static inLobby(options: SeatOptions = {}, ...others: string[]): Seat {
    const seat = new Seat(options);
    const { nick } = seat.model;
    seat.hears(tell("entered", { nick, rooms: [] }), tell("joined", { room: "lobby", nick }));
    seat.hears(tell("roster", { room: "lobby", nicks: [nick, ...others] }));
    seat.done = [];
    return seat;
  }

  take(...inputs: Input[]) {
    for (const input of inputs) {
      const [model, actions] = this.#app.update(this.model, input);
      this.model = model;
      this.done.push(...actions.map(words));
    }
  }

  hears(...events: Event[]) {
    for (const event of events) this.take({ type: "event", event });
  }

  hearsSaid(nick: string, text: string, room = "lobby") {
    const seq = (this.#numbers.get(room) ?? 0) + 1;
    this.#numbers.set(room, seq);
    this.hears(tell("message", { room, seq, at: this.time, nick, text }));
  }

  status(status: Partial<Status>) {
    const standard = { isIn: true, wasIn: true, retryMilliseconds: 0, pending: [] };
    this.take({ type: "status", status: { ...standard, ...status } });
  }

  types(text: string) {
    this.#press({ type: "text", text });
  }

  presses(...names: string[]) {
    for (const name of names) this.#press({ type: "key", name } as Key);
  }

  enters(text: string) {
    this.types(text);
    this.presses("enter");
  }

  pastes(text: string) {
    this.#press({ type: "paste", text });
  }

  passes(milliseconds: number) {
    this.time += milliseconds;
    this.take({ type: "tick", now: this.time });
  }

  /** The screen as text, a line for each row, without blanks at their ends; "█" is the cursor. */
  sees(): string {
    const { rows, cursor } = this.#app.view(this.model);
    const lines = rows.map((row) => row.map(({ text }) => text).join(""));
    if (cursor) {
      const line = lines[cursor.row]!;
      lines[cursor.row] = line.slice(0, cursor.column) + "█" + line.slice(cursor.column + 1);
    }
    return lines.map((line) => line.trimEnd()).join("\n");
  }

  #press(key: Key) {
    this.take({ type: "key", key, id: crypto.randomUUID() });
  }
}

function words(action: Action): string {
  switch (action.type) {
    case "send": {
      const { type, ...fields } = action.command;
      return ["send", type, ...Object.values(fields).filter(Boolean)].join(" ");
    }
    case "ring":
      return `ring ${action.text}`;
    case "exit":
      return `exit ${action.code}`;
    default:
      return action.type;
  }
}

/** A screen as it is drawn in a test: without the margin, and the empty line at each end. */
export function drawn(picture: string): string {
  const lines = picture.replace(/^\n/, "").replace(/\n *$/, "").split("\n");
  const margin = Math.min(...lines.filter(Boolean).map((line) => line.search(/\S|$/)));
  return lines.map((line) => line.slice(margin).replace(/^\|/, "")).join("\n");
}
