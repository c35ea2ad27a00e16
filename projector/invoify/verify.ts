/** `invoify verify`: checks a whole log, against what was signed and against other copies. */
import { sameBytes } from "../../events/hash.ts";
import type { EventLog, LogId } from "../../events/log/log.ts";
import { ProofError } from "../../events/proofs/proof-error.ts";
import type { Fork } from "../../events/proofs/successor.ts";
import { MemoryTiles } from "../../events/proofs/tiles.ts";
import type { TreeHead } from "../../events/proofs/tree-head.ts";
import type { PublicKey } from "../../events/proofs/verifier-key.ts";
import type { Sequence } from "../../events/sequence.ts";
import { EventsFile } from "../../events/sources/file/events-file.ts";
import { defineCommand, JSON_OUTPUT } from "../command-line/command.ts";
import { Failure, interruptionOf, UsageError } from "../command-line/failure.ts";
import { kindOfFile, openSource } from "../command-line/logs-and-caches.ts";
import { NamedBlobs } from "../command-line/named-blobs.ts";
import { serverKeys, serverProofs } from "../command-line/server-proofs.ts";
import type { Terminal } from "../command-line/terminal.ts";
import { checkpointsIn, KEY, keysInFile, namedKeysOf, pinnedKeys, textOfFile } from "../command-line/trust-options.ts";
import { abortableLog } from "../sync/abortable-log.ts";
import { countOf, countText } from "../text/figures.ts";
import { type Comparison, compareWithLog, compareWithTiles } from "../verify/compare-logs.ts";
import { type KeyChange, shownOf } from "../verify/named-keys.ts";
import { type Restore, readForks, restoreOf } from "../verify/restores.ts";
import { readCheckpoints, type SavedCheckpoint } from "../verify/saved-checkpoints.ts";
import { TilesFolder } from "../verify/tiles-folder.ts";
import { type LogReport, verifyLog } from "../verify/verify-log.ts";
import { ServerInTrouble } from "./server-in-trouble.ts";
import { checkFiles } from "./verify-files.ts";
import {
  type AnyProblem,
  asJson,
  asText,
  type JudgedCheckpoint,
  othersText,
  problemText,
  restoreText,
  type Verdict,
} from "./verify-text.ts";

