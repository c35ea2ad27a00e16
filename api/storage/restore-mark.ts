/**
 * The mark of a store to which a backup is being restored. It is set before anything else is written and removed when
 * the restore is complete. While it is set, nothing is served from the store, and only the same restore can continue.
 */
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { LogError } from "../../events/errors.ts";
import { codeOf, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";

export const restoreInProgress = z.object({
  /** Identifies the backup: the hash of its list of hashes, hex. */
  backup: z.string(),
  /** Name of the backup file, for people. */
  file: z.string(),
  /** When the restore began, ISO 8601. */
  beganAt: z.string(),
});
export type RestoreInProgress = z.infer<typeof restoreInProgress>;

export interface RestoreMark {
  /** The unfinished restore; null if the store is complete. */
  read(): Promise<RestoreInProgress | null>;
  /** @returns false if there is already a mark; it stays unchanged */
  set(mark: RestoreInProgress): Promise<boolean>;
  clear(): Promise<void>;
}

/** @throws LogError UNREACHABLE while a restore to this store is running or interrupted */
export async function refuseDuringRestore({ name, restoreMark }: { name: string; restoreMark: RestoreMark }) {
  const mark = await restoreMark.read();
  if (mark)
    throw new LogError(
      "UNREACHABLE",
      `${name}: ${mark.file} is being restored into this store (since ${mark.beganAt}); if the restore was interrupted, run it again`,
    );
}

/** Keeps the mark in a file beside embedded logs. */
export function markInFile(path: string): RestoreMark {
  return {
    async read() {
      try {
        return restoreInProgress.parse(JSON.parse(await readFile(path, "utf8")));
      } catch (error) {
        if (codeOf(error) === "ENOENT") return null;
        throw new LogError("DAMAGED", `${path}: cannot be read: ${String(error)}`, { cause: error });
      }
    },
    async set(mark) {
      try {
        await writeWholeFile(path, (file) => writeAll(file, Buffer.from(JSON.stringify(mark)), 0));
        return true;
      } catch (error) {
        if (codeOf(error) === "EEXIST") return false;
        throw error;
      }
    },
    clear: () => rm(path, { force: true }),
  };
}
