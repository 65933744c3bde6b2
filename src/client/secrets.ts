/** Keeps secrets out of what is shown of the wire: those who look over somebody's shoulder see that one was there. */
import type { Command } from "../chat/command.ts";
import type { Event } from "../chat/event.ts";

/** What fields are called that only their sender and their reader may know. */
const FIELDS = new Set(["password", "token", "signature"]);
/** How a secret stands in a line, on wires that have nothing else. */
const LOGIN = /(\/login\s+\S+\s+)\S+/g;
const HIDDEN = "***";

/** As JSON, with "***" in place of each secret. */
export function withoutSecrets(message: Command | Event): string {
  return JSON.stringify(message, (name, value) => {
    if (typeof value !== "string") return value;
    return FIELDS.has(name) && value !== "" ? HIDDEN : value.replace(LOGIN, `$1${HIDDEN}`);
  });
}

/** Whether there is a secret in it, so that its bytes are not to be shown either. */
export function hasSecret(message: Command | Event): boolean {
  return withoutSecrets(message) !== JSON.stringify(message);
}
