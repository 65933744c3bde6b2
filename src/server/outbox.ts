/**
 * Bytes on their way to one peer: never blocks its caller, has one write under way at the most, and
 * keeps no more than its limits in bytes and age allow. What it holds are views into what many share.
 */
import { bytesOf, type View, viewOf } from "./arena.ts";
import type { Flushable, Flusher } from "./flusher.ts";
import type { Metrics } from "./metrics.ts";
import type { QueueBudget } from "./queue_budget.ts";

/** They may change while it is used. */
export interface OutboxLimits {
  maxQueueBytes: number;
  /** The longest that a byte may wait. */
  maxQueueMilliseconds: number;
}

/** The same for many outboxes: what each costs beyond that is felt with every message to every member. */
export interface OutboxHost {
  flusher: Flusher;
  metrics: Pick<Metrics, "sentBytes">;
  /** What all outboxes may take together. */
  budget: Pick<QueueBudget, "bytes" | "add">;
  limits: OutboxLimits;
  sleep(milliseconds: number): Promise<void>;
}

/** Told what becomes of it, of each thing once. */
export interface OutboxOwner {
  /** The peer reads too slowly for the limits. */
  onSlow(): void;
  /** Nothing can be written any more. */
  onBroken(): void;
  /** All has been written after close(), or nothing more can be. */
  onWritten(): void;
}

export interface OutboxOptions {
  host: OutboxHost;
  /** Writes some of the bytes, at least one, and says how many. */
  connection: { write(bytes: Uint8Array): Promise<number> };
  owner: OutboxOwner;
}

export class Outbox implements Flushable {
  #host: OutboxHost;
  #connection: OutboxOptions["connection"];
  #owner: OutboxOwner;
  /** What waits: whole views, then the last one, which the next message may extend. */
  #earlier: Uint8Array[] = [];
  #segment: Uint8Array | undefined;
  #start = 0;
  #end = 0;
  #waitingBytes = 0;
  /** How many of them are in no other outbox, and how many of those that are being written. */
  #ownWaiting = 0;
  #ownWriting = 0;
  /** What is being written, and since when. */
  #writing: Uint8Array | undefined;
  #writingSince = 0;
  #isScheduled = false;
  #paceMilliseconds = 0;
  /** Broken: nothing can be written any more, and whoever uses it has yet to close it. */
  #state: "open" | "closing" | "broken" | "ended" = "open";

  constructor({ host, connection, owner }: OutboxOptions) {
    this.#host = host;
    this.#connection = connection;
    this.#owner = owner;
  }

  /** How many bytes the peer has not taken yet. */
  get pendingBytes(): number {
    return this.#waitingBytes + (this.#writing?.length ?? 0);
  }

  /** How many of them take memory for this peer alone. */
  get ownBytes(): number {
    return this.#ownWaiting + this.#ownWriting;
  }

  /** Since when the write under way has not ended; Infinity if none is. */
  get slowSince(): number {
    return this.#writing ? this.#writingSince : Infinity;
  }

