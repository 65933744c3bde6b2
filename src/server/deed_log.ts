/** What was done to whom, as lines of the log: never what anybody said, as a topic or a reason, and no digest. */
import { type Fact, isDeed } from "../chat/event.ts";
import type { Log } from "./log.ts";
import type { Session } from "./session.ts";

export interface DeedLogOptions {
  log: Log;
  /** The session of whoever did it, if it is here. */
  author: Pick<Session, "id" | "peer"> | undefined;
}

const UNTOLD = new Set(["type", "text", "reason", "hash", "at"]);

export function logDeed(fact: Fact, { log, author }: DeedLogOptions) {
  if (!isDeed(fact) && fact.type !== "kicked") return;
  const fields = Object.fromEntries(Object.entries(fact).filter(([name]) => !UNTOLD.has(name)));
  log("info", fact.type, { connection: author?.id, peer: author?.peer, ...fields });
}
