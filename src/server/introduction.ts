/**
 * People who just type: the first thing that they say is their name, and if the server has a password that is
 * what they are asked for next. What they have typed so far, until they are let in.
 */
import { ask, type Command } from "../chat/command.ts";

export class Introduction {
  #nick = "";
  #password = "";
  #wantsPassword = false;

  /** The hello to try now that they have typed something; undefined if it is no word of this conversation. */
  hear(command: Command): Extract<Command, { type: "hello" }> | undefined {
    if (command.type === "rename") this.#nick = command.nick;
    else if (command.type !== "say") return undefined;
    else if (this.#wantsPassword) this.#password = command.text.trim();
    else this.#nick = command.text.trim();
    if (this.#nick === "") return undefined;
    return ask("hello", { nick: this.#nick, password: this.#password });
  }

  /** Not let in, and why: a name that cannot be is asked for again, and a password that is right is kept. */
  refused(code: string) {
    this.#wantsPassword = code === "bad-password";
  }
}
