/**
 * Lets a few through in each turn of the event loop, in the order in which they came: what reads from the
 * history takes milliseconds, and everybody else should have their turn in between.
 */
export class Turnstile {
  #perTurn: number;
  #afterTurn: (run: () => void) => void;
  #passed = 0;
  #waiting: (() => void)[] = [];
  #isTurning = false;

  constructor(perTurn: number, afterTurn: (run: () => void) => void = setImmediate) {
    this.#perTurn = perTurn;
    this.#afterTurn = afterTurn;
  }

  /** Undefined if one may go on at once; else when one may. */
  enter(): Promise<void> | undefined {
    this.#turnLater();
    if (this.#passed < this.#perTurn && this.#waiting.length === 0) {
      this.#passed++;
      return undefined;
    }
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #turnLater() {
    if (this.#isTurning) return;
    this.#isTurning = true;
    this.#afterTurn(() => this.#turn());
  }

  #turn() {
    this.#isTurning = false;
    const next = this.#waiting.splice(0, this.#perTurn);
    this.#passed = next.length;
    if (next.length > 0) this.#turnLater();
    for (const pass of next) pass();
  }
}
