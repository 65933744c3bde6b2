/** What somebody types at a terminal, line by line, and without its being seen while it is a secret. */
import { readLines, withoutKeys } from "./lines.ts";

const RETURN = 0x0d;
const LINE_FEED = 0x0a;

export class Keyboard {
  #isHidden = false;

  /** Like those of any other input, if it is no terminal. */
  get lines(): AsyncIterable<string> {
    if (!Deno.stdin.isTerminal()) return readLines(Deno.stdin.readable);
    return withoutKeys(readLines(Deno.stdin.readable.pipeThrough(this.#ends())));
  }

  /** Never throws. Must be turned off before the program ends. */
  hide(isOn: boolean) {
    if (isOn === this.#isHidden || !Deno.stdin.isTerminal()) return;
    this.#isHidden = isOn;
    try {
      // Ctrl-C still ends the program.
      Deno.stdin.setRaw(isOn, { cbreak: Deno.build.os !== "windows" });
      // The line's end was not seen either.
      if (!isOn) Deno.stderr.writeSync(Uint8Array.of(LINE_FEED));
    } catch {
      // The terminal is gone.
    }
  }

  /** A terminal that hides what is typed also leaves Enter as the key that it is. */
  #ends(): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
    return new TransformStream({
      transform: (bytes, controller) =>
        controller.enqueue(
          this.#isHidden ? bytes.map((it) => it === RETURN ? LINE_FEED : it) : bytes,
        ),
    });
  }
}
