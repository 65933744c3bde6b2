/** How far something has come, in one line on stderr that is written over and taken away at the end. */

const MILLISECONDS_BETWEEN = 100;

export interface Progress extends Disposable {
  /** Shows this in place of what is shown, unless that has only just come. */
  show(text: string): void;
}

/** Shows nothing where nobody sees it, or where it would get between what is written to stdout. */
export function progress(isShown: boolean): Progress {
  let shownAt = -Infinity;
  return {
    show(text) {
      if (!isShown || performance.now() - shownAt < MILLISECONDS_BETWEEN) return;
      shownAt = performance.now();
      write(`\r${text}\x1b[K`);
    },
    [Symbol.dispose]() {
      if (shownAt > -Infinity) write("\r\x1b[K");
    },
  };
}

function write(text: string) {
  try {
    Deno.stderr.writeSync(new TextEncoder().encode(text));
  } catch {
    // Nobody looks on any more. The work goes on.
  }
}
