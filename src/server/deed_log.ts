/** What was done to whom, as lines of the log: never what anybody said, as a topic or a reason, and no digest. */
import { type Fact, isDeed } from "../chat/event.ts";
import type { Log } from "./log.ts";
import type { Session } from "./session.ts";

const UNTOLD = new Set(["type", "text", "reason", "hash", "at"]);

/** `author` is the session of whoever did it, if it is here. */
export function logDeed(fact: Fact, { log, author }: { log: Log; author: Session | undefined }) {
  if (!isDeed(fact) && fact.type !== "kicked") return;
  const fields = Object.fromEntries(Object.entries(fact).filter(([name]) => !UNTOLD.has(name)));
  log("info", fact.type, { connection: author?.id, peer: author?.peer, ...fields });
}
