/** `invoify compare`: whether checkpoints that were saved in several places are of one history. */
import { parseOrigin } from "../../events/proofs/tree-head.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { openSource } from "../command-line/logs-and-caches.ts";
import { tableText } from "../command-line/table-text.ts";
import { checkpointsIn, KEY, keysInFile, namedKeysOf, pinnedKeys } from "../command-line/trust-options.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf, countText } from "../text/figures.ts";
import { type CheckpointComparison, type Contradiction, compareCheckpoints } from "../verify/compare-checkpoints.ts";
import { type SavedCheckpoint, signatureText } from "../verify/saved-checkpoints.ts";

export const compare = defineCommand({
  name: "compare",
  about: `Compares signed checkpoints that were saved in several places: by two desktops,
by an auditor and a desktop, last year and today. If a server showed two of them
two histories, it has signed two that contradict each other: then this exits with 1
and names both. Keep the files: with the server's key they prove it.

A FILE is a signed checkpoint, a proof of an event, or the evidence that a desktop
exports. Checkpoints of different sizes can be compared only with the events: name
a copy of the log. Without a key the signatures are not checked.

It also exits with 1 if a checkpoint is not in the log that --log names, or if a
pair could not be compared: then it says what that needs.`,
  positionals: ["FILE"],
  further: "FILE",
  options: {
    key: KEY,
    log: { type: "string", value: "LOG", help: "a copy of the log that they are about" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals }, terminal) {
    const named = namedKeysOf(values.key);
    const keys = named && pinnedKeys(named, positionals.flatMap(keysInFile)).keys;
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
      terminal.out(values.json ? asJson(saved, result) : asText(saved, result, log?.name ?? null));
      const [first, ...others] = problemsOf(saved, result, log?.name ?? null);
      if (first !== undefined)
        throw new Failure(others.length === 0 ? first : `${first}; and ${countOf(others.length, "more problem")}`);
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

/** Why nobody can say that all of them are of one history. @param log the name of the log, if one was given */
function problemsOf(
  saved: readonly SavedCheckpoint[],
  { contradictions, undecided, inLog, logSize }: CheckpointComparison,
  log: string | null,
): string[] {
  const shorter = saved.filter(({ size }) => logSize !== null && logSize < size);
  const pairs = `not compared: ${countOf(undecided, "pair")}`;
  const needs =
    log === null
      ? `${pairs} of different sizes or generations: that needs the events: --log LOG`
      : `${pairs}: the log has not both of each`;
  return [
    ...contradictions.map((contradiction) => contradictionText(contradiction)),
    ...saved
      .filter((_, n) => inLog[n] === false)
      .map(({ name, size }) => `${name} is not in the log ${log}: another history of ${countOf(size, "event")}`),
    ...shorter.map(
      ({ name, size }) =>
        `not compared: ${name}, of ${countOf(size, "event")}: the log ${log} has only ${countText(logSize ?? 0)}`,
    ),
    ...(undecided > 0 ? [needs] : []),
  ];
}

function asJson(saved: readonly SavedCheckpoint[], { contradictions, undecided, inLog }: CheckpointComparison): string {
  return JSON.stringify({
    checkpoints: saved.map(({ name, origin, size, root, signed, isSigned }, n) => ({
      name,
      origin,
      size,
      root: root.toString("base64"),
      signature: signed ? "verified" : isSigned ? "not checked" : "none",
      inLog: inLog[n] ?? null,
    })),
    contradictions: contradictions.map(({ a, b, within }) => ({ a: a.name, b: b.name, within })),
    undecided,
  });
}

function asText(saved: readonly SavedCheckpoint[], result: CheckpointComparison, log: string | null): string {
  const { inLog } = result;
  const problems = problemsOf(saved, result, log);
  const generations = new Set(saved.map(({ origin }) => origin)).size;
  const rows = saved.map(({ name, origin, size, root, signed, isSigned }, n) => [
    name,
    countOf(size, "event"),
    `generation ${parseOrigin(origin)?.generation ?? "unknown"}`,
    root.toString("base64"),
    signatureText({ signed, isSigned }),
    ...(inLog[n] === true ? ["in the log"] : inLog[n] === false ? ["not in the log"] : []),
  ]);
  const notes = [
    ...problems,
    ...(generations > 1
      ? [`${countText(generations)} generations: the log was restored; its fork notes say how far they agree`]
      : []),
    ...(problems.length === 0 ? ["no two of them contradict each other"] : []),
  ];
  return `${tableText(rows)}\n\n${notes.join("\n")}`;
}
