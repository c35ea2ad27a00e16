/** `invoify copy`: a log from one place to another, byte for byte. */

import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { type CopyResult, copyLog } from "../command-line/copy-log.ts";
import { interruptionOf } from "../command-line/failure.ts";
import { openSource } from "../command-line/logs-and-caches.ts";
import { countOf, countText, durationText } from "../text/figures.ts";

export const copy = defineCommand({
  name: "copy",
  about: `Copies all events into a place that has none, or adds those that are missing to
one that has the first of them. What is there already is compared byte for byte,
and never overwritten. The target is MongoDB, or a .sqlite, .events or .ndjson
file; in MongoDB the log keeps its id. The hashes of commands, which tell a
retry from another command, come along from wherever they are kept (not from an
API or a mirror). At the end the target is read again: same head, same last
hash.`,
  positionals: ["FROM", "TO"],
  options: { json: JSON_OUTPUT },
  async run({ values: { json }, positionals: [from = "", to = ""] }, terminal) {
    const signal = terminal.stopSignal();
    const source = await openSource(from, terminal);
    const progress = terminal.progress("copying");
    const startedMs = performance.now();
    try {
      const copied = await copyLog(source, { from, to }, { signal, progress });
      progress.end();
      const durationMs = Math.round(performance.now() - startedMs);
      terminal.out(json ? JSON.stringify({ to, ...copied, durationMs }) : asText(to, copied, durationMs));
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "the same copy again goes on from here") : error;
    } finally {
      progress.end();
      await source.close();
    }
  },
});

function asText(to: string, { log, seq, events, hash }: CopyResult, durationMs: number): string {
  if (seq === 0) return `${to}: nothing to copy, the log has no event`;
  const what = events === 0 ? "nothing new" : countOf(events, "new event");
  return `${to}: ${what}, at ${countText(seq)} of log ${log} (${durationText(durationMs)}); last hash ${hash}`;
}
