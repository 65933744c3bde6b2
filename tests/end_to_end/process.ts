/**
 * The real program in a process of its own, with a home of its own and nothing of ours in its environment.
 * Every wait has a deadline, and what was started is always ended, by its process id.
 */
import { fromFileUrl, join } from "@std/path";
import project from "../../deno.json" with { type: "json" };
import { Watched } from "./watched.ts";

const MAIN = fromFileUrl(new URL("../../main.ts", import.meta.url));
/** "run --allow-net ...", as the task has it: the program must do with these permissions. */
const RUN = project.tasks.serve.split(" ").slice(1, -2);
/** A directory for one test, removed after it. */
export class Home implements Disposable {
  readonly path = Deno.makeTempDirSync({ prefix: "chat_test_" });

  file(name: string): string {
    return join(this.path, name);
  }

  [Symbol.dispose]() {
    Deno.removeSync(this.path, { recursive: true });
  }
}

export interface Surroundings {
  home: Home;
  /** Variables beside the few that every process here has. */
  env?: Record<string, string>;
  /** The most files and connections that it may have open. */
  descriptors?: number | undefined;
}

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

export class Program implements AsyncDisposable {
  readonly stdout: Output;
  readonly stderr: Output;
  #child: Deno.ChildProcess;
  #input: WritableStreamDefaultWriter<Uint8Array>;
  #code: number | undefined;
  #watched = new Watched();

  /** `chat ARGS`, in the directory that is its home. */
  constructor(args: string[], { home, env = {}, descriptors }: Surroundings) {
    const [command, ...words] = [...limit(descriptors), ...commandLine(), ...args];
    this.#child = new Deno.Command(command!, {
      args: words,
      cwd: home.path,
      clearEnv: true,
      env: { ...environment(home), ...env },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.stdout = new Output(this.#child.stdout);
    this.stderr = new Output(this.#child.stderr);
    this.#input = this.#child.stdin.getWriter();
    this.#child.status.then(({ code }) => {
      this.#code = code;
      this.#watched.changed();
    });
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Writes to its stdin. */
  async type(text: string) {
    await this.#input.write(new TextEncoder().encode(text));
  }

  async endInput() {
    await this.#input.close();
  }

  signal(name: Deno.Signal) {
    this.#child.kill(name);
  }

  /** Waits for its end by itself. */
  async ended(): Promise<Ended> {
    const code = await this.#watched.until(() => this.#code, {
      missing: () => `it still runs\n${this.stdout.text}\n${this.stderr.text}`,
    });
    await this.stdout.closed;
    await this.stderr.closed;
    return { code, stdout: this.stdout.text, stderr: this.stderr.text };
  }

  async [Symbol.asyncDispose]() {
    try {
      if (this.#code === undefined) this.signal("SIGKILL");
    } catch {
      // It has just ended.
    }
    await this.#child.status;
    await this.#input.abort().catch(() => {});
    await this.stdout.closed;
    await this.stderr.closed;
  }
}

/** What a process writes, as text. */
export class Output {
  text = "";
  /** Settles when there will be no more of it. */
  readonly closed: Promise<void>;
  #stream: ReadableStreamDefaultReader<string>;
  #watched = new Watched();

  constructor(stream: ReadableStream<Uint8Array<ArrayBuffer>>) {
    this.#stream = stream.pipeThrough(new TextDecoderStream()).getReader();
    this.closed = this.#read();
  }

  get lines(): string[] {
    return this.text.split("\n").slice(0, -1);
  }

  /** The first line that `fits`, waited for. */
  line(fits: (line: string) => boolean): Promise<string> {
    return this.#watched.until(() => this.lines.find(fits), {
      missing: () => `these lines came: ${JSON.stringify(this.lines, null, 2)}`,
    });
  }

  /** Reads no more: the pipe is closed, as by `head` when it has enough. */
  async hangUp() {
    await this.#stream.cancel();
    // The system is told in the next turn of the program.
    await new Promise((resolve) => setTimeout(resolve, 0));
  }

  async #read() {
    for (;;) {
      const { value, done } = await this.#stream.read();
      if (done) return;
      this.text += value;
      this.#watched.changed();
    }
  }
}

/** Runs `chat ARGS` to its end, with this as its whole input. */
export async function run(
  args: string[],
  { stdin = "", ...surroundings }: Surroundings & { stdin?: string },
): Promise<Ended> {
  await using program = new Program(args, surroundings);
  // A program that does not read its input may be gone before it is written.
  await program.type(stdin).then(() => program.endInput()).catch(() => {});
  return await program.ended();
}

/** What comes before a command line to limit its open files. The process stays the one that is started. */
function limit(descriptors: number | undefined): string[] {
  if (descriptors === undefined) return [];
  return ["sh", "-c", 'ulimit -n "$0" && exec "$@"', `${descriptors}`];
}

/** What runs `chat`, with flags for Deno before the program's own. */
export function commandLine(runtimeFlags: string[] = []): string[] {
  return [Deno.execPath(), ...RUN, ...runtimeFlags, MAIN];
}

export function environment({ path }: Home): Record<string, string> {
  return {
    HOME: path,
    PATH: Deno.env.get("PATH") ?? "",
    XDG_CONFIG_HOME: join(path, "config"),
    XDG_DATA_HOME: join(path, "data"),
    XDG_STATE_HOME: join(path, "state"),
    // Its dependencies are where they are for this process, and not to be fetched again.
    DENO_DIR: denoDirectory,
    DENO_NO_UPDATE_CHECK: "1",
  };
}

const denoDirectory: string = JSON.parse(
  new TextDecoder().decode(
    new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
  ),
).denoDir;
