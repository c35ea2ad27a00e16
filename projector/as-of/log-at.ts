/** A log as it was at a moment, for commands that read the log itself. */
import { decodeHeader } from "../../events/encoding/event.ts";
import { LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Sequence } from "../../events/sequence.ts";
import { NdjsonFile } from "../../events/sources/file/ndjson-file.ts";
import type { AsOf } from "../../events/values/as-of.ts";
import { UsageError } from "../command-line/failure.ts";
import { countOf } from "../text/figures.ts";
import { countUntil, logAtEndOf } from "./as-of.ts";

/** The log up to its last event of a moment: later events, and later heads, are as if they did not exist yet. */
export function logUpTo(log: EventLog, last: Sequence): EventLog {
  return {
    name: log.name,
    id: async () => (last === 0 ? null : await log.id()),
    head: async () => last,
    changed: (after, signal) => log.changed(after, signal),
    close: () => log.close(),
    read: ({ after, upTo }, options) => log.read({ after, upTo: Math.min(upTo, last) }, options),
  };
}

/**
 * The last event of a log at a moment; 0 before its first event.
 *
 * @param at the moment as the user named it
 * @throws UsageError if the log ends before the event that is named
 */
export async function lastEventAt(log: EventLog, asOf: AsOf, at: string): Promise<Sequence> {
  const head = await log.head();
  if (asOf.kind === "sequence") {
    if (asOf.seq > head)
      throw new UsageError(`--at ${at}: the log ends earlier: ${log.name} has ${countOf(head, "event")}`);
    return asOf.seq;
  }
  if (asOf.kind === "day") return await count(logAtEndOf(asOf.date, log), head, () => true);
  const { untilMs } = asOf;
  // A line of a text can only be found by reading those before it.
  if (log instanceof NdjsonFile) return await count(log, head, (atMs) => atMs <= untilMs);
  return await countUntil(log, untilMs, head);
}

/** Counts events from the first one on, while their time fits. An event that cannot be read is left to the reader. */
async function count(log: EventLog, head: Sequence, fits: (atMs: number) => boolean): Promise<Sequence> {
  let last = 0;
  for await (const { bodies } of log.read({ after: 0, upTo: head }))
    for (const body of bodies) {
      if (!fits(timeOf(body) ?? 0)) return last;
      last++;
    }
  return last;
}

function timeOf(body: Uint8Array): number | null {
  try {
    return decodeHeader(body).at;
  } catch (error) {
    if (error instanceof LogError) return null;
    throw error;
  }
}
