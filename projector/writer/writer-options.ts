/** What a writer is given beside its log and its cache: clock, ids, and who is told what it does. */
import type { EventLog } from "../../events/log/log.ts";
import type { OpenResult } from "../rebuild/open-cache.ts";

export interface WriterOptions {
  /** The time, ms since 1970 UTC. */
  clock?: () => number;
  /** A new event id. @param nowMs the time */
  newId?: (nowMs: number) => Uint8Array;
  /** False where the clock is made up (fixtures): it is not compared with the log's server's. */
  checkClock?: boolean;
  /** Told what the writer does: for metrics. */
  observer?: WriterObserver;
  /** Brings the cache at a path to the log's head. Default: `openOrRebuild`, in this thread. */
  openCache?: (path: string, log: EventLog) => Promise<OpenResult>;
}

/** What may be told is optional; what is called must not throw. */
export interface WriterObserver {
  /** The log took events, and they are durable. @param durationMs how long it took */
  onAppend?(events: number, durationMs: number): void;
  /** Another writer was faster: what was decided is decided again. */
  onLostRace?(): void;
  /** The log did not say whether it took the events. */
  onUnknownOutcome?(): void;
}
