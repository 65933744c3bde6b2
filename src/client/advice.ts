/** Why a wish was refused, and what can be done about it, as far as our own client can help. */
import type { Event } from "../chat/event.ts";
import { explain } from "../chat/words.ts";

const ADVICE: Readonly<Record<string, string>> = {
  "nick-owned":
    "that name belongs to somebody. If it is you: chat key import takes your key in from where " +
    "you have it, or come under another name and /login",
  "bad-password":
    "the server has a password: write it into a file, and name that as --password-file",
};

/** For example "chris: that name belongs to somebody ..."; without a full stop, as all such lines. */
export function advise(event: Extract<Event, { type: "failed" }>): string {
  const isHello = event.command === "hello" && Object.hasOwn(ADVICE, event.code);
  if (!isHello) return explain(event);
  const { about } = event;
  return `${about === "" ? "" : `${about}: `}${ADVICE[event.code]}`;
}
