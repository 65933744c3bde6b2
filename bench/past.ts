/** Databases with a past: what was said there is made up, the same each time. */
import { join } from "@std/path";
import { SqliteHistory } from "../src/store/sqlite.ts";
import { run } from "./children.ts";

const VOCABULARY = 20_000;
const BATCH = 1000;

export type Random = () => number;

/** From 0 to 1, the same each time: a linear congruential generator. */
export function random(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = Math.imul(state, 1664525) + 1013904223 >>> 0;
    return state / 2 ** 32;
  };
}

/** Few words are said often and most seldom, as in any language. */
export function word(chance: Random): string {
  const rank = Math.floor(VOCABULARY ** chance()) - 1;
  return `${"bdfgklmnprst"[rank % 12]}${"aeiou"[rank % 5]}${rank.toString(36)}`;
}

/** Stores and indexes messages of made-up words. */
export function fill(
  history: SqliteHistory,
  { size, rooms }: { size: number; rooms: readonly string[] },
) {
  const chance = random(size);
  for (let done = 0; done < size; done += BATCH) {
    history.append(Array.from({ length: Math.min(BATCH, size - done) }, (_, index) => ({
      fact: {
        type: "message",
        room: rooms[Math.floor(chance() * rooms.length)]!,
        seq: 0,
        at: 1.7e12 + (done + index) * 1000,
        nick: `nick${Math.floor(chance() * 500)}`,
        text: Array.from({ length: 4 + Math.floor(chance() * 12) }, () => word(chance)).join(" "),
        emote: false,
        id: crypto.randomUUID(),
      },
      sender: "",
      receiver: "",
    })));
  }
  while (history.tend(0));
}

/** The path of a database with so many messages in the lobby, made when it is first asked for. */
export async function pastOf(
  size: number,
  { directory, signal }: { directory: string; signal: AbortSignal },
): Promise<string> {
  const path = join(directory, `past-${size}.db`);
  if (await exists(path)) return path;
  // In a process of its own, which ends when the benchmark is told to, whatever it is doing.
  const command = [Deno.execPath(), "run", "-A", "bench/past.ts", path, `${size}`];
  const { code, complaints } = await run(command, signal);
  if (code !== 0) throw new Error(`no past was made: ${complaints}`);
  return path;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function main([path = "", size]: string[]) {
  const history = new SqliteHistory({ path: `${path}.new`, durability: "process" });
  fill(history, { size: Number(size), rooms: ["lobby"] });
  history.close();
  // Whole, or not there.
  Deno.renameSync(`${path}.new`, path);
}

if (import.meta.main) main(Deno.args);
