/**
 * Places in the chat that outlive their connections: whoever comes back in time, with the token they came
 * with, finds theirs as they left it, and nobody has noticed. What is kept of a token is a digest of it.
 */
import type { SessionId } from "../chat/effect.ts";

/** They may change while places are kept. */
export interface PlacesOptions {
  /** How long a place is kept for somebody whose connection is gone; 0 keeps none. */
  milliseconds: number;
  /** The most that are kept at once; one more lets the oldest go. */
  max: number;
}

export class Places {
  #options: PlacesOptions;
  #owners = new Map<SessionId, string>();
  #places = new Map<string, SessionId>();
  /** Those whose connection is gone, and since when; the one that went first comes first. */
  #held = new Map<SessionId, number>();

  constructor(options: PlacesOptions) {
    this.#options = options;
  }

  /** Whose a place is; "" if they came without a token. */
  ownerOf(place: SessionId): string {
    return this.#owners.get(place) ?? "";
  }

  /** The place that somebody has, or has left. */
  of(owner: string): SessionId | undefined {
    return this.#places.get(owner);
  }

  give(place: SessionId, owner: string) {
    this.#owners.set(place, owner);
    this.#places.set(owner, place);
  }

  /** The connection is gone. Returns whether the place is kept. */
  hold(place: SessionId, now: number): boolean {
    if (this.#options.milliseconds === 0 || !this.#owners.has(place)) return false;
    this.#held.set(place, now);
    return true;
  }

  /** Its owner is back. */
  resume(place: SessionId) {
    this.#held.delete(place);
  }

  /** It is being left for good: whoever comes with its token from now on comes anew. */
  release(place: SessionId) {
    const owner = this.ownerOf(place);
    // Its owner may have another place by now.
    if (this.#places.get(owner) === place) this.#places.delete(owner);
    this.#held.delete(place);
  }

  /** Nobody is there any more, and nothing more is said to it. */
  forget(place: SessionId) {
    this.release(place);
    this.#owners.delete(place);
  }

  /** The places that have been kept for long enough, each to be released before the next is asked for. */
  *overdue(now: number): Iterable<SessionId> {
    for (const [place, since] of this.#held) {
      const isOverdue = now - since >= this.#options.milliseconds;
      if (!isOverdue && this.#held.size <= this.#options.max) return;
      yield place;
    }
  }
}
