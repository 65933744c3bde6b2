/**
 * `deno task soak [--minutes 30] [--seed N]`: people of all wires come and go, talk, ask and break off, for a long
 * time, with a server that may have a heap of 128 MB. In the end nothing was lost, doubled or misordered, and
 * the server takes the memory that it took when it was warm. Ends with 1 otherwise.
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Random, random } from "../end_to_end/random.ts";
import { commandLine, environment, Home, Output } from "../end_to_end/process.ts";
import { DEADLINE_MILLISECONDS } from "../end_to_end/watched.ts";
import { Checked } from "./checked.ts";
import { Churn } from "./churn.ts";

export interface SoakOptions {
  milliseconds: number;
  seed: number;
  /** How often memory is looked at. */
  sampleMilliseconds: number;
  print?: (line: string) => void;
}

export interface Soaked {
  /** What was wrong. */
  faults: string[];
  summary: string;
}

interface Sample {
  seconds: number;
  residentMegabytes: number;
  heapMegabytes: number;
  people: number;
  rooms: number;
}

const HEAP_MEGABYTES = 128;
const ROOMS = ["square", "garden"];
const FLAGS = [
  ...["--host", "127.0.0.1", "--port", "0", "--log", "json", "--commands-per-second", "0"],
  ...["--max-connections-per-address", "10000", "--connections-per-second-per-address", "0"],
  ...["--renames-per-minute", "0"],
];
const CUT_MILLISECONDS = 1500;
const MB = 1024 * 1024;
/** After the first third the server is warm; the last sixth is compared with what comes then. */
const WARM = 1 / 3;
const COMPARED = 1 / 6;
/** What counts as flat: a heap is not collected at the same moment each time. */
const FLAT = { factor: 1.15, megabytes: 15 };
/** Shorter runs say nothing about memory. */
const MIN_SAMPLES = 18;

/** Runs it all; never leaves the server behind. */
export async function soak(
  { milliseconds, seed, sampleMilliseconds, print = () => {} }: SoakOptions,
): Promise<Soaked> {
  using home = new Home();
  await using server = await SoakedServer.start(home);
  const { port } = server;
  const chance = random(seed);
  const people = checkedPeople(port);
  const churn = new Churn({ port, random: chance, atOnce: 12 });
  const samples: Sample[] = [];
  const started = performance.now();
  const elapsed = () => performance.now() - started;
  print("seconds  RSS MB  heap MB  people  rooms");
  let sampleAt = sampleMilliseconds;
  let cutAt = CUT_MILLISECONDS;
  while (elapsed() < milliseconds) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    if (elapsed() >= cutAt) {
      cutAt += CUT_MILLISECONDS;
      await cutOne(people, chance);
    }
    if (elapsed() < sampleAt) continue;
    sampleAt += sampleMilliseconds;
    const sample = await server.sample(Math.round(elapsed() / 1000));
    samples.push(sample);
    print(lineOf(sample));
  }
  await churn.end();
  const faults = [...await settled(people), ...grown(samples), ...server.mistakes()];
  const sum = (of: (it: Checked) => number) => people.reduce((all, it) => all + of(it), 0);
  const summary = `${sum((it) => it.said)} said, ${sum((it) => it.heard)} heard, ` +
    `${sum((it) => it.returns) - people.length} broken connections, ${churn.visits} visits, ` +
    `${faults.length} faults`;
  return { faults, summary };
}

/** Some talk and all listen, half of them by WebSocket. */
function checkedPeople(port: number): Checked[] {
  return Array.from({ length: 8 }, (_, index) =>
    new Checked({
      nick: `speaker-${index}`,
      kind: index % 2 === 0 ? "native" : "web",
      port,
      rooms: ROOMS,
      talks: index < 4,
    }));
}

async function cutOne(people: Checked[], random: Random) {
  await people[random(people.length)]!.cut();
}

