/** `invoify copy`: copies a log, byte for byte. */
import { ConnectionError, LogError } from "../../events/errors.ts";
import type { EventLog } from "../../events/log/log.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { type CopyResult, copyLog } from "../command-line/copy-log.ts";
import { interruptionOf, UsageError } from "../command-line/failure.ts";
import { openSource } from "../command-line/logs-and-caches.ts";
import { openBlobsOf } from "../command-line/named-blobs.ts";
import { ownCheckpoint } from "../command-line/server-proofs.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { countOf, countText, durationText } from "../text/figures.ts";

export const copy = defineCommand({
  name: "copy",
  about: `Copies all events to a new target, or appends the missing ones to an earlier
copy. Events that the target already has are compared byte for byte, and never
overwritten. The target is MongoDB, or a .sqlite, .events or .ndjson file. In
MongoDB the log keeps its id. The hashes of commands, which distinguish a retry
from a different command, are copied if the source stores them; an API and a
mirror do not. At the end, both logs must have the same head and last hash. A new
.events file also has the signed checkpoint of a server, or that of another file,
if the events are those that were signed. The files of delivered documents are
copied too, each one before the event that names it; .events and .ndjson files
hold events only. What the source has lost or altered is said, and not copied.`,
  positionals: ["FROM", "TO"],
  options: {
    events: { type: "string", value: "N", help: "copies only the first N events; default: all" },
    json: JSON_OUTPUT,
  },
  async run({ values: { json, events: count }, positionals: [from = "", to = ""] }, terminal) {
    const events = count === undefined ? undefined : eventCountOf(count);
    const signal = terminal.stopSignal();
    const source = await openSource(from, terminal);
    const progress = terminal.progress("copying");
    const startedMs = performance.now();
    try {
      const onNote = (note: string) => terminal.note(note);
      const checkpoint = /\.events$/i.test(to) ? await checkpointFor(source, from, terminal) : null;
      const blobs = await openBlobsOf(source, from, terminal);
      const target = { from, to, blobs, ...(events && { events }), ...(checkpoint !== null && { checkpoint }) };
      const copied = await copyLog(source, target, { signal, progress, onNote });
      progress.end();
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(json ? JSON.stringify({ to, ...copied, durationMs }) : asText(to, copied, durationMs));
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "run the same command again to resume") : error;
    } finally {
      progress.end();
      await source.close();
    }
  },
});

/**
 * The source's signed checkpoint. A log is copied all the same if its server refuses to sign, or has signed nonsense.
 */
async function checkpointFor(source: EventLog, from: string, terminal: Terminal): Promise<string | null> {
  try {
    return (await ownCheckpoint(source, from, terminal))?.note ?? null;
  } catch (error) {
    const isRefusal = error instanceof ConnectionError && error.isFromApi;
    if (!isRefusal && !(error instanceof LogError && error.code === "UNPROVEN")) throw error;
    terminal.note(`the copy has no signed checkpoint: ${error.message}`);
    return null;
  }
}

/** @throws UsageError */
function eventCountOf(text: string): number {
  if (/^[1-9]\d{0,14}$/.test(text)) return Number(text);
  throw new UsageError(`--events ${text}: not a number of events, such as 1234`);
}

function asText(to: string, { log, seq, events, hash, files }: CopyResult, durationMs: number): string {
  if (seq === 0) return `${to}: nothing to copy: the log has no events`;
  const copied = [events > 0 && countOf(events, "new event"), files > 0 && countOf(files, "new file")];
  const what = copied.filter((part) => part !== false).join(", ") || "nothing new";
  return `${to}: ${what}, at ${countText(seq)} of log ${log} (${durationText(durationMs)}); last hash ${hash}`;
}
