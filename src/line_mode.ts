/** `chat connect` without a cursor: lines in, lines out, for pipes, scripts and plain terminals. */
import { appFor } from "./client/apps.ts";
import type { Link } from "./client/link.ts";
import type { Start } from "./client/person.ts";
import { run, type RunOptions } from "./client/run.ts";
import { EXIT } from "./exit.ts";
import { Keyboard } from "./keyboard.ts";
import { writer } from "./lines.ts";
import { visible } from "./terminal/visible.ts";

export interface LineModeOptions {
  dialect: string;
  start: Start;
  /** Whether each event is shown as JSON. */
  json: boolean;
  connect(): Promise<Link>;
  staysToListen: boolean;
  /** What somebody should know before anything else. */
  problem: string | undefined;
}

/** Everything else that the client needs to run. */
type Surroundings = Pick<
  RunOptions,
  | "newId"
  | "now"
  | "chance"
  | "sleep"
  | "patienceMilliseconds"
  | "lastWordMilliseconds"
  | "silenceMilliseconds"
>;

/** Resolves with the exit code. */
export async function runLineMode(
  { dialect, start, json, connect, staysToListen, problem }: LineModeOptions,
  surroundings: Surroundings,
): Promise<number> {
  const interrupted = Promise.withResolvers<number>();
  const keyboard = new Keyboard();
  onSignals((code) => {
    keyboard.hide(false);
    interrupted.resolve(code);
  });
  const stdout = writer(Deno.stdout, () => interrupted.resolve(EXIT.ok));
  const stderr = writer(Deno.stderr, () => interrupted.resolve(EXIT.ok));
  if (problem !== undefined) await stderr(`*** ${visible(problem)}\n`);
  return await run({
    ...surroundings,
    app: appFor(dialect, { ...start, json }),
    connect,
    lines: keyboard.lines,
    show: async (text) => void await stdout(text + "\n"),
    remark: async (text) => void await stderr(text + "\n"),
    onScreen(action) {
      if (action.type === "hide") keyboard.hide(action.isOn);
    },
    interrupted: interrupted.promise,
    staysToListen,
  }).finally(() => keyboard.hide(false));
}

/** Resolves with the exit code when the program is told to end; the second time it ends at once. */
function onSignals(resolve: (code: number) => void) {
  let isEnding = false;
  const end = (code: number) => {
    if (isEnding) Deno.exit(code);
    isEnding = true;
    resolve(code);
  };
  Deno.addSignalListener("SIGINT", () => end(EXIT.interrupted));
  if (Deno.build.os === "windows") return;
  // As a shell tells of them: 128 and the signal's number.
  Deno.addSignalListener("SIGTERM", () => end(128 + 15));
  Deno.addSignalListener("SIGHUP", () => end(128 + 1));
}
