/**
 * Blocks: parts of a segment, so that what is read, sent or checked at once is bounded in bytes and not only in events.
 * A segment of usual events is one block.
 */
import { SEGMENT, type Sequence } from "../sequence.ts";

/**
 * A block ends with the event that brings its bodies to at least this many bytes, or with the segment. So it has at
 * most one event less a byte more. Batches of reads end in the same way, wherever they begin.
 */
export const BLOCK_BYTES = 4 * 1024 * 1024;

/** Counts the bytes of events in order, from the start of a segment on, and says where its blocks end. */
export class BlockCounter {
  #bytes = 0;

  /** @returns true if the block ends with this event */
  add(seq: Sequence, { length }: { length: number }): boolean {
    this.#bytes += length;
    if (this.#bytes < BLOCK_BYTES && seq % SEGMENT !== 0) return false;
    this.#bytes = 0;
    return true;
  }
}
