/**
 * The terminal itself: takes it, shows screens on it, reads from it, and gives it back as it was, however the
 * program ends. The only file here that touches the system. Nothing else may write to stdout while it is open.
 */
import { enterCode, leaveCode, type Modes, ringCode, titleCode } from "./modes.ts";
import { paint } from "./paint.ts";
import type { Screen } from "./screen.ts";
import type { ColourDepth } from "./style.ts";

export interface TerminalOptions {
  readonly depth: ColourDepth;
  readonly ambiguousIsWide?: boolean;
  readonly mouse?: boolean;
  /** Left out: the title is left alone. */
  readonly title?: string;
  /** Is called between two turns of the program, never from within a call to the terminal. */
  readonly tell: (event: TerminalEvent) => void;
}

export type TerminalEvent =
  | { readonly type: "resized"; readonly size: TerminalSize }
  /** The program had been stopped, and is shown again. */
  | { readonly type: "resumed" }
  /** The person or the system wants the program to end, which should now close. The second wish is not asked. */
  | { readonly type: "ending"; readonly signal: Deno.Signal };

export interface TerminalSize {
  readonly columns: number;
  readonly rows: number;
}

export interface Terminal {
  readonly size: TerminalSize;
  /** What the person types, as it comes; ends when the terminal is closed or gone. To be read once. */
  readonly input: AsyncIterable<Uint8Array>;
  /** Soon shows a screen. When the terminal is slow, only the last of several is painted. */
  show(screen: Screen): void;
  /** Paints all of it anew, for something else has written on it. */
  repaint(): void;
  setTitle(title: string): void;
  /** `notice` is for the desktop, where the terminal can. */
  ring(notice?: string): void;
  /** As Ctrl-Z does elsewhere. Does nothing where there is no shell to come back to, as on Windows. */
  suspend(): void;
  /** Gives the terminal back, and the input with it: nothing can be read from stdin any more. Once is enough. */
  close(): void;
}

/** Both stdin and stdout must be a terminal. */
export function openTerminal(options: TerminalOptions): Terminal {
  return new SystemTerminal(options);
}

/** A screen of 60 pictures a second follows every key, and a flood of messages costs no more. */
const FRAME_MILLISECONDS = 16;

/** A terminal that has not taken a frame in this time is stopped or gone, and a last word would wait for it too. */
const STALLED_MILLISECONDS = 1000;

/** By now a signal to stop has stopped us, if there is a shell that can continue us. */
const STOPPED_MILLISECONDS = 100;

/** Windows says nothing when the size changes. */
const POLL_SIZE_MILLISECONDS = 1000;

const IS_WINDOWS = Deno.build.os === "windows";

/** The numbers that a shell expects a program to have ended with, less 128. */
const ENDING: Partial<Record<Deno.Signal, number>> = IS_WINDOWS
  ? { SIGINT: 2, SIGBREAK: 21 }
  : { SIGINT: 2, SIGTERM: 15, SIGHUP: 1, SIGQUIT: 3 };

const ENCODER = new TextEncoder();

class SystemTerminal implements Terminal {
  size = consoleSize();
  readonly #options: TerminalOptions;
  readonly #modes: Modes;
  /** Whether the terminal is ours at the moment. */
  #isTaken = false;
  #isClosed = false;
  #isEnding = false;
  #resumedAt = -Infinity;
  /** What is to be seen, and what is; undefined: not known. */
  #wanted: Screen | undefined;
  #shown: Screen | undefined;
  #wantedTitle = "";
  /** Codes that go with the next frame. */
  #title = "";
  #ring = "";
  #isFlushing = false;
  /** When the write that is under way began. */
  #writingSince: number | undefined;
  #stopListening = () => {};

  constructor(options: TerminalOptions) {
    this.#options = options;
    this.#modes = { mouse: options.mouse ?? false, title: options.title !== undefined };
    this.#stopListening = this.#listen();
    this.#wantedTitle = options.title ?? "";
    this.#take();
  }

  get input(): AsyncIterable<Uint8Array> {
    return this.#read();
  }

  show(screen: Screen): void {
    this.#wanted = screen;
    this.#flushSoon();
  }

  repaint(): void {
    this.#shown = undefined;
    this.#flushSoon();
  }

  setTitle(title: string): void {
    this.#wantedTitle = title;
    this.#title = titleCode(title);
    this.#flushSoon();
  }

  ring(notice?: string): void {
    this.#ring = ringCode(notice);
    this.#flushSoon();
  }

