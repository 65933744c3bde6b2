/** The processes of a benchmark. It ends those that it started, and no others. */

const STOP_MILLISECONDS = 8000;

const children = new Set<Deno.ChildProcess>();
let isEnded = false;

export interface Ended {
  code: number;
  output: string;
  complaints: string;
}

/** Starts a program that goes on running in the background, without output. */
export function launch(command: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  return spawn(command, { env, clearEnv: true, stdout: "null", stderr: "inherit" });
}

/** Asks a process to end, and ends it if it does not in time. */
export async function stop(child: Deno.ChildProcess) {
  kill(child, "SIGTERM");
  const timer = setTimeout(() => kill(child, "SIGKILL"), STOP_MILLISECONDS);
  await child.status;
  clearTimeout(timer);
}

/** Ends all that still runs, at once; nothing can be started any more. Resolves when all has ended. */
export async function killAll() {
  isEnded = true;
  const running = [...children];
  for (const child of running) kill(child, "SIGKILL");
  await Promise.all(running.map(({ status }) => status));
}

/** Runs a program to its end; the signal ends it early. Throws Deno.errors.NotFound if there is none. */
export async function run(command: readonly string[], signal: AbortSignal): Promise<Ended> {
  const child = spawn(command, { stdout: "piped", stderr: "piped" });
  const end = () => kill(child, "SIGKILL");
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const { code, stdout, stderr } = await child.output();
  signal.removeEventListener("abort", end);
  return { code, output: decode(stdout), complaints: decode(stderr) };
}

function spawn(command: readonly string[], options: Deno.CommandOptions): Deno.ChildProcess {
  if (isEnded) throw new Error("the benchmark is over");
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, { ...options, args, stdin: "null" }).spawn();
  children.add(child);
  child.status.then(() => children.delete(child));
  return child;
}

function kill(child: Deno.ChildProcess, signal: Deno.Signal) {
  try {
    child.kill(signal);
  } catch {
    // It has ended by itself.
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes).trim();
}
