import type { Event } from "../../src/chat/event.ts";
import { appFor, type Running } from "../../src/client/apps.ts";
import type { Action, Input, Start } from "../../src/client/person.ts";

const START: Start = {
  nick: "chris",
  isNickGiven: true,
  room: "lobby",
  showsReplay: true,
  echoes: false,
};

/** An app, and what it shows and does in words: "> ..." is sent, "! ..." is a remark. */
export class Screen {
  first: string[];
  #app: Running;

  constructor(dialect: string, start: Partial<Start> = {}) {
    this.#app = appFor(dialect, { ...START, ...start });
    this.first = this.#app.first.map(words);
  }

  takes(input: Input): string[] {
    return this.#app.take(input).map(words);
  }

  types(line: string): string[] {
    return this.takes({ type: "line", line });
  }

  hears(event: Event): string[] {
    return this.takes({ type: "event", event });
  }
}

function words(action: Action): string {
  switch (action.type) {
    case "send":
      return `> ${Object.values(action.command).join(" ").trim()}`;
    case "show":
      return action.text;
    case "remark":
      return `! ${action.text}`;
    case "reconnect":
    case "hang up":
      return action.type;
    case "exit":
      return `exit ${action.code}`;
  }
}
