/** What the server asks of the system, as strace tells: the order of writing, syncing and telling. */
import { Output } from "./process.ts";

export interface Call {
  name: string;
  /** The file or socket: "/tmp/chat.db-wal", "TCP:[127.0.0.1:...]". */
  target: string;
  /** The arguments, with the text that is written. */
  rest: string;
  /** When it began and when it had succeeded, counted in lines. */
  began: number;
  ended: number;
}

const CALLS = "fsync,fdatasync,pwrite64,pwritev,pwritev2,write,writev,sendto,sendmsg";
const END_MILLISECONDS = 10_000;

/** Traces the process while something runs. */
export async function traced(
  { pid, path }: { pid: number; path: string },
  run: () => Promise<void>,
): Promise<Call[]> {
  const child = new Deno.Command("strace", {
    args: ["-f", "-yy", "-s", "10000", "-e", `trace=${CALLS}`, "-o", path, "-p", `${pid}`],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Output(child.stderr);
  try {
    await said.line((line) => line.includes("attached"));
    await run();
  } finally {
    child.kill("SIGINT");
    const late = setTimeout(() => child.kill("SIGKILL"), END_MILLISECONDS);
    await child.status;
    clearTimeout(late);
    await said.closed;
  }
  return callsIn(Deno.readTextFileSync(path));
}

/** A call may be told in two lines, with those of other threads between them. */
function callsIn(trace: string): Call[] {
  const calls: Call[] = [];
  const unfinished = new Map<string, Call>();
  for (const [at, line] of trace.split("\n").entries()) {
    const [, thread = "", what = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    const hasSucceeded = /\) += \d+$/.test(what);
    if (what.startsWith("<... ")) {
      const call = unfinished.get(thread);
      if (call && hasSucceeded) call.ended = at;
      continue;
    }
    const [, name, target, rest] = /^(\w+)\(\d+<([^>]*(?:->[^>]*)?)>(.*)$/.exec(what) ?? [];
    if (!name) continue;
    const ended = hasSucceeded ? at : Infinity;
    const call = { name, target: target!, rest: rest!, began: at, ended };
    calls.push(call);
    unfinished.set(thread, call);
  }
  return calls;
}
