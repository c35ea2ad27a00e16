/** The part of `invoify verify` about the files of documents: every file that an event names is there, with its bytes. */
import type { EventLog } from "../../events/log/log.ts";
import { lookUp, type NamedBlobs, openBlobsOf } from "../command-line/named-blobs.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countOf } from "../text/figures.ts";
import { MAX_PROBLEMS, type Problem } from "../verify/verify-log.ts";

export interface FilesReport {
  /** Files that events name. */
  named: number;
  /** False if the log's place holds events only, so that its files could not be checked. */
  checked: boolean;
  /** There is nothing under their name. */
  missing: number;
  /** There are other bytes under their name. */
  altered: number;
  /** Files that no event names: what was made for a delivery that was not recorded. They do no harm. */
  unnamed: number;
}

/** @returns the problems too: at most MAX_PROBLEMS are listed */
export async function checkFiles(
  log: EventLog,
  location: string,
  { named, signal, terminal }: { named: NamedBlobs; signal: AbortSignal; terminal: Terminal },
): Promise<{ files: FilesReport; problems: Problem[] }> {
  const files: FilesReport = { named: named.size, checked: false, missing: 0, altered: 0, unnamed: 0 };
  const problems: Problem[] = [];
  const blobs = await openBlobsOf(log, location, terminal);
  if (blobs === null) return { files, problems };
  try {
    files.checked = true;
    for (const { name, seq } of named) {
      signal.throwIfAborted();
      const found = await lookUp(blobs, name);
      if (typeof found !== "string") continue;
      files[found]++;
      const problem = `the file of the delivery is ${found}: ${Buffer.from(name).toString("hex")}`;
      if (problems.length < MAX_PROBLEMS) problems.push({ seq, problem });
    }
    for await (const { sha256 } of blobs.list()) if (!named.has(sha256)) files.unnamed++;
    return { files, problems };
  } finally {
    await blobs.close();
  }
}

export function filesText({ named, checked, missing, altered, unnamed }: FilesReport): string {
  if (!checked) return `not checked: this place holds events only, and they name ${countOf(named, "file")}`;
  const lost = [missing > 0 && `${missing} missing`, altered > 0 && `${altered} altered`].filter(
    (part) => part !== false,
  );
  const state = lost.length > 0 ? lost.join(", ") : "all there, with their bytes";
  const more = unnamed > 0 ? `; ${countOf(unnamed, "more file")} that no event names` : "";
  return `${countOf(named, "file")} of documents: ${state}${more}`;
}
