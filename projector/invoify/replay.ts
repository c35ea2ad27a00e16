/** `invoify replay`: builds a cache from a log, from sequence 0 up to any moment. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { FileLog } from "../../events/sources/file/file-log.ts";
import { NdjsonFile } from "../../events/sources/file/ndjson-file.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import { dateAt } from "../../events/values/calendar.ts";
import { countUntil, isBeforeFirstEvent, logAtEndOf, parseAsOf, timeOf } from "../as-of/as-of.ts";
import { openCacheForReading } from "../cache/cache.ts";
import { type Checkpoint, readCheckpoint } from "../cache/checkpoint.ts";
import { CacheError } from "../cache/errors.ts";
import { withCacheLock } from "../command-line/cache-lock.ts";
import { defineCommand, FROM, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { isHttp, kindOfFile, openSource, refuseOtherFile, refuseToOverwrite } from "../command-line/logs-and-caches.ts";
import { makeFolderOf } from "../command-line/target-folder.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { timeZoneOf } from "../queries/history.ts";
import { type RebuildOptions, rebuildCache } from "../rebuild/rebuild.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf, countText, durationText, instantText, rateOf } from "../text/figures.ts";

export const replay = defineCommand({
  name: "replay",
  about: `Folds all events into a new SQLite file, which replaces the old cache when it is
complete. If the replay is stopped or fails, the old cache is unchanged. A file
that is not a cache of Invoify is never overwritten.

  --at 1234                   up to event 1234
  --at event:2025             the same, for a number that looks like a year or a date
  --at 2010-06-30             up to the end of that day in the organization's time zone
  --at 2010-06-30T23:59:59Z   up to the end of that second (or minute, or millisecond)

A moment before the first event gives an empty cache, but only in a new file.

What a server signed is not checked: use sync, or copy and then verify, for that.`,
  positionals: [],
  options: {
    from: FROM,
    to: { type: "string", value: "FILE", required: true, help: "the cache to write" },
    at: { type: "string", value: "SEQ|DAY|TIME", help: "where to stop; default: the log's head" },
    json: JSON_OUTPUT,
  },
  async run({ values: { from, to, at, json } }, terminal) {
    const asOf = at === undefined ? null : parseAsOf(at);
    refuseOtherFile(to);
    const log = await openSource(from, terminal);
    try {
      const head = await log.head();
      if (asOf?.kind === "sequence" && asOf.seq > head)
        throw new UsageError(`--at ${at}: the log ends earlier: ${log.name} has ${countOf(head, "event")}`);
      await refuseToEmpty(to, log, { asOf, at, head });
      const startedMs = performance.now();
      const { checkpoint, isEarlier } = await replayInto(to, log, { asOf, head }, terminal);
      const result = { ...checkpoint, head, durationMs: Math.round(performance.now() - startedMs) };
      terminal.out(json ? asJson(to, result) : asText(to, result, at));
      if (isHttp(from))
        terminal.note(`replay does not check what ${log.name} signed: use invoify sync, or copy and then verify`);
      if (head > 0 && result.seq === head && isEarlier)
        terminal.note(`--at ${at}: the log ends earlier, with event ${head} at ${instantText(result.atMs)}`);
    } finally {
      await log.close();
    }
    return 0;
  },
});

/**
 * A mistyped year, or the wrong log, must not replace a cache by an empty one. `--at 0` says so itself.
 *
 * @throws UsageError if the new cache would be empty, and the present one is not
 */
async function refuseToEmpty(
  path: string,
  log: EventLog,
  { asOf, at, head }: { asOf: AsOf | null; at: string | undefined; head: Sequence },
): Promise<void> {
  if (asOf?.kind === "sequence" || kindOfFile(path) === "missing" || isEmptyCache(path)) return;
  if (head === 0) throw new UsageError(`${log.name}: has no events; ${path} was not changed`);
  if (asOf === null || !(await isBeforeFirstEvent(asOf, log))) return;
  throw new UsageError(
    `--at ${at}: the log begins later, at ${instantText(await timeOf(log, 1))}; ${path} was not changed. To replace it by an empty cache, use --at 0`,
  );
}

function isEmptyCache(path: string): boolean {
  try {
    const db = openCacheForReading(path);
    try {
      return readCheckpoint(db).seq === 0;
    } finally {
      db.close();
    }
  } catch (error) {
    if (error instanceof CacheError) return false; // of another release, or damaged: it can contain events
    throw error;
  }
}

