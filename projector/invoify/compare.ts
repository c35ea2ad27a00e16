/** `invoify compare`: whether checkpoints that were saved in several places are of one history. */
import { parseOrigin } from "../../events/proofs/tree-head.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { openSource } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import { checkpointsIn, KEY, keysOf } from "../command-line/trust-options.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf, countText } from "../text/figures.ts";
import { type CheckpointComparison, type Contradiction, compareCheckpoints } from "../verify/compare-checkpoints.ts";
import type { SavedCheckpoint } from "../verify/saved-checkpoints.ts";

export const compare = defineCommand({
  name: "compare",
  about: `Compares signed checkpoints that were saved in several places: by two desktops,
by an auditor and a desktop, last year and today. If a server showed two of them
two histories, it has signed two that contradict each other: then this exits with 1
and names both. Keep the files: with the server's key they prove it.

A FILE is a signed checkpoint, a proof of an event, or the evidence that a desktop
exports. Checkpoints of different sizes can be compared only with the events: name
a copy of the log. Without a key the signatures are not checked.`,
  positionals: ["FILE"],
  further: "FILE",
  options: {
    key: KEY,
    log: { type: "string", value: "LOG", help: "a copy of the log that they are about" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals }, terminal) {
    const keys = keysOf(values.key);
    const saved = positionals.flatMap((path) => checkpointsIn(path, { keys }));
    if (saved.length < 2) throw new UsageError("compare needs two checkpoints or more");
    checkOneLog(saved);
    const signal = terminal.stopSignal();
    const log = values.log === undefined ? null : await openSource(values.log, terminal);
    const progress = terminal.progress("hashing");
    const total = Math.max(...saved.map(({ size }) => size));
    try {
      const result = await compareCheckpoints(saved, log && abortableLog(log, signal), {
        signal,
        onProgress: (seq) => progress.update(seq, total),
      });
      progress.end();
      terminal.out(values.json ? asJson(saved, result) : asText(saved, result));
      const [first] = result.contradictions;
      if (first) throw new Failure(contradictionText(first));
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "nothing was changed") : error;
    } finally {
      progress.end();
      await log?.close();
    }
  },
});

function checkOneLog(saved: readonly SavedCheckpoint[]): void {
  const [first, ...others] = saved;
  const log = parseOrigin(first?.origin ?? "")?.log;
  const other = others.find(({ origin }) => (parseOrigin(origin)?.log ?? origin) !== (log ?? first?.origin));
  if (first && other)
    throw new UsageError(`${first.name} is about ${first.origin}, and ${other.name} about ${other.origin}: two logs`);
}

function contradictionText({ a, b, within }: Contradiction): string {
  const signed = a.signed && b.signed ? "the server signed two histories" : "these are two histories";
  return `${a.name} and ${b.name} contradict each other within the first ${countOf(within, "event")}: ${signed}`;
}

function asJson(saved: readonly SavedCheckpoint[], { contradictions, undecided, inLog }: CheckpointComparison): string {
  return JSON.stringify({
    checkpoints: saved.map(({ name, origin, size, root, signed }, n) => ({
      name,
      origin,
      size,
      root: root.toString("base64"),
      signature: signed ? "verified" : "not checked",
      inLog: inLog[n] ?? null,
    })),
    contradictions: contradictions.map(({ a, b, within }) => ({ a: a.name, b: b.name, within })),
    undecided,
  });
}

function asText(saved: readonly SavedCheckpoint[], { contradictions, undecided, inLog }: CheckpointComparison): string {
  const generations = new Set(saved.map(({ origin }) => origin)).size;
  const rows = saved.map(({ name, origin, size, root, signed }, n) => [
    name,
    countOf(size, "event"),
    `generation ${parseOrigin(origin)?.generation ?? "unknown"}`,
    root.toString("base64"),
    signed ? "signed" : "signature not checked",
    ...(inLog[n] === true ? ["in the log"] : inLog[n] === false ? ["not in the log"] : []),
  ]);
  const notes = [
    ...contradictions.map((contradiction) => contradictionText(contradiction)),
    ...(undecided > 0
      ? [`${countOf(undecided, "pair")} of different sizes not compared: that needs the events: --log LOG`]
      : []),
    ...(generations > 1
      ? [`${countText(generations)} generations: the log was restored; its fork notes say how far they agree`]
      : []),
    ...(contradictions.length === 0 && undecided === 0 ? ["no two of them contradict each other"] : []),
  ];
  return `${tableText(rows)}\n\n${notes.join("\n")}`;
}
