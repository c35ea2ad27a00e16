/**
 * The old sync contract, kept for old clients: not events, but the last state of each thing that changed after a time,
 * with its columns by name. Read from a cache; the log is asked only for lists of allocations that the cache no longer
 * has, because another list took their place.
 */
import type Database from "better-sqlite3";
import type { EventLog } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { prepared } from "../prepared.ts";
import { sequenceAt } from "../times.ts";
import { type ActivityRow, thingsChangedBy } from "./affected.ts";
import { type Change, changesOf, type Thing } from "./changes.ts";

export interface Pulled {
  changes: Change[];
  /** The `since` to ask with next, ms since 1970 UTC. */
  serverTimeMs: number;
  hasMore: boolean;
}

/** Events that are looked at in one go. */
const CHUNK = 512;
/** Events after which a page ends, however few things they changed: one user's sessions may end a million times. */
const MAX_EVENTS = 8 * CHUNK;

/**
 * What changed after a time.
 *
 * @param db a connection that sees only what is committed
 * @param options.sinceMs exclusive, ms since 1970 UTC
 * @param options.limit changes wanted; a page never splits the events of one `at`, so it may hold more
 */
export async function pullChanges(
  db: Database.Database,
  log: EventLog,
  { sinceMs, limit, maxEvents = MAX_EVENTS }: { sinceMs: number; limit: number; maxEvents?: number },
): Promise<Pulled> {
  const { seq: head, atMs: headAtMs } = readCheckpoint(db);
  const changed = new Map<string, Thing>();
  let seen = 0;
  let lastAtMs = sinceMs;
  let hasMore = false;

  for await (const { event, things } of effectsAfter(db, log, sequenceAt(db, sinceMs), head)) {
    if (event.at > lastAtMs && (changed.size >= limit || seen >= maxEvents)) {
      hasMore = true;
      break;
    }
    lastAtMs = event.at;
    seen++;
    for (const thing of things) changed.set(`${thing.kind} ${thing.id}`, thing);
  }
  // Things may have changed again since; what is sent is their last state, and the next page sends it once more.
  const changes = changesOf(db, [...changed.values()]);
  // The last millisecond may get more events yet: it is asked for again.
  return { changes, hasMore, serverTimeMs: hasMore ? lastAtMs : headAtMs - 1 };
}

/** The events after a sequence, each with what it changed. */
async function* effectsAfter(db: Database.Database, log: EventLog, after: Sequence, head: Sequence) {
  const select = prepared<[number, number], ActivityRow>(
    db,
    "SELECT seq, at, type, stream_kind, stream, version FROM activity WHERE seq > ? AND seq <= ? ORDER BY seq",
  );
  for (let at = after; at < head; at = Math.min(at + CHUNK, head)) {
    const events = select.all(at, Math.min(at + CHUNK, head));
    const things = await thingsChangedBy(db, log, events);
    for (const [n, event] of events.entries()) yield { event, things: things[n] ?? [] };
  }
}
