import { type Command, COMMANDS } from "../../src/chat/command.ts";
import type { Event } from "../../src/chat/event.ts";
import { appFor, type Running } from "../../src/client/apps.ts";
import type { Action, Input, Start } from "../../src/client/person.ts";

export const START: Start = {
  nick: "chris",
  isNickGiven: true,
  room: "lobby",
  showsReplay: true,
  echoes: false,
  token: "",
  reconnectMilliseconds: 60_000,
};

/** An app, and what it shows and does in words: "> ..." is sent, "! ..." is a remark. */
export class Screen {
  first: string[];
  /** How many lines have been typed: their ids are "1", "2" and so on. */
  typed = 0;
  #app: Running;

  constructor(dialect: string, start: Partial<Start> = {}) {
    this.#app = appFor(dialect, { ...START, ...start });
    this.first = this.#app.first.map(words);
  }

  takes(input: Input): string[] {
    return this.#app.take(input).map(words);
  }

  types(line: string): string[] {
    return this.takes({ type: "line", line, id: `${++this.typed}` });
  }

  hears(event: Event): string[] {
    return this.takes({ type: "event", event });
  }

  ends(): string[] {
    return this.takes({ type: "input ended" });
  }

  /** The connection is gone, or could not be made. */
  loses({ now = 0, chance = 0 } = {}): string[] {
    return this.takes({ type: "disconnected", now, chance });
  }

  get isFull(): boolean {
    return this.#app.isFull();
  }
}

/** "say lobby hello id=1": what is blank is left out. */
export function wish(command: Command): string {
  const { type, ...given } = command;
  const fields: Record<string, string | number> = given;
  const words = Object.keys(COMMANDS[type].fields)
    .filter((name) => fields[name])
    .map((name) =>
      /^(id|from|limit|before)$/.test(name) ? `${name}=${fields[name]}` : fields[name]
    );
  return [type, ...words].join(" ");
}

function words(action: Action): string {
  switch (action.type) {
    case "send":
      return `> ${wish(action.command)}`;
    case "show":
      return action.text;
    case "remark":
      return `! ${action.text}`;
    case "reconnect":
      return `reconnect after ${action.afterMilliseconds}`;
    case "ring":
    case "repaint":
    case "suspend":
    case "drop":
    case "hang up":
      return action.type;
    case "hide":
      return action.isOn ? "hides" : "shows";
    case "exit":
      return `exit ${action.code}`;
  }
}
