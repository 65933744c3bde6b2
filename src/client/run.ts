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
  lines?: AsyncIterable<string>;
  /** What else the app is to be told: keys, the size of the screen. */
  inputs?: AsyncIterable<Input>;
  /** Called when the app has taken something, and may look different. */
  onChange?(): void;
  /** Does what only a screen, or a keyboard, can do. */
  onScreen?(action: Action): Promise<void> | void;
  /** Shows a line of the conversation. */
  show(text: string): Promise<void>;
  /** Shows a line about it. */
  remark(text: string): Promise<void>;
  /** Makes an id that no other message has. */
  newId(): string;
  /** In milliseconds, from any moment on. */
  now(): number;
  /** From 0 to 1. */
  chance(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Resolves with the exit code when the program has been told to end. */
  interrupted: Promise<number>;
  /** Whether to stay when the input has ended. */
  staysToListen: boolean;
  /** How long the server may be silent after we have said goodbye. */
  patienceMilliseconds: number;
  /** How long it may take for what it still has to say when nobody waits for all of it. */
  lastWordMilliseconds: number;
  /**
   * How long the server may be silent before it is asked whether it is there, and again before it is taken
   * not to be; 0 for wires on which it cannot be asked.
   */
  silenceMilliseconds: number;
}

/** Whoever ends the program does not want to wait for it. */
const GOODBYE_MILLISECONDS = 300;

/** Resolves with the program's exit code. */
export async function run(options: RunOptions): Promise<number> {
  const { app, connect, show, remark, now, chance, sleep } = options;
  const exit = Promise.withResolvers<number>();
  // A promise, because what is typed while we connect again must wait for it.
  let link = connect();
  let isLeaving = false;
  let isOver = false;
  let patience: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;
  /** Resolved when the server has said something. */
  let heard = Promise.withResolvers<void>();

  /** What is meant for one connection must not reach another, however long the actions before it take. */
  async function perform(actions: Action[], meant = link): Promise<void> {
    const sent = sendAll(actions, meant);
    for (const [index, action] of actions.entries()) {
      if (isOver) return;
      switch (action.type) {
        case "show":
          await show(action.text);
          break;
        case "remark":
          await remark(action.text);
          break;
        case "send":
          await sent;
          break;
        case "reconnect":
          reconnect(action.afterMilliseconds);
          return await perform(actions.slice(index + 1));
        case "drop":
          (await meant).close();
          break;
        case "hang up":
          await (await meant).finish();
          patience = setTimeout(() => exit.resolve(0), options.lastWordMilliseconds);
          break;
        case "ring":
        case "repaint":
        case "suspend":
        case "hide":
          await options.onScreen?.(action);
          break;
        case "exit":
          // What the server goes on saying is about what is over.
          isOver = true;
          exit.resolve(action.code);
      }
    }
  }

  /** In one moment, so that nothing that is typed meanwhile is said before the last of it. */
  function sendAll(actions: readonly Action[], meant: Promise<Link>): Promise<unknown> {
    const end = actions.findIndex(({ type }) => type === "reconnect");
    const now = end < 0 ? actions : actions.slice(0, end);
    const sent = now.map((action) =>
      action.type === "send" ? send(action.command, meant) : undefined
    );
    return Promise.all(sent);
  }

  async function send(command: Command, meant: Promise<Link>) {
    const current = await meant.catch(() => undefined);
    // Then the app is told, and knows what to do.
    if (!current || meant !== link) return;
    await current.send(command);
    if (command.type !== "quit") return;
    isLeaving = true;
    await current.finish();
    bePatient();
  }

  function reconnect(milliseconds: number) {
    const before = link;
    isLeaving = false;
    clearTimeout(patience);
    link = before.then((old) => old.close(), () => {})
      .then(() => milliseconds > 0 ? sleep(milliseconds) : undefined)
      .then(() => isOver ? before : connect());
    watch(link.then(
      (current) => Promise.all([listen(current), take({ type: "connected", now: now() })]),
      () => disconnected(),
    ));
  }

  function bePatient() {
    clearTimeout(patience);
    if (isOver) return;
    patience = setTimeout(() => watch(giveUp()), options.patienceMilliseconds);
  }

  async function giveUp() {
    await remark("*** the server did not confirm that it has everything");
    exit.resolve(1);
  }

  /** Asks a server that has been silent whether it is there, and takes more silence for a no. */
  function mindSilence(current: Link, hasAsked = false) {
    clearTimeout(silence);
    if (options.silenceMilliseconds === 0 || isOver) return;
    silence = setTimeout(() => {
      if (hasAsked) return current.close();
      watch(take({ type: "quiet" }));
      mindSilence(current, true);
    }, options.silenceMilliseconds);
  }

  function take(input: Input): Promise<void> {
    const actions = app.take(input);
    options.onChange?.();
    return perform(actions);
  }

  function disconnected(): Promise<void> {
    return take({ type: "disconnected", now: now(), chance: chance() });
  }

  async function type(lines: AsyncIterable<string>) {
    for await (const line of lines) {
      while (app.isFull()) await heard.promise;
      await take({ type: "line", line, id: options.newId() });
    }
    if (!options.staysToListen) await take({ type: "input ended" });
  }

  /** Nothing is waited for: keys are taken while the server takes nothing. */
  async function press(inputs: AsyncIterable<Input>) {
    for await (const input of inputs) watch(take(input));
  }

  async function listen(current: Link) {
    mindSilence(current);
    try {
      for await (const event of current.events()) {
        // Whoever shows it may take their time: it is not the server that is silent then.
        clearTimeout(silence);
        if (isLeaving) clearTimeout(patience);
        await take({ type: "event", event });
        mindSilence(current);
        if (isLeaving) bePatient();
        heard.resolve();
        heard = Promise.withResolvers();
      }
      clearTimeout(silence);
      await disconnected();
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      await take({ type: "broken", reason: error.message });
    }
  }

  function watch(work: Promise<unknown>) {
    work.catch(exit.reject);
  }

  /** A connection that just ends could be one that broke, and its place would be kept for us. */
  async function sayGoodbye(code: number) {
    isOver = true;
    const goodbye = link.then((current) => current.send({ type: "quit", reason: "" }), () => {});
    await Promise.race([goodbye, sleep(GOODBYE_MILLISECONDS)]);
    exit.resolve(code);
  }

  watch(options.interrupted.then(sayGoodbye));
  // Listening comes first: a server may speak before it is spoken to, and must be able to.
  watch(link.then(listen));
  const { lines, inputs } = options;
  watch(perform(app.first).then(() => lines && type(lines)));
  if (inputs) watch(press(inputs));
  try {
    return await exit.promise;
  } finally {
    isOver = true;
    clearTimeout(patience);
    clearTimeout(silence);
    link.then((last) => last.close(), () => {});
  }
}
