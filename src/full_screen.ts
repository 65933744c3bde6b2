/** `chat connect` on a terminal: runs the client on the full screen, and gives the terminal back in the end. */
import { Queue } from "./client/queue.ts";
import type { Link, Trace } from "./client/link.ts";
import type { Input, Start } from "./client/person.ts";
import { run, type RunOptions } from "./client/run.ts";
import type { Display } from "./client/screen_app.ts";
import { beginScreen, type RunningScreen } from "./client/screen_running.ts";
import { KeyDecoder } from "./terminal/keys.ts";
import type { ColourDepth } from "./terminal/style.ts";
import { openTerminal, type Terminal } from "./terminal/tty.ts";
import { visible } from "./terminal/visible.ts";

export interface FullScreenOptions {
  start: Start;
  display: Display;
  depth: ColourDepth;
  mouse: boolean;
  notify: "bell" | "osc9" | "off";
  /** Of the terminal's window. */
  title: string;
  /** Makes a connection that says what goes over it. */
  connect(trace: Trace): Promise<Link>;
  /** What somebody should know before anything else. */
  problem: string | undefined;
  /** Shows a line when the terminal has been given back. */
  remark(text: string): Promise<void>;
}

/** Everything else that the client needs to run. */
type Surroundings =
  & Pick<
    RunOptions,
    "newId" | "now" | "chance" | "sleep" | "patienceMilliseconds" | "lastWordMilliseconds"
  >
  & { silenceMilliseconds: number };

/** How long after an Escape what follows still belongs to it. */
const ESCAPE_MILLISECONDS = 40;
/** As often as anybody can follow what others say. What one does oneself is drawn at once. */
const TALK_MILLISECONDS = 150;
const SECOND = 1000;
const SIGNALS: Record<string, number> = { SIGINT: 2, SIGTERM: 15, SIGHUP: 1 };

/** Resolves with the exit code. */
export async function runFullScreen(
  { start, display, depth, mouse, notify, title, connect, problem, remark }: FullScreenOptions,
  surroundings: Surroundings,
): Promise<number> {
  let isOwnDoing = false;
  const app = onTime(beginScreen(display, start), ({ type }) => {
    isOwnDoing = type === "key" || type === "resize";
  });
  const inputs = new Queue<Input>();
  const interrupted = Promise.withResolvers<number>();
  const terminal = openTerminal({
    depth,
    ambiguousIsWide: display.ambiguousIsWide,
    mouse,
    title,
    tell(event) {
      if (event.type === "resized") inputs.push({ type: "resize", ...event.size });
      if (event.type === "ending") interrupted.resolve(128 + (SIGNALS[event.signal] ?? 0));
    },
  });
  const suspend = () => {
    // What started us would go on, and hold the terminal: nobody could type "fg".
    if (Deno.env.get("INIT_CWD") === undefined) return terminal.suspend();
    inputs.push({ type: "note", text: "Ctrl-Z works where the shell itself has started chat" });
  };
  const clock = setInterval(() => inputs.push({ type: "tick", now: Date.now() }), SECOND);
  const drawSoon = frames(() => terminal.show(app.screen()));
  try {
    inputs.push({ type: "resize", ...terminal.size });
    inputs.push({ type: "tick", now: Date.now() });
    if (problem !== undefined) inputs.push({ type: "note", text: problem });
    readKeys(terminal, { inputs, newId: surroundings.newId });
    const code = await run({
      ...surroundings,
      app,
      connect: () =>
        connect((words) => app.isTracing() && inputs.push({ type: "trace", text: words() })),
      inputs,
      show: () => Promise.resolve(),
      remark: (text) => Promise.resolve(inputs.push({ type: "note", text })),
      onChange: () => drawSoon(isOwnDoing ? 0 : TALK_MILLISECONDS),
      onScreen(action) {
        if (action.type === "repaint") terminal.repaint();
        if (action.type === "suspend") suspend();
        if (action.type !== "ring" || notify === "off") return;
        terminal.ring(
          notify === "osc9" ? `chat: ${visible(action.text.slice(0, 200))}` : undefined,
        );
      },
      interrupted: interrupted.promise,
      staysToListen: true,
    });
    terminal.close();
    // Why it ended would be gone with the screen.
    if (code !== 0 && code < 128) await remark(`*** ${visible(app.lastNotice())}`);
    return code;
  } finally {
    clearInterval(clock);
    terminal.close();
  }
}

/** Whatever it is told, it knows when: otherwise a ping would take no time, or a second. */
function onTime(app: RunningScreen, onInput: (input: Input) => void): RunningScreen {
  return {
    ...app,
    take(input) {
      onInput(input);
      return [...app.take({ type: "tick", now: Date.now() }), ...app.take(input)];
    },
  };
}

/** Takes keys apart as they come. An Escape alone is known by what does not follow it. */
async function readKeys(
  terminal: Terminal,
  { inputs, newId }: { inputs: Queue<Input>; newId(): string },
) {
  const decoder = new KeyDecoder();
  let deadline: ReturnType<typeof setTimeout> | undefined;
  const push = (keys: ReturnType<KeyDecoder["decode"]>) => {
    for (const key of keys) inputs.push({ type: "key", key, id: newId() });
  };
  for await (const bytes of terminal.input) {
    clearTimeout(deadline);
    push(decoder.decode(bytes));
    if (decoder.isWaiting) deadline = setTimeout(() => push(decoder.flush()), ESCAPE_MILLISECONDS);
  }
  // The terminal is gone, and so is the person.
  clearTimeout(deadline);
  inputs.push({ type: "input ended" });
}

/** Draws soon after a change, and so long after the picture before. */
function frames(draw: () => void): (apartMilliseconds: number) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let due = Infinity;
  let last = -Infinity;
  return (apart) => {
    const now = performance.now();
    const at = Math.max(now, last + apart);
    if (at >= due) return;
    clearTimeout(timer);
    due = at;
    timer = setTimeout(() => {
      due = Infinity;
      last = performance.now();
      draw();
    }, at - now);
  };
}
