/** Databases for tests: in a directory of their own, with messages in them as a server would store them. */
import { join } from "@std/path";
import type { Message } from "../../src/chat/event.ts";
import { SqliteHistory } from "../../src/store/sqlite.ts";

export type Words = Partial<Message> & { text: string };

/** Of messages that say nothing else. */
export const AT = Date.UTC(2026, 10, 20, 21, 14);

/** Paths in a directory that is removed afterwards. */
export class Folder implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat_test_" });

  file(name = "chat.db"): string {
    return join(this.path, name);
  }

  /** What lies in it, with what each file holds. */
  contents(): Record<string, string> {
    const names = [...Deno.readDirSync(this.path)].map(({ name }) => name).sort();
    return Object.fromEntries(
      names.map((name) => [name, Deno.readFileSync(this.file(name)).toBase64()]),
    );
  }

  [Symbol.dispose]() {
    Deno.removeSync(this.path, { recursive: true });
  }
}

/** Stores messages; returns the history, to be closed. */
export function fill(path: string, messages: readonly Words[]): SqliteHistory {
  const history = new SqliteHistory({ path, durability: "process" });
  const usual = { room: "lobby", at: AT, nick: "pat", emote: false, id: "" };
  history.append(messages.map((words) => ({
    fact: { ...usual, ...words, type: "message", seq: 0 },
    sender: "",
    receiver: "",
  })));
  return history;
}

/** Indexes the words of all that there is. */
export function indexAll(history: SqliteHistory) {
  while (history.tend(AT));
}
