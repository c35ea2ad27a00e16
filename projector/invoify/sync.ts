/** `invoify sync` and `invoify follow`: a cache that is brought up to a log's head, and kept there. */
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
    value: "PLACE",
    required: true,
    help: "a folder (its cache is invoify.sqlite), or a .sqlite file",
  },
  refetch: { type: "boolean", help: "fetch the whole history anew, into the mirror's next generation" },
  json: JSON_OUTPUT,
} as const;

const ABOUT = `Fetches the events that are new, and folds them into the cache. Behind an API, a
mirror of the log lies beside the cache, <log id>.<generation>.mirror.sqlite:
what was fetched once is never fetched again. Other logs need none.`;

/** After an outage the server is asked again this soon, ms; each further wait is twice as long, up to the longest. */
const RETRY_MS = { first: 500, longest: 30_000 };

export const sync = defineCommand({
  name: "sync",
  about: ABOUT,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    const startedMs = performance.now();
    return await withKeptCache(values, terminal, async (kept) => {
      const pulled = await firstPull(kept, terminal);
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(values.json ? asJson(kept, pulled, durationMs) : asText(kept, pulled, durationMs));
      return endOf(kept, pulled);
    });
  },
});

export const follow = defineCommand({
  name: "follow",
  about: `${ABOUT}
Then it waits for more, and says what came. While the server cannot be
reached, it tries again and again.`,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    return await withKeptCache(values, terminal, async (kept, log) => {
      const signal = terminal.stopSignal();
      let pulled = await firstPull(kept, terminal);
      terminal.out(values.json ? asJson(kept, pulled, null) : `${asText(kept, pulled, null)}; Ctrl-C ends`);
      while (pulled.stoppedBy === null) {
        const next = await nextPull(kept, log, pulled.seq, terminal);
        if (signal.aborted || next === null) return 0; // that is how one ends it
        pulled = next;
        if (pulled.events > 0)
          terminal.out(
            values.json ? asJson(kept, pulled, null) : `${clock()}  ${newText(pulled)}, at ${countText(pulled.seq)}`,
          );
      }
      return endOf(kept, pulled);
    });
  },
});

async function withKeptCache(
  { from, to, refetch = false }: { from: string; to: string; refetch: boolean },
  terminal: Terminal,
  work: (kept: MaintainedCache, log: EventLog) => Promise<number>,
): Promise<number> {
  if (refetch && !isHttp(from))
    throw new UsageError(`--refetch: ${from} is read where it is, there is no mirror of it`);
  const signal = terminal.stopSignal();
  const log = await openSource(from, terminal);
  const progress = terminal.progress("syncing");
  try {
    await log.head(); // before anything is made
    const file = prepareCacheFile(to);
    const options = {
      signal,
      onProgress: ({ seq, head }: { seq: number; head: number | null }) => progress.update(seq, head),
    };
    const kept = isHttp(from)
      ? await openWithMirror(file, log, { ...options, refetch })
      : await openWithoutMirror(file, log, options);
    progress.end();
    try {
      return await work(kept, log);
    } finally {
      kept.close();
    }
  } catch (error) {
    if (signal.aborted) throw interruptionOf(signal, "what came so far is kept");
    throw isHttp(from) ? withAdvice(error) : error;
  } finally {
    progress.end();
    await log.close();
  }
}

/** What opening brought, and what has come since. */
async function firstPull({ mirrorPath, opened, pull }: MaintainedCache, terminal: Terminal): Promise<SyncResult> {
  if (mirrorPath === null) return opened;
  const progress = terminal.progress("syncing");
  try {
    const pulled = await pull({
      signal: terminal.stopSignal(),
      onProgress: ({ seq, head }) => progress.update(seq, head),
    });
    return { ...pulled, events: opened.events + pulled.events };
  } finally {
    progress.end();
  }
}

/** Waits until the log has more, and brings it. @returns null if it was told to end */
async function nextPull(
  kept: MaintainedCache,
  log: EventLog,
  seq: number,
  terminal: Terminal,
): Promise<SyncResult | null> {
  const signal = terminal.stopSignal();
  let outage = false;
  for (let waitMs = RETRY_MS.first; ; waitMs = Math.min(RETRY_MS.longest, waitMs * 2)) {
    try {
      if (outage) await log.head(seq);
      if (outage) terminal.note(`${log.name}: answers again`);
      outage = false;
      await log.changed(seq, signal);
      return signal.aborted ? null : await kept.pull({ signal });
    } catch (error) {
      if (signal.aborted) return null;
      if (!isOutage(error)) throw error;
      if (!outage) terminal.note(`${(error as Error).message}; trying again`);
      outage = true;
      await sleep(waitMs, undefined, { signal }).catch(() => {});
    }
  }
}

/** Exit code and last word: a cache that had to stop is a failure, though it can be read. */
function endOf({ cache }: MaintainedCache, { stoppedBy }: SyncResult): number {
  if (stoppedBy === null) return 0;
  throw new Failure(`${stoppedBy.message}; ${cache.path} is good up to event ${cache.checkpoint.seq}`);
}

function withAdvice(error: unknown): unknown {
  if (!(error instanceof LogError) || (error.code !== "FORKED" && error.code !== "DAMAGED")) return error;
  const advice = "nothing was overwritten; sync --refetch fetches the whole history into files beside these";
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

function asText({ cache }: MaintainedCache, pulled: SyncResult, durationMs: number | null): string {
  const took = durationMs === null ? "" : ` (${durationText(durationMs)})`;
  return `${cache.path}: ${newText(pulled)}, at ${countText(pulled.seq)} of log ${cache.checkpoint.logId}${took}`;
}

function newText({ events }: SyncResult): string {
  return events === 0 ? "nothing new" : countOf(events, "new event");
}

/** The time of day where the reader is: what came is said as it comes. */
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
