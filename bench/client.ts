/**
 * `deno task bench:client`: measures `chat connect` on a terminal, against a client in the same runtime that
 * only prints lines and echoes keys. It must never hold a figure of its own, but for what is aimed at.
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, join } from "@std/path";
import { stop } from "./children.ts";
import { describeMachine } from "./machine.ts";
import { frame } from "./reference_client.ts";
import { type Running, start, wordsOf } from "./servers.ts";
import { summarize } from "./statistics.ts";
import { withDirectory } from "./temporary.ts";

const HELP = `deno task bench:client [--rounds 3] [--seconds 5]

Runs the client and a plain one in turn, on a terminal of 80 columns and 24 rows, and prints for each figure
the median of the rounds (least-most) and the median of the ratios within a round. Needs Linux and python3.
`;

type Who = "reference" | "chat";
type Figures = Record<string, number>;

interface Metric {
  title: string;
  unit: string;
  /** What is aimed at: at most this. */
  target?: number;
}

const METRICS: Record<string, Metric> = {
  firstPaint: { title: "first paint after the start", unit: "ms", target: 150 },
  bytes100: { title: "bytes for each message, 100/s", unit: "B" },
  bytes1000: { title: "bytes for each message, 1000/s", unit: "B" },
  cpu0: { title: "CPU of a core, idle", unit: "%" },
  cpu100: { title: "CPU of a core, 100/s", unit: "%", target: 5 },
  cpu1000: { title: "CPU of a core, 1000/s", unit: "%" },
  keyIdle50: { title: "key to echo, idle, p50", unit: "ms" },
  keyIdle95: { title: "key to echo, idle, p95", unit: "ms", target: 20 },
  keyBusy50: { title: "key to echo, 100/s, p50", unit: "ms" },
  keyBusy95: { title: "key to echo, 100/s, p95", unit: "ms", target: 20 },
  rss: { title: "RSS after 10,000 messages", unit: "MB", target: 120 },
};

const MESSAGES = 10_000;
const KEYS = 100;
const TICK_MILLISECONDS = 10;
/** As long as people's. */
const TEXT = "somebody says something as long as people do";

async function main(args: string[]): Promise<number> {
  const { rounds = 3, seconds = 5, help, _: words, ...others } = parseArgs(args);
  const isWrong = words.length > 0 || Object.keys(others).length > 0;
  const isPositive = Number(rounds) >= 1 && Number(seconds) > 0;
  if (help || isWrong || !isPositive) return print(HELP, help ? 0 : 2);
  if (Deno.build.os !== "linux") return print("skipped: the figures come from Linux's /proc\n");
  if (!hasPython()) return print("skipped: no python3\n");
  return await withDirectory((directory) =>
    bench({ directory, rounds: Number(rounds), seconds: Number(seconds) })
  );
}

async function bench(
  { directory, rounds, seconds }: { directory: string; rounds: number; seconds: number },
): Promise<number> {
  const machine = await describeMachine(directory, AbortSignal.timeout(10_000));
  print(
    `chat ${machine.commit}, Deno ${machine.versions.deno}, ${machine.cores} x ${machine.cpu}, ` +
      `load before ${machine.load[0]?.toFixed(2)}, ${rounds} rounds\n\n`,
  );
  const { tasks } = JSON.parse(Deno.readTextFileSync("deno.json"));
  // The first start of a program also compiles it, and writes its settings file.
  for (const who of ["reference", "chat"] as const) await startOnce(tasks, { directory, who });
  const runs: Record<Who, Figures>[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = async (who: Who) =>
      await measure(tasks, { directory: join(directory, `${who}-${round}`), who, seconds });
    runs.push({ reference: await run("reference"), chat: await run("chat") });
  }
  return draw(runs);
}

interface Wish {
  /** An empty one, for the database and the client's home. */
  directory: string;
  who: Who;
  seconds: number;
}

type Tasks = Record<string, string>;

async function startOnce(tasks: Tasks, { directory, who }: Omit<Wish, "seconds">) {
  await using stack = new AsyncDisposableStack();
  const server = await serve(tasks, { directory: join(directory, `first-${who}`), stack });
  const terminal = stack.use(new Terminal(directory));
  await terminal.start(commandOf(tasks, who, server));
}

