/**
 * Where what is told to many is encoded once: bytes are appended and never overwritten, so members'
 * outboxes hold views into it instead of copies. A view that continues the one before it in the same
 * segment can simply extend it, and many messages become one write.
 */
export interface View {
  segment: Uint8Array;
  start: number;
  end: number;
  /** Whether others hold the same bytes. */
  isShared: boolean;
}

const SEGMENT_BYTES = 256 * 1024;

export class Arena {
  #segment = new Uint8Array(0);
  #used = 0;

  append(bytes: Uint8Array): View {
    // What would fill most of a segment is a segment of its own.
    if (bytes.length > SEGMENT_BYTES / 4) return { ...viewOf(bytes), isShared: true };
    if (this.#used + bytes.length > this.#segment.length) {
      // The old segment lives for as long as somebody has a view into it.
      this.#segment = new Uint8Array(SEGMENT_BYTES);
      this.#used = 0;
    }
    const start = this.#used;
    this.#segment.set(bytes, start);
    this.#used += bytes.length;
    return { segment: this.#segment, start, end: this.#used, isShared: true };
  }
}

/** Bytes that are told to one alone. */
export function viewOf(bytes: Uint8Array): View {
  return { segment: bytes, start: 0, end: bytes.length, isShared: false };
}

/** The last bytes that were asked for: nearly always, all who are in a room ask for the same. */
let latest: Uint8Array = new Uint8Array(0);

/** The bytes from `start` to `end` of a segment. Not to be written to: others may hold them, too. */
export function bytesOf(segment: Uint8Array, start: number, end: number): Uint8Array {
  const isLatest = latest.buffer === segment.buffer &&
    latest.byteOffset === segment.byteOffset + start && latest.length === end - start;
  return isLatest ? latest : latest = segment.subarray(start, end);
}
