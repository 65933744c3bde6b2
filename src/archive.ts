/** What the commands that read the database have in common. */
import { nearest } from "./chat/nearest.ts";
import { roomName } from "./chat/names.ts";
import { ConfigError } from "./config/error.ts";
import { quote } from "./config/quote.ts";
import { EXIT, ProgramError } from "./exit.ts";
import { Archive } from "./store/archive.ts";
import { readingError } from "./store/read_only.ts";

/** Opens the archive for as long as `run` takes. What is wrong with the file is a StoreError. */
export async function withArchive<T>(path: string, run: (archive: Archive) => Promise<T>) {
  using archive = new Archive(path);
  try {
    return await run(archive);
  } catch (error) {
    throw readingError(error, path);
  }
}

/** A room as somebody wrote it, "Dev" or "#dev", by its own name. */
export function readRoom(text: string): string {
  const name = roomName(text.replace(/^#/, ""));
  if (name !== undefined) return name;
  throw new ConfigError(`no room can be called ${quote(text)}`, { exitCode: EXIT.usage });
}

/** Throws a ProgramError if nothing was ever said in the room. */
export function refuseUnknown(room: string, archive: Archive) {
  const known = archive.rooms().map((it) => it.room);
  if (known.includes(room)) return;
  const meant = nearest(room, known);
  const hint = meant ? `did you mean ${meant}?` : "chat history --rooms lists the rooms";
  throw new ProgramError(`nothing was ever said in ${room}: ${hint}`, EXIT.failure);
}
