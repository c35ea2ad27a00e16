/**
 * `invoify-api file prune`: removes the files of documents that no event names. One is left if a process ends between the file
 * and its event, or if two processes make different files for the same delivery.
 */
import { type BlobStore, blobText, type StoredBlob } from "../events/blobs/blob-store.ts";
import type { LogId } from "../events/log/log.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { interruptionOf, UsageError } from "../projector/command-line/failure.ts";
import { countOf } from "../projector/text/figures.ts";
import { readStoreConfig } from "./config/config.ts";
import { chosenLogs, namedFiles, type Reading } from "./named-files.ts";
import { openStorage } from "./storage/open-storage.ts";
import type { Storage } from "./storage/storage.ts";

const DAY_MS = 86_400_000;
const DEFAULT_DAYS = 7;
const MAX_DAYS = 36_500;

export const pruneFiles = defineCommand({
  program: "invoify-api",
  name: "file prune",
  about: `Lists the files of documents that no event names, and removes them with --remove.
Such a file is left if a server ends after it has stored a file and before it has
recorded the delivery. It does no harm. A file that was stored lately is left out:
its delivery may be about to be recorded. Servers may run meanwhile.

Reads every event of each log first. A log with events that this release does not
know is refused, because they may name files.`,
  positionals: [],
  further: "LOG-ID",
  options: {
    "older-than": {
      type: "string",
      value: "DAYS",
      help: `only files that were stored so long ago; default: ${DEFAULT_DAYS}, at least 1`,
    },
    remove: { type: "boolean", help: "remove them; default: they are only listed" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: chosen }, terminal) {
    const ageMs = DAY_MS * daysOf(values["older-than"] ?? String(DEFAULT_DAYS));
    const signal = terminal.stopSignal();
    const storage = await openStorage(readStoreConfig(terminal.env), { onNote: terminal.note });
    const progress = terminal.progress("reading");
    try {
      const logs: PrunedLog[] = [];
      for (const id of await chosenLogs(storage, chosen)) {
        const onProgress = (seq: number, head: number) => progress.update(seq, head);
        logs.push(await pruneLog(storage, id, { ageMs, remove: values.remove, signal, onProgress }));
      }
      progress.end();
      terminal.out(values.json ? asJson(logs) : asText(logs, { remove: values.remove }));
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "run the same command again to go on") : error;
    } finally {
      progress.end();
      await storage.close();
    }
  },
});

interface PrunedLog {
  log: LogId;
  /** Files that no event names, and that were stored before the time limit. */
  unnamed: StoredBlob[];
  /** How many of them were removed. */
  removed: number;
}

interface Pruning extends Reading {
  ageMs: number;
  remove: boolean;
}

async function pruneLog(storage: Storage, id: LogId, pruning: Pruning): Promise<PrunedLog> {
  const result: PrunedLog = { log: id, unnamed: [], removed: 0 };
  const blobs = await storage.openBlobs(id, { create: false });
  if (blobs === null) return result;
  try {
    // First the files, then the events: an event names a file that was stored before it.
    const stored = await Array.fromAsync(blobs.list());
    if (stored.length === 0) return result;
    const named = await namedFiles(storage, id, pruning);
    const limitMs = Date.now() - pruning.ageMs;
    result.unnamed = stored.filter(({ sha256, putAtMs }) => putAtMs <= limitMs && !named.has(blobText(sha256)));
    if (pruning.remove) result.removed = await removeAll(blobs, result.unnamed, pruning);
    return result;
  } finally {
    await blobs.close();
  }
}

/** The store compares the time itself: a file that was put again since is the file of a delivery that is being recorded. */
async function removeAll(blobs: BlobStore, unnamed: StoredBlob[], { ageMs, signal }: Pruning): Promise<number> {
  let removed = 0;
  for (const { sha256 } of unnamed) {
    signal.throwIfAborted();
    if (await blobs.remove(sha256, ageMs)) removed++;
  }
  return removed;
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!/^\d{1,5}$/.test(text) || days < 1 || days > MAX_DAYS)
    throw new UsageError(`--older-than ${text}: must be a number of days from 1 to ${MAX_DAYS}`);
  return days;
}

function asText(logs: readonly PrunedLog[], { remove }: { remove: boolean }): string {
  const lines = logs.flatMap(({ log, unnamed, removed }) => [
    ...(unnamed.length === 0
      ? []
      : [`${log}: ${countOf(unnamed.length, "file")} that no event names${remove ? `, ${removed} removed` : ""}`]),
    ...unnamed.map(
      ({ sha256, size, putAtMs }) => `  ${blobText(sha256)}  ${size} bytes, stored ${new Date(putAtMs).toISOString()}`,
    ),
  ]);
  const count = logs.reduce((sum, { unnamed }) => sum + unnamed.length, 0);
  if (count === 0) return `${countOf(logs.length, "log")}: every file is named by an event, or was stored lately`;
  return [...lines, ...(remove ? [] : ["nothing was removed: repeat the command with --remove"])].join("\n");
}

function asJson(logs: readonly PrunedLog[]): string {
  return JSON.stringify({
    logs: logs.map(({ unnamed, ...log }) => ({
      ...log,
      unnamed: unnamed.map(({ sha256, size, putAtMs }) => ({
        sha256: blobText(sha256),
        size,
        storedAt: new Date(putAtMs).toISOString(),
      })),
    })),
  });
}