export const verify = defineCommand({
  name: "verify",
  about: `Checks that a log is what a server wrote: its events follow each other without
a gap, each has its one form, can be folded, and is one that Invoify would have
written on the books before it (events/INVARIANTS.md lists what that means).
Prints how many events there are, and the root of their tree. Exits with 1 and
names the first event that is wrong. The files of delivered documents are checked
too: one that is missing, or whose bytes were altered, is a problem of its delivery.
Files of events hold events only.

A signed checkpoint that you kept proves that nothing up to its size was changed
since. FILE is a signed checkpoint, a proof of an event, or the evidence that a
desktop exports. Without a key its signature is not checked. Without a checkpoint
nobody can tell whether the end of the log is missing, as it is in a file that was
cut, or in a .sqlite that was copied without its -wal.

The newest checkpoint of a server, and the one in a .events file, are checked too.
If the server's key was replaced, its notes lead from your key to the new one: each
change is named.

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
    const named = namedKeysOf(values.key);
    const signal = terminal.stopSignal();
    const log = await openSource(location, terminal);
    try {
      const id = await log.id();
      const served = await serverKeys(location, id, terminal);
      const kept = values.checkpoint === undefined ? [] : keysInFile(values.checkpoint);
      const { keys, changes: keyChanges } = named
        ? pinnedKeys(named, [...(served ? [served] : []), ...kept])
        : { keys: null, changes: [] };
      const trust = { keys, log: id ?? undefined };
      const given = values.checkpoint === undefined ? [] : checkpointsIn(values.checkpoint, trust);
      const server = new ServerInTrouble(log, location, terminal);
      const own = ownOf(await server.checkpoint(), trust);
      const saved = [...given, ...own.saved];
      const { forks, unknown } = await forksOf(log, { location, file: values.forks, keys, terminal });
      if (keys && saved.length === 0) throw new UsageError("--key needs --checkpoint FILE");
      const found = [...own.problems, ...unknown];
      if (log instanceof EventsFile) readDamaged(log, found);
      const verdict = await judge(abortableLog(server.log, signal), {
        ...{ server, own: own.saved, saved, forks, against: values.against, keyChanges, hasKeys: keys !== null },
        ...{ serverKey: served && shownOf(served.keys), found },
        ...{ log, location, signal, terminal },
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

/** Reads the events of damaged blocks too, so that what was changed can be named. @param found receives the blocks */
function readDamaged(log: EventsFile, found: AnyProblem[]): void {
  const known = new Set<Sequence>();
  log.readDamaged(({ after, upTo }) => {
    if (known.has(after)) return;
    known.add(after);
    const problem = `events ${countText(after + 1)} to ${countText(upTo)} fail the checksum of their block; --against another copy or tiles names what was changed`;
    found.push({ seq: null, problem });
  });
}

interface Question {
  /** As it was opened. */
  log: EventLog;
  location: string;
  server: ServerInTrouble;
  /** The checkpoint that the log itself brought. */
  own: readonly SavedCheckpoint[];
  saved: readonly SavedCheckpoint[];
  forks: readonly Fork[];
  against: string | undefined;
  serverKey: string | null;
  keyChanges: readonly KeyChange[];
  hasKeys: boolean;
  /** What is wrong with the log's own notes. */
  found: readonly AnyProblem[];
  signal: AbortSignal;
  terminal: Terminal;
}

async function judge(log: EventLog, question: Question): Promise<Verdict> {
  const { saved, forks, against, serverKey, keyChanges, hasKeys, found, signal, terminal } = question;
  const [total, progress, tiles] = [await log.head(), terminal.progress("verifying"), new MemoryTiles()];
  const named = new NamedBlobs();
  try {
    const other = against === undefined ? null : await openOther(against, terminal);
    try {
      const report = await verifyLog(log, {
        sizes: [...saved, ...forks.map(({ restored }) => restored)].map(({ size }) => size),
        onTile: (tile) => tiles.add(tile),
        onEntry: (seq, _, body) => named.add(seq, body),
        onProgress: (seq) => progress.update(seq, total),
        signal,
      });
      const { files, problems: lost } = await checkFiles(question.log, question.location, { named, signal, terminal });
      const onProgress = (seq: Sequence) => progress.update(seq, report.size);
      const our = { tiles, size: report.size };
      const comparison = other && { name: against ?? "", ...(await other.compare(our, { signal, onProgress })) };
      const judged = saved.map((checkpoint): JudgedCheckpoint => {
        return { ...checkpoint, holds: holds(report, checkpoint), restore: endOf(checkpoint, forks) };
      });
      const problems = [
        ...report.problems,
        ...found,
        ...lost,
        ...(await question.server.problems(
          our,
          question.own.filter((one) => !holds(report, one) && !endOf(one, forks)),
        )),
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
      return {
        ...report,
        files,
        saved: judged,
        comparison,
        serverKey,
        keyChanges,
        hasKeys,
        problems: problems.sort(byEvent),
      };
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

/**
 * The log's own checkpoint. One that does not hold is a problem of the log, and must not hide what a kept one says.
 */
function ownOf(
  own: { note: string; name: string } | null,
  trust: { keys: readonly PublicKey[] | null; log: LogId | undefined },
): { saved: SavedCheckpoint[]; problems: AnyProblem[] } {
  if (!own) return { saved: [], problems: [] };
  try {
    return { saved: readCheckpoints(own.note, { name: own.name, ...trust }), problems: [] };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    const unsigned = error.fault === "unsigned";
    const saved = unsigned ? readCheckpoints(own.note, { name: own.name, ...trust, keys: null }) : [];
    return { saved, problems: [{ seq: null, problem: error.message }] };
  }
}

/** The fork notes of a file, or those of the server: there, one that no known key signed is a problem, and not used. */
async function forksOf(
  log: EventLog,
  request: { location: string; file: string | undefined; keys: readonly PublicKey[] | null; terminal: Terminal },
): Promise<{ forks: Fork[]; unknown: AnyProblem[] }> {
  const { location, file, keys, terminal } = request;
  const id = await log.id();
  if (id === null) return { forks: [], unknown: [] };
  if (file !== undefined) return { forks: readForks(textOfFile(file), { name: file, keys, log: id }), unknown: [] };
  const served = await serverProofs(location, id, terminal)?.forks();
  try {
    return { forks: served ? readForks(served, { name: log.name, keys, log: id }) : [], unknown: [] };
  } catch (error) {
    if (!(error instanceof ProofError)) throw error;
    return { forks: [], unknown: [{ seq: null, problem: error.message }] };
  }
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