  suspend(): void {
    if (IS_WINDOWS || !this.#isTaken || this.#isStalled()) return;
    this.#giveBack();
    Deno.kill(Deno.pid, "SIGTSTP");
    // The system ignores the signal where nobody could continue us: then we go on at once.
    setTimeout(() => !this.#isTaken && this.#resume(), STOPPED_MILLISECONDS);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#giveBack();
    this.#stopListening();
    // A read that waits for a key would keep the program from ending.
    attempt(() => Deno.stdin.close());
  }

  #take(): void {
    this.#isTaken = true;
    this.#shown = undefined;
    Deno.stdin.setRaw(true);
    writeSync(enterCode(this.#modes));
    this.#title = titleCode(this.#wantedTitle);
    this.#flushSoon();
  }

  /** Without waiting for anything, as the program may be at its end. */
  #giveBack(): void {
    if (!this.#isTaken) return;
    this.#isTaken = false;
    // Both would wait for the terminal. Deno resets the raw mode itself when it ends, and that does not wait.
    if (this.#isStalled()) return;
    // A frame that is on its way must not come after the last word.
    if (this.#writingSince !== undefined) waitSynchronously(FRAME_MILLISECONDS);
    attempt(() => writeSync(leaveCode(this.#modes)));
    attempt(() => Deno.stdin.setRaw(false));
  }

  #isStalled(): boolean {
    const since = this.#writingSince;
    return since !== undefined && performance.now() - since > STALLED_MILLISECONDS;
  }

  /** After a stop, ours or another's. After ours both the signal and the timer say so. */
  #resume(): void {
    const isToldTwice = performance.now() - this.#resumedAt < STOPPED_MILLISECONDS;
    if (this.#isClosed || this.#isTaken && isToldTwice) return;
    this.#resumedAt = performance.now();
    // When it was another's, the terminal was never given back, and who knows what the shell has done to it.
    this.#giveBack();
    this.#take();
    this.#options.tell({ type: "resumed" });
    this.#measure();
  }

  #measure(): void {
    const size = consoleSize();
    if (size.columns === this.size.columns && size.rows === this.size.rows) return;
    this.size = size;
    this.#shown = undefined;
    // What is shown next is made for the new size: the old one would be a picture cut off.
    this.#options.tell({ type: "resized", size });
  }

  #end(signal: Deno.Signal): void {
    if (this.#isEnding) {
      this.close();
      Deno.exit(128 + ENDING[signal]!);
    }
    this.#isEnding = true;
    this.#options.tell({ type: "ending", signal });
  }

  /** One flush at a time: a frame is made only when the one before it has been written. */
  async #flushSoon(): Promise<void> {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    // All that is shown in this turn of the program is one frame.
    await Promise.resolve();
    for (let frame; (frame = this.#nextFrame()) !== "";) {
      await this.#write(ENCODER.encode(frame));
      await new Promise((resolve) => setTimeout(resolve, FRAME_MILLISECONDS));
    }
    this.#isFlushing = false;
  }

  #nextFrame(): string {
    if (!this.#isTaken) return "";
    const codes = (this.#modes.title ? this.#title : "") + this.#ring;
    this.#title = this.#ring = "";
    if (!this.#wanted) return codes;
    const { depth, ambiguousIsWide = false } = this.#options;
    const frame = paint(this.#shown, this.#wanted, { ...this.size, depth, ambiguousIsWide });
    this.#shown = this.#wanted;
    return codes + frame;
  }

  async #write(bytes: Uint8Array): Promise<void> {
    this.#writingSince = performance.now();
    try {
      // What has been given back gets no second half of a frame.
      for (let at = 0; at < bytes.length && this.#isTaken;) {
        at += await Deno.stdout.write(bytes.subarray(at));
      }
    } catch {
      // The terminal is gone, and the input will have ended as well.
    } finally {
      this.#writingSince = undefined;
    }
  }

  async *#read(): AsyncGenerator<Uint8Array> {
    const buffer = new Uint8Array(4096);
    while (!this.#isClosed) {
      // Closing interrupts a read, and a terminal that is gone fails it: there is nothing more to come.
      const length = await Deno.stdin.read(buffer).catch(() => null);
      if (length === null) return;
      yield buffer.slice(0, length);
    }
  }

  /** Returns what ends it. */
  #listen(): () => void {
    const giveBack = () => this.#giveBack();
    const stops = [
      ...["unload", "error", "unhandledrejection"].map((type) => onGlobal(type, giveBack)),
      ...Object.keys(ENDING).map((it) => it as Deno.Signal)
        .map((signal) => onSignal(signal, () => this.#end(signal))),
      ...(IS_WINDOWS ? [every(POLL_SIZE_MILLISECONDS, () => this.#measure())] : [
        onSignal("SIGWINCH", () => this.#measure()),
        onSignal("SIGCONT", () => this.#resume()),
      ]),
    ];
    return () => stops.forEach((stop) => stop());
  }
}

/** Something is assumed where the system does not know, as behind a serial line. */
function consoleSize(): TerminalSize {
  const { columns, rows } = attempt(() => Deno.consoleSize()) ?? { columns: 0, rows: 0 };
  return { columns: columns || 80, rows: rows || 24 };
}

function writeSync(text: string): void {
  const bytes = ENCODER.encode(text);
  for (let at = 0; at < bytes.length;) at += Deno.stdout.writeSync(bytes.subarray(at));
}

/** Nothing else of the program goes on meanwhile; what the system has been given does. */
function waitSynchronously(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

function onGlobal(type: string, action: () => void): () => void {
  globalThis.addEventListener(type, action);
  return () => globalThis.removeEventListener(type, action);
}

function onSignal(signal: Deno.Signal, action: () => void): () => void {
  Deno.addSignalListener(signal, action);
  return () => Deno.removeSignalListener(signal, action);
}

function every(milliseconds: number, action: () => void): () => void {
  const timer = setInterval(action, milliseconds);
  return () => clearInterval(timer);
}

/** What fails when a terminal has gone must not keep the rest of the restoring from being done. */
function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}
