/** The target of a copy: whether it can be one, before anything is written. */
import { realpathSync, statSync } from "node:fs";
import { basename, dirname } from "node:path";
import { openPrivateFolder } from "../../events/private-files.ts";
import { openLog } from "../../events/sources/open-log.ts";
import { UsageError } from "./failure.ts";
import { isAddress, isHttp, kindOfFile, refuseUnknownForm } from "./logs-and-caches.ts";
import { makeFolderOf } from "./target-folder.ts";

/**
 * Closes an earlier copy, or an empty file that another program created for this one, to other users.
 *
 * @throws LogError NOT_A_LOG if it is another application's file, which stays as it is
 */
export async function closeTarget(to: string, onNote: (note: string) => void): Promise<void> {
  makeFolderOf(to);
  const bytes = statSync(to, { throwIfNoEntry: false })?.size ?? 0;
  if (bytes > 0) await (await openLog(to)).close();
  const ours = new RegExp(`^${RegExp.escape(basename(to))}(?:$|-)`);
  const note = openPrivateFolder(dirname(to), { ours, shared: true });
  if (note !== null) onNote(note);
}

/** @throws UsageError if a log cannot be written there */
export function checkTarget(from: string, to: string): void {
  refuseUnknownForm(to);
  if (isHttp(to)) throw new UsageError(`${to}: an API takes commands, not logs; copy into MongoDB or a file`);
  if (isAddress(to)) return;
  const kind = kindOfFile(to);
  if (kind === "folder") throw new UsageError(`${to}: is a folder, not a log`);
  if (kind === "cache") throw new UsageError(`${to}: is a cache, not a log; it was not changed`);
  if (kind !== "missing" && !isAddress(from) && realpathSync(from) === realpathSync(to))
    throw new UsageError(`${from} and ${to} are the same file`);
}