async function measure(tasks: Tasks, { directory, who, seconds }: Wish): Promise<Figures> {
  await using stack = new AsyncDisposableStack();
  const server = await serve(tasks, { directory, stack });
  const sender = await Sender.enter(server);
  stack.defer(() => sender.close());
  const terminal = stack.use(new Terminal(dirname(directory)));
  const firstPaint = await terminal.start(commandOf(tasks, who, server));
  await terminal.order("expect", "pat has joined");

  const cpu = async (perSecond: number) => {
    const [before, began] = [await terminal.count(), performance.now()];
    const { said } = sender;
    await sender.talk(perSecond, { seconds });
    if (perSecond > 0) await terminal.order("expect", await sender.mark());
    const after = await terminal.count();
    const percent = (after.seconds - before.seconds) / (performance.now() - began) * 1e5;
    return { percent, bytes: (after.bytes - before.bytes) / (sender.said - said) };
  };
  const idle = await cpu(0);
  const keysIdle = await terminal.keys();
  const isOver = new AbortController();
  const talking = sender.talk(100, { seconds: 600, signal: isOver.signal });
  const keysBusy = await terminal.keys();
  isOver.abort();
  await talking;
  // By now what the runtime compiles is compiled.
  const at100 = await cpu(100);
  const at1000 = await cpu(1000);
  await sender.talk(2000, { seconds: 600, most: MESSAGES - sender.said });
  await terminal.order("expect", await sender.mark());
  const { rss } = await terminal.count();
  return {
    firstPaint,
    bytes100: at100.bytes,
    bytes1000: at1000.bytes,
    cpu0: idle.percent,
    cpu100: at100.percent,
    cpu1000: at1000.percent,
    keyIdle50: quantile(keysIdle, 0.5),
    keyIdle95: quantile(keysIdle, 0.95),
    keyBusy50: quantile(keysBusy, 0.5),
    keyBusy95: quantile(keysBusy, 0.95),
    rss: rss / 1024,
  };
}

async function serve(
  tasks: Tasks,
  { directory, stack }: { directory: string; stack: AsyncDisposableStack },
): Promise<Running> {
  await Deno.mkdir(directory);
  const server = await start({
    variant: { title: "", program: "chat", wire: "native", flags: ["--db", ":memory:"] },
    programs: {},
    task: wordsOf(tasks.serve!),
    directory,
    signal: AbortSignal.timeout(60_000),
  });
  stack.defer(() => stop(server.process));
  return server;
}

function commandOf(tasks: Tasks, who: Who, { address }: Running): string[] {
  const words = wordsOf(tasks.connect!);
  const [host = "", port = ""] = address.split(":");
  const runtime = words.slice(0, words.indexOf("main.ts"));
  return who === "chat"
    ? [...words, "pat", host, port]
    : [...runtime, "bench/reference_client.ts", "pat", host, port];
}

/** Says "message 1 ...", "message 2 ..." into the lobby. */
class Sender {
  said = 0;
  readonly #connection: Deno.TcpConn;

  private constructor(connection: Deno.TcpConn) {
    this.#connection = connection;
    // Nobody cares for what it is told, but it has to be read.
    connection.readable.pipeTo(new WritableStream()).catch(() => {});
  }

  static async enter({ address }: Running): Promise<Sender> {
    const [hostname = "", port] = address.split(":");
    const connection = await Deno.connect({ hostname, port: Number(port) });
    connection.setNoDelay();
    await connection.write(frame({ type: "hello", nick: "leslie" }));
    return new Sender(connection);
  }

  async talk(
    perSecond: number,
    { seconds, most = Infinity, signal }: { seconds: number; most?: number; signal?: AbortSignal },
  ) {
    const [began, first] = [performance.now(), this.said];
    const total = Math.min(seconds * perSecond, most);
    for (let elapsed = 0; elapsed < seconds * 1000 && !signal?.aborted;) {
      await new Promise((resolve) => setTimeout(resolve, TICK_MILLISECONDS));
      elapsed = performance.now() - began;
      const due = Math.min(total, Math.floor(elapsed / 1000 * perSecond));
      while (this.said - first < due) {
        await this.#say(`message ${this.said + 1} ${TEXT}`);
      }
      if (perSecond > 0 && due === total) return;
    }
  }

