/** `chat history`: the last messages of a room, or the rooms that there are. */
import { readRoom, refuseUnknown, withArchive } from "./archive.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { historyOptions } from "./config/reading_options.ts";
import { readTime } from "./config/time.ts";
import { usage } from "./config/usage.ts";
import { findDatabase } from "./database.ts";
import { EXIT } from "./exit.ts";
import { writer } from "./lines.ts";
import { line, minute } from "./spoken.ts";
import type { RoomSummary } from "./store/archive.ts";
import { encodeRecord, json } from "./store/record.ts";
import { VERSION } from "./version.ts";

const HELP = `Show what was said, also while the server runs.

  chat history                              the last messages of the lobby
  chat history dev --limit 200              more of them, of another room
  chat history dev --after 36h              from the last day and a half
  chat history --before 2026-11-20          until that day began
  chat history --rooms                      which rooms there are
  chat history --db ./chat.db --json        of this file, for another program

`;

/** So many lines are written at once. */
const CHUNK = 500;

/** Resolves with the exit code. */
export async function history(args: string[]): Promise<number> {
  const given = readFlags(args, { options: historyOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(historyOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  const [named, ...more] = given.positionals;
  if (more.length > 0) {
    throw new ConfigError(`history takes one room, not also ${more.join(" ")}`, { exitCode: 2 });
  }
  const { limit, ...options } = load(historyOptions, { flags: given.values });
  const now = Date.now();
  const since = readTime(options.after, { flag: "after", now });
  const until = readTime(options.before, { flag: "before", now });
  const { path, lobby } = findDatabase(given);
  const room = named === undefined ? lobby : readRoom(named);
  return await withArchive(path, async (archive) => {
    if (options.rooms) return await print(list(archive.rooms(), options.json));
    // A server to which nobody has said anything yet has a lobby all the same.
    if (room !== lobby) refuseUnknown(room, archive);
    const write = options.json ? encodeRecord : line;
    let chunk: string[] = [];
    for (const said of archive.newest(room, { limit, since, until })) {
      chunk.push(write(said) + "\n");
      if (chunk.length < CHUNK) continue;
      await print(chunk.join(""));
      chunk = [];
    }
    await print(chunk.join(""));
    return EXIT.ok;
  });
}

function list(rooms: RoomSummary[], isJson: boolean): string {
  return rooms.map(({ room, messages, last }) => {
    if (isJson) {
      const at = last === 0 ? null : new Date(last).toISOString();
      return json({ room, messages, last: at }) + "\n";
    }
    const when = last === 0 ? "all deleted" : `last ${minute(last)}`;
    return `${room}: ${messages} ${messages === 1 ? "message" : "messages"}, ${when}\n`;
  }).join("");
}
