/** Runs the app: feeds it what is typed and what the server says, and does what it wants done. */
import type { Link } from "./link.ts";
import { type Action, type Input, type Model, type Start, start, update } from "./app.ts";

export interface RunOptions {
  link: Link;
  start: Start;
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
}

/** Resolves with the program's exit code. */
export async function run(options: RunOptions): Promise<number> {
  const { link, show, remark } = options;
  const exit = Promise.withResolvers<number>();
  let model: Model;
  let patience: ReturnType<typeof setTimeout> | undefined;

  async function perform(actions: Action[]) {
    for (const action of actions) {
      if (action.type === "show") await show(action.text);
      else if (action.type === "remark") await remark(action.text);
      else if (action.type === "exit") exit.resolve(action.code);
      else await send(action.command);
    }
  }

  async function send(command: Parameters<Link["send"]>[0]) {
    await link.send(command);
    if (command.type !== "quit") return;
    await link.finish();
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
    const [next, actions] = update(model, input);
    model = next;
    return perform(actions);
  }

  async function type() {
    for await (const line of options.lines) await take({ type: "line", line });
    if (!options.staysToListen) await take({ type: "input ended" });
  }

  async function listen() {
    for await (const event of link.events()) {
      if (model.isLeaving) bePatient();
      await take({ type: "event", event });
    }
    await take({ type: "disconnected" });
  }

  const [first, actions] = start(options.start);
  model = first;
  // Listening comes first: a server may speak before it is spoken to, and must be able to.
  const working = [listen(), perform(actions).then(type)];
  for (const work of working) work.catch(exit.reject);
  try {
    return await exit.promise;
  } finally {
    clearTimeout(patience);
    link.close();
  }
}
