/** The last that was said in rooms, for whoever watches the server: only so much of it, and nothing twice. */
import type { Message } from "../chat/event.ts";

export interface RecentLimits {
  messages: number;
  /** Of their texts together; the newest is kept however long it is. */
  characters: number;
}

export class Recent {
  #limits: RecentLimits;
  /** A ring: messages are put where the oldest was, and none is copied. */
  #slots: (Message | undefined)[];
  #oldest = 0;
  #count = 0;
  #characters = 0;

  constructor(limits: RecentLimits) {
    this.#limits = limits;
    this.#slots = new Array(limits.messages).fill(undefined);
  }

  add(message: Message) {
    if (this.#count === this.#slots.length) this.#drop();
    this.#slots[(this.#oldest + this.#count) % this.#slots.length] = message;
    this.#count++;
    this.#characters += message.text.length;
    while (this.#count > 1 && this.#characters > this.#limits.characters) this.#drop();
  }

  /** The oldest first. */
  get messages(): Message[] {
    return Array.from(
      { length: this.#count },
      (_, index) => this.#slots[(this.#oldest + index) % this.#slots.length]!,
    );
  }

  #drop() {
    this.#characters -= this.#slots[this.#oldest]!.text.length;
    this.#slots[this.#oldest] = undefined;
    this.#oldest = (this.#oldest + 1) % this.#slots.length;
    this.#count--;
  }
}
