/// <reference lib="deno.worker" />
/**
 * The bystanders' own thread: somebody says a number every 20 ms, and somebody else hears each of them once and
 * in order, and when. See bystander.ts.
 */
import { NativePeer } from "../end_to_end/native_peer.ts";

export interface Measured {
  count: number;
  /**
   * Milliseconds from being said to being heard, without those in which the machine let others run: of half of
   * them, and of all but one in twenty, no more.
   */
  median: number;
  late: number;
}

const EACH_MILLISECONDS = 20;
const TICK_MILLISECONDS = 10;
const ROOM = "bench";
const LAST = "the end";

let delays: number[] = [];
let wish: { messages: number } | undefined;
let begun = false;
let isOver = false;
let pid = 0;
let end = Promise.resolve<unknown>(undefined);

self.onmessage = ({ data }) => {
  if (data === "leave") {
    isOver = true;
    end.finally(() => self.postMessage(measured([])));
    return;
  }
  wish = { messages: data.messages };
  if (begun) return answerIfEnough();
  begun = true;
  pid = data.pid;
  end = run(data.port).catch((error) => self.postMessage(String(error)));
};

async function run(port: number) {
  await using speaker = await NativePeer.enter(port, "bystander", ROOM);
  await using hearer = await NativePeer.enter(port, "passer-by", ROOM);
  await speaker.expect({ type: "joined", nick: "passer-by" });
  const said: Moment[] = [];
  const speaking = speak(speaker, said);
  // Told at once, and not when the hearer has waited in vain.
  speaking.catch((error) => self.postMessage(String(error)));
  for (let number = 0;; number++) {
    const event = (await hearer.next())!;
    if (event.text === LAST) break;
    const { type, text, seq } = event;
    const isNext = type === "message" && text === `${number}` && seq === number + 1;
    if (!isNext) throw new Error(`instead of ${number}: ${JSON.stringify(event)}`);
    const [before, now] = [said[number]!, moment()];
    delays.push(Math.max(0, now.time - before.time - (now.lost - before.lost)));
    answerIfEnough();
  }
  await speaking;
  await hearer.expectQuiet();
}

async function speak(speaker: NativePeer, said: Moment[]) {
  while (!isOver) {
    const text = `${said.length}`;
    said.push(moment());
    await speaker.say(text, { room: ROOM });
    await speaker.expect({ type: "message", text });
    await new Promise((resolve) => setTimeout(resolve, EACH_MILLISECONDS));
  }
  await speaker.say(LAST, { room: ROOM });
}

interface Moment {
  time: number;
  /** How long the machine has kept the server and this thread from running, in all. */
  lost: number;
}

/** On a busy machine they wait for a processor, which is no fault of the server's. */
function moment(): Moment {
  const lost = waited(`/proc/${pid}/schedstat`) + waited("/proc/thread-self/schedstat") + stolen();
  return { time: performance.now(), lost };
}

/** How long a thread could have run and did not; 0 where the system does not say. */
function waited(path: string): number {
  return Number(read(path).split(" ")[1] ?? 0) / 1e6;
}

/** How long the host of this machine, if it is a virtual one, ran others. */
function stolen(): number {
  const [, ticks = 0] = /^cpu +(?:\d+ ){7}(\d+)/.exec(read("/proc/stat")) ?? [];
  return Number(ticks) * TICK_MILLISECONDS;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}

function answerIfEnough() {
  if (!wish || delays.length < wish.messages) return;
  wish = undefined;
  self.postMessage(measured(delays));
  delays = [];
}

function measured(delays: number[]): Measured {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (part: number) => Math.round(sorted[Math.floor(part * sorted.length)] ?? 0);
  return { count: delays.length, median: at(0.5), late: at(0.95) };
}
