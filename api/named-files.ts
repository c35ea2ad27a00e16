/** The files of documents that a log's events name. */
import { blobText } from "../events/blobs/blob-store.ts";
import { decodeEvent } from "../events/encoding/event.ts";
import type { LogId } from "../events/log/log.ts";
import type { Sequence } from "../events/sequence.ts";
import { UsageError } from "../projector/command-line/failure.ts";
import type { Storage } from "./storage/storage.ts";

export interface Reading {
  signal: AbortSignal;
  onProgress: (seq: Sequence, head: Sequence) => void;
}

/**
 * Their names, each with the first event that names it.
 *
 * @throws LogError if an event cannot be read: it may name a file
 */
export async function namedFiles(
  storage: Storage,
  id: LogId,
  { signal, onProgress }: Reading,
): Promise<Map<string, Sequence>> {
  const names = new Map<string, Sequence>();
  const log = await storage.openLog(id, { create: false });
  if (log === null) throw new UsageError(`${storage.name}: has no log ${id}`);
  try {
    const head = await log.head();
    for await (const { after, bodies } of log.read({ after: 0, upTo: head })) {
      signal.throwIfAborted();
      for (const [n, body] of bodies.entries()) {
        const event = decodeEvent(body, `${log.name}: event ${after + n + 1}`);
        const file = event.type === "DocumentDelivered" ? event.data.file : null;
        if (file && !names.has(blobText(file.sha256))) names.set(blobText(file.sha256), event.seq);
      }
      onProgress(after + bodies.length, head);
    }
    return names;
  } finally {
    await log.close();
  }
}

/** The logs of a store that a command is for. @throws UsageError if the store does not have one */
export async function chosenLogs(storage: Storage, chosen: readonly LogId[]): Promise<readonly LogId[]> {
  const existing = await storage.listLogs();
  const unknown = chosen.find((id) => !existing.includes(id));
  if (unknown !== undefined) throw new UsageError(`${storage.name}: has no log ${unknown}`);
  return chosen.length > 0 ? chosen : existing;
}
