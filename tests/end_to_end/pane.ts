/**
 * A shell in a pane of a real tmux, which is ordered about in control mode: it says when the pane has changed, so
 * that nothing is looked at again and again. Each has a tmux server of its own, which is ended with it.
 */
import { commandLine, environment, type Home, Output } from "./process.ts";
import { succeeds } from "./needs.ts";
import { DEADLINE_MILLISECONDS, Watched } from "./watched.ts";

export const TMUX = { isMet: succeeds("tmux", "-V"), otherwise: "no tmux" };

export const PROMPT = "shell$";

/** What a name as long as people's session names must not break. */
const SESSION = "a-session-with-quite-a-long-name-as-people-have-them";
const OPTIONS = [
  "set -g default-terminal tmux-256color",
  // All that a program in a pane can be allowed to do to it.
  "set -s set-clipboard on",
  "set -g allow-rename on",
  "set -g allow-passthrough on",
  "set -s escape-time 0",
];

export interface PaneOptions {
  home: Home;
  columns?: number;
  rows?: number;
  env?: Record<string, string>;
  /** For Deno, before our program's own. */
  runtimeFlags?: string[];
}

export interface Size {
  columns: number;
  rows: number;
}

interface Answer {
  lines: string[];
  isError: boolean;
}

export class Pane implements AsyncDisposable {
  readonly #home: Home;
  readonly #child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #stderr: Output;
  readonly #reading: Promise<void>;
  readonly #watched = new Watched();
  /** Of the orders that have not been answered, oldest first. */
  readonly #waiting: ((answer: Answer) => void)[] = [];
  #changes = 0;
  /** Whether tmux has said that there is a session: orders before that have no target. */
  #isAttached = false;

