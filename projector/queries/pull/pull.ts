/**
 * The old sync contract, for old API clients: the current state of each thing that changed after a time, instead of
 * events. It is read from a cache. Only replaced lists of allocations, which the cache no longer has, are read from the
 * log.
 */
import type Database from "better-sqlite3";
import type { EventLog } from "../../../events/log/log.ts";
import type { Sequence } from "../../../events/sequence.ts";
import { readCheckpoint } from "../../cache/checkpoint.ts";
import { sequenceAt } from "../moment.ts";
import { prepare } from "../prepared.ts";
import { type ActivityRow, thingsChangedBy } from "./affected.ts";
import { type Change, changesOf, nestedRows, type Thing } from "./changes.ts";

export interface PullPage {
  changes: Change[];
  /** The `since` of the next request, ms since 1970 UTC. */
  serverTimeMs: number;
  hasMore: boolean;
}

/** Events that are read together. */
const CHUNK = 512;
/** Events after which a page ends even if they changed few things: a user's sessions may end a million times. */
const MAX_EVENTS = 4_096;
/** Nested rows at which a page ends, whatever its limit: lines can have a kilobyte each. */
const MAX_ROWS = 10_000;

interface PullOptions {
  /** Exclusive, ms since 1970 UTC. */
  sinceMs: number;
  /** Changes at which a page ends. A page may have more, as it never splits the events of one `at`. */
  limit: number;
  maxEvents?: number;
  maxRows?: number;
  /** Called after each part, about a millisecond of work. */
  pause?: () => Promise<void> | void;
}

/**
 * Returns the things that changed after a time.
 *
 * @param db a connection that sees only what is committed; during a pause others may use it, unless it is in a
 *   transaction
 */
export async function pullChanges(
  db: Database.Database,
  log: EventLog,
  { sinceMs, limit, maxEvents = MAX_EVENTS, maxRows = MAX_ROWS, pause = () => {} }: PullOptions,
): Promise<PullPage> {
  const { seq: head, atMs: headAtMs } = readCheckpoint(db);
  const changed = new Map<string, Thing>();
  let seen = 0;
  let rows = 0;
  let lastAtMs = sinceMs;
  let hasMore = false;

  for await (const { event, things } of effectsAfter(db, log, sequenceAt(db, sinceMs), head)) {
    if (event.at > lastAtMs && (changed.size >= limit || seen >= maxEvents || rows >= maxRows)) {
      hasMore = true;
      break;
    }
    lastAtMs = event.at;
    seen++;
    for (const thing of things) {
      const key = `${thing.kind} ${thing.id}`;
      if (changed.has(key)) continue;
      changed.set(key, thing);
      rows += nestedRows(db, thing);
    }
    await pause();
  }
  // A thing may have changed again since. This page has its current state, and a later page repeats it.
  const changes = await changesOf(db, [...changed.values()], pause);
  // More events may arrive in the last millisecond, so the next request repeats it.
  return { changes, hasMore, serverTimeMs: hasMore ? lastAtMs : headAtMs - 1 };
}

/** The events after a sequence, each with the things that it changed. */
async function* effectsAfter(db: Database.Database, log: EventLog, after: Sequence, head: Sequence) {
  const select = prepare<[number, number], ActivityRow>(
    db,
    "SELECT seq, at, type, stream_kind, stream, version FROM activity WHERE seq > ? AND seq <= ? ORDER BY seq",
  );
  for (let at = after; at < head; at = Math.min(at + CHUNK, head)) {
    const events = select.all(at, Math.min(at + CHUNK, head));
    const things = await thingsChangedBy(db, log, events);
    for (const [n, event] of events.entries()) yield { event, things: things[n] ?? [] };
  }
}
