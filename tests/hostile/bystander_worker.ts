/// <reference lib="deno.worker" />
/**
 * The bystanders' own thread: somebody says a number every 20 ms, and somebody else hears each of them once and
 * in order, and when. See bystander.ts.
 */
import { NativePeer } from "../end_to_end/native_peer.ts";

export interface Measured {
  count: number;
  /** Milliseconds from being said to being heard: of half of them, and of all but one in twenty, no more. */
  median: number;
  late: number;
}

const EACH_MILLISECONDS = 20;
const ROOM = "bench";
const LAST = "the end";

let delays: number[] = [];
let wish: { messages: number } | undefined;
let begun = false;
let isOver = false;
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
  end = run(data.port).catch((error) => self.postMessage(String(error)));
};

async function run(port: number) {
  await using speaker = await NativePeer.enter(port, "bystander", ROOM);
  await using hearer = await NativePeer.enter(port, "passer-by", ROOM);
  await speaker.expect({ type: "joined", nick: "passer-by" });
  const saidAt: number[] = [];
  const speaking = speak(speaker, saidAt);
  // Told at once, and not when the hearer has waited in vain.
  speaking.catch((error) => self.postMessage(String(error)));
  for (let number = 0;; number++) {
    const event = (await hearer.next())!;
    if (event.text === LAST) break;
    const { type, text, seq } = event;
    const isNext = type === "message" && text === `${number}` && seq === number + 1;
    if (!isNext) throw new Error(`instead of ${number}: ${JSON.stringify(event)}`);
    delays.push(performance.now() - saidAt[number]!);
    answerIfEnough();
  }
  await speaking;
  await hearer.expectQuiet();
}

async function speak(speaker: NativePeer, saidAt: number[]) {
  while (!isOver) {
    saidAt.push(performance.now());
    await speaker.say(`${saidAt.length - 1}`, { room: ROOM });
    await speaker.expect({ type: "message", text: `${saidAt.length - 1}` });
    await new Promise((resolve) => setTimeout(resolve, EACH_MILLISECONDS));
  }
  await speaker.say(LAST, { room: ROOM });
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
