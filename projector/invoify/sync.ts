/** `invoify sync` and `invoify follow`: update a cache to a log's head, once or continuously. */
import { setTimeout as sleep } from "node:timers/promises";
import { LogError, type LogErrorCode } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { withCacheLock } from "../command-line/cache-lock.ts";
import { defineCommand, FROM, JSON_OUTPUT } from "../command-line/command.ts";
import { canLogIn, tokenFrom } from "../command-line/credentials.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { isHttp, openSource, refuseToOverwrite } from "../command-line/logs-and-caches.ts";
import type { Terminal } from "../command-line/terminal.ts";
import type { SyncResult } from "../sync/sync.ts";
import { countOf, countText, durationText } from "../text/figures.ts";
import { AlteredError } from "../trust/alteration.ts";
import { type MaintainedCache, openWithMirror, openWithoutMirror, prepareCacheFile } from "./maintained-cache.ts";
import { Outages } from "./outages.ts";

const OPTIONS = {
  from: FROM,
  to: {
    type: "string",
    value: "FOLDER|FILE",
    required: true,
    help: "the cache to update: a .sqlite file, or a folder with invoify.sqlite",
  },
  refetch: { type: "boolean", help: "fetch the whole log again, into a new mirror" },
  "trust-key": {
    type: "string",
    value: "FINGERPRINT",
    help: "trust this new key of the server; none: it signs no more",
  },
  json: JSON_OUTPUT,
} as const;

const ABOUT = `Fetches new events, and folds them into the cache. For an API, the events are
also stored in a mirror beside the cache, <log id>.<generation>.mirror.sqlite,
so no event is fetched twice. Other logs are read directly.`;

/** How often `sync` repeats a request that achieved nothing: within about 8 seconds. */
const MAX_REPETITIONS = 4;
/** The pause before the next sync if the server cannot be watched, ms. It spares a server that answers only syncs. */
const UNWATCHED_MS = 2_000;

export const sync = defineCommand({
  name: "sync",
  about: `${ABOUT}
If the connection is lost, it tries again for a few seconds.`,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    const startedMs = performance.now();
    return await withMaintainedCache(values, { terminal, maxRepetitions: MAX_REPETITIONS }, async (cache, source) => {
      const result = await firstSync(cache, source);
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(values.json ? asJson(cache, result, durationMs) : asText(cache, result, durationMs));
      return exitCodeOf(cache, result);
    });
  },
});

