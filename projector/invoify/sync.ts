/** `invoify sync` and `invoify follow`: update a cache to a log's head, once or continuously. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { defineCommand, FROM, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { isHttp, openSource } from "../command-line/logs-and-caches.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countOf, countText, durationText } from "../text/figures.ts";
import {
  isOutage,
  type MaintainedCache,
  openWithMirror,
  openWithoutMirror,
  prepareCacheFile,
  type SyncResult,
} from "./maintained-cache.ts";

const OPTIONS = {
  from: FROM,
  to: {
    type: "string",
    value: "FOLDER|FILE",
    required: true,
    help: "the cache to update: a .sqlite file, or a folder with invoify.sqlite",
  },
  refetch: { type: "boolean", help: "fetch the whole log again, into a new mirror" },
  json: JSON_OUTPUT,
} as const;

const ABOUT = `Fetches new events, and folds them into the cache. For an API, the events are
also stored in a mirror beside the cache, <log id>.<generation>.mirror.sqlite,
so no event is fetched twice. Other logs are read directly.`;

/** Pauses between retries during an outage, ms. Each is twice as long as the one before, up to the longest. */
const RETRY_MS = { first: 500, longest: 30_000 };

export const sync = defineCommand({
  name: "sync",
  about: ABOUT,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    const startedMs = performance.now();
    return await withMaintainedCache(values, terminal, async (cache) => {
      const result = await firstSync(cache, terminal);
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(values.json ? asJson(cache, result, durationMs) : asText(cache, result, durationMs));
      return exitCodeOf(cache, result);
    });
  },
});

export const follow = defineCommand({
  name: "follow",
  about: `${ABOUT}
Then waits for new events, and reports them as they arrive. While the server is
unreachable, it retries.`,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    return await withMaintainedCache(values, terminal, async (cache, log) => {
      const signal = terminal.stopSignal();
      let result = await firstSync(cache, terminal);
      terminal.out(values.json ? asJson(cache, result, null) : `${asText(cache, result, null)}; Ctrl-C ends`);
      while (result.stoppedBy === null) {
        const next = await nextSync(cache, log, result.seq, terminal);
        if (signal.aborted || next === null) return 0; // a signal is the normal end
        result = next;
        if (result.events > 0)
          terminal.out(
            values.json ? asJson(cache, result, null) : `${clock()}  ${newText(result)}, at ${countText(result.seq)}`,
          );
      }
      return exitCodeOf(cache, result);
    });
  },
});

async function withMaintainedCache(
  { from, to, refetch = false }: { from: string; to: string; refetch: boolean },
  terminal: Terminal,
  work: (cache: MaintainedCache, log: EventLog) => Promise<number>,
): Promise<number> {
  if (refetch && !isHttp(from)) throw new UsageError(`--refetch: ${from} is read directly and has no mirror`);
  const signal = terminal.stopSignal();
  const log = await openSource(from, terminal);
  const progress = terminal.progress("syncing");
  try {
    await log.head(); // fails before anything is created
    const file = prepareCacheFile(to, terminal.note);
    const options = {
      signal,
      onProgress: ({ seq, head }: { seq: number; head: number | null }) => progress.update(seq, head),
    };
    const cache = isHttp(from)
      ? await openWithMirror(file, log, { ...options, refetch })
      : await openWithoutMirror(file, log, options);
    progress.end();
    try {
      return await work(cache, log);
    } finally {
      cache.close();
    }
  } catch (error) {
    if (signal.aborted) throw interruptionOf(signal, "the events so far are stored");
    throw isHttp(from) ? withAdvice(error) : error;
  } finally {
    progress.end();
    await log.close();
  }
}

/** Syncs once. The result includes the events that opening brought. */
async function firstSync(
  { mirrorPath, firstResult, update }: MaintainedCache,
  terminal: Terminal,
): Promise<SyncResult> {
  if (mirrorPath === null) return firstResult;
  const progress = terminal.progress("syncing");
  try {
    const result = await update({
      signal: terminal.stopSignal(),
      onProgress: ({ seq, head }) => progress.update(seq, head),
    });
    return { ...result, events: firstResult.events + result.events };
  } finally {
    progress.end();
  }
}

/** Waits for new events, and syncs. @returns null if a signal stopped it */
async function nextSync(
  cache: MaintainedCache,
  log: EventLog,
  seq: number,
  terminal: Terminal,
): Promise<SyncResult | null> {
  const signal = terminal.stopSignal();
  let outage = false;
  for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(RETRY_MS.longest, waitMs * 2)) {
    try {
      if (outage) await log.head(seq);
      if (outage) terminal.note(`${log.name}: reachable again`);
      outage = false;
      await log.changed(seq, signal);
      return signal.aborted ? null : await cache.update({ signal });
    } catch (error) {
      if (signal.aborted) return null;
      if (!isOutage(error)) throw error;
      if (!outage) terminal.note(`${(error as Error).message}; retrying`);
      outage = true;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** The exit code. @throws Failure if the cache stopped early, although it can be read */
function exitCodeOf({ cache }: MaintainedCache, { stoppedBy }: SyncResult): number {
  if (stoppedBy === null) return 0;
  throw new Failure(`${stoppedBy.message}; ${cache.path} contains the events up to ${cache.checkpoint.seq}`);
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof LogError) || (error.code !== "FORKED" && error.code !== "DAMAGED")) return error;
  const advice = "nothing was overwritten; to accept the server's history, run sync --refetch: it starts a new mirror";
  return new Failure(`${error.message}; ${advice}`);
}

function asJson(
  { cache, mirrorPath }: MaintainedCache,
  { events, seq }: SyncResult,
  durationMs: number | null,
): string {
  const { logId, seq: checkpoint } = cache.checkpoint;
  const took = durationMs === null ? {} : { durationMs };
  return JSON.stringify({ cache: cache.path, mirror: mirrorPath, log: logId, events, seq, checkpoint, ...took });
}

function asText({ cache }: MaintainedCache, result: SyncResult, durationMs: number | null): string {
  const took = durationMs === null ? "" : ` (${durationText(durationMs)})`;
  return `${cache.path}: ${newText(result)}, at ${countText(result.seq)} of log ${cache.checkpoint.logId}${took}`;
}

function newText({ events }: SyncResult): string {
  return events === 0 ? "nothing new" : countOf(events, "new event");
}

/** The local time of day. */
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