/** True if the log ends before the second or the day that was named: later events may still belong there. */
function endsEarlier(path: string, asOf: AsOf | null, lastAtMs: number): boolean {
  if (asOf?.kind === "time") return lastAtMs < asOf.fromMs;
  if (asOf?.kind !== "day") return false;
  const db = openCacheForReading(path);
  try {
    return dateAt(lastAtMs, timeZoneOf(db)) < asOf.date;
  } finally {
    db.close();
  }
}

/**
 * Replays into a new file and swaps it in. Leaves no other file.
 *
 * @returns the new cache's checkpoint, and whether the log ends before the time or the day that was named
 * @throws Failure if another process opens or rebuilds the cache: the result of one would be lost
 */
async function replayInto(
  path: string,
  log: EventLog,
  { asOf, head }: { asOf: AsOf | null; head: Sequence },
  terminal: Terminal,
): Promise<{ checkpoint: Checkpoint; isEarlier: boolean }> {
  const signal = terminal.stopSignal();
  const total = await totalOf(log, asOf, head);
  const progress = terminal.progress("replaying");
  const reading = abortableLog(log, signal, () => progress.phase("indexes, search and checks"));
  let swapped = false;
  const options: RebuildOptions = {
    signal,
    stopAtUnreadable: log instanceof FileLog,
    onProgress: ({ seq }) => progress.update(seq, total),
    beforeSwap: async () => {
      await sleep(1); // receive a signal that arrived while indexes were built
      signal.throwIfAborted();
      refuseToOverwrite(path); // a file may have appeared meanwhile
      swapped = true;
    },
  };
  if (asOf?.kind === "sequence") options.upTo = asOf.seq;
  if (asOf?.kind === "time") options.untilMs = asOf.untilMs;
  makeFolderOf(path);
  const onWait = () => {
    throw new Failure(`${path}: another process is opening or rebuilding it; try again when it has ended`);
  };
  try {
    return await withCacheLock(path, { signal, onWait }, async () => {
      refuseToOverwrite(path);
      try {
        const source = asOf?.kind === "day" ? logAtEndOf(asOf.date, reading) : reading;
        const checkpoint = await rebuildCache(path, source, options);
        return { checkpoint, isEarlier: endsEarlier(path, asOf, checkpoint.atMs) };
      } catch (error) {
        throw swapped && error instanceof LogError ? cutShort(error, path) : error;
      }
    });
  } catch (error) {
    throw signal.aborted && !(error instanceof Failure) ? interruptionOf(signal, `${path} was not changed`) : error;
  } finally {
    progress.end();
  }
}

/** The number of events to replay, for the progress bar: an estimate for days; null if counting takes too long. */
async function totalOf(log: EventLog, asOf: AsOf | null, head: Sequence): Promise<Sequence | null> {
  if (asOf === null) return head;
  if (asOf.kind === "sequence") return asOf.seq;
  if (log instanceof NdjsonFile) return null; // a line can be found only by reading those before it
  const untilMs = asOf.kind === "time" ? asOf.untilMs : Date.parse(`${asOf.date}T23:59:59.999Z`);
  try {
    return await countUntil(log, untilMs, head);
  } catch (error) {
    // An event that cannot be read stops the fold, which names it. The estimate only looks at some.
    if (error instanceof LogError && error.code === "MALFORMED_EVENT") return null;
    throw error;
  }
}

function cutShort(error: LogError, path: string): Failure {
  const db = openCacheForReading(path);
  const { seq } = readCheckpoint(db);
  db.close();
  return new Failure(`${error.message}; ${path} contains the events up to ${seq}`);
}

type Result = Checkpoint & { head: Sequence; durationMs: number };

function asJson(cache: string, { logId, seq, hash, atMs, head, durationMs }: Result): string {
  const at = seq === 0 ? null : instantText(atMs);
  const result = { cache, log: logId, seq, head, at, hash: hash && Buffer.from(hash).toString("hex"), durationMs };
  return JSON.stringify(result);
}

function asText(path: string, { logId, seq, atMs, head, durationMs }: Result, at: string | undefined): string {
  if (seq === 0) {
    const why = head === 0 ? "the log has none" : `the first is after --at ${at}`;
    return `${path}: an empty cache: no events (${why})`;
  }
  const which = seq === head ? countOf(seq, "event") : `${countText(seq)} of ${countOf(head, "event")}`;
  const speed = `${durationText(durationMs)}, ${countText(rateOf(seq, durationMs))} events/s`;
  return `${path}: ${which} of log ${logId}, up to ${instantText(atMs)} (${speed})`;
}
