/** `chat search`: the newest messages with certain words. */
import { readRoom, refuseUnknown, withArchive } from "./archive.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { searchOptions } from "./config/reading_options.ts";
import { usage } from "./config/usage.ts";
import { findDatabase } from "./database.ts";
import { writer } from "./lines.ts";
import { lineWithRoom } from "./spoken.ts";
import { encodeRecord } from "./store/record.ts";
import { VERSION } from "./version.ts";

const HELP = `Find what was said by its words, also while the server runs.

  chat search deploy friday                 messages with both words, in any room
  chat search depl --room dev               with words that begin so, in one room
  chat search incident --limit 500 --json   more of them, for another program

Capitals and accents make no difference. Words of three letters and more also find longer ones that
begin so.

`;

/** Resolves with the exit code. */
export async function search(args: string[]): Promise<number> {
  const given = readFlags(args, { options: searchOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(searchOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  const { room: named, limit, json } = load(searchOptions, { flags: given.values });
  const room = named === "" ? undefined : readRoom(named);
  const words = given.positionals.join(" ");
  return await withArchive(findDatabase(given).path, async (archive) => {
    if (room !== undefined) refuseUnknown(room, archive);
    const found = archive.search({ words, room, limit });
    if (!found) {
      throw new ConfigError("search takes 1 to 16 words with a letter or a digit in each", {
        exitCode: 2,
      });
    }
    const write = json ? encodeRecord : lineWithRoom;
    return await print(found.map((said) => write(said) + "\n").join(""));
  });
}
