/** What `invoify verify` prints. */
import type { Sequence } from "../../events/sequence.ts";
import { tableText } from "../command-line/table-text.ts";
import { countOf, countText, instantText } from "../text/figures.ts";
import type { Comparison } from "../verify/compare-logs.ts";
import { INVARIANTS } from "../verify/invariants.ts";
import type { KeyChange } from "../verify/named-keys.ts";
import type { Restore } from "../verify/restores.ts";
import { type SavedCheckpoint, signatureText } from "../verify/saved-checkpoints.ts";
import { type LogReport, MAX_PROBLEMS, type Problem } from "../verify/verify-log.ts";
import { type FilesReport, filesText } from "./verify-files.ts";

export interface Verdict extends Omit<LogReport, "problems"> {
  files: FilesReport;
  saved: readonly JudgedCheckpoint[];
  comparison: (Comparison & { name: string }) | null;
  /** The fingerprint of the key that the server says it signs with; null: it is no server, or it does not sign. */
  serverKey: string | null;
  /** Keys were named, so that a signature that is not verified is one of an unknown key. */
  hasKeys: boolean;
  /** From the keys that were named to those that sign now. */
  keyChanges: readonly KeyChange[];
  /** Sorted by event; those about the whole log come last. */
  problems: AnyProblem[];
}

export type JudgedCheckpoint = SavedCheckpoint & {
  holds: boolean;
  /** The restore that ended its generation before its last event, so that nobody can compare it; null otherwise. */
  restore: Restore | null;
};

export type AnyProblem = Problem | { seq: null; problem: string };

export function problemText({ seq, problem }: AnyProblem): string {
  return seq === null ? problem : `event ${countText(seq)}: ${problem}`;
}

export function othersText(count: number): string {
  return count === 0 ? "" : `; and ${countOf(count, "more problem")}`;
}

export function asJson({
  log,
  size,
  root,
  lastHash,
  problems,
  allFolded,
  saved,
  comparison,
  ...verdict
}: Verdict): string {
  return JSON.stringify({
    log,
    size,
    root: root.toString("base64"),
    lastHash: lastHash?.toString("hex") ?? null,
    invariants: INVARIANTS.length,
    allFolded,
    files: verdict.files,
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
    key: verdict.serverKey,
    keyChanges: verdict.keyChanges,
    problems,
  });
}

export function asText(verdict: Verdict): string {
  const { log, size, root, lastHash, problems, allFolded, saved, comparison, serverKey, keyChanges } = verdict;
  const rows: string[][] = [
    ["log", log ?? "none yet"],
    ["size", countText(size)],
    ["root", root.toString("base64")],
    ["last hash", lastHash?.toString("hex") ?? "none"],
    ["books", booksText(verdict)],
    ...(verdict.files.named > 0 || verdict.files.unnamed > 0 ? [["files", filesText(verdict.files)]] : []),
    ...(serverKey === null ? [] : [["server key", `fingerprint ${serverKey}`]]),
    ...keyChanges.map((change) => ["key change", keyChangeText(change)]),
    ...saved.map((checkpoint) => ["checkpoint", checkpointText(checkpoint, verdict.hasKeys)]),
    ...(comparison ? [["against", againstText(comparison, size)]] : []),
    ...(saved.length === 0 ? [["not checked", "whether the end is missing: that needs --checkpoint FILE"]] : []),
    ...(!verdict.hasKeys && saved.some(({ isSigned }) => isSigned)
      ? [["not checked", "who signed the checkpoint: that needs --key VKEY"]]
      : []),
    ...(allFolded ? [] : [["not checked", "the books after the first problem"]]),
    ...problems.slice(0, MAX_PROBLEMS).map((problem) => ["problem", problemText(problem)]),
  ];
  return tableText(rows);
}

function keyChangeText({ at, from, to }: KeyChange): string {
  return `on ${instantText(at * 1000)}, the key ${from} named ${to} as the next one; ask the operator about it`;
}

function booksText({ problems, allFolded }: Verdict): string {
  if (!allFolded) return "not every event could be checked";
  const broken = problems.length === 0 ? "hold" : "were checked";
  return `every event can be folded, and ${INVARIANTS.length} invariants ${broken}`;
}

export function restoreText({ size, at }: Restore): string {
  return `the log was restored at event ${countText(size)} on ${instantText(at * 1000)}`;
}

function checkpointText(checkpoint: JudgedCheckpoint, hasKeys: boolean): string {
  const { name, size, signed, isSigned, holds, restore } = checkpoint;
  const signature = hasKeys && isSigned && !signed ? "signed with an unknown key" : signatureText({ signed, isSigned });
  const lost = restore && restoreText(restore);
  const verdict = lost ? `${lost}, later events are lost` : holds ? "the same root" : "another root";
  const when = signed?.signedAt ? ` at ${instantText(signed.signedAt * 1000)}` : "";
  return `${name}, of ${countOf(size, "event")}, ${signature}${when}: ${verdict}`;
}

function againstText({ name, firstDifferent, otherSize }: Comparison & { name: string }, size: Sequence): string {
  if (firstDifferent !== null) return `${name}: differs from event ${countText(firstDifferent)}`;
  const shared = `${name}: the same ${countOf(Math.min(size, otherSize), "event")}`;
  return otherSize < size ? `${shared}; it lacks the last ${countText(size - otherSize)}` : shared;
}