  send(view: View) {
    if (this.#state !== "open") return;
    const bytes = this.pendingBytes + view.end - view.start;
    if (bytes > this.#host.limits.maxQueueBytes) this.#owner.onSlow();
    else this.#queue(view);
  }

  /** From now on one message leaves at a time, with this much time before each. */
  setPace(milliseconds: number) {
    this.#paceMilliseconds = milliseconds;
  }

  /** Takes no more, writes what waits, then ends. */
  close() {
    if (this.#state === "broken") return this.#finish();
    if (this.#state !== "open") return;
    this.#state = "closing";
    if (!this.#writing && !this.#segment) this.#finish();
  }

  /**
   * Drops what waits, which the peer would never read, for a last word. What is being written goes
   * first: it is whole units, so the last word does not end up inside of one.
   */
  cut(lastWord: Uint8Array | undefined) {
    if (this.#state === "open") {
      this.#drop();
      if (lastWord) this.#queue(viewOf(lastWord));
    }
    this.close();
  }

  /** The connection is about to be closed: what was for it alone is as good as gone. */
  abandon() {
    this.#drop();
    this.#releaseWriting();
  }

  /** Whether a byte has waited longer than it may. */
  isLate(now: number): boolean {
    return this.#writing !== undefined &&
      now - this.#writingSince > this.#host.limits.maxQueueMilliseconds;
  }

  /** Writes all that waits in one go. Called by the flusher. */
  flush(now: number) {
    this.#isScheduled = false;
    if (this.#writing || !this.#segment) return;
    const own = this.ownBytes;
    this.#writing = this.#paceMilliseconds > 0 ? this.#takeFirst() : this.#takeAll();
    this.#writingSince = now;
    this.#write(this.#writing);
    // What had to be put together takes more memory than its pieces did.
    if (this.ownBytes > own) this.#host.budget.add(this.ownBytes - own);
  }

  #queue(view: View) {
    const { segment, start, end, isShared } = view;
    this.#waitingBytes += end - start;
    if (!isShared) return this.#queueOwn(view);
    if (this.#segment === segment && this.#end === start && this.#paceMilliseconds === 0) {
      this.#end = end;
      return;
    }
    this.#append(view);
  }

  #queueOwn(view: View) {
    const bytes = view.end - view.start;
    this.#ownWaiting += bytes;
    this.#append(view);
    // Last, because this may be the one that is cut for it.
    this.#host.budget.add(bytes);
  }

  #append({ segment, start, end }: View) {
    if (this.#segment) this.#earlier.push(this.#segment.subarray(this.#start, this.#end));
    this.#segment = segment;
    this.#start = start;
    this.#end = end;
    this.#schedule();
  }

  #schedule() {
    // While a write is under way, what comes in waits for its end.
    if (this.#isScheduled || this.#writing) return;
    this.#isScheduled = true;
    const { flusher, sleep } = this.#host;
    if (this.#paceMilliseconds === 0) flusher.add(this);
    else sleep(this.#paceMilliseconds).then(() => flusher.add(this));
  }

  #takeFirst(): Uint8Array {
    const first = this.#earlier.shift();
    if (first === undefined) return this.#takeAll();
    this.#waitingBytes -= first.length;
    // It may be another piece that is its own; over all of them it comes out even.
    this.#ownWriting = Math.min(this.#ownWaiting, first.length);
    this.#ownWaiting -= this.#ownWriting;
    return first;
  }

  #takeAll(): Uint8Array {
    const last = bytesOf(this.#segment!, this.#start, this.#end);
    this.#segment = undefined;
    const bytes = this.#waitingBytes;
    this.#waitingBytes = 0;
    this.#ownWriting = this.#earlier.length === 0 ? this.#ownWaiting : bytes;
    this.#ownWaiting = 0;
    if (this.#earlier.length === 0) return last;
    const whole = new Uint8Array(bytes);
    let at = 0;
    for (const piece of this.#earlier) {
      whole.set(piece, at);
      at += piece.length;
    }
    whole.set(last, at);
    this.#earlier = [];
    return whole;
  }

  #write(bytes: Uint8Array) {
    this.#connection.write(bytes).then(this.#onWritten, this.#onFailed);
  }

  // Bound once, so that a write costs no closure.
  #onWritten = (count: number) => {
    const writing = this.#writing!;
    this.#host.metrics.sentBytes += count;
    if (count < writing.length) {
      this.#writing = writing.subarray(count);
      return this.#write(this.#writing);
    }
    this.#writing = undefined;
    this.#releaseWriting();
    if (this.#segment) this.#schedule();
    else if (this.#state === "closing") this.#finish();
  };

  /** The peer takes nothing any more. What it has sent is still read, so this is no end of the session. */
  #onFailed = () => {
    this.#writing = undefined;
    this.#releaseWriting();
    this.#drop();
    if (this.#state === "closing") return this.#finish();
    this.#state = "broken";
    this.#owner.onBroken();
  };

  #drop() {
    this.#earlier = [];
    this.#segment = undefined;
    this.#waitingBytes = 0;
    this.#host.budget.bytes -= this.#ownWaiting;
    this.#ownWaiting = 0;
  }

  #releaseWriting() {
    this.#host.budget.bytes -= this.#ownWriting;
    this.#ownWriting = 0;
  }

  #finish() {
    this.#state = "ended";
    this.#owner.onWritten();
  }
}