/** Waits until everybody has heard the same, and says what was wrong. */
async function settled(people: Checked[]): Promise<string[]> {
  for (const it of people) await it.hush();
  const isQuiet = () =>
    people.every((it) => it.pending === 0) &&
    ROOMS.every((room) => new Set(people.map((it) => it.last.get(room))).size === 1);
  const late = performance.now() + DEADLINE_MILLISECONDS;
  while (!isQuiet() && performance.now() < late) {
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const faults = isQuiet() ? [] : [
    `not all have heard all: ${JSON.stringify(people.map((it) => [it.pending, ...it.last]))}`,
  ];
  for (const it of people) await it.end();
  return [...faults, ...people.flatMap((it) => it.faults)];
}

function grown(samples: Sample[]): string[] {
  if (samples.length < MIN_SAMPLES) return [];
  const count = Math.floor(samples.length * COMPARED);
  const from = Math.floor(samples.length * WARM);
  return (["residentMegabytes", "heapMegabytes"] as const).flatMap((what) => {
    const median = (some: Sample[]) =>
      some.map((it) => it[what]).sort((a, b) => a - b)[Math.floor(some.length / 2)]!;
    const warm = median(samples.slice(from, from + count));
    const last = median(samples.slice(-count));
    const isFlat = last <= warm * FLAT.factor + FLAT.megabytes;
    return isFlat ? [] : [`${what}: ${warm.toFixed(1)} when warm, ${last.toFixed(1)} in the end`];
  });
}

function lineOf({ seconds, residentMegabytes, heapMegabytes, people, rooms }: Sample): string {
  const numbers = [seconds, residentMegabytes.toFixed(1), heapMegabytes.toFixed(1), people, rooms];
  return numbers.map((it) => `${it}`.padStart(7)).join(" ");
}

class SoakedServer implements AsyncDisposable {
  port = 0;
  #child: Deno.ChildProcess;
  #stderr: Output;

  private constructor(home: Home) {
    const runtime = [`--v8-flags=--max-old-space-size=${HEAP_MEGABYTES}`];
    const [command, ...args] = [
      ...commandLine(runtime),
      "serve",
      ...FLAGS,
      "--db",
      home.file("chat.db"),
    ];
    this.#child = new Deno.Command(command!, {
      args,
      cwd: home.path,
      clearEnv: true,
      env: environment(home),
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#stderr = new Output(this.#child.stderr);
  }

  static async start(home: Home): Promise<SoakedServer> {
    const server = new SoakedServer(home);
    const line = await server.#stderr.line((it) => it.includes('"listening"'));
    server.port = JSON.parse(line).port;
    return server;
  }

  async sample(seconds: number): Promise<Sample> {
    const answer = await fetch(`http://127.0.0.1:${this.port}/metrics`);
    const text = await answer.text();
    const number = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(text)?.[1]);
    // What was logged is of no use but where it is a mistake.
    const unfinished = this.#stderr.text.split("\n").at(-1)!;
    this.#stderr.text = [...this.mistakes(), unfinished].join("\n");
    return {
      seconds,
      residentMegabytes: number("chat_resident_memory_bytes") / MB,
      heapMegabytes: number("chat_heap_bytes") / MB,
      people: number("chat_members"),
      rooms: number("chat_rooms"),
    };
  }

  mistakes(): string[] {
    return this.#stderr.lines.filter((line) => line.includes('"level":"error"'));
  }

  async [Symbol.asyncDispose]() {
    this.#child.kill("SIGTERM");
    await this.#child.status;
    await this.#stderr.closed;
  }
}

if (import.meta.main) {
  const flags = parseArgs(Deno.args, { string: ["minutes", "seed"] });
  const seed = Number(flags.seed ?? Date.now() % 1e9);
  const print = (line: string) => Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
  print(`seed ${seed}`);
  const milliseconds = Number(flags.minutes ?? 30) * 60_000;
  const { faults, summary } = await soak({ milliseconds, seed, sampleMilliseconds: 10_000, print });
  for (const fault of faults) print(fault);
  print(summary);
  if (faults.length > 0) Deno.exitCode = 1;
}
