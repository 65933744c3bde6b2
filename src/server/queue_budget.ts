/**
 * The memory that all outboxes may take together for what peers have not read yet. What many share is counted
 * nowhere: it is there once, however many wait for it.
 */
export interface BudgetLimits {
  /** It may change while it is used. */
  maxBytes: number;
}

export class QueueBudget {
  /** What waits for one peer alone, of all peers together. Each outbox keeps it up to date. */
  bytes = 0;
  /** Called when there is more than there may be: whoever is called has peers cut, if that helps. */
  relieve: () => void = () => {};
  #limits: BudgetLimits;
  #isRelieving = false;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  get maxBytes(): number {
    return this.#limits.maxBytes;
  }

  get isExceeded(): boolean {
    return this.bytes > this.#limits.maxBytes;
  }

  /** More waits for somebody. */
  add(bytes: number) {
    this.bytes += bytes;
    if (this.bytes <= this.#limits.maxBytes || this.#isRelieving) return;
    // Whoever is cut is told so, which adds to it once more.
    this.#isRelieving = true;
    try {
      this.relieve();
    } finally {
      this.#isRelieving = false;
    }
  }
}

/** Somebody for whom something waits. */
export interface Waiting {
  /** What waits for them alone. */
  ownQueuedBytes: number;
  /** Since when they have taken nothing; Infinity if nothing is under way to them. */
  slowSince: number;
}

/** Cutting goes on until so much of the budget is free, so that it is not gone through at every message. */
const RELIEF = 0.75;

/**
 * Whom to cut: of those with more than a fair share those who have taken nothing for longest, until the rest
 * fits in.
 */
export function toSacrifice<Peer extends Waiting>(
  peers: Iterable<Peer>,
  { bytes, maxBytes }: { bytes: number; maxBytes: number },
): Peer[] {
  const all = [...peers];
  const share = maxBytes / Math.max(1, all.length);
  const greedy = all.filter((peer) => peer.ownQueuedBytes > share)
    .sort((one, other) => one.slowSince - other.slowSince);
  const chosen: Peer[] = [];
  for (const peer of greedy) {
    if (bytes <= maxBytes * RELIEF) break;
    bytes -= peer.ownQueuedBytes;
    chosen.push(peer);
  }
  return chosen;
}
