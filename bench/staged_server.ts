/** A server whose clock is staged, so that pictures of what was said there come out alike each time. */
import { commandLine, environment, type Home } from "../tests/end_to_end/process.ts";

/**
 * The time that is in a file, for a program that is started with it. The server tells when something was said;
 * a client's own stands still, or leaps would look like slow answers.
 */
const CLOCK = `const time = () => Date.parse(Deno.readTextFileSync(Deno.env.get("CLOCK")));
Date.now = time;
`;

export class StagedServer implements AsyncDisposable {
  readonly port: number;
  #home: Home;
  #child: Deno.ChildProcess;

  private constructor(port: number, { home, child }: { home: Home; child: Deno.ChildProcess }) {
    this.port = port;
    this.#home = home;
    this.#child = child;
  }

  /** Resolves when it listens; `time` is "2026-11-19T17:42:10". */
  static async start(home: Home, time: string): Promise<StagedServer> {
    writeClock(home.file("clock"), time);
    const [command = "", ...args] = commandLine(clockFlags(home));
    const where = ["--host", "127.0.0.1", "--port", "0", "--db", ":memory:", "--log", "json"];
    const child = new Deno.Command(command, {
      args: [...args, "serve", ...where],
      ...surroundings(home, "clock"),
      stdout: "null",
      stderr: "piped",
    }).spawn();
    return new StagedServer(await portOf(child), { home, child });
  }

  setClock(time: string) {
    writeClock(this.#home.file("clock"), time);
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill();
    await this.#child.status;
  }
}

/** For Deno, so that a program goes by the clock that is staged. */
export function clockFlags(home: Home): string[] {
  Deno.writeTextFileSync(home.file("clock.js"), CLOCK);
  return ["--preload", home.file("clock.js")];
}

/** `time` is "2026-11-19T17:42:10". */
export function writeClock(file: string, time: string) {
  Deno.writeTextFileSync(file, `${time}Z`);
}

/** Of a program that goes by the clock in that file of its home. */
export function surroundings(home: Home, clock: string) {
  return {
    cwd: home.path,
    clearEnv: true,
    env: {
      ...environment(home),
      CLOCK: home.file(clock),
      TZ: "UTC",
      TERM: "xterm-256color",
      LC_ALL: "C.UTF-8",
    },
  };
}

async function portOf({ stderr }: Deno.ChildProcess): Promise<number> {
  const reader = stderr.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    text += value ?? "";
    const port = /"port":(\d+)/.exec(text)?.[1];
    if (port) {
      await reader.cancel();
      return Number(port);
    }
    if (done) throw new Error(`the server has ended: ${text}`);
  }
}
