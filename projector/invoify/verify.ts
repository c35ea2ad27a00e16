/** `invoify verify`: checks a whole log, against what was signed and against other copies. */
import { sameBytes } from "../../events/hash.ts";
import type { EventLog } from "../../events/log/log.ts";
import type { Fork } from "../../events/proofs/successor.ts";
import { MemoryTiles } from "../../events/proofs/tiles.ts";
import type { TreeHead } from "../../events/proofs/tree-head.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import type { Sequence } from "../../events/sequence.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { kindOfFile, openSource } from "../command-line/logs-and-caches.ts";
import { ownCheckpoint, serverProofs } from "../command-line/server-proofs.ts";
import { tableText } from "../command-line/table-text.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { checkpointsIn, KEY, keysOf, textOfFile } from "../command-line/trust-options.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf, countText, instantText } from "../text/figures.ts";
import { type Comparison, compareWithLog, compareWithTiles } from "../verify/compare-logs.ts";
import { INVARIANTS } from "../verify/invariants.ts";
import { type Restore, readForks, restoreOf } from "../verify/restores.ts";
import { readCheckpoints, type SavedCheckpoint, signatureText } from "../verify/saved-checkpoints.ts";
import { TilesFolder } from "../verify/tiles-folder.ts";
import { type LogReport, MAX_PROBLEMS, type Problem, verifyLog } from "../verify/verify-log.ts";

export const verify = defineCommand({
  name: "verify",
  about: `Checks that a log is what a server wrote: its events follow each other without
a gap, each has its one form, can be folded, and is one that Invoify would have
written on the books before it (events/INVARIANTS.md lists what that means).
Prints how many events there are, and the root of their tree. Exits with 1 and
names the first event that is wrong.

A signed checkpoint that you kept proves that nothing up to its size was changed
since. FILE is a signed checkpoint, a proof of an event, or the evidence that a
desktop exports. Without a key its signature is not checked. Without a checkpoint
nobody can tell whether the end of the log is missing, as it is in a file that was
cut, or in a .sqlite that was copied without its -wal.

The newest checkpoint of a server, and the one in a .events file, are checked too.

A log that was restored from a backup has lost what came after it, and its next
generation begins with a fork note, which the server signs and serves. What is lost
of a checkpoint is a problem too, whether or not a note says so.

Another copy of the log, or a folder of tiles that you kept, says which event is
the first that differs.`,
  positionals: ["LOG"],
  options: {
    checkpoint: { type: "string", value: "FILE", help: "signed checkpoints that you kept" },
    key: KEY,
    forks: { type: "string", value: "FILE", help: "the log's fork notes; default: those of the server" },
    against: { type: "string", value: "LOG", help: "another copy of the log, or a folder of its tiles" },
    json: JSON_OUTPUT,
  },
  async run({ values, positionals: [location = ""] }, terminal) {
    const keys = keysOf(values.key);
    const signal = terminal.stopSignal();
    const log = await openSource(location, terminal);
    try {
      const id = await log.id();
      const trust = { keys, log: id ?? undefined };
      const own = await ownCheckpoint(log, location, terminal);
      const saved = [
        ...(values.checkpoint === undefined ? [] : checkpointsIn(values.checkpoint, trust)),
        ...(own ? readCheckpoints(own.note, { name: own.name, ...trust }) : []),
      ];
      const forks = await forksOf(log, { location, file: values.forks, keys, terminal });
      if (keys && saved.length === 0) throw new UsageError("--key needs --checkpoint FILE");
      const verdict = await judge(abortableLog(log, signal), {
        ...{ saved, forks, against: values.against },
        ...{ signal, terminal },
      });
      terminal.out(values.json ? asJson(verdict) : asText(verdict));
      const [first, ...others] = verdict.problems;
      if (first) throw new Failure(`${log.name}: ${problemText(first)}${othersText(others.length)}`);
      return 0;
    } catch (error) {
      throw signal.aborted ? interruptionOf(signal, "nothing was changed") : error;
    } finally {
      await log.close();
    }
  },
});

interface Verdict extends Omit<LogReport, "problems"> {
  saved: readonly JudgedCheckpoint[];
  comparison: (Comparison & { name: string }) | null;
  /** Sorted by event; those about the whole log come last. */
  problems: AnyProblem[];
}

