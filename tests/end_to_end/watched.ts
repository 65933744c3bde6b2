/** Something that changes, such as what has arrived: waits until it is as wished, never for ever. */

/** Only for what will never come: nothing that works takes so long, on however busy a machine. */
export const DEADLINE_MILLISECONDS = 60_000;

export class Watched {
  #waiting = new Set<() => void>();

  /** To be called after each change. */
  changed() {
    for (const wake of this.#waiting) wake();
  }

  /** What `look` finds, as soon as it finds something; `missing` says what there was instead. */
  async until<T>(
    look: () => T | undefined,
    { missing, milliseconds = DEADLINE_MILLISECONDS }: {
      missing: () => string;
      milliseconds?: number;
    },
  ): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    const wake = () => {
      const found = look();
      if (found !== undefined) resolve(found);
    };
    // Made here, so that its stack names who waits.
    const late = new Error();
    const deadline = setTimeout(() => {
      late.message = `nothing more within ${milliseconds} ms: ${missing()}`;
      reject(late);
    }, milliseconds);
    this.#waiting.add(wake);
    try {
      wake();
      return await promise;
    } finally {
      clearTimeout(deadline);
      this.#waiting.delete(wake);
    }
  }
}
