/**
 * The mark of a store that a backup is being restored to. It is set before anything else is written and goes when all is
 * there, so half a restore cannot be taken for a whole one: nothing is served from such a store, and only the same
 * restore goes on in it.
 */
import { readFile, rm } from "node:fs/promises";
import { z } from "zod";
import { LogError } from "../../events/errors.ts";
import { codeOf, writeAll, writeWholeFile } from "../../events/sources/file/whole-file.ts";

export const restoring = z.object({
  /** Which backup: the hash of its list of hashes, hex. */
  backup: z.string(),
  /** Its file's name, for people. */
  file: z.string(),
  /** ISO. */
  beganAt: z.string(),
});
export type Restoring = z.infer<typeof restoring>;

export interface RestoreMark {
  /** What is being restored; null: nothing, the store is whole. */
  read(): Promise<Restoring | null>;
  /** @returns false if there is a mark already: nothing was changed */
  set(mark: Restoring): Promise<boolean>;
  clear(): Promise<void>;
}

/** @throws LogError UNREACHABLE while a backup is being restored to this store, or was and it was broken off */
export async function refuseDuringRestore({ name, restoreMark }: { name: string; restoreMark: RestoreMark }) {
  const mark = await restoreMark.read();
  if (mark)
    throw new LogError(
      "UNREACHABLE",
      `${name}: ${mark.file} is being restored here since ${mark.beganAt}; if that was broken off, do it again`,
    );
}

/** Beside embedded logs. */
export function markInFile(path: string): RestoreMark {
  return {
    async read() {
      try {
        return restoring.parse(JSON.parse(await readFile(path, "utf8")));
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