type JudgedCheckpoint = SavedCheckpoint & {
  holds: boolean;
  /** The restore that ended its generation before its last event, so that nobody can compare it; null otherwise. */
  restore: Restore | null;
};

type AnyProblem = Problem | { seq: null; problem: string };

interface Question {
  saved: readonly SavedCheckpoint[];
  forks: readonly Fork[];
  against: string | undefined;
  signal: AbortSignal;
  terminal: Terminal;
}

async function judge(log: EventLog, { saved, forks, against, signal, terminal }: Question): Promise<Verdict> {
  const [total, progress, tiles] = [await log.head(), terminal.progress("verifying"), new MemoryTiles()];
  try {
    const other = against === undefined ? null : await openOther(against, terminal);
    try {
      const report = await verifyLog(log, {
        sizes: [...saved, ...forks.map(({ restored }) => restored)].map(({ size }) => size),
        ...(other && { onTile: (tile) => tiles.add(tile) }),
        onProgress: (seq) => progress.update(seq, total),
        signal,
      });
      const onProgress = (seq: Sequence) => progress.update(seq, report.size);
      const our = { tiles, size: report.size };
      const comparison = other && { name: against ?? "", ...(await other.compare(our, { signal, onProgress })) };
      const judged = saved.map((checkpoint): JudgedCheckpoint => {
        return { ...checkpoint, holds: holds(report, checkpoint), restore: endOf(checkpoint, forks) };
      });
      const problems = [
        ...report.problems,
        ...judged
          .filter(({ holds }) => !holds)
          .map((checkpoint) =>
            checkpoint.restore ? lostProblem(checkpoint, checkpoint.restore) : checkpointProblem(report, checkpoint),
          ),
        ...forks
          .filter(({ restored }) => !holds(report, restored) && endOf(restored, forks) === null)
          .map(({ restored }) => checkpointProblem(report, { name: "a fork note", ...restored })),
        ...(comparison ? comparisonProblems(report, comparison) : []),
      ];
      return { ...report, saved: judged, comparison, problems: problems.sort(byEvent) };
    } finally {
      await other?.close();
    }
  } finally {
    progress.end();
  }
}

/** The other copy: a log, or a folder of tiles. */
async function openOther(location: string, terminal: Terminal) {
  if (kindOfFile(location) === "folder") {
    const folder = await TilesFolder.open(location);
    const { head } = folder;
    if (!head) throw new UsageError(`${location}: is a folder without the checkpoint of a log's tiles`);
    return {
      compare: (our: { tiles: MemoryTiles; size: Sequence }) =>
        compareWithTiles(our, { name: location, tiles: folder, ...head }),
      close: async () => {},
    };
  }
  const log = await openSource(location, terminal);
  return {
    compare: (our: { tiles: MemoryTiles; size: Sequence }, watch: Parameters<typeof compareWithLog>[2]) =>
      compareWithLog(our, log, watch),
    close: () => log.close(),
  };
}

/** The fork notes of a file, or those of the server. */
async function forksOf(
  log: EventLog,
  request: { location: string; file: string | undefined; keys: readonly PublicKey[] | null; terminal: Terminal },
): Promise<Fork[]> {
  const { location, file, keys, terminal } = request;
  const id = await log.id();
  if (id === null) return [];
  if (file !== undefined) return readForks(textOfFile(file), { name: file, keys, log: id });
  const served = await serverProofs(location, id, terminal)?.forks();
  return served ? readForks(served, { name: log.name, keys, log: id }) : [];
}

function holds({ roots }: Pick<LogReport, "roots">, { size, root }: Pick<TreeHead, "size" | "root">): boolean {
  return sameBytes(roots.get(size), root);
}

/** The restore that ended a tree head's generation before its last event; null if none did. */
function endOf({ origin, size }: TreeHead, forks: readonly Fork[]): Restore | null {
  const restore = restoreOf(origin, forks);
  return restore && restore.size < size ? restore : null;
}

function checkpointProblem({ size: events }: LogReport, { name, size }: { name: string; size: Sequence }): AnyProblem {
  if (size > events)
    return {
      seq: events + 1,
      problem: `is missing, up to event ${countText(size)}, which ${name} is about: a file may have been cut, or a .sqlite copied without its -wal`,
    };
  return {
    seq: null,
    problem: `the first ${countOf(size, "event")} are not those that ${name} is about: one or more were changed, added or removed; compare with another copy: --against LOG`,
  };
}

