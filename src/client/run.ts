/** Runs an app: feeds it what is typed and what the server says, and does what it wants done. */
import type { Command } from "../chat/command.ts";
import { ProtocolError } from "../wire/byte_reader.ts";
import type { Running } from "./apps.ts";
import type { Link } from "./link.ts";
import type { Action, Input } from "./person.ts";

export interface RunOptions {
  app: Running;
  /** Makes a connection; called again when the app wants another. */
  connect(): Promise<Link>;
  /** What is typed, line by line. */
  lines: AsyncIterable<string>;
  /** Shows a line of the conversation. */
  show(text: string): Promise<void>;
  /** Shows a line about it. */
  remark(text: string): Promise<void>;
  /** Whether to stay when the input has ended. */
  staysToListen: boolean;
  /** How long the server may be silent after we have said goodbye. */
  patienceMilliseconds: number;
  /** How long it may take for what it still has to say when nobody waits for all of it. */
  lastWordMilliseconds: number;
}

/** Resolves with the program's exit code. */
export async function run(options: RunOptions): Promise<number> {
  const { app, connect, show, remark } = options;
  const exit = Promise.withResolvers<number>();
  // A promise, because what is typed while we connect again must wait for it.
  let link = connect();
  let isLeaving = false;
  let isOver = false;
  let patience: ReturnType<typeof setTimeout> | undefined;

  async function perform(actions: Action[]) {
    for (const action of actions) {
      if (isOver) return;
      switch (action.type) {
        case "show":
          await show(action.text);
          break;
        case "remark":
          await remark(action.text);
          break;
        case "send":
          await send(action.command);
          break;
        case "reconnect":
          (await link).close();
          link = connect();
          watch(link.then(listen));
          break;
        case "hang up":
          await (await link).finish();
          patience = setTimeout(() => exit.resolve(0), options.lastWordMilliseconds);
          break;
        case "exit":
          // What the server goes on saying is about what is over.
          isOver = true;
          exit.resolve(action.code);
      }
    }
  }

  async function send(command: Command) {
    const current = await link;
    await current.send(command);
    if (command.type !== "quit") return;
    isLeaving = true;
    await current.finish();
    bePatient();
  }

  function bePatient() {
    clearTimeout(patience);
    patience = setTimeout(async () => {
      await remark("*** the server did not confirm that it has everything");
      exit.resolve(1);
    }, options.patienceMilliseconds);
  }

  function take(input: Input): Promise<void> {
    return perform(app.take(input));
  }

  async function type() {
    for await (const line of options.lines) await take({ type: "line", line });
    if (!options.staysToListen) await take({ type: "input ended" });
  }

  async function listen(link: Link) {
    try {
      for await (const event of link.events()) {
        if (isLeaving) bePatient();
        await take({ type: "event", event });
      }
      await take({ type: "disconnected" });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await take({ type: "broken", reason: error.message });
    }
  }

  function watch(work: Promise<void>) {
    work.catch(exit.reject);
  }

  // Listening comes first: a server may speak before it is spoken to, and must be able to.
  watch(link.then(listen));
  watch(perform(app.first).then(type));
  try {
    return await exit.promise;
  } finally {
    clearTimeout(patience);
    link.then((last) => last.close(), () => {});
  }
}
