/** `chat export`: all that was said in rooms, to stdout, a part at a time. */
import { readRoom, refuseUnknown, withArchive } from "./archive.ts";
import type { Said } from "./chat/event.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { exportOptions } from "./config/reading_options.ts";
import { readTime } from "./config/time.ts";
import { usage } from "./config/usage.ts";
import { findDatabase } from "./database.ts";
import { EXIT } from "./exit.ts";
import { writer } from "./lines.ts";
import { progress } from "./progress.ts";
import { csv, CSV_HEADER, lineWithRoom } from "./spoken.ts";
import { encodeRecord } from "./store/record.ts";
import { visible } from "./terminal/visible.ts";
import { VERSION } from "./version.ts";

const HELP = `Write what was said to stdout, also while the server runs.

  chat export > chat.jsonl                        all of it, as chat import reads it
  chat export --format csv --room dev > dev.csv   one room, for a spreadsheet
  chat export --format txt --since 7d | less      the last week, to read

Direct messages are not exported: they are shown to nobody but those two who wrote them. Neither is whose
names are, nor what operators have ordered: chat audit shows that.

`;

interface Format {
  header: string;
  write(said: Said): string;
}

/** Resolves with the exit code. */
export async function exportMessages(args: string[]): Promise<number> {
  const given = readFlags(args, { options: exportOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(exportOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  if (given.positionals.length > 0) {
    throw new ConfigError(`export takes no ${given.positionals.join(" ")}`, { exitCode: 2 });
  }
  const options = load(exportOptions, { flags: given.values });
  const now = Date.now();
  const since = readTime(options.since, { flag: "since", now });
  const until = readTime(options.until, { flag: "until", now });
  const room = options.room === "" ? undefined : readRoom(options.room);
  const format = FORMATS[options.format];
  return await withArchive(findDatabase(given).path, async (archive) => {
    if (room !== undefined) refuseUnknown(room, archive);
    using shown = progress(Deno.stderr.isTerminal() && !Deno.stdout.isTerminal());
    await print(format.header);
    let count = 0;
    for (const { messages, done } of archive.all({ room, since, until })) {
      await print(messages.map(format.write).join(""));
      count += messages.length;
      shown.show(`${count} messages, ${Math.floor(done * 100)} %`);
    }
    return EXIT.ok;
  });
}

const FORMATS: Record<"jsonl" | "csv" | "txt", Format> = {
  jsonl: { header: "", write: (said) => `${encodeRecord(said)}\n` },
  csv: { header: `${CSV_HEADER}\r\n`, write: (said) => `${shownCsv(said)}\r\n` },
  txt: { header: "", write: (said) => `${lineWithRoom(said)}\n` },
};

/** A file gets every character as it was said; a terminal gets none that it would obey. */
function shownCsv(said: Said): string {
  return Deno.stdout.isTerminal() ? visible(csv(said)) : csv(said);
}