  private constructor({ home, columns = 80, rows = 24, env = {} }: PaneOptions) {
    this.#home = home;
    const socket = `chat-test-${crypto.randomUUID()}`;
    const size = ["-x", `${columns}`, "-y", `${rows}`];
    // Where root's prompt is "#" in spite of the environment.
    Deno.writeTextFileSync(home.file("shellrc"), `PS1='${PROMPT} '\n`);
    const config = home.file("tmux.conf");
    Deno.writeTextFileSync(config, OPTIONS.join("\n"));
    this.#child = new Deno.Command("tmux", {
      args: [
        ...["-u", "-L", socket, "-f", config, "-C"],
        ...["new-session", "-s", SESSION, ...size, "sh -i"],
      ],
      cwd: home.path,
      clearEnv: true,
      env: {
        ...environment(home),
        PATH: `${home.path}:${Deno.env.get("PATH")}`,
        LC_ALL: "C.UTF-8",
        TZ: noon(),
        TMUX_TMPDIR: home.path,
        ENV: home.file("shellrc"),
        ...env,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    this.#stderr = new Output(this.#child.stderr);
    this.#reading = this.#read();
  }

  /** A shell that knows the command `chat`. */
  static async open(options: PaneOptions): Promise<Pane> {
    const { home, runtimeFlags = [] } = options;
    const words = commandLine(runtimeFlags).map((word) => `'${word}'`).join(" ");
    Deno.writeTextFileSync(home.file("chat"), `#!/bin/sh\necho $$ > pid\nexec ${words} "$@"\n`);
    Deno.chmodSync(home.file("chat"), 0o755);
    const pane = new Pane(options);
    await pane.#watched.until(() => pane.#isAttached || undefined, {
      missing: () => `there is no session: ${pane.#stderr.text}`,
    });
    await pane.shows(PROMPT);
    return pane;
  }

  /** In a full screen of its own, in the lobby. */
  static async inChat(
    { port, nick = "pat", flags = "", ...options }: PaneOptions & {
      port: number;
      nick?: string;
      flags?: string;
    },
  ): Promise<Pane> {
    const pane = await Pane.open(options);
    await pane.enters(`chat connect ${nick} 127.0.0.1 ${port} ${flags}`);
    await pane.shows(`*** ${nick} has joined the chat`);
    // Who else is there is told after that.
    await pane.shows(/^ #lobby · \d+ here/m);
    return pane;
  }

  /** One order to tmux; returns the lines of its answer. */
  async order(order: string): Promise<string[]> {
    const [lines] = await this.#atOnce(order);
    return lines!;
  }

  /** Nothing that is written in the pane comes between these orders. */
  async #atOnce(...orders: string[]): Promise<string[][]> {
    const answers = orders.map(() => Promise.withResolvers<Answer>());
    this.#waiting.push(...answers.map(({ resolve }) => resolve));
    const text = orders.join(" ; ");
    await this.#orders.write(new TextEncoder().encode(`${text}\n`));
    return (await Promise.all(answers.map(({ promise }) => promise))).map(({ lines, isError }) => {
      if (isError) throw new Error(`tmux: ${text}: ${lines.join("\n")}`);
      return lines;
    });
  }

  /** Types characters, as one write. */
  async types(text: string) {
    const bytes = [...new TextEncoder().encode(text)].map((it) => it.toString(16));
    await this.order(`send-keys -H ${bytes.join(" ")}`);
  }

  /** Presses keys by tmux's names for them: "Enter", "C-c", "M-1". */
  async presses(...keys: string[]) {
    await this.order(`send-keys ${keys.join(" ")}`);
  }

  async enters(text: string) {
    await this.types(`${text}\r`);
  }

  /** As with the mouse, between the marks of a paste. */
  async pastes(text: string) {
    await this.order(`set-buffer -b pasted ${JSON.stringify(text)}`);
    await this.order("paste-buffer -p -d -b pasted");
  }

  async resize({ columns, rows }: Size) {
    await this.order(`resize-window -x ${columns} -y ${rows}`);
  }

  /**
   * The rows, without blanks at their ends, and without how long the server's answers take, which is another
   * whenever it is asked. With `styled` they have escape codes for how they look.
   */
  async screen({ styled = false } = {}): Promise<string[]> {
    return await this.shows(() => true, { styled });
  }

  /** Of a picture that is still being painted there are no rows: our programs hide the cursor meanwhile. */
  async #rows(styled: boolean): Promise<string[] | undefined> {
    const [cursor, lines] = await this.#atOnce(
      "display-message -p '#{cursor_flag}'",
      `capture-pane -p${styled ? "e" : ""}`,
    );
    if (cursor![0] !== "1") return undefined;
    return lines!.map((line) => line.replace(/ · answers take .*? (ms|more)/, "").trimEnd());
  }

  /** What tmux knows about the pane: "pane_title", "alternate_on". */
  async variable(name: string): Promise<string> {
    const lines = await this.order(`display-message -p '#{${name}}'`);
    return lines.join("\n");
  }

  /** The screen, as soon as it has this text or is as wished, which `about` says in words. */
  async shows(
    wanted: string | RegExp | ((rows: string[]) => boolean),
    { styled = false, about = `${wanted}` } = {},
  ): Promise<string[]> {
    const isShown = (rows: string[]) => {
      if (typeof wanted === "function") return wanted(rows);
      const text = rows.join("\n");
      return typeof wanted === "string" ? text.includes(wanted) : wanted.test(text);
    };
    let seen: string[] | undefined;
    return await this.#until(async () => {
      seen = await this.#rows(styled);
      return seen && isShown(seen) ? seen : undefined;
    }, () => `${about} is not on the screen:\n${seen?.join("\n")}`);
  }

  /** Waits until its last row is this; returns all of them. */
  async showsLast(row: string): Promise<string[]> {
    return await this.shows((rows) => rows.at(-1) === row.trimEnd());
  }

  /** Waits until tmux knows this about the pane: `{ alternate_on: "0" }`. */
  async has(wanted: Record<string, string>) {
    const names = Object.keys(wanted).map((name) => `#{${name}}`);
    let seen = "";
    await this.#until(async () => {
      seen = (await this.order(`display-message -p '${names.join(" ")}'`)).join("\n");
      return seen === Object.values(wanted).join(" ") || undefined;
    }, () => `${names} is ${seen}, not ${Object.values(wanted)}`);
  }

  /** What `look` finds, which looks again whenever the pane has changed. */
  async #until<T>(look: () => Promise<T | undefined>, missing: () => string): Promise<T> {
    const deadline = performance.now() + DEADLINE_MILLISECONDS;
    for (;;) {
      const seen = this.#changes;
      const found = await look();
      if (found !== undefined) return found;
      await this.#watched.until(() => this.#changes > seen || undefined, {
        missing: () => `${missing()}\n${this.#stderr.text}`,
        milliseconds: Math.max(1, deadline - performance.now()),
      });
    }
  }

  /** The process id of the `chat` that was started last. */
  pid(): number {
    return Number(Deno.readTextFileSync(this.#home.file("pid")));
  }

  async [Symbol.asyncDispose]() {
    const late = setTimeout(() => this.#child.kill("SIGKILL"), DEADLINE_MILLISECONDS);
    await this.#orders.write(new TextEncoder().encode("kill-server\n")).catch(() => {});
    await this.#child.status;
    clearTimeout(late);
    await this.#orders.abort().catch(() => {});
    await this.#reading;
    await this.#stderr.closed;
  }

  /** Answers stand between "%begin" and "%end"; what else comes with a "%" is news. */
  async #read() {
    let text = "";
    let answer: string[] | undefined;
    for await (const piece of this.#child.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (text + piece).split("\n");
      text = lines.pop()!;
      for (const line of lines) {
        const [, word, isOurs] = /^%(begin|end|error) \d+ \d+ (\d)/.exec(line) ?? [];
        if (word === "begin" && !answer) answer = [];
        else if (word && answer) {
          if (isOurs === "1") this.#waiting.shift()?.({ lines: answer, isError: word === "error" });
          answer = undefined;
        } else if (answer) answer.push(line);
        else {
          this.#isAttached ||= line.startsWith("%session-changed");
          this.#changes++;
        }
      }
      this.#watched.changed();
    }
    for (const answer of this.#waiting.splice(0)) {
      answer({ lines: ["it has ended"], isError: true });
    }
  }
}

/** Each row is as it is when all of them are painted anew: nothing has moved what stands beside it. */
export async function assertWhole(pane: Pane) {
  const before = await pane.screen();
  // Something that is not ours, which goes away when all is painted.
  await pane.order(`run-shell -b "printf '\\033[H\\033[2Jspoilt' > #{pane_tty}"`);
  // Nothing but that, as the word itself may have been said there before; the status may change at any time.
  await pane.shows((rows) => rows.slice(0, -2).join("\n").trimEnd() === "spoilt");
  await pane.presses("C-l");
  const about = `what was there before, which is\n${before.join("\n")}\n`;
  await pane.shows((rows) => rows.every((row, at) => row === before[at]), { about });
}

/** A time zone in which no day ends soon: the screen would have a line for that. */
function noon(): string {
  const hours = new Date().getUTCHours() - 12;
  return `Etc/GMT${hours < 0 ? hours : `+${hours}`}`;
}
