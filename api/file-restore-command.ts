/** `invoify-api file restore`: puts files of documents that a store has lost, or that were altered there, back from a backup. */
import { type BlobStore, blobText } from "../events/blobs/blob-store.ts";
import type { LogId } from "../events/log/log.ts";
import type { Sequence } from "../events/sequence.ts";
import { defineCommand, JSON_OUTPUT } from "../projector/command-line/command.ts";
import { Failure, interruptionOf } from "../projector/command-line/failure.ts";
import { lookUp } from "../projector/command-line/named-blobs.ts";
import { countOf } from "../projector/text/figures.ts";
import { BackupFile } from "./backup/backup-file.ts";
import { readStoreConfig } from "./config/config.ts";
import { chosenLogs, namedFiles, type Reading } from "./named-files.ts";
import { openStorage } from "./storage/open-storage.ts";
import type { Storage } from "./storage/storage.ts";

export const restoreFiles = defineCommand({
  program: "invoify-api",
  name: "file restore",
  about: `Puts files of documents back that the store has lost, or that were altered there. The
events and everything else stay as they are, and servers may run meanwhile. BACKUP
is a file that invoify-api backup has made, of any day: it is checked first, and each
file has to have the SHA-256 that an event of the store names. What the backup does
not have is named, and the exit code is 1: try another one.`,
  positionals: ["BACKUP"],
  further: "LOG-ID",
  options: { json: JSON_OUTPUT },
  async run({ values: { json }, positionals: [path = "", ...chosen] }, terminal) {
    const signal = terminal.stopSignal();
    const config = readStoreConfig(terminal.env);
    const checking = terminal.progress("checking", "bytes");
    const reading = terminal.progress("reading");
    const storage = await openStorage(config, { onNote: terminal.note });
    try {
      const logs = await chosenLogs(storage, chosen);
      const backup = await BackupFile.open(path, { signal, onProgress: (done, all) => checking.update(done, all) });
      checking.end();
      const results: RestoredFiles[] = [];
      for (const id of logs) {
        const onProgress = (seq: Sequence, head: Sequence) => reading.update(seq, head);
        results.push(await restoreLost(storage, id, backup, { signal, onProgress }));
      }
      reading.end();
      terminal.out(json ? JSON.stringify({ logs: results }) : asText(results));
      const lost = results.flatMap(({ lost }) => lost);
      if (lost.length > 0)
        throw new Failure(`${path}: does not have ${countOf(lost.length, "file")} that the store has lost`);
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "run the same command again to go on") : error;
    } finally {
      checking.end();
      reading.end();
      await storage.close();
    }
  },
});

interface LostFile {
  sha256: string;
  /** The first event that names it. */
  seq: Sequence;
  state: "missing" | "altered";
}

interface RestoredFiles {
  log: LogId;
  restored: LostFile[];
  /** Those that the backup does not have. */
  lost: LostFile[];
}

async function restoreLost(storage: Storage, log: LogId, backup: BackupFile, reading: Reading): Promise<RestoredFiles> {
  const named = await namedFiles(storage, log, reading);
  const blobs = named.size === 0 ? null : await storage.openBlobs(log, { create: true });
  if (blobs === null) return { log, restored: [], lost: [] };
  try {
    const lost = new Map<string, LostFile>();
    for (const [sha256, seq] of named) {
      reading.signal.throwIfAborted();
      const state = await lookUp(blobs, Buffer.from(sha256, "hex"));
      if (typeof state === "string") lost.set(sha256, { sha256, seq, state });
    }
    const restored: LostFile[] = [];
    if (lost.size > 0 && backup.manifest.logs.some((one) => one.log === log))
      for await (const { name, bytes } of backup.files(log)) {
        reading.signal.throwIfAborted();
        const file = lost.get(blobText(name));
        if (file === undefined) continue;
        await putBack(blobs, name, bytes, file);
        lost.delete(file.sha256);
        restored.push(file);
      }
    return { log, restored, lost: [...lost.values()] };
  } finally {
    await blobs.close();
  }
}

/** If it is interrupted, an altered file is missing, and the same command puts it back. */
async function putBack(blobs: BlobStore, name: Uint8Array, bytes: Uint8Array, { state }: LostFile): Promise<void> {
  if (state === "altered") await blobs.remove(name, 0);
  await blobs.put(bytes);
}

function asText(results: readonly RestoredFiles[]): string {
  const lines = results.flatMap(({ log, restored, lost }) => [
    ...restored.map((file) => `${log}: event ${file.seq}: ${file.sha256} was ${file.state}, and is restored`),
    ...lost.map((file) => `${log}: event ${file.seq}: ${file.sha256} is ${file.state}, and not in the backup`),
  ]);
  return lines.length === 0 ? "every file that events name is there" : lines.join("\n");
}
