/** The folder of a file that a command writes. All commands treat a missing one in the same way. */
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { PRIVATE_FOLDER } from "../../events/private-files.ts";
import { UsageError } from "./failure.ts";
import { kindOfFile } from "./logs-and-caches.ts";

/** Creates the folder of a file, as `makeFolder` does. */
export function makeFolderOf(path: string): void {
  makeFolder(dirname(path));
}

/**
 * Creates a missing folder, but none above it: a mistyped path, or a disk that is not mounted, does not go unnoticed.
 * (Node's recursive mkdir would also never return below `/proc`.)
 *
 * @throws UsageError if the folder above does not exist, or this is a file
 */
export function makeFolder(path: string): void {
  const kind = kindOfFile(path);
  if (kind === "folder") return;
  if (kind !== "missing") throw new UsageError(`${path}: is a file, not a folder`);
  const above = dirname(path);
  if (kindOfFile(above) === "missing") throw new UsageError(`${above}: there is no such folder; create it first`);
  try {
    mkdirSync(path, { mode: PRIVATE_FOLDER });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST") return; // another process was faster
    if (code === "ENOENT") throw new UsageError(`${path}: ${above} cannot contain a new folder`, { cause: error });
    throw error;
  }
}
