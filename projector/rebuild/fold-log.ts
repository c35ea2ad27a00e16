/** Folds a log from sequence 0 into the tables of a new file. */
import type Database from "better-sqlite3";
import { decodeEvent, decodeHeader, type LogEvent } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import { eventHash } from "../../events/hash.ts";
import type { Batch, EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { uuidText } from "../../events/uuid.ts";
import { type Checkpoint, NO_CHECKPOINT } from "../cache/checkpoint.ts";
import { isStop, type Progress } from "../cache/follow.ts";
import { foldEvent } from "../projections/fold.ts";
import { RebuildTables } from "./rebuild-tables.ts";
import type { RowThread } from "./row-thread.ts";

/** About 15 MiB of rows. */
const MAX_BUFFERED_ROWS = 35_000;

/** Events, and bytes of events, between two checks for full row buffers. An invoice may have thousands of lines. */
const FLUSH_CHECK = { events: 32, bytes: 512 * 1024 };

export interface FoldOptions {
  /** The last sequence to fold; default: the log's head. */
  upTo?: Sequence;
  /** Stops before the first event after this time, ms since 1970 UTC. */
  untilMs?: number;
  signal?: AbortSignal;
  /**
   * The log is a file: an event that it cannot decode ends the cache, like one that cannot be folded. Over a network,
   * the error may not return, so the rebuild fails and the old file is unchanged.
   */
  stopAtUnreadable?: boolean;
  onProgress?: Progress;
  /** False: rows that are replaced or deleted are dropped. Only to measure what it costs to keep them. */
  keepPast?: boolean;
  /** Rows in memory before they are written. */
  maxBufferedRows?: number;
}

/** The result of a rebuild: how far it got, and the error that stopped it there. */
export interface RebuildResult {
  checkpoint: Checkpoint;
  stoppedBy: LogError | null;
}

/**
 * Folds as many events as it can, and sets the checkpoint in `result`.
 *
 * @throws LogError `result.stoppedBy` if the file contains some rows of the event after `result.checkpoint`
 */
export async function foldAll(
  db: Database.Database,
  thread: RowThread | null,
  log: EventLog,
  options: FoldOptions,
  result: RebuildResult,
): Promise<void> {
  const { upTo = Number.POSITIVE_INFINITY, untilMs = Number.POSITIVE_INFINITY, signal, onProgress } = options;
  const { maxBufferedRows = MAX_BUFFERED_ROWS, keepPast = true } = options;
  const rows = new RebuildTables(db, { maxBufferedRows, thread, keepPast });
  db.exec("BEGIN"); // no one reads this file before it is complete
  let { logId, seq, atMs } = NO_CHECKPOINT;
  let last: Uint8Array | null = null;
  let folding = false;
  /** Bytes of events since the last check of the row buffers. */
  let unchecked = 0;
  const batches = log.read({ after: 0, upTo }, signal ? { signal } : {});
  const readable = options.stopAtUnreadable ? untilUnreadable(batches, result) : batches;
  reading: for await (const { after, bodies, head, scanned = false } of readable) {
    if (after !== seq) throw new LogError("GAP", `${log.name}: have ${seq}, the next event is ${after + 1}`);
    for (const body of bodies) {
      try {
        const event = decodeNext(body, seq + 1, { name: log.name, scanned });
        if (event.at > untilMs) break reading;
        folding = true;
        foldEvent(rows.tables, event, atMs);
        folding = false;
        if (seq === 0) logId = uuidText(event.id);
        seq = event.seq;
        atMs = event.at;
        last = body;
        unchecked += body.length;
        if (seq % FLUSH_CHECK.events !== 0 && unchecked < FLUSH_CHECK.bytes) continue;
        result.checkpoint = { ...NO_CHECKPOINT, seq };
        rows.flushMany(unchecked);
        unchecked = 0;
        if (thread?.isFull) await thread.waitForRoom();
      } catch (error) {
        if (!(error instanceof LogError)) throw error;
        if (!folding && isLater(body, untilMs)) break reading; // not asked for, so it need not be readable
        result.stoppedBy = error;
        result.checkpoint = { ...NO_CHECKPOINT, seq };
        if (folding) throw error;
        break reading;
      }
    }
    result.checkpoint = { ...NO_CHECKPOINT, seq };
    onProgress?.({ seq, head });
    await thread?.waitForRoom();
  }
  result.checkpoint = { logId, seq, hash: last && eventHash(last), atMs };
  rows.flush();
  db.exec("COMMIT");
}

/** Ends before an event that the source itself cannot decode, and puts the error into `result`. */
async function* untilUnreadable(batches: AsyncIterable<Batch>, result: RebuildResult): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } catch (error) {
    if (!isStop(error)) throw error;
    result.stoppedBy = error;
  }
}

function decodeNext(
  body: Uint8Array,
  expected: Sequence,
  { name, scanned }: { name: string; scanned: boolean },
): LogEvent {
  const event = decodeEvent(body, `event ${expected}`, { scanned });
  if (event.seq === expected) return event;
  throw new LogError("GAP", `${name}: expected event ${expected}, got event ${event.seq}`);
}

/** True if an event that cannot be decoded is later than `untilMs`; false if not even its time can be read. */
function isLater(body: Uint8Array, untilMs: number): boolean {
  if (untilMs === Number.POSITIVE_INFINITY) return false;
  try {
    return decodeHeader(body).at > untilMs;
  } catch {
    return false;
  }
}
