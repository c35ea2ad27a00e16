/** A mirror: the local copy of the server's log. Each generation is a file. */
import { readdirSync } from "node:fs";
import type { EventLog, LogId } from "../../events/log/log.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../events/sources/sqlite/sqlite-log-file.ts";
import type { Progress } from "../cache/follow.ts";
import type { MirrorTree } from "../trust/mirror-tree.ts";
import { fetchInto } from "./mirroring-log.ts";

/**
 * Fetches the rest of the log into the mirror and touches no cache, so the old cache stays readable meanwhile. Only
 * events that the mirror lacks are fetched, so an interrupted call can be repeated to resume.
 *
 * @returns the mirror's head
 * @throws LogError NOT_A_LOG if the server names one log and sends another; FORKED if its history no longer matches the
 *   mirror; any error from reading it; the mirror keeps the events before the error
 */
export async function fillMirror(
  mirror: SqliteLog,
  remote: EventLog,
  { onProgress, tree }: { onProgress?: Progress; tree?: MirrorTree } = {},
): Promise<number> {
  const head = await remote.head(mirror.headNow());
  for await (const { added } of fetchInto(mirror, remote, { upTo: head, ...(tree && { tree }) }))
    if (added > 0) onProgress?.({ seq: mirror.headNow(), head });
  return mirror.headNow();
}

/** The highest generation of a log's mirror in a folder; 0 if there is none. */
export function latestGeneration(folder: string, id: LogId): number {
  const generations = readdirSync(folder).map((name) => {
    const generation = Number(name.split(".")[1]);
    return Number.isSafeInteger(generation) && name === mirrorFileName(id, generation) ? generation : 0;
  });
  return Math.max(0, ...generations);
}
