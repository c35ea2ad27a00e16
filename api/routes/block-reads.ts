/**
 * Reads of a log that end where a block does. Blocks are counted from the start of their segment (`events/log/blocks.ts`),
 * so a read in the middle of a segment needs the sizes of the events before it. They are read once and remembered.
 */
import { setImmediate } from "node:timers/promises";
import { eventHash } from "../../events/hash.ts";
import { BlockCounter } from "../../events/log/blocks.ts";
import type { EventLog } from "../../events/log/log.ts";
import { type Range, SEGMENT, type Sequence, segmentEnd } from "../../events/sequence.ts";

/** Segments of a log whose blocks are remembered: those that were used last. */
const MAX_SEGMENTS = 64;

/** Events of one block, up to its end or to the end of the range. */
interface BlockPart {
  bodies: Uint8Array[];
  /** The event hash at the sequence before the first event, hex; null at 0. */
  hash: string | null;
  /** True if these are all events of a complete block. Such a part never changes. */
  isBlock: boolean;
}

export class BlockReads {
  /** By log object, not by id: a log that is opened again may have another history. */
  readonly #ofLogs = new WeakMap<EventLog, Map<Sequence, SegmentBlocks>>();

  /** The number of events before `after` whose sizes would have to be read first. */
  distance(log: EventLog, after: Sequence): number {
    return Math.max(0, after - this.#blocksOf(log, after).at);
  }

  /** The events of `(after, upTo]`, up to the end of the block of event `after + 1`, or to the log's end. */
  async read(log: EventLog, { after, upTo }: Range): Promise<BlockPart> {
    const blocks = this.#blocksOf(log, after);
    if (blocks.at < after && upTo > after) await count(log, blocks, after);
    const isStart = blocks.isStart(after);
    const end = Math.min(upTo, blocks.endAfter(after) ?? segmentEnd(after));
    const bodies: Uint8Array[] = [];
    let hash: string | null = null;
    // Reads from the event at `after`, because its hash identifies the history.
    const range = { after: Math.max(0, after - 1), upTo: Math.max(end, after) };
    reading: for await (const batch of log.read(range))
      for (const [n, body] of batch.bodies.entries()) {
        const seq = batch.after + n + 1;
        if (seq === after) {
          hash = eventHash(body).toString("hex");
          continue;
        }
        bodies.push(body);
        blocks.add(seq, body);
        if (blocks.isEnd(seq)) break reading;
      }
    return { bodies, hash, isBlock: isStart && bodies.length > 0 && blocks.isEnd(after + bodies.length) };
  }

  #blocksOf(log: EventLog, after: Sequence): SegmentBlocks {
    const ofLog = this.#ofLogs.get(log) ?? new Map<Sequence, SegmentBlocks>();
    this.#ofLogs.set(log, ofLog);
    const start = segmentEnd(after) - SEGMENT;
    const blocks = ofLog.get(start) ?? new SegmentBlocks(start);
    ofLog.delete(start); // the last one of the map is the one that was used last
    ofLog.set(start, blocks);
    const [oldest] = ofLog.keys();
    if (ofLog.size > MAX_SEGMENTS && oldest !== undefined) ofLog.delete(oldest);
    return blocks;
  }
}

/** The ends of a segment's blocks, as far as its events were read. */
class SegmentBlocks {
  readonly #counter = new BlockCounter();
  /** Ascending. */
  readonly #ends: Sequence[] = [];
  readonly #start: Sequence;
  /** The last event that was counted. */
  at: Sequence;

  constructor(start: Sequence) {
    this.#start = start;
    this.at = start;
  }

  /** Counts the next event. Others, which a concurrent read has counted or will count, change nothing. */
  add(seq: Sequence, body: Uint8Array): void {
    if (seq !== this.at + 1) return;
    this.at = seq;
    if (this.#counter.add(seq, body)) this.#ends.push(seq);
  }

  isEnd(seq: Sequence): boolean {
    return this.#ends.at(-1) === seq || this.#ends.includes(seq);
  }

  isStart(after: Sequence): boolean {
    return after === this.#start || this.isEnd(after);
  }

  /** The first known end beyond `after`. */
  endAfter(after: Sequence): Sequence | undefined {
    return this.#ends.find((end) => end > after);
  }
}

/** Counts the events up to `upTo`. */
async function count(log: EventLog, blocks: SegmentBlocks, upTo: Sequence): Promise<void> {
  for await (const { after, bodies } of log.read({ after: blocks.at, upTo })) {
    for (const [n, body] of bodies.entries()) blocks.add(after + n + 1, body);
    await setImmediate(); // a file never waits
  }
}
