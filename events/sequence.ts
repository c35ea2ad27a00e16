/** An event's number in its log, from 1 without gaps, and so also a count of events. 0 is before the first event. */
export type Sequence = number;

/** The sequence of a stream's first event. It is the id of the invoice, client, user … everywhere. */
export type StreamId = number;

/** Every stream has a version: the number of its last event within it. */
export interface StreamState {
  id: StreamId;
  version: number;
}

/**
 * A run of events, written `(after, upTo]`: `after` is excluded, `upTo` is included. A checkpoint is the `after` of the
 * next read, and as-of is a read with `upTo` set, so neither ever needs a plus one. `upTo` can be Infinity: up to the
 * head at the time of the read.
 */
export type Range = { after: Sequence; upTo: Sequence };

/** Events in a full segment: four entry bundles of C2SP tlog-tiles. */
export const SEGMENT = 1024;

/** The end of the segment that contains the event after `after`: `(0, 1024]`, `(1024, 2048]` … */
export function segmentEnd(after: Sequence): Sequence {
  return (Math.floor(after / SEGMENT) + 1) * SEGMENT;
}
