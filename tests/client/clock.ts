/** Timers that go off when a test says so, in place of the system's until the test is over. */
export class Clock {
  #now = 0;
  #timers = new Map<number, { at: number; run: () => void }>();
  #last = 0;
  #watchers: (() => void)[] = [];
  #real = { setTimeout, clearTimeout };

  constructor() {
    const set = (run: () => void, milliseconds = 0) => {
      this.#timers.set(++this.#last, { at: this.#now + milliseconds, run });
      for (const watcher of this.#watchers.splice(0)) watcher();
      return this.#last;
    };
    const clear = (timer: number) => void this.#timers.delete(timer);
    Object.assign(globalThis, { setTimeout: set, clearTimeout: clear });
  }

  /** How many timers are set. */
  get size(): number {
    return this.#timers.size;
  }

  /** Resolves when a timer is set. */
  async isSet(): Promise<void> {
    while (this.size === 0) await new Promise<void>((resolve) => this.#watchers.push(resolve));
  }

  passes(milliseconds: number) {
    this.#now += milliseconds;
    for (const [timer, { at, run }] of [...this.#timers]) {
      if (at > this.#now || !this.#timers.delete(timer)) continue;
      run();
    }
  }

  [Symbol.dispose]() {
    Object.assign(globalThis, this.#real);
  }
}
