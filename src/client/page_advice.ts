/** Why a wish was refused, and what can be done about it on the browser's page. */
import { FAILURES } from "../chat/event.ts";
import { explain } from "../chat/words.ts";
import type { Refusal } from "./page_model.ts";

/** In a line among what is said; `keyless` is why no key is proved. */
export function pageAdvice(failed: Refusal, keyless: string): string {
  const { command, code, about } = failed;
  switch (code) {
    case "no-key":
      return keyless === "" ? explain(failed) : `${FAILURES[code]}: ${keyless}`;
    case "nick-owned":
      return `${about} is somebody's name: if it is yours, /login ${about} and a token of yours`;
    case "not-invited":
      return `#${about} is locked: one of its operators has to /invite you`;
    case "banned":
      return command === "join" ? `you are kept out of #${about}` : explain(failed);
    case "muted":
      return `${about}: you may only listen, until an operator lets you speak`;
    case "bad-proof":
      return command === "login" ? "that is no token for this name" : explain(failed);
    default:
      return explain(failed);
  }
}

/** What stands at the door, where one has not been let in; `isAgain` if a secret has been tried. */
export function doorAdvice(failed: Refusal, isAgain: boolean): string {
  switch (failed.code) {
    case "nick-owned":
      return `${failed.about} is somebody's name. If it is yours, a token proves it: /token makes ` +
        `one where you have your key. Or take another name, such as ${failed.about}-guest.`;
    case "bad-password":
      return isAgain ? "That is not the password." : "This server has a password.";
    default:
      return explain(failed);
  }
}
