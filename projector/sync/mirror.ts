/** A mirror: this machine's copy of the server's log, in one file for each generation of it. */
import { readdirSync } from "node:fs";
import type { EventLog, LogId } from "../../events/log/log.ts";
import type { SqliteLog } from "../../events/sources/sqlite/sqlite-log.ts";
import { mirrorFileName } from "../../events/sources/sqlite/sqlite-log-file.ts";
import type { Progress } from "../cache/follow.ts";
import { fetchInto } from "./mirroring-log.ts";

/**
 * Fetches a whole history before any cache is touched: the old one can be read until the new one is whole. What the
 * mirror holds already is not fetched again, so who was stopped goes on.
 *
 * @returns the mirror's head
 * @throws LogError NOT_A_LOG if the server says one log and sends another; FORKED if its history is not the mirror's; what
 *   reading it throws: what came before is kept
 */
export async function fillMirror(
  mirror: SqliteLog,
  remote: EventLog,
  { onProgress }: { onProgress?: Progress } = {},
): Promise<number> {
  const head = await remote.head(mirror.headNow());
  for await (const { added } of fetchInto(mirror, remote, { upTo: head }))
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