/** A restore that says so is honest, and events are lost all the same. */
function lostProblem({ name, size }: SavedCheckpoint, restore: Restore): AnyProblem {
  const problem = `is lost, up to event ${countText(size)}, which ${name} is about: ${restoreText(restore)}, as its fork note says`;
  return { seq: restore.size + 1, problem };
}

function* comparisonProblems({ size }: LogReport, { name, firstDifferent, otherSize }: Comparison & { name: string }) {
  if (firstDifferent !== null) yield { seq: firstDifferent, problem: `is the first that differs from ${name}` };
  else if (otherSize > size)
    yield { seq: size + 1, problem: `is missing, up to event ${countText(otherSize)}, which ${name} has` };
}

function byEvent(a: AnyProblem, b: AnyProblem): number {
  return (a.seq ?? Number.POSITIVE_INFINITY) - (b.seq ?? Number.POSITIVE_INFINITY) || 0;
}

function problemText({ seq, problem }: AnyProblem): string {
  return seq === null ? problem : `event ${countText(seq)}: ${problem}`;
}

function othersText(count: number): string {
  return count === 0 ? "" : `; and ${countOf(count, "more problem")}`;
}

function asJson({ log, size, root, lastHash, problems, allFolded, saved, comparison }: Verdict): string {
  return JSON.stringify({
    log,
    size,
    root: root.toString("base64"),
    lastHash: lastHash?.toString("hex") ?? null,
    invariants: INVARIANTS.length,
    allFolded,
    checkpoints: saved.map(({ name, origin, size, root, signed, isSigned, holds, restore }) => ({
      name,
      origin,
      size,
      root: root.toString("base64"),
      signature: signed ? "verified" : isSigned ? "not checked" : "none",
      signedAt: signed?.signedAt ?? null,
      holds,
      restore,
    })),
    against: comparison,
    problems,
  });
}

function asText(verdict: Verdict): string {
  const { log, size, root, lastHash, problems, allFolded, saved, comparison } = verdict;
  const rows: string[][] = [
    ["log", log ?? "none yet"],
    ["size", countText(size)],
    ["root", root.toString("base64")],
    ["last hash", lastHash?.toString("hex") ?? "none"],
    ["books", booksText(verdict)],
    ...saved.map((checkpoint) => ["checkpoint", checkpointText(checkpoint)]),
    ...(comparison ? [["against", againstText(comparison, size)]] : []),
    ...(saved.length === 0 ? [["not checked", "whether the end is missing: that needs --checkpoint FILE"]] : []),
    ...(saved.some(({ signed, isSigned }) => isSigned && !signed)
      ? [["not checked", "who signed the checkpoint: that needs --key VKEY"]]
      : []),
    ...(allFolded ? [] : [["not checked", "the books after the first problem"]]),
    ...problems.slice(0, MAX_PROBLEMS).map((problem) => ["problem", problemText(problem)]),
  ];
  return tableText(rows);
}

function booksText({ problems, allFolded }: Verdict): string {
  if (!allFolded) return "not every event could be checked";
  const broken = problems.length === 0 ? "hold" : "were checked";
  return `every event can be folded, and ${INVARIANTS.length} invariants ${broken}`;
}

function restoreText({ size, at }: Restore): string {
  return `the log was restored at event ${countText(size)} on ${instantText(at * 1000)}`;
}

function checkpointText({ name, size, signed, isSigned, holds, restore }: JudgedCheckpoint): string {
  const lost = restore && restoreText(restore);
  const verdict = lost ? `${lost}, later events are lost` : holds ? "the same root" : "another root";
  const when = signed?.signedAt ? ` at ${instantText(signed.signedAt * 1000)}` : "";
  return `${name}, of ${countOf(size, "event")}, ${signatureText({ signed, isSigned })}${when}: ${verdict}`;
}

function againstText({ name, firstDifferent, otherSize }: Comparison & { name: string }, size: Sequence): string {
  if (firstDifferent !== null) return `${name}: differs from event ${countText(firstDifferent)}`;
  const shared = `${name}: the same ${countOf(Math.min(size, otherSize), "event")}`;
  return otherSize < size ? `${shared}; it lacks the last ${countText(size - otherSize)}` : shared;
}
