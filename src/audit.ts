/** `chat audit`: whose names are, and what operators have ordered: when, by whom and for whom. */
import { withArchive } from "./archive.ts";
import { roomName } from "./chat/names.ts";
import type { Deed } from "./chat/event.ts";
import { describe } from "./chat/words.ts";
import { ConfigError } from "./config/error.ts";
import { readFlags } from "./config/flags.ts";
import { load } from "./config/load.ts";
import { quote } from "./config/quote.ts";
import { auditOptions } from "./config/reading_options.ts";
import { readTime } from "./config/time.ts";
import { usage } from "./config/usage.ts";
import { findDatabase } from "./database.ts";
import { writer } from "./lines.ts";
import { minute } from "./spoken.ts";
import { json } from "./store/record.ts";
import { visible } from "./terminal/visible.ts";
import { VERSION } from "./version.ts";

const HELP = `Show whose names are and what operators have ordered, also while the server runs.

  chat audit                                the last of it
  chat audit --room dev --after 7d          of one room, from the last week
  chat audit --json                         for another program

Each line is one thing that was done, and goes on holding until another one takes it back: a name that
somebody made their own, an operator, a ban, a lock, a topic. Passwords and secrets to log in with are
never in it. Who was sent out of a room, and who came and went, is in the server's log.

`;

/** Resolves with the exit code. */
export async function audit(args: string[]): Promise<number> {
  const given = readFlags(args, { options: auditOptions, config: true });
  const print = writer(Deno.stdout);
  if (given.help) return await print(HELP + usage(auditOptions, { config: true }));
  if (given.version) return await print(`chat ${VERSION}\n`);
  if (given.positionals.length > 0) {
    throw new ConfigError(`audit takes no ${given.positionals.join(" ")}`, { exitCode: 2 });
  }
  const { room: named, limit, after, json: isJson } = load(auditOptions, { flags: given.values });
  const since = readTime(after, { flag: "after", now: Date.now() });
  const room = named === "" ? undefined : readRoom(named);
  const write = isJson ? record : line;
  return await withArchive(findDatabase(given).path, async (archive) => {
    const deeds = archive.deeds({ room, limit, since });
    return await print(deeds.map((deed) => write(deed) + "\n").join(""));
  });
}

function readRoom(text: string): string {
  const name = roomName(text.replace(/^#/, ""));
  if (name !== undefined) return name;
  throw new ConfigError(`no room can be called ${quote(text)}`, { exitCode: 2 });
}

/** "[2026-11-20 21:14] leslie is kept out of #dev for 2 hours (pat)", fit for a terminal. */
function line(deed: Deed): string {
  return `[${minute(deed.at)}] ${visible(wordsOf(deed))}`;
}

/** Told to others than those whom it is about. */
function wordsOf(deed: Deed): string {
  switch (deed.type) {
    case "claimed":
      return `${deed.nick} belongs to ${deed.key}`;
    case "released":
      return deed.key === ""
        ? `${deed.nick} is anybody's name again`
        : `${deed.nick} belongs no more to ${deed.key}`;
    case "passed":
      return `${deed.nick} has a new secret to log in with`;
    case "locked":
      return `#${deed.room} is locked (${deed.by})`;
    case "unlocked":
      return `#${deed.room} is open to everybody again (${deed.by})`;
    default:
      return (describe(deed) ?? deed.type).replace(/^\*\*\* /, "");
  }
}

/** A line of JSON. What was made of a password is nobody's business. */
function record(deed: Deed): string {
  const { at, ...rest } = deed;
  const fields = Object.entries(rest).filter(([name]) => name !== "hash");
  return json({ at: new Date(at).toISOString(), ...Object.fromEntries(fields) });
}
