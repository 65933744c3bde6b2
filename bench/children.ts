/** The processes of a benchmark. It ends those that it started, and no others. */

const STOP_MILLISECONDS = 8000;

const children = new Set<Deno.ChildProcess>();

export interface Ended {
  code: number;
  output: string;
  complaints: string;
}

/** Starts a program that goes on running in the background, without output. */
export function launch(command: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  const [program = "", ...args] = command;
  const options = { args, env, clearEnv: true, stdin: "null", stdout: "null", stderr: "inherit" };
  const child = new Deno.Command(program, options as Deno.CommandOptions).spawn();
  children.add(child);
  child.status.then(() => children.delete(child));
  return child;
}

/** Asks a process to end, and ends it if it does not in time. */
export async function stop(child: Deno.ChildProcess) {
  kill(child, "SIGTERM");
  const timer = setTimeout(() => kill(child, "SIGKILL"), STOP_MILLISECONDS);
  await child.status;
  clearTimeout(timer);
}

/** Ends all that still runs, at once. */
export function killAll() {
  for (const child of children) kill(child, "SIGKILL");
}

/** Runs a program to its end; the signal ends it early. Throws Deno.errors.NotFound if there is none. */
export async function run(command: readonly string[], signal: AbortSignal): Promise<Ended> {
  const [program = "", ...args] = command;
  const child = new Deno.Command(program, {
    args,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  children.add(child);
  const end = () => kill(child, "SIGKILL");
  signal.addEventListener("abort", end);
  if (signal.aborted) end();
  const { code, stdout, stderr } = await child.output();
  signal.removeEventListener("abort", end);
  children.delete(child);
  return { code, output: decode(stdout), complaints: decode(stderr) };
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