  /** Says something that is written whole: of a message that looks like the one before only what differs is. */
  async mark(): Promise<string> {
    const mark = `<<<< ${this.said} >>>>`;
    await this.#say(mark);
    return mark;
  }

  async #say(message: string) {
    this.said++;
    await this.#connection.write(frame({ type: "chat", message }));
  }

  close() {
    try {
      this.#connection.close();
    } catch {
      // The server has closed it.
    }
  }
}

/** The program's terminal, in a process of its own. */
class Terminal implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #orders: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  #text = "";

  constructor(home: string) {
    this.#child = new Deno.Command("python3", {
      args: ["bench/terminal.py"],
      clearEnv: true,
      env: {
        PATH: Deno.env.get("PATH") ?? "",
        HOME: home,
        DENO_DIR: Deno.env.get("DENO_DIR") ?? join(Deno.env.get("HOME") ?? "", ".cache", "deno"),
        DENO_NO_UPDATE_CHECK: "1",
        TERM: "xterm-256color",
      },
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    this.#orders = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** Milliseconds to the first sight of the prompt. */
  async start(command: string[]): Promise<number> {
    const { milliseconds } = await this.order("start", command, "pat> ");
    return milliseconds as number;
  }

  async count(): Promise<{ bytes: number; seconds: number; rss: number }> {
    return await this.order("count") as { bytes: number; seconds: number; rss: number };
  }

  async keys(): Promise<number[]> {
    return (await this.order("keys", KEYS)).milliseconds as number[];
  }

  async order(...order: unknown[]): Promise<Record<string, unknown>> {
    await this.#orders.write(new TextEncoder().encode(JSON.stringify(order) + "\n"));
    while (!this.#text.includes("\n")) {
      const { value, done } = await this.#answers.read();
      if (done) throw new Error(`${order[0]}: the terminal has ended`);
      this.#text += value;
    }
    const [line = "", ...rest] = this.#text.split("\n");
    this.#text = rest.join("\n");
    const answer = JSON.parse(line);
    if (answer.error) throw new Error(`${order[0]}: ${answer.error}`);
    return answer;
  }

  async [Symbol.asyncDispose]() {
    await this.#orders.close();
    await this.#child.status;
    await this.#answers.cancel();
  }
}

function quantile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
}

/** The exit code is 1 if something is above what is aimed at. */
function draw(runs: Record<Who, Figures>[]): number {
  print(line(["", "reference", "chat", "ratio", "at most"]));
  let isGood = true;
  for (const [name, { title, unit, target }] of Object.entries(METRICS)) {
    const of = (who: Who) => summarize(runs.map((run) => run[who][name]!))!;
    const ratio = summarize(runs.map(({ chat, reference }) => chat[name]! / reference[name]!))!;
    const { median } = of("chat");
    const isMissed = target !== undefined && median > target;
    isGood &&= !isMissed;
    const aim = target === undefined ? "" : `${target} ${unit}${isMissed ? "   MISSED" : ""}`;
    const cells = [of("reference"), of("chat")].map((it) =>
      `${short(it.median)} ${unit} (${short(it.least)}-${short(it.most)})`
    );
    print(
      line([title, ...cells, Number.isFinite(ratio.median) ? `${short(ratio.median)}x` : "", aim]),
    );
  }
  return isGood ? 0 : 1;
}

function line([first = "", ...cells]: string[]): string {
  const widths = [28, 28, 9, 0];
  const padded = cells.map((cell, index) => cell.padEnd(widths[index]!)).join("");
  return `${first.padEnd(34)}${padded}`.trimEnd() + "\n";
}

function short(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

function hasPython(): boolean {
  try {
    const options: Deno.CommandOptions = { args: ["--version"], stdout: "null", stderr: "null" };
    return new Deno.Command("python3", options).outputSync().success;
  } catch {
    return false;
  }
}

function print(text: string, code = 0): number {
  Deno.stdout.writeSync(new TextEncoder().encode(text));
  return code;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
