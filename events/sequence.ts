/** An event's number in its log, from 1, with no gap; so also a count. 0 stands before the first event. */
export type Sequence = number;

/** The sequence of a stream's first event: the id of the invoice, client, user … everywhere. */
export type StreamId = number;

/** Every stream has a version: the number of its last event within it. */
export interface Versioned {
  id: StreamId;
  version: number;
}

/**
 * A run of events, written `(after, upTo]`: `after` is left out, `upTo` is in. A checkpoint is the `after` of the
 * next read, and as-of is a read with `upTo` set, so neither ever needs a plus one. `upTo` may be Infinity: as far as
 * the log goes when it is read.
 */
export type Range = { after: Sequence; upTo: Sequence };

/** Events in a full segment: four entry bundles of C2SP tlog-tiles. */
export const SEGMENT = 1024;

/** The end of the segment that the event after `after` lies in: `(0, 1024]`, `(1024, 2048]` … */
export function segmentEnd(after: Sequence): Sequence {
  return (Math.floor(after / SEGMENT) + 1) * SEGMENT;
}
