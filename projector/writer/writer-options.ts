/** Options of a writer: its clock, event ids, and observer. */
import type { EventLog } from "../../events/log/log.ts";
import type { OpenResult } from "../rebuild/open-cache.ts";

export interface WriterOptions {
  /** The current time, ms since 1970 UTC. */
  clock?: () => number;
  /** Makes an event id. @param nowMs the current time */
  newId?: (nowMs: number) => Uint8Array;
  /**
   * False for a simulated clock (fixtures), which is compared neither with that of the log's server nor with the head.
   */
  checkClock?: boolean;
  /** True if an operator accepts that the log is ahead of the clock: new events then take the head's time. */
  acceptsLead?: boolean;
  /** Receives notifications, for metrics. */
  observer?: WriterObserver;
  /** Brings the cache at a path to the log's head. Default: `openOrRebuild` with `decides`, in this thread. */
  openCache?: (path: string, log: EventLog) => Promise<OpenResult>;
}

/** All methods are optional, and must not throw. */
export interface WriterObserver {
  /** The log has stored events durably. @param durationMs of the append */
  onAppend?(events: number, durationMs: number): void;
  /** Another writer was faster: the batch is decided again. */
  onLostRace?(): void;
  /** The log did not report whether it stored the events. */
  onUnknownOutcome?(): void;
}