export const follow = defineCommand({
  name: "follow",
  about: `${ABOUT}
Then waits for new events, and reports them as they arrive. If the connection is
lost later, or something else answers, such as a Wi-Fi login page, it tries again
until the server is back. With INVOIFY_EMAIL and INVOIFY_PASSWORD it logs in again
when the session has ended.`,
  positionals: [],
  options: OPTIONS,
  async run({ values }, terminal) {
    return await withMaintainedCache(values, { terminal }, async (cache, source) => {
      const signal = terminal.stopSignal();
      let result = await firstSync(cache, source);
      terminal.out(values.json ? asJson(cache, result, null) : `${asText(cache, result, null)}; Ctrl-C ends`);
      while (result.stoppedBy === null) {
        const next = await nextSync(cache, source, result.seq).catch((error) => {
          if (signal.aborted) return null;
          throw error;
        });
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

/** The log that a command reads, and how it survives its outages. */
interface Source {
  log: EventLog;
  outages: Outages;
  terminal: Terminal;
}

interface Values {
  from: string;
  to: string;
  refetch: boolean;
  "trust-key"?: string | undefined;
}

async function withMaintainedCache(
  { from, to, refetch = false, "trust-key": trustKey }: Values,
  { terminal, maxRepetitions }: { terminal: Terminal; maxRepetitions?: number },
  work: (cache: MaintainedCache, source: Source) => Promise<number>,
): Promise<number> {
  if (refetch && !isHttp(from)) throw new UsageError(`--refetch: ${from} is read directly and has no mirror`);
  const signal = terminal.stopSignal();
  const token = isHttp(from) ? tokenFrom(terminal.env, from, terminal.note) : null;
  const log = await openSource(from, terminal, token ?? undefined);
  const outages = new Outages({
    name: log.name,
    isRemote: isHttp(from),
    canLogIn: canLogIn(terminal.env),
    signal,
    note: (text) => terminal.note(text),
    ...(maxRepetitions !== undefined && { maxRepetitions }),
  });
  const progress = terminal.progress("syncing");
  try {
    await log.head(); // fails before anything is created
    const file = prepareCacheFile(to, terminal.note);
    const options = {
      signal,
      outages,
      onProgress: ({ seq, head }: { seq: number; head: number | null }) => progress.update(seq, head),
    };
    const onWait = () => terminal.note(`${file}: another process is opening or rebuilding it; waiting`);
    const cache = await withCacheLock(file, { signal, onWait }, () => {
      refuseToOverwrite(file); // by the app, which has no lock
      if (token === null) return openWithoutMirror(file, log, options);
      const proving = { base: from, token, trustKey: trustKey ?? null, note: terminal.note };
      return openWithMirror(file, log, { ...options, refetch, proving });
    });
    progress.end();
    try {
      return await work(cache, { log, outages, terminal });
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
  { terminal, outages }: Source,
): Promise<SyncResult> {
  if (mirrorPath === null) return firstResult;
  const progress = terminal.progress("syncing");
  try {
    const result = await update({
      signal: terminal.stopSignal(),
      outages,
      onProgress: ({ seq, head }) => progress.update(seq, head),
    });
    return { ...result, events: firstResult.events + result.events };
  } finally {
    progress.end();
  }
}

/** Waits for new events, and syncs. */
async function nextSync(
  { update }: MaintainedCache,
  { log, terminal, outages }: Source,
  seq: number,
): Promise<SyncResult> {
  const signal = terminal.stopSignal();
  // If the log cannot be watched, the sync says why, or fetches what there is.
  await log.changed(seq, signal).catch(() => sleep(UNWATCHED_MS, undefined, { signal }));
  signal.throwIfAborted();
  return await update({ signal, outages });
}

/** The exit code. @throws Failure if the cache stopped early, although it can be read */
function exitCodeOf({ cache }: MaintainedCache, { stoppedBy }: SyncResult): number {
  if (stoppedBy === null) return 0;
  throw new Failure(`${stoppedBy.message}; ${cache.path} contains the events up to ${cache.checkpoint.seq}`);
}

const REFETCH = "nothing was overwritten; to accept the server's history, run sync --refetch: it starts a new mirror";

const EDITED =
  "something other than invoify changed this file; nothing was overwritten: run sync --refetch, which starts a new mirror and compares it with what was signed";

const ADVICE: Readonly<Partial<Record<LogErrorCode, string>>> = {
  FORKED: REFETCH,
  DAMAGED: REFETCH,
  BEHIND: REFETCH,
  ALTERED: `ask the server's operator; ${REFETCH}`,
  KEY_CHANGED: "compare its fingerprint with the server's operator, then run sync --trust-key FINGERPRINT, or none",
};

function withAdvice(error: unknown): unknown {
  const isDevice = error instanceof AlteredError && error.alteration.kind === "device";
  const advice = isDevice ? EDITED : error instanceof LogError ? ADVICE[error.code] : undefined;
  return advice === undefined ? error : new Failure(`${(error as LogError).message}; ${advice}`);
}

function asJson(
  { cache, mirrorPath, replaced, verified, news }: MaintainedCache,
  { events, seq }: SyncResult,
  durationMs: number | null,
): string {
  const { logId, seq: checkpoint } = cache.checkpoint;
  const more = {
    ...(verified !== null && { verified }),
    ...(news.length > 0 && { news }),
    ...(replaced !== null && { replaced }),
    ...(durationMs !== null && { durationMs }),
  };
  return JSON.stringify({ cache: cache.path, mirror: mirrorPath, log: logId, events, seq, checkpoint, ...more });
}

function asText({ cache, replaced, verified }: MaintainedCache, result: SyncResult, durationMs: number | null): string {
  const took = durationMs === null ? "" : ` (${durationText(durationMs)})`;
  const what = replaced === null ? newText(result) : replacedText(replaced, result);
  const proof = verified === null ? "" : `, verified to ${countText(verified)}`;
  return `${cache.path}: ${what}, at ${countText(result.seq)} of log ${cache.checkpoint.logId}${proof}${took}`;
}

function newText({ events }: SyncResult): string {
  return events === 0 ? "nothing new" : countOf(events, "new event");
}

/**
 * A log that is read directly decides, so the cache was rebuilt. The user is told, who may have relied on the old one.
 */
function replacedText(replaced: Sequence, { seq }: SyncResult): string {
  const change =
    seq < replaced
      ? `the log went back: this cache ended at event ${countText(replaced)}`
      : `the log's history changed: it has another event ${countText(replaced)} than this cache had`;
  return `${change}; rebuilt`;
}

/** The local time of day. */
function clock(): string {
  return new Date().toTimeString().slice(0, 8);
}
